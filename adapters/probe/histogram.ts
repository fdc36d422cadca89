/** Sub-buckets of each octave: a read value is at most 1/32 (3.1 %) above the true one. */
const SUB_BUCKETS_LOG2 = 5;
const SUB_BUCKETS = 2 ** SUB_BUCKETS_LOG2;
/** Values are counted up to 2^42 nanoseconds (73 minutes); larger ones land in the last bucket. */
const OCTAVES = 42 - SUB_BUCKETS_LOG2;
const BUCKETS = SUB_BUCKETS * (OCTAVES + 1);
const VALUE_MAX = 2 ** 42 - 1;
const WORD = 2 ** 32;

/** What people ask of a distribution, in the unit recorded. All zero while nothing was recorded. */
export interface HistogramSummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Exact. */
  readonly max: number;
}

/**
 * Counts of values in log-linear buckets: 32 to an octave, so the relative error is the same for
 * nanoseconds and for seconds. Fixed memory, recording is a few operations.
 */
export class Histogram {
  private readonly counts = new Float64Array(BUCKETS);
  private recorded = 0;
  private largest = 0;

  get count(): number {
    return this.recorded;
  }

  /** Counts one value; fractions are cut, negative values count as 0. Hot: no allocation. */
  record(value: number): void {
    const whole = value > 0 ? Math.floor(value) : 0;
    const bucket = bucketOf(Math.min(whole, VALUE_MAX));
    // `as number` is safe: bucketOf stays below BUCKETS for values up to VALUE_MAX.
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.recorded += 1;
    if (whole > this.largest) this.largest = whole;
  }

  /**
   * The value that the given share (0..1) of all values does not exceed: the upper end of its bucket,
   * never above the true maximum. 0 while empty.
   */
  valueAt(share: number): number {
    if (this.recorded === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.recorded));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] as number;
      if (seen >= rank) return Math.min(upperEndOf(bucket), this.largest);
    }
    return this.largest;
  }

  summary(): HistogramSummary {
    return {
      count: this.recorded,
      p50: this.valueAt(0.5),
      p99: this.valueAt(0.99),
      p999: this.valueAt(0.999),
      max: this.largest,
    };
  }

  /** Adds the counts of another histogram, say of another thread. */
  add(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.counts[bucket] = (this.counts[bucket] as number) + (other.counts[bucket] as number);
    }
    this.recorded += other.recorded;
    this.largest = Math.max(this.largest, other.largest);
  }

  reset(): void {
    this.counts.fill(0);
    this.recorded = 0;
    this.largest = 0;
  }
}

/** Values below 32 have a bucket each; above, the octave and the five bits below its top bit. */
function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return value;
  const high = Math.floor(value / WORD);
  const top = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
  const shift = top - SUB_BUCKETS_LOG2;
  return (shift + 1) * SUB_BUCKETS + Math.floor(value / 2 ** shift) - SUB_BUCKETS;
}

function upperEndOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  return ((bucket % SUB_BUCKETS) + SUB_BUCKETS + 1) * 2 ** shift - 1;
}
