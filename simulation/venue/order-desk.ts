/**
 * The venue's order desk for one instrument: takes requests that have arrived, checks them in the
 * venue's order, works the book, settles, and tells the account.
 *
 * Order of checks: well-formed and filters, duplicate id, open orders, order count, balance or
 * margin, post-only, matching. Source: Binance spot and USD-M (docs of 2026).
 */
import { CommandKind, type OrderCommand } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { ReportReason, SelfTradeMode } from '#contracts/order.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { AccountQueries } from './account-queries.ts';
import {
  AMEND_REFUSED,
  NO_SUCH_OPEN_ORDER,
  NO_SUCH_ORDER,
  NOT_ATTEMPTED,
  OUTCOME_UNKNOWN,
  OVERLOADED,
  TOO_MANY_ORDERS,
} from './desk-refusals.ts';
import type { MarketTerms } from './market-terms.ts';
import type { OrderCounter } from './order-counter.ts';
import { OrderReports } from './order-reports.ts';
import { OrderTable } from './order-table.ts';
import { OwnOrder } from './own-order.ts';
import type { PrivateStream } from './private-stream.ts';
import { refuseRequest } from './refuse-request.ts';
import type { Settlement } from './settlement.ts';
import { TradeHistory } from './trade-history.ts';
import {
  leavesLots,
  type VenueBook,
  type VenueBookListener,
  VenueEnd,
  type VenueOrder,
} from './venue-book.ts';
import { findViolation, type OrderUnderTest, type Refusal } from './venue-rules.ts';

export interface OrderDeskOptions {
  readonly clock: VirtualClock;
  readonly instrument: Instrument;
  readonly book: VenueBook;
  readonly stream: PrivateStream;
  readonly settlement: Settlement;
  readonly terms: MarketTerms;
  readonly counter: OrderCounter;
  /** Rising venue order ids, shared by all desks. */
  readonly nextVenueOrderId: () => number;
  /** Called after a fill that moved a position, once the book is at rest or later. */
  readonly onPositionMoved: () => void;
}

export class OrderDesk implements VenueBookListener {
  readonly reports: OrderReports;
  readonly instrumentIndex: InstrumentIndex;
  readonly orders = new OrderTable();
  /** Answers about the account as a whole. */
  readonly queries: AccountQueries;
  private readonly trades = new TradeHistory();
  private readonly options: OrderDeskOptions;
  private instrument: Instrument;
  private isInTurn = false;

  constructor(options: OrderDeskOptions) {
    this.options = options;
    this.instrument = options.instrument;
    const { clock, stream, settlement } = options;
    this.reports = new OrderReports(clock, stream, options.instrument.index);
    const { orders, trades, reports } = this;
    const instrument = options.instrument.index;
    this.instrumentIndex = instrument;
    const shared = { clock, instrument, stream, settlement };
    this.queries = new AccountQueries({ ...shared, orders, trades, reports });
  }

