/** When the same was last asked about one order, within one life of the process. */
export class AskedTimes {
  private lastMicros = Number.NEGATIVE_INFINITY;
  private beforeMicros = Number.NEGATIVE_INFINITY;
  private epoch = 0;

  /** Notes one more. True when it is the third within the interval. */
  add(epoch: number, nowMicros: number, intervalMicros: number): boolean {
    // What an earlier life asked the living one may not know.
    const isSameLife = epoch === this.epoch;
    const isThird = isSameLife && nowMicros - this.beforeMicros < intervalMicros;
    this.beforeMicros = isSameLife ? this.lastMicros : Number.NEGATIVE_INFINITY;
    this.lastMicros = nowMicros;
    this.epoch = epoch;
    return isThird;
  }
}
