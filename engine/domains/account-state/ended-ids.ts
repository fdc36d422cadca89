import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Ended orders whose id is remembered after their row is gone, so that a late word revives none. */
const ENDED_IDS = 1024;

/** The ids of the orders that ended last. */
export class EndedIds {
  private readonly ids = new Float64Array(ENDED_IDS);
  private count = 0;
  private next = 0;

  remember(clientOrderId: number): void {
    this.ids[this.next] = clientOrderId;
    this.next = (this.next + 1) % ENDED_IDS;
    if (this.count < ENDED_IDS) this.count += 1;
  }

  has(clientOrderId: number): boolean {
    for (let index = 0; index < this.count; index++) {
      if (this.ids[index] === clientOrderId) return true;
    }
    return false;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.ids, this.count);
    writer.integer(this.next);
  }

  readState(reader: StateReader): void {
    this.count = reader.floats(this.ids);
    this.next = reader.integer();
  }
}
