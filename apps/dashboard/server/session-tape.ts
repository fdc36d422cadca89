import type {
  ChartMark,
  DecisionRow,
  LayerName,
  MarkKind,
  SideName,
  TapeEntry,
  TapeKind,
} from '#apps/dashboard/protocol.ts';
import {
  AlertCode,
  type AlertCommand,
  CommandKind,
  type OrderCommand,
} from '#contracts/commands.ts';
import { type ExecutionReport, NO_TRADE, ReportStatus } from '#contracts/execution-report.ts';
import { Layer, Side } from '#contracts/order.ts';
import { MICROS_PER_MILLI, NO_ORDER } from '#units/integers.ts';
import { alertName, layerName, reportReasonName, reportStatusName } from './code-names.ts';

/** Lines kept; the page shows fewer. */
const ENTRIES_MAX = 4_000;
const MARKS_MAX = 2_000;
/** Orders remembered with their decision: at ten placements a second, seven minutes. */
const ORDERS_MAX = 4_096;
/** Alerts about what we may lose; the others are about the machinery. */
const RISK_ALERTS: ReadonlySet<AlertCode> = new Set([
  AlertCode.RISK_REJECTED,
  AlertCode.LEASE_LOST,
  AlertCode.KILL,
  AlertCode.HARD_BAND,
  AlertCode.HEDGE_OVERDUE,
  AlertCode.MARGIN_LOW,
  AlertCode.POSITION_MISMATCH,
  AlertCode.BALANCE_MISMATCH,
  AlertCode.REJECT_STORM,
]);

/** What is remembered of one order from the moment it was sent. */
export interface OrderMemory {
  readonly orderId: number;
  readonly instrument: number;
  readonly side: SideName;
  readonly layer: LayerName;
  readonly decision: DecisionRow;
  queueAhead: number;
  queueLevel: number;
  /** Hedge obligation: the one a hedge order serves, or the one that hedges this quote's fills. */
  obligationId: number;
}

/** A line to be written; what is left out does not apply. */
export interface NewEntry {
  readonly atMicros: number;
  readonly kind: TapeKind;
  readonly event: string;
  readonly severity?: number;
  readonly instrument?: number;
  readonly orderId?: number;
  readonly side?: SideName | null;
  readonly layer?: LayerName;
  readonly priceTicks?: number;
  readonly lots?: number;
  readonly reason?: string;
  readonly measured?: number;
  readonly limit?: number;
}

/**
 * What just happened, in bounded memory: tape lines, marks for the charts, and of every recent order
 * what was known when it was decided on.
 */
export class SessionTape {
  private entries: TapeEntry[] = [];
  private marks: ChartMark[] = [];
  private readonly orders = new Map<number, OrderMemory>();
  /** Quotes that filled and wait for the next hedge order to say which obligation covers them. */
  private unhedged: OrderMemory[] = [];
  private lastEntryId = 0;
  private lastMarkId = 0;

  write(entry: NewEntry): void {
    this.lastEntryId += 1;
    this.entries.push({
      id: this.lastEntryId,
      atMicros: entry.atMicros,
      kind: entry.kind,
      event: entry.event,
      severity: entry.severity ?? 0,
      instrument: entry.instrument ?? -1,
      orderId: entry.orderId ?? NO_ORDER,
      side: entry.side ?? null,
      layer: entry.layer ?? 'NONE',
      priceTicks: entry.priceTicks ?? 0,
      lots: entry.lots ?? 0,
      reason: entry.reason ?? '',
      measured: entry.measured ?? 0,
      limit: entry.limit ?? 0,
    });
    if (this.entries.length > ENTRIES_MAX * 2) this.entries = this.entries.slice(-ENTRIES_MAX);
  }

  mark(kind: MarkKind, atMicros: number, details: Partial<ChartMark>): void {
    this.lastMarkId += 1;
    this.marks.push({
      side: null,
      priceTicks: 0,
      lots: 0,
      text: '',
      ...details,
      id: this.lastMarkId,
      atMillis: Math.floor(atMicros / MICROS_PER_MILLI),
      kind,
    });
    if (this.marks.length > MARKS_MAX * 2) this.marks = this.marks.slice(-MARKS_MAX);
  }

