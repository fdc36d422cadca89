/**
 * Goal: the worker thread writes the same journal as the caller's own thread, publishes what is
 * durable, stops the core when the ring is full or the disk fails.
 * Method: real files and the real worker for whole sessions; the ring alone, drained by hand, for the
 * ends of the ring and a full ring.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { DepthDeltaEvent, TimerEvent } from '#contracts/events.ts';
import { createRing, failRing, RING_SIZE_MIN, RingDrain, readFailure } from './commit-ring.ts';
import { FileStorage } from './file-storage.ts';
import { GroupCommit } from './group-commit.ts';
import { InlineCommit } from './inline-commit.ts';
import { JournalError, JournalFullError } from './journal-error.ts';
import { NumberSource, recordSession, SAMPLE_HEADER, SteppingClock } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { RingSink } from './ring-sink.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { readSession } from './session-reader.ts';
import { recoverSession } from './session-recovery.ts';

const root = mkdtempSync(join(tmpdir(), 'group-commit-'));
after(() => rmSync(root, { recursive: true }));
const { sessionId } = SAMPLE_HEADER;

test('a session through the worker has the hashes of the inline one and is whole', () => {
  const directory = join(root, 'same');
  const sink = new GroupCommit({ directory, sessionId, segmentSizeMax: 100_000 });
  const hashes = recordSession(sink, 5_000);
  const writer = new SegmentWriter({ storage: new MemoryStorage(), sessionId });
  assert.deepEqual(hashes, recordSession(new InlineCommit({ writer }), 5_000));
  const recording = readSession(new FileStorage(directory));
  assert.equal(recording.isClosed, true);
  assert.equal(recording.eventCount, 5_000);
  assert.equal(sink.durableSequence, 5_000);
});

test('after a flush everything is durable and readable, before the close', () => {
  const directory = join(root, 'flush');
  const sink = new GroupCommit({ directory, sessionId });
  const clock = new SteppingClock();
  const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
  assert.equal(journal.durableSequence, 0);
  const event = new TimerEvent();
  for (let sequence = 1; sequence <= 100; sequence++) {
    event.sequence = sequence as never;
    journal.append(event);
    assert.ok(journal.durableSequence <= sequence);
  }
  journal.flush();
  assert.equal(journal.durableSequence, 100);
  const recording = readSession(new FileStorage(directory));
  assert.equal(recording.eventCount, 100);
  assert.equal(recording.isClosed, false);
  journal.close(new Uint8Array(0));
  sink.close();
  assert.throws(() => sink.claim(8), /closed/);
});

test('a worker that cannot write stops the core and says why', () => {
  const directory = join(root, 'taken');
  mkdirSync(directory);
  writeFileSync(join(directory, 'segment-000001.journal'), '');
  const sink = new GroupCommit({ directory, sessionId });
  assert.throws(
    () => recordSession(sink, 10),
    (error) =>
      error instanceof JournalError &&
      error.code === 'JOURNAL_WRITE_FAILED' &&
      /already holds a journal/.test(error.message),
  );
});

/** Appends for ever and prints each durable sequence it is told of. Run in a process of its own. */
const ENDLESS_WRITER = `
  const [door, directory, header] = process.argv.slice(1);
  const { GroupCommit, SessionJournal } = await import(door);
  const { writeSync } = await import('node:fs');
  const parsed = JSON.parse(header);
  const sink = new GroupCommit({ directory, sessionId: parsed.sessionId, segmentSizeMax: 20_000 });
  const clock = { nowMicros: () => 0 };
  const journal = new SessionJournal({ sink, epoch: 1, header: parsed, clock });
  const event = { kind: 1, sequence: 0, atMicros: 0 };
  let told = 0;
  for (;;) {
    // The ring is never overrun: wait for the disk every thousand events.
    if (event.sequence - journal.durableSequence >= 1_000) journal.flush();
    event.sequence += 1;
    journal.append(event);
    if (journal.durableSequence > told) {
      told = journal.durableSequence;
      writeSync(1, told + '\\n');
    }
  }
`;

test('a killed process leaves a journal with everything it was told is durable', async () => {
  const directory = join(root, 'killed');
  const door = new URL('./journal.ts', import.meta.url).href;
  const options = ['--input-type=module', '-e', ENDLESS_WRITER, door, directory];
  const child = spawn(process.execPath, [...options, JSON.stringify(SAMPLE_HEADER)]);
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.length > 300) child.kill('SIGKILL');
  }
  const told = Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
  assert.ok(told > 0, `nothing became durable: ${text}`);
  const recording = recoverSession(new FileStorage(directory));
  assert.equal(recording.isClosed, false);
  assert.ok(recording.eventCount >= told, `${recording.eventCount} of ${told}`);
  let seen = 0;
  recording.forEachEvent((event) => {
    seen += 1;
    assert.equal(event.sequence, seen);
  });
  assert.equal(seen, recording.eventCount);
});

