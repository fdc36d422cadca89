/**
 * Goal: each kind of event belongs to one family.
 * Method: all kinds once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import { EventCounters } from './event-counters.ts';

test('every kind counts once in its family', () => {
  const counters = new EventCounters();
  for (const kind of Object.values(EventKind)) counters.count(kind);
  const { timerEvents, marketEvents, privateEvents, controlEvents } = counters;
  assert.deepEqual([timerEvents, marketEvents, privateEvents, controlEvents], [1, 6, 7, 5]);
  assert.equal(counters.total, 19);
});
