/**
 * What the engine asks of one market's account as a whole, and the request to cancel all of it. Each
 * question that was answered in full ends with a QueryCompletedEvent; one that was not ends with a note
 * or a failure, and the engine asks again.
 */
import { UserFields, UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { AccountQuery, QueryCompletedEvent } from '#contracts/events.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { type EpochMicros, MICROS_PER_MILLI, NO_ORDER } from '#units/integers.ts';
import { publishAccount } from './account-answer.ts';
import { type AnswerReports, type AnswerReportsOptions, venueIdText } from './answer-reports.ts';
import type { Failure, Reaction } from './error-table.ts';
import { type OrderRequests, TRADE_PAGE } from './order-requests.ts';
import type { FailedOutcome } from './request-outcome.ts';

/** The venue does not know the order. */
export const NO_SUCH_ORDER = -2013;
/** Questions about orders that may be under way together. */
const NAMES_AT_A_TIME = 8;
/** A cancel-all found nothing to cancel. */
const NOTHING_OPEN = -2011;

export interface AccountQuestionsOptions extends AnswerReportsOptions {
  readonly requests: OrderRequests;
  /**
   * What the venue's clock showed when ours showed this, rather too early than too late. Without it the
   * two are taken for the same.
   */
  readonly venueMicrosAt?: (localMicros: EpochMicros) => number;
  /** Every failure with what must be done about it: instrument, log, stop. */
  readonly onFailure: (failure: Failure, reaction: Reaction) => void;
  /** Answers that could not be read, and what went wrong inside. */
  readonly onNote: (note: string) => void;
}

export class AccountQuestions {
  private readonly options: AccountQuestionsOptions;
  private readonly reports: AnswerReports;

  constructor(options: AccountQuestionsOptions, reports: AnswerReports) {
    this.options = options;
    this.reports = reports;
  }

  async cancelAll(at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const outcome = await requests.cancelAll(instrument().symbol);
    if (outcome.kind !== 'DONE') {
      const isNothing = outcome.kind === 'REFUSED' && outcome.failure.code === NOTHING_OPEN;
      if (!isNothing) this.note('cancel all', outcome);
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

  async askAccount(at: EpochMicros): Promise<void> {
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
    const times = { atMicros: clock.nowMicros(), askedMicros: this.venueTimeOf(at) };
    const venueTime = publishAccount(outcome.result, held.result, instrument(), times, sink);
    this.complete(AccountQuery.ACCOUNT, at, venueTime, false);
  }

  async askOpenOrders(at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const outcome = await requests.openOrders(instrument().symbol);
    const rows =
      outcome.kind === 'DONE' ? listOf(outcome.result) : this.note('open orders', outcome);
    if (rows === null) return;
    const request = { requestedAtMicros: at, channel: ReportChannel.QUERY };
    for (const row of rows) this.reports.order(row, request);
    this.complete(AccountQuery.OPEN_ORDERS, at, this.venueTimeOf(at), false);
  }

  /** `fromTradeId` 0: the newest page, see `tradesFrom`; there is nothing before it that we need. */
  async askFills(fromTradeId: number, at: EpochMicros): Promise<void> {
    const { requests, instrument } = this.options;
    const { symbol } = instrument();
    const outcome = await requests.tradesFrom(symbol, fromTradeId);
    const rows = outcome.kind === 'DONE' ? listOf(outcome.result) : this.note('fills', outcome);
    if (rows === null) return;
    // The trade list names orders by the venue's id: those that we never heard of are asked for first.
    if (!(await this.learnNames(symbol, rows))) return;
    const request = { requestedAtMicros: at, channel: ReportChannel.QUERY };
    for (const row of rows) {
      this.reports.trade(row, this.reports.idOf(venueIdText(row, 'orderId')) ?? NO_ORDER, request);
    }
    const hasMore = fromTradeId > 0 && rows.length >= TRADE_PAGE;
    this.complete(AccountQuery.FILLS, at, this.venueTimeOf(at), hasMore);
  }

  /** A few at a time: the first question of an account that traded before may name hundreds. */
  private async learnNames(symbol: string, rows: readonly UserFields[]): Promise<boolean> {
    const unknown = [...new Set(rows.map((row) => venueIdText(row, 'orderId')))].filter(
      (venueId) => this.reports.idOf(venueId) === null,
    );
    for (let from = 0; from < unknown.length; from += NAMES_AT_A_TIME) {
      const some = unknown.slice(from, from + NAMES_AT_A_TIME);
      const learnt = await Promise.all(some.map((venueId) => this.learnName(symbol, venueId)));
      if (learnt.includes(false)) return false;
    }
    return true;
  }

  private async learnName(symbol: string, venueId: string): Promise<boolean> {
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

  /**
   * A list of orders or of trades does not say when the venue looked. What the engine concludes from it
   * ("a fill of before then that is missing is not coming") must hold for the latest moment it names, so
   * it names the question's: the venue looked at some moment after it. The venue stamps whole
   * milliseconds, cut: what happened in the millisecond of the question may be missing from the list.
   */
  private venueTimeOf(at: EpochMicros): EpochMicros {
    const { venueMicrosAt } = this.options;
    const micros = venueMicrosAt === undefined ? at : venueMicrosAt(at);
    return (Math.floor(micros / MICROS_PER_MILLI) * MICROS_PER_MILLI - 1) as EpochMicros;
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

  /** A request that names no order failed: no report can tell of it, the engine asks again. */
  private note(what: string, outcome: FailedOutcome): null {
    if (outcome.kind === 'NOT_SENT') this.options.onNote(`${what}: not sent, ${outcome.why}`);
    else this.options.onFailure(outcome.failure, outcome.reaction);
    return null;
  }
}

function listOf(value: unknown): readonly UserFields[] {
  if (!Array.isArray(value)) {
    throw new UserFrameError('MALFORMED_JSON', { field: '(answer)' }, 'not a list');
  }
  return value.map((row: unknown, index) => new UserFields(row, `[${index}]`));
}
