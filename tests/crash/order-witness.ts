/**
 * Every order that reached the venue, of all processes: no id comes twice, and no order comes while another
 * one does its work already.
 */
import type { Command, OrderCommand } from '#contracts/commands.ts';
import { CommandKind } from '#contracts/commands.ts';
import { type ExecutionReport, isTradeRecord, ReportStatus } from '#contracts/execution-report.ts';
import { Layer, OrderType } from '#contracts/order.ts';

/** An order as the venue got it. */
export interface ReceivedOrder {
  readonly clientOrderId: number;
  readonly instrument: number;
  readonly side: number;
  readonly layer: number;
  readonly isPostOnlyQuote: boolean;
  readonly quantityLots: number;
}

/** What a process knows of an order when it begins. */
export interface KnownOrder {
  readonly clientOrderId: number;
  readonly quantityLots: number;
  readonly filledLots: number;
}

interface LiveOrder extends ReceivedOrder {
  /** Total and filled as last told. */
  quantityLots: number;
  filledLots: number;
  /** A cancel or a replacement of it is under way: the next one may come. */
  isLeaving: boolean;
}

const ENDS: ReadonlySet<number> = new Set([
  ReportStatus.FILLED,
  ReportStatus.CANCELED,
  ReportStatus.REJECTED,
  ReportStatus.EXPIRED,
  ReportStatus.EXPIRED_IN_MATCH,
]);

const TELLS_QUANTITY: ReadonlySet<number> = new Set([
  ReportStatus.ACCEPTED,
  ReportStatus.PARTIALLY_FILLED,
  ReportStatus.AMENDED,
]);

export class OrderWitness {
  /** In the order of their coming. */
  readonly received: ReceivedOrder[] = [];
  private readonly ids = new Set<number>();
  /** Those that may fill as far as the process has been told. */
  private readonly live = new Map<number, LiveOrder>();

  /** A command arrives; returns the order it brings. Throws when that was there before, or is one too many. */
  onCommand(command: Readonly<Command>): ReceivedOrder | null {
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
        return this.add(command as OrderCommand);
      case CommandKind.REPLACE_ORDER:
        this.leave((command as OrderCommand).targetOrderId);
        return this.add(command as OrderCommand);
      case CommandKind.CANCEL_ORDER:
        this.leave((command as OrderCommand).clientOrderId);
        break;
      case CommandKind.CANCEL_ALL:
        for (const order of this.live.values()) {
          if (order.instrument === command.instrument) order.isLeaving = true;
        }
        break;
    }
    return null;
  }

  /** A process is told something of an order. What nobody hears ends nothing: that process would know. */
  onReport(report: Readonly<ExecutionReport>): void {
    const order = this.live.get(report.clientOrderId);
    if (order === undefined) return;
    const isRecord = isTradeRecord(report);
    if (isRecord) {
      // Trades of a list end an order when they make it up. One told before may count twice: rather no alarm.
      order.filledLots += report.lastQuantityLots;
    } else if (TELLS_QUANTITY.has(report.status)) {
      order.quantityLots = report.quantityLots;
      order.filledLots = Math.max(order.filledLots, report.filledLots);
    }
    const isEnd = ENDS.has(report.status) && !isRecord;
    if (isEnd || order.filledLots >= order.quantityLots) this.live.delete(order.clientOrderId);
  }

  /**
   * A process begins whose journal holds those orders for open. Another one it meets when the venue lists it,
   * and may have sent its own by then: it is no double that this process could have avoided.
   */
  onBegin(open: readonly KnownOrder[]): void {
    const known = new Map(open.map((order) => [order.clientOrderId, order]));
    for (const order of this.received) {
      const { clientOrderId } = order;
      const belief = known.get(clientOrderId);
      const isLeaving = this.live.get(clientOrderId)?.isLeaving ?? false;
      if (belief === undefined) this.live.delete(clientOrderId);
      else this.live.set(clientOrderId, { ...order, ...belief, isLeaving });
    }
  }

  private leave(clientOrderId: number): void {
    const order = this.live.get(clientOrderId);
    if (order !== undefined) order.isLeaving = true;
  }

  private add(command: Readonly<OrderCommand>): ReceivedOrder {
    const { clientOrderId, instrument, side, layer, type, quantityLots } = command;
    if (this.ids.has(clientOrderId)) throw new Error(`order id ${clientOrderId} came twice`);
    this.ids.add(clientOrderId);
    const isPostOnlyQuote = instrument === 0 && type === OrderType.LIMIT_MAKER;
    const order = { clientOrderId, instrument, side, layer, isPostOnlyQuote, quantityLots };
    for (const other of this.live.values()) {
      if (!other.isLeaving && haveOneTask(order, other)) {
        throw new Error(`${describe(order)} came while ${describe(other)} lived`);
      }
    }
    this.live.set(clientOrderId, { ...order, filledLots: 0, isLeaving: false });
    this.received.push(order);
    return order;
  }
}

/** One quote a side and layer. One hedge at all: two that both fill are a bet the other way. */
function haveOneTask(one: ReceivedOrder, other: ReceivedOrder): boolean {
  if (one.instrument !== other.instrument || one.layer !== other.layer) return false;
  return one.layer === Layer.HEDGE || one.side === other.side;
}

function describe({ clientOrderId, instrument, side, layer }: ReceivedOrder): string {
  return `order ${clientOrderId} (instrument ${instrument}, side ${side}, layer ${layer})`;
}
