/**
 * What can happen to an account at a venue without its asking: the door for fault injectors and
 * tests. Everything here goes through the same desks, books and wallets as orders do, so that the
 * venue's own truth stays one truth.
 */
import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import { LevelColumn } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import type { Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import {
  BalanceSlot,
  OrderType,
  ReportReason,
  SelfTradeMode,
  Side,
  TimeInForce,
} from '#contracts/order.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type AssetUnits,
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { BAD_TIME_STAMP, OVERLOADED, TOO_MANY_ORDERS, TOO_MANY_REQUESTS } from './desk-refusals.ts';
import { finerTick } from './finer-tick.ts';
import type { MarginAccount } from './margin-account.ts';
import { MatchingEngine } from './matching-engine.ts';
import type { OrderDesk } from './order-desk.ts';
import type { OwnOrder } from './own-order.ts';
import { leavesLots, type VenueBook, type VenueOrder } from './venue-book.ts';
import type { Refusal } from './venue-rules.ts';
import type { SpotWallets } from './wallets.ts';

/** Why a request is refused at the door, by the venue's own number. */
export const DoorRefusal = {
  /** -1008: nothing was done. */
  OVERLOAD: 0,
  /** -1015: somebody else used up the order count of this account. */
  ORDER_COUNT: 1,
  /** -1021: the time stamp is outside of recvWindow. */
  TIME_STAMP: 2,
} as const;
export type DoorRefusal = (typeof DoorRefusal)[keyof typeof DoorRefusal];

const DOOR_REFUSALS: readonly Refusal[] = [OVERLOADED, TOO_MANY_ORDERS, BAD_TIME_STAMP];

/** An order of the same account from somewhere else: it carries no client id of ours. */
export interface ForeignOrder {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly priceTicks: number;
  readonly quantityLots: number;
  /** IOC trades what it can and ends; GTC rests. */
  readonly timeInForce: TimeInForce;
}

/** Position that came without a trade: signed lots, at this price. */
export interface PositionCorrection {
  readonly lots: number;
  readonly entryPriceUnits: number;
  readonly count: number;
}

export interface VenueIncidentsOptions {
  readonly clock: VirtualClock;
  readonly instruments: readonly Instrument[];
  readonly desks: readonly OrderDesk[];
  readonly books: readonly VenueBook[];
  readonly wallets: SpotWallets | null;
  readonly margin: MarginAccount | null;
  readonly submitRefused: (
    command: Readonly<OrderCommand | RequestCommand>,
    refusal: Refusal,
    onEffect?: () => void,
  ) => void;
  readonly submitHalf: (command: Readonly<OrderCommand>, onEffect?: () => void) => void;
}

/** Owner and ids of those who come from nowhere to take an order. */
const STRANGER = 1_000_000;
const STRANGER_IDS_FROM = 2 ** 41;
const SLOT_COUNT = 4;

export class VenueIncidents {
  private readonly options: VenueIncidentsOptions;
  private readonly current: Instrument[];
  private readonly releases: number[];
  private readonly offences: number[];
  private readonly transferred = new Float64Array(SLOT_COUNT);
  private readonly foreign: number[];
  private strangers = 0;
  private corrected: PositionCorrection = { lots: 0, entryPriceUnits: 0, count: 0 };

  constructor(options: VenueIncidentsOptions) {
    this.options = options;
    this.current = [...options.instruments];
    this.releases = options.instruments.map(() => 0);
    this.offences = options.instruments.map(() => 0);
    this.foreign = options.instruments.map(() => 0);
  }

  /** An instrument as the venue has it now: what a start-up query of its rules would find. */
  instrument(index: InstrumentIndex): Instrument {
    const instrument = this.current[index];
    if (instrument === undefined) throw new RangeError(`no instrument ${index}`);
    return instrument;
  }

  /** Sends a request that the venue will refuse on arrival. `onEffect`: it did, and for this reason. */
  submitRefused(
    command: Readonly<OrderCommand | RequestCommand>,
    why: DoorRefusal,
    onEffect?: () => void,
  ): void {
    this.options.submitRefused(command, DOOR_REFUSALS[why] as Refusal, onEffect);
  }

  /**
   * Sends a REPLACE of which only the cancel will work. Other kinds are handled in full. `onEffect`:
   * the old order was cancelled and the new one refused.
   */
  submitHalf(command: Readonly<OrderCommand>, onEffect?: () => void): void {
    this.options.submitHalf(command, onEffect);
  }

  /**
   * From now on every request of this market that arrives before `untilMicros` is refused (-1003) and
   * counts as an offence. A later release stands over an earlier one.
   */
  silence(index: InstrumentIndex, untilMicros: EpochMicros): void {
    this.releases[index] = Math.max(this.releases[index] ?? 0, untilMicros);
  }

  /** When requests of this market are served again; 0 or in the past: now. */
  releaseMicros(index: InstrumentIndex): EpochMicros {
    return (this.releases[index] ?? 0) as EpochMicros;
  }

  /** Requests of this market that arrived while it was to be silent. */
  offenceCount(index: InstrumentIndex): number {
    return this.offences[index] ?? 0;
  }

  /** For the venue's door: the refusal of a request that arrives now, or null. Counts an offence. */
  refusalAt(index: InstrumentIndex): Refusal | null {
    if (this.options.clock.nowMicros >= (this.releases[index] as number)) return null;
    this.offences[index] = this.offenceCount(index) + 1;
    return TOO_MANY_REQUESTS;
  }

  /** The venue halts, reopens or restricts trading. Orders stay. The client must be told by its own event. */
  setStatus(index: InstrumentIndex, status: InstrumentStatus): Instrument {
    const before = this.instrument(index);
    if (before.status === status) return before;
    return this.redefine({ ...before, version: before.version + 1, status });
  }

  /** True when nothing rests in the book and all of it was published: a tick may change now. */
  isEmptied(index: InstrumentIndex): boolean {
    const book = this.matchingEngine(index);
    return book.restingCount === 0 && !book.hasUnpublishedChanges;
  }

  /**
   * A tick becomes 1/divisor (2, 5 or 10) of what it was. Throws while orders of ours are open, while
   * anything rests in the book or is still unpublished, and when the tick cannot be that fine.
   */
  refineTick(index: InstrumentIndex, divisor: number): Instrument {
    const book = this.matchingEngine(index);
    if (book.restingCount > 0) throw new Error('a tick changes only in an empty book');
    if (book.hasUnpublishedChanges) throw new Error('the old book is still being published');
    const instrument = finerTick(this.instrument(index), divisor);
    this.deskOf(index).refineTick(instrument, divisor);
    return this.redefine(instrument);
  }

  /** Ends a resting order of ours. False when it does not rest. */
  cancelOrder(index: InstrumentIndex, order: Readonly<OwnOrder>): boolean {
    const { CANCELED } = ReportStatus;
    return this.deskOf(index).endOrder(order, CANCELED, ReportReason.VENUE_CANCELED);
  }

  /** Ends everything that rests of this account, foreign orders included. Returns how many. */
  cancelAll(index: InstrumentIndex): number {
    let count = 0;
    for (const order of this.openOrders(index)) if (this.cancelOrder(index, order)) count += 1;
    return count;
  }

  /** Ends a resting order as self-trade prevention does. False when it does not rest. */
  expireBySelfTrade(index: InstrumentIndex, order: Readonly<OwnOrder>): boolean {
    const { EXPIRED_IN_MATCH } = ReportStatus;
    return this.deskOf(index).endOrder(order, EXPIRED_IN_MATCH, ReportReason.SELF_TRADE);
  }

  /**
   * A stranger takes up to `lots` of a resting order, and first all that stands before it, but no
   * more than `sweepLotsMax` in all. Returns the lots of ours that traded.
   */
  takeOrder(
    index: InstrumentIndex,
    clientOrderId: ClientOrderId,
    lots: number,
    sweepLotsMax = Number.MAX_SAFE_INTEGER,
  ): number {
    const book = this.matchingEngine(index);
    const order = this.openOrders(index).find((one) => one.clientOrderId === clientOrderId);
    if (order === undefined || !book.rests(order)) return 0;
    const wanted = Math.min(lots, leavesLots(order));
    const ahead = lotsBetter(book, order) + book.queueAheadLots(order);
    if (!(wanted > 0) || ahead + wanted > sweepLotsMax) return 0;
    const before = order.filledLots;
    book.place(this.stranger(order, ahead + wanted), this.options.clock.nowMicros);
    return order.filledLots - before;
  }

  /** Lots of all foreign orders that were placed, for who keeps books on the account. */
  foreignLots(index: InstrumentIndex): number {
    return this.foreign[index] ?? 0;
  }

  /** Places an order of this account that is not ours. False when the venue refuses it. */
  placeForeign(foreign: ForeignOrder): boolean {
    const command = new OrderCommand();
    command.kind = CommandKind.PLACE_ORDER;
    command.instrument = foreign.instrument;
    command.clientOrderId = NO_ORDER;
    command.side = foreign.side;
    command.priceTicks = foreign.priceTicks as PriceTicks;
    command.quantityLots = foreign.quantityLots as QuantityLots;
    command.type = OrderType.LIMIT;
    command.timeInForce = foreign.timeInForce;
    command.selfTradeMode = SelfTradeMode.EXPIRE_TAKER;
    // Counted before it trades: its first report may come out of the placing itself.
    const before = this.foreignLots(foreign.instrument);
    this.foreign[foreign.instrument] = before + foreign.quantityLots;
    if (this.deskOf(foreign.instrument).placeForeign(command) === null) return true;
    this.foreign[foreign.instrument] = before;
    return false;
  }

  /** Whoever placed them cancels the foreign orders. Returns how many rested. */
  cancelForeign(index: InstrumentIndex): number {
    let count = 0;
    for (const order of this.openOrders(index)) {
      if (order.clientOrderId !== NO_ORDER) continue;
      const desk = this.deskOf(index);
      if (desk.endOrder(order, ReportStatus.CANCELED, ReportReason.NONE)) count += 1;
    }
    return count;
  }

  /**
   * Money comes into (above zero) or leaves an account, free money at most. `isTold`: the stream says
   * so at once; otherwise the next change or query of that market does. Returns what was moved.
   */
  transfer(slot: BalanceSlot, units: AssetUnits, isTold: boolean): AssetUnits {
    const { wallets, margin, desks } = this.options;
    const isMargin = slot === BalanceSlot.PERP_MARGIN;
    const moved = isMargin ? margin?.transfer(units) : wallets?.transfer(slot, units);
    if (moved === undefined || moved === 0) return 0 as AssetUnits;
    this.transferred[slot] = this.transferredUnits(slot) + moved;
    if (isTold) for (const desk of desks) desk.publishChanges();
    return moved;
  }

  /**
   * The venue corrects the position of the perpetual by so many lots more on the side that is held, at the
   * entry price. `isTold` as for `transfer`. False when nothing is held.
   */
  addPosition(lots: number, isTold: boolean): boolean {
    const { margin, desks } = this.options;
    if (margin === null) return false;
    const entryPriceUnits = margin.entryPriceUnits;
    const side = Math.sign(margin.positionLots);
    if (!margin.addPosition(lots)) return false;
    this.corrected = { lots: side * lots, entryPriceUnits, count: this.corrected.count + 1 };
    if (isTold) for (const desk of desks) desk.publishChanges();
    return true;
  }

  /** The newest correction of the position, and how many there were. */
  get correctedPosition(): PositionCorrection {
    return this.corrected;
  }

  /** Sum of all transfers of a slot, for who keeps books on the account. */
  transferredUnits(slot: BalanceSlot): AssetUnits {
    return (this.transferred[slot] ?? 0) as AssetUnits;
  }

  private redefine(instrument: Instrument): Instrument {
    this.current[instrument.index] = instrument;
    this.deskOf(instrument.index).setInstrument(instrument);
    return instrument;
  }

  private openOrders(index: InstrumentIndex): readonly OwnOrder[] {
    return this.deskOf(index).orders.openOrders();
  }

  private stranger(maker: Readonly<OwnOrder>, lots: number): VenueOrder {
    this.strangers += 1;
    return {
      venueOrderId: STRANGER_IDS_FROM + this.strangers,
      owner: STRANGER,
      clientOrderId: 0,
      side: maker.side === Side.BUY ? Side.SELL : Side.BUY,
      type: OrderType.LIMIT,
      timeInForce: TimeInForce.IOC,
      selfTradeMode: SelfTradeMode.NONE,
      reduceOnly: false,
      priceTicks: maker.priceTicks,
      quantityLots: lots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
  }

  private matchingEngine(index: InstrumentIndex): MatchingEngine {
    const book = this.options.books[index];
    if (!(book instanceof MatchingEngine)) {
      throw new Error('this incident needs a synthetic market: a recording cannot react');
    }
    return book;
  }

  private deskOf(index: InstrumentIndex): OrderDesk {
    const desk = this.options.desks[index];
    if (desk === undefined) throw new RangeError(`no instrument ${index}`);
    return desk;
  }
}

/** Lots at prices better than the order's, on its side. */
function lotsBetter(book: MatchingEngine, order: Readonly<OwnOrder>): number {
  const levels = new LevelColumn();
  book.writeLevels(order.side, book.levelCount(order.side), levels);
  let lots = 0;
  for (let index = 0; index < levels.count; index++) {
    if (levels.pricesTicks[index] === order.priceTicks) break;
    lots += levels.quantitiesLots[index] as number;
  }
  return lots;
}
