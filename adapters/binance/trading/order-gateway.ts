/**
 * The engine's order gateway over the connector of one market. Commands go out in the call; what became
 * of them comes back as events, "not sent" and "nobody knows" included.
 */
import { UserFields, UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { Clock, EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { AccountQuery, QueryCompletedEvent, VenueSilenceEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { formatSteps } from '#units/decimal-text.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
} from '#units/integers.ts';
import { publishAccount } from './account-answer.ts';
import { type AnsweredRequest, AnswerReports, venueIdText } from './answer-reports.ts';
import type { Failure, Reaction } from './error-table.ts';
import type { OrderIdText } from './order-id-text.ts';
import { type OrderRequests, SpotOrderRequests, TRADE_PAGE } from './order-requests.ts';
import { judge, type RequestOutcome } from './request-outcome.ts';
import type { CoreTradeConnector, NewOrder, OrderName } from './trade-connector.ts';

const TYPES = {
  [OrderType.LIMIT_MAKER]: 'LIMIT_MAKER',
  [OrderType.LIMIT]: 'LIMIT',
  [OrderType.MARKET]: 'MARKET',
} as const;
const TIMES = {
  [TimeInForce.GTC]: 'GTC',
  [TimeInForce.IOC]: 'IOC',
  [TimeInForce.FOK]: 'FOK',
  [TimeInForce.GTX]: 'GTX',
} as const;
const SELF_TRADE = {
  [SelfTradeMode.NONE]: 'NONE',
  [SelfTradeMode.EXPIRE_TAKER]: 'EXPIRE_TAKER',
  [SelfTradeMode.EXPIRE_MAKER]: 'EXPIRE_MAKER',
  [SelfTradeMode.EXPIRE_BOTH]: 'EXPIRE_BOTH',
  [SelfTradeMode.DECREMENT]: 'DECREMENT',
} as const;

export interface OrderGatewayOptions {
  /** The instrument as it is now. */
  readonly instrument: () => Instrument;
  readonly connector: CoreTradeConnector;
  readonly requests: OrderRequests;
  readonly names: OrderIdText;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** A book snapshot is wanted: the feed fetches it. */
  readonly onSnapshotRequest: (instrument: InstrumentIndex) => void;
  /** Every failure with what must be done about it: clock, instrument, log, stop. */
  readonly onFailure: (failure: Failure, reaction: Reaction) => void;
  /** Answers that could not be read, and what went wrong inside. */
  readonly onNote: (note: string) => void;
}

type Failed = Exclude<RequestOutcome, { kind: 'DONE' }>;

export class BinanceOrderGateway implements OrderGateway {
  private readonly options: OrderGatewayOptions;
  private readonly reports: AnswerReports;

  constructor(options: OrderGatewayOptions) {
    this.options = options;
    this.reports = new AnswerReports(options);
  }

  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    const requestedAtMicros = this.options.clock.nowMicros();
    if (command instanceof OrderCommand) {
      const kept = Object.assign(new OrderCommand(), command);
      const request = { requestedAtMicros, channel: ReportChannel.RESPONSE };
      this.watch(this.submitOrder(kept, request), () => this.doubt(kept, request));
      return;
    }
    const { kind, instrument } = command;
    if (kind === CommandKind.REQUEST_SNAPSHOT) this.options.onSnapshotRequest(instrument);
    else
      this.watch(this.submitRequest(command as RequestCommand, requestedAtMicros), () => undefined);
  }

  /** The venue is closed to us until then. Bound to the link's `onSilence`. */
  readonly tellSilence = (untilMicros: EpochMicros): void => {
    const event = new VenueSilenceEvent();
    event.atMicros = this.options.clock.nowMicros();
    event.instrument = this.options.instrument().index;
    event.untilMicros = untilMicros;
    this.options.sink.publish(event);
  };

  private submitOrder(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
        return this.place(command, request);
      case CommandKind.CANCEL_ORDER:
        return this.cancel(command, request);
      case CommandKind.AMEND_ORDER:
        return this.amend(command, request);
      case CommandKind.REPLACE_ORDER:
        return this.replace(command, request);
      case CommandKind.QUERY_ORDER:
        return this.query(command, request);
      default:
        throw new Error(`not a command about one order: ${command.kind}`);
    }
  }

  private submitRequest(command: RequestCommand, at: EpochMicros): Promise<void> {
    switch (command.kind) {
      case CommandKind.CANCEL_ALL:
        return this.cancelAll(at);
      case CommandKind.REQUEST_ACCOUNT:
        return this.askAccount(at);
      case CommandKind.REQUEST_OPEN_ORDERS:
        return this.askOpenOrders(at);
      case CommandKind.REQUEST_FILLS:
        return this.askFills(command.fromTradeId, at);
      default:
        throw new Error(`not a request: ${command.kind}`);
    }
  }

  private async place(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const outcome = await this.options.connector.createOrder(this.newOrder(command));
    if (outcome.kind === 'DONE') this.reports.accepted(command, outcome.result, request);
    else this.fail(command.clientOrderId, outcome, request, ReportStatus.REJECTED, command);
  }

  private async cancel(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const id = command.clientOrderId;
    const outcome = await this.options.connector.cancelOrder(this.name(id));
    if (outcome.kind === 'DONE') this.reports.order(new UserFields(outcome.result, ''), request);
    else this.fail(id, outcome, request, ReportStatus.CANCEL_REJECTED);
  }

  private async amend(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const { requests, instrument } = this.options;
    const id = command.clientOrderId;
    let outcome: RequestOutcome = {
      kind: 'NOT_SENT',
      why: 'this market has no amend that keeps the place',
    };
    if (requests instanceof SpotOrderRequests) {
      const total = formatSteps(command.quantityLots, instrument().step);
      outcome = await requests.amendKeepPriority(this.name(id), total);
    }
    if (outcome.kind !== 'DONE') {
      this.fail(id, outcome, request, ReportStatus.AMEND_REJECTED);
      return;
    }
    const row = new UserFields(outcome.result, '').object('amendedOrder');
    const isOpen = row.text('status') === 'NEW' || row.text('status') === 'PARTIALLY_FILLED';
    this.reports.order(row, request, isOpen ? ReportStatus.AMENDED : undefined);
  }

  private async replace(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const target = this.name(command.targetOrderId);
    const outcome = await this.options.connector.cancelReplace(target, this.newOrder(command));
    const halves =
      outcome.kind === 'DONE' ? outcome.result : 'data' in outcome ? outcome.data : null;
    if (isHalves(halves)) this.readHalves(command, halves, outcome, request);
    else if (outcome.kind !== 'DONE') {
      this.fail(command.targetOrderId, outcome, request, ReportStatus.CANCEL_REJECTED);
      // Without the halves of an answer a doubt is about both; a refusal left both undone.
      this.fail(command.clientOrderId, outcome, request, ReportStatus.REJECTED, command);
    } else this.doubt(command, request);
  }

  /** Each half has a result and an answer of its own. */
  private readHalves(
    command: OrderCommand,
    halves: Halves,
    outcome: RequestOutcome,
    request: AnsweredRequest,
  ): void {
    const code = outcome.kind === 'REFUSED' ? outcome.failure.code : 0;
    if (halves.cancelResult === 'SUCCESS') {
      this.reports.order(new UserFields(halves.cancelResponse, 'cancelResponse'), request);
    } else if (halves.cancelResult === 'FAILURE') {
      const refused = this.half(halves.cancelResponse, ReportStatus.CANCEL_REJECTED);
      this.fail(command.targetOrderId, refused, request, ReportStatus.CANCEL_REJECTED);
    } else if (outcome.kind !== 'DONE') {
      this.fail(command.targetOrderId, outcome, request, ReportStatus.CANCEL_REJECTED);
    }
    const replaced = command.targetOrderId;
    if (halves.newOrderResult === 'SUCCESS') {
      this.reports.accepted(command, halves.newOrderResponse, request, replaced);
    } else if (halves.newOrderResult === 'NOT_ATTEMPTED') {
      this.reports.notAttempted(command, code, request);
    } else {
      const placed = halves.newOrder ?? this.half(halves.newOrderResponse, ReportStatus.REJECTED);
      this.fail(command.clientOrderId, placed, request, ReportStatus.REJECTED, command);
    }
  }

  /** The answer of a half that failed, judged as if it had come alone. */
  private half(body: unknown, _status: ReportStatus): Failed {
    const { market } = this.options.instrument();
    const judged = judge(market, { kind: 'ANSWER', status: 400, body });
    if (judged.kind === 'DONE') throw new Error('a status of 400 is no success');
    return judged;
  }

  private async query(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const id = command.clientOrderId;
    const outcome = await this.options.requests.queryOrder(this.name(id));
    const asked = { ...request, channel: ReportChannel.QUERY };
    if (outcome.kind === 'DONE') {
      this.reports.order(new UserFields(outcome.result, ''), asked);
    } else if (outcome.kind === 'REFUSED' && outcome.failure.code === NO_SUCH_ORDER) {
      this.fail(id, outcome, asked, ReportStatus.REJECTED);
    } else {
      // The question failed: of the order it proves nothing.
      this.fail(id, outcome, request, ReportStatus.UNKNOWN);
    }
  }

  private async cancelAll(at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const outcome = await requests.cancelAll(instrument().symbol);
    if (outcome.kind !== 'DONE') {
      this.note('cancel all', outcome);
      return;
    }
    // The perpetual answers with one sentence; its orders end by the private stream.
    if (!Array.isArray(outcome.result)) return;
    for (const row of outcome.result as readonly unknown[]) {
      const fields = new UserFields(row, '');
      const answered = { requestedAtMicros: at, channel: ReportChannel.RESPONSE };
      if (fields.has('executedQty')) this.reports.order(fields, answered);
    }
  }

  private async askAccount(at: EpochMicros): Promise<void> {
    const { requests, clock, sink, instrument } = this.options;
    const outcome = await requests.account();
    if (outcome.kind !== 'DONE') {
      this.note('account', outcome);
      return;
    }
    const held = await requests.positions();
    if (held.kind !== 'DONE') {
      this.note('positions', held);
      return;
    }
    const nowMicros = clock.nowMicros();
    const venueTime = publishAccount(outcome.result, held.result, instrument(), nowMicros, sink);
    this.complete(AccountQuery.ACCOUNT, at, venueTime, false);
  }

  private async askOpenOrders(at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const outcome = await requests.openOrders(instrument().symbol);
    const rows =
      outcome.kind === 'DONE' ? listOf(outcome.result) : this.note('open orders', outcome);
    if (rows === null) return;
    const request = { requestedAtMicros: at, channel: ReportChannel.QUERY };
    for (const row of rows) this.reports.order(row, request);
    this.complete(AccountQuery.OPEN_ORDERS, at, at, false);
  }

  private async askFills(fromTradeId: number, at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const { symbol } = instrument();
    const outcome = await requests.tradesFrom(symbol, fromTradeId);
    const rows = outcome.kind === 'DONE' ? listOf(outcome.result) : this.note('fills', outcome);
    if (rows === null) return;
    // The trade list names orders by the venue's id: those that we never heard of are asked for first.
    for (const row of rows) {
      if (!(await this.learnName(symbol, venueIdText(row, 'orderId')))) return;
    }
    const request = { requestedAtMicros: at, channel: ReportChannel.QUERY };
    for (const row of rows) {
      this.reports.trade(row, this.reports.idOf(venueIdText(row, 'orderId')) ?? NO_ORDER, request);
    }
    this.complete(AccountQuery.FILLS, at, at, rows.length >= TRADE_PAGE);
  }

  private async learnName(symbol: string, venueId: string): Promise<boolean> {
    if (this.reports.idOf(venueId) !== null) return true;
    const outcome = await this.options.requests.queryVenueOrder(symbol, venueId);
    if (outcome.kind === 'DONE') {
      const text = new UserFields(outcome.result, '').textOr('clientOrderId');
      this.reports.remember(venueId, this.options.names.read(text));
      return true;
    }
    const isForgotten = outcome.kind === 'REFUSED' && outcome.failure.code === NO_SUCH_ORDER;
    if (isForgotten) this.reports.remember(venueId, NO_ORDER);
    else this.note('the order of a fill', outcome);
    return isForgotten;
  }

  private complete(query: AccountQuery, at: EpochMicros, venueTime: EpochMicros, hasMore: boolean) {
    const event = new QueryCompletedEvent();
    event.atMicros = this.options.clock.nowMicros();
    event.venueTimeMicros = venueTime;
    event.instrument = this.options.instrument().index;
    event.query = query;
    event.hasMore = hasMore;
    event.requestedAtMicros = at;
    this.options.sink.publish(event);
  }

  private fail(
    id: ClientOrderId,
    outcome: Failed,
    request: AnsweredRequest,
    refusedStatus: ReportStatus,
    command: Readonly<OrderCommand> | null = null,
  ): void {
    if (outcome.kind !== 'NOT_SENT') this.options.onFailure(outcome.failure, outcome.reaction);
    this.reports.failed(id, outcome, request, refusedStatus, command);
  }

  /** Nothing can be said of a request: the engine must ask. */
  private doubt(command: Readonly<OrderCommand>, request: AnsweredRequest): void {
    const { market } = this.options.instrument();
    const lost = judge(market, { kind: 'LOST', why: 'the answer cannot be read' });
    if (lost.kind === 'DONE') throw new Error('a lost answer is no success');
    this.reports.failed(command.clientOrderId, lost, request, ReportStatus.UNKNOWN);
    if (command.targetOrderId === NO_ORDER) return;
    this.reports.failed(command.targetOrderId, lost, request, ReportStatus.UNKNOWN);
  }

  /** A request that names no order failed: no report can tell of it, the engine asks again. */
  private note(what: string, outcome: Failed): null {
    if (outcome.kind === 'NOT_SENT') this.options.onNote(`${what}: not sent, ${outcome.why}`);
    else this.options.onFailure(outcome.failure, outcome.reaction);
    return null;
  }

  private watch(work: Promise<void>, inDoubt: () => void): void {
    work.catch((error: unknown) => {
      if (!(error instanceof UserFrameError)) throw error;
      this.options.onNote(`an answer cannot be read: ${error.message}`);
      inDoubt();
    });
  }

  private name(id: ClientOrderId): OrderName {
    const { names, instrument } = this.options;
    return { symbol: instrument().symbol, origClientOrderId: names.write(id) };
  }

  private newOrder(command: Readonly<OrderCommand>): NewOrder {
    const { names, instrument } = this.options;
    const { symbol, tick, step, market } = instrument();
    const { type, reduceOnly } = command;
    const isTimed = type === OrderType.LIMIT;
    return {
      symbol,
      side: command.side === Side.BUY ? 'BUY' : 'SELL',
      type: TYPES[type],
      ...(isTimed ? { timeInForce: TIMES[command.timeInForce] } : {}),
      quantity: formatSteps(command.quantityLots, step),
      ...(type === OrderType.MARKET ? {} : { price: formatSteps(command.priceTicks, tick) }),
      newClientOrderId: names.write(command.clientOrderId),
      selfTradePreventionMode: SELF_TRADE[command.selfTradeMode],
      ...(market === Market.PERPETUAL ? { reduceOnly } : {}),
    };
  }
}

const NO_SUCH_ORDER = -2013;

interface Halves {
  readonly cancelResult: string;
  readonly newOrderResult: string;
  readonly cancelResponse: unknown;
  readonly newOrderResponse: unknown;
  /** The perpetual: the outcome of the second request. */
  readonly newOrder?: Failed;
}

function isHalves(value: unknown): value is Halves {
  return typeof value === 'object' && value !== null && 'cancelResult' in value;
}

function listOf(value: unknown): readonly UserFields[] {
  if (!Array.isArray(value)) {
    throw new UserFrameError('MALFORMED_JSON', { field: '(answer)' }, 'not a list');
  }
  return value.map((row: unknown, index) => new UserFields(row, `[${index}]`));
}
