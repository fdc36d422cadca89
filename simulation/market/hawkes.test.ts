/**
 * Goal: arrivals have the stationary rate, come in clusters, and refuse parameters that explode.
 * Method: long simulated streams against the formulas for a Hawkes process with exponential kernel:
 * mean rate base / (1 - n), variance over mean of long counts 1 / (1 - n)^2.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { HawkesArrivals } from './hawkes.ts';

const DECAY_PER_SECOND = 4;

function arrivalsUntil(seed: number, branching: number, base: number, end: number): number[] {
  const process = new HawkesArrivals(new SeededRandom(seed), {
    branching,
    decayPerSecond: DECAY_PER_SECOND,
  });
  const times: number[] = [];
  let now = 0;
  for (;;) {
    const from = now;
    now += process.waitSeconds(from, base);
    if (now > end) return times;
    if (process.accept(from, now, base)) times.push(now);
  }
}

function countDispersion(times: readonly number[], window: number, end: number): number {
  const counts = new Float64Array(Math.floor(end / window));
  for (const time of times) {
    const index = Math.floor(time / window);
    if (index < counts.length) counts[index] = (counts[index] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return variance / mean;
}

for (const branching of [0, 0.5, 0.72]) {
  test(`the mean rate is base / (1 - branching) at ${branching}`, () => {
    const seconds = 20_000;
    const rate = arrivalsUntil(7, branching, 1, seconds).length / seconds;
    const expected = 1 / (1 - branching);
    // Deviation of the count: sqrt(rate x seconds) / (1 - branching).
    const error = Math.sqrt(expected / seconds) / (1 - branching);
    assert.ok(Math.abs(rate - expected) < 4 * error, `${rate}, not ${expected} ± ${error}`);
  });
}

test('without branching counts are Poisson, with it they are overdispersed as the formula says', () => {
  const seconds = 20_000;
  const plain = countDispersion(arrivalsUntil(3, 0, 2, seconds), 20, seconds);
  assert.ok(Math.abs(plain - 1) < 0.15, `plain ${plain}`);
  const clustered = countDispersion(arrivalsUntil(3, 0.5, 2, seconds), 20, seconds);
  assert.ok(Math.abs(clustered - 4) < 0.8, `clustered ${clustered}`);
});

test('an event raises the rate by branching x decay, which then dies away', () => {
  const process = new HawkesArrivals(new SeededRandom(1), { branching: 0.5, decayPerSecond: 4 });
  let now = 0;
  for (;;) {
    const from = now;
    now += process.waitSeconds(from, 1);
    if (process.accept(from, now, 1)) break;
  }
  assert.ok(Math.abs(process.rate(now, 1) - 3) < 1e-12);
  assert.ok(Math.abs(process.rate(now + 1, 1) - (1 + 2 * Math.exp(-4))) < 1e-12);
});

test('the same seed gives the same arrivals, another seed others', () => {
  assert.deepEqual(arrivalsUntil(7, 0.5, 1, 50), arrivalsUntil(7, 0.5, 1, 50));
  assert.notDeepEqual(arrivalsUntil(7, 0.5, 1, 50), arrivalsUntil(8, 0.5, 1, 50));
});

test('a branching that explodes, or is below zero, is refused', () => {
  for (const branching of [1, 1.2, -0.1, Number.NaN]) {
    assert.throws(
      () => new HawkesArrivals(new SeededRandom(1), { branching, decayPerSecond: 4 }),
      RangeError,
    );
  }
});
