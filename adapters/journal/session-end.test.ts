/**
 * Goal: however a journal ends, people are told the truth: what a crash cut is cut and everything
 * before it comes back; behind the closing record, and before the session header, nothing is forgiven.
 * Method: a small journal cut at every length, in every part of a segment; bytes put behind its end.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { JournalDamagedError } from './journal-error.ts';
import { copyWith, recorded, recordStarts } from './journal-files.test-support.ts';
import { SAMPLE_HEADER } from './journal-samples.ts';
import type { MemoryStorage } from './memory-storage.ts';
import { encodeSegmentHeader, segmentName } from './segment.ts';
import { readSession } from './session-reader.ts';
import { recoverSession } from './session-recovery.ts';

const { sessionId } = SAMPLE_HEADER;

test('cut at any byte of the last hundred records, the records before come back', () => {
  const storage = recorded(150, 1 << 20);
  const [name] = storage.list() as [string];
  const bytes = storage.read(name);
  const starts = recordStarts(bytes);
  const from = starts.at(-100) as number;
  const boundaries = new Set(starts);
  let boundary = starts.at(-1) as number;
  for (let size = bytes.length - 1; size >= from; size--) {
    if (size < boundary) boundary = starts[starts.indexOf(boundary) - 1] as number;
    storage.truncate(name, size);
    const { isClosed, tornTail } = readSession(storage);
    assert.equal(isClosed, false);
    assert.equal(tornTail === null, boundaries.has(size), `size ${size}`);
    assert.equal(tornTail?.offset ?? size, boundary);
    if (size % 97 === 0) assertRecovers(storage, name, boundary);
  }
});

/** Recovery of a copy ends at the boundary, and every event before it is there. */
function assertRecovers(storage: MemoryStorage, name: string, boundary: number): void {
  const copy = copyWith(storage, '', (bytes) => bytes);
  const { eventCount } = recoverSession(copy);
  assert.equal(copy.read(name).length, boundary);
  let count = 0;
  readSession(copy).forEachEvent((event) => {
    count += 1;
    assert.equal(event.sequence, count);
  });
  assert.equal(count, eventCount);
}

test('a torn creation of the next segment is cut: an unfinished name and an empty file', () => {
  const storage = recorded(60, 3_000, true);
  const count = readSession(storage).eventCount;
  const next = segmentName(storage.list().length + 1);
  storage.append(next, new Uint8Array(10));
  storage.append('segment-000099.opening', new Uint8Array(64));
  const recording = recoverSession(storage);
  assert.equal(recording.tornTail?.segment, next);
  assert.equal(recording.eventCount, count);
  assert.ok(!storage.list().includes(next) && !storage.list().includes('segment-000099.opening'));
  assert.equal(readSession(storage).tornTail, null);
});

test('zeros at the end, as file systems leave them, are a torn tail', () => {
  const storage = recorded(20, 1 << 20, true);
  const [name] = storage.list() as [string];
  const { length } = storage.read(name);
  storage.append(name, new Uint8Array(4096));
  assert.equal(readSession(storage).tornTail?.offset, length);
});

for (const [what, tail] of [
  ['zeros', new Uint8Array(64)],
  ['one byte', Uint8Array.of(7)],
  ['forty odd bytes', new Uint8Array(40).map((_value, index) => index * 37 + 11)],
  ['four pages of zeros', new Uint8Array(16_384)],
] as const) {
  test(`after the closing record ${what} are damage: nothing can be torn there`, () => {
    const storage = recorded(40);
    const name = storage.list().at(-1) as string;
    const { length } = storage.read(name);
    storage.append(name, tail);
    assert.throws(
      () => readSession(storage),
      (error) => {
        assert.ok(error instanceof JournalDamagedError);
        assert.deepEqual(
          [error.segment, error.offset, error.sequence],
          [name, length, 41],
          error.message,
        );
        return /after the closing record/.test(error.message);
      },
    );
  });
}

test('a segment after the closing record is damage, however little of it is there', () => {
  const closed = recorded(5, 1 << 20);
  const [first] = closed.list() as [string];
  const previousSize = closed.read(first).length;
  const header = encodeSegmentHeader({
    sessionId,
    number: 2,
    firstSequence: 6,
    previousSize,
    isResumed: false,
  });
  const second = segmentName(2);
  for (const size of [0, 10, 64]) {
    const storage = copyWith(closed, '', (bytes) => bytes);
    storage.append(second, header.subarray(0, size));
    assert.throws(() => readSession(storage), { segment: second, offset: 0, sequence: 6 });
  }
});

test('a first segment cut inside its headers is damaged at that place, not a missing session', () => {
  const storage = recorded(5, 1 << 20);
  const [name] = storage.list() as [string];
  for (const [size, offset] of [
    [0, 0],
    [10, 0],
    [63, 0],
    [64, 64],
    [100, 64],
  ] as const) {
    const cut = copyWith(storage, name, (bytes) => bytes.subarray(0, size));
    for (const open of [readSession, recoverSession]) {
      assert.throws(
        () => open(cut),
        (error) => {
          assert.ok(error instanceof JournalDamagedError, `${size} bytes: ${String(error)}`);
          assert.deepEqual([error.segment, error.offset, error.sequence], [name, offset, 1]);
          return true;
        },
      );
    }
    assert.equal(cut.read(name).length, size, 'what cannot be recovered is not touched');
  }
});

test('a later segment cut inside its header: the last one is a torn tail, one in between is damage', () => {
  const storage = recorded(60);
  const names = storage.list();
  const [, second] = names as [string, string];
  const last = names.at(-1) as string;
  assert.ok(names.length >= 3 && second !== last);
  for (const size of [0, 10, 63]) {
    const torn = readSession(copyWith(storage, last, (bytes) => bytes.subarray(0, size)));
    assert.equal(torn.isClosed, false);
    assert.deepEqual(torn.tornTail, {
      segment: last,
      offset: 0,
      size,
      what: 'the file ends inside the segment header',
    });
    let count = 0;
    torn.forEachEvent(() => {
      count += 1;
    });
    assert.equal(count, torn.eventCount);
    const between = copyWith(storage, second, (bytes) => bytes.subarray(0, size));
    assert.throws(() => readSession(between), { segment: second, offset: 0 });
  }
});
