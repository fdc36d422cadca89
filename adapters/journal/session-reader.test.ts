/**
 * Goal: no changed, missing or foreign byte is ever accepted; after a power loss everything
 * acknowledged is there. How a journal may end: session-end.test.ts.
 * Method: a small journal over three segments; every byte flipped; random power losses with torn
 * writes against the durable sequence.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { TimerEvent } from '#contracts/events.ts';
import { Checksum } from './checksum.ts';
import { ByteWriter } from './codec/codec.ts';
import { FrameEncoder, RecordKind, sealFrame } from './frame.ts';
import { InlineCommit } from './inline-commit.ts';
import { JournalDamagedError, JournalError } from './journal-error.ts';
import { copyWith, recorded, recordStarts } from './journal-files.test-support.ts';
import {
  NumberSource,
  recordSession,
  SAMPLE_HEADER,
  SampleStream,
  SteppingClock,
} from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { decodeSegmentHeader, encodeSegmentHeader, segmentName } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { readSession } from './session-reader.ts';
import { parseSessionHeader } from './session-record.ts';
import { recoverSession } from './session-recovery.ts';

const { sessionId } = SAMPLE_HEADER;

test('any flipped byte is found and located; only the last record may be called torn', () => {
  const storage = recorded(40, 2_000);
  const names = storage.list();
  assert.ok(names.length >= 3, 'the journal must span segments');
  const last = names.at(-1) as string;
  const lastRecord = recordStarts(storage.read(last)).at(-1) as number;
  for (const name of names) {
    const size = storage.read(name).length;
    for (let offset = 0; offset < size; offset++) {
      storage.flipBits(name, offset, 1 << (offset % 8));
      try {
        const recording = readSession(storage);
        assert.equal(name, last, `${name} byte ${offset} was accepted`);
        assert.ok(offset >= lastRecord, `byte ${offset} is not in the last record`);
        assert.equal(recording.isClosed, false);
        assert.equal(recording.tornTail?.offset, lastRecord);
      } catch (error) {
        assert.ok(error instanceof JournalDamagedError, String(error));
        assert.equal(error.segment, name);
        assert.ok(error.offset <= offset, `located behind the byte ${offset}`);
        assert.ok(offset - error.offset < 1_000 && error.sequence <= 41);
      }
      storage.flipBits(name, offset, 1 << (offset % 8));
    }
  }
  assert.equal(readSession(storage).isClosed, true);
});

test('a shortened, missing, foreign or swapped segment is damage', () => {
  const storage = recorded(60);
  const names = storage.list();
  const [first, second, third] = names as [string, string, string];
  const lastStart = recordStarts(storage.read(second)).at(-1) as number;
  const shortened = copyWith(storage, second, (bytes) => bytes.subarray(0, lastStart));
  assert.throws(() => readSession(shortened), { segment: second, offset: lastStart });
  const missing = copyWith(storage, '', (bytes) => bytes);
  missing.remove(second);
  assert.throws(() => readSession(missing), /segment 2 is missing/);
  const swapped = copyWith(storage, second, () => storage.read(third));
  assert.throws(() => readSession(swapped), JournalDamagedError);
  const foreign = new MemoryStorage();
  const writer = new SegmentWriter({
    storage: foreign,
    sessionId: 'ff'.repeat(16),
    segmentSizeMax: 3_000,
  });
  const sink = new InlineCommit({ writer });
  recordSession(sink, 60, { isCrashed: true });
  sink.flush();
  const mixed = copyWith(storage, second, () => foreign.read(second));
  assert.throws(() => readSession(mixed), /of another session/);
  assert.throws(() => readSession(foreign), /header is of another session/);
  assert.equal(readSession(storage).eventCount, 60);
  assert.ok(first < second);
});

test('a removed, repeated or appended record is damage', () => {
  const storage = recorded(40, 1 << 20);
  const [name] = storage.list() as [string];
  const starts = recordStarts(storage.read(name));
  const [from, to] = [starts[5] as number, starts[6] as number];
  const removed = copyWith(storage, name, (bytes) =>
    Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]),
  );
  assert.throws(() => readSession(removed), JournalDamagedError);
  const repeated = copyWith(storage, name, (bytes) =>
    Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]),
  );
  assert.throws(() => readSession(repeated), /does not belong here/);
  const appended = copyWith(storage, name, (bytes) =>
    Buffer.concat([bytes, bytes.subarray(from, to)]),
  );
  assert.throws(() => readSession(appended), /after the closing one/);
});

test('a folder without a journal is no session, and one without its header record is damaged', () => {
  const isMissing = (error: unknown) =>
    error instanceof JournalError && error.code === 'SESSION_MISSING';
  assert.throws(() => readSession(new MemoryStorage()), isMissing);
  const storage = recorded(3, 1 << 20);
  const [name] = storage.list() as [string];
  const second = recordStarts(storage.read(name))[1] as number;
  const headless = copyWith(storage, name, (bytes) =>
    Buffer.concat([bytes.subarray(0, 64), bytes.subarray(second)]),
  );
  assert.throws(() => readSession(headless), /not the first record/);
});

test('a segment under the number of another one is damage, and a bad session id never gets a file', () => {
  const storage = recorded(5, 1 << 20);
  const [name] = storage.list() as [string];
  const header = { sessionId, number: 4, firstSequence: 1, previousSize: 0, isResumed: false };
  const other = copyWith(storage, name, (bytes) =>
    Buffer.concat([encodeSegmentHeader(header), bytes.subarray(64)]),
  );
  assert.throws(() => readSession(other), /segment 1 is missing/);
  assert.throws(() => encodeSegmentHeader({ ...header, sessionId: 'no' }), RangeError);
});

/** A journal whose first event was written with other bytes by "another program": whole, but foreign. */
function written(kind: number, payload: string): MemoryStorage {
  const storage = new MemoryStorage();
  const sink = new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }) });
  const frames = new FrameEncoder(sink, 1, new SteppingClock());
  const header = Buffer.from(JSON.stringify(SAMPLE_HEADER));
  frames.open(RecordKind.SESSION_HEADER, 0, 0, header.length).raw(header);
  frames.close();
  frames.open(kind, kind < 100 ? 1 : 0, 0, payload.length).raw(Buffer.from(payload));
  frames.close();
  sink.close();
  return storage;
}

