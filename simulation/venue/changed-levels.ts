import type { LevelColumn } from '#contracts/events.ts';
import type { BookSide } from './book-side.ts';

/**
 * Prices of one side that changed since the last depth message. A price may be noted many times;
 * repeats are folded when the list is full and when it is read, so that noting is one store.
 */
export class ChangedLevels {
  private prices = new Float64Array(256);
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Hot: every level change. Bounded by the number of different prices changed. */
  note(priceTicks: number): void {
    if (this.count > 0 && this.prices[this.count - 1] === priceTicks) return;
    if (this.count === this.prices.length) this.makeRoom();
    this.prices[this.count] = priceTicks;
    this.count += 1;
  }

  /** Appends each changed price with what rests there now (0: the level is gone), then forgets all. */
  drain(side: BookSide, into: LevelColumn): void {
    this.fold();
    for (let index = 0; index < this.count; index++) {
      const priceTicks = this.prices[index] as number;
      into.push(priceTicks, side.lotsAt(priceTicks));
    }
    this.count = 0;
  }

  private makeRoom(): void {
    this.fold();
    if (this.count <= this.prices.length / 2) return;
    const grown = new Float64Array(this.prices.length * 2);
    grown.set(this.prices);
    this.prices = grown;
  }

  /** Sorts and drops repeats. */
  private fold(): void {
    this.prices.subarray(0, this.count).sort();
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      const priceTicks = this.prices[index] as number;
      if (kept > 0 && this.prices[kept - 1] === priceTicks) continue;
      this.prices[kept] = priceTicks;
      kept += 1;
    }
    this.count = kept;
  }
}
