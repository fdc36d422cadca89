/**
 * Goal: every counter is in the state.
 * Method: a number of its own for each, there and back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { ExecutionCounters } from './execution-counters.ts';

test('restored counters are the counters, each of them', () => {
  const counters = new ExecutionCounters();
  let next = 1;
  for (const [name, value] of Object.entries(counters)) {
    if (typeof value === 'number') Object.assign(counters, { [name]: next++ });
  }
  counters.refusals.fill(7);
  const writer = new StateBytesWriter();
  counters.writeState(writer);
  const restored = new ExecutionCounters();
  const reader = new StateBytesReader(writer.written().slice());
  restored.readState(reader);
  assert.deepEqual(restored, counters);
  assert.equal(reader.isAtEnd, true);
});
