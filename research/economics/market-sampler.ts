/**
 * Listens to the public streams of a market and keeps what its economics are computed from. Books
 * are built by the engine's market data, and A, k are fitted by the engine's own estimator.
 */
import type { CommandSink } from '#contracts/commands.ts';
import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type EngineEvent,
  InstrumentDefinedEvent,
  type MarketEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import type { OwnOrders } from '#contracts/ports.ts';
import { MarketDataManager } from '#domains/market-data/market-data.ts';
import { isUsable, MarketEstimators } from '#domains/pricing/market-estimators.ts';
import { ReferenceManager } from '#domains/reference/reference.ts';
import { type ReachRate, SweepDepths } from './sweep-depths.ts';
import { type TouchMarkout, TouchMarkouts } from './touch-markouts.ts';

/** Grid on which spread and basis are looked at. */
const GRID_MICROS = 100_000;
/** Spacing of the mids behind the volatility: finer grids count the bounce of the touch. */
const VOLATILITY_GRID_STEPS = 10;
/** A and k are fitted over this distance from the mid: farther out there is too little to fit. */
const FIT_BAND_BPS = 10;
const MICROS_PER_SECOND = 1_000_000;
const SECONDS_PER_DAY = 86_400;
const BPS_PER_ONE = 10_000;
const PERCENT_PER_BP = 0.01;

const NOTHING_OWN: OwnOrders = { version: 0, lotsAt: () => 0 };

export interface MarketSamplerOptions {
  /** Index 0 is quoted; index 1, when there is one, hedges. */
  readonly instruments: readonly Instrument[];
  readonly marketData: MarketDataConfiguration;
  readonly pricing: PricingConfiguration;
  /** Where requests for snapshots go. */
  readonly output: CommandSink;
}

/** The fitted intensity A e^(-k d), as the engine has it at the end. */
export interface FittedIntensity {
  readonly perSecond: number;
  readonly decayPerBp: number;
  /** The fit is believed up to here, bp from the mid. */
  readonly bandBps: number;
  /** Accepted fits; 0: A and k are the configured priors, nothing was measured. */
  readonly fitCount: number;
}

/** What was measured. Figures that nothing was measured for are NaN. */
export interface MarketSample {
  readonly seconds: number;
  /** Mean mid of the quoted market, in ticks. */
  readonly priceTicks: number;
  readonly spreadTicks: number;
  /** Share of the time in which the spread was one tick. */
  readonly oneTickShare: number;
  readonly volatilityBps: number;
  readonly volatilityPercentPerDay: number;
  readonly marketOrdersPerSecond: number;
  /** Mean notional of a market order, in quote units (1e-8). */
  readonly marketOrderNotionalUnits: number;
  readonly intensity: FittedIntensity;
  readonly markouts: readonly TouchMarkout[];
  readonly effectiveHalfSpreadBps: number;
  readonly hedgeHalfSpreadBps: number;
  readonly basisMeanBps: number;
  readonly basisDeviationBps: number;
  /** Predicted funding of the next settlement in 1e-8, and seconds to it; NaN without mark prices. */
  readonly fundingRate: number;
  readonly secondsToFunding: number;
  /** Deepest trade from the mid at the start of its step, bp. */
  readonly deepestSweepBps: number;
  /** How often an order at a distance would have been reached. */
  reach(distanceBps: number): ReachRate;
  /** The fitted rate at a distance, an hour and side. */
  fittedPerHour(distanceBps: number): number;
}

export class MarketSampler implements EventSink {
  private readonly marketData: MarketDataManager;
  private readonly estimators: MarketEstimators;
  private readonly quotedInstrument: Instrument;
  private readonly hedgeInstrument: Instrument | null;
  private readonly sweeps: SweepDepths;
  private readonly touch = new TouchMarkouts();
  private readonly midsTicks: number[] = [];
  private readonly spreadsTicks: number[] = [];
  private readonly hedgeHalfSpreadsBps: number[] = [];
  private readonly basesBps: number[] = [];
  private startMicros = Number.NaN;
  private nowMicros = Number.NaN;
  private nextGridMicros = Number.NaN;
  private orderCount = 0;
  private tradedTickLots = 0;
  private lastOrderMicros = -1;
  private lastOrderSide = -1;
  private lastOrderPriceTicks = 0;

