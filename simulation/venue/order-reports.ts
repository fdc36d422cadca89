import type { OrderCommand } from '#contracts/commands.ts';
import {
  type ExecutionReport,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { CommissionAsset, ReportReason } from '#contracts/order.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type {
  AssetUnits,
  ClientOrderId,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
} from '#units/integers.ts';
import { NO_ORDER } from '#units/integers.ts';
import type { OwnOrder } from './own-order.ts';
import type { PrivateStream } from './private-stream.ts';
import type { OwnTrade } from './trade-history.ts';
import type { Refusal } from './venue-rules.ts';
import type { Commission } from './wallets.ts';

const ID_HALF = 2 ** 32;

/** What happened, counted: for summaries and auditors. */
export interface DeskCounters {
  requests: number;
  accepted: number;
  rejected: number;
  postOnlyRejected: number;
  canceled: number;
  cancelRejected: number;
  amended: number;
  expired: number;
  fills: number;
  makerFills: number;
  unknownOutcomes: number;
}

/** Writes the execution reports of one instrument and sends them on its private stream. */
export class OrderReports {
  readonly counters: DeskCounters = {
    requests: 0,
    accepted: 0,
    rejected: 0,
    postOnlyRejected: 0,
    canceled: 0,
    cancelRejected: 0,
    amended: 0,
    expired: 0,
    fills: 0,
    makerFills: 0,
    unknownOutcomes: 0,
  };
  /** When the request in hand left us; 0 while the market moves by itself. */
  requestedAtMicros = 0 as EpochMicros;
  private readonly clock: VirtualClock;
  private readonly stream: PrivateStream;
  private readonly instrument: InstrumentIndex;

  constructor(clock: VirtualClock, stream: PrivateStream, instrument: InstrumentIndex) {
    this.clock = clock;
    this.stream = stream;
    this.instrument = instrument;
  }

  accepted(order: OwnOrder): void {
    this.counters.accepted += 1;
    const delivery = this.ofOrder(order, ReportStatus.ACCEPTED, this.channel);
    this.stream.send(delivery);
  }

  filled(
    order: OwnOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
    commission: Readonly<Commission>,
  ): void {
    this.counters.fills += 1;
    if (isMaker) this.counters.makerFills += 1;
    const delivery = this.ofOrder(order, order.status, ReportChannel.USER_STREAM);
    const report = delivery.event;
    report.requestedAtMicros = 0 as EpochMicros;
    report.lastPriceTicks = priceTicks;
    report.lastQuantityLots = lots;
    report.tradeId = tradeId;
    report.isMaker = isMaker;
    report.commissionUnits = commission.units;
    report.commissionAsset = commission.asset;
    this.stream.send(delivery);
  }

  /** The order's end by cancel, expiry or self-trade prevention: its `status` and `reason` say which. */
  ended(order: OwnOrder): void {
    if (order.status === ReportStatus.CANCELED) this.counters.canceled += 1;
    else this.counters.expired += 1;
    this.stream.send(this.ofOrder(order, order.status, this.channel));
  }

  /** The total shrank, by our amend or by self-trade prevention. */
  amended(order: OwnOrder, reason: ReportReason): void {
    this.counters.amended += 1;
    const delivery = this.ofOrder(order, ReportStatus.AMENDED, this.channel);
    delivery.event.reason = reason;
    this.stream.send(delivery);
  }

  /** The answer to a query. Fills are not repeated: only the total of them. */
  state(order: OwnOrder): void {
    const status = order.isOpen && order.filledLots === 0 ? ReportStatus.ACCEPTED : order.status;
    this.stream.send(this.ofOrder(order, status, ReportChannel.QUERY));
  }

  /** A line of the trade list: it knows the trade, and of its order the ids and the side only. */
  traded(trade: Readonly<OwnTrade>): void {
    const delivery = this.blank(ReportStatus.PARTIALLY_FILLED, ReportChannel.QUERY);
    const report = delivery.event;
    report.clientOrderId = trade.clientOrderId;
    report.venueOrderIdHigh = Math.floor(trade.venueOrderId / ID_HALF);
    report.venueOrderIdLow = trade.venueOrderId % ID_HALF;
    report.side = trade.side;
    report.lastPriceTicks = trade.priceTicks;
    report.lastQuantityLots = trade.quantityLots;
    report.tradeId = trade.tradeId;
    report.isMaker = trade.isMaker;
    report.commissionUnits = trade.commissionUnits;
    report.commissionAsset = trade.commissionAsset;
    report.venueTimeMicros = trade.venueTimeMicros;
    this.stream.send(delivery);
  }

