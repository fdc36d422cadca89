/**
 * Goal: a pause of the process does not count as waiting, an ordinary step does.
 * Method: steps below, at and above the gap.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unattendedMicros } from './attended-time.ts';

for (const [last, now, expected] of [
  [0, 60_000_000, 0],
  [100, 50_100, 0],
  [100, 1_000_100, 0],
  [100, 60_000_100, 59_000_000],
  [200, 100, 0],
] as const) {
  test(`from ${last} to ${now} nobody looked for ${expected} microseconds`, () => {
    assert.equal(unattendedMicros(last, now), expected);
  });
}
