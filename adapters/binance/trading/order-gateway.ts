/**
 * The engine's order gateway over the connector of one market. Commands go out in the call; what became
 * of them comes back as events, "not sent" and "nobody knows" included.
 */
import { UserFields, UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import { VenueSilenceEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { formatSteps } from '#units/decimal-text.ts';
import type { ClientOrderId, EpochMicros, InstrumentIndex } from '#units/integers.ts';
import {
  AccountQuestions,
  type AccountQuestionsOptions,
  NO_SUCH_ORDER,
} from './account-questions.ts';
import { type AnsweredRequest, AnswerReports, venueIdText } from './answer-reports.ts';
import { SpotOrderRequests, UsdmOrderRequests } from './order-requests.ts';
import { type FailedOutcome, judge, type RequestOutcome } from './request-outcome.ts';
import type {
  CoreTradeConnector,
  NewOrder,
  OrderName,
  OrderToCancel,
  ReplaceHalves,
} from './trade-connector.ts';

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

export interface OrderGatewayOptions extends AccountQuestionsOptions {
  readonly connector: CoreTradeConnector;
  /** A book snapshot is wanted: the feed fetches it. */
  readonly onSnapshotRequest: (instrument: InstrumentIndex) => void;
}

export class BinanceOrderGateway implements OrderGateway {
  private readonly options: OrderGatewayOptions;
  private readonly reports: AnswerReports;
  private readonly questions: AccountQuestions;

  constructor(options: OrderGatewayOptions) {
    this.options = options;
    this.reports = new AnswerReports(options);
    this.questions = new AccountQuestions(options, this.reports);
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
        return this.questions.cancelAll(at);
      case CommandKind.REQUEST_ACCOUNT:
        return this.questions.askAccount(at);
      case CommandKind.REQUEST_OPEN_ORDERS:
        return this.questions.askOpenOrders(at);
      case CommandKind.REQUEST_FILLS:
        return this.questions.askFills(command.fromTradeId, at);
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
    const outcome = await this.options.connector.cancelOrder(this.toCancel(id));
    if (outcome.kind === 'DONE') this.reports.order(new UserFields(outcome.result, ''), request);
    else this.fail(id, outcome, request, ReportStatus.CANCEL_REJECTED);
  }

  private async amend(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const { requests, instrument } = this.options;
    const id = command.clientOrderId;
    const { tick, step } = instrument();
    const quantity = formatSteps(command.quantityLots, step);
    if (requests instanceof SpotOrderRequests) {
      const outcome = await requests.amendKeepPriority(this.name(id), quantity);
      if (outcome.kind !== 'DONE') this.fail(id, outcome, request, ReportStatus.AMEND_REJECTED);
      else this.amended(new UserFields(outcome.result, '').object('amendedOrder'), request);
      return;
    }
    const outcome: RequestOutcome =
      requests instanceof UsdmOrderRequests && command.priceTicks > 0
        ? await requests.modifyOrder({
            ...this.name(id),
            side: sideOf(command),
            quantity,
            price: formatSteps(command.priceTicks, tick),
          })
        : {
            kind: 'NOT_SENT',
            why: 'a modify needs the price of the order, and a market that has it',
          };
    if (outcome.kind !== 'DONE') {
      this.fail(id, outcome, request, ReportStatus.AMEND_REJECTED);
      return;
    }
    if (this.amended(new UserFields(outcome.result, ''), request)) await this.lookAfterModify(id);
  }

  /** Returns whether the order is open still. */
  private amended(row: UserFields, request: AnsweredRequest): boolean {
    const isOpen = isOpenWord(row.text('status'));
    this.reports.order(row, request, isOpen ? ReportStatus.AMENDED : undefined);
    return isOpen;
  }

  /**
   * A modify of the perpetual may cancel the order a moment after its answer. Only an end is news: an
   * answer that shows it open may be older than what the private stream has told since.
   */
  private async lookAfterModify(id: ClientOrderId): Promise<void> {
    const requestedAtMicros = this.options.clock.nowMicros();
    const outcome = await this.options.requests.queryOrder(this.name(id));
    if (outcome.kind !== 'DONE') return;
    const row = new UserFields(outcome.result, '');
    if (isOpenWord(row.text('status'))) return;
    this.reports.order(row, { requestedAtMicros, channel: ReportChannel.QUERY });
  }

  private async replace(command: OrderCommand, request: AnsweredRequest): Promise<void> {
    const target = this.toCancel(command.targetOrderId);
    const outcome = await this.options.connector.cancelReplace(target, this.newOrder(command));
    const halves =
      outcome.kind === 'DONE' ? outcome.result : 'data' in outcome ? outcome.data : null;
    if (isHalves(halves)) this.readHalves(command, halves, outcome, request);
    else if (outcome.kind !== 'DONE') this.failBoth(command, outcome, request);
    else this.doubt(command, request);
  }

  /** Without halves a doubt is about both; a refusal left both undone. */
  private failBoth(command: OrderCommand, outcome: FailedOutcome, request: AnsweredRequest): void {
    this.fail(command.targetOrderId, outcome, request, ReportStatus.CANCEL_REJECTED);
    this.fail(command.clientOrderId, outcome, request, ReportStatus.REJECTED, command);
  }

  /** Each half has a result and an answer of its own. The old order's word comes first. */
  private readHalves(
    command: OrderCommand,
    halves: ReplaceHalves,
    outcome: RequestOutcome,
    request: AnsweredRequest,
  ): void {
    const { cancelResult, newOrderResult } = halves;
    const isAttempted = cancelResult !== 'NOT_ATTEMPTED' || newOrderResult !== 'NOT_ATTEMPTED';
    if (!isAttempted && outcome.kind !== 'DONE') {
      // The count of orders is checked before anything happens: the refusal is about both.
      this.failBoth(command, outcome, request);
      return;
    }
    if (cancelResult === 'SUCCESS') {
      this.reports.order(new UserFields(halves.cancelResponse, 'cancelResponse'), request);
    } else {
      const failed = halves.cancel ?? this.half(halves.cancelResponse);
      this.fail(command.targetOrderId, failed, request, ReportStatus.CANCEL_REJECTED);
    }
    this.readNewHalf(command, halves, outcome, request);
  }

  private readNewHalf(
    command: OrderCommand,
    halves: ReplaceHalves,
    outcome: RequestOutcome,
    request: AnsweredRequest,
  ): void {
    if (halves.newOrderResult === 'SUCCESS') {
      this.reports.accepted(command, halves.newOrderResponse, request, command.targetOrderId);
    } else if (halves.newOrderResult !== 'NOT_ATTEMPTED') {
      const failed = halves.newOrder ?? this.half(halves.newOrderResponse);
      this.fail(command.clientOrderId, failed, request, ReportStatus.REJECTED, command);
    } else if (halves.cancelResult === 'FAILURE') {
      const code = outcome.kind === 'REFUSED' ? outcome.failure.code : 0;
      this.reports.notAttempted(command, code, request);
    } else {
      const unsent: FailedOutcome = { kind: 'NOT_SENT', why: 'the cancel is in doubt' };
      this.fail(command.clientOrderId, unsent, request, ReportStatus.REJECTED, command);
    }
  }

  /** The answer of a half that failed, judged as if it had come alone. */
  private half(body: unknown): FailedOutcome {
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
      const row = new UserFields(outcome.result, '');
      // Who cancelled it may have renamed it; it is the one that we asked for.
      this.reports.remember(venueIdText(row, 'orderId'), id);
      this.reports.order(row, asked);
    } else if (outcome.kind === 'REFUSED' && outcome.failure.code === NO_SUCH_ORDER) {
      this.fail(id, outcome, asked, ReportStatus.REJECTED);
    } else {
      // The question failed: of the order it proves nothing.
      this.fail(id, outcome, request, ReportStatus.UNKNOWN);
    }
  }

  private fail(
    id: ClientOrderId,
    outcome: FailedOutcome,
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
    if (command.kind !== CommandKind.REPLACE_ORDER) return;
    this.reports.failed(command.targetOrderId, lost, request, ReportStatus.UNKNOWN);
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

  /** The perpetual keeps the name of an order that was cancelled. */
  private toCancel(id: ClientOrderId): OrderToCancel {
    const { names, instrument } = this.options;
    const isSpot = instrument().market === Market.SPOT;
    return { ...this.name(id), ...(isSpot ? { canceledName: names.writeCanceled(id) } : {}) };
  }

  private newOrder(command: Readonly<OrderCommand>): NewOrder {
    const { names, instrument } = this.options;
    const { symbol, tick, step, market } = instrument();
    const { type, reduceOnly } = command;
    const isTimed = type === OrderType.LIMIT;
    return {
      symbol,
      side: sideOf(command),
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

function sideOf(command: Readonly<OrderCommand>): 'BUY' | 'SELL' {
  return command.side === Side.BUY ? 'BUY' : 'SELL';
}

function isOpenWord(status: string): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

function isHalves(value: unknown): value is ReplaceHalves {
  return typeof value === 'object' && value !== null && 'cancelResult' in value;
}
