import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { InstrumentStatus, Market } from '#contracts/instrument.ts';
import {
  DEFAULT_PERP_CHARACTER,
  DEFAULT_SPOT_CHARACTER,
  SyntheticMarket,
} from '#simulation/market/market.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
} from '#units/integers.ts';
import { exchangeInstrument, type ListedSymbol } from './exchange-instruments.ts';
import { MatchedSymbol } from './matched-symbol.ts';
import { PacedMarkets, type PacingOptions } from './paced-markets.ts';
import { PerpetualPrices } from './perpetual-prices.ts';
import type { SymbolMarket } from './symbol-market.ts';

export interface SyntheticMarketsOptions extends PacingOptions {
  readonly symbols: readonly ListedSymbol[];
  readonly seed: number;
  /** Basis points per root second. Default 2.5. */
  readonly volatilityBps?: number;
  /** How often everybody acts, as a multiple of the calibrated market. Default 1. */
  readonly activity?: number;
  readonly regime?: RegimeName | null;
  readonly fundingIntervalMicros?: number;
}

const VOLATILITY_BPS = 2.5;
const FUNDING_INTERVAL_MICROS = 8 * 3_600 * MICROS_PER_SECOND;
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
  readonly prices: PerpetualPrices;
}

/** The synthetic market of any number of symbols, at the pace of the wall. One seed, one market. */
export class SyntheticMarkets extends PacedMarkets {
  readonly spot: ReadonlyMap<string, SymbolMarket>;
  readonly usdm: ReadonlyMap<string, SymbolMarket>;
  readonly fundingIntervalMicros: number;
  private readonly options: SyntheticMarketsOptions;
  private readonly pairs: readonly Pair[];

  constructor(options: SyntheticMarketsOptions) {
    super(options, (options.wallMicros() - WARM_UP_MICROS) as EpochMicros);
    this.options = options;
    this.fundingIntervalMicros = options.fundingIntervalMicros ?? FUNDING_INTERVAL_MICROS;
    this.pairs = options.symbols.map((row, index) => this.openPair(row, index));
    this.spot = new Map(this.pairs.map(({ symbol, spot }) => [symbol, spot]));
    this.usdm = new Map(this.pairs.map(({ symbol, usdm }) => [symbol, usdm]));
    for (const pair of this.pairs) this.start(pair);
    this.startPacing();
  }

  protected prepare(wall: EpochMicros): void {
    if (wall - this.clock.nowMicros > CATCH_UP_MICROS_MAX + WARM_UP_MICROS) this.skip(wall);
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
    const prices = new PerpetualPrices(usdm, spot, clock.nowMicros, this.fundingIntervalMicros);
    spot.onStatus = () => pause(people, spot);
    usdm.onStatus = () => pause(people, usdm);
    return { symbol: row.symbol, spot, usdm, people, prices };
  }

  private start({ people, prices, symbol }: Pair): void {
    people.start();
    const task: Task = {
      run: (now) => {
        prices.step(now, (...due) => this.tellFunding(symbol, ...due));
        this.clock.schedule((now + MICROS_PER_SECOND) as EpochMicros, task);
      },
    };
    this.clock.schedule((this.clock.nowMicros + 10 * MICROS_PER_MILLI) as EpochMicros, task);
  }
}

function pause(people: SyntheticMarket, { instrument }: MatchedSymbol): void {
  people.setPaused(
    instrument.index as InstrumentIndex,
    instrument.status !== InstrumentStatus.TRADING,
  );
}