  constructor(options: MarketSamplerOptions) {
    const { instruments, output } = options;
    const pricing = calibrating(options.pricing);
    const reference = new ReferenceManager({ output });
    this.marketData = new MarketDataManager({
      configuration: options.marketData,
      instruments: reference.instruments,
      ownOrders: NOTHING_OWN,
      output,
    });
    for (const instrument of instruments) {
      const defined = new InstrumentDefinedEvent();
      defined.instrument = instrument;
      reference.onControl(defined);
      this.marketData.onControl(defined);
    }
    this.quotedInstrument = instruments[0] as Instrument;
    this.hedgeInstrument = instruments[1] ?? null;
    this.estimators = new MarketEstimators(pricing);
    this.sweeps = new SweepDepths(pricing.intensityGridMicros);
  }

  /** Takes one event. Everything that is not of the market is stepped over. */
  publish(event: EngineEvent): void {
    if (!isMarketEvent(event)) return;
    this.moveTo(event.atMicros);
    const { quoted } = this.marketData.markets;
    if (event.instrument === this.quotedInstrument.index && event.kind === EventKind.TRADE) {
      this.onTrade(event, quoted.midHalfTicks / 2);
    }
    const markets = this.marketData.apply(event);
    if (!isUsable(quoted)) {
      this.estimators.skipGap();
      return;
    }
    this.touch.onMid(event.atMicros, quoted.midHalfTicks / 2);
    this.estimators.observe(event.atMicros, markets, this.quotedInstrument, this.hedgeInstrument);
  }

  /** Takes what has been measured until now. */
  sample(): MarketSample {
    const { quoted, hedge } = this.marketData.markets;
    const { intensity } = this.estimators;
    const seconds = (this.nowMicros - this.startMicros) / MICROS_PER_SECOND;
    const priceTicks = mean(this.midsTicks);
    const ticksPerBp = priceTicks / BPS_PER_ONE;
    const volatilityBps = this.volatilityTicks() / ticksPerBp;
    const { tickLotNumerator, tickLotDenominator } = this.quotedInstrument;
    const { sweeps } = this;
    return {
      seconds,
      priceTicks,
      spreadTicks: mean(this.spreadsTicks),
      oneTickShare: mean(this.spreadsTicks.map((ticks) => (ticks === 1 ? 1 : 0))),
      volatilityBps,
      volatilityPercentPerDay: volatilityBps * Math.sqrt(SECONDS_PER_DAY) * PERCENT_PER_BP,
      marketOrdersPerSecond: this.orderCount / seconds,
      marketOrderNotionalUnits:
        (this.tradedTickLots * tickLotNumerator) / tickLotDenominator / this.orderCount,
      intensity: {
        perSecond: intensity.intensityPerSecond,
        decayPerBp: intensity.decayPerTick * ticksPerBp,
        bandBps: intensity.bandTicks / ticksPerBp,
        fitCount: intensity.fitCount,
      },
      markouts: this.touch.results(),
      effectiveHalfSpreadBps: this.touch.effectiveHalfSpreadBps,
      hedgeHalfSpreadBps: mean(this.hedgeHalfSpreadsBps),
      basisMeanBps: mean(this.basesBps),
      basisDeviationBps: deviation(this.basesBps),
      fundingRate: hedge.nextFundingMicros === 0 ? Number.NaN : hedge.fundingRate,
      secondsToFunding:
        hedge.nextFundingMicros === 0
          ? Number.NaN
          : (hedge.nextFundingMicros - quoted.receiveTimeMicros) / MICROS_PER_SECOND,
      deepestSweepBps: sweeps.deepestBps,
      reach: (distanceBps) => sweeps.beyond(distanceBps),
      fittedPerHour: (distanceBps) => intensity.fillRate(distanceBps * ticksPerBp) * 3_600,
    };
  }

