/**
 * Goal: the administrator sees how often each operation was answered and each refusal given.
 * Method: a few notes, the counts read back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrafficTally } from './traffic-tally.ts';

test('answers are counted by operation, refusals by status and code', () => {
  const tally = new TrafficTally();
  tally.noteAnswer('order.place');
  tally.noteAnswer('order.place');
  tally.noteRefusal(400, -1013);
  assert.deepEqual(tally.counts(), {
    answered: { 'order.place': 2 },
    refused: { '400 -1013': 1 },
  });
});
