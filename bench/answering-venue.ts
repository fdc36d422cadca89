import { type Command, CommandKind, type OrderCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import { AccountQuery, type EngineEvent, QueryCompletedEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, type Side, TimeInForce } from '#contracts/order.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';

/** The quoted market and the hedge. */
const MARKETS: readonly InstrumentIndex[] = [0 as InstrumentIndex, 1 as InstrumentIndex];

interface RestingOrder {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  quantityLots: QuantityLots;
}

/**
 * A venue that accepts every order, confirms every cancel and never fills: orders come and go, and
 * nothing else happens. Asked for open orders, trades or the account, it says that this is all. Answers wait until they are drained, because nothing may be published while
 * an event is being handled.
 */
export class AnsweringVenue implements OrderGateway {
  /** Answers given so far. */
  answerCount = 0;
  private readonly resting = new Map<ClientOrderId, RestingOrder>();
  private readonly waiting: (ExecutionReport | QueryCompletedEvent)[] = [];
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
      case CommandKind.REQUEST_OPEN_ORDERS:
        this.listOpen(command.instrument);
        return;
      case CommandKind.REQUEST_FILLS:
        this.complete(AccountQuery.FILLS, command.instrument);
        return;
      case CommandKind.REQUEST_ACCOUNT:
        for (const index of MARKETS) this.complete(AccountQuery.ACCOUNT, index);
        return;
      default:
        // Questions about books and single orders stay unanswered: none is ever lost here.
        return;
    }
  }

  /** Hands out the answers that waited, stamped with `atMicros`, in order. */
  drain(atMicros: EpochMicros, publish: (event: EngineEvent) => void): void {
    for (let index = 0; index < this.waiting.length; index++) {
      const answer = this.waiting[index] as ExecutionReport | QueryCompletedEvent;
      answer.atMicros = atMicros;
      answer.venueTimeMicros = atMicros;
      answer.requestedAtMicros = atMicros;
      publish(answer);
      if (!(answer instanceof ExecutionReport)) continue;
      this.answerCount += 1;
      this.idle.push(answer);
    }
    this.waiting.length = 0;
  }

  private listOpen(instrument: InstrumentIndex): void {
    for (const [id, order] of this.resting) {
      if (order.instrument !== instrument) continue;
      this.report(id, order, ReportStatus.ACCEPTED).channel = ReportChannel.QUERY;
    }
    this.complete(AccountQuery.OPEN_ORDERS, instrument);
  }

  private complete(query: AccountQuery, instrument: InstrumentIndex): void {
    const event = new QueryCompletedEvent();
    event.query = query;
    event.instrument = instrument;
    this.waiting.push(event);
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
    report.channel = ReportChannel.RESPONSE;
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
