/**
 * Requests of one market that wait for the venue's word, and the words that answer them: one report or
 * two for a request about orders, a list and its completion for a question about the account.
 */
import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import {
  AccountQuery,
  BalanceEvent,
  PerpPositionEvent,
  type QueryCompletedEvent,
} from '#contracts/events.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type BalanceSlot, ReportReason } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros } from '#units/integers.ts';
import {
  acknowledgement,
  orderRow,
  perpetualAccount,
  positionRow,
  refusedBy,
  spotAccount,
  tradeRow,
} from './answer-writer.ts';
import type { OrderNameBook } from './request-reader.ts';
import type { Reply } from './socket-shapes.ts';

const UNKNOWN = { code: -1007, msg: 'Timeout waiting for response from backend server.' };
const QUERY_OF: Readonly<Partial<Record<CommandKind, AccountQuery>>> = {
  [CommandKind.REQUEST_ACCOUNT]: AccountQuery.ACCOUNT,
  [CommandKind.REQUEST_OPEN_ORDERS]: AccountQuery.OPEN_ORDERS,
  [CommandKind.REQUEST_FILLS]: AccountQuery.FILLS,
};
/** A question that nobody answers is forgotten: no client waits for so long. */
const FORGOTTEN_MICROS = 60_000_000;

interface OneOrder {
  readonly command: Readonly<OrderCommand>;
  readonly askedMicros: EpochMicros;
  readonly reply: Reply;
  /** Of a cancel-replace: what became of the old order, and of the new one. */
  ended: ExecutionReport | null;
  placed: ExecutionReport | null;
}

interface OneQuestion {
  readonly query: AccountQuery;
  readonly askedMicros: EpochMicros;
  readonly reply: Reply;
  /** The perpetual asks for its position by a request of its own. */
  readonly isPosition: boolean;
  readonly orders: Map<ClientOrderId, ExecutionReport>;
  readonly trades: ExecutionReport[];
  readonly balances: Map<BalanceSlot, BalanceEvent>;
  position: PerpPositionEvent | null;
}

export interface RequestDeskOptions {
  readonly instrument: () => Instrument;
  readonly names: OrderNameBook;
  readonly nowMicros: () => EpochMicros;
  /** When the venue listens again, after a refusal by rate. */
  readonly releaseMicros: () => EpochMicros;
}

export class RequestDesk {
  private readonly options: RequestDeskOptions;
  private orders: OneOrder[] = [];
  private questions: OneQuestion[] = [];

  constructor(options: RequestDeskOptions) {
    this.options = options;
  }

  /** A request about one order, or two, is on its way to the venue. */
  awaitOrder(command: Readonly<OrderCommand>, reply: Reply): void {
    const askedMicros = this.options.nowMicros();
    const isOld = (one: OneOrder): boolean => askedMicros - one.askedMicros > FORGOTTEN_MICROS;
    if (this.orders.some(isOld)) this.orders = this.orders.filter((one) => !isOld(one));
    this.orders.push({ command, askedMicros, reply, ended: null, placed: null });
  }

  awaitAccount(command: Readonly<RequestCommand>, isPosition: boolean, reply: Reply): void {
    const query = QUERY_OF[command.kind];
    if (query === undefined) throw new Error(`no question about the account: ${command.kind}`);
    const askedMicros = this.options.nowMicros();
    const isOld = (one: OneQuestion): boolean => askedMicros - one.askedMicros > FORGOTTEN_MICROS;
    this.questions = this.questions.filter((one) => !isOld(one));
    this.questions.push({
      ...{ query, askedMicros, reply, isPosition },
      ...{ orders: new Map(), trades: [], balances: new Map(), position: null },
    });
  }

  /** Somebody waits for balances and position. */
  get isAskedForAccount(): boolean {
    return this.questions.some(({ query }) => query === AccountQuery.ACCOUNT);
  }

  /** The client is gone: nobody waits. */
  forget(): void {
    this.orders = [];
    this.questions = [];
  }

  /** Takes a report that answers; the private streams are told beside it. */
  onReport(report: Readonly<ExecutionReport>): void {
    if (report.channel === ReportChannel.QUERY) this.onQueried(report);
    else if (report.channel === ReportChannel.RESPONSE) this.onAnswered(report);
  }

  onBalance(balance: Readonly<BalanceEvent>): void {
    for (const one of this.questions) {
      if (one.query !== AccountQuery.ACCOUNT) continue;
      one.balances.set(balance.slot, Object.assign(new BalanceEvent(), balance));
    }
  }

  onPosition(position: Readonly<PerpPositionEvent>): void {
    for (const one of this.questions) {
      if (one.query === AccountQuery.ACCOUNT) {
        one.position = Object.assign(new PerpPositionEvent(), position);
      }
    }
  }

  onCompleted(event: Readonly<QueryCompletedEvent>): void {
    const found = this.questions.find(
      (one) => one.query === event.query && one.askedMicros === event.requestedAtMicros,
    );
    if (found === undefined) return;
    this.questions.splice(this.questions.indexOf(found), 1);
    found.reply(200, this.bodyOf(found, event.venueTimeMicros));
  }

