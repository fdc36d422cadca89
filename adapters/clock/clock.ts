import type { Clock } from '#contracts/edge-ports.ts';
import type { DurationMicros, EpochMicros } from '#units/integers.ts';

const MICROS_PER_MILLI = 1_000;

/** Where a SystemClock takes its time from; milliseconds, as the platform gives them. */
export interface TimeSource {
  /** Wall clock since 1970 UTC. May be set back or forth at any time. */
  wallMillis(): number;
  /** Monotonic: from an arbitrary start, never set. */
  monotonicMillis(): number;
}

const HOST_TIME: TimeSource = {
  wallMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
};

/**
 * Wall time that never goes back: the wall clock was read once at the start, and the monotonic clock
 * has been added since. So a corrected wall clock moves no stamp; `driftMicros` says how far apart
 * the two have come, and whoever decides about it journals it as a HostMeasurement.
 */
export class SystemClock implements Clock {
  private readonly source: TimeSource;
  private readonly anchorMicros: number;
  private readonly startMillis: number;
  private lastMicros = 0;

  constructor(source: TimeSource = HOST_TIME) {
    this.source = source;
    this.startMillis = source.monotonicMillis();
    this.anchorMicros = Math.floor(source.wallMillis() * MICROS_PER_MILLI);
  }

  /** Microseconds since 1970 UTC; never less than the call before. */
  nowMicros(): EpochMicros {
    // The small difference is cut first: next to 2^50 a double resolves only a quarter microsecond.
    const passedMillis = this.source.monotonicMillis() - this.startMillis;
    const micros = this.anchorMicros + Math.floor(passedMillis * MICROS_PER_MILLI);
    if (micros > this.lastMicros) this.lastMicros = micros;
    return this.lastMicros as EpochMicros;
  }

  /** Wall clock minus this clock, to the millisecond that the wall clock resolves. */
  driftMicros(): DurationMicros {
    const wallMicros = this.source.wallMillis() * MICROS_PER_MILLI;
    return Math.round(wallMicros - this.nowMicros()) as DurationMicros;
  }
}
