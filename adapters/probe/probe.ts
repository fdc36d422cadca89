import { STAGE_NAMES, Stage, type StageProbe } from '#contracts/edge-ports.ts';
import { Histogram, type HistogramSummary } from './histogram.ts';

export type { HistogramSummary };
export { Histogram };

/** One event in 64 is stamped at every stage: its 0.5 µs of clock reads cost 8 ns an event. */
const SAMPLED_EVERY = 64;
const NANOS_PER_MILLI = 1e6;

/** Latencies of one stage in nanoseconds. */
export interface StageLatency extends HistogramSummary {
  /** One of STAGE_NAMES. */
  readonly stage: string;
}

/**
 * Where the time goes: one histogram a stage, in nanoseconds. Of every 64 events one is stamped in
 * full, so the other 63 pay a comparison a stage. `LOOP` is the whole event from `begin` to `end`.
 * A stage that runs twice in one event counts twice.
 */
export class LatencyProbe implements StageProbe {
  private readonly histograms: readonly Histogram[] = STAGE_NAMES.map(() => new Histogram());
  private readonly nowMillis: () => number;
  private readonly mask: number;
  private eventCount = 0;
  private isStamping = false;
  private beginMillis = 0;
  private lastMillis = 0;

  /**
   * `nowMillis` is a monotonic clock. `sampledEvery` is a power of two: 1 stamps every event.
   * Throws a RangeError otherwise.
   */
  constructor(
    nowMillis: () => number = () => performance.now(),
    sampledEvery: number = SAMPLED_EVERY,
  ) {
    if (!Number.isInteger(Math.log2(sampledEvery))) {
      throw new RangeError(`sampledEvery must be a power of two: ${sampledEvery}`);
    }
    this.nowMillis = nowMillis;
    this.mask = sampledEvery - 1;
  }

  /** Hot: every event. No allocation. */
  begin(): void {
    this.eventCount += 1;
    this.isStamping = (this.eventCount & this.mask) === 0;
    if (!this.isStamping) return;
    this.beginMillis = this.nowMillis();
    this.lastMillis = this.beginMillis;
  }

  /** Hot: several times an event. No allocation. */
  mark(stage: Stage): void {
    if (!this.isStamping) return;
    const now = this.nowMillis();
    this.histogramOf(stage).record((now - this.lastMillis) * NANOS_PER_MILLI);
    this.lastMillis = now;
  }

  /** Hot: every event. No allocation. */
  end(): void {
    if (!this.isStamping) return;
    const nanos = (this.nowMillis() - this.beginMillis) * NANOS_PER_MILLI;
    this.histogramOf(Stage.LOOP).record(nanos);
    this.isStamping = false;
  }

  /** All stages in order, those that never ran with count 0. For edges: the core cannot read it. */
  latencies(): readonly StageLatency[] {
    return STAGE_NAMES.map((stage, index) => ({
      stage,
      ...(this.histograms[index] as Histogram).summary(),
    }));
  }

  latencyOf(stage: Stage): HistogramSummary {
    return this.histogramOf(stage).summary();
  }

  reset(): void {
    for (const histogram of this.histograms) histogram.reset();
  }

  private histogramOf(stage: Stage): Histogram {
    // `as Histogram` is safe: one histogram was made for each stage.
    return this.histograms[stage] as Histogram;
  }
}

/** Measures nothing: for runs where even the comparisons are in the way. */
export class NoProbe implements StageProbe {
  begin(): void {}
  mark(): void {}
  end(): void {}
}
