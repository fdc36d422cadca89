import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** The window is cut into this many slices: a count is exact to one of them. */
const SLICES = 20;

/** How often something happened within a sliding window, in fixed memory. */
export class WindowCount {
  private readonly sliceMicros: number;
  private readonly counts = new Float64Array(SLICES);
  private slice = 0;

  /** `windowMicros`: above zero. */
  constructor(windowMicros: number) {
    this.sliceMicros = Math.max(1, Math.ceil(windowMicros / SLICES));
  }

  /** Hot: no allocation. */
  add(nowMicros: number): void {
    this.roll(nowMicros);
    const index = this.slice % SLICES;
    this.counts[index] = (this.counts[index] as number) + 1;
  }

  /** Occurrences in the window that ends now. */
  total(nowMicros: number): number {
    this.roll(nowMicros);
    let sum = 0;
    for (let index = 0; index < SLICES; index++) sum += this.counts[index] as number;
    return sum;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.counts, SLICES);
    writer.integer(this.slice);
  }

  readState(reader: StateReader): void {
    reader.floats(this.counts);
    this.slice = reader.integer();
  }

  private roll(nowMicros: number): void {
    const slice = Math.floor(nowMicros / this.sliceMicros);
    if (slice <= this.slice) return;
    const steps = Math.min(SLICES, slice - this.slice);
    for (let step = 1; step <= steps; step++) this.counts[(this.slice + step) % SLICES] = 0;
    if (steps === SLICES) this.counts.fill(0);
    this.slice = slice;
  }
}
