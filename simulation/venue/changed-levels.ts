import type { LevelColumn } from '#contracts/events.ts';
import type { BookSide } from './book-side.ts';

/** No price is zero: a free place in the table. */
const FREE = 0;
const FIRST_CAPACITY = 256;
/** 2^32 / golden ratio, odd: spreads neighbouring prices over the table. */
const SPREAD = 0x9e3779b1;

/**
 * Prices of one side that changed since the last depth message, each once.
 *
 * A list in the order of the first change, and a hash table over it (open addressing, linear probing,
 * at most half full) that knows which are in the list: noting is one look, and only what is drained
 * is sorted. Allocates only when it doubles.
 */
export class ChangedLevels {
  private prices = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  private table = new Float64Array(FIRST_CAPACITY * 2);

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Hot: every level change. `priceTicks` above zero. Bounded by the number of different prices. */
  note(priceTicks: number): void {
    const slot = this.slotOf(priceTicks);
    if (this.table[slot] === priceTicks) return;
    this.table[slot] = priceTicks;
    this.prices[this.count] = priceTicks;
    this.count += 1;
    if (this.count === this.prices.length) this.grow();
  }

  /**
   * Appends each changed price, lowest first, with what rests there now (0: the level is gone), then
   * forgets all.
   */
  drain(side: BookSide, into: LevelColumn): void {
    const changed = this.prices.subarray(0, this.count).sort();
    for (let index = 0; index < changed.length; index++) {
      const priceTicks = changed[index] as number;
      into.push(priceTicks, side.lotsAt(priceTicks));
    }
    this.table.fill(FREE);
    this.count = 0;
  }

  /** The price's slot, or the free one where it would go. */
  private slotOf(priceTicks: number): number {
    const mask = this.table.length - 1;
    // `| 0` keeps the low 32 bits, which is all that a table of this size can use.
    const spread = Math.imul(priceTicks | 0, SPREAD);
    let slot = (spread ^ (spread >>> 15)) & mask;
    while (this.table[slot] !== priceTicks && this.table[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const prices = new Float64Array(this.prices.length * 2);
    prices.set(this.prices);
    this.prices = prices;
    this.table = new Float64Array(prices.length * 2);
    for (let index = 0; index < this.count; index++) {
      const priceTicks = prices[index] as number;
      this.table[this.slotOf(priceTicks)] = priceTicks;
    }
  }
}
