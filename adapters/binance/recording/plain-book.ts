import type { LevelColumn } from '#contracts/events.ts';

/** The best level of both sides; price 0 where a side is empty. */
export interface BookTop {
  readonly bidPriceTicks: number;
  readonly bidQuantityLots: number;
  readonly askPriceTicks: number;
  readonly askQuantityLots: number;
}

/**
 * A book as slow and plain as can be, for checking recordings: a Map from price to quantity a side,
 * the best price searched again whenever it went. Shares nothing with the engine's book on purpose.
 */
export class PlainBook {
  private readonly bids = new PlainSide(1);
  private readonly asks = new PlainSide(-1);

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** Sets each level to its absolute quantity; zero removes. */
  apply(bids: LevelColumn, asks: LevelColumn): void {
    this.bids.apply(bids);
    this.asks.apply(asks);
  }

  get bidCount(): number {
    return this.bids.count;
  }

  get askCount(): number {
    return this.asks.count;
  }

  get isCrossed(): boolean {
    const bid = this.bids.bestPrice();
    const ask = this.asks.bestPrice();
    return bid !== 0 && ask !== 0 && bid >= ask;
  }

  top(): BookTop {
    const bid = this.bids.bestPrice();
    const ask = this.asks.bestPrice();
    return {
      bidPriceTicks: bid,
      bidQuantityLots: this.bids.quantityAt(bid),
      askPriceTicks: ask,
      askQuantityLots: this.asks.quantityAt(ask),
    };
  }
}

class PlainSide {
  private readonly levels = new Map<number, number>();
  /** 1: the highest price is best; -1: the lowest. */
  private readonly direction: 1 | -1;
  /** 0: unknown, search. */
  private best = 0;

  constructor(direction: 1 | -1) {
    this.direction = direction;
  }

  get count(): number {
    return this.levels.size;
  }

  clear(): void {
    this.levels.clear();
    this.best = 0;
  }

  apply(column: LevelColumn): void {
    for (let index = 0; index < column.count; index++) {
      const price = column.pricesTicks[index] as number;
      const quantity = column.quantitiesLots[index] as number;
      if (quantity === 0) this.remove(price);
      else this.set(price, quantity);
    }
  }

  quantityAt(price: number): number {
    return this.levels.get(price) ?? 0;
  }

  /** 0 when the side is empty. */
  bestPrice(): number {
    if (this.best !== 0) return this.best;
    for (const price of this.levels.keys()) {
      if (this.best === 0 || this.isBetter(price)) this.best = price;
    }
    return this.best;
  }

  private set(price: number, quantity: number): void {
    this.levels.set(price, quantity);
    // While the best is unknown it stays so: a lower level may be better than this one.
    if (this.best !== 0 && this.isBetter(price)) this.best = price;
  }

  private remove(price: number): void {
    this.levels.delete(price);
    if (price === this.best) this.best = 0;
  }

  private isBetter(price: number): boolean {
    return (price - this.best) * this.direction > 0;
  }
}
