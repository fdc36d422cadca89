import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { InstrumentStatus, Market } from '#contracts/instrument.ts';
import { MarkPrice } from '#simulation/market/mark-price.ts';
import {
  DEFAULT_PERP_CHARACTER,
  DEFAULT_SPOT_CHARACTER,
  SyntheticMarket,
} from '#simulation/market/market.ts';
import { type Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  type PriceUnits,
  type RateUnits,
} from '#units/integers.ts';
import { exchangeInstrument, type ListedSymbol } from './exchange-instruments.ts';
import { MatchedSymbol } from './matched-symbol.ts';
import type { ExchangeMarkets, SymbolMarket } from './symbol-market.ts';

export interface SyntheticMarketsOptions {
  readonly symbols: readonly ListedSymbol[];
  readonly seed: number;
  /** The wall. */
  readonly wallMicros: () => EpochMicros;
  /** Basis points per root second. Default 2.5. */
  readonly volatilityBps?: number;
  /** How often everybody acts, as a multiple of the calibrated market. Default 1. */
  readonly activity?: number;
  readonly regime?: RegimeName | null;
  readonly fundingIntervalMicros?: number;
  /** How often the market goes on by itself. Default 2 ms; 0: only when somebody asks for the time. */
  readonly paceMillis?: number;
}

type FundingListener = Parameters<ExchangeMarkets['onFunding']>[0];

const VOLATILITY_BPS = 2.5;
const FUNDING_INTERVAL_MICROS = 8 * 3_600 * MICROS_PER_SECOND;
const PACE_MILLIS = 2;
/** After a pause of the process so much of the market is caught up with; what lies before never happened. */
const CATCH_UP_MICROS_MAX = 30 * MICROS_PER_SECOND;
const BASIS = { meanBps: -1, deviationBps: 2 } as const;
/** Before the doors open people have traded for a while: a book with depth, a last price, an average. */
const WARM_UP_MICROS = 20 * MICROS_PER_SECOND;

/** One symbol on both markets: its people trade between them. */
interface Pair {
  readonly symbol: string;
  readonly spot: MatchedSymbol;
  readonly usdm: MatchedSymbol;
  readonly people: SyntheticMarket;
  readonly mark: MarkPrice;
}

/** The synthetic market of any number of symbols, at the pace of the wall. One seed, one market. */
export class SyntheticMarkets implements ExchangeMarkets {
  readonly spot: ReadonlyMap<string, SymbolMarket>;
  readonly usdm: ReadonlyMap<string, SymbolMarket>;
  readonly fundingIntervalMicros: number;
  private readonly options: SyntheticMarketsOptions;
  private readonly clock: VirtualClock;
  private readonly pairs: readonly Pair[];
  private readonly fundingListeners: FundingListener[] = [];
  private readonly pacer: NodeJS.Timeout | null;
  private isRunning = false;

  constructor(options: SyntheticMarketsOptions) {
    this.options = options;
    const { symbols, wallMicros } = options;
    this.fundingIntervalMicros = options.fundingIntervalMicros ?? FUNDING_INTERVAL_MICROS;
    this.clock = new VirtualClock((wallMicros() - WARM_UP_MICROS) as EpochMicros);
    this.pairs = symbols.map((row, index) => this.openPair(row, index));
    this.spot = new Map(this.pairs.map(({ symbol, spot }) => [symbol, spot]));
    this.usdm = new Map(this.pairs.map(({ symbol, usdm }) => [symbol, usdm]));
    for (const pair of this.pairs) this.start(pair);
    this.advance();
    const paceMillis = options.paceMillis ?? PACE_MILLIS;
    this.pacer = paceMillis === 0 ? null : setInterval(() => this.advance(), paceMillis);
  }

  nowMicros(): EpochMicros {
    this.advance();
    return this.clock.nowMicros;
  }

  get workingMicros(): EpochMicros {
    return this.clock.nowMicros;
  }

  schedule(atMicros: EpochMicros, task: () => void): void {
    this.clock.schedule(atMicros, { run: () => task() });
  }

  onFunding(listener: FundingListener): void {
    this.fundingListeners.push(listener);
  }

  close(): void {
    if (this.pacer !== null) clearInterval(this.pacer);
  }

