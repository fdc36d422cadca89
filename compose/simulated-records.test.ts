/**
 * Goal: the fault world's own memory of a journal is right: what was handed over and what lies on the
 * disk come to the same number and checksum, and any difference shows.
 * Method: sessions written through the watching sink, walked whole, torn, with a flipped bit, and gone
 * on with; the journal's own reader as the second opinion.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalDamagedError, MemoryStorage, readSession } from '#adapters/journal/journal.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { openInlineSink } from './process-life.ts';
import { recordAround, WatchedSink, walkRecords } from './simulated-records.ts';
import { Surroundings } from './surroundings.test-support.ts';

interface Noted {
  sequence: number;
  rollingHash: number;
  count: number;
}

/** A session of so many seconds on this storage, in a life that crashes with all its bytes written. */
function live(storage: MemoryStorage, seconds: number, rolling = 0): Noted {
  const noted: Noted = { sequence: 0, rollingHash: rolling, count: 0 };
  const observer = {
    onAppended: (sequence: number, rollingHash: number): void => {
      noted.sequence = sequence;
      noted.rollingHash = rollingHash;
      noted.count += 1;
    },
  };
  const around = new Surroundings(storage);
  const process = around.open({
    resume: true,
    openSink: (place) => new WatchedSink(openInlineSink(place), observer, rolling),
  });
  around.begin(process);
  around.runFor(seconds);
  process.makeDurable();
  process.crash();
  return noted;
}

/** The first segment with these bytes instead of its own. */
function changed(storage: MemoryStorage, change: (bytes: Uint8Array) => Uint8Array): MemoryStorage {
  const copy = new MemoryStorage();
  const [name] = storage.list().filter((one) => one.startsWith('segment-')) as [string];
  copy.append(name, change(Uint8Array.from(storage.read(name))));
  return copy;
}

test('every event is noted once, and the disk holds what was noted', () => {
  const storage = new MemoryStorage();
  const noted = live(storage, 5);
  assert.ok(noted.count > 100, `${noted.count} events`);
  assert.equal(noted.sequence, noted.count);
  assert.equal(readSession(storage).eventCount, noted.count);
  assert.deepEqual(walkRecords(storage), {
    sequence: noted.sequence,
    rollingHash: noted.rollingHash,
  });
});

test('the checksum goes on through a second life', () => {
  const storage = new MemoryStorage();
  const first = live(storage, 3);
  const second = live(storage, 3, first.rollingHash);
  assert.equal(second.sequence, first.count + second.count);
  assert.deepEqual(walkRecords(storage), {
    sequence: second.sequence,
    rollingHash: second.rollingHash,
  });
});

test('a torn tail ends the walk at the last whole event', () => {
  const storage = new MemoryStorage();
  const noted = live(storage, 3);
  const torn = walkRecords(changed(storage, (bytes) => bytes.subarray(0, bytes.length - 300)));
  assert.ok(torn.sequence > 0 && torn.sequence < noted.sequence);
  assert.notEqual(torn.rollingHash, noted.rollingHash);
});

test('a flipped bit in what an event says changes the checksum', () => {
  const storage = new MemoryStorage();
  const noted = live(storage, 3);
  const flipped = changed(storage, (bytes) => {
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  });
  assert.notEqual(walkRecords(flipped).rollingHash, noted.rollingHash);
});

test('an empty disk holds nothing', () => {
  assert.deepEqual(walkRecords(new MemoryStorage()), { sequence: 0, rollingHash: 0 });
});

test('the record around a byte is the one that the reader blames when a bit of it changes', () => {
  const storage = new MemoryStorage();
  live(storage, 1);
  const [name] = storage.list().filter((one) => one.startsWith('segment-')) as [string];
  const whole = storage.read(name);
  const random = new SeededRandom(5, 1);
  let last = 0;
  const offsets = Array.from({ length: 300 }, () => random.integer(0, whole.length - 1));
  for (const offset of [0, 63, 64, whole.length - 1, ...offsets]) {
    const place = recordAround(whole, offset);
    assert.ok(place.offset <= offset);
    const damaged = changed(storage, (bytes) => {
      bytes[offset] = (bytes[offset] as number) ^ (1 << random.integer(0, 7));
      return bytes;
    });
    if (place.isLast) {
      last += 1;
      assert.equal(readSession(damaged).tornTail?.offset, place.offset, `byte ${offset}`);
      continue;
    }
    assert.throws(
      () => readSession(damaged),
      (error) => error instanceof JournalDamagedError && error.offset === place.offset,
      `byte ${offset}`,
    );
  }
  assert.ok(last > 0 && last < 50, `${last} in the last record`);
});

test('what is behind the whole records is one torn record, the last', () => {
  const storage = new MemoryStorage();
  live(storage, 1);
  const [name] = storage.list().filter((one) => one.startsWith('segment-')) as [string];
  const torn = storage.read(name).slice(0, -9);
  const { offset, isLast } = recordAround(torn, torn.length - 1);
  assert.ok(isLast && offset < torn.length);
  assert.deepEqual(recordAround(torn, offset), { offset, isLast });
  assert.equal(recordAround(torn, offset - 1).isLast, true, 'nothing whole stands behind it');
});
