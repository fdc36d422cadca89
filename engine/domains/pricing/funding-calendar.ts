import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/**
 * Remembers the funding instants around now. The venue names the next one only, and moves on at the
 * very moment of settlement, when the one just passed still matters.
 */
export class FundingCalendar implements Persistent {
  private previousMicros = 0;
  private nextMicros = 0;

  /** Takes the venue's next funding instant; 0 means unknown. Hot. */
  observe(nextMicros: number): void {
    if (nextMicros === this.nextMicros || nextMicros === 0) return;
    if (nextMicros > this.nextMicros) this.previousMicros = this.nextMicros;
    this.nextMicros = nextMicros;
  }

  /** Microseconds to the nearest known funding instant, before or after; Infinity when none is known. Hot. */
  distanceMicros(nowMicros: number): number {
    const toNext =
      this.nextMicros === 0 ? Number.POSITIVE_INFINITY : Math.abs(this.nextMicros - nowMicros);
    const sincePrevious =
      this.previousMicros === 0
        ? Number.POSITIVE_INFINITY
        : Math.abs(nowMicros - this.previousMicros);
    return Math.min(toNext, sincePrevious);
  }

  /** Microseconds until the next instant; Infinity when unknown or passed. */
  untilNextMicros(nowMicros: number): number {
    return this.nextMicros > nowMicros ? this.nextMicros - nowMicros : Number.POSITIVE_INFINITY;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.previousMicros);
    writer.integer(this.nextMicros);
  }

  readState(reader: StateReader): void {
    this.previousMicros = reader.integer();
    this.nextMicros = reader.integer();
  }
}
