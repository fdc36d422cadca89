import type { LevelColumn } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';

/**
 * One side of a recorded book, with a memory of what is no longer there: lots that traded since the
 * level was last reported, and lots our own orders took, which the recording knows nothing of.
 *
 * Sorted parallel arrays, best level last, so that changes near the touch move few elements.
 */
export class RecordedSide {
  readonly side: Side;
  /** Bids: price. Asks: minus price. Ascending, so the best is last on both sides. */
  private keys = new Float64Array(1024);
  private lots = new Float64Array(1024);
  private traded = new Float64Array(1024);
  private consumed = new Float64Array(1024);
  private levelCount = 0;

  constructor(side: Side) {
    this.side = side;
  }

  get count(): number {
    return this.levelCount;
  }

  /** Best recorded price; 0 when the side is empty. */
  get bestTicks(): number {
    return this.levelCount === 0 ? 0 : this.ticksOf(this.levelCount - 1);
  }

  /** Recorded quantity at a price; 0 when there is none. */
  lotsAt(priceTicks: number): number {
    const index = this.find(this.keyOf(priceTicks));
    return index < 0 ? 0 : (this.lots[index] as number);
  }

  /** What can still be taken at a price: recorded less traded less consumed. */
  availableAt(priceTicks: number): number {
    const index = this.find(this.keyOf(priceTicks));
    return index < 0 ? 0 : this.availableOf(index);
  }

  /** Best price with something left to take that `limitTicks` reaches; 0 when there is none. */
  bestAvailableTicks(limitTicks: number): number {
    for (let index = this.levelCount - 1; index >= 0; index--) {
      const ticks = this.ticksOf(index);
      if (!this.reaches(limitTicks, ticks)) return 0;
      if (this.availableOf(index) > 0) return ticks;
    }
    return 0;
  }

  /** Lots that an order with this limit could take, counted up to `enoughLots`. */
  availableWithin(limitTicks: number, enoughLots: number): number {
    let total = 0;
    for (let index = this.levelCount - 1; index >= 0 && total < enoughLots; index--) {
      if (!this.reaches(limitTicks, this.ticksOf(index))) break;
      total += this.availableOf(index);
    }
    return total;
  }

  /** True when an order of the other side with this limit would meet a level at `ticks`. */
  reaches(limitTicks: number, ticks: number): boolean {
    return this.side === Side.SELL ? ticks <= limitTicks : ticks >= limitTicks;
  }

  /** True when `ticks` is a better price on this side than `other`. */
  isBetter(ticks: number, other: number): boolean {
    return this.side === Side.BUY ? ticks > other : ticks < other;
  }

  /**
   * A report of a level: absolute lots, 0 removes it. Returns the quantity shown before. What we
   * consumed stays consumed, so only lots added since can be taken: liquidity that just stays on
   * show was already ours.
   */
  set(priceTicks: number, newLots: number): number {
    const key = this.keyOf(priceTicks);
    const index = this.find(key);
    if (index < 0) {
      if (newLots > 0) this.insert(-index - 1, key, newLots);
      return 0;
    }
    const previousLots = this.lots[index] as number;
    if (newLots === 0) {
      this.remove(index);
    } else if (newLots !== previousLots) {
      this.consumed[index] = Math.min(this.consumed[index] as number, newLots);
      this.traded[index] = 0;
      this.lots[index] = newLots;
    }
    return previousLots;
  }

  /** The recording's own trades took lots that the next report of the level will no longer show. */
  noteTraded(priceTicks: number, lots: number): void {
    const index = this.find(this.keyOf(priceTicks));
    if (index >= 0) this.traded[index] = (this.traded[index] as number) + lots;
  }

  /** We took up to `lots` at a price. Returns how many there were. */
  consume(priceTicks: number, lots: number): number {
    const index = this.find(this.keyOf(priceTicks));
    if (index < 0) return 0;
    const takenLots = Math.min(lots, this.availableOf(index));
    this.consumed[index] = (this.consumed[index] as number) + takenLots;
    return takenLots;
  }

  clear(): void {
    this.levelCount = 0;
  }

  /** Appends the best levels as they are recorded, best first. */
  writeLevels(levelsMax: number, into: LevelColumn): void {
    const last = Math.max(0, this.levelCount - levelsMax);
    for (let index = this.levelCount - 1; index >= last; index--) {
      into.push(this.ticksOf(index), this.lots[index] as number);
    }
  }

  private availableOf(index: number): number {
    const goneLots = (this.traded[index] as number) + (this.consumed[index] as number);
    return Math.max((this.lots[index] as number) - goneLots, 0);
  }

  private keyOf(priceTicks: number): number {
    return this.side === Side.BUY ? priceTicks : -priceTicks;
  }

  private ticksOf(index: number): number {
    return Math.abs(this.keys[index] as number);
  }

  /** Index of a key, or minus (where it belongs) minus 1. */
  private find(key: number): number {
    let low = 0;
    let high = this.levelCount - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.keys[middle] as number;
      if (found === key) return middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -low - 1;
  }

  private insert(index: number, key: number, lots: number): void {
    if (this.levelCount === this.keys.length) this.grow();
    this.keys.copyWithin(index + 1, index, this.levelCount);
    this.lots.copyWithin(index + 1, index, this.levelCount);
    this.traded.copyWithin(index + 1, index, this.levelCount);
    this.consumed.copyWithin(index + 1, index, this.levelCount);
    this.keys[index] = key;
    this.lots[index] = lots;
    this.traded[index] = 0;
    this.consumed[index] = 0;
    this.levelCount += 1;
  }

  private remove(index: number): void {
    this.keys.copyWithin(index, index + 1, this.levelCount);
    this.lots.copyWithin(index, index + 1, this.levelCount);
    this.traded.copyWithin(index, index + 1, this.levelCount);
    this.consumed.copyWithin(index, index + 1, this.levelCount);
    this.levelCount -= 1;
  }

  private grow(): void {
    this.keys = doubled(this.keys);
    this.lots = doubled(this.lots);
    this.traded = doubled(this.traded);
    this.consumed = doubled(this.consumed);
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(column.length * 2);
  grown.set(column);
  return grown;
}
