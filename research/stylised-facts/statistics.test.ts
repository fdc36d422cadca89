/**
 * Goal: each statistic is the textbook's, with the signs and lags the way its comment says.
 * Method: small samples by hand, large ones with known truth.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import {
  autocorrelation,
  crossCorrelation,
  deviation,
  fitLine,
  kurtosis,
  mean,
  quantile,
  ratioOverBlocks,
  returnsOf,
} from './statistics.ts';

function normals(count: number, seed: number): Float64Array {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
}

test('mean, deviation and kurtosis of a sample by hand', () => {
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(deviation([1, 3]), 1);
  assert.equal(kurtosis([-1, 1, -1, 1]), 1);
  assert.ok(Number.isNaN(mean([])));
});

test('kurtosis is three for normal numbers and six for exponential ones on both sides', () => {
  assert.ok(Math.abs(kurtosis(normals(200_000, 1)) - 3) < 0.1);
  const random = new SeededRandom(2);
  const laplace = Float64Array.from(
    { length: 200_000 },
    () => random.exponential(1) * (random.chance(0.5) ? 1 : -1),
  );
  assert.ok(Math.abs(kurtosis(laplace) - 6) < 0.5);
});

test('quantiles are values of the sample, of any order', () => {
  assert.equal(quantile([5, 1, 3], 0), 1);
  assert.equal(quantile([5, 1, 3], 0.5), 3);
  assert.equal(quantile([5, 1, 3], 1), 5);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('autocorrelation finds the memory of a first-order process and none in noise', () => {
  const noise = normals(100_000, 3);
  const kept = new Float64Array(noise.length);
  for (let index = 1; index < kept.length; index++) {
    kept[index] = 0.6 * (kept[index - 1] as number) + (noise[index] as number);
  }
  assert.ok(Math.abs(autocorrelation(noise, 1)) < 0.015);
  assert.ok(Math.abs(autocorrelation(kept, 1) - 0.6) < 0.015);
  assert.ok(Math.abs(autocorrelation(kept, 2) - 0.36) < 0.02);
  assert.ok(Math.abs(autocorrelation(kept, 0) - 1) < 1e-9);
});

test('cross-correlation peaks at the positive lag by which the follower is late', () => {
  const leader = normals(20_000, 5);
  const follower = leader.map((_, index) => leader[index - 3] ?? 0);
  assert.ok(crossCorrelation(leader, follower, 3) > 0.99);
  assert.ok(Math.abs(crossCorrelation(leader, follower, -3)) < 0.03);
  assert.ok(crossCorrelation(follower, leader, -3) > 0.99);
});

test('a line is found through its points', () => {
  const { slope, intercept } = fitLine([1, 2, 4], [5, 7, 11]);
  assert.ok(Math.abs(slope - 2) < 1e-12 && Math.abs(intercept - 3) < 1e-12);
});

test('returns do not overlap and leave an unfinished one out', () => {
  assert.deepEqual([...returnsOf([1, 2, 4, 7, 11, 16], 2)], [3, 7]);
  assert.deepEqual([...returnsOf([1], 1)], []);
});

test('a ratio over blocks is sum over sum, its error that of repeated samples', () => {
  const value = ratioOverBlocks([2, 4, 0], [1, 1, 0]);
  assert.equal(value.value, 3);
  assert.ok(Math.abs(value.standardError - 1) < 1e-12);
  assert.ok(Number.isNaN(ratioOverBlocks([1], [0]).value));
  assert.ok(Number.isNaN(ratioOverBlocks([1], [1]).standardError), 'one block knows no error');
  const random = new SeededRandom(9);
  let within = 0;
  for (let round = 0; round < 300; round++) {
    const weights = Array.from({ length: 30 }, () => 1 + random.uniform());
    const sums = weights.map((weight) => 0.5 * weight + random.normal());
    const estimate = ratioOverBlocks(sums, weights);
    if (Math.abs(estimate.value - 0.5) < 2 * estimate.standardError) within += 1;
  }
  assert.ok(within > 270 && within < 300, `${within} of 300`);
});
