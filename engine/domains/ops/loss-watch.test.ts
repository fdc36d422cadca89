/**
 * Goal: losses are measured from the right starting points, in basis points.
 * Method: a short history by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatPosition } from '#domains/hedging/hedging-session-fixture.test-support.ts';
import { assetUnits, epochMicros } from '#units/integers.ts';
import { LossWatch } from './loss-watch.ts';

const SECOND = 1_000_000;

test('day, peak and window each have their own start', () => {
  const position = flatPosition();
  const watch = new LossWatch(60 * SECOND);
  const at = (equity: number, seconds: number): number[] => {
    position.equityUnits = assetUnits(equity);
    position.peakEquityUnits = assetUnits(Math.max(position.peakEquityUnits, equity));
    watch.update(position, seconds * SECOND);
    return [watch.dailyLossBps, watch.drawdownBps, watch.velocityBps].map(Math.round);
  };
  assert.deepEqual(at(10_000, 1), [0, 0, 0], 'nothing before equity is known');
  position.startEquityUnits = assetUnits(10_000);
  assert.deepEqual(at(10_000, 2), [0, 0, 0]);
  assert.deepEqual(at(12_500, 10), [-2_500, 0, 0]);
  assert.deepEqual(at(10_000, 30), [0, 2_000, 2_000]);
  assert.deepEqual(at(9_000, 100), [1_000, 2_800, 0], 'the old samples left the window');
  assert.deepEqual(at(9_000, 86_401), [0, 2_800, 0], 'a new day');
});

test('balances of different moments are no loss, and no lower start for the next one', () => {
  const position = flatPosition();
  const watch = new LossWatch(60 * SECOND);
  const at = (equity: number, seconds: number): number[] => {
    position.equityUnits = assetUnits(equity);
    watch.update(position, seconds * SECOND);
    return [watch.dailyLossBps, watch.drawdownBps, watch.velocityBps].map(Math.round);
  };
  position.startEquityUnits = assetUnits(10_000);
  position.peakEquityUnits = assetUnits(10_000);
  assert.deepEqual(at(10_000, 1), [0, 0, 0]);
  position.quotedBlindSinceMicros = epochMicros(1);
  assert.deepEqual(at(5_000, 2), [0, 0, 0], 'one of two balances was told');
  position.quotedBlindSinceMicros = epochMicros(0);
  position.isReconciled = false;
  assert.deepEqual(at(5_000, 3), [0, 0, 0], 'a correction waits to be explained');
  position.isReconciled = true;
  assert.deepEqual(at(9_900, 4), [100, 100, 100]);
});
