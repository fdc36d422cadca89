import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import {
  DEFAULT_PERP_CHARACTER,
  DEFAULT_SPOT_CHARACTER,
  SyntheticMarket,
} from '#simulation/market/market.ts';
import { ConstantLatency } from '#simulation/venue/latency.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { PublicFeed } from '#simulation/venue/public-feed.ts';
import { type Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  type RateUnits,
} from '#units/integers.ts';
import { MarketTape } from './market-tape.ts';

/** Whole hours of a round day, so that runs are comparable. */
const START_MICROS = Date.UTC(2026, 0, 5) * 1000;
/** Where the depth profile and chunk boundaries are looked at. */
const SNAPSHOT_MICROS = MICROS_PER_SECOND;
/** Prices the bundled symbols start at; others must say theirs. */
const START_PRICES: Readonly<Record<string, number>> = {
  DOGEUSDT: 0.16,
  ETHUSDT: 3_000,
  BTCUSDT: 90_000,
};
/** Width of a depth level: the grid people quote on, at least a tick. */
const LEVEL_BPS = 0.625;

export interface RecordedMarketOptions {
  readonly symbol: string;
  readonly seed: number;
  readonly hours: number;
  /** Null: regimes switch by the seed. */
  readonly regime: RegimeName | null;
  /** Puts somebody of our own into the books before the market starts. */
  readonly onBuilt?: (market: BuiltMarket) => void;
}

/** What a guest in the market gets to work with. */
export interface BuiltMarket {
  readonly clock: VirtualClock;
  readonly tape: MarketTape;
  readonly spotBook: MatchingEngine;
  readonly spot: Instrument;
  readonly startPrice: number;
  /** Ticks in one step of the grid people quote on. */
  readonly stepTicks: number;
}

/** One finished session. */
export interface RecordedMarket {
  readonly tape: MarketTape;
  readonly spot: Instrument;
  readonly perp: Instrument;
  readonly seconds: number;
  /** Ticks in one step of the grid people quote on. */
  readonly stepTicks: number;
  /** Label of the mood once a minute, for colouring pictures. No fact is computed from it. */
  readonly regimeByMinute: readonly RegimeName[];
  readonly startMicros: number;
}

/**
 * Runs the synthetic market and records its public streams, without delay. Throws a RangeError for a
 * symbol without a bundled instrument or start price.
 */
export function recordMarket(options: RecordedMarketOptions): RecordedMarket {
  const startPrice = START_PRICES[options.symbol];
  if (startPrice === undefined) {
    throw new RangeError(
      `no start price for ${options.symbol}: use one of ${Object.keys(START_PRICES).join(', ')}`,
    );
  }
  const clock = new VirtualClock(START_MICROS as EpochMicros);
  const spot = instrumentOf(Market.SPOT, options.symbol);
  const perp = instrumentOf(Market.PERPETUAL, options.symbol);
  const tape = new MarketTape(
    START_MICROS,
    ticksPerLevel(spot, startPrice),
    ticksPerLevel(perp, startPrice),
  );
  const latency = new ConstantLatency(0, 0, 0);
  const spotBook = new MatchingEngine();
  const perpBook = new MatchingEngine();
  const feeds = [
    new PublicFeed({ clock, sink: tape, instrument: spot, engine: spotBook, latency }),
    new PublicFeed({ clock, sink: tape, instrument: perp, engine: perpBook, latency }),
  ];
  const market = new SyntheticMarket({
    clock,
    seed: options.seed,
    quoted: spot,
    quotedBook: spotBook,
    hedge: perp,
    hedgeBook: perpBook,
    startPrice,
    volatilityBps: 1.2,
    regime: options.regime,
    spotCharacter: DEFAULT_SPOT_CHARACTER,
    perpCharacter: DEFAULT_PERP_CHARACTER,
    basisMeanBps: 1.5,
    basisDeviationBps: 2,
  });
  const stepTicks = ticksPerLevel(spot, startPrice);
  options.onBuilt?.({ clock, tape, spotBook, spot, startPrice, stepTicks });
  market.start();
  const snapshots: Task = {
    run: (now) => {
      for (const feed of feeds) feed.requestSnapshot();
      clock.schedule((now + SNAPSHOT_MICROS) as EpochMicros, snapshots);
    },
  };
  clock.schedule((START_MICROS + SNAPSHOT_MICROS) as EpochMicros, snapshots);
  const seconds = Math.round(options.hours * 3600);
  const regimeByMinute: RegimeName[] = [];
  for (let second = 60; second <= seconds; second += 60) {
    clock.runUntil((START_MICROS + second * MICROS_PER_SECOND) as EpochMicros);
    regimeByMinute.push(market.regimeName);
  }
  clock.runUntil((START_MICROS + seconds * MICROS_PER_SECOND) as EpochMicros);
  tape.sampleUntil(clock.nowMicros);
  return { tape, spot, perp, seconds, stepTicks, regimeByMinute, startMicros: START_MICROS };
}

function ticksPerLevel(instrument: Instrument, startPrice: number): number {
  const ticks = startPrice / (instrument.priceUnitsPerTick / 1e8);
  return Math.max(1, Math.round((ticks * LEVEL_BPS) / 10_000));
}

function instrumentOf(market: Market, symbol: string): Instrument {
  const isSpot = market === Market.SPOT;
  return bundledInstrument(market, symbol, {
    index: (isSpot ? 0 : 1) as InstrumentIndex,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
}
