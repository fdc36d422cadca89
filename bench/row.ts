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
  /**
   * Medians of whole repetitions, where a sample is one event and its spread is the work's own and not
   * the measurement's. Absent: each sample is a repetition.
   */
  readonly repetitions?: ArrayLike<number> | undefined;
  /** Another way to do the same, measured in turns with ours: what people install. */
  readonly peer?: Series | undefined;
  /** One more, harder to beat. */
  readonly secondPeer?: Series | undefined;
  /** What no implementation gets past, measured in turns with ours. */
  readonly floor?: Series | undefined;
  /** Garbage of one operation in bytes; absent where nobody counted it. */
  readonly bytesPerOperation?: number | undefined;
  /** Share of our runs' time that garbage collection took; absent: that of the whole suite stands for it. */
  readonly gcShare?: number | undefined;
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
  /** Middle half of the repetitions, its width as a share of their median: how far a median may be trusted. */
  readonly spread: number;
  readonly peer: Comparison | null;
  readonly secondPeer: Comparison | null;
  readonly floor: Comparison | null;
  readonly bytesPerOperation: number | null;
  /** Share of the time that garbage collection took, 0..1. */
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

/** Width of the middle half as a share of the median; 0 when the median is. */
export function spreadOf(samples: ArrayLike<number>): number {
  const own = sorted(samples);
  const median = Math.abs(valueAt(own, 0.5));
  return median === 0 ? 0 : (valueAt(own, 0.75) - valueAt(own, 0.25)) / median;
}

/**
 * `suiteGcShare` stands for rows that did not count their own. Throws a RangeError when a row has no
 * samples or one that is not a number: it measured nothing.
 */
export function summarise(row: MeasuredRow, suiteGcShare: number): BenchRow {
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
    spread: spreadOf(row.repetitions ?? own),
    peer: compare(row, row.peer, median),
    secondPeer: compare(row, row.secondPeer, median),
    floor: compare(row, row.floor, median),
    bytesPerOperation: row.bytesPerOperation ?? null,
    gcShare: row.gcShare ?? suiteGcShare,
    note: row.note ?? '',
  };
}

/** What stands beside a row: peers first, then the limit. */
export function besidesOf(row: BenchRow): readonly Comparison[] {
  return [row.peer, row.secondPeer, row.floor].filter((one) => one !== null);
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
