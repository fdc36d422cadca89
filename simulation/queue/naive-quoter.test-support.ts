/**
 * A naive quoter and the measuring tools of the recordings test: pure, no files.
 */
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { OWN_ACCOUNT, type VenueOrder } from '#simulation/venue/venue-book.ts';
import { type EpochMicros, priceTicks, quantityLots } from '#units/integers.ts';
import { createQueueBook } from './queue.ts';
import type { QueueBook } from './queue-book.ts';
import type { QueueFill } from './queue-fill.ts';

const LATENCY_MICROS = 10_000;
/** Size of each order. */
export const ORDER_LOTS = 100;

/** Mids over time, for looking up what came after a trade. */
export class MidPath {
  private readonly times: number[] = [];
  private readonly mids: number[] = [];

  add(venueMicros: number, midTicks: number): void {
    this.times.push(venueMicros);
    this.mids.push(midTicks);
  }

  /** Last mid at or before a moment; NaN past the end of the recording. */
  at(venueMicros: number): number {
    if (venueMicros > (this.times.at(-1) ?? 0)) return Number.NaN;
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= venueMicros) low = middle + 1;
      else high = middle;
    }
    return this.mids[low - 1] ?? Number.NaN;
  }
}

/** Lots-weighted mean of what maker fills were worth, in basis points of price. */
export class MarkoutMean {
  private lots = 0;
  private sum = 0;

  add(makerSide: Side, price: number, lots: number, midLater: number): void {
    if (Number.isNaN(midLater)) return;
    const sign = makerSide === Side.BUY ? 1 : -1;
    this.sum += (lots * sign * (midLater - price) * 10_000) / price;
    this.lots += lots;
  }

  get bps(): number {
    return this.sum / this.lots;
  }
}

/** Joins the best recorded bid and ask, seen and acted on late. */
export class NaiveQuoter {
  readonly fills: QueueFill[] = [];
  readonly book: QueueBook;
  private readonly working: (VenueOrder | null)[] = [null, null];
  private readonly wantedTicks: [number, number] = [0, 0];
  private readonly inbox: { atMicros: number; side: Side; priceTicks: number }[] = [];
  private inboxNext = 0;
  private orderId = 0;

  constructor(queueModel: string) {
    this.book = createQueueBook({
      queueModel,
      observer: { onQueueFill: (fill) => void this.fills.push({ ...fill }) },
    });
  }

  /** Requests that arrive up to a moment are carried out at it. */
  arrive(venueMicros: number): void {
    for (;;) {
      const request = this.inbox[this.inboxNext];
      if (request === undefined || request.atMicros > venueMicros) return;
      this.inboxNext += 1;
      this.replace(request.side, request.priceTicks, request.atMicros as EpochMicros);
    }
  }

  see(venueMicros: number, side: Side, bestTicks: number): void {
    const order = this.working[side];
    const isOver = order === null || order === undefined || this.book.queueAhead(order) < 0;
    if (this.wantedTicks[side] === bestTicks && !isOver) return;
    if (this.wantedTicks[side] === bestTicks && this.isPending(side)) return;
    this.wantedTicks[side] = bestTicks;
    this.inbox.push({ atMicros: venueMicros + LATENCY_MICROS, side, priceTicks: bestTicks });
  }

  private isPending(side: Side): boolean {
    for (let index = this.inboxNext; index < this.inbox.length; index++) {
      if (this.inbox[index]?.side === side) return true;
    }
    return false;
  }

  private replace(side: Side, ticks: number, nowMicros: EpochMicros): void {
    const old = this.working[side];
    if (old) this.book.cancel(old);
    this.working[side] = null;
    if (!this.book.isReady || this.book.wouldTake(side, priceTicks(ticks))) return;
    this.orderId += 1;
    const order: VenueOrder = {
      venueOrderId: this.orderId,
      owner: OWN_ACCOUNT,
      clientOrderId: this.orderId,
      side,
      type: OrderType.LIMIT_MAKER,
      timeInForce: TimeInForce.GTC,
      selfTradeMode: SelfTradeMode.EXPIRE_MAKER,
      reduceOnly: false,
      priceTicks: priceTicks(ticks),
      quantityLots: quantityLots(ORDER_LOTS),
      filledLots: quantityLots(0),
      preventedLots: quantityLots(0),
    };
    this.working[side] = order;
    this.book.place(order, nowMicros);
  }
}
