import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Knows whether a funding instant is near: the next one the venue announces, and the last one passed. */
export class FundingWindow {
  private readonly quietMicros: number;
  private nextMicros = 0;
  private lastMicros = 0;

  /** `quietMicros`: how near is near, on both sides. 0: never. */
  constructor(quietMicros: number) {
    this.quietMicros = quietMicros;
  }

  /** Hot: one comparison while the announcement stays. `nextFundingMicros` 0: not announced. */
  observe(nextFundingMicros: number): void {
    if (nextFundingMicros === this.nextMicros || nextFundingMicros === 0) return;
    // A later announcement means that the one before has passed.
    if (nextFundingMicros > this.nextMicros) this.lastMicros = this.nextMicros;
    this.nextMicros = nextFundingMicros;
  }

  isQuiet(nowMicros: number): boolean {
    return this.isNear(this.nextMicros, nowMicros) || this.isNear(this.lastMicros, nowMicros);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.nextMicros);
    writer.integer(this.lastMicros);
  }

  readState(reader: StateReader): void {
    this.nextMicros = reader.integer();
    this.lastMicros = reader.integer();
  }

  private isNear(instantMicros: number, nowMicros: number): boolean {
    if (instantMicros === 0 || this.quietMicros === 0) return false;
    return Math.abs(nowMicros - instantMicros) <= this.quietMicros;
  }
}
