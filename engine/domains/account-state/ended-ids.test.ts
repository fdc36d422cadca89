/**
 * Goal: the last ended orders are known, older ones are forgotten, and a restore changes nothing.
 * Method: more ends than there is room for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { EndedIds } from './ended-ids.ts';

test('the last 1024 ends are remembered', () => {
  const ids = new EndedIds();
  for (let id = 1; id <= 1_025; id++) ids.remember(id);
  assert.deepEqual(
    [ids.has(1), ids.has(2), ids.has(1_025), ids.has(1_026)],
    [false, true, true, false],
  );
  const writer = new StateBytesWriter();
  ids.writeState(writer);
  const restored = new EndedIds();
  restored.readState(new StateBytesReader(writer.written()));
  for (const one of [ids, restored]) one.remember(2_000);
  assert.deepEqual([restored.has(2), restored.has(3), restored.has(2_000)], [false, true, true]);
});
