/**
 * Our working table: every order that may still live at the venue, one row each, in columns, and a
 * ring of the orders that ended last so that late words about them are recognised.
 */

import { isTerminal, type Layer, OrderState, type Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';

/** Orders of ours that we find at the venue and know nothing of, held until they are gone. */
export const ORPHANS_MAX = 16;
/** Quotes of both sides with their children, hedge legs, and each one's replaced predecessor: 64; and orphans. */
export const LIVE_ORDERS_MAX = 64 + ORPHANS_MAX;
/** Ended orders remembered. At a hundred placements in ten seconds this is half a minute. */
const ENDED_ORDERS_MAX = 256;

export const NO_ROW = -1;
/** Slot of an orphan: it serves no wish. */
export const NO_SLOT = -1;

/** The request of ours that has no answer yet. */
export const PendingOperation = { NONE: 0, NEW: 1, CANCEL: 2, AMEND: 3, REPLACE: 4 } as const;
export type PendingOperation = (typeof PendingOperation)[keyof typeof PendingOperation];

function column(): Float64Array {
  return new Float64Array(LIVE_ORDERS_MAX);
}

/** Read-only view of one live order for pages and reports. Built on request, off the hot path. */
export interface OrderRow {
  readonly clientOrderId: number;
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly layer: Layer;
  readonly state: OrderState;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly filledLots: number;
  readonly placedAtMicros: number;
  /** Lots of others that stood in front when last looked at; 0 when unknown. */
  readonly aheadLots: number;
}

/** A row is free when its id is 0; free rows are all zeros, so equal tables are equal bytes. */
export class LiveOrders implements Persistent {
  /** Rows below this may be in use. */
  rowEnd = 0;
  count = 0;
  readonly ids = column();
  readonly instruments = column();
  readonly sides = column();
  readonly layers = column();
  readonly slots = column();
  readonly states = column();
  /** 0 for MARKET orders. */
  readonly pricesTicks = column();
  readonly totalsLots = column();
  readonly filledLots = column();
  /** When the order was sent: "not found" is believed only long after. */
  readonly placedAtMicros = column();
  readonly expiresAtMicros = column();
  readonly operations = column();
  readonly operationsSinceMicros = column();
  readonly acknowledged = column();
  /** When we heard of the acknowledgement: a list asked for later must show the order. */
  readonly acknowledgedAtMicros = column();
  /** When the last question was asked whose answer showed the order alive. */
  readonly shownAtMicros = column();
  /** What trades add up to, each counted at most once: ids above `tradeIds` only. */
  readonly tradedLots = column();
  readonly tradeIds = column();
  readonly amendCounts = column();
  readonly notFoundCounts = column();
  readonly queryCounts = column();
  readonly nextQueryMicros = column();
  /** The id this order replaces, 0 for none. */
  readonly replacedIds = column();
  /** 1: a kill wants it gone; its cancel is repeated until it is. */
  readonly condemned = column();
  readonly canceledAtMicros = column();
  readonly aheadLots = column();
  private readonly columns: readonly Float64Array[] = [
    this.ids,
    this.instruments,
    this.sides,
    this.layers,
    this.slots,
    this.states,
    this.pricesTicks,
    this.totalsLots,
    this.filledLots,
    this.placedAtMicros,
    this.expiresAtMicros,
    this.operations,
    this.operationsSinceMicros,
    this.acknowledged,
    this.acknowledgedAtMicros,
    this.shownAtMicros,
    this.tradedLots,
    this.tradeIds,
    this.amendCounts,
    this.notFoundCounts,
    this.queryCounts,
    this.nextQueryMicros,
    this.replacedIds,
    this.condemned,
    this.canceledAtMicros,
    this.aheadLots,
  ];
  private readonly endedIds = new Float64Array(ENDED_ORDERS_MAX);
  private readonly endedStates = new Float64Array(ENDED_ORDERS_MAX);
  private readonly endedFilledLots = new Float64Array(ENDED_ORDERS_MAX);
  private readonly endedAtMicros = new Float64Array(ENDED_ORDERS_MAX);
  /** 1: the venue never said that it ended, it only did not know it. */
  private readonly endedUnproven = new Float64Array(ENDED_ORDERS_MAX);
  private endedNext = 0;

  get isFull(): boolean {
    return this.count === LIVE_ORDERS_MAX;
  }

  /** Row of a live order, NO_ROW when it is not (or no longer) live. Hot: at most `rowEnd` steps. */
  rowOf(id: number): number {
    for (let row = 0; row < this.rowEnd; row++) if (this.ids[row] === id) return row;
    return NO_ROW;
  }

  /** Takes a free row for a new id and returns it, all other columns zero. The table must not be full. */
  open(id: number): number {
    let row = 0;
    while (row < LIVE_ORDERS_MAX && this.ids[row] !== 0) row += 1;
    if (row === LIVE_ORDERS_MAX) throw new RangeError('table of live orders is full');
    this.ids[row] = id;
    this.count += 1;
    if (row >= this.rowEnd) this.rowEnd = row + 1;
    return row;
  }

  /**
   * Ends a row in a terminal state: its id moves to the ring, the row becomes free. `isProven` false: it
   * is only believed to be gone.
   */
  end(row: number, state: OrderState, nowMicros: number, isProven = true): void {
    if (!isTerminal(state)) throw new RangeError('an order ends in a terminal state only');
    this.endedAtMicros[this.endedNext] = nowMicros;
    this.endedUnproven[this.endedNext] = isProven ? 0 : 1;
    this.endedIds[this.endedNext] = this.ids[row] as number;
    this.endedStates[this.endedNext] = state;
    this.endedFilledLots[this.endedNext] = this.filledLots[row] as number;
    this.endedNext = (this.endedNext + 1) % ENDED_ORDERS_MAX;
    for (let index = 0; index < this.columns.length; index++) {
      (this.columns[index] as Float64Array)[row] = 0;
    }
    this.count -= 1;
    while (this.rowEnd > 0 && this.ids[this.rowEnd - 1] === 0) this.rowEnd -= 1;
  }

  state(row: number): OrderState {
    return this.states[row] as OrderState;
  }

  side(row: number): Side {
    return this.sides[row] as Side;
  }

  leavesLots(row: number): number {
    return (this.totalsLots[row] as number) - (this.filledLots[row] as number);
  }

  /** At rest at the venue, and nothing asked of it that has no answer yet. */
  isSettled(row: number): boolean {
    const state = this.states[row];
    const isLive = state === OrderState.NEW || state === OrderState.PARTIALLY_FILLED;
    return isLive && this.operations[row] === PendingOperation.NONE;
  }

  get orphanCount(): number {
    let count = 0;
    for (let row = 0; row < this.rowEnd; row++) {
      if (this.ids[row] !== 0 && this.slots[row] === NO_SLOT) count += 1;
    }
    return count;
  }

  /** Index in the ring of an ended order, -1 when it is not remembered. Not hot. */
  endedIndexOf(id: number): number {
    return this.endedIds.indexOf(id);
  }

  endedState(index: number): OrderState {
    return this.endedStates[index] as OrderState;
  }

  /** True when only the venue's "not found" says that it ended. */
  isEndUnproven(index: number): boolean {
    return this.endedUnproven[index] === 1;
  }

  /** Event time at which we learnt of the end. */
  endedMicros(index: number): number {
    return this.endedAtMicros[index] as number;
  }

  /** Raises the filled quantity known of an ended order and returns by how many lots it rose. */
  raiseEndedFill(index: number, filledLots: number): number {
    const known = this.endedFilledLots[index] as number;
    if (filledLots <= known) return 0;
    this.endedFilledLots[index] = filledLots;
    return filledLots - known;
  }

  /** A copy of one row. `row` must be in use. */
  describe(row: number): OrderRow {
    return {
      clientOrderId: this.ids[row] as number,
      instrument: this.instruments[row] as InstrumentIndex,
      side: this.side(row),
      layer: this.layers[row] as Layer,
      state: this.state(row),
      priceTicks: this.pricesTicks[row] as number,
      quantityLots: this.totalsLots[row] as number,
      filledLots: this.filledLots[row] as number,
      placedAtMicros: this.placedAtMicros[row] as number,
      aheadLots: this.aheadLots[row] as number,
    };
  }

  writeState(writer: StateWriter): void {
    writer.section('live-orders');
    writer.integer(this.rowEnd);
    writer.integer(this.count);
    for (const values of this.columns) writer.floats(values, this.rowEnd);
    writer.integer(this.endedNext);
    writer.floats(this.endedIds, ENDED_ORDERS_MAX);
    writer.floats(this.endedStates, ENDED_ORDERS_MAX);
    writer.floats(this.endedFilledLots, ENDED_ORDERS_MAX);
    writer.floats(this.endedAtMicros, ENDED_ORDERS_MAX);
    writer.floats(this.endedUnproven, ENDED_ORDERS_MAX);
  }

  readState(reader: StateReader): void {
    reader.section('live-orders');
    this.rowEnd = reader.integer();
    this.count = reader.integer();
    for (const values of this.columns) {
      values.fill(0);
      reader.floats(values);
    }
    this.endedNext = reader.integer();
    reader.floats(this.endedIds);
    reader.floats(this.endedStates);
    reader.floats(this.endedFilledLots);
    reader.floats(this.endedAtMicros);
    reader.floats(this.endedUnproven);
  }
}
