import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** More fills than one reconciliation can repeat: at four a second, a minute. */
const REMEMBERED = 256;

/** The last trade ids of one market: a trade that two channels tell, in any order, is one trade. */
export class TradeMemory implements Persistent {
  private readonly ids = new Float64Array(REMEMBERED).fill(-1);
  private next = 0;

  /** True when the id is new; it is remembered then. Hot for fills: at most 256 comparisons. */
  addIfNew(tradeId: number): boolean {
    for (let slot = 0; slot < REMEMBERED; slot++) {
      if (this.ids[slot] === tradeId) return false;
    }
    this.ids[this.next] = tradeId;
    this.next = (this.next + 1) % REMEMBERED;
    return true;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.ids, REMEMBERED);
    writer.integer(this.next);
  }

  readState(reader: StateReader): void {
    reader.floats(this.ids);
    this.next = reader.integer();
  }
}