  private bodyOf(one: OneQuestion, atMicros: EpochMicros): unknown {
    const { names } = this.options;
    const instrument = this.options.instrument();
    switch (one.query) {
      case AccountQuery.OPEN_ORDERS:
        return [...one.orders.values()].map((report) => orderRow(report, instrument, names));
      case AccountQuery.FILLS:
        return one.trades.map((report) => tradeRow(report, instrument));
      default: {
        const balances = [...one.balances.values()];
        if (instrument.market === Market.SPOT) return spotAccount(balances, instrument, atMicros);
        if (!one.isPosition) return perpetualAccount(balances, instrument, atMicros);
        return one.position === null ? [] : [positionRow(one.position, instrument)];
      }
    }
  }

  private onQueried(report: Readonly<ExecutionReport>): void {
    const { requestedAtMicros: asked, clientOrderId } = report;
    for (const one of this.questions) {
      if (one.askedMicros !== asked) continue;
      if (one.query === AccountQuery.FILLS && report.tradeId >= 0) one.trades.push(copyOf(report));
      if (one.query === AccountQuery.OPEN_ORDERS && report.tradeId < 0) {
        one.orders.set(clientOrderId, copyOf(report));
      }
    }
    if (report.tradeId >= 0) return;
    const place = this.orders.findIndex(
      ({ command, askedMicros }) =>
        command.kind === CommandKind.QUERY_ORDER &&
        command.clientOrderId === clientOrderId &&
        askedMicros === asked,
    );
    if (place >= 0) this.answer(place, report);
  }

  private onAnswered(report: Readonly<ExecutionReport>): void {
    const { clientOrderId: id, requestedAtMicros: asked } = report;
    const place = this.orders.findIndex(
      ({ command, askedMicros }) =>
        askedMicros === asked && (command.clientOrderId === id || command.targetOrderId === id),
    );
    if (place < 0) return;
    const one = this.orders[place] as OneOrder;
    if (one.command.kind !== CommandKind.REPLACE_ORDER) {
      this.answer(place, report);
      return;
    }
    if (id === one.command.targetOrderId) one.ended ??= copyOf(report);
    else one.placed ??= copyOf(report);
    if (one.ended === null || one.placed === null) return;
    this.orders.splice(place, 1);
    this.answerHalves(one, one.ended, one.placed);
  }

  private answer(place: number, report: Readonly<ExecutionReport>): void {
    const [one] = this.orders.splice(place, 1);
    if (one === undefined) return;
    const refused = this.refusal(report);
    if (refused !== null) one.reply(refused.status, refused.body);
    else one.reply(200, this.success(one.command, report));
  }

  private success(command: Readonly<OrderCommand>, report: Readonly<ExecutionReport>): unknown {
    const { names } = this.options;
    const instrument = this.options.instrument();
    if (command.kind === CommandKind.PLACE_ORDER) return acknowledgement(report, instrument, names);
    const row = orderRow(report, instrument, names);
    if (command.kind !== CommandKind.AMEND_ORDER) return row;
    return { transactTime: row['updateTime'], executionId: 1, amendedOrder: row };
  }

  private answerHalves(one: OneOrder, ended: ExecutionReport, placed: ExecutionReport): void {
    const { names } = this.options;
    const instrument = this.options.instrument();
    const cancelRefused = this.refusal(ended);
    const newRefused = this.refusal(placed);
    if (cancelRefused !== null && placed.reason !== ReportReason.REPLACE_NOT_ATTEMPTED) {
      // The request as a whole was refused, or nobody knows.
      one.reply(cancelRefused.status, cancelRefused.body);
      return;
    }
    const isTried = placed.reason !== ReportReason.REPLACE_NOT_ATTEMPTED;
    const data = {
      cancelResult: cancelRefused === null ? 'SUCCESS' : 'FAILURE',
      newOrderResult: newRefused === null ? 'SUCCESS' : isTried ? 'FAILURE' : 'NOT_ATTEMPTED',
      cancelResponse: cancelRefused?.body ?? orderRow(ended, instrument, names),
      newOrderResponse: isTried
        ? (newRefused?.body ?? acknowledgement(placed, instrument, names))
        : null,
    };
    if (newRefused === null) one.reply(200, data);
    else if (cancelRefused === null) {
      one.reply(409, { code: -2021, msg: 'Order cancel-replace partially failed.', data });
    } else one.reply(400, { code: -2022, msg: 'Order cancel-replace failed.', data });
  }

  private refusal(report: Readonly<ExecutionReport>): ReturnType<typeof refusedBy> | null {
    switch (report.status) {
      case ReportStatus.UNKNOWN:
        if (report.venueCode === UNKNOWN.code) return { status: 504, body: UNKNOWN };
        break;
      case ReportStatus.REJECTED:
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        // A query shows an order that was refused as a row; only the unknown one is refused.
        if (report.channel === ReportChannel.QUERY && report.venueOrderIdLow !== 0) return null;
        break;
      default:
        return null;
    }
    const { nowMicros, releaseMicros } = this.options;
    return refusedBy(report, nowMicros(), releaseMicros());
  }
}

/** Reports are refilled by who sends them. */
function copyOf(report: Readonly<ExecutionReport>): ExecutionReport {
  return Object.assign(new ExecutionReport(), report);
}
