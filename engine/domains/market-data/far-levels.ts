/** No rank is zero: a price of zero is no price. */
const EMPTY = 0;
const FIRST_CAPACITY = 1024;
/** 2^32 / golden ratio, odd: spreads neighbouring ranks over the table. */
const SPREAD = 0x9e3779b1;

/**
 * Lots by rank for the levels outside the dense ladder: a hash table over two typed arrays, open
 * addressing with linear probing, at most half full.
 *
 * Why not a Map: far levels come and go with every depth message, and a Map allocates for that (31 to
 * 190 bytes a market event on the recordings). This one allocates only when it doubles.
 */
export class FarLevels {
  private ranks = new Float64Array(FIRST_CAPACITY);
  private lots = new Float64Array(FIRST_CAPACITY);
  private mask = FIRST_CAPACITY - 1;
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** Lots at a rank, 0 for none. */
  get(rank: number): number {
    return this.lots[this.slotOf(rank)] as number;
  }

  /** `lots` above zero. */
  set(rank: number, lots: number): void {
    const slot = this.slotOf(rank);
    this.lots[slot] = lots;
    if (this.ranks[slot] === rank) return;
    this.ranks[slot] = rank;
    this.used += 1;
    if (this.used * 2 > this.ranks.length) this.grow();
  }

  /** Removing what is not there changes nothing. */
  delete(rank: number): void {
    let hole = this.slotOf(rank);
    if (this.ranks[hole] === EMPTY) return;
    this.used -= 1;
    // Closes the hole with later entries of the same run, so that no probe ends too early.
    let slot = (hole + 1) & this.mask;
    while (this.ranks[slot] !== EMPTY) {
      const home = this.homeOf(this.ranks[slot] as number);
      const mayMove = ((slot - home) & this.mask) >= ((slot - hole) & this.mask);
      if (mayMove) {
        this.ranks[hole] = this.ranks[slot] as number;
        this.lots[hole] = this.lots[slot] as number;
        hole = slot;
      }
      slot = (slot + 1) & this.mask;
    }
    this.ranks[hole] = EMPTY;
    this.lots[hole] = 0;
  }

  clear(): void {
    this.ranks.fill(EMPTY);
    this.lots.fill(0);
    this.used = 0;
  }

  /** Highest rank below `limit`, minus infinity for none. O(capacity): for the rare thin book. */
  highestBelow(limit: number): number {
    let best = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < this.ranks.length; slot++) {
      const rank = this.ranks[slot] as number;
      if (rank !== EMPTY && rank < limit && rank > best) best = rank;
    }
    return best;
  }

  /** All ranks, lowest first. Allocates: for moving windows, forgetting and state. */
  sortedRanks(): Float64Array {
    const sorted = new Float64Array(this.used);
    let count = 0;
    for (let slot = 0; slot < this.ranks.length; slot++) {
      const rank = this.ranks[slot] as number;
      if (rank === EMPTY) continue;
      sorted[count] = rank;
      count += 1;
    }
    return sorted.sort();
  }

  private homeOf(rank: number): number {
    // `| 0` keeps the low 32 bits, which is all that a table of this size can use.
    const spread = Math.imul(rank | 0, SPREAD);
    return (spread ^ (spread >>> 15)) & this.mask;
  }

  /** The rank's slot, or the empty one where it would go. */
  private slotOf(rank: number): number {
    let slot = this.homeOf(rank);
    while (this.ranks[slot] !== rank && this.ranks[slot] !== EMPTY) slot = (slot + 1) & this.mask;
    return slot;
  }

  private grow(): void {
    const { ranks, lots } = this;
    this.ranks = new Float64Array(ranks.length * 2);
    this.lots = new Float64Array(ranks.length * 2);
    this.mask = this.ranks.length - 1;
    for (let index = 0; index < ranks.length; index++) {
      const rank = ranks[index] as number;
      if (rank === EMPTY) continue;
      const slot = this.slotOf(rank);
      this.ranks[slot] = rank;
      this.lots[slot] = lots[index] as number;
    }
  }
}
