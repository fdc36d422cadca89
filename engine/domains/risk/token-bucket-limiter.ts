/**
 * Order rate of one instrument: never more placements in any ten seconds than granted.
 *
 * A sliding log, not a refilling bucket: a bucket allows its burst on top of its rate within one
 * window, which is what gets an account banned. The log is a ring of stamps, so the cost is constant.
 */
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

export const RATE_WINDOW_MICROS = 10_000_000;
/** Above every venue's ten-second order limit; a larger grant counts as this. */
export const PLACEMENTS_MAX = 512;

export class TokenBucketLimiter implements Persistent {
  private readonly stamps = new Float64Array(PLACEMENTS_MAX);
  private oldest = 0;
  private stampCount = 0;

  /** Placements in the window that ends now, without touching the log: for whoever only looks. */
  count(nowMicros: number): number {
    let inside = 0;
    for (let index = 0; index < this.stampCount; index++) {
      const stamp = this.stamps[(this.oldest + index) % PLACEMENTS_MAX] as number;
      if (nowMicros - stamp < RATE_WINDOW_MICROS) inside += 1;
    }
    return inside;
  }

  /** The same for the gate: forgets what has left the window. Hot. */
  used(nowMicros: number): number {
    while (this.stampCount > 0) {
      const stamp = this.stamps[this.oldest] as number;
      if (nowMicros - stamp < RATE_WINDOW_MICROS) break;
      this.oldest = (this.oldest + 1) % PLACEMENTS_MAX;
      this.stampCount -= 1;
    }
    return this.stampCount;
  }

  /** True when one more placement keeps every window within `limit`. */
  allows(nowMicros: number, limit: number): boolean {
    return this.used(nowMicros) < Math.min(limit, PLACEMENTS_MAX);
  }

  /** Records a placement. `allows` must have said yes; time never runs backwards. */
  take(nowMicros: number): void {
    if (this.stampCount === PLACEMENTS_MAX) throw new RangeError('rate limiter: ring is full');
    this.stamps[(this.oldest + this.stampCount) % PLACEMENTS_MAX] = nowMicros;
    this.stampCount += 1;
  }

  /** Microseconds until one placement leaves the window so that `limit` allows again; 0 when it does. */
  waitMicros(nowMicros: number, limit: number): number {
    const excess = this.used(nowMicros) - Math.min(limit, PLACEMENTS_MAX) + 1;
    if (excess <= 0) return 0;
    // A limit of zero never allows: the wait for the newest stamp is the longest there is.
    const index = (this.oldest + Math.min(excess, this.stampCount) - 1) % PLACEMENTS_MAX;
    if (this.stampCount === 0) return RATE_WINDOW_MICROS;
    return (this.stamps[index] as number) + RATE_WINDOW_MICROS - nowMicros;
  }

  writeState(writer: StateWriter): void {
    writer.section('token-bucket-limiter');
    writer.integer(this.stampCount);
    for (let index = 0; index < this.stampCount; index++) {
      writer.integer(this.stamps[(this.oldest + index) % PLACEMENTS_MAX] as number);
    }
  }

  readState(reader: StateReader): void {
    reader.section('token-bucket-limiter');
    this.oldest = 0;
    this.stampCount = reader.integer();
    for (let index = 0; index < this.stampCount; index++) this.stamps[index] = reader.integer();
  }
}
