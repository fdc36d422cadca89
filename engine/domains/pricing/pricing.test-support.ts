/**
 * Markets, position and control events for the tests and the bench of this folder: a spot pair with a
 * 0.00001 tick near 0.16233 and its perpetual, refilled in place as market data would.
 */
import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import {
  DEFAULT_PRICING_CONFIGURATION,
  NAIVE_TOUCH_PRICING_CONFIGURATION,
  type PricingConfiguration,
} from '#contracts/configuration/pricing-configuration.ts';
import {
  type OperatorAction,
  OperatorEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import {
  type Instrument,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import {
  BookStatus,
  type DepthLevels,
  type MarketSnapshot,
  type Markets,
  TopSource,
} from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import { NO_LIMITS } from '#contracts/risk-limits.ts';
import type {
  AssetUnits,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { PricingManager } from './pricing.ts';

/** A type with every field writable, for objects that tests refill. */
export type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export const WHOLE = 100_000_000;
export const START_MICROS = 1_790_000_000_000_000;

const NO_LEVELS: DepthLevels = {
  count: 0,
  pricesTicks: new Float64Array(0),
  quantitiesLots: new Float64Array(0),
};

/** A spot pair at 10 bp, or its perpetual at 2 and 5 bp. */
export function makeInstrument(index: 0 | 1, changes: Partial<Instrument> = {}): Instrument {
  const isSpot = index === 0;
  return {
    index: index as InstrumentIndex,
    version: 1,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    market: isSpot ? Market.SPOT : Market.PERPETUAL,
    symbol: 'ABCUSDT',
    baseAsset: 'ABC',
    quoteAsset: 'USDT',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1_000,
    tickLotDenominator: 1,
    baseUnitsPerLot: WHOLE,
    priceUnitsPerTick: 1_000,
    filters: {
      minPriceTicks: 1 as PriceTicks,
      maxPriceTicks: 100_000_000 as PriceTicks,
      minQuantityLots: 1 as QuantityLots,
      maxQuantityLots: 9_000_000 as QuantityLots,
      marketMinQuantityLots: 0 as QuantityLots,
      marketMaxQuantityLots: 0 as QuantityLots,
      minNotionalUnits: (5 * WHOLE) as AssetUnits,
      maxNotionalUnits: 0 as AssetUnits,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: 0 as RateUnits,
      bidMultiplierDown: 0 as RateUnits,
      askMultiplierUp: 0 as RateUnits,
      askMultiplierDown: 0 as RateUnits,
      maxOpenOrders: 200,
      maxAmendsPerOrder: 10,
      maxPositionUnits: 0 as AssetUnits,
    },
    makerFeeRate: (isSpot ? 100_000 : 20_000) as RateUnits,
    takerFeeRate: (isSpot ? 100_000 : 50_000) as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
    ...changes,
  };
}

function makeSnapshot(index: number): Writable<MarketSnapshot> {
  return {
    instrument: index as InstrumentIndex,
    version: 1,
    status: BookStatus.LIVE,
    isStale: false,
    confidence: 1,
    source: TopSource.BOOK_TICKER,
    venueTimeMicros: START_MICROS as EpochMicros,
    receiveTimeMicros: START_MICROS as EpochMicros,
    updateId: 1,
    bidPriceTicks: 16_233 as PriceTicks,
    bidQuantityLots: 50_000 as QuantityLots,
    askPriceTicks: 16_234 as PriceTicks,
    askQuantityLots: 50_000 as QuantityLots,
    spreadTicks: 1,
    midHalfTicks: 32_467,
    weightedMidTicks: 16_233.5,
    imbalance: 0.5,
    bids: NO_LEVELS,
    asks: NO_LEVELS,
    tradeCount: 0,
    lastTradePriceTicks: 0 as PriceTicks,
    lastTradeQuantityLots: 0 as QuantityLots,
    lastTradeSide: Side.BUY,
    lastTradeMicros: 0 as EpochMicros,
    markPriceUnits: 0 as MarketSnapshot['markPriceUnits'],
    indexPriceUnits: 0 as MarketSnapshot['indexPriceUnits'],
    fundingRate: 0 as RateUnits,
    nextFundingMicros: 0 as EpochMicros,
  };
}

function makePosition(): Writable<PositionState> {
  const zero = 0 as AssetUnits;
  return {
    version: 1,
    atMicros: START_MICROS as EpochMicros,
    isReconciled: true,
    quotedBlindSinceMicros: 0 as EpochMicros,
    hedgeBlindSinceMicros: 0 as EpochMicros,
    isHedgeFillMissing: false,
    quotedUntoldBuyUnits: 0 as AssetUnits,
    quotedUntoldSellUnits: 0 as AssetUnits,
    spotBaseUnits: (20_000 * WHOLE) as AssetUnits,
    freeBaseUnits: (20_000 * WHOLE) as AssetUnits,
    freeQuoteUnits: (5_000 * WHOLE) as AssetUnits,
    totalQuoteUnits: (5_000 * WHOLE) as AssetUnits,
    feeAssetUnits: 0 as AssetUnits,
    perpBaseUnits: (-20_000 * WHOLE) as AssetUnits,
    spotAveragePrice: 0 as PositionState['spotAveragePrice'],
    perpAveragePrice: 0 as PositionState['perpAveragePrice'],
    marginWalletUnits: zero,
    marginFreeUnits: zero,
    netDeltaBaseUnits: zero,
    netDeltaQuoteUnits: zero,
    inventoryRatio: 0,
    realizedPnlUnits: zero,
    unrealizedPnlUnits: zero,
    equityUnits: zero,
    peakEquityUnits: zero,
    startEquityUnits: zero,
  };
}

export const INVENTORY: InventoryConfiguration = {
  targetSpotBaseUnits: (20_000 * WHOLE) as AssetUnits,
  maxDeviationBaseUnits: (15_000 * WHOLE) as AssetUnits,
  targetDeltaBaseUnits: 0 as AssetUnits,
};

/** One pricing manager with a market in front of it that a test moves by hand. */
export class PricingScene {
  readonly quoted = makeSnapshot(0);
  readonly hedge = makeSnapshot(1);
  readonly markets: Markets = { quoted: this.quoted, hedge: this.hedge };
  readonly position = makePosition();
  readonly table: (Instrument | null)[] = [makeInstrument(0), makeInstrument(1)];
  readonly instruments: InstrumentTable;
  readonly manager: PricingManager;
  nowMicros = START_MICROS;
  private readonly timer = new TimerEvent();
  private readonly report = new ExecutionReport();
  private leaseVersion = 0;

  constructor(changes: Partial<PricingConfiguration> = {}, model?: QuoteModel) {
    const { table } = this;
    this.instruments = { count: 2, get: (index) => table[index] ?? null };
    const configuration = { ...DEFAULT_PRICING_CONFIGURATION, ...changes };
    this.manager = new PricingManager({
      configuration,
      inventory: INVENTORY,
      instruments: this.instruments,
      ...(model === undefined ? {} : { model }),
    });
  }

  /** The touch model with everything that can pull it switched off. */
  static naive(changes: Partial<PricingConfiguration> = {}): PricingScene {
    return new PricingScene({ ...NAIVE_TOUCH_PRICING_CONFIGURATION, ...changes });
  }

  /** Session start and a lease that outlasts the test. */
  open(): this {
    this.startSession();
    this.lease(START_MICROS + 1e15);
    return this;
  }

  startSession(): void {
    const event = new SessionStartEvent();
    event.atMicros = this.nowMicros as EpochMicros;
    event.epoch = 1;
    this.manager.onControl(event);
  }

  lease(expiresAtMicros: number, maxOrderLots = 1_000_000, reserveBps = 0): void {
    const event = new RiskLeaseEvent();
    event.atMicros = this.nowMicros as EpochMicros;
    this.leaseVersion += 1;
    event.version = this.leaseVersion;
    event.expiresAtMicros = expiresAtMicros as EpochMicros;
    event.limits = {
      ...NO_LIMITS,
      maxOrderLots: [maxOrderLots as QuantityLots],
      maxOrderNotionalUnits: [(1_000_000 * WHOLE) as AssetUnits],
      balanceReserveBps: reserveBps,
    };
    this.manager.onControl(event);
  }

  operator(action: OperatorAction): void {
    const event = new OperatorEvent();
    event.atMicros = this.nowMicros as EpochMicros;
    event.action = action;
    this.manager.onControl(event);
  }

  /** Time passes; both books are as fresh as now. */
  pass(micros: number): void {
    this.nowMicros += micros;
    this.stamp();
  }

  /** A timer event now, without any market event. */
  tickTimer(micros: number): void {
    this.nowMicros += micros;
    this.timer.atMicros = this.nowMicros as EpochMicros;
    this.manager.onTimer(this.timer);
  }

  setSpot(bidTicks: number, askTicks: number, bidLots = 50_000, askLots = 50_000): void {
    setTop(this.quoted, bidTicks, askTicks, bidLots, askLots);
    this.stamp();
  }

  setPerp(bidTicks: number, askTicks: number): void {
    setTop(this.hedge, bidTicks, askTicks, 50_000, 50_000);
    this.stamp();
  }

  trade(side: Side, priceTicks: number, lots: number): void {
    this.quoted.tradeCount += 1;
    this.quoted.lastTradeSide = side;
    this.quoted.lastTradePriceTicks = priceTicks as PriceTicks;
    this.quoted.lastTradeQuantityLots = lots as QuantityLots;
    this.quoted.lastTradeMicros = this.nowMicros as EpochMicros;
    this.stamp();
  }

  /** An own maker fill, and the stock it leaves. */
  fill(side: Side, priceTicks: number, lots: number, tradeId: number): void {
    const { report } = this;
    report.atMicros = this.nowMicros as EpochMicros;
    report.instrument = 0 as InstrumentIndex;
    report.side = side;
    report.lastPriceTicks = priceTicks as PriceTicks;
    report.lastQuantityLots = lots as QuantityLots;
    report.tradeId = tradeId;
    report.isMaker = true;
    this.setStock(this.position.spotBaseUnits / WHOLE + (side === Side.BUY ? lots : -lots));
    this.manager.onReport(report);
  }

  /** Spot stock in whole base assets. */
  setStock(wholeBase: number): void {
    this.position.spotBaseUnits = Math.round(wholeBase * WHOLE) as AssetUnits;
    this.position.version += 1;
    this.position.atMicros = this.nowMicros as EpochMicros;
  }

  quote(): ReturnType<PricingManager['quote']> {
    return this.manager.quote(this.markets, this.position);
  }

  private stamp(): void {
    this.quoted.version += 1;
    this.hedge.version += 1;
    this.quoted.receiveTimeMicros = this.nowMicros as EpochMicros;
    this.hedge.receiveTimeMicros = this.nowMicros as EpochMicros;
  }
}

function setTop(
  snapshot: Writable<MarketSnapshot>,
  bidTicks: number,
  askTicks: number,
  bidLots: number,
  askLots: number,
): void {
  snapshot.bidPriceTicks = bidTicks as PriceTicks;
  snapshot.askPriceTicks = askTicks as PriceTicks;
  snapshot.bidQuantityLots = bidLots as QuantityLots;
  snapshot.askQuantityLots = askLots as QuantityLots;
  snapshot.spreadTicks = askTicks - bidTicks;
  snapshot.midHalfTicks = bidTicks + askTicks;
  snapshot.imbalance = bidLots / (bidLots + askLots);
  snapshot.weightedMidTicks = snapshot.imbalance * askTicks + (1 - snapshot.imbalance) * bidTicks;
}
