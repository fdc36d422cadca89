/** What a test lets the auditor see: two instruments, limits, and an engine's view written by hand. */
import { RequestCommand } from '#contracts/commands.ts';
import type { LevelColumn } from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import {
  type Instrument,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import { type EngineView, NO_ORDER_STATE } from './auditor-inputs.ts';
import type { OpenOrderRow } from './open-order-row.ts';
import { TABLE_MOSTS } from './table-audit.ts';

export const SPOT = 0;
export const PERP = 1;
export const WHOLE = 100_000_000;
export const SECOND = 1_000_000;
export const START = 1_795_305_600_000_000;
/** Mid of both books at the start: 0.16 in ticks of 0.00001. */
export const MID = 16_000;

export function brand<T>(value: unknown): T {
  return value as T;
}

/** Tick 0.00001, step 1; fees 10/10 bp on spot, 2/5 bp on the perpetual. */
export function makeInstrument(index: number, changes: Partial<Instrument> = {}): Instrument {
  const isSpot = index === SPOT;
  return brand<Instrument>({
    index,
    version: 1,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    market: isSpot ? Market.SPOT : Market.PERPETUAL,
    symbol: 'AAAUSDT',
    baseAsset: 'AAA',
    quoteAsset: 'USDT',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1_000,
    tickLotDenominator: 1,
    baseUnitsPerLot: WHOLE,
    priceUnitsPerTick: 1_000,
    filters: {
      minPriceTicks: 1,
      maxPriceTicks: 10_000_000,
      minQuantityLots: 1,
      maxQuantityLots: 900_000,
      marketMinQuantityLots: 0,
      marketMaxQuantityLots: 300_000,
      minNotionalUnits: (isSpot ? 1 : 5) * WHOLE,
      maxNotionalUnits: 0,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: isSpot ? 5 * WHOLE : 1.05 * WHOLE,
      bidMultiplierDown: isSpot ? 0.2 * WHOLE : 0,
      askMultiplierUp: isSpot ? 5 * WHOLE : 0,
      askMultiplierDown: isSpot ? 0.2 * WHOLE : 0.95 * WHOLE,
      maxOpenOrders: 200,
      maxAmendsPerOrder: 2,
      maxPositionUnits: 0,
    },
    makerFeeRate: isSpot ? 100_000 : 20_000,
    takerFeeRate: isSpot ? 100_000 : 50_000,
    feeAsset: '',
    feeAssetDiscountRate: 0,
    ...changes,
  });
}

export function makeLimits(changes: Partial<Record<keyof RiskLimits, unknown>> = {}): RiskLimits {
  return brand<RiskLimits>({
    maxOrderLots: [5_000, 5_000],
    maxOrderNotionalUnits: [1_000 * WHOLE, 1_000 * WHOLE],
    maxOpenOrders: [6, 4],
    maxLongBaseUnits: [5_000 * WHOLE, 5_000 * WHOLE],
    maxShortBaseUnits: [0, 5_000 * WHOLE],
    maxGrossNotionalUnits: 10_000 * WHOLE,
    priceCollarBps: 100,
    referenceAgeMaxMicros: 2 * SECOND,
    ordersPerTenSeconds: [20, 20],
    reservedForHedges: 2,
    balanceReserveBps: 0,
    safetyMarginBps: 0,
    ...changes,
  });
}

/** The engine as the test wants it seen. */
export class StagedView implements EngineView {
  spotBaseUnits = 1_000 * WHOLE;
  perpBaseUnits = -1_000 * WHOLE;
  readonly slots = [1_000 * WHOLE, 10_000 * WHOLE, 0, 1_000 * WHOLE];
  isReconciled = true;
  isKilled = false;
  isShutDown = false;
  isPulled = false;
  isRecovering = false;
  isLeaseValid = true;
  readonly live = [false, false];
  readonly stale = [false, false];
  readonly updateIds = [0, 0];
  /** Bid ticks, bid lots, ask ticks, ask lots per instrument. */
  readonly tops = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  readonly states = new Map<number, number>();
  readonly rows: OpenOrderRow[] = [];
  deltaBandBaseUnits = 500 * WHOLE;
  /** Nothing is wanted, for a reason that is no fault: then nothing must rest at the venue. */
  readonly reasons: number[] = [NoQuoteReason.INVENTORY_LIMIT, NoQuoteReason.INVENTORY_LIMIT];
  readonly wanted = [0, 0];
  pnlTotalUnits = 0;
  pnlResidualUnits = 0;
  limitsInForce: RiskLimits | null = makeLimits();
  readonly tables = Object.entries(TABLE_MOSTS).map(([name, capacity]) => ({
    ...{ name, capacity, size: 3 },
  }));

  get netDeltaBaseUnits(): number {
    return this.spotBaseUnits + this.perpBaseUnits;
  }
  slotTotalUnits(slot: number): number {
    return this.slots[slot] ?? 0;
  }
  isBookLive(instrument: number): boolean {
    return this.live[instrument] ?? false;
  }
  isMarketStale(instrument: number): boolean {
    return this.stale[instrument] ?? false;
  }
  bookUpdateId(instrument: number): number {
    return this.updateIds[instrument] ?? 0;
  }
  bookBidTicks(instrument: number): number {
    return this.tops[instrument]?.[0] ?? 0;
  }
  bookBidLots(instrument: number): number {
    return this.tops[instrument]?.[1] ?? 0;
  }
  bookAskTicks(instrument: number): number {
    return this.tops[instrument]?.[2] ?? 0;
  }
  bookAskLots(instrument: number): number {
    return this.tops[instrument]?.[3] ?? 0;
  }
  orderStateOf(clientOrderId: number): number {
    return this.states.get(clientOrderId) ?? NO_ORDER_STATE;
  }
  healthAtMicros = 0;
  bookedFillCount = 0;
  /** What may still fill of each order, for execution, account state and the gate alike. */
  readonly openLots = new Map<number, number>();
  /** Instrument x 2 + side of each order that was placed. */
  readonly placedKeys = new Map<number, number>();
  openLotsOf(clientOrderId: number): number {
    return this.openLots.get(clientOrderId) ?? -1;
  }
  accountLotsOf(clientOrderId: number): number {
    return this.openLots.get(clientOrderId) ?? -1;
  }
  get openOrderCount(): number {
    return this.rows.length;
  }
  readOpenOrder(index: number, into: OpenOrderRow): void {
    Object.assign(into, this.rows[index]);
  }
  quoteReason(side: number): number {
    return this.reasons[side] ?? 0;
  }
  quotedLots(side: number): number {
    return this.wanted[side] ?? 0;
  }
  midHalfTicks(instrument: number): number {
    return this.bookBidTicks(instrument) + this.bookAskTicks(instrument);
  }
  readBook(instrument: number, side: number, _levelsMax: number, into: LevelColumn): void {
    const at = side === Side.BUY ? 0 : 2;
    const top = this.tops[instrument] ?? [];
    if ((top[at] ?? 0) > 0) into.push(top[at] ?? 0, top[at + 1] ?? 0);
  }
  reservedLots(instrument: number, side: number): number {
    let sum = 0;
    for (const [id, lots] of this.openLots) {
      if (this.placedKeys.get(id) === instrument * 2 + side) sum += lots;
    }
    return sum;
  }
  get tableCount(): number {
    return this.tables.length;
  }
  tableSize(index: number): number {
    return this.tables[index]?.size ?? 0;
  }
  tableCapacity(index: number): number {
    return this.tables[index]?.capacity ?? 0;
  }
  tableName(index: number): string {
    return this.tables[index]?.name ?? '';
  }
}

/** State that execution shows after a report of that status. */
export const STATE_AFTER: Readonly<Record<number, number>> = {
  [ReportStatus.ACCEPTED]: 1,
  [ReportStatus.PARTIALLY_FILLED]: 2,
  [ReportStatus.FILLED]: 6,
  [ReportStatus.CANCELED]: 7,
  [ReportStatus.REJECTED]: 8,
  [ReportStatus.EXPIRED]: 9,
};

export function isEnd(status: ReportStatus): boolean {
  return (STATE_AFTER[status] ?? 0) >= 6 || status === ReportStatus.EXPIRED_IN_MATCH;
}

/** What booking a buy of spot does to the engine's books. */
export function bookSpotBuy(view: StagedView, report: ExecutionReport): void {
  const units = report.lastQuantityLots * WHOLE - report.commissionUnits;
  view.spotBaseUnits += units;
  view.slots[0] = (view.slots[0] ?? 0) + units;
  view.slots[1] = (view.slots[1] ?? 0) - report.lastPriceTicks * report.lastQuantityLots * 1_000;
}

/** A request of the engine that names no order. */
export function request(kind: RequestCommand['kind'], instrument = SPOT): RequestCommand {
  const command = new RequestCommand();
  command.kind = kind;
  command.instrument = brand(instrument);
  return command;
}
