/**
 * Goal: the nearest funding instant is known on both sides of a settlement.
 * Method: the venue's next instant as it moves on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FundingCalendar } from './funding-calendar.ts';

test('nothing is near before the venue named an instant', () => {
  const calendar = new FundingCalendar();
  calendar.observe(0);
  assert.equal(calendar.distanceMicros(5), Number.POSITIVE_INFINITY);
  assert.equal(calendar.untilNextMicros(5), Number.POSITIVE_INFINITY);
});

test('the instant just passed still counts after the venue names the next one', () => {
  const calendar = new FundingCalendar();
  calendar.observe(1_000);
  assert.equal(calendar.distanceMicros(990), 10);
  assert.equal(calendar.untilNextMicros(990), 10);
  assert.equal(calendar.untilNextMicros(1_000), Number.POSITIVE_INFINITY);
  calendar.observe(9_000);
  assert.equal(calendar.distanceMicros(1_020), 20);
  assert.equal(calendar.untilNextMicros(1_020), 7_980);
});
