/**
 * Goal: the newest whole snapshot at or before the journal's end is found; a damaged one is passed
 * over and named.
 * Method: several snapshots on a memory disk; every byte flipped; crashes while saving.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { JournalError } from './journal-error.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SnapshotStore } from './snapshot-store.ts';

test('the latest at or before the wanted event is loaded, and only three are kept', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  assert.equal(store.loadLatest(100).snapshot, null);
  for (const sequence of [10, 20, 30, 40]) store.save(sequence, Uint8Array.of(sequence, 2, 3));
  assert.equal(storage.list().length, 3);
  const { snapshot, skipped } = store.loadLatest(35);
  assert.deepEqual([...(snapshot?.state ?? [])], [30, 2, 3]);
  assert.equal(snapshot?.reference.sequence, 30);
  assert.equal(skipped.length, 1);
  assert.equal(store.loadLatest(15).snapshot, null);
});

test('any flipped byte makes the older one the latest, and the bad one is named', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  store.save(1, Uint8Array.of(1, 2, 3));
  const { name } = store.save(2, Uint8Array.of(4, 5, 6, 7, 8));
  const { length } = storage.read(name);
  for (let offset = 0; offset < length; offset++) {
    storage.flipBits(name, offset, 0x10);
    const { snapshot, skipped } = store.loadLatest(9);
    assert.equal(snapshot?.reference.sequence, 1, `byte ${offset}`);
    assert.deepEqual(skipped, [name]);
    storage.flipBits(name, offset, 0x10);
  }
  storage.truncate(name, 20);
  assert.equal(store.loadLatest(9).snapshot?.reference.sequence, 1);
});

test('a snapshot named by the journal is loaded, another one under its name is refused', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  const reference = store.save(7, Uint8Array.of(9));
  assert.deepEqual([...store.load(reference).state], [9]);
  assert.throws(
    () => store.load({ ...reference, stateHash: '00' }),
    (error) => error instanceof JournalError && error.code === 'JOURNAL_FORMAT',
  );
});

test('what a crash left of an earlier attempt does not get into the next one', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  storage.append('snapshot-0000000000000005.state.opening', Uint8Array.of(1, 2, 3));
  store.save(5, Uint8Array.of(6));
  storage.losePower();
  assert.deepEqual([...(store.loadLatest(5).snapshot?.state ?? [])], [6]);
});
