/** What a measurement says, from its samples to one line of the table. */

/** A measured series: one value a run, in the row's unit. */
export interface Series {
  readonly name: string;
  readonly samples: ArrayLike<number>;
}

/** What a suite measures for one row. Samples are in `unit`, one a run. */
export interface MeasuredRow {
  /** Dotted; names that scripts know are never changed. */
  readonly name: string;
  readonly unit: string;
  readonly samples: ArrayLike<number>;
  /** The same by processor time instead of the clock, where it was taken. */
  readonly cpuSamples?: ArrayLike<number> | undefined;
  /** Another way to do the same, measured in turns with ours. */
  readonly peer?: Series | undefined;
  /** What no implementation gets past, measured in turns with ours. */
  readonly floor?: Series | undefined;
  /** Garbage of one operation in bytes; absent where nobody counted it. */
  readonly bytesPerOperation?: number | undefined;
  /** What must be known to read the number. */
  readonly note?: string | undefined;
}

/** Something the row stands beside. `ratio` above 1: ours is better by that factor. */
export interface Comparison {
  readonly name: string;
  readonly median: number;
  readonly ratio: number;
}

/** One line of the result. All numbers in `unit`. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  /** Median by processor time of the process, other programs excluded; null where it was not taken. */
  readonly cpuMedian: number | null;
  readonly p99: number;
  readonly p999: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly peer: Comparison | null;
  readonly floor: Comparison | null;
  readonly bytesPerOperation: number | null;
  /** Share of the suite's time that garbage collection took, 0..1. */
  readonly gcShare: number;
  readonly note: string;
}

/** Rates end in "/s" (speeds, counts per second): more is better. Everything else: less is better. */
export function isRate(unit: string): boolean {
  return unit.endsWith('/s') || unit === 'x';
}

/**
 * The value that `share` (0..1) of the sorted samples do not exceed, nearest rank. NaN without
 * samples.
 */
export function valueAt(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Sorted copy. */
export function sorted(samples: ArrayLike<number>): Float64Array {
  return Float64Array.from(samples).sort();
}

/** Throws a RangeError when a row has no samples or one that is not a number: it measured nothing. */
export function summarise(row: MeasuredRow, gcShare: number): BenchRow {
  const own = sorted(row.samples);
  if (own.length === 0 || own.some((value) => !Number.isFinite(value))) {
    throw new RangeError(`bench row ${row.name} has no finite samples`);
  }
  const median = valueAt(own, 0.5);
  // The bad end of a rate is its low one: the same rank, counted from the other side.
  const worstLast = isRate(row.unit) ? own.toReversed() : own;
  return {
    name: row.name,
    unit: row.unit,
    median,
    cpuMedian: row.cpuSamples === undefined ? null : valueAt(sorted(row.cpuSamples), 0.5),
    p99: valueAt(worstLast, 0.99),
    p999: valueAt(worstLast, 0.999),
    min: valueAt(own, 0),
    max: valueAt(own, 1),
    runs: own.length,
    peer: compare(row, row.peer, median),
    floor: compare(row, row.floor, median),
    bytesPerOperation: row.bytesPerOperation ?? null,
    gcShare,
    note: row.note ?? '',
  };
}

function compare(row: MeasuredRow, other: Series | undefined, median: number): Comparison | null {
  if (other === undefined) return null;
  const found = valueAt(sorted(other.samples), 0.5);
  return {
    name: other.name,
    median: found,
    ratio: isRate(row.unit) ? median / found : found / median,
  };
}
