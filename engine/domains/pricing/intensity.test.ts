/**
 * Goal: A and k of a known arrival process are found again, bad data is refused and the old fit kept.
 * Method: seeded trades with exponential depth; too few, flat and noisy data; state round trip.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { IntensityEstimator } from './intensity.ts';

const OPTIONS = { gridMicros: 100_000, refitMicros: 10_000_000, halfLifeSeconds: 900 };

/** Trades on each side at `rate` per second, exceeding distance d with probability e^(-k d). */
function feed(
  estimator: IntensityEstimator,
  options: { seed: number; rate: number; k: number; fromStep: number; toStep: number },
): void {
  const random = new SeededRandom(options.seed);
  for (let step = options.fromStep; step < options.toStep; step++) {
    estimator.update(step * 100_000, 16_000);
    for (const side of [Side.BUY, Side.SELL] as const) {
      if (!random.chance(1 - Math.exp(-options.rate / 10))) continue;
      const depth = random.exponential(1 / options.k);
      estimator.onTrade(side, side === Side.BUY ? 16_000 + depth : 16_000 - depth);
    }
  }
}

test('A and k of exponential arrivals are found within a tenth', () => {
  const estimator = new IntensityEstimator(OPTIONS);
  estimator.seed(5, 1, 16);
  feed(estimator, { seed: 1, rate: 2, k: 0.4, fromStep: 0, toStep: 40_000 });
  assert.ok(estimator.fitCount > 300, `${estimator.fitCount} fits`);
  assert.ok(Math.abs(estimator.intensityPerSecond - 2) < 0.25, `A ${estimator.intensityPerSecond}`);
  assert.ok(Math.abs(estimator.decayPerTick - 0.4) < 0.04, `k ${estimator.decayPerTick}`);
  assert.ok(estimator.bandTicks > 4 && estimator.bandTicks <= 16);
  assert.equal(estimator.widening, 1);
  assert.ok(Math.abs(estimator.fillRate(5) - 2 * Math.exp(-2)) < 0.06);
});

test('without enough trades the priors stay and quotes widen, up to a bound', () => {
  const estimator = new IntensityEstimator(OPTIONS);
  estimator.seed(5, 1, 16);
  feed(estimator, { seed: 1, rate: 0.001, k: 0.4, fromStep: 0, toStep: 5_000 });
  assert.equal(estimator.fitCount, 0);
  assert.equal(estimator.intensityPerSecond, 5);
  assert.equal(estimator.decayPerTick, 1);
  assert.equal(estimator.bandTicks, 16);
  assert.equal(estimator.widening, 1.5);
});

test('trades that are all equally deep give no fit: the slope is not there', () => {
  const estimator = new IntensityEstimator(OPTIONS);
  estimator.seed(5, 1, 16);
  for (let step = 0; step < 5_000; step++) {
    estimator.update(step * 100_000, 16_000);
    if (step % 3 === 0) estimator.onTrade(Side.BUY, 16_012);
  }
  assert.equal(estimator.fitCount, 0);
  assert.ok(estimator.refusedInRow > 40);
});

test('a trade before the first grid step and a long silence count for nothing', () => {
  const estimator = new IntensityEstimator(OPTIONS);
  estimator.seed(5, 1, 16);
  estimator.onTrade(Side.BUY, 17_000);
  estimator.update(0, 16_000);
  estimator.onTrade(Side.SELL, 15_000);
  estimator.update(1e12, 16_000);
  assert.equal(estimator.fitCount, 0);
});

test('a restored estimator goes on as the original', () => {
  const original = new IntensityEstimator(OPTIONS);
  original.seed(5, 1, 16);
  feed(original, { seed: 1, rate: 2, k: 0.4, fromStep: 0, toStep: 3_333 });
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = new IntensityEstimator(OPTIONS);
  restored.readState(new StateBytesReader(writer.written()));
  for (const estimator of [original, restored]) {
    feed(estimator, { seed: 2, rate: 3, k: 0.5, fromStep: 3_333, toStep: 6_000 });
  }
  assert.equal(restored.intensityPerSecond, original.intensityPerSecond);
  assert.equal(restored.decayPerTick, original.decayPerTick);
});
