/**
 * What the venue's words do to our orders: forward only by cumulative fill, one table of transitions,
 * and never a lost fill: an order that ended and still fills is reported, not ignored.
 */
import { AlertCode, AlertSeverity } from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import {
  type ExecutionReport,
  isTradeRecord,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { isTerminal, OrderState, ReportReason, Side } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import { type ClientOrderId, type InstrumentIndex, NO_ORDER } from '#units/integers.ts';
import type { ExecutionCounters } from './execution-counters.ts';
import { type LiveOrders, NO_ROW, NO_SLOT, PendingOperation } from './live-orders.ts';
import type { OrderSender } from './order-sender.ts';
import type { OrderSlots } from './order-slots.ts';
import { ILLEGAL, nextOrderState, OrderInput, SAME } from './order-transitions.ts';
import type { Orphans } from './orphans.ts';
import { displayedLots } from './queue-value.ts';
import {
  isNotFound,
  isOldNews,
  isRefusedQuery,
  provesExistence,
  showsLife,
} from './report-evidence.ts';

/** More amends than any venue allows: this order is not amended again. */
const AMENDS_EXHAUSTED = 1_000;
/** "Not found" must be said so often before it is believed. */
const NOT_FOUND_COUNT_MIN = 2;
/** A venue that says "too many orders" is left alone for so many refusal back-offs. */
const RATE_LIMIT_BACKOFF_FACTOR = 4;

interface OrderReportsOptions {
  readonly configuration: ExecutionConfiguration;
  readonly orders: LiveOrders;
  readonly slots: OrderSlots;
  readonly counters: ExecutionCounters;
  readonly sender: OrderSender;
  readonly orphans: Orphans;
  readonly markets: Markets;
}

/** Hot: every execution report. No allocation. */
export class OrderReports {
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly slots: OrderSlots;
  private readonly counters: ExecutionCounters;
  private readonly sender: OrderSender;
  private readonly orphans: Orphans;
  private readonly markets: Markets;

  constructor(options: OrderReportsOptions) {
    this.orphans = options.orphans;
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.slots = options.slots;
    this.counters = options.counters;
    this.sender = options.sender;
    this.markets = options.markets;
  }

  apply(report: Readonly<ExecutionReport>, nowMicros: number): void {
    // The venue's own orders and other people's carry no id of ours.
    if (report.clientOrderId === NO_ORDER) return;
    const row = this.orders.rowOf(report.clientOrderId);
    if (row === NO_ROW) {
      this.applyToEnded(report, nowMicros);
      return;
    }
    if (isRefusedQuery(report)) {
      if (isNotFound(report)) this.applyNotFound(row, nowMicros);
      return;
    }
    if (provesExistence(report)) this.orders.notFoundCounts[row] = 0;
    this.noteShown(row, report);
    this.takeTotal(row, report);
    this.advanceFill(row, report);
    if (isTradeRecord(report)) this.applyTradeRecord(row, report, nowMicros);
    else if (!isOldNews(this.orders, row, report) && !this.answersNothing(row, report)) {
      this.move(row, report, nowMicros);
    }
  }

  private move(row: number, report: Readonly<ExecutionReport>, nowMicros: number): void {
    const state = this.orders.state(row);
    const hasFills = (this.orders.filledLots[row] as number) > 0;
    const input = this.inputOf(report, row);
    const next = nextOrderState(state, input, hasFills);
    if (next === ILLEGAL) {
      this.onIllegal(report, state);
      return;
    }
    this.settleOperation(row, state, input, report);
    if (next === OrderState.NEW && input === OrderInput.OPERATION_REFUSED) this.reopen(row);
    else if (next !== SAME) this.enter(row, state, next, report, nowMicros);
  }

  /**
   * A request about an order was refused: the order is as it was. One that was never acknowledged still
   * waits for the answer to its placement, which may be a refusal as well.
   */
  private reopen(row: number): void {
    const { orders } = this;
    const wasAcknowledged = orders.acknowledged[row] === 1;
    orders.states[row] = wasAcknowledged ? OrderState.NEW : OrderState.PENDING_NEW;
    if (wasAcknowledged) return;
    orders.operations[row] = PendingOperation.NEW;
    orders.operationsSinceMicros[row] = orders.placedAtMicros[row] as number;
  }

  /** An answer that shows the order alive counts from the moment its question was asked. */
  private noteShown(row: number, report: Readonly<ExecutionReport>): void {
    if (report.channel !== ReportChannel.QUERY || isTradeRecord(report)) return;
    if (report.requestedAtMicros > (this.orders.shownAtMicros[row] as number)) {
      this.orders.shownAtMicros[row] = report.requestedAtMicros;
    }
  }

  /** Cumulative fills go forward only; trades that came without one add up, each at most once. */
  private advanceFill(row: number, report: Readonly<ExecutionReport>): void {
    const { orders } = this;
    let filled = Math.max(orders.filledLots[row] as number, report.filledLots);
    const { tradeId } = report;
    if (tradeId !== NO_TRADE && tradeId + 1 > (orders.tradeIds[row] as number)) {
      orders.tradeIds[row] = tradeId + 1;
      const traded = (orders.tradedLots[row] as number) + report.lastQuantityLots;
      orders.tradedLots[row] = traded;
      filled = Math.max(filled, Math.min(traded, orders.totalsLots[row] as number));
    }
    orders.filledLots[row] = filled;
  }

  /** A line of the trade list proves that the order existed, and its end once everything traded. */
  private applyTradeRecord(
    row: number,
    report: Readonly<ExecutionReport>,
    nowMicros: number,
  ): void {
    this.acknowledge(row, report);
    if (this.orders.leavesLots(row) > 0) return;
    this.enter(row, this.orders.state(row), OrderState.FILLED, report, nowMicros);
  }

  /** The refusal of an amend that another request has overtaken. */
  private answersNothing(row: number, report: Readonly<ExecutionReport>): boolean {
    if (report.status !== ReportStatus.AMEND_REJECTED) return false;
    const isTooLate = report.reason === ReportReason.UNKNOWN_ORDER;
    return !isTooLate && this.orders.operations[row] !== PendingOperation.AMEND;
  }

  /** Moves an order to UNKNOWN and plans its first query. Called for timeouts too. */
  enterUnknown(row: number, firstQueryMicros: number): void {
    this.orders.states[row] = OrderState.UNKNOWN;
    this.orders.queryCounts[row] = 0;
    this.orders.notFoundCounts[row] = 0;
    this.orders.nextQueryMicros[row] = firstQueryMicros;
  }

  private inputOf(report: Readonly<ExecutionReport>, row: number): OrderInput {
    switch (report.status) {
      case ReportStatus.ACCEPTED:
        return OrderInput.ACKNOWLEDGED;
      case ReportStatus.PARTIALLY_FILLED:
        return OrderInput.PARTIALLY_FILLED;
      case ReportStatus.FILLED:
        return OrderInput.FILLED;
      case ReportStatus.CANCELED:
        return OrderInput.CANCELED;
      case ReportStatus.AMENDED:
        return OrderInput.AMENDED;
      case ReportStatus.REJECTED: {
        // An acknowledged order cannot be rejected any more: the refusal answers a later request.
        const wasAcknowledged = row !== NO_ROW && this.orders.acknowledged[row] === 1;
        const hasRequest = wasAcknowledged && this.orders.operations[row] !== PendingOperation.NONE;
        return hasRequest ? OrderInput.OPERATION_REFUSED : OrderInput.REJECTED;
      }
      case ReportStatus.EXPIRED:
      case ReportStatus.EXPIRED_IN_MATCH:
        return OrderInput.EXPIRED;
      case ReportStatus.UNKNOWN:
        return OrderInput.OUTCOME_UNKNOWN;
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        return report.reason === ReportReason.UNKNOWN_ORDER
          ? OrderInput.OPERATION_TOO_LATE
          : OrderInput.OPERATION_REFUSED;
    }
  }

  /**
   * The venue's total is the truth after an amend; a refusal's total is only what was asked. Amends only
   * shrink: a larger total is an older word that comes late, and a smaller one counts however old it is.
   */
  private takeTotal(row: number, report: Readonly<ExecutionReport>): void {
    const { quantityLots } = report;
    if (quantityLots <= 0 || quantityLots >= (this.orders.totalsLots[row] as number)) return;
    if (showsLife(report) || report.status === ReportStatus.FILLED) {
      this.orders.totalsLots[row] = quantityLots;
    }
  }

  private settleOperation(
    row: number,
    state: OrderState,
    input: OrderInput,
    report: Readonly<ExecutionReport>,
  ): void {
    const orders = this.orders;
    const operation = orders.operations[row];
    if (input === OrderInput.ACKNOWLEDGED || input === OrderInput.PARTIALLY_FILLED) {
      this.acknowledge(row, report);
      const isAnswer = state === OrderState.PENDING_NEW || state === OrderState.UNKNOWN;
      if (isAnswer) orders.operations[row] = PendingOperation.NONE;
    } else if (input === OrderInput.AMENDED) {
      orders.amendCounts[row] = (orders.amendCounts[row] as number) + 1;
      this.counters.amended += 1;
      const isAnswer = operation === PendingOperation.AMEND || state === OrderState.UNKNOWN;
      if (isAnswer) orders.operations[row] = PendingOperation.NONE;
    } else if (input === OrderInput.OPERATION_REFUSED) {
      if (operation === PendingOperation.AMEND) orders.amendCounts[row] = AMENDS_EXHAUSTED;
      if (operation !== PendingOperation.NEW) orders.operations[row] = PendingOperation.NONE;
    }
  }

  private acknowledge(row: number, report: Readonly<ExecutionReport>): void {
    const orders = this.orders;
    if (orders.acknowledged[row] === 1) return;
    orders.acknowledged[row] = 1;
    orders.acknowledgedAtMicros[row] = report.atMicros;
    this.counters.acked += 1;
    if (orders.replacedIds[row] !== 0) this.counters.replaced += 1;
    const market = this.marketOf(report.instrument);
    const price = orders.pricesTicks[row] as number;
    orders.aheadLots[row] = displayedLots(market, orders.side(row), price);
  }

  private enter(
    row: number,
    before: OrderState,
    next: OrderState,
    report: Readonly<ExecutionReport>,
    nowMicros: number,
  ): void {
    if (before === OrderState.UNKNOWN) this.counters.unknownResolved += 1;
    if (isTerminal(next)) {
      this.end(row, next, report, nowMicros);
      return;
    }
    if (next === OrderState.UNKNOWN) {
      // A "too late" says that the end is on its way: it gets a moment before we ask.
      const isUnproven = report.status === ReportStatus.UNKNOWN;
      const pause = isUnproven ? 0 : this.configuration.queryBackoffMicros;
      this.enterUnknown(row, nowMicros + pause);
      return;
    }
    this.orders.states[row] = next;
  }

  private end(
    row: number,
    state: OrderState,
    report: Readonly<ExecutionReport>,
    nowMicros: number,
  ): void {
    const slot = this.orders.slots[row] as number;
    this.countEnd(state);
    if (slot !== NO_SLOT) {
      if (state === OrderState.FILLED) this.slots.endedByFill[slot] = 1;
      if (state === OrderState.REJECTED || state === OrderState.EXPIRED) {
        this.restSlot(row, slot, report, nowMicros);
      }
      if (state === OrderState.REJECTED) this.restoreReplaced(row, report.reason);
    }
    this.orders.end(row, state, nowMicros);
    if (slot !== NO_SLOT) this.slots.release(slot, row);
  }

  private countEnd(state: OrderState): void {
    if (state === OrderState.FILLED) this.counters.filled += 1;
    else if (state === OrderState.CANCELED) this.counters.canceled += 1;
    else if (state === OrderState.REJECTED) this.counters.rejected += 1;
    else this.counters.expired += 1;
  }

  /** After a refusal the slot does not ask the same again at once. */
  private restSlot(
    row: number,
    slot: number,
    report: Readonly<ExecutionReport>,
    nowMicros: number,
  ): void {
    const { postOnlyBackoffMicros, refusalBackoffMicros } = this.configuration;
    // An immediate order that ran out has nothing to be sorry for.
    if (report.status === ReportStatus.EXPIRED && report.reason === ReportReason.NONE) return;
    switch (report.reason) {
      case ReportReason.POST_ONLY_WOULD_CROSS: {
        this.counters.postOnlyRejected += 1;
        const market = this.marketOf(this.orders.instruments[row] as InstrumentIndex);
        const isBuy = this.orders.side(row) === Side.BUY;
        const touch = isBuy ? market.askPriceTicks : market.bidPriceTicks;
        const price = this.orders.pricesTicks[row] as number;
        this.slots.bar(slot, price, touch, nowMicros + postOnlyBackoffMicros);
        break;
      }
      case ReportReason.REPLACE_NOT_ATTEMPTED:
      case ReportReason.UNFILLED_REMAINDER:
      case ReportReason.FOK_UNFILLABLE:
        break;
      case ReportReason.RATE_LIMIT:
        this.slots.block(slot, nowMicros + refusalBackoffMicros * RATE_LIMIT_BACKOFF_FACTOR);
        break;
      default:
        this.slots.block(slot, nowMicros + refusalBackoffMicros);
    }
  }

  /** The new half of a replacement was refused before anything was cancelled: the old order stands. */
  private restoreReplaced(row: number, reason: ReportReason): void {
    const nothingHappened =
      reason === ReportReason.NOT_SENT ||
      reason === ReportReason.RATE_LIMIT ||
      reason === ReportReason.FILTER ||
      reason === ReportReason.MARKET_CLOSED ||
      reason === ReportReason.DUPLICATE_ID;
    const replacedId = this.orders.replacedIds[row] as number;
    if (!nothingHappened || replacedId === 0) return;
    const target = this.orders.rowOf(replacedId);
    if (target === NO_ROW || this.orders.state(target) !== OrderState.PENDING_REPLACE) return;
    const hasFills = (this.orders.filledLots[target] as number) > 0;
    this.orders.states[target] = hasFills ? OrderState.PARTIALLY_FILLED : OrderState.NEW;
    this.orders.operations[target] = PendingOperation.NONE;
  }

  /**
   * The venue does not know an UNKNOWN order. Believed only when said twice and long enough after the
   * request left for the venue to have refused it as too old; then one cancel by id as a fence.
   * Source: Binance connector rules, "accept never existed" (recvWindow + 10 s engine timeout).
   */
  private applyNotFound(row: number, nowMicros: number): void {
    const orders = this.orders;
    if (orders.state(row) !== OrderState.UNKNOWN) return;
    orders.notFoundCounts[row] = (orders.notFoundCounts[row] as number) + 1;
    const { receiveWindowMicros, notFoundMarginMicros } = this.configuration;
    const elapsed = nowMicros - (orders.placedAtMicros[row] as number);
    if ((orders.notFoundCounts[row] as number) < NOT_FOUND_COUNT_MIN) return;
    if (elapsed < receiveWindowMicros + notFoundMarginMicros) return;
    const wasAcknowledged = orders.acknowledged[row] === 1;
    const state = wasAcknowledged ? OrderState.CANCELED : OrderState.REJECTED;
    const id = orders.ids[row] as ClientOrderId;
    const instrument = orders.instruments[row] as InstrumentIndex;
    const slot = orders.slots[row] as number;
    this.counters.unknownResolved += 1;
    this.countEnd(state);
    orders.end(row, state, nowMicros, false);
    if (slot !== NO_SLOT) this.slots.release(slot, row);
    this.sender.emitCancel(id, instrument, ActionReason.DUPLICATE);
  }

  /** Words about an order that ended, or that we do not know at all. */
  private applyToEnded(report: Readonly<ExecutionReport>, nowMicros: number): void {
    // Account state books what is listed and knows what of it is news.
    if (isTradeRecord(report)) return;
    const index = this.orders.endedIndexOf(report.clientOrderId);
    if (index < 0) {
      this.counters.unremembered += 1;
      if (showsLife(report)) this.orphans.adopt(report, nowMicros);
      return;
    }
    const lateLots = this.orders.raiseEndedFill(index, report.filledLots);
    if (lateLots > 0) {
      this.counters.lateFills += 1;
      this.sender.emitAlert(AlertCode.LATE_FILL, AlertSeverity.WARNING, report, lateLots, 0);
    }
    if (showsLife(report) && this.contradictsEnd(report, index)) {
      this.orphans.adopt(report, nowMicros);
      return;
    }
    if (lateLots > 0 || isRefusedQuery(report)) return;
    const state = this.orders.endedState(index);
    const next = nextOrderState(state, this.inputOf(report, NO_ROW), false);
    if (next === ILLEGAL) this.onIllegal(report, state);
  }

  /**
   * The venue shows an order alive that we hold for ended. True where it never said itself that the
   * order ended, or where we asked after we had learnt of the end; else the two words have crossed.
   */
  private contradictsEnd(report: Readonly<ExecutionReport>, index: number): boolean {
    if (this.orders.isEndUnproven(index)) return true;
    const isAnswer = report.channel === ReportChannel.QUERY;
    return isAnswer && report.requestedAtMicros > this.orders.endedMicros(index);
  }

  /** An answer to a query is never queried again: two confused sides must not talk for ever. */
  private onIllegal(report: Readonly<ExecutionReport>, state: OrderState): void {
    this.counters.illegalTransitions += 1;
    const { ILLEGAL_TRANSITION } = AlertCode;
    this.sender.emitAlert(ILLEGAL_TRANSITION, AlertSeverity.WARNING, report, report.status, state);
    if (report.channel === ReportChannel.QUERY) return;
    this.sender.emitQuery(report.clientOrderId, report.instrument);
  }

  private marketOf(instrument: InstrumentIndex): Markets['quoted'] {
    const { quoted, hedge } = this.markets;
    return hedge.instrument === instrument ? hedge : quoted;
  }
}
