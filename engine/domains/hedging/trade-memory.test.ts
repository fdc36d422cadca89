/**
 * Goal: a trade counts once in whatever order it is told, and a restore forgets none.
 * Method: ids out of order, twice, and past the end of the memory.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { TradeMemory } from './trade-memory.ts';

test('an id is new once, also when a higher one came first', () => {
  const memory = new TradeMemory();
  assert.deepEqual(
    [5, 3, 5, 3, 4].map((id) => memory.addIfNew(id)),
    [true, true, false, false, true],
  );
  const writer = new StateBytesWriter();
  memory.writeState(writer);
  const restored = new TradeMemory();
  restored.readState(new StateBytesReader(writer.written()));
  assert.equal(restored.addIfNew(3), false);
  for (let id = 100; id < 356; id++) restored.addIfNew(id);
  assert.equal(restored.addIfNew(3), true, 'so long ago that nobody repeats it');
});