  /** New filters, fees or status, from now on. */
  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
  }

  /** Handles one request of ours that has arrived at the venue. */
  perform(command: Readonly<OrderCommand>, requestedAtMicros: EpochMicros): void {
    this.begin(requestedAtMicros);
    switch (command.kind) {
      case CommandKind.PLACE_ORDER:
        this.place(command);
        break;
      case CommandKind.CANCEL_ORDER:
        this.cancel(command.clientOrderId);
        break;
      case CommandKind.AMEND_ORDER:
        this.amend(command);
        break;
      case CommandKind.REPLACE_ORDER:
        this.replace(command);
        break;
      case CommandKind.QUERY_ORDER:
        this.query(command.clientOrderId);
        break;
      default:
        throw new Error(`not a command about one order: ${command.kind}`);
    }
    this.finish();
  }

  /** Cancels every open order. `reason` NONE: we asked for it. */
  cancelAll(requestedAtMicros: EpochMicros, reason: ReportReason): void {
    this.begin(requestedAtMicros);
    for (const order of this.orders.openOrders()) this.takeOut(order, reason);
    this.finish();
  }

  /** Refuses a request whatever it asks, and leaves everything as it is. */
  refuse(command: Readonly<OrderCommand>, requestedAtMicros: EpochMicros, refusal: Refusal): void {
    this.begin(requestedAtMicros);
    refuseRequest(this.reports, this.orders, command, refusal);
    this.finish();
  }

  /** A cancel-replace of which only the first half works. False when neither did. */
  performHalf(command: Readonly<OrderCommand>, requestedAtMicros: EpochMicros): boolean {
    const { terms } = this.options;
    this.begin(requestedAtMicros);
    const refusal = terms.isPostOnly(command) ? terms.postOnlyRefusal : OVERLOADED;
    const isHalved = this.replace(command, refusal);
    this.finish();
    return isHalved;
  }

  /**
   * An order of the same account that did not come from this client: by hand, or by another program.
   * Returns the refusal that the other one hears, or null.
   */
  placeForeign(command: Readonly<OrderCommand>): Refusal | null {
    this.begin(0 as EpochMicros);
    const refusal = this.check(command, 0) ?? this.admit(command, NO_ORDER);
    this.finish();
    return refusal;
  }

  /** The venue, or somebody else with the account, ends an order. False when it does not rest. */
  endOrder(order: Readonly<OwnOrder>, status: ReportStatus, reason: ReportReason): boolean {
    const open = this.orders.openOrders().find((one) => one === order);
    if (open === undefined) return false;
    this.begin(0 as EpochMicros);
    const isEnded = this.takeOut(open, reason, status);
    this.finish();
    return isEnded;
  }

  /** From now on a tick is 1/divisor of what it was. Throws while orders are open. */
  refineTick(instrument: Instrument, divisor: number): void {
    if (this.orders.openCount > 0) throw new Error('a tick changes only when nothing is open');
    this.instrument = instrument;
    this.orders.refineTick(divisor);
    this.trades.refineTick(divisor);
    this.options.terms.setInstrument(instrument);
    this.options.settlement.setInstrument(instrument);
  }

  /** The answer to a request is lost: says so, and nothing else. */
  loseAnswer(command: Readonly<OrderCommand>, requestedAtMicros: EpochMicros): void {
    this.begin(requestedAtMicros);
    this.reports.unknown(command.clientOrderId, OUTCOME_UNKNOWN);
    if (command.kind === CommandKind.REPLACE_ORDER) {
      this.reports.unknown(command.targetOrderId, OUTCOME_UNKNOWN);
    }
    this.finish();
  }

  /**
   * The venue closes a position by itself: an immediate order with no client id, which no check
   * may stop.
   */
  forceOrder(command: Readonly<OrderCommand>): void {
    this.begin(0 as EpochMicros);
    const order = this.makeOrder(command, NO_ORDER);
    order.reason = ReportReason.LIQUIDATION;
    this.enter(order);
    this.finish();
  }

  /** Brings reduce-only orders back within what there is to reduce. */
  trimReduceOnly(): void {
    this.begin(0 as EpochMicros);
    // The newest shrink first: the oldest have the better places.
    for (const order of this.orders.openOrders().reverse()) {
      if (!order.reduceOnly) continue;
      const excess = -this.options.terms.reducibleLots(order.side, this.orders.openOrders());
      if (excess <= 0) continue;
      const kept = leavesLots(order) - excess;
      if (kept <= 0) {
        this.takeOut(order, ReportReason.REDUCE_ONLY, ReportStatus.EXPIRED);
        continue;
      }
      this.options.book.reduce(order, (order.quantityLots - excess) as QuantityLots);
      this.options.settlement.release(order);
      this.reports.amended(order, ReportReason.REDUCE_ONLY);
    }
    this.finish();
  }

  /** Sends what changed outside of any request: funding. */
  publishChanges(): void {
    const { settlement, stream, clock } = this.options;
    settlement.publish(stream, clock.nowMicros, false);
  }

  /** Sends the balances or the position of this market, all of them, at once. */
  publishAccount(): void {
    const { settlement, stream, clock } = this.options;
    settlement.forgetPublished();
    settlement.publish(stream, clock.nowMicros, true);
  }

  onRested(order: VenueOrder): void {
    ownOrder(order).restsSinceMicros = this.options.clock.nowMicros;
  }

  onFill(
    filled: VenueOrder,
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    const order = ownOrder(filled);
    const { settlement, counter, clock, stream } = this.options;
    const isFirst = order.status === ReportStatus.ACCEPTED;
    const isDone = leavesLots(order) === 0;
    order.status = isDone ? ReportStatus.FILLED : ReportStatus.PARTIALLY_FILLED;
    const commission = settlement.settleFill(order, priceTicks, quantityLots, isMaker);
    this.trades.record(
      order,
      tradeId,
      priceTicks,
      quantityLots,
      isMaker,
      commission,
      clock.nowMicros,
    );
    if (isFirst) counter.creditFirstFill(isMaker, clock.nowMicros);
    if (isDone) this.close(order);
    this.reports.filled(order, priceTicks, quantityLots, isMaker, tradeId, commission);
    if (!this.isInTurn) settlement.publish(stream, clock.nowMicros, false);
    this.options.onPositionMoved();
  }

  onEnded(ended: VenueOrder, end: VenueEnd): void {
    const order = ownOrder(ended);
    const isSelfTrade = end === VenueEnd.SELF_TRADE;
    order.status = isSelfTrade ? ReportStatus.EXPIRED_IN_MATCH : ReportStatus.EXPIRED;
    if (order.reason !== ReportReason.LIQUIDATION) order.reason = endReason(end);
    this.close(order);
    this.options.settlement.release(order);
    this.reports.ended(order);
  }

  private place(command: Readonly<OrderCommand>): void {
    const refusal = this.check(command, 0) ?? this.admit(command, NO_ORDER);
    if (refusal !== null) this.reports.rejected(command, refusal);
  }

  /** All checks before money: pure, except that a pass counts one order. */
  private check(command: Readonly<OrderCommand>, leaving: number): Refusal | null {
    const { terms, counter, clock } = this.options;
    const refusal =
      findViolation(this.instrument, command, terms.referencePriceUnits()) ??
      terms.positionRefusal(this.instrument, command, this.orders.openOrders());
    if (refusal !== null) return refusal;
    if (this.orders.findOpen(command.clientOrderId) !== null) return terms.duplicateRefusal;
    const roomMax = this.instrument.filters.maxOpenOrders;
    const open = this.orders.openCount - leaving;
    if (roomMax > 0 && open >= roomMax) return terms.tooManyOpenRefusal;
    return counter.tryCount(clock.nowMicros) ? null : TOO_MANY_ORDERS;
  }

  /** Balance, post-only, matching. */
  private admit(command: Readonly<OrderCommand>, replaced: ClientOrderId): Refusal | null {
    const { terms, settlement, book } = this.options;
    const order = this.makeOrder(command, replaced);
    if (order.quantityLots <= 0) return terms.nothingToReduce;
    const refusal = settlement.reserve(order);
    if (refusal !== null) return refusal;
    if (terms.isPostOnly(command) && book.wouldTake(order.side, order.priceTicks)) {
      order.isOpen = false;
      settlement.release(order);
      return terms.postOnlyRefusal;
    }
    this.enter(order);
    return null;
  }

  private makeOrder(command: Readonly<OrderCommand>, replaced: ClientOrderId): OwnOrder {
    const terms = this.options.terms.bookTerms(this.instrument, command, this.orders.openOrders());
    return new OwnOrder(this.options.nextVenueOrderId(), command, terms, replaced);
  }

  private enter(order: OwnOrder): void {
    const { book, clock } = this.options;
    this.orders.add(order);
    this.reports.accepted(order);
    book.place(order, clock.nowMicros);
    if (order.selfTradeMode === SelfTradeMode.DECREMENT) this.tellPrevented();
  }

  /** DECREMENT shrinks orders without ending them, and the book does not say so. */
  private tellPrevented(): void {
    for (const order of this.orders.openOrders()) {
      if (order.preventedLots === order.reportedPreventedLots) continue;
      order.reportedPreventedLots = order.preventedLots;
      this.options.settlement.release(order);
      this.reports.amended(order, ReportReason.SELF_TRADE);
    }
  }

  private cancel(clientOrderId: ClientOrderId): boolean {
    const order = this.orders.findOpen(clientOrderId);
    if (order !== null && this.takeOut(order, ReportReason.NONE)) return true;
    this.reports.cancelRejected(clientOrderId, NO_SUCH_OPEN_ORDER, null);
    return false;
  }

  private takeOut(
    order: OwnOrder,
    reason: ReportReason,
    status: ReportStatus = ReportStatus.CANCELED,
  ): boolean {
    if (!this.options.book.cancel(order)) return false;
    order.status = status;
    order.reason = reason;
    this.close(order);
    this.options.settlement.release(order);
    this.reports.ended(order);
    return true;
  }

  /** Keeps the queue place; the new total must be smaller. Down to what is filled, the order ends. */
  private amend(command: Readonly<OrderCommand>): void {
    const { book, settlement, terms } = this.options;
    const order = this.orders.findOpen(command.clientOrderId);
    if (order === null) {
      this.reports.amendRejected(command.clientOrderId, NO_SUCH_OPEN_ORDER, null);
      return;
    }
    const total = order.quantityLots - order.preventedLots;
    const isRefused =
      !(command.quantityLots > 0 && command.quantityLots < total) ||
      order.amendCount >= this.instrument.filters.maxAmendsPerOrder;
    const refusal = isRefused
      ? AMEND_REFUSED
      : findViolation(
          this.instrument,
          asAmended(order, command.quantityLots),
          terms.referencePriceUnits(),
        );
    if (refusal !== null) {
      this.reports.amendRejected(command.clientOrderId, refusal, order);
      return;
    }
    if (command.quantityLots <= order.filledLots) {
      this.takeOut(order, ReportReason.NONE, ReportStatus.EXPIRED);
      return;
    }
    book.reduce(order, (command.quantityLots + order.preventedLots) as QuantityLots);
    order.amendCount += 1;
    settlement.release(order);
    this.reports.amended(order, ReportReason.NONE);
  }

  /**
   * Cancel, then place only if the cancel worked. Filters and order count are checked before
   * anything happens: when they fail, nothing is cancelled. True when the old one was cancelled.
   */
  private replace(command: Readonly<OrderCommand>, secondHalf: Refusal | null = null): boolean {
    const target = this.orders.findOpen(command.targetOrderId);
    const early = this.check(command, target === null ? 0 : 1);
    if (early !== null) {
      this.reports.cancelRejected(command.targetOrderId, early, target);
      this.reports.rejected(command, early, command.targetOrderId);
      return false;
    }
    if (!this.cancel(command.targetOrderId)) {
      this.reports.rejected(command, NOT_ATTEMPTED, command.targetOrderId);
      return false;
    }
    const refusal = secondHalf ?? this.admit(command, command.targetOrderId);
    if (refusal !== null) this.reports.rejected(command, refusal, command.targetOrderId);
    return true;
  }

  private query(clientOrderId: ClientOrderId): void {
    const order = this.orders.find(clientOrderId);
    if (order === null) this.reports.notFound(clientOrderId, NO_SUCH_ORDER);
    else this.reports.state(order);
  }

  private close(order: OwnOrder): void {
    order.isOpen = false;
    this.orders.close(order);
  }

  private begin(requestedAtMicros: EpochMicros): void {
    this.isInTurn = true;
    this.reports.requestedAtMicros = requestedAtMicros;
  }

  /** Balances follow the reports of the whole turn, as on the venue. */
  private finish(): void {
    const { settlement, stream, clock } = this.options;
    this.isInTurn = false;
    this.reports.requestedAtMicros = 0 as EpochMicros;
    settlement.publish(stream, clock.nowMicros, false);
  }
}

function asAmended(order: OwnOrder, quantityLots: QuantityLots): OrderUnderTest {
  const { side, type, timeInForce, priceTicks, reduceOnly } = order;
  return { side, type, timeInForce, priceTicks, quantityLots, reduceOnly };
}

function ownOrder(order: VenueOrder): OwnOrder {
  if (!(order instanceof OwnOrder)) throw new Error('the book told the desk of a foreign order');
  return order;
}

function endReason(end: VenueEnd): ReportReason {
  switch (end) {
    case VenueEnd.UNFILLED_REMAINDER:
      return ReportReason.UNFILLED_REMAINDER;
    case VenueEnd.FOK_UNFILLABLE:
      return ReportReason.FOK_UNFILLABLE;
    case VenueEnd.SELF_TRADE:
      return ReportReason.SELF_TRADE;
  }
}
