/**
 * What the venue answers when one market's account is asked for as a whole: balances and position,
 * open orders, own trades. Each answer is closed by one QueryCompletedEvent on the same connection.
 */
import { AccountQuery } from '#contracts/events.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import type { OrderReports } from './order-reports.ts';
import type { OrderTable } from './order-table.ts';
import type { PrivateStream } from './private-stream.ts';
import type { Settlement } from './settlement.ts';
import type { TradeHistory } from './trade-history.ts';

/** Trades in one answer; the venue's largest page. */
export const TRADE_PAGE = 1_000;

export interface AccountQueriesOptions {
  readonly clock: VirtualClock;
  readonly instrument: InstrumentIndex;
  readonly stream: PrivateStream;
  readonly settlement: Settlement;
  readonly orders: OrderTable;
  readonly trades: TradeHistory;
  readonly reports: OrderReports;
}

export class AccountQueries {
  private readonly options: AccountQueriesOptions;

  constructor(options: AccountQueriesOptions) {
    this.options = options;
  }

  /** Balances of this market, and the position where there is one. */
  answerAccount(requestedAtMicros: EpochMicros): void {
    const { settlement, stream, clock } = this.options;
    stream.isAnswering = true;
    settlement.forgetPublished();
    settlement.publish(stream, clock.nowMicros, false);
    this.complete(AccountQuery.ACCOUNT, requestedAtMicros, false);
  }

  /** One report for each open order, oldest first. */
  answerOpenOrders(requestedAtMicros: EpochMicros): void {
    const { orders, reports, stream } = this.options;
    stream.isAnswering = true;
    reports.requestedAtMicros = requestedAtMicros;
    for (const order of orders.openOrders()) reports.state(order);
    reports.requestedAtMicros = 0 as EpochMicros;
    this.complete(AccountQuery.OPEN_ORDERS, requestedAtMicros, false);
  }

  /** Own trades from `fromTradeId` on, oldest first, at most a page of them. */
  answerFills(fromTradeId: number, requestedAtMicros: EpochMicros): void {
    const { trades, reports, stream } = this.options;
    stream.isAnswering = true;
    const from = trades.placeFrom(fromTradeId);
    const to = Math.min(trades.count, from + TRADE_PAGE);
    reports.requestedAtMicros = requestedAtMicros;
    for (let place = from; place < to; place++) reports.traded(trades.at(place));
    reports.requestedAtMicros = 0 as EpochMicros;
    this.complete(AccountQuery.FILLS, requestedAtMicros, to < trades.count);
  }

  private complete(query: AccountQuery, requestedAtMicros: EpochMicros, hasMore: boolean): void {
    const { stream, clock, instrument } = this.options;
    const delivery = stream.takeCompletion();
    delivery.event.venueTimeMicros = clock.nowMicros;
    delivery.event.instrument = instrument;
    delivery.event.query = query;
    delivery.event.hasMore = hasMore;
    delivery.event.requestedAtMicros = requestedAtMicros;
    stream.send(delivery);
    stream.isAnswering = false;
  }
}
