/**
 * Goal: the rate of reaching a distance is the exceedance estimate, per side, and "nothing seen" is
 * told apart from "never happens".
 * Method: hand-made steps with the formula written out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { SweepDepths } from './sweep-depths.ts';

const STEP = 100_000;

test('only the deepest trade of a step and side counts, from the mid at the start of the step', () => {
  const sweeps = new SweepDepths(STEP);
  sweeps.advance(0, 10_000);
  sweeps.onTrade(Side.BUY, 10_002);
  sweeps.onTrade(Side.BUY, 10_007);
  sweeps.onTrade(Side.SELL, 9_997);
  // The mid moved within the step: the reference stays.
  sweeps.advance(STEP / 2, 10_006);
  sweeps.onTrade(Side.BUY, 10_005);
  sweeps.advance(10 * STEP, 10_000);
  assert.equal(sweeps.deepestBps, 7);
  assert.equal(sweeps.beyond(6.9).count, 1);
  assert.equal(sweeps.beyond(7).count, 0, 'reached is not passed');
  assert.equal(sweeps.beyond(2.9).count, 2);
  // Two of twenty side steps of 0.1 s: -ln(1 - 0.1) / 0.1 s = 1.0536 /s.
  const expected = (-Math.log(0.9) / 0.1) * 3600;
  assert.ok(Math.abs(sweeps.beyond(2.9).perHour - expected) < 1e-9);
});

test('with nothing seen only rates above three in the time watched are refuted', () => {
  const sweeps = new SweepDepths(STEP);
  sweeps.advance(0, 10_000);
  sweeps.advance(36_000 * STEP, 10_000);
  const rate = sweeps.beyond(5);
  assert.equal(rate.count, 0);
  assert.equal(rate.perHour, 0);
  // One hour watched on each of two sides.
  assert.ok(Math.abs(rate.perHourAtMost - 1.5) < 1e-9);
});

test('trades on the inner side of the mid have no depth', () => {
  const sweeps = new SweepDepths(STEP);
  sweeps.advance(0, 10_000);
  sweeps.onTrade(Side.BUY, 9_998);
  sweeps.onTrade(Side.SELL, 10_001);
  sweeps.advance(STEP, 10_000);
  assert.equal(sweeps.beyond(0).count, 0);
  assert.equal(sweeps.deepestBps, 0);
});

test('before a mid was known nothing is counted, and no rate is claimed', () => {
  const sweeps = new SweepDepths(STEP);
  sweeps.onTrade(Side.BUY, 10_001);
  assert.ok(Number.isNaN(sweeps.beyond(0).perHour));
});

test('trades in every step make a rate without bound', () => {
  const sweeps = new SweepDepths(STEP);
  for (let step = 0; step < 3; step++) {
    sweeps.advance(step * STEP, 10_000);
    sweeps.onTrade(Side.BUY, 10_001);
    sweeps.onTrade(Side.SELL, 9_999);
  }
  sweeps.advance(3 * STEP, 10_000);
  assert.equal(sweeps.beyond(0.5).perHour, Number.POSITIVE_INFINITY);
});
