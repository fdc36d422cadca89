import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Two channels report one fill within seconds; nobody fills this often in between. */
const REMEMBERED = 128;

/** The last trade ids seen, so that a fill two channels report is counted once. */
export class RecentTrades implements Persistent {
  private readonly ids = new Float64Array(REMEMBERED).fill(-1);
  private next = 0;

  /** True when the id is new; it is remembered then. Hot for fills: at most 128 comparisons. */
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
