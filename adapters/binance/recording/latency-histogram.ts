/** Exact to the microsecond up to a second, to the second above: bounded memory for any recording. */
const FINE_COUNT = 1_000_000;
const COARSE_COUNT = 1_000;
/** Nothing a feed does: a longer latency is a clock that is wrong. */
export const LATENCY_SECONDS_MAX = COARSE_COUNT;
const MICROS_PER_COARSE = 1_000_000;

/** Counts latencies and gives quantiles of them. Tracks only. */
export class LatencyHistogram {
  private readonly fine = new Uint32Array(FINE_COUNT);
  /** Whole seconds. */
  private readonly coarse = new Uint32Array(COARSE_COUNT);
  /** Latencies of LATENCY_SECONDS_MAX and more. */
  beyondCount = 0;
  private total = 0;

  /** Adds one latency in microseconds; below zero counts as zero. */
  add(micros: number): void {
    this.total += 1;
    const whole = Math.max(0, Math.floor(micros));
    if (whole < FINE_COUNT) this.fine[whole] = (this.fine[whole] as number) + 1;
    else {
      const second = Math.floor(whole / MICROS_PER_COARSE);
      if (second < COARSE_COUNT) this.coarse[second] = (this.coarse[second] as number) + 1;
      else this.beyondCount += 1;
    }
  }

  /**
   * The smallest latency that at least `ratio` (0..1) of all do not exceed, by nearest rank. Null without
   * any, and where it lies beyond LATENCY_SECONDS_MAX: how far is not known.
   */
  quantileMicros(ratio: number): number | null {
    if (this.total === 0) return null;
    const rank = Math.max(1, Math.ceil(ratio * this.total));
    let seen = 0;
    for (let micros = 0; micros < FINE_COUNT; micros++) {
      seen += this.fine[micros] as number;
      if (seen >= rank) return micros;
    }
    for (let second = 0; second < COARSE_COUNT; second++) {
      seen += this.coarse[second] as number;
      if (seen >= rank) return second * MICROS_PER_COARSE;
    }
    return null;
  }
}
