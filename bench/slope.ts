import { sorted, valueAt } from './row.ts';

/** Two-sided 95 % of a normal distribution. */
const NORMAL_95 = 1.96;

/** One reading of something that may grow. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A slope and the interval that holds the true one with 95 % confidence. */
export interface Slope {
  /** Slopes between all pairs of points. */
  readonly pairs: Float64Array;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Slope of points by Theil and Sen: the median of the slopes between all pairs, which a jump or two
 * cannot move (a table that doubles, code that was compiled). The interval is Sen's, from the variance
 * of Kendall's tau without ties. It takes readings as independent around the line; a jump between two
 * levels makes it too narrow.
 *
 * Throws a RangeError below five points or when two share an x.
 *
 * Source: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
 */
export function senSlope(points: readonly Point[]): Slope {
  const count = points.length;
  if (count < 5) throw new RangeError(`a slope needs five readings, not ${count}`);
  const slopes: number[] = [];
  for (let left = 0; left < count; left++) {
    for (let right = left + 1; right < count; right++) {
      const [from, to] = [points[left] as Point, points[right] as Point];
      if (from.x === to.x) throw new RangeError(`two readings at ${from.x}`);
      slopes.push((to.y - from.y) / (to.x - from.x));
    }
  }
  const pairs = sorted(slopes);
  const half = NORMAL_95 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const lowRank = Math.floor((pairs.length - half) / 2);
  const highRank = Math.ceil((pairs.length + half) / 2);
  return {
    pairs,
    median: valueAt(pairs, 0.5),
    low: pairs[Math.max(0, lowRank - 1)] as number,
    high: pairs[Math.min(pairs.length - 1, highRank)] as number,
  };
}
