import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import type { ExchangeMarkets, SymbolMarket } from './symbol-market.ts';

type FundingListener = Parameters<ExchangeMarkets['onFunding']>[0];

const PACE_MILLIS = 2;

export interface PacingOptions {
  /** The wall. */
  readonly wallMicros: () => EpochMicros;
  /** How often the market goes on by itself. Default 2 ms; 0: only when somebody asks for the time. */
  readonly paceMillis?: number;
  /** Told of errors of scheduled tasks, and the market goes on. Left out: they end the call that ran them. */
  readonly onProblem?: (error: unknown) => void;
}

/** Markets on a virtual clock that follows the wall: it moves on a short timer and before each call. */
export abstract class PacedMarkets implements ExchangeMarkets {
  abstract readonly spot: ReadonlyMap<string, SymbolMarket>;
  abstract readonly usdm: ReadonlyMap<string, SymbolMarket>;
  abstract readonly fundingIntervalMicros: number;
  protected readonly clock: VirtualClock;
  private readonly wallMicros: () => EpochMicros;
  private readonly paceMillis: number;
  private readonly onProblem: PacingOptions['onProblem'];
  private readonly fundingListeners: FundingListener[] = [];
  private pacer: NodeJS.Timeout | null = null;
  private isRunning = false;

  /** The clock starts at `startMicros`; what is due until the wall runs at the first `advance`. */
  constructor(options: PacingOptions, startMicros: EpochMicros) {
    this.wallMicros = options.wallMicros;
    this.onProblem = options.onProblem;
    this.paceMillis = options.paceMillis ?? PACE_MILLIS;
    this.clock = new VirtualClock(startMicros);
  }

  nowMicros(): EpochMicros {
    this.advance();
    return this.clock.nowMicros;
  }

  get workingMicros(): EpochMicros {
    return this.clock.nowMicros;
  }

  schedule(atMicros: EpochMicros, task: () => void): void {
    this.clock.schedule(atMicros, { run: () => this.run(task) });
  }

  onFunding(listener: FundingListener): void {
    this.fundingListeners.push(listener);
  }

  close(): void {
    if (this.pacer !== null) clearInterval(this.pacer);
  }

  /** Called before a long time is caught up with, so that it costs a bound. */
  protected abstract prepare(wall: EpochMicros): void;

  protected startPacing(): void {
    this.advance();
    if (this.paceMillis > 0) this.pacer = setInterval(() => this.advance(), this.paceMillis);
  }

  protected tellFunding(symbol: string, rate: RateUnits, mark: PriceUnits, at: EpochMicros): void {
    for (const listener of this.fundingListeners) listener(symbol, rate, mark, at);
  }

  private run(task: () => void): void {
    try {
      task();
    } catch (error) {
      if (this.onProblem === undefined) throw error;
      this.onProblem(error);
    }
  }

  /** Runs what is due. A call from inside, by a task that asks for the time, changes nothing. */
  private advance(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      const wall = this.wallMicros();
      this.prepare(wall);
      if (wall >= this.clock.nowMicros) this.clock.runUntil(wall);
    } finally {
      this.isRunning = false;
    }
  }
}
