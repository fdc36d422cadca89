import type { BenchResult } from './bench.ts';
import { type BenchRow, isRate } from './row.ts';

/** Two runs of one build on one quiet machine differ by this much although nothing changed. */
const QUIET_TOLERANCE = 0.05;
/** The same when the machine was noisy during one of them. */
const NOISY_TOLERANCE = 0.2;

/** What a second measurement says about a row. */
export type Verdict = 'better' | 'worse' | 'within noise' | 'new';

/** A row of two results side by side. Medians in the row's unit. */
export interface ComparedRow {
  readonly name: string;
  readonly unit: string;
  /** Null: the earlier result has no such row, or in another unit. */
  readonly before: number | null;
  readonly now: number;
  /** Above 1: better now by that factor. Null without `before`. */
  readonly ratio: number | null;
  /** Differences up to this share say nothing: tolerance of the machine and the spreads of both. */
  readonly noise: number;
  readonly verdict: Verdict;
}

/** Every row of `now` beside the earlier one of the same name. */
export function compareResults(now: BenchResult, earlier: BenchResult): ComparedRow[] {
  const isNoisy = now.isNoisy || earlier.isNoisy;
  const tolerance = isNoisy ? NOISY_TOLERANCE : QUIET_TOLERANCE;
  return now.rows.map((row) => {
    const before = earlier.rows.find(({ name, unit }) => name === row.name && unit === row.unit);
    return compareRow(row, before, tolerance);
  });
}

function compareRow(row: BenchRow, before: BenchRow | undefined, tolerance: number): ComparedRow {
  const { name, unit, median: now } = row;
  if (before === undefined) {
    return { name, unit, before: null, now, ratio: null, noise: tolerance, verdict: 'new' };
  }
  // Results of older builds have no spread.
  const noise = tolerance + Math.max(row.spread, before.spread ?? 0);
  const ratio = isRate(unit) ? now / before.median : before.median / now;
  return { name, unit, before: before.median, now, ratio, noise, verdict: judge(ratio, noise) };
}

/** A growth of memory may be around zero or below: no ratio of such numbers means anything. */
function judge(ratio: number, noise: number): Verdict {
  if (!(ratio > 0) || !Number.isFinite(ratio) || Math.abs(Math.log(ratio)) <= Math.log1p(noise)) {
    return 'within noise';
  }
  return ratio > 1 ? 'better' : 'worse';
}
