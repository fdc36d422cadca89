import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Own trades remembered per instrument. At ten fills a second this is almost seven minutes. */
export const REMEMBERED_TRADES = 4096;

/** What a trade id is to us. */
export const FillNovelty = { NEW: 0, DUPLICATE: 1, TOO_OLD_TO_TELL: 2 } as const;
export type FillNovelty = (typeof FillNovelty)[keyof typeof FillNovelty];

/**
 * Counts each trade of one instrument once. Venue trade ids rise, so an id above the highest seen is
 * new at once; lower ones (a second channel, a query) are looked up in a bounded memory.
 */
export class FillIds {
  private readonly recent = new Float64Array(REMEMBERED_TRADES);
  private count = 0;
  private next = 0;
  private highest = -1;
  /** Highest id that fell out of memory: below it, nothing can be told. */
  private forgottenUpTo = -1;
  /** Up to this id every trade was counted: the venue's own list was read that far. */
  private completeUpTo = -1;

  /**
   * Says whether the id was seen, without remembering it.
   *
   * Hot: one comparison for a rising id, else at most `REMEMBERED_TRADES` steps.
   */
  novelty(tradeId: number): FillNovelty {
    if (tradeId <= this.completeUpTo) return FillNovelty.DUPLICATE;
    if (tradeId > this.highest) return FillNovelty.NEW;
    for (let index = 0; index < this.count; index++) {
      if (this.recent[index] === tradeId) return FillNovelty.DUPLICATE;
    }
    return tradeId > this.forgottenUpTo ? FillNovelty.NEW : FillNovelty.TOO_OLD_TO_TELL;
  }

  remember(tradeId: number): void {
    if (this.count === REMEMBERED_TRADES) {
      const evicted = this.recent[this.next] as number;
      if (evicted > this.forgottenUpTo) this.forgottenUpTo = evicted;
    } else {
      this.count += 1;
    }
    this.recent[this.next] = tradeId;
    this.next = (this.next + 1) % REMEMBERED_TRADES;
    if (tradeId > this.highest) this.highest = tradeId;
  }

  /** The venue's list of trades was read up to `tradeId`: none of them needs to be remembered. */
  completeTo(tradeId: number): void {
    if (tradeId <= this.completeUpTo) return;
    this.completeUpTo = tradeId;
    if (tradeId > this.highest) this.highest = tradeId;
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      const id = this.recent[index] as number;
      if (id <= tradeId) continue;
      this.recent[kept] = id;
      kept += 1;
    }
    this.count = kept;
    this.next = kept % REMEMBERED_TRADES;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.recent, this.count);
    writer.integer(this.next);
    writer.integer(this.highest);
    writer.integer(this.forgottenUpTo);
    writer.integer(this.completeUpTo);
  }

  readState(reader: StateReader): void {
    this.count = reader.floats(this.recent);
    this.next = reader.integer();
    this.highest = reader.integer();
    this.forgottenUpTo = reader.integer();
    this.completeUpTo = reader.integer();
  }
}