  /** Runs what is due. A call from inside, by a task that asks for the time, changes nothing. */
  private advance(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      const wall = this.options.wallMicros();
      if (wall - this.clock.nowMicros > CATCH_UP_MICROS_MAX + WARM_UP_MICROS) this.skip(wall);
      if (wall > this.clock.nowMicros) this.clock.runUntil(wall);
    } finally {
      this.isRunning = false;
    }
  }

  /** The process stood still for long: people stand still while that time goes by. */
  private skip(wall: EpochMicros): void {
    for (const { people, spot, usdm } of this.pairs) {
      for (const { instrument } of [spot, usdm]) people.setPaused(instrument.index, true);
    }
    this.clock.runUntil((wall - CATCH_UP_MICROS_MAX) as EpochMicros);
    for (const { people, spot, usdm } of this.pairs) {
      for (const { instrument } of [spot, usdm]) {
        people.setPaused(instrument.index, instrument.status !== InstrumentStatus.TRADING);
      }
    }
  }

  private openPair(row: ListedSymbol, index: number): Pair {
    const { options, clock } = this;
    const workingMicros = (): EpochMicros => clock.nowMicros;
    // Ids as large as the venue's, and different by symbol and market.
    const base = (index + 1) * 1_000_000;
    const open = (market: Market): MatchedSymbol =>
      new MatchedSymbol({
        instrument: exchangeInstrument(row, market),
        workingMicros,
        lastTradeId: base * (market === Market.SPOT ? 1_000 : 2_000),
        lastUpdateId: base * (market === Market.SPOT ? 9_000 : 10_000_000),
      });
    const spot = open(Market.SPOT);
    const usdm = open(Market.PERPETUAL);
    const people = new SyntheticMarket({
      clock,
      seed: options.seed + index * 1_000_003,
      quoted: spot.instrument,
      quotedBook: spot.engine,
      hedge: usdm.instrument,
      hedgeBook: usdm.engine,
      startPrice: Number(row.startPrice),
      volatilityBps: options.volatilityBps ?? VOLATILITY_BPS,
      regime: options.regime ?? null,
      spotCharacter: DEFAULT_SPOT_CHARACTER,
      perpCharacter: DEFAULT_PERP_CHARACTER,
      basisMeanBps: BASIS.meanBps,
      basisDeviationBps: BASIS.deviationBps,
      activity: options.activity ?? 1,
    });
    const mark = new MarkPrice(clock.nowMicros, this.fundingIntervalMicros);
    usdm.nextFundingMicros = mark.nextFundingMicros;
    spot.onStatus = () => pause(people, spot);
    usdm.onStatus = () => pause(people, usdm);
    return { symbol: row.symbol, spot, usdm, people, mark };
  }

  private start(pair: Pair): void {
    pair.people.start();
    const task: Task = {
      run: (now) => {
        this.stepMark(pair, now);
        this.clock.schedule((now + MICROS_PER_SECOND) as EpochMicros, task);
      },
    };
    this.clock.schedule((this.clock.nowMicros + 10 * MICROS_PER_MILLI) as EpochMicros, task);
  }

  private stepMark({ symbol, spot, usdm, mark }: Pair, now: EpochMicros): void {
    const index = midUnits(spot);
    const perp = midUnits(usdm);
    if (index === 0 || perp === 0) return;
    const dueRate = usdm.fundingRate;
    const dueMicros = usdm.nextFundingMicros;
    const isDue = usdm.markPriceUnits !== 0 && now >= dueMicros;
    mark.step(now, index, perp);
    usdm.markPriceUnits = mark.markPriceUnits;
    usdm.indexPriceUnits = mark.indexPriceUnits;
    usdm.fundingRate = mark.fundingRate;
    usdm.nextFundingMicros = mark.nextFundingMicros;
    if (isDue) this.tellFunding(symbol, dueRate, usdm.markPriceUnits, dueMicros);
  }

  private tellFunding(symbol: string, rate: RateUnits, mark: PriceUnits, at: EpochMicros): void {
    for (const listener of this.fundingListeners) listener(symbol, rate, mark, at);
  }
}

function pause(people: SyntheticMarket, { instrument }: MatchedSymbol): void {
  people.setPaused(
    instrument.index as InstrumentIndex,
    instrument.status !== InstrumentStatus.TRADING,
  );
}

/** Mid in 1e-8 quote; 0 while a side is empty. */
function midUnits({ engine, instrument }: MatchedSymbol): PriceUnits {
  if (engine.bestBidTicks === 0 || engine.bestAskTicks === 0) return 0 as PriceUnits;
  const mid = (engine.bestBidTicks + engine.bestAskTicks) / 2;
  return (mid * instrument.priceUnitsPerTick) as PriceUnits;
}
