import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Most readers one bus can have. */
const SUBSCRIBERS_MAX = 4;

/**
 * Publishes changes of the net delta, coalesced: a reader gets the sum of all changes since it last
 * took them, so none is lost and none comes twice, however rarely it looks.
 */
export class DeltaBus {
  /** The delta as last published, in base units. */
  currentUnits = 0;
  /** Changes published so far. */
  changeCount = 0;
  private readonly takenUnits = new Float64Array(SUBSCRIBERS_MAX);
  private subscriberCount = 0;

  /** A new reader; its first take sees everything from zero. Throws when there are too many. */
  subscribe(): number {
    if (this.subscriberCount === SUBSCRIBERS_MAX) throw new RangeError('too many delta readers');
    this.subscriberCount += 1;
    return this.subscriberCount - 1;
  }

  /** Hot: one comparison when nothing changed. Returns whether it did. */
  publish(deltaUnits: number): boolean {
    if (deltaUnits === this.currentUnits) return false;
    this.currentUnits = deltaUnits;
    this.changeCount += 1;
    return true;
  }

  /** Sum of the changes this reader has not taken yet, in base units. */
  take(subscriber: number): number {
    const change = this.currentUnits - (this.takenUnits[subscriber] as number);
    this.takenUnits[subscriber] = this.currentUnits;
    return change;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.currentUnits);
    writer.integer(this.changeCount);
    writer.floats(this.takenUnits, SUBSCRIBERS_MAX);
  }

  readState(reader: StateReader): void {
    this.currentUnits = reader.integer();
    this.changeCount = reader.integer();
    reader.floats(this.takenUnits);
  }
}
