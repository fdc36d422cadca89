import assert from 'node:assert/strict';
import { Side } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { FarLevels } from './far-levels.ts';

/** No level: below every rank. */
export const NO_RANK = Number.NEGATIVE_INFINITY;

const WORD_BITS = 32;
/** Ticks one summary bit word covers: 32 words of 32 bits. */
const LADDER_TICKS_GRAIN = WORD_BITS * WORD_BITS;

export interface PriceLadderOptions {
  readonly side: Side;
  /** Width of the dense part, a multiple of 1024. */
  readonly ladderTicks: number;
  /** Levels kept outside the dense part; beyond, the farthest half is forgotten. */
  readonly farLevelsMax: number;
}

/**
 * One side of a book: lots by price. Around the touch a dense array indexed by tick offset with a
 * two-level bitmap over it, far away a hash table.
 *
 * Prices are turned into ranks, so that one code serves both sides: a higher rank is a better price
 * (bids: the price, asks: minus the price). The best level always lies in the dense part.
 *
 * Hot: `set` and `nextWorse` inside the dense part are O(1) and allocate nothing. Moving the window is
 * O(ladderTicks) and happens once per half window of drift.
 */
export class PriceLadder {
  private readonly sign: number;
  private readonly ladderTicks: number;
  private readonly farLevelsMax: number;
  private lots: Float64Array;
  private spareLots: Float64Array;
  /** One bit per tick that has lots, and one bit per word that has bits. */
  private readonly words: Int32Array;
  private readonly summary: Int32Array;
  private readonly far = new FarLevels();
  /** Rank at offset 0 of the window. */
  private baseRank = 0;
  private denseCount = 0;
  private bestOffset = -1;

  constructor(options: PriceLadderOptions) {
    const { ladderTicks } = options;
    assert(ladderTicks > 0 && ladderTicks % LADDER_TICKS_GRAIN === 0, 'ladder width, x 1024');
    this.sign = options.side === Side.BUY ? 1 : -1;
    this.ladderTicks = ladderTicks;
    this.farLevelsMax = options.farLevelsMax;
    this.lots = new Float64Array(ladderTicks);
    this.spareLots = new Float64Array(ladderTicks);
    this.words = new Int32Array(ladderTicks / WORD_BITS);
    this.summary = new Int32Array(ladderTicks / LADDER_TICKS_GRAIN);
  }

  /** Levels with lots. */
  get count(): number {
    return this.denseCount + this.far.size;
  }

  /** Rank of the best level, NO_RANK when the side is empty. */
  get bestRank(): number {
    return this.bestOffset < 0 ? NO_RANK : this.baseRank + this.bestOffset;
  }

  /** Price of the best level, 0 when the side is empty. */
  get bestPriceTicks(): number {
    return this.bestOffset < 0 ? 0 : (this.baseRank + this.bestOffset) * this.sign;
  }

  rankOf(priceTicks: number): number {
    return priceTicks * this.sign;
  }

  priceOf(rank: number): number {
    return rank * this.sign;
  }

  /** Lots at a rank, 0 for none. */
  lotsAt(rank: number): number {
    const offset = rank - this.baseRank;
    if (offset >= 0 && offset < this.ladderTicks) return this.lots[offset] as number;
    return this.far.get(rank);
  }

  /** Sets the absolute quantity at a rank; 0 removes the level, removing an unknown one is normal. */
  set(rank: number, lots: number): void {
    const offset = rank - this.baseRank;
    if (offset >= 0 && offset < this.ladderTicks) {
      if (lots > 0) this.placeDense(offset, lots);
      else if ((this.lots[offset] as number) > 0) this.removeDense(offset);
      return;
    }
    this.setOutside(rank, lots);
  }

  /** The next level with a lower rank, NO_RANK when there is none. */
  nextWorse(rank: number): number {
    const offset = rank - this.baseRank;
    if (offset > 0) {
      const found = this.highestOffsetBelow(Math.min(offset, this.ladderTicks));
      if (found >= 0) return this.baseRank + found;
    }
    return this.far.size === 0 ? NO_RANK : this.far.highestBelow(Math.min(rank, this.baseRank));
  }

  clear(): void {
    this.lots.fill(0);
    this.words.fill(0);
    this.summary.fill(0);
    this.far.clear();
    this.baseRank = 0;
    this.denseCount = 0;
    this.bestOffset = -1;
  }

  /** All levels, best first, and where the window lies. */
  writeState(writer: StateWriter): void {
    writer.integer(this.baseRank);
    writer.integer(this.count);
    for (let rank = this.bestRank; rank >= this.baseRank; rank = this.nextWorse(rank)) {
      writer.integer(rank);
      writer.integer(this.lotsAt(rank));
    }
    const farRanks = this.far.sortedRanks();
    for (let index = farRanks.length - 1; index >= 0; index--) {
      const rank = farRanks[index] as number;
      writer.integer(rank);
      writer.integer(this.lotsAt(rank));
    }
  }

