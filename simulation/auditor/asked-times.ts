/**
 * Two domains may ask about one order, each by itself and once more after an answer, and a stop repeats
 * its cancels four times a second and after each refusal: so many in a row are no flood.
 */
const TIMES = 12;

/** When the same was last asked about one order, within one life of the process. */
export class AskedTimes {
  private readonly atMicros = new Float64Array(TIMES).fill(Number.NEGATIVE_INFINITY);
  private count = 0;
  private epoch = 0;

  /** Notes one more. True when more than twelve lie within the interval. */
  add(epoch: number, nowMicros: number, intervalMicros: number): boolean {
    // What an earlier life asked the living one may not know.
    if (epoch !== this.epoch) this.atMicros.fill(Number.NEGATIVE_INFINITY);
    this.epoch = epoch;
    const slot = this.count % TIMES;
    const isFlood = nowMicros - (this.atMicros[slot] as number) < intervalMicros;
    this.atMicros[slot] = nowMicros;
    this.count += 1;
    return isFlood;
  }
}
