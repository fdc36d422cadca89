/**
 * Goal: the premium has the mean, the deviation and the half-life it was given.
 * Method: long paths against the stationary moments of an Ornstein-Uhlenbeck process.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { Basis } from './basis.ts';

const OPTIONS = { meanBps: 1.5, deviationBps: 2, halfLifeSeconds: 30 };

function path(seed: number, seconds: number): Float64Array {
  const basis = new Basis(new SeededRandom(seed), OPTIONS);
  return Float64Array.from({ length: seconds }, () => {
    basis.step(1);
    return (basis.ratio - 1) * 10_000;
  });
}

test('mean, deviation and half-life come out as they went in', () => {
  const values = path(7, 200_000);
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  let lagged = 0;
  for (let index = 0; index < values.length; index++) {
    const one = (values[index] as number) - mean;
    variance += (one * one) / values.length;
    const later = values[index + OPTIONS.halfLifeSeconds];
    if (later !== undefined) lagged += (one * (later - mean)) / values.length;
  }
  assert.ok(Math.abs(mean - 1.5) < 0.15, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) - 2) < 0.1, `deviation ${Math.sqrt(variance)}`);
  assert.ok(Math.abs(lagged / variance - 0.5) < 0.05, `kept ${lagged / variance}`);
});

test('it starts from its stationary distribution, not from its mean', () => {
  let squares = 0;
  for (let seed = 0; seed < 2_000; seed++) {
    const start = (new Basis(new SeededRandom(seed), OPTIONS).ratio - 1) * 10_000;
    squares += (start - 1.5) ** 2 / 2_000;
  }
  assert.ok(
    Math.abs(Math.sqrt(squares) - 2) < 0.15,
    `deviation at the start ${Math.sqrt(squares)}`,
  );
});

test('a deviation of zero stays at the mean', () => {
  const basis = new Basis(new SeededRandom(1), { ...OPTIONS, deviationBps: 0 });
  for (let index = 0; index < 100; index++) basis.step(0.02);
  assert.ok(Math.abs(basis.ratio - 1.00015) < 1e-12);
});

test('the same seed gives the same path, another seed another', () => {
  assert.deepEqual(path(7, 50), path(7, 50));
  assert.notDeepEqual(path(7, 50), path(8, 50));
});
