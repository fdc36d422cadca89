/**
 * Goal: the estimator finds the volatility of a random walk, whatever the event times, carries the
 * last mid forward, and ignores the jump across a gap.
 * Method: seeded walks with known sigma; hand-made grids; state round trip.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { VolatilityEstimator } from './volatility.ts';

const OPTIONS = { gridMicros: 500_000, fastHalfLifeSeconds: 15, slowHalfLifeSeconds: 600 };

test('a random walk of 2.4 ticks per root second is measured as such from irregular events', () => {
  const random = new SeededRandom(3);
  const estimator = new VolatilityEstimator(OPTIONS);
  estimator.seed(1);
  let mid = 16_000;
  let now = 0;
  for (let event = 0; event < 200_000; event++) {
    const micros = random.integer(1_000, 60_000);
    now += micros;
    mid += 2.4 * Math.sqrt(micros / 1e6) * random.normal();
    estimator.update(now, mid);
  }
  assert.ok(Math.abs(estimator.slowTicks - 2.4) < 0.25, `${estimator.slowTicks}`);
  assert.ok(estimator.sigmaTicks(0) >= estimator.slowTicks);
});

test('a still market decays to the floor', () => {
  const estimator = new VolatilityEstimator(OPTIONS);
  estimator.seed(3);
  for (let second = 0; second <= 7_200; second++) estimator.update(second * 1e6, 16_000);
  assert.ok(estimator.fastTicks < 1e-6);
  assert.ok(Math.abs(estimator.slowTicks - 3 * 2 ** -6) < 1e-3);
  assert.equal(estimator.sigmaTicks(0.13), 0.13);
});

test('one event after many grid points equals one event per grid point', () => {
  const [sparse, dense] = [new VolatilityEstimator(OPTIONS), new VolatilityEstimator(OPTIONS)];
  for (const estimator of [sparse, dense]) {
    estimator.seed(1);
    estimator.update(0, 100);
    estimator.update(100_000, 110);
  }
  for (let step = 1; step <= 20; step++) dense.update(step * 500_000, 110);
  sparse.update(20 * 500_000, 110);
  assert.ok(Math.abs(sparse.fastTicks - dense.fastTicks) < 1e-12);
});

test('the jump across a gap is not volatility', () => {
  const estimator = new VolatilityEstimator(OPTIONS);
  estimator.seed(1);
  estimator.update(0, 100);
  estimator.skipGap();
  estimator.update(60_000_000, 5_000);
  estimator.update(61_000_000, 5_000);
  assert.ok(estimator.sigmaTicks(0) <= 1);
});

test('a restored estimator goes on as the original', () => {
  const original = new VolatilityEstimator(OPTIONS);
  original.seed(1);
  for (let event = 0; event < 100; event++) original.update(event * 130_000, 100 + (event % 7));
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = new VolatilityEstimator(OPTIONS);
  restored.readState(new StateBytesReader(writer.written()));
  for (const estimator of [original, restored]) {
    for (let event = 100; event < 200; event++)
      estimator.update(event * 130_000, 100 + (event % 5));
  }
  assert.equal(restored.sigmaTicks(0), original.sigmaTicks(0));
});
