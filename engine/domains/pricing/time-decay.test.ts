/**
 * Goal: weights depend on elapsed time only, and grids are absolute.
 * Method: half-lives and split intervals.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridStep, newWeight } from './time-decay.ts';

test('after one half-life the new observation weighs a half, after two three quarters', () => {
  assert.ok(Math.abs(newWeight(30, 30) - 0.5) < 1e-15);
  assert.ok(Math.abs(newWeight(60, 30) - 0.75) < 1e-15);
  assert.equal(newWeight(0, 30), 0);
});

test('two short steps weigh as much as one long one', () => {
  const kept = (1 - newWeight(7, 30)) * (1 - newWeight(5, 30));
  assert.ok(Math.abs(kept - (1 - newWeight(12, 30))) < 1e-15);
});

test('grid points do not depend on when one starts to look', () => {
  assert.equal(gridStep(999_999, 500_000), 1);
  assert.equal(gridStep(1_000_000, 500_000), 2);
});
