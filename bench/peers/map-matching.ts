import { Side } from '#contracts/order.ts';
import { MapBook } from './map-book.ts';

/** An order of the peer. */
export interface PeerOrder {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  left: number;
}

/**
 * A price-time-priority matching engine as one writes it first: sorted prices, a Map from price to an
 * array of orders, a Map from id to order. Same rules as ours for plain limit orders, nothing else:
 * no self-trade modes, no update ids, no changed levels. The peer of `matching.orders`.
 */
export class MapMatching {
  tradeCount = 0;
  private readonly books = [new MapBook(Side.BUY), new MapBook(Side.SELL)];
  private readonly queues = [new Map<number, PeerOrder[]>(), new Map<number, PeerOrder[]>()];
  private readonly orders = new Map<number, PeerOrder>();

  get restingCount(): number {
    return this.orders.size;
  }

  bestPrice(side: Side): number {
    return this.bookOf(side).bestPrice;
  }

  place(id: number, side: Side, price: number, quantity: number): void {
    const order: PeerOrder = { id, side, price, left: quantity };
    const against = side === Side.BUY ? Side.SELL : Side.BUY;
    while (order.left > 0) {
      const best = this.bestPrice(against);
      const takes = best > 0 && (side === Side.BUY ? best <= price : best >= price);
      if (!takes) break;
      this.take(order, against, best);
    }
    if (order.left > 0) this.rest(order);
  }

  cancel(id: number): void {
    const order = this.orders.get(id);
    if (order === undefined) return;
    const queue = this.queueAt(order.side, order.price);
    queue.splice(queue.indexOf(order), 1);
    this.orders.delete(id);
    this.changeLevel(order.side, order.price, -order.left);
  }

  private take(order: PeerOrder, against: Side, price: number): void {
    const queue = this.queueAt(against, price);
    let traded = 0;
    while (order.left > 0 && queue.length > 0) {
      const maker = queue[0] as PeerOrder;
      const lots = Math.min(order.left, maker.left);
      maker.left -= lots;
      order.left -= lots;
      traded += lots;
      this.tradeCount += 1;
      if (maker.left > 0) break;
      queue.shift();
      this.orders.delete(maker.id);
    }
    this.changeLevel(against, price, -traded);
  }

  private rest(order: PeerOrder): void {
    this.queueAt(order.side, order.price).push(order);
    this.orders.set(order.id, order);
    this.changeLevel(order.side, order.price, order.left);
  }

  private changeLevel(side: Side, price: number, change: number): void {
    const book = this.bookOf(side);
    const quantity = book.quantityAt(price) + change;
    book.set(price, quantity);
    if (quantity === 0) this.queues[side]?.delete(price);
  }

  private queueAt(side: Side, price: number): PeerOrder[] {
    const queues = this.queues[side] as Map<number, PeerOrder[]>;
    let queue = queues.get(price);
    if (queue === undefined) {
      queue = [];
      queues.set(price, queue);
    }
    return queue;
  }

  private bookOf(side: Side): MapBook {
    return this.books[side] as MapBook;
  }
}
