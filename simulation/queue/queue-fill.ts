import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { RestingOrder } from './own-queue.ts';

/** What made one of our orders trade. */
export const FillCause = {
  /** A trade at our price, after the queue ahead of us was gone. */
  QUEUE: 0,
  /** A trade beyond our price: the whole order, at our price. */
  TRADE_THROUGH: 1,
  /** The recorded opposite side reached our price: the whole order, at our price. */
  CROSSED: 2,
  /** We took liquidity. */
  TAKER: 3,
} as const;
export type FillCause = (typeof FillCause)[keyof typeof FillCause];

/** One own fill as the queue model saw it. Refilled: valid during the call. */
export interface QueueFill {
  readonly order: VenueOrder | null;
  readonly cause: FillCause;
  readonly priceTicks: number;
  readonly quantityLots: number;
  /** Market lots that were ahead at entry; 0 for takers. */
  readonly aheadAtEntryLots: number;
  readonly inQueueMicros: number;
  readonly atMicros: number;
}

/** Receives fill statistics, just after the listener heard of the fill. */
export interface QueueFillObserver {
  onQueueFill(fill: QueueFill): void;
}

/** Fills one reused QueueFill and shows it to the observer. */
export class QueueFillRecorder {
  private readonly observer: QueueFillObserver | undefined;
  private readonly fill: { -readonly [Key in keyof QueueFill]: QueueFill[Key] } = {
    order: null,
    cause: FillCause.QUEUE,
    priceTicks: 0,
    quantityLots: 0,
    aheadAtEntryLots: 0,
    inQueueMicros: 0,
    atMicros: 0,
  };

  constructor(observer: QueueFillObserver | undefined) {
    this.observer = observer;
  }

  /** An order of ours rested and traded. */
  onMaker(resting: RestingOrder, cause: FillCause, quantityLots: number, atMicros: number): void {
    if (this.observer === undefined) return;
    this.fill.order = resting.order;
    this.fill.cause = cause;
    this.fill.priceTicks = resting.order.priceTicks;
    this.fill.quantityLots = quantityLots;
    this.fill.aheadAtEntryLots = resting.aheadAtEntryLots;
    this.fill.inQueueMicros = atMicros - resting.enteredAtMicros;
    this.fill.atMicros = atMicros;
    this.observer.onQueueFill(this.fill);
  }

  /** An order of ours took liquidity. */
  onTaker(order: VenueOrder, priceTicks: number, quantityLots: number, atMicros: number): void {
    if (this.observer === undefined) return;
    this.fill.order = order;
    this.fill.cause = FillCause.TAKER;
    this.fill.priceTicks = priceTicks;
    this.fill.quantityLots = quantityLots;
    this.fill.aheadAtEntryLots = 0;
    this.fill.inQueueMicros = 0;
    this.fill.atMicros = atMicros;
    this.observer.onQueueFill(this.fill);
  }
}