test('whole records that this program cannot read are a format error, not damage', () => {
  for (const [kind, payload] of [
    [99, ''],
    [1, 'a timer has no payload'],
  ] as const) {
    const recording = readSession(written(kind, payload));
    assert.throws(
      () => recording.forEachEvent(() => undefined),
      (error) => error instanceof JournalError && error.code === 'JOURNAL_FORMAT',
    );
  }
});

test('a record kind added later is passed over', () => {
  const recording = readSession(written(199, 'from the future'));
  assert.equal(recording.eventCount, 0);
  recording.forEachEvent(() => assert.fail('there is no event'));
});

test('a session header without its fields is refused', () => {
  for (const json of ['null', '{}', '{"sessionId":"1"}', 'no JSON']) {
    assert.throws(
      () => parseSessionHeader(json),
      (error) => error instanceof JournalError && error.code === 'JOURNAL_FORMAT',
    );
  }
});

test('a segment of another format or another kind of file is named as such', () => {
  const header = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(
      encodeSegmentHeader({
        sessionId,
        number: 1,
        firstSequence: 1,
        previousSize: 0,
        isResumed: false,
      }),
    );
    change(bytes);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    return decodeSegmentHeader(bytes);
  };
  assert.equal(
    header((bytes) => bytes.write('PNG', 0)),
    'not a journal segment',
  );
  for (const [version, who] of [
    [1, 'an older'],
    [4, 'a newer'],
  ] as const) {
    assert.throws(
      () => header((bytes) => bytes.writeUInt32LE(version, 8)),
      (error) =>
        error instanceof JournalError &&
        error.code === 'JOURNAL_FORMAT' &&
        error.message.includes(`journal format ${version} of ${who} program`) &&
        error.message.includes('this one reads 2 and 3'),
    );
  }
  assert.equal(typeof header(() => undefined), 'object');
});

test('a session of an older format is a format error, not damage, and is not touched', () => {
  const storage = recorded(20, 1 << 20);
  const [name] = storage.list() as [string];
  const older = copyWith(storage, name, (bytes) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt32LE(1, 8);
    changed.writeUInt32LE(crc32(changed.subarray(0, 60)), 60);
    return changed;
  });
  const before = older.read(name);
  for (const open of [readSession, recoverSession]) {
    assert.throws(
      () => open(older),
      (error) => error instanceof JournalError && error.code === 'JOURNAL_FORMAT',
    );
  }
  assert.deepEqual(older.read(name), before);
});

test('a segment that begins with another event than the one before ended with is damage', () => {
  const storage = recorded(60);
  const [, second] = storage.list() as [string, string];
  const changed = copyWith(storage, second, (bytes) => {
    const header = decodeSegmentHeader(bytes);
    assert.ok(typeof header === 'object');
    const other = encodeSegmentHeader({ ...header, firstSequence: header.firstSequence + 1 });
    return Buffer.concat([other, bytes.subarray(64)]);
  });
  assert.throws(() => readSession(changed), /begins with event/);
});

test('a walk ends as soon as the visitor is done', () => {
  let seen = 0;
  readSession(recorded(60)).walk({
    get isDone() {
      return seen === 7;
    },
    onEvent: () => {
      seen += 1;
    },
    onCommands: () => undefined,
    onCheckpoint: () => undefined,
  });
  assert.equal(seen, 7);
});

test('a file that changes after it was opened is noticed while reading', () => {
  const storage = recorded(40, 1 << 20);
  const recording = readSession(storage);
  const [name] = storage.list() as [string];
  const starts = recordStarts(storage.read(name));
  storage.flipBits(name, (starts[10] as number) + 50, 4);
  assert.throws(() => recording.forEachEvent(() => undefined), /changed while being read/);
});

