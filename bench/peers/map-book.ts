import { Side } from '#contracts/order.ts';

/**
 * An order book as one writes it first, and as the books of many clients are: a Map from price to
 * quantity and a sorted array of prices, searched by halves. The peer of `book.apply`.
 */
export class MapBook {
  private readonly quantities = new Map<number, number>();
  private readonly prices: number[] = [];
  private readonly sign: number;

  constructor(side: Side) {
    // Best first: bids fall, asks rise.
    this.sign = side === Side.BUY ? -1 : 1;
  }

  get count(): number {
    return this.prices.length;
  }

  /** 0 when empty. */
  get bestPrice(): number {
    return this.prices[0] ?? 0;
  }

  quantityAt(price: number): number {
    return this.quantities.get(price) ?? 0;
  }

  /** Sets a level to an absolute quantity; zero removes it. */
  set(price: number, quantity: number): void {
    const isKnown = this.quantities.has(price);
    if (quantity > 0) {
      if (!isKnown) this.prices.splice(this.placeOf(price), 0, price);
      this.quantities.set(price, quantity);
    } else if (isKnown) {
      this.quantities.delete(price);
      this.prices.splice(this.placeOf(price), 1);
    }
  }

  /** Index of the first price that is not better. */
  private placeOf(price: number): number {
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.prices[middle] as number) - price) * this.sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