  /** A new order that never came to be. */
  rejected(
    command: Readonly<OrderCommand>,
    refusal: Refusal,
    replacedOrderId: ClientOrderId = NO_ORDER,
  ): void {
    this.counters.rejected += 1;
    if (refusal.reason === ReportReason.POST_ONLY_WOULD_CROSS) this.counters.postOnlyRejected += 1;
    const report = this.refusal(ReportStatus.REJECTED, command.clientOrderId, refusal);
    report.event.side = command.side;
    report.event.priceTicks = command.priceTicks;
    report.event.quantityLots = command.quantityLots;
    report.event.replacedOrderId = replacedOrderId;
    this.stream.send(report);
  }

  cancelRejected(clientOrderId: ClientOrderId, refusal: Refusal, order: OwnOrder | null): void {
    this.counters.cancelRejected += 1;
    this.refused(ReportStatus.CANCEL_REJECTED, clientOrderId, refusal, order);
  }

  amendRejected(clientOrderId: ClientOrderId, refusal: Refusal, order: OwnOrder | null): void {
    this.refused(ReportStatus.AMEND_REJECTED, clientOrderId, refusal, order);
  }

  /** A query for an order the venue does not know. */
  notFound(clientOrderId: ClientOrderId, refusal: Refusal): void {
    const delivery = this.refusal(ReportStatus.REJECTED, clientOrderId, refusal);
    delivery.event.channel = ReportChannel.QUERY;
    this.stream.send(delivery);
  }

  /** The answer to a request got lost: nothing is proven. */
  unknown(clientOrderId: ClientOrderId, refusal: Refusal): void {
    this.counters.unknownOutcomes += 1;
    this.stream.send(this.refusal(ReportStatus.UNKNOWN, clientOrderId, refusal));
  }

  /** What nobody asked for comes by the stream. */
  private get channel(): ReportChannel {
    return this.requestedAtMicros > 0 ? ReportChannel.RESPONSE : ReportChannel.USER_STREAM;
  }

  private refused(
    status: ReportStatus,
    clientOrderId: ClientOrderId,
    refusal: Refusal,
    order: OwnOrder | null,
  ): void {
    if (order === null) {
      this.stream.send(this.refusal(status, clientOrderId, refusal));
      return;
    }
    const delivery = this.ofOrder(order, status, ReportChannel.RESPONSE);
    delivery.event.reason = refusal.reason;
    delivery.event.venueCode = refusal.venueCode;
    this.stream.send(delivery);
  }

  private refusal(
    status: ReportStatus,
    clientOrderId: ClientOrderId,
    refusal: Refusal,
  ): ReturnType<PrivateStream['takeReport']> {
    const delivery = this.blank(status, ReportChannel.RESPONSE);
    delivery.event.clientOrderId = clientOrderId;
    delivery.event.reason = refusal.reason;
    delivery.event.venueCode = refusal.venueCode;
    return delivery;
  }

  private ofOrder(
    order: OwnOrder,
    status: ReportStatus,
    channel: ReportChannel,
  ): ReturnType<PrivateStream['takeReport']> {
    const delivery = this.blank(status, channel);
    const report = delivery.event;
    report.clientOrderId = order.clientOrderId;
    report.replacedOrderId = order.replacedOrderId;
    report.venueOrderIdHigh = Math.floor(order.venueOrderId / ID_HALF);
    report.venueOrderIdLow = order.venueOrderId % ID_HALF;
    report.side = order.side;
    report.priceTicks = order.sentPriceTicks;
    report.quantityLots = (order.quantityLots - order.preventedLots) as QuantityLots;
    report.filledLots = order.filledLots;
    report.reason = order.reason;
    return delivery;
  }

  private blank(
    status: ReportStatus,
    channel: ReportChannel,
  ): ReturnType<PrivateStream['takeReport']> {
    const delivery = this.stream.takeReport();
    resetReport(delivery.event);
    delivery.event.status = status;
    delivery.event.channel = channel;
    delivery.event.instrument = this.instrument;
    delivery.event.venueTimeMicros = this.clock.nowMicros;
    delivery.event.requestedAtMicros = this.requestedAtMicros;
    return delivery;
  }
}

/** A refilled event keeps nothing of its last life. */
function resetReport(report: ExecutionReport): void {
  report.clientOrderId = NO_ORDER;
  report.replacedOrderId = NO_ORDER;
  report.venueOrderIdHigh = 0;
  report.venueOrderIdLow = 0;
  report.side = 0;
  report.priceTicks = 0 as PriceTicks;
  report.quantityLots = 0 as QuantityLots;
  report.filledLots = 0 as QuantityLots;
  report.lastPriceTicks = 0 as PriceTicks;
  report.lastQuantityLots = 0 as QuantityLots;
  report.tradeId = NO_TRADE;
  report.isMaker = false;
  report.commissionUnits = 0 as AssetUnits;
  report.commissionAsset = CommissionAsset.NONE;
  report.reason = ReportReason.NONE;
  report.venueCode = 0;
}
