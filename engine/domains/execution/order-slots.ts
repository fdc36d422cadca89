/**
 * The places an order can fill: one per quoted side, layer and child, and one per hedge leg. A slot
 * holds at most one order, plus the predecessor it replaces until that one's end is confirmed.
 */
import { HEDGE_LEGS_MAX } from '#contracts/hedge-command.ts';
import { QUOTE_LAYER_COUNT, Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { NO_ROW } from './live-orders.ts';

/** Most child orders of one layer. */
export const CHILDREN_MAX = 4;
export const QUOTE_SLOT_COUNT = 2 * QUOTE_LAYER_COUNT * CHILDREN_MAX;
export const SLOT_COUNT = QUOTE_SLOT_COUNT + HEDGE_LEGS_MAX;

export function quoteSlot(side: number, layer: number, child: number): number {
  return (side * QUOTE_LAYER_COUNT + layer) * CHILDREN_MAX + child;
}

export function hedgeSlot(leg: number): number {
  return QUOTE_SLOT_COUNT + leg;
}

export function isHedgeSlot(slot: number): boolean {
  return slot >= QUOTE_SLOT_COUNT;
}

export class OrderSlots implements Persistent {
  readonly rows = new Float64Array(SLOT_COUNT).fill(NO_ROW);
  /** The replaced order whose end is not confirmed yet. */
  readonly outgoingRows = new Float64Array(SLOT_COUNT).fill(NO_ROW);
  /** Nothing is placed in the slot before this time. */
  readonly blockedUntilMicros = new Float64Array(SLOT_COUNT);
  /** A post-only refusal: its price, the opposite best then, and how long the price is barred. */
  readonly barredPricesTicks = new Float64Array(SLOT_COUNT);
  readonly barredTouchTicks = new Float64Array(SLOT_COUNT);
  readonly barredUntilMicros = new Float64Array(SLOT_COUNT);
  /** 1: the slot's last order was filled, so what comes next is a refill. */
  readonly endedByFill = new Float64Array(SLOT_COUNT);
  private readonly columns: readonly Float64Array[] = [
    this.rows,
    this.outgoingRows,
    this.blockedUntilMicros,
    this.barredPricesTicks,
    this.barredTouchTicks,
    this.barredUntilMicros,
    this.endedByFill,
  ];

  block(slot: number, untilMicros: number): void {
    if (untilMicros > (this.blockedUntilMicros[slot] as number)) {
      this.blockedUntilMicros[slot] = untilMicros;
    }
  }

  isBlocked(slot: number, nowMicros: number): boolean {
    return (this.blockedUntilMicros[slot] as number) > nowMicros;
  }

  /** Bars a refused post-only price until the opposite best moves away from `touchTicks` or time is up. */
  bar(slot: number, priceTicks: number, touchTicks: number, untilMicros: number): void {
    this.barredPricesTicks[slot] = priceTicks;
    this.barredTouchTicks[slot] = touchTicks;
    this.barredUntilMicros[slot] = untilMicros;
  }

  /**
   * True when a price would only be refused again: as good as the barred one or better, with the
   * opposite best not moved away since. A best that moved towards us is no news in our favour.
   */
  isBarred(
    slot: number,
    side: Side,
    priceTicks: number,
    touchTicks: number,
    nowMicros: number,
  ): boolean {
    if ((this.barredUntilMicros[slot] as number) <= nowMicros) return false;
    const toward = side === Side.BUY ? 1 : -1;
    const isShyer = (priceTicks - (this.barredPricesTicks[slot] as number)) * toward < 0;
    const hasMovedAway = (touchTicks - (this.barredTouchTicks[slot] as number)) * toward > 0;
    return !isShyer && !hasMovedAway;
  }

  /**
   * The order in `row` ended. When it was to replace another that still stands (`outgoing`), that one
   * is the slot's order again.
   */
  release(slot: number, row: number): void {
    if (this.outgoingRows[slot] === row) {
      this.outgoingRows[slot] = NO_ROW;
    } else if (this.rows[slot] === row) {
      this.rows[slot] = this.outgoingRows[slot] as number;
      this.outgoingRows[slot] = NO_ROW;
    }
  }

  writeState(writer: StateWriter): void {
    writer.section('order-slots');
    for (const values of this.columns) writer.floats(values, SLOT_COUNT);
  }

  readState(reader: StateReader): void {
    reader.section('order-slots');
    for (const values of this.columns) reader.floats(values);
  }
}
