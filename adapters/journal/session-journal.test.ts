/**
 * Goal: what was recorded is read back in order, with the same hashes whatever the batching, and
 * broken preconditions stop the session.
 * Method: sample sessions over a memory disk with different commit policies and segment sizes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { RequestCommand } from '#contracts/commands.ts';
import { BookTickerEvent, TimerEvent } from '#contracts/events.ts';
import { ByteWriter, payloadSizeBound, writePayload } from './codec/codec.ts';
import { createRing, RING_SIZE_MIN, RingDrain } from './commit-ring.ts';
import { InlineCommit } from './inline-commit.ts';
import { JournalError } from './journal-error.ts';
import {
  recordSession,
  SAMPLE_HEADER,
  SampleEngine,
  SampleStream,
  SteppingClock,
} from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { RingSink } from './ring-sink.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { readSession } from './session-reader.ts';
import type { SnapshotReference } from './session-record.ts';
import { SnapshotStore } from './snapshot-store.ts';

const { sessionId } = SAMPLE_HEADER;

function sinkOver(storage: MemoryStorage, segmentSizeMax = 1 << 20, batchSize = 1 << 16) {
  const writer = new SegmentWriter({ storage, sessionId, segmentSizeMax });
  return new InlineCommit({ writer, batchSize });
}

function payloadsOf(each: (keep: (bytes: string) => void) => void): string[] {
  const found: string[] = [];
  each((bytes) => found.push(bytes));
  return found;
}

function hexPayload(event: Parameters<typeof writePayload>[1]): string {
  const writer = new ByteWriter(new ArrayBuffer(Math.ceil(payloadSizeBound(event) / 8) * 8));
  writePayload(writer, event);
  const payload = Buffer.from(writer.bytes.subarray(0, writer.position)).toString('hex');
  return `${event.sequence} ${event.kind} ${event.atMicros} ${payload}`;
}

test('all events come back in order, with header, epoch, checkpoints and close', () => {
  const storage = new MemoryStorage();
  const hashes = recordSession(sinkOver(storage), 230, { seed: 4 });
  const recording = readSession(storage);
  assert.deepEqual(recording.header, SAMPLE_HEADER);
  assert.equal(recording.epoch, 3);
  assert.equal(recording.isClosed, true);
  assert.equal(recording.tornTail, null);
  assert.equal(recording.eventCount, 230);
  assert.deepEqual(
    recording.checkpoints.map(({ interval, sequence }) => [interval, sequence]),
    [
      [1, 50],
      [2, 100],
      [3, 150],
      [4, 200],
      [5, 230],
    ],
  );
  assert.deepEqual(recording.checkpoints.at(-1)?.hashes, hashes);
  const stream = new SampleStream(4);
  const expected = payloadsOf((keep) => {
    for (let index = 0; index < 230; index++) keep(hexPayload(stream.next()));
  });
  const found = payloadsOf((keep) => recording.forEachEvent((event) => keep(hexPayload(event))));
  assert.deepEqual(found, expected);
});

test('reading can begin in the middle, whatever segment that is in', () => {
  const storage = new MemoryStorage();
  recordSession(sinkOver(storage, 2_048), 100);
  const seen: number[] = [];
  readSession(storage).forEachEvent((event) => seen.push(event.sequence), 98);
  assert.deepEqual(seen, [98, 99, 100]);
});

test('a snapshot and the events after it give the state of the whole session', () => {
  const storage = new MemoryStorage();
  recordSession(sinkOver(storage, 4_096), 300);
  const recording = readSession(storage);
  const nowhere = { emit: () => undefined };
  const store = new SnapshotStore(storage);
  const original = new SampleEngine(nowhere);
  const noted: SnapshotReference[] = [];
  recording.forEachEvent((event) => {
    original.handle(event);
    if (event.sequence === 120) noted.push(store.save(120, original.stateBytes()));
  });
  const { snapshot } = store.loadLatest(noted);
  assert.ok(snapshot !== null);
  const restored = new SampleEngine(nowhere);
  restored.restore(snapshot.state);
  recording.forEachEvent((event) => restored.handle(event), snapshot.reference.sequence + 1);
  assert.deepEqual(restored.stateBytes(), original.stateBytes());
});

test('hashes depend on the events alone: not on batches, segments, epoch or wall clock', () => {
  const one = recordSession(sinkOver(new MemoryStorage()), 300);
  const other = recordSession(sinkOver(new MemoryStorage(), 2048, 100), 300, { epoch: 9 });
  const changed = recordSession(sinkOver(new MemoryStorage()), 300, { seed: 2 });
  assert.deepEqual(one, other);
  assert.notEqual(one?.journal, changed?.journal);
});

test('the journal hash is SHA-256 over the canonical bytes as documented', () => {
  const storage = new MemoryStorage();
  const journal = new SessionJournal({
    sink: sinkOver(storage),
    epoch: 1,
    header: SAMPLE_HEADER,
    clock: new SteppingClock(),
  });
  const event = new TimerEvent();
  event.sequence = 1 as never;
  event.atMicros = 5_000 as never;
  journal.append(event);
  const hashes = journal.close(new Uint8Array([1, 2, 3]));
  const canonical = Buffer.alloc(24);
  canonical.writeUInt32LE(1, 0);
  canonical.writeDoubleLE(1, 8);
  canonical.writeDoubleLE(5_000, 16);
  assert.equal(hashes.journal, createHash('sha256').update(canonical).digest('hex'));
  assert.equal(
    hashes.state,
    createHash('sha256')
      .update(Uint8Array.of(1, 2, 3))
      .digest('hex'),
  );
  assert.equal(hashes.commands, createHash('sha256').digest('hex'));
});

test('segments rotate by size and are read as one journal', () => {
  const storage = new MemoryStorage();
  recordSession(sinkOver(storage, 4096), 300);
  assert.ok(storage.list().length > 5);
  assert.equal(readSession(storage).eventCount, 300);
});

test('a sequence that does not rise by one stops the session', () => {
  const journal = new SessionJournal({
    sink: sinkOver(new MemoryStorage()),
    epoch: 1,
    header: SAMPLE_HEADER,
    clock: new SteppingClock(),
  });
  const event = new TimerEvent();
  event.sequence = 2 as never;
  assert.throws(() => journal.append(event), /rise by one/);
  event.sequence = 1 as never;
  journal.append(event);
  assert.throws(() => journal.append(event), /rise by one/);
});

test('an event that cannot be encoded leaves no trace: the journal can still be closed', () => {
  const storage = new MemoryStorage();
  const ring = createRing(RING_SIZE_MIN);
  const drain = new RingDrain(ring, new SegmentWriter({ storage: new MemoryStorage(), sessionId }));
  for (const sink of [sinkOver(storage), new RingSink(ring)]) {
    const clock = new SteppingClock();
    const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
    const good = new TimerEvent();
    good.sequence = 1 as never;
    journal.append(good);
    const bad = new BookTickerEvent();
    bad.sequence = 2 as never;
    bad.askPriceTicks = Number.NaN as never;
    assert.throws(() => journal.append(bad), RangeError);
    assert.equal(journal.lastSequence, 1);
    drain.poll();
    journal.flush();
    assert.equal(journal.durableSequence, 1);
    good.sequence = 2 as never;
    journal.append(good);
    drain.poll();
    journal.flush();
    assert.equal(journal.durableSequence, 2);
  }
  assert.equal(readSession(storage).eventCount, 2);
});

test('a frame that was handed over unfinished is refused, not written', () => {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId });
  const memory = new ByteWriter(new ArrayBuffer(64));
  assert.throws(() => writer.write(memory, 0, 64), /unfinished/);
});

test('a session directory is written once', () => {
  const storage = new MemoryStorage();
  recordSession(sinkOver(storage), 10);
  assert.throws(
    () => sinkOver(storage),
    (error) => error instanceof JournalError && error.code === 'SESSION_EXISTS',
  );
});

test('a checkpoint interval of zero and a record beyond 1 MiB are refused', () => {
  const options = { epoch: 1, header: SAMPLE_HEADER, clock: new SteppingClock() };
  const header = { ...SAMPLE_HEADER, checkpointEvents: 0 };
  assert.throws(
    () => new SessionJournal({ ...options, header, sink: sinkOver(new MemoryStorage()) }),
    /checkpointEvents/,
  );
  const huge = { ...SAMPLE_HEADER, configuration: 'x'.repeat(1 << 20) };
  assert.throws(
    () => new SessionJournal({ ...options, header: huge, sink: sinkOver(new MemoryStorage()) }),
    /1 MiB/,
  );
});

test('snapshots are noted at their own sequence and listed', () => {
  const storage = new MemoryStorage();
  const journal = new SessionJournal({
    sink: sinkOver(storage),
    epoch: 1,
    header: SAMPLE_HEADER,
    clock: new SteppingClock(),
  });
  const event = new TimerEvent();
  event.sequence = 1 as never;
  journal.append(event);
  const reference = { name: 'snapshot-1', sequence: 1, stateHash: 'ab' };
  journal.noteSnapshot(reference);
  assert.throws(() => journal.noteSnapshot({ ...reference, sequence: 0 }), RangeError);
  assert.equal(journal.lastSequence, 1);
  journal.emit(new RequestCommand());
  assert.equal(journal.commandCount, 1);
  journal.close(new Uint8Array(0));
  assert.deepEqual(readSession(storage).snapshots, [reference]);
});

test('many commands are written out in chunks before the checkpoint', () => {
  const storage = new MemoryStorage();
  // 64 bytes for every third event: 3 000 events make two chunks of 32 KiB before the close.
  recordSession(sinkOver(storage), 3_000);
  let size = 0;
  readSession(storage).walk({
    isDone: false,
    onEvent: () => undefined,
    onCommands: (bytes) => {
      size += bytes.length;
    },
    onCheckpoint: () => undefined,
  });
  assert.equal(size, 1_000 * 64);
});

test('the inline commit syncs by event time and says what is durable', () => {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId });
  const sink = new InlineCommit({ writer, syncMicros: 10_000 });
  const options = { sink, epoch: 1, header: SAMPLE_HEADER, clock: new SteppingClock() };
  const journal = new SessionJournal(options);
  const event = new TimerEvent();
  for (let sequence = 1; sequence <= 25; sequence++) {
    event.sequence = sequence as never;
    event.atMicros = (1_000_000 + sequence * 1_000) as never;
    journal.append(event);
  }
  assert.equal(journal.durableSequence, 21);
  journal.flush();
  assert.equal(journal.durableSequence, 25);
  journal.close(new Uint8Array(0));
  sink.close();
  event.sequence = 26 as never;
  assert.throws(() => journal.append(event), /closed/);
});
