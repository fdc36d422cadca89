/**
 * Goal: time counts as what was true while it passed.
 * Method: a short history by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExposureTracker } from './exposure-tracker.ts';

test('time belongs to the state before it, and none is counted while a market is down', () => {
  const tracker = new ExposureTracker();
  tracker.observe(100, true, 5, 10);
  tracker.observe(150, true, -11, 10);
  tracker.observe(170, false, 99, 10);
  tracker.observe(500, true, 10, 10);
  tracker.observe(400, true, 10, 10);
  tracker.observe(501, true, 10, 10);
  assert.equal(tracker.insideMicros, 50 + 1);
  assert.equal(tracker.totalMicros, 70 + 1);
  assert.equal(tracker.maxAbsNetDeltaUnits, 11);
});
