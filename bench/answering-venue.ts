import { type Command, CommandKind, type OrderCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, type Side, TimeInForce } from '#contracts/order.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';

interface RestingOrder {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  quantityLots: QuantityLots;
}

/**
 * A venue that accepts every order, confirms every cancel and never fills: orders come and go, and
 * nothing else happens. Answers wait until they are drained, because nothing may be published while
 * an event is being handled.
 */
export class AnsweringVenue implements OrderGateway {
  /** Answers given so far. */
  answerCount = 0;
  private readonly resting = new Map<ClientOrderId, RestingOrder>();
  private readonly waiting: ExecutionReport[] = [];
  private readonly idle: ExecutionReport[] = [];

  get openCount(): number {
    return this.resting.size;
  }

  submit(command: Readonly<Command>): void {
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
        this.place(command as OrderCommand, NO_ORDER);
        return;
      case CommandKind.REPLACE_ORDER:
        this.cancel((command as OrderCommand).targetOrderId);
        this.place(command as OrderCommand, (command as OrderCommand).targetOrderId);
        return;
      case CommandKind.CANCEL_ORDER:
        this.cancel((command as OrderCommand).clientOrderId);
        return;
      case CommandKind.AMEND_ORDER:
        this.amend(command as OrderCommand);
        return;
      case CommandKind.CANCEL_ALL:
        for (const [id, order] of this.resting) {
          if (order.instrument === command.instrument) this.cancel(id);
        }
        return;
      default:
        // Questions stay unanswered: no book is ever lost here and no balance is ever wrong.
        return;
    }
  }

  /** Hands out the answers that waited, stamped with `atMicros`, in order. */
  drain(atMicros: EpochMicros, publish: (event: EngineEvent) => void): void {
    for (let index = 0; index < this.waiting.length; index++) {
      const report = this.waiting[index] as ExecutionReport;
      report.atMicros = atMicros;
      report.venueTimeMicros = atMicros;
      publish(report);
      this.answerCount += 1;
      this.idle.push(report);
    }
    this.waiting.length = 0;
  }

  private place(command: Readonly<OrderCommand>, replaced: ClientOrderId): void {
    const { clientOrderId, instrument, side, priceTicks, quantityLots, timeInForce } = command;
    const order = { instrument, side, priceTicks, quantityLots };
    const report = this.report(clientOrderId, order, ReportStatus.ACCEPTED);
    report.replacedOrderId = replaced;
    if (timeInForce === TimeInForce.GTC || timeInForce === TimeInForce.GTX) {
      this.resting.set(clientOrderId, order);
      return;
    }
    this.report(clientOrderId, order, ReportStatus.EXPIRED);
  }

  private cancel(id: ClientOrderId): void {
    const order = this.resting.get(id);
    if (order === undefined) return;
    this.resting.delete(id);
    this.report(id, order, ReportStatus.CANCELED);
  }

  private amend(command: Readonly<OrderCommand>): void {
    const order = this.resting.get(command.clientOrderId);
    if (order === undefined) return;
    order.quantityLots = command.quantityLots;
    this.report(command.clientOrderId, order, ReportStatus.AMENDED);
  }

  private report(id: ClientOrderId, order: RestingOrder, status: ReportStatus): ExecutionReport {
    const report = this.idle.pop() ?? new ExecutionReport();
    report.status = status;
    report.instrument = order.instrument;
    report.clientOrderId = id;
    report.replacedOrderId = NO_ORDER;
    report.side = order.side;
    report.priceTicks = order.priceTicks;
    report.quantityLots = order.quantityLots;
    report.reason = ReportReason.NONE;
    this.waiting.push(report);
    return report;
  }
}