  /** A placement left us. `obligationId` is the open hedge obligation, 0 for none. */
  remember(command: Readonly<OrderCommand>, decision: DecisionRow, obligationId: number): void {
    const isPlacement =
      command.kind === CommandKind.PLACE_ORDER || command.kind === CommandKind.REPLACE_ORDER;
    if (!isPlacement) return;
    const isHedge = command.layer === Layer.HEDGE;
    this.orders.set(command.clientOrderId, {
      orderId: command.clientOrderId,
      instrument: command.instrument,
      side: sideName(command.side),
      layer: layerName(command.layer),
      decision,
      queueAhead: -1,
      queueLevel: 0,
      obligationId: isHedge ? obligationId : 0,
    });
    if (isHedge) this.assignObligation(obligationId);
    if (this.orders.size > ORDERS_MAX) {
      for (const oldest of this.orders.keys()) {
        this.orders.delete(oldest);
        break;
      }
    }
  }

  order(orderId: number): OrderMemory | null {
    return this.orders.get(orderId) ?? null;
  }

  /** Remembered orders that serve one hedge obligation. */
  ordersOfObligation(obligationId: number): readonly OrderMemory[] {
    const found: OrderMemory[] = [];
    for (const order of this.orders.values()) {
      if (order.layer === 'HEDGE' && order.obligationId === obligationId) found.push(order);
    }
    return found;
  }

  onReport(report: Readonly<ExecutionReport>): void {
    const memory = this.order(report.clientOrderId);
    const isFill = report.tradeId !== NO_TRADE && report.lastQuantityLots > 0;
    const isHedge = report.instrument > 0;
    this.write({
      atMicros: report.atMicros,
      kind: kindOf(report, isFill, isHedge),
      event: eventOf(report),
      severity: report.status === ReportStatus.UNKNOWN ? 1 : 0,
      instrument: report.instrument,
      orderId: report.clientOrderId,
      side: sideName(report.side),
      layer: memory?.layer ?? 'NONE',
      priceTicks: isFill ? report.lastPriceTicks : report.priceTicks,
      lots: isFill ? report.lastQuantityLots : report.quantityLots - report.filledLots,
      reason: isFill ? (report.isMaker ? 'MAKER' : 'TAKER') : reportReasonName(report.reason),
    });
    if (!isFill) return;
    this.mark(isHedge ? 'HEDGE' : 'FILL', report.atMicros, {
      side: sideName(report.side),
      priceTicks: report.lastPriceTicks,
      lots: report.lastQuantityLots,
    });
    if (!isHedge && memory !== null) this.unhedged.push(memory);
    if (this.unhedged.length > ORDERS_MAX) this.unhedged.shift();
  }

  onAlert(alert: Readonly<AlertCommand>, atMicros: number): void {
    const isRisk = RISK_ALERTS.has(alert.code);
    this.write({
      atMicros,
      kind: isRisk ? 'risk' : 'system',
      event: alertName(alert.code),
      severity: alert.severity,
      instrument: alert.instrument,
      orderId: alert.clientOrderId,
      measured: alert.measured,
      limit: alert.limit,
    });
    if (alert.code === AlertCode.KILL) this.mark('KILL', atMicros, {});
  }

  /** Newest lines with an id above `afterId`, at most `max` of them, oldest first. */
  entriesAfter(afterId: number, max: number): readonly TapeEntry[] {
    const fresh = Math.min(this.entries.length, this.lastEntryId - afterId, max);
    return fresh <= 0 ? [] : this.entries.slice(-fresh);
  }

  marksAfter(afterId: number): readonly ChartMark[] {
    const fresh = Math.min(this.marks.length, this.lastMarkId - afterId);
    return fresh <= 0 ? [] : this.marks.slice(-fresh);
  }

  entriesOf(orderIds: ReadonlySet<number>): readonly TapeEntry[] {
    return this.entries.filter((entry) => orderIds.has(entry.orderId));
  }

  get newestEntryId(): number {
    return this.lastEntryId;
  }

  get newestMarkId(): number {
    return this.lastMarkId;
  }

  private assignObligation(obligationId: number): void {
    for (const order of this.unhedged) order.obligationId = obligationId;
    this.unhedged = [];
  }
}

export function sideName(side: Side): SideName {
  return side === Side.BUY ? 'bid' : 'ask';
}

function kindOf(report: Readonly<ExecutionReport>, isFill: boolean, isHedge: boolean): TapeKind {
  if (report.status === ReportStatus.REJECTED) return 'reject';
  if (isHedge) return 'hedge';
  return isFill ? 'fill' : 'order';
}

function eventOf(report: Readonly<ExecutionReport>): string {
  const isReplacement =
    report.status === ReportStatus.ACCEPTED && report.replacedOrderId !== NO_ORDER;
  return isReplacement ? 'REPLACED' : reportStatusName(report.status);
}
