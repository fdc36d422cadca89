import { Side } from '#contracts/order.ts';
import { leavesLots, type VenueOrder } from '#simulation/venue/venue-book.ts';
import type { QueuePosition } from './queue-models.ts';

/** One of our resting orders and its place in the recorded queue. */
export interface RestingOrder extends QueuePosition {
  readonly order: VenueOrder;
  readonly enteredAtMicros: number;
  /** Market lots ahead when it arrived, corrected once by the first depth message after that. */
  aheadAtEntryLots: number;
  /** The level's quantity at arrival is only known between two depth messages. */
  isEntryOpen: boolean;
}

/** Our resting orders of one side, best price first, then in order of arrival. */
export class OwnQueue {
  readonly side: Side;
  private readonly orders: RestingOrder[] = [];

  constructor(side: Side) {
    this.side = side;
  }

  get count(): number {
    return this.orders.length;
  }

  /** Best own price; 0 when there is none. */
  get bestTicks(): number {
    return this.orders[0]?.order.priceTicks ?? 0;
  }

  at(index: number): RestingOrder | undefined {
    return this.orders[index];
  }

  find(order: VenueOrder): RestingOrder | undefined {
    const index = this.indexOf(order);
    return index < 0 ? undefined : this.orders[index];
  }

  add(resting: RestingOrder): void {
    let index = this.orders.length;
    while (index > 0) {
      const before = this.orders[index - 1] as RestingOrder;
      if (!this.isBetter(resting.order.priceTicks, before.order.priceTicks)) break;
      index -= 1;
    }
    this.orders.splice(index, 0, resting);
  }

  /** False when the order does not rest here. */
  remove(order: VenueOrder): boolean {
    const index = this.indexOf(order);
    if (index < 0) return false;
    this.orders.splice(index, 1);
    return true;
  }

  /** True when `ticks` is a better price on this side than `other`. */
  isBetter(ticks: number, other: number): boolean {
    return this.side === Side.BUY ? ticks > other : ticks < other;
  }

  /** Our own lots at the same price that arrived before this order. */
  ownLotsAhead(resting: RestingOrder): number {
    let lots = 0;
    for (let index = 0; index < this.orders.length; index++) {
      const other = this.orders[index] as RestingOrder;
      if (other === resting) break;
      if (other.order.priceTicks === resting.order.priceTicks) lots += leavesLots(other.order);
    }
    return lots;
  }

  private indexOf(order: VenueOrder): number {
    for (let index = 0; index < this.orders.length; index++) {
      if ((this.orders[index] as RestingOrder).order === order) return index;
    }
    return -1;
  }
}
