/**
 * A desk for the tests beside it: two made-up instruments, markets and a position that tests move, a
 * sink that remembers, and a manager with a generous lease. Holds no tests of its own.
 */

import type { Command } from '#contracts/commands.ts';
import {
  DEFAULT_RISK_CONFIGURATION,
  type RiskConfiguration,
} from '#contracts/configuration/risk-configuration.ts';
import { InstrumentDefinedEvent, RiskLeaseEvent, TimerEvent } from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { MarketSnapshot, Markets } from '#contracts/market-snapshot.ts';
import { Layer, OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import {
  ActionKind,
  ActionReason,
  type OrderPlan,
  type PlannedAction,
} from '#contracts/order-plan.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { ActionVerdict } from '#contracts/risk-verdict.ts';
import { rateUnits } from '#units/integers.ts';
import { RiskManager } from './risk.ts';

/** Lets a test write what production only reads. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const SPOT = 0;
export const PERP = 1;
export const START_MICROS = 1_700_000_000_000_000;
/** Base units in one lot: one whole coin. */
export const LOT_UNITS = 100_000_000;

export function testInstrument(overrides: Partial<Record<keyof Instrument, unknown>>): Instrument {
  const plain = {
    index: SPOT,
    version: 1,
    role: 0,
    market: 0,
    symbol: 'COINUSD',
    baseAsset: 'COIN',
    quoteAsset: 'USD',
    status: 0,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1_000,
    tickLotDenominator: 1,
    baseUnitsPerLot: LOT_UNITS,
    priceUnitsPerTick: 1_000,
    filters: {
      minPriceTicks: 1,
      maxPriceTicks: 100_000_000,
      minQuantityLots: 1,
      maxQuantityLots: 900_000,
      marketMinQuantityLots: 1,
      marketMaxQuantityLots: 500_000,
      minNotionalUnits: 100_000_000,
      maxNotionalUnits: 0,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: 500_000_000,
      bidMultiplierDown: 20_000_000,
      askMultiplierUp: 500_000_000,
      askMultiplierDown: 20_000_000,
      maxOpenOrders: 50,
      maxAmendsPerOrder: 10,
      maxPositionUnits: 0,
    },
    makerFeeRate: 0,
    takerFeeRate: 0,
    feeAsset: '',
    feeAssetDiscountRate: rateUnits(0),
  } as unknown as Instrument;
  return { ...plain, ...overrides } as Instrument;
}

export function testMarket(instrument: number): Mutable<MarketSnapshot> {
  return {
    instrument,
    version: 1,
    status: 2,
    isStale: false,
    confidence: 1,
    source: 1,
    venueTimeMicros: START_MICROS,
    receiveTimeMicros: START_MICROS,
    updateId: 1,
    bidPriceTicks: 9_999,
    bidQuantityLots: 1_000,
    askPriceTicks: 10_001,
    askQuantityLots: 1_000,
    spreadTicks: 2,
    midHalfTicks: 20_000,
    weightedMidTicks: 10_000,
    imbalance: 0.5,
    bids: { count: 0, pricesTicks: new Float64Array(20), quantitiesLots: new Float64Array(20) },
    asks: { count: 0, pricesTicks: new Float64Array(20), quantitiesLots: new Float64Array(20) },
    tradeCount: 0,
    lastTradePriceTicks: 0,
    lastTradeQuantityLots: 0,
    lastTradeSide: 0,
    lastTradeMicros: 0,
    markPriceUnits: 0,
    indexPriceUnits: 0,
    fundingRate: 0,
    nextFundingMicros: 0,
  } as unknown as Mutable<MarketSnapshot>;
}

export const GENEROUS: RiskLimits = {
  maxOrderLots: [100_000, 100_000],
  maxOrderNotionalUnits: [1e13, 1e13],
  maxOpenOrders: [40, 40],
  maxLongBaseUnits: [1e14, 1e14],
  maxShortBaseUnits: [0, 1e14],
  maxGrossNotionalUnits: 1e14,
  priceCollarBps: 500,
  referenceAgeMaxMicros: 1_000_000,
  ordersPerTenSeconds: [90, 90],
  reservedForHedges: 10,
  balanceReserveBps: 0,
  safetyMarginBps: 0,
} as unknown as RiskLimits;

let nextId = 1;

/** Field values of an action, unbranded. */
export type ActionFields = Partial<Record<keyof PlannedAction, number | boolean>>;

/** A small approved-by-default order; ids are fresh. */
export function testAction(overrides: ActionFields = {}): PlannedAction {
  const plain = {
    kind: ActionKind.NEW,
    clientOrderId: nextId++,
    targetOrderId: 0,
    instrument: SPOT,
    side: Side.BUY,
    priceTicks: 9_990,
    quantityLots: 100,
    type: OrderType.LIMIT_MAKER,
    timeInForce: TimeInForce.GTC,
    layer: Layer.L0,
    ttlMicros: 0,
    postOnly: true,
    reduceOnly: false,
    reducesRisk: false,
    selfTradeMode: SelfTradeMode.EXPIRE_MAKER,
    reason: ActionReason.MISSING,
  } as unknown as PlannedAction;
  return { ...plain, ...overrides } as PlannedAction;
}

export class RiskDesk {
  nowMicros = START_MICROS;
  readonly commands: Command[] = [];
  readonly quoted = testMarket(SPOT);
  readonly hedge = testMarket(PERP);
  readonly markets: Markets = { quoted: this.quoted, hedge: this.hedge };
  readonly instruments: Instrument[] = [
    testInstrument({}),
    testInstrument({ index: PERP, market: 1, role: 1 }),
  ];
  readonly position = {
    isReconciled: true,
    quotedUntoldBuyUnits: 0,
    quotedUntoldSellUnits: 0,
    spotBaseUnits: 10_000 * LOT_UNITS,
    freeBaseUnits: 10_000 * LOT_UNITS,
    freeQuoteUnits: 1_000 * 1e8,
    totalQuoteUnits: 1_000 * 1e8,
    perpBaseUnits: -10_000 * LOT_UNITS,
    marginWalletUnits: 1_000 * 1e8,
    marginFreeUnits: 1_000 * 1e8,
    netDeltaBaseUnits: 0,
  } as unknown as Mutable<PositionState>;
  readonly risk: RiskManager;
  private version = 0;

  constructor(configuration: Partial<RiskConfiguration> = {}, hasHedge = true) {
    if (!hasHedge) this.hedge.instrument = -1 as typeof this.hedge.instrument;
    const { instruments, commands } = this;
    this.risk = new RiskManager({
      configuration: { ...DEFAULT_RISK_CONFIGURATION, ...configuration },
      instruments: {
        get count() {
          return instruments.length;
        },
        get: (index) => instruments[index] ?? null,
      },
      markets: this.markets,
      position: this.position,
      output: { emit: (command) => commands.push({ ...command } as Command) },
    });
  }

  /** Moves time and both feeds' stamps, and lets the timer run. */
  tick(micros = 50_000): this {
    this.nowMicros += micros;
    this.quoted.receiveTimeMicros = this.nowMicros as typeof this.quoted.receiveTimeMicros;
    this.hedge.receiveTimeMicros = this.nowMicros as typeof this.hedge.receiveTimeMicros;
    const event = new TimerEvent();
    event.atMicros = this.nowMicros as typeof event.atMicros;
    this.risk.onTimer(event);
    return this;
  }

  grant(limits: Partial<Record<keyof RiskLimits, unknown>> = {}, lifeMicros = 1e12): this {
    const event = new RiskLeaseEvent();
    this.version += 1;
    event.atMicros = this.nowMicros as typeof event.atMicros;
    event.version = this.version;
    event.epoch = 1;
    event.expiresAtMicros = (this.nowMicros + lifeMicros) as typeof event.expiresAtMicros;
    event.limits = { ...GENEROUS, ...limits } as RiskLimits;
    this.risk.onControl(event);
    return this;
  }

  /** Sets facts of the position, unbranded. */
  hold(facts: Partial<Record<keyof PositionState, number>>): this {
    Object.assign(this.position, facts);
    return this;
  }

  /** The usual start: reference sampled, limits granted. */
  ready(limits: Partial<Record<keyof RiskLimits, unknown>> = {}): this {
    const event = new InstrumentDefinedEvent();
    event.atMicros = this.nowMicros as typeof event.atMicros;
    this.risk.onControl(event);
    return this.grant(limits).tick();
  }

  /** Copies of the verdicts on a plan of these actions. */
  check(...actions: PlannedAction[]): ActionVerdict[] {
    const plan = {
      strategyId: 1,
      causedBy: 1,
      atMicros: this.nowMicros,
      count: actions.length,
      actions,
      keptCount: 0,
    } as unknown as OrderPlan;
    const verdict = this.risk.preTradeCheck(plan);
    return verdict.actions.slice(0, verdict.count).map((answer) => ({ ...answer }));
  }

  code(action: PlannedAction): number {
    return this.check(action)[0]?.code ?? -1;
  }

  report(overrides: Partial<Record<keyof ExecutionReport, unknown>>): void {
    const report = new ExecutionReport();
    report.atMicros = this.nowMicros as typeof report.atMicros;
    Object.assign(report, overrides);
    this.risk.settle(report);
  }
}
