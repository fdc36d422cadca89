/**
 * What every order that may still live could cost us: funds, lots and notional, reserved before the
 * order is sent and given back only when the venue said that it ended. Open, sent, unknown and
 * pending-cancel orders all count.
 */
import { type Instrument, Market } from '#contracts/instrument.ts';
import { baseUnits, notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { INSTRUMENTS_MAX } from './lease.ts';

/** Every order execution can hold, and some more: 96. */
export const RESERVATIONS_MAX = 96;
export const NO_RESERVATION = -1;
const BASIS_POINTS_PER_ONE = 10_000;

function column(): Float64Array {
  return new Float64Array(RESERVATIONS_MAX);
}

/** An order as the gate approved it. */
interface ReservableOrder {
  readonly clientOrderId: number;
  readonly side: Side;
  readonly quantityLots: number;
}

/** `units` plus a margin in basis points, rounded against us. Hot. */
export function withMargin(units: number, marginBps: number): number {
  if (marginBps === 0) return units;
  return units + multiplyDivide(units, Math.ceil(marginBps), BASIS_POINTS_PER_ONE, Rounding.UP);
}

/**
 * Rows in columns, with sums that are kept with every change. A row gives back exactly what it took:
 * its amounts are stored, not computed anew.
 */
export class PessimisticReservation implements Persistent {
  rowEnd = 0;
  count = 0;
  readonly ids = column();
  readonly instruments = column();
  readonly sides = column();
  /** What a fill costs at worst: the limit price, or the reference of a MARKET order. */
  readonly pricesTicks = column();
  readonly totalsLots = column();
  readonly filledLots = column();
  readonly notionalsUnits = column();
  readonly fundsUnits = column();
  /** 1: a hedge proven to reduce net delta. */
  readonly reducing = column();
  private readonly marginsBps = column();
  /** Sums per instrument and side, index instrument x 2 + side. */
  readonly openLots = new Float64Array(INSTRUMENTS_MAX * 2);
  readonly openNotionalUnits = new Float64Array(INSTRUMENTS_MAX * 2);
  readonly reducingLots = new Float64Array(INSTRUMENTS_MAX * 2);
  readonly openOrders = new Float64Array(INSTRUMENTS_MAX);
  /** Spot funds reserved over all instruments. */
  reservedQuoteUnits = 0;
  reservedBaseUnits = 0;
  private readonly columns: readonly Float64Array[] = [
    this.ids,
    this.instruments,
    this.sides,
    this.pricesTicks,
    this.totalsLots,
    this.filledLots,
    this.notionalsUnits,
    this.fundsUnits,
    this.reducing,
    this.marginsBps,
  ];

  get isFull(): boolean {
    return this.count === RESERVATIONS_MAX;
  }

  /** Hot: at most `rowEnd` steps. NO_RESERVATION when there is none. */
  rowOf(id: number): number {
    for (let row = 0; row < this.rowEnd; row++) if (this.ids[row] === id) return row;
    return NO_RESERVATION;
  }

  /** Reserves for an approved order and returns its handle. The table must not be full. */
  reserve(
    order: ReservableOrder,
    instrument: Instrument,
    priceTicks: number,
    marginBps: number,
    isReducing: boolean,
  ): number {
    let row = 0;
    while (row < RESERVATIONS_MAX && this.ids[row] !== 0) row += 1;
    if (row === RESERVATIONS_MAX) throw new RangeError('table of reservations is full');
    this.ids[row] = order.clientOrderId;
    this.instruments[row] = instrument.index;
    this.sides[row] = order.side;
    this.pricesTicks[row] = priceTicks;
    this.totalsLots[row] = order.quantityLots;
    this.marginsBps[row] = marginBps;
    this.reducing[row] = isReducing ? 1 : 0;
    this.count += 1;
    this.openOrders[instrument.index] = (this.openOrders[instrument.index] as number) + 1;
    if (row >= this.rowEnd) this.rowEnd = row + 1;
    this.take(row, instrument, order.quantityLots);
    return row;
  }

  /** The order's total or its fills changed: reserves for what is left now. Fills go forward only. */
  update(row: number, instrument: Instrument, totalLots: number, filledLots: number): void {
    const before = this.leavesLots(row);
    this.totalsLots[row] = totalLots;
    this.filledLots[row] = Math.max(
      this.filledLots[row] as number,
      Math.min(filledLots, totalLots),
    );
    const after = this.leavesLots(row);
    if (after === before) return;
    this.giveBack(row, before);
    this.take(row, instrument, after);
  }

  /** The order ended: everything goes back. */
  release(row: number): void {
    const instrument = this.instruments[row] as number;
    this.giveBack(row, this.leavesLots(row));
    this.openOrders[instrument] = (this.openOrders[instrument] as number) - 1;
    this.count -= 1;
    for (let index = 0; index < this.columns.length; index++) {
      (this.columns[index] as Float64Array)[row] = 0;
    }
    while (this.rowEnd > 0 && this.ids[this.rowEnd - 1] === 0) this.rowEnd -= 1;
  }

  /** Never below zero: an amend may not cut under what was filled. */
  leavesLots(row: number): number {
    return Math.max(0, (this.totalsLots[row] as number) - (this.filledLots[row] as number));
  }

  writeState(writer: StateWriter): void {
    writer.section('pessimistic-reservation');
    writer.integer(this.rowEnd);
    writer.integer(this.count);
    for (const values of this.columns) writer.floats(values, this.rowEnd);
    for (const sums of this.sums()) writer.floats(sums, sums.length);
    writer.integer(this.reservedQuoteUnits);
    writer.integer(this.reservedBaseUnits);
  }

  readState(reader: StateReader): void {
    reader.section('pessimistic-reservation');
    this.rowEnd = reader.integer();
    this.count = reader.integer();
    for (const values of this.columns) {
      values.fill(0);
      reader.floats(values);
    }
    for (const sums of this.sums()) reader.floats(sums);
    this.reservedQuoteUnits = reader.integer();
    this.reservedBaseUnits = reader.integer();
  }

  private take(row: number, instrument: Instrument, lots: number): void {
    const price = this.pricesTicks[row] as number;
    const notional = notionalUnits(instrument, price, lots, Rounding.UP);
    this.notionalsUnits[row] = notional;
    this.fundsUnits[row] = this.fundsOf(row, instrument, notional, lots);
    this.addToSums(row, lots, notional, this.fundsUnits[row] as number);
  }

  private giveBack(row: number, lots: number): void {
    const notional = this.notionalsUnits[row] as number;
    this.addToSums(row, -lots, -notional, -(this.fundsUnits[row] as number));
  }

  /** Spot only: a buy needs quote at its price plus margin, a sell needs the base itself. */
  private fundsOf(row: number, instrument: Instrument, notional: number, lots: number): number {
    if (instrument.market !== Market.SPOT) return 0;
    const isBuy = this.sides[row] === Side.BUY;
    return isBuy
      ? withMargin(notional, this.marginsBps[row] as number)
      : baseUnits(instrument, lots);
  }

  /** A buy's funds are quote, a sell's are base. */
  private addToSums(row: number, lots: number, notional: number, funds: number): void {
    const index = (this.instruments[row] as number) * 2 + (this.sides[row] as number);
    this.openLots[index] = (this.openLots[index] as number) + lots;
    this.openNotionalUnits[index] = (this.openNotionalUnits[index] as number) + notional;
    if (this.reducing[row] === 1) {
      this.reducingLots[index] = (this.reducingLots[index] as number) + lots;
    }
    if (this.sides[row] === Side.BUY) this.reservedQuoteUnits += funds;
    else this.reservedBaseUnits += funds;
  }

  private sums(): readonly Float64Array[] {
    return [this.openLots, this.openNotionalUnits, this.reducingLots, this.openOrders];
  }
}
