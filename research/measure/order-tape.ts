import { type Command, CommandKind, type CommandSink } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import type { ReportReason, Side } from '#contracts/order.ts';
import { NO_ORDER } from '#units/integers.ts';

/** What became of our orders, counted from commands and reports. */
export interface OrderCounts {
  sent: number;
  acked: number;
  rejected: number;
  canceled: number;
  amended: number;
  replaced: number;
  expired: number;
  unknownResolved: number;
  openAtEnd: number;
}

/** One of our orders that the venue accepted and has not ended. */
export interface LiveOrder {
  readonly clientOrderId: number;
  readonly instrument: number;
  readonly side: Side;
  priceTicks: number;
  leavesLots: number;
  readonly acceptedMicros: number;
}

/**
 * Counts orders and keeps those that are live by the venue's own words. Independent of the engine's
 * tables, so that the two can be compared.
 */
export class OrderTape implements CommandSink {
  readonly counts: OrderCounts = {
    sent: 0,
    acked: 0,
    rejected: 0,
    canceled: 0,
    amended: 0,
    replaced: 0,
    expired: 0,
    unknownResolved: 0,
    openAtEnd: 0,
  };
  readonly rejectedByReason = new Map<ReportReason, number>();
  readonly live = new Map<number, LiveOrder>();
  /** Commands that reach the venue: place, amend, replace, cancel. */
  messages = 0;
  private readonly unknown = new Set<number>();
  private readonly ended = new Set<number>();

  emit(command: Readonly<Command>): void {
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
      case CommandKind.REPLACE_ORDER:
        this.counts.sent += 1;
        this.messages += 1;
        break;
      case CommandKind.AMEND_ORDER:
      case CommandKind.CANCEL_ORDER:
      case CommandKind.CANCEL_ALL:
        this.messages += 1;
        break;
      default:
        break;
    }
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.EXECUTION_REPORT) return;
    if (event.status === ReportStatus.UNKNOWN) {
      this.unknown.add(event.clientOrderId);
      return;
    }
    if (this.unknown.delete(event.clientOrderId)) this.counts.unknownResolved += 1;
    this.apply(event);
    this.counts.openAtEnd = this.live.size;
  }

  private apply(report: Readonly<ExecutionReport>): void {
    // A second channel may tell everything again, acceptance after the end: the dead stay dead.
    if (this.ended.has(report.clientOrderId)) return;
    switch (report.status) {
      case ReportStatus.ACCEPTED:
        this.accept(report);
        break;
      case ReportStatus.AMENDED:
        this.counts.amended += 1;
        this.reduce(report);
        break;
      case ReportStatus.PARTIALLY_FILLED:
        this.reduce(report);
        break;
      case ReportStatus.CANCELED:
        this.counts.canceled += 1;
        this.end(report.clientOrderId);
        break;
      case ReportStatus.REJECTED:
        this.counts.rejected += 1;
        this.rejectedByReason.set(
          report.reason,
          (this.rejectedByReason.get(report.reason) ?? 0) + 1,
        );
        this.end(report.clientOrderId);
        break;
      case ReportStatus.EXPIRED:
      case ReportStatus.EXPIRED_IN_MATCH:
        this.counts.expired += 1;
        this.end(report.clientOrderId);
        break;
      case ReportStatus.FILLED:
        this.end(report.clientOrderId);
        break;
      default:
        break;
    }
  }

  private accept(report: Readonly<ExecutionReport>): void {
    if (this.live.has(report.clientOrderId)) return;
    this.counts.acked += 1;
    if (report.replacedOrderId !== NO_ORDER) this.counts.replaced += 1;
    this.live.set(report.clientOrderId, {
      clientOrderId: report.clientOrderId,
      instrument: report.instrument,
      side: report.side,
      priceTicks: report.priceTicks,
      leavesLots: report.quantityLots - report.filledLots,
      acceptedMicros: report.atMicros,
    });
  }

  private end(clientOrderId: number): void {
    this.live.delete(clientOrderId);
    this.ended.add(clientOrderId);
  }

  private reduce(report: Readonly<ExecutionReport>): void {
    const order = this.live.get(report.clientOrderId);
    if (order !== undefined) order.leavesLots = report.quantityLots - report.filledLots;
  }
}
