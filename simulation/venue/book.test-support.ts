/** Orders, recorders and shorthands for the tests of the matching engine. */
import type { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { MatchingEngine } from './matching-engine.ts';
import {
  leavesLots,
  type VenueBookListener,
  type VenueEnd,
  type VenueOrder,
} from './venue-book.ts';

export const NOW = 1_000_000 as EpochMicros;

export interface OrderWish {
  readonly owner?: number;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly selfTradeMode?: SelfTradeMode;
}

let idLast = 0;

/** The next order is number 1 again. */
export function resetIds(): void {
  idLast = 0;
}

export function order(wish: OrderWish): VenueOrder {
  idLast += 1;
  return {
    venueOrderId: idLast,
    owner: wish.owner ?? idLast,
    clientOrderId: 0,
    side: wish.side,
    type: wish.type ?? OrderType.LIMIT,
    timeInForce: wish.timeInForce ?? TimeInForce.GTC,
    selfTradeMode: wish.selfTradeMode ?? SelfTradeMode.NONE,
    reduceOnly: false,
    priceTicks: wish.price as PriceTicks,
    quantityLots: wish.lots as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
}

/** Writes down what it hears, one line per call. */
export class Recorder implements VenueBookListener {
  readonly lines: string[] = [];

  onRested(resting: VenueOrder): void {
    this.lines.push(`rested ${resting.venueOrderId}`);
  }

  onFill(filled: VenueOrder, price: number, lots: number, isMaker: boolean, trade: number): void {
    this.lines.push(
      `${isMaker ? 'maker' : 'taker'} ${filled.venueOrderId} ${lots}@${price} #${trade}`,
    );
  }

  onEnded(ended: VenueOrder, end: VenueEnd): void {
    this.lines.push(`ended ${ended.venueOrderId} ${end} left ${leavesLots(ended)}`);
  }
}

export function engineWithRecorder(): { engine: MatchingEngine; lines: string[] } {
  const recorder = new Recorder();
  const engine = new MatchingEngine({ ownListener: recorder, participantListener: recorder });
  idLast = 0;
  return { engine, lines: recorder.lines };
}

export function place(engine: MatchingEngine, wish: OrderWish): VenueOrder {
  const placed = order(wish);
  engine.place(placed, NOW);
  return placed;
}

export const buy = (price: number, lots: number, more: Partial<OrderWish> = {}): OrderWish => ({
  side: Side.BUY,
  price,
  lots,
  ...more,
});
export const sell = (price: number, lots: number, more: Partial<OrderWish> = {}): OrderWish => ({
  side: Side.SELL,
  price,
  lots,
  ...more,
});

/** A column as [price, lots] rows. */
export function rows(column: LevelColumn): number[][] {
  const result: number[][] = [];
  for (let index = 0; index < column.count; index++) {
    result.push([column.pricesTicks[index] ?? -1, column.quantitiesLots[index] ?? -1]);
  }
  return result;
}
