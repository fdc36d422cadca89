/**
 * Goal: the newest whole snapshot that the journal notes is found; a damaged one is passed over and
 * named, and one that the journal does not note is never used.
 * Method: several snapshots on a memory disk; every byte flipped; crashes while saving.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import { JournalError } from './journal-error.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SnapshotStore } from './snapshot-store.ts';

test('the latest that is noted is loaded, a stored one that is not noted is not, and only three are kept', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  assert.equal(store.loadLatest([]).snapshot, null);
  const all = [10, 20, 30, 40].map((sequence) =>
    store.save(sequence, Uint8Array.of(sequence, 2, 3)),
  );
  assert.equal(storage.list().length, 3);
  const { snapshot, skipped } = store.loadLatest(all.slice(0, 3));
  assert.deepEqual([...(snapshot?.state ?? [])], [30, 2, 3]);
  assert.equal(snapshot?.reference.sequence, 30);
  assert.deepEqual(skipped, []);
  assert.equal(store.loadLatest(all.slice(0, 1)).snapshot, null, 'no longer kept');
  assert.equal(store.loadLatest([]).snapshot, null);
});

test('any flipped byte makes the older one the latest, and the bad one is named', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  const older = store.save(1, Uint8Array.of(1, 2, 3));
  const newer = store.save(2, Uint8Array.of(4, 5, 6, 7, 8));
  const noted = [older, newer];
  const { name } = newer;
  const { length } = storage.read(name);
  for (let offset = 0; offset < length; offset++) {
    storage.flipBits(name, offset, 0x10);
    const { snapshot, skipped } = store.loadLatest(noted);
    assert.equal(snapshot?.reference.sequence, 1, `byte ${offset}`);
    assert.deepEqual(skipped, [name]);
    storage.flipBits(name, offset, 0x10);
  }
  storage.truncate(name, 20);
  assert.equal(store.loadLatest(noted).snapshot?.reference.sequence, 1);
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
  const reference = store.save(5, Uint8Array.of(6));
  storage.losePower();
  assert.deepEqual([...(store.loadLatest([reference]).snapshot?.state ?? [])], [6]);
});

test('the check of a noted snapshot hashes its bytes: equal, missing, or not the noted ones', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  const reference = store.save(7, Uint8Array.of(1, 2, 3, 4));
  assert.equal(store.check(reference), 'equal');
  const { length } = storage.read(reference.name);
  for (let offset = 0; offset < length; offset++) {
    storage.flipBits(reference.name, offset, 1);
    assert.equal(store.check(reference), 'damaged', `byte ${offset}`);
    storage.flipBits(reference.name, offset, 1);
  }
  assert.equal(store.check({ ...reference, stateHash: 'ab'.repeat(32) }), 'damaged');
  assert.equal(store.check({ ...reference, sequence: 8 }), 'damaged');
  storage.truncate(reference.name, 10);
  assert.equal(store.check(reference), 'damaged');
  storage.remove(reference.name);
  assert.equal(store.check(reference), 'missing');
});

test('a state changed together with its checksum is still not the noted one, and is not loaded', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  const reference = store.save(7, Uint8Array.of(1, 2, 3, 4));
  const bytes = Buffer.from(storage.read(reference.name));
  bytes[64] = 9;
  const withSums = (change: () => void): void => {
    change();
    bytes.writeUInt32LE(crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))), 12);
    storage.remove(reference.name);
    storage.append(reference.name, bytes);
  };
  withSums(() => undefined);
  assert.equal(store.check(reference), 'damaged');
  assert.equal(store.loadLatest([reference]).snapshot, null);
  assert.throws(() => store.load(reference), JournalError);
  // A forger who mends the inner hash too: whole for itself, and still not what the journal noted.
  withSums(() => bytes.set(createHash('sha256').update(bytes.subarray(64)).digest(), 32));
  assert.equal(store.check(reference), 'damaged');
  assert.throws(() => store.load(reference), JournalError);
});

test('snapshots that nobody noted are named', () => {
  const storage = new MemoryStorage();
  const store = new SnapshotStore(storage);
  const noted = store.save(7, Uint8Array.of(1));
  const other = store.save(8, Uint8Array.of(2));
  storage.append('snapshot-9.state.opening', Uint8Array.of(1));
  assert.deepEqual(store.strangers([noted]), [other.name]);
  assert.deepEqual(store.strangers([noted, other]), []);
});