/** A ring with its two sides in this thread: nothing is taken out unless the test says so. */
function ringByHand() {
  const memory = createRing(RING_SIZE_MIN);
  const storage = new MemoryStorage();
  const drain = new RingDrain(memory, new SegmentWriter({ storage, sessionId }));
  const sink = new RingSink(memory);
  const clock = new SteppingClock();
  const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
  return { memory, storage, drain, sink, journal };
}

test('a full ring is an error at once, and what fitted before is written whole', () => {
  const { storage, drain, journal } = ringByHand();
  const event = new TimerEvent();
  const fill = () => {
    for (;;) {
      event.sequence = (journal.lastSequence + 1) as never;
      journal.append(event);
    }
  };
  assert.throws(fill, JournalFullError);
  const fitted = journal.lastSequence;
  assert.ok(fitted * 48 > RING_SIZE_MIN - 1_000, `only ${fitted} fitted`);
  assert.equal(journal.durableSequence, 0);
  drain.poll();
  assert.equal(journal.durableSequence, fitted);
  assert.equal(readSession(storage).eventCount, fitted);
  assert.throws(fill, JournalFullError);
  assert.ok(journal.lastSequence > fitted);
});

test('records of all sizes go around the end of the ring many times and stay whole', () => {
  const { storage, drain, journal } = ringByHand();
  const numbers = new NumberSource(5);
  const event = new DepthDeltaEvent();
  let drained = 0;
  for (let sequence = 1; sequence <= 3_000; sequence++) {
    event.bids.clear();
    const count = numbers.below(600);
    for (let level = 0; level < count; level++) event.bids.push(sequence, level);
    event.sequence = sequence as never;
    journal.append(event);
    if (numbers.below(30) === 0) drained += drain.poll();
  }
  drained += drain.poll();
  assert.ok(drained > 5 * RING_SIZE_MIN, `only ${drained} bytes went through`);
  let seen = 0;
  readSession(storage).forEachEvent((found) => {
    seen += 1;
    const { bids } = found as DepthDeltaEvent;
    for (let level = 0; level < bids.count; level++) assert.equal(bids.pricesTicks[level], seen);
  });
  assert.equal(seen, 3_000);
});

test('a writer that does not answer is given up, at flush and at close', () => {
  const patience = { lookMilliseconds: 1, looksMax: 3 };
  const silent = new RingSink(createRing(RING_SIZE_MIN), patience);
  assert.throws(() => silent.close(), /does not answer/);
  const sink = new RingSink(createRing(RING_SIZE_MIN), patience);
  const clock = new SteppingClock();
  const journal = new SessionJournal({ sink, epoch: 1, header: SAMPLE_HEADER, clock });
  assert.throws(() => journal.flush(), /does not answer/);
});

test('the core stops at its next record, flush or close after the writer has failed', () => {
  const { memory, journal, sink } = ringByHand();
  failRing(memory, new Error('disk on fire'));
  const event = new TimerEvent();
  event.sequence = 1 as never;
  assert.throws(() => journal.append(event), /disk on fire/);
  assert.throws(() => journal.flush(), /disk on fire/);
  assert.throws(() => sink.close(), /disk on fire/);
});

test('ring sizes that could not hold every record or wrap evenly are refused', () => {
  assert.throws(() => createRing(RING_SIZE_MIN / 2), RangeError);
  assert.throws(() => createRing(RING_SIZE_MIN + 8), RangeError);
});

test('a failure reaches the other side as text', () => {
  const memory = createRing(RING_SIZE_MIN);
  assert.equal(readFailure(memory), '');
  failRing(memory, new Error('disk on fire'));
  assert.equal(readFailure(memory), 'Error: disk on fire');
});

test('an idle drain does nothing', () => {
  const storage = new MemoryStorage();
  const drain = new RingDrain(createRing(RING_SIZE_MIN), new SegmentWriter({ storage, sessionId }));
  assert.equal(drain.poll(), 0);
  assert.equal(drain.isDone, false);
  drain.wait(1);
  assert.deepEqual(storage.list(), []);
});