test('after any power loss everything durable is there, and nothing that was not written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer(),
      fc.nat(3_000),
      (count, seed, batch) => {
        const storage = new MemoryStorage();
        const writer = new SegmentWriter({ storage, sessionId, segmentSizeMax: 2_500 });
        const sink = new InlineCommit({ writer, batchSize: batch, syncMicros: 7_000 });
        const clock = new SteppingClock();
        const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
        const stream = new SampleStream(seed);
        for (let index = 0; index < count; index++) journal.append(stream.next());
        const acknowledged = journal.durableSequence;
        const numbers = new NumberSource(seed);
        storage.losePower((_name, unsynced) => numbers.below(unsynced + 1));
        if (acknowledged === 0 && storage.list().length === 0) return;
        try {
          const recording = recoverSession(storage);
          assert.ok(recording.eventCount >= acknowledged && recording.eventCount <= count);
          assert.equal(recording.isClosed, false);
          assert.equal(readSession(storage).tornTail, null);
        } catch (error) {
          // Before the first sync not even the session header is promised.
          assert.ok(error instanceof JournalDamagedError && error.sequence === 1);
          assert.equal(acknowledged, 0);
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** A disk that refuses one kind of work while `broken` names it. */
class BrokenStorage extends MemoryStorage {
  broken: 'append' | 'sync' | 'nothing' = 'nothing';

  override append(name: string, bytes: Uint8Array): void {
    if (this.broken === 'append') throw new Error('no space left on device');
    super.append(name, bytes);
  }

  override sync(name: string): void {
    if (this.broken === 'sync') throw new Error('input/output error');
    super.sync(name);
  }
}

for (const broken of ['append', 'sync'] as const) {
  test(`a failed ${broken} ends the writer for good, even when the disk works again`, () => {
    const storage = new BrokenStorage();
    const sink = new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }) });
    const clock = new SteppingClock();
    const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
    journal.flush();
    const event = new TimerEvent();
    event.sequence = 1 as never;
    journal.append(event);
    const isFailure = (error: unknown) =>
      error instanceof JournalError && error.code === 'JOURNAL_WRITE_FAILED';
    storage.broken = broken;
    assert.throws(() => journal.flush(), isFailure);
    storage.broken = 'nothing';
    assert.throws(() => journal.flush(), isFailure);
    assert.equal(journal.durableSequence, 0);
  });
}

test('kept bytes are shown once as they were checked, and the next walk looks at the disk again', () => {
  const storage = recorded(60);
  const recording = readSession(storage, { keptSizeMax: 4_000 });
  const names = storage.list().filter((name) => name.endsWith('.journal'));
  assert.ok(names.length >= 3, 'more segments than may be kept');
  const plain = readSession(storage);
  const [expected, found]: number[][] = [[], []];
  plain.forEachEvent((event) => expected?.push(event.sequence, event.kind, event.atMicros));
  storage.flipBits(segmentName(1), 200, 1);
  recording.forEachEvent((event) => found?.push(event.sequence, event.kind, event.atMicros));
  assert.deepEqual(found, expected);
  assert.throws(() => recording.forEachEvent(() => undefined), /changed while being read/);
});

test('what did not fit into the kept bytes is checked again on the first walk', () => {
  const storage = recorded(60);
  const recording = readSession(storage, { keptSizeMax: 4_000 });
  storage.flipBits(segmentName(3), 200, 1);
  assert.throws(() => recording.forEachEvent(() => undefined), /changed while being read/);
});

test('a whole record that another program wrote is an error with a code, whatever it holds', () => {
  const storage = recorded(40, 1 << 20);
  const name = storage.list()[0] as string;
  const intact = storage.read(name);
  const codes = new Set<string>();
  for (const start of recordStarts(intact)) {
    for (const [offset, value] of [
      [28, 0x7fffffff],
      [48, 0xffffffff],
      [52, 0x7fffffff],
    ] as const) {
      const changed = copyWith(storage, name, (bytes) => resealed(bytes, start, offset, value));
      try {
        readSession(changed).forEachEvent(() => undefined);
      } catch (error) {
        assert.ok(error instanceof JournalError, `record at ${start}, byte ${offset}: ${error}`);
        codes.add(error.code);
      }
    }
  }
  assert.ok(codes.has('JOURNAL_FORMAT') && codes.has('JOURNAL_DAMAGED'), [...codes].join(' '));
});

/** The record at `start` with one word changed and a checksum that fits again. */
function resealed(bytes: Uint8Array, start: number, offset: number, value: number): Uint8Array {
  const writer = new ByteWriter(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
  writer.bytes.set(bytes);
  const ordinal = recordStarts(bytes).indexOf(start);
  if (offset < writer.view.getUint32(start, true)) {
    writer.view.setUint32(start + offset, value, true);
  }
  sealFrame(writer, start, ordinal, new Checksum());
  return writer.bytes.slice(0, bytes.length);
}