  readState(reader: StateReader): void {
    this.clear();
    this.baseRank = reader.integer();
    const count = reader.integer();
    for (let index = 0; index < count; index++) {
      const rank = reader.integer();
      const lots = reader.integer();
      const offset = rank - this.baseRank;
      if (offset >= 0 && offset < this.ladderTicks) this.placeDense(offset, lots);
      else this.far.set(rank, lots);
    }
  }

  private placeDense(offset: number, lots: number): void {
    if ((this.lots[offset] as number) === 0) {
      this.denseCount += 1;
      const word = offset >>> 5;
      this.words[word] = (this.words[word] as number) | (1 << (offset & 31));
      const group = word >>> 5;
      this.summary[group] = (this.summary[group] as number) | (1 << (word & 31));
      if (offset > this.bestOffset) this.bestOffset = offset;
    }
    this.lots[offset] = lots;
  }

  private removeDense(offset: number): void {
    this.lots[offset] = 0;
    this.denseCount -= 1;
    const word = offset >>> 5;
    const bits = (this.words[word] as number) & ~(1 << (offset & 31));
    this.words[word] = bits;
    if (bits === 0) {
      const group = word >>> 5;
      this.summary[group] = (this.summary[group] as number) & ~(1 << (word & 31));
    }
    if (offset === this.bestOffset) this.findBest(offset);
  }

  /** The best level went away: finds the next one, moving the window when it has sunk too low. */
  private findBest(below: number): void {
    this.bestOffset = this.highestOffsetBelow(below);
    if (this.far.size === 0 || this.bestOffset >= this.ladderTicks >>> 2) return;
    const best = this.bestOffset >= 0 ? this.bestRank : this.far.highestBelow(this.baseRank);
    this.moveWindow(best);
  }

  private setOutside(rank: number, lots: number): void {
    const isBetter = rank >= this.baseRank + this.ladderTicks;
    if (lots <= 0) {
      // Nothing better than the window is ever kept, so only a worse level can be there.
      if (!isBetter) this.far.delete(rank);
      return;
    }
    if (this.bestOffset < 0 || isBetter) {
      this.far.set(rank, lots);
      this.moveWindow(rank);
      return;
    }
    this.far.set(rank, lots);
    if (this.far.size > this.farLevelsMax) this.forgetFarthestHalf();
  }

  /** Lays the window so that `bestRank` lies three quarters up: room to rise, more room for depth. */
  private moveWindow(bestRank: number): void {
    const oldLots = this.lots;
    const oldBase = this.baseRank;
    for (
      let offset = this.highestOffsetBelow(this.ladderTicks);
      offset >= 0;
      offset = this.highestOffsetBelow(offset)
    ) {
      this.far.set(oldBase + offset, oldLots[offset] as number);
    }
    oldLots.fill(0);
    this.lots = this.spareLots;
    this.spareLots = oldLots;
    this.words.fill(0);
    this.summary.fill(0);
    this.denseCount = 0;
    this.bestOffset = -1;
    this.baseRank = bestRank - (this.ladderTicks >>> 2) * 3;
    const farRanks = this.far.sortedRanks();
    for (let index = 0; index < farRanks.length; index++) {
      const rank = farRanks[index] as number;
      const offset = rank - this.baseRank;
      if (offset < 0 || offset >= this.ladderTicks) continue;
      this.placeDense(offset, this.far.get(rank));
      this.far.delete(rank);
    }
    if (this.far.size > this.farLevelsMax) this.forgetFarthestHalf();
  }

  private forgetFarthestHalf(): void {
    const ranks = this.far.sortedRanks();
    const forgotten = ranks.length >>> 1;
    for (let index = 0; index < forgotten; index++) this.far.delete(ranks[index] as number);
  }

  /** Highest offset with lots strictly below `limit`, -1 for none. */
  private highestOffsetBelow(limit: number): number {
    const last = limit - 1;
    if (last < 0) return -1;
    let word = last >>> 5;
    const bits = (this.words[word] as number) & (-1 >>> (31 - (last & 31)));
    if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits);
    let group = word >>> 5;
    const below = word & 31;
    let groupBits = below === 0 ? 0 : (this.summary[group] as number) & ((1 << below) - 1);
    while (groupBits === 0) {
      group -= 1;
      if (group < 0) return -1;
      groupBits = this.summary[group] as number;
    }
    word = (group << 5) + 31 - Math.clz32(groupBits);
    return (word << 5) + 31 - Math.clz32(this.words[word] as number);
  }
}
