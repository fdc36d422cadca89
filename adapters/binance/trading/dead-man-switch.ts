/**
 * The venue's countdown (USD-M): unless it is told again in time it cancels every open order of a symbol
 * by itself. Ours is told again at a third of its time, so that two attempts may fail.
 */
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import type { UsdmOrderRequests } from './order-requests.ts';
import type { RequestOutcome } from './request-outcome.ts';

const PARTS = 3;
/** A failed attempt is repeated sooner: six times in the countdown. */
const RETRY_PARTS = 6;
const DISARM_ATTEMPTS = 3;
/** Shorter than an answer that is late twice would cancel quotes by mere slowness. */
const COUNTDOWN_MILLIS_MIN = 5_000;

export interface DeadManFailure {
  readonly symbol: string;
  readonly what: 'ARM' | 'DISARM';
  readonly why: string;
  /** Until when the last countdown that worked runs; then the venue cancels. 0: none runs. */
  readonly runsUntilMicros: EpochMicros;
}

export interface DeadManSwitchOptions {
  readonly requests: Pick<UsdmOrderRequests, 'countdownCancelAll'>;
  readonly symbols: readonly string[];
  /** 5000 or more. */
  readonly countdownMillis: number;
  readonly timers: Timers;
  /** Each attempt that is not proven to have worked. Trading without the switch is the caller's decision. */
  readonly onFailure: (failure: DeadManFailure) => void;
}

export class DeadManSwitch {
  private readonly symbols: ReadonlyMap<string, SymbolCountdown>;

  /** Throws a RangeError on a countdown below 5 s. */
  constructor(options: DeadManSwitchOptions) {
    const { countdownMillis } = options;
    if (!Number.isSafeInteger(countdownMillis) || countdownMillis < COUNTDOWN_MILLIS_MIN) {
      throw new RangeError(
        `a countdown of ${countdownMillis} ms: use whole milliseconds, ${COUNTDOWN_MILLIS_MIN} or more`,
      );
    }
    this.symbols = new Map(
      options.symbols.map((symbol) => [symbol, new SymbolCountdown(symbol, options)]),
    );
  }

  /**
   * Arms now, and again at a third of the countdown until told otherwise. Resolves when the first attempt
   * of every symbol is over: true when all of them worked.
   */
  async arm(): Promise<boolean> {
    const armed = await Promise.all([...this.symbols.values()].map((one) => one.arm()));
    return armed.every((worked) => worked);
  }

  /** Stops telling the venue that we live, and lets the countdown run out: the venue cancels. */
  letGo(): void {
    for (const one of this.symbols.values()) one.letGo();
  }

  /** The orderly end: nothing is armed any more. True when the venue confirmed it for every symbol. */
  async disarm(): Promise<boolean> {
    const done = await Promise.all([...this.symbols.values()].map((one) => one.disarm()));
    return done.every((worked) => worked);
  }

  /** Until when the countdown of a symbol runs at least; 0 when none is proven to. */
  runsUntilMicros(symbol: string): EpochMicros {
    return this.symbols.get(symbol)?.runsUntilMicros ?? (0 as EpochMicros);
  }
}

class SymbolCountdown {
  runsUntilMicros = 0 as EpochMicros;
  private readonly symbol: string;
  private readonly options: DeadManSwitchOptions;
  private isWanted = false;
  private timer: Timer | null = null;
  /** The attempt under way: two of them could arrive in the other order. */
  private underWay: Promise<boolean> | null = null;

  constructor(symbol: string, options: DeadManSwitchOptions) {
    this.symbol = symbol;
    this.options = options;
  }

  arm(): Promise<boolean> {
    if (this.isWanted) return this.underWay ?? Promise.resolve(true);
    this.isWanted = true;
    return this.attempt();
  }

  letGo(): void {
    this.isWanted = false;
    this.timer?.cancel();
  }

  async disarm(): Promise<boolean> {
    this.letGo();
    await this.underWay;
    for (let attempt = 0; attempt < DISARM_ATTEMPTS && !this.isWanted; attempt++) {
      const why = await this.tell(0);
      if (why === null) {
        this.runsUntilMicros = 0 as EpochMicros;
        return true;
      }
      this.fail('DISARM', why);
    }
    return false;
  }

  private async attempt(): Promise<boolean> {
    const before = this.underWay;
    const work = before === null ? this.armOnce() : before.then(() => this.armOnce());
    this.underWay = work;
    const worked = await work;
    if (this.underWay === work) this.underWay = null;
    return worked;
  }

  private async armOnce(): Promise<boolean> {
    const { timers, countdownMillis } = this.options;
    const sentMicros = timers.nowMicros();
    const why = await this.tell(countdownMillis);
    const countdownMicros = countdownMillis * MICROS_PER_MILLI;
    if (why === null) this.runsUntilMicros = (sentMicros + countdownMicros) as EpochMicros;
    else this.fail('ARM', why);
    this.plan(sentMicros + countdownMicros / (why === null ? PARTS : RETRY_PARTS));
    return why === null;
  }

  private plan(atMicros: number): void {
    this.timer?.cancel();
    if (!this.isWanted) return;
    const { timers } = this.options;
    const delay = Math.max(0, Math.floor(atMicros - timers.nowMicros())) as DurationMicros;
    this.timer = timers.after(delay, () => {
      // An attempt never rejects: its failure is told.
      void this.attempt();
    });
  }

  /** Null when the venue confirmed it, else why not. */
  private async tell(countdownMillis: number): Promise<string | null> {
    const outcome = await this.options.requests.countdownCancelAll(this.symbol, countdownMillis);
    return outcome.kind === 'DONE'
      ? contradiction(outcome.result, countdownMillis)
      : whyOf(outcome);
  }

  private fail(what: 'ARM' | 'DISARM', why: string): void {
    const { symbol, runsUntilMicros } = this;
    this.options.onFailure({ symbol, what, why, runsUntilMicros });
  }
}

/** The venue repeats the countdown as a text: null when it is ours. */
function contradiction(answer: unknown, countdownMillis: number): string | null {
  const told = (answer as { readonly countdownTime?: unknown } | null)?.countdownTime;
  return String(told) === String(countdownMillis)
    ? null
    : `the venue answered a countdown of ${String(told)} ms to ${countdownMillis} ms`;
}

function whyOf(outcome: Exclude<RequestOutcome, { kind: 'DONE' }>): string {
  if (outcome.kind === 'NOT_SENT') return `not sent: ${outcome.why}`;
  const { status, code, message } = outcome.failure;
  const word = outcome.kind === 'REFUSED' ? 'refused' : 'nobody knows';
  return `${word}: ${status} ${code} ${message}`.trim();
}
