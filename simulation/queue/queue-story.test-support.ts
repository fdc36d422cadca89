/**
 * A small recorded market told by hand, for the tests of this folder: feeds a QueueBook and writes
 * down what its listener hears.
 */
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { OrderType, SelfTradeMode, type Side, TimeInForce } from '#contracts/order.ts';
import { OWN_ACCOUNT, type VenueOrder } from '#simulation/venue/venue-book.ts';
import { type EpochMicros, priceTicks, quantityLots } from '#units/integers.ts';
import { createQueueBook, type RecordedVenueOptions } from './queue.ts';
import type { QueueBook } from './queue-book.ts';
import type { QueueFill } from './queue-fill.ts';

export type Level = readonly [price: number, lots: number];

export interface OrderWish {
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly selfTradeMode?: SelfTradeMode;
}

/** A book of bids 100 (50 lots), 99 (70) and asks 101 (40), 102 (60), fed by hand. */
export class Story {
  readonly heard: string[] = [];
  readonly fills: QueueFill[] = [];
  readonly book: QueueBook;
  private updateId = 10;
  private orderId = 0;
  now = 1_000;

  constructor(options: Partial<RecordedVenueOptions> = {}, withSnapshot = true) {
    this.book = createQueueBook({
      queueModel: 'risk-averse',
      observer: { onQueueFill: (fill) => void this.fills.push({ ...fill }) },
      ...options,
    });
    this.book.bindOwn({
      onRested: (order) => void this.heard.push(`rested ${order.venueOrderId}`),
      onFill: (order, price, lots, isMaker, tradeId) => {
        const role = isMaker ? 'maker' : 'taker';
        this.heard.push(`${role} ${order.venueOrderId} ${lots}@${price} #${tradeId}`);
      },
      onEnded: (order, end) => void this.heard.push(`ended ${order.venueOrderId} ${end}`),
    });
    if (withSnapshot) this.snapshot();
  }

  snapshot(
    bids: readonly Level[] = [
      [100, 50],
      [99, 70],
    ],
    asks: readonly Level[] = [
      [101, 40],
      [102, 60],
    ],
  ): void {
    const event = new DepthSnapshotEvent();
    event.lastUpdateId = this.updateId;
    for (const [price, lots] of bids) event.bids.push(price, lots);
    for (const [price, lots] of asks) event.asks.push(price, lots);
    this.book.onMarketEvent(event);
  }

  depth(bids: readonly Level[], asks: readonly Level[] = [], skippedIds = 0): void {
    const event = new DepthDeltaEvent();
    event.firstUpdateId = this.updateId + 1 + skippedIds;
    event.lastUpdateId = this.updateId + 5 + skippedIds;
    this.updateId = event.lastUpdateId;
    this.now += 100;
    event.venueTimeMicros = this.now as EpochMicros;
    for (const [price, lots] of bids) event.bids.push(price, lots);
    for (const [price, lots] of asks) event.asks.push(price, lots);
    this.book.onMarketEvent(event);
  }

  /** A ticker `aheadOfDepth` ids after the last depth message. */
  ticker(bid: Level, ask: Level, aheadOfDepth = 1): void {
    const event = new BookTickerEvent();
    event.updateId = this.updateId + aheadOfDepth;
    event.bidPriceTicks = priceTicks(bid[0]);
    event.bidQuantityLots = quantityLots(bid[1]);
    event.askPriceTicks = priceTicks(ask[0]);
    event.askQuantityLots = quantityLots(ask[1]);
    this.book.onMarketEvent(event);
  }

  trade(aggressor: Side, price: number, lots: number): void {
    const event = new TradeEvent();
    this.now += 10;
    event.venueTimeMicros = this.now as EpochMicros;
    event.aggressor = aggressor;
    event.priceTicks = priceTicks(price);
    event.quantityLots = quantityLots(lots);
    this.book.onMarketEvent(event);
  }

  order(side: Side, price: number, lots: number, wish: OrderWish = {}): VenueOrder {
    this.orderId += 1;
    return {
      venueOrderId: this.orderId,
      owner: OWN_ACCOUNT,
      clientOrderId: this.orderId,
      side,
      type: wish.type ?? OrderType.LIMIT,
      timeInForce: wish.timeInForce ?? TimeInForce.GTC,
      selfTradeMode: wish.selfTradeMode ?? SelfTradeMode.EXPIRE_MAKER,
      reduceOnly: false,
      priceTicks: priceTicks(price),
      quantityLots: quantityLots(lots),
      filledLots: quantityLots(0),
      preventedLots: quantityLots(0),
    };
  }

  place(side: Side, price: number, lots: number, wish: OrderWish = {}): VenueOrder {
    const order = this.order(side, price, lots, wish);
    this.book.place(order, this.now as EpochMicros);
    return order;
  }

  /** What the listener heard since the last call. */
  listen(): string[] {
    return this.heard.splice(0);
  }
}