  /** Everything that happens between two events: the grid is sampled, markouts come of age. */
  private moveTo(nowMicros: number): void {
    const { quoted } = this.marketData.markets;
    if (Number.isNaN(this.nextGridMicros)) {
      this.nextGridMicros = (Math.floor(nowMicros / GRID_MICROS) + 1) * GRID_MICROS;
    }
    while (this.nextGridMicros <= nowMicros) {
      this.sampleGrid();
      this.nextGridMicros += GRID_MICROS;
    }
    this.nowMicros = nowMicros;
    if (!isUsable(quoted)) return;
    if (Number.isNaN(this.startMicros)) this.startMicros = nowMicros;
    this.touch.advance(nowMicros);
    this.sweeps.advance(nowMicros, quoted.midHalfTicks / 2);
  }

  private sampleGrid(): void {
    const { quoted, hedge } = this.marketData.markets;
    if (!isUsable(quoted)) return;
    this.midsTicks.push(quoted.midHalfTicks / 2);
    this.spreadsTicks.push(quoted.spreadTicks);
    if (this.hedgeInstrument === null || !isUsable(hedge)) return;
    this.hedgeHalfSpreadsBps.push((hedge.spreadTicks * BPS_PER_ONE) / hedge.midHalfTicks);
    const perpetual = midUnits(hedge, this.hedgeInstrument);
    const spot = midUnits(quoted, this.quotedInstrument);
    this.basesBps.push((perpetual / spot - 1) * BPS_PER_ONE);
  }

  /** `midTicks` is the mid before the trade; 0 while there is none. */
  private onTrade(trade: Readonly<TradeEvent>, midTicks: number): void {
    if (Number.isNaN(this.startMicros) || midTicks === 0) return;
    this.tradedTickLots += trade.priceTicks * trade.quantityLots;
    this.sweeps.onTrade(trade.aggressor, trade.priceTicks);
    const isSameOrder =
      trade.venueTimeMicros === this.lastOrderMicros && trade.aggressor === this.lastOrderSide;
    if (!isSameOrder) {
      this.orderCount += 1;
      this.lastOrderMicros = trade.venueTimeMicros;
      this.lastOrderSide = trade.aggressor;
      this.lastOrderPriceTicks = trade.priceTicks;
    }
    if (trade.priceTicks !== this.lastOrderPriceTicks) return;
    const { atMicros, aggressor, priceTicks, quantityLots } = trade;
    this.touch.onTouchFill(atMicros, aggressor, priceTicks, quantityLots);
  }

  /** Realised volatility of the mids, ticks per root second: no mean is taken out (MODELS 2). */
  private volatilityTicks(): number {
    let squares = 0;
    let count = 0;
    for (let index = VOLATILITY_GRID_STEPS; index < this.midsTicks.length; ) {
      const before = this.midsTicks[index - VOLATILITY_GRID_STEPS] as number;
      squares += ((this.midsTicks[index] as number) - before) ** 2;
      count += 1;
      index += VOLATILITY_GRID_STEPS;
    }
    const stepSeconds = (VOLATILITY_GRID_STEPS * GRID_MICROS) / MICROS_PER_SECOND;
    return Math.sqrt(squares / (count * stepSeconds));
  }
}

/** Fits A and k whatever the profile does, and where market orders come often enough to fit. */
function calibrating(pricing: PricingConfiguration): PricingConfiguration {
  return { ...pricing, calibrateIntensity: true, fittedBandBps: FIT_BAND_BPS };
}

function isMarketEvent(event: EngineEvent): event is MarketEvent {
  return event.kind !== EventKind.TIMER && event.kind < EventKind.EXECUTION_REPORT;
}

function midUnits(snapshot: MarketSnapshot, instrument: Instrument): number {
  return (snapshot.midHalfTicks / 2) * instrument.priceUnitsPerTick;
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
