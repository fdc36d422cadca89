/**
 * The few sample statistics the stylised facts are stated in. All take plain numbers, allocate
 * little and return NaN where a sample is too small to say anything.
 */

/** Arithmetic mean; NaN without values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return values.length === 0 ? Number.NaN : sum / values.length;
}

/** k-th central moment, divided by the count. */
function centralMoment(values: ArrayLike<number>, power: number): number {
  const centre = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    sum += ((values[index] as number) - centre) ** power;
  }
  return sum / values.length;
}

/** Standard deviation of the population. */
export function deviation(values: ArrayLike<number>): number {
  return Math.sqrt(centralMoment(values, 2));
}

/** Fourth standardised moment: 3 for a normal distribution, above it for fat tails. */
export function kurtosis(values: ArrayLike<number>): number {
  return centralMoment(values, 4) / centralMoment(values, 2) ** 2;
}

/** The value below which a share of the sample lies (nearest rank). `share` within 0..1. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.round(share * (sorted.length - 1))] as number;
}

/** Correlation of a series with itself `lag` steps earlier. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  return crossCorrelation(values, values, lag);
}

/**
 * Correlation of `leader[t]` with `follower[t + lag]`. A peak at a positive lag: the leader moves
 * first. Both of one length; means and deviations of the whole samples.
 */
export function crossCorrelation(
  leader: ArrayLike<number>,
  follower: ArrayLike<number>,
  lag: number,
): number {
  const from = Math.max(0, -lag);
  const to = Math.min(leader.length, follower.length - lag);
  const meanLeader = mean(leader);
  const meanFollower = mean(follower);
  let sum = 0;
  for (let index = from; index < to; index++) {
    sum +=
      ((leader[index] as number) - meanLeader) * ((follower[index + lag] as number) - meanFollower);
  }
  return sum / leader.length / (deviation(leader) * deviation(follower));
}

/** Slope and intercept of the least-squares line through (x, y). */
export function fitLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { readonly slope: number; readonly intercept: number } {
  const meanX = mean(x);
  const meanY = mean(y);
  let covariance = 0;
  let variance = 0;
  for (let index = 0; index < x.length; index++) {
    const dx = (x[index] as number) - meanX;
    covariance += dx * ((y[index] as number) - meanY);
    variance += dx * dx;
  }
  const slope = covariance / variance;
  return { slope, intercept: meanY - slope * meanX };
}

/** Differences over `step` places, taken without overlap. */
export function returnsOf(values: ArrayLike<number>, step: number): Float64Array {
  const count = Math.max(0, Math.floor((values.length - 1) / step));
  const returns = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    returns[index] = (values[(index + 1) * step] as number) - (values[index * step] as number);
  }
  return returns;
}

/** A mean with its standard error, taken over blocks that hardly depend on each other. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/**
 * Ratio of two sums over blocks, with the standard error of the ratio (delta method over blocks).
 * Blocks without weight count for nothing.
 */
export function ratioOverBlocks(sums: ArrayLike<number>, weights: ArrayLike<number>): Estimate {
  let sum = 0;
  let weight = 0;
  let blocks = 0;
  for (let index = 0; index < sums.length; index++) {
    sum += sums[index] as number;
    weight += weights[index] as number;
    if ((weights[index] as number) > 0) blocks += 1;
  }
  if (weight === 0) return { value: Number.NaN, standardError: Number.NaN };
  const value = sum / weight;
  let squares = 0;
  for (let index = 0; index < sums.length; index++) {
    squares += ((sums[index] as number) - value * (weights[index] as number)) ** 2;
  }
  const correction = blocks > 1 ? blocks / (blocks - 1) : Number.NaN;
  return { value, standardError: Math.sqrt(squares * correction) / weight };
}
