/**
 * Goal: a session that crashed goes on, and all of its lives are one journal: what was acknowledged is
 * there, what is there was appended, every later life begins with the state that the events give, and no
 * epoch comes twice.
 * Method: a small session that meets every operation on its storage is stopped at each of them, before,
 * inside and after it, with none, some or all of the unsynced bytes kept, and so is its second life.
 * Every byte of a journal of three lives is flipped, and its end cut at every byte.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { JournalDamagedError, JournalError } from './journal-error.ts';
import { copyWith, recordStarts } from './journal-files.test-support.ts';
import { SampleEngine } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { segmentNames } from './segment.ts';
import { bytesOf, LIVES_HEADER, live, revive, Witness } from './session-lives.test-support.ts';
import { readSession } from './session-reader.ts';
import { resumeSession } from './session-recovery.ts';
import { Verifier, type VerifyResult, verifySession } from './verify.ts';

/** Not an error of the program: the machine stopped. */
class Stopped extends Error {}

type Moment = 'before' | 'inside' | 'after';

/** A disk whose machine stops in the n-th operation from now. */
class StoppingStorage extends MemoryStorage {
  /** Operations that were done. */
  count = 0;
  stopAt = Number.POSITIVE_INFINITY;
  moment: Moment = 'before';

  override append(name: string, bytes: Uint8Array): void {
    this.step(
      () => super.append(name, bytes),
      () => super.append(name, bytes.subarray(0, bytes.length >> 1)),
    );
  }
  override sync(name: string): void {
    this.step(() => super.sync(name));
  }
  override rename(from: string, to: string): void {
    this.step(() => super.rename(from, to));
  }
  override remove(name: string): void {
    this.step(() => super.remove(name));
  }
  override truncate(name: string, size: number): void {
    this.step(() => super.truncate(name, size));
  }

  /** The machine is on again. */
  restart(keep: Keep): void {
    this.count = 0;
    this.stopAt = Number.POSITIVE_INFINITY;
    this.losePower(keep);
  }

  private step(work: () => void, part: () => void = () => undefined): void {
    this.count += 1;
    if (this.count !== this.stopAt) {
      work();
      return;
    }
    if (this.moment === 'after') work();
    if (this.moment === 'inside') part();
    throw new Stopped();
  }
}

type Keep = (name: string, unsynced: number) => number;
const KEEPS: readonly Keep[] = [
  () => 0,
  (_name, unsynced) => unsynced,
  (_name, unsynced) => unsynced >> 1,
  (_name, unsynced) => unsynced - 1,
  // The journal lost and the snapshot kept, and the other way round.
  (name, unsynced) => (name.startsWith('snapshot') ? unsynced : 0),
  (name, unsynced) => (name.startsWith('segment') ? unsynced : 0),
];
const MOMENTS: readonly Moment[] = ['before', 'inside', 'after'];

/** Lives until the storage stops it. */
function liveUntilStop(
  storage: StoppingStorage,
  witness: Witness,
  life: Parameters<typeof live>[2],
): void {
  try {
    live(storage, witness, life);
  } catch (error) {
    const cause = error instanceof JournalError ? error.cause : error;
    if (!(cause instanceof Stopped)) throw error;
  }
}

/** Everything that must hold of a storage that came back. */
function assertWhole(storage: MemoryStorage, witness: Witness): void {
  assert.equal(new Set(witness.epochs).size, witness.epochs.length, 'an epoch came twice');
  const recovered = resumeSession(storage);
  if (recovered === null) {
    assert.equal(witness.acknowledged, 0, 'something acknowledged is gone');
    assert.deepEqual(segmentNames(storage.list()), []);
    return;
  }
  const { recording } = recovered;
  assert.ok(recording.eventCount >= witness.acknowledged, 'something acknowledged is gone');
  const plain = new SampleEngine({ emit: () => undefined });
  recording.forEachEvent((event) => {
    assert.equal(bytesOf(event), witness.appended[event.sequence], `event ${event.sequence}`);
    plain.handle(event);
  });
  assert.deepEqual(revive(storage, recording).engine.stateBytes(), plain.stateBytes());
  assert.equal(verified(storage).difference, null);
}

function verified(storage: MemoryStorage): VerifyResult {
  const verifier = new Verifier();
  return verifySession(readSession(storage), new SampleEngine(verifier), verifier);
}

function operationsOf(prepare: (storage: StoppingStorage) => void, count: number): number {
  const storage = new StoppingStorage();
  prepare(storage);
  storage.count = 0;
  live(storage, new Witness(), { seed: 2, count });
  return storage.count;
}

test('a session stopped in any operation on its storage comes back with all it acknowledged, and goes on', () => {
  const operations = operationsOf(() => undefined, 20);
  assert.ok(operations > 30, `a session of ${operations} operations meets little`);
  let ends = 0;
  for (let stopAt = 1; stopAt <= operations; stopAt++) {
    for (const moment of MOMENTS) {
      for (const keep of KEEPS) {
        const storage = new StoppingStorage();
        const witness = new Witness();
        Object.assign(storage, { stopAt, moment });
        liveUntilStop(storage, witness, { seed: 1, count: 20 });
        storage.restart(keep);
        assertWhole(storage, witness);
        live(storage, witness, { seed: 2, count: 9, closes: true });
        const result = verified(storage);
        assert.equal(result.difference, null);
        assert.equal(result.unprovenEvents, 0, 'a closed session is proven to its end');
        ends += 1;
      }
    }
  }
  assert.equal(ends, operations * MOMENTS.length * KEEPS.length);
});

test('so does its second life, from the first operation of the recovery on', () => {
  const crashed = (storage: StoppingStorage, witness = new Witness()): Witness => {
    live(storage, witness, { seed: 1, count: 14 });
    storage.restart((_name, unsynced) => unsynced - 3);
    return witness;
  };
  const operations = operationsOf((storage) => void crashed(storage), 8);
  for (let stopAt = 1; stopAt <= operations; stopAt++) {
    for (const moment of MOMENTS) {
      for (const keep of KEEPS) {
        const storage = new StoppingStorage();
        const witness = crashed(storage);
        Object.assign(storage, { stopAt, moment });
        liveUntilStop(storage, witness, { seed: 2, count: 8 });
        storage.restart(keep);
        assertWhole(storage, witness);
        live(storage, witness, { seed: 3, count: 5 });
        storage.restart(() => 0);
        assertWhole(storage, witness);
      }
    }
  }
});

test('a snapshot of events that a crash took back is never used after others happened in their place', () => {
  const storage = new StoppingStorage();
  const witness = new Witness();
  // The snapshot of event 5 is stored, the journal's own end is not: what event 5 was is forgotten.
  storage.moment = 'before';
  live(storage, witness, { seed: 1, count: 5 });
  storage.restart((name, unsynced) => (name.startsWith('snapshot') ? unsynced : 0));
  const { eventCount } = readSession(storage);
  assert.ok(eventCount < 5);
  assert.ok(storage.list().some((name) => name.startsWith('snapshot')));
  live(storage, witness, { seed: 2, count: 4 });
  storage.restart((_name, unsynced) => unsynced);
  assertWhole(storage, witness);
});

/** Three lives: the first two crash, the third closes. */
function threeLives(closes = true): { storage: MemoryStorage; witness: Witness } {
  const storage = new MemoryStorage();
  const witness = new Witness();
  live(storage, witness, { seed: 1, count: 8 });
  storage.losePower((_name, unsynced) => unsynced >> 1);
  live(storage, witness, { seed: 2, count: 7 });
  storage.losePower((_name, unsynced) => unsynced - 1);
  live(storage, witness, { seed: 3, count: 6, closes });
  if (!closes) storage.losePower((_name, unsynced) => unsynced);
  return { storage, witness };
}

test('the lives of a session are told apart, and what no record speaks for is called unproven', () => {
  const { storage } = threeLives();
  const recording = readSession(storage);
  assert.ok(recording.isClosed);
  assert.deepEqual(
    recording.resumes.map(({ life, build }) => ({ life, build })),
    [
      { life: 2, build: 'test' },
      { life: 3, build: 'test' },
    ],
  );
  assert.equal(recording.epoch, 3);
  const result = verified(storage);
  assert.equal(result.difference, null);
  assert.equal(result.resumeCount, 2);
  assert.equal(result.provenSequence, recording.eventCount);
  assert.equal(result.unprovenEvents, 0);
  for (const { life, fromSequence, toSequence, commands } of result.unprovenEnds) {
    const resume = recording.resumes[life - 1];
    assert.equal(toSequence, resume?.sequence);
    let caused = 0;
    for (let sequence = fromSequence; sequence <= toSequence; sequence++) {
      if (sequence % 3 === 0) caused += 1;
    }
    assert.equal(commands, caused, 'the sample engine commands at every third event');
  }
  assert.ok(result.unprovenEnds.length > 0);
  // Counted over what the journal holds: the unproven ones are not among them.
  const last = recording.checkpoints.at(-1);
  const unproven = result.unprovenEnds.reduce((sum, end) => sum + end.commands, 0);
  assert.equal(last?.commandCount, Math.floor(recording.eventCount / 3) - unproven);
  assert.equal(result.comparedCommands, last?.commandCount);
});

test('a life that began with another state than its events give is found', () => {
  const { storage } = threeLives();
  const { resumes } = readSession(storage);
  for (const { sequence } of resumes) {
    const verifier = new Verifier();
    const engine = new SampleEngine(verifier);
    const corrupted = {
      handle(event: Parameters<SampleEngine['handle']>[0]) {
        engine.handle(event);
        if (event.sequence === sequence) engine.corrupt();
      },
      stateBytes: () => engine.stateBytes(),
    };
    const { difference } = verifySession(readSession(storage), corrupted, verifier);
    assert.equal(difference?.kind, 'state');
    assert.equal(difference?.sequence, sequence);
  }
});

test('any flipped bit of a journal of three lives is refused, or lies in the very last record', () => {
  const { storage } = threeLives(false);
  const names = segmentNames(storage.list());
  assert.ok(names.length >= 4);
  const last = names.at(-1) as string;
  const lastRecord = recordStarts(storage.read(last)).at(-1) as number;
  const count = readSession(storage).eventCount;
  for (const name of names) {
    const size = storage.read(name).length;
    for (let bit = 0; bit < size * 8; bit++) {
      storage.flipBits(name, bit >> 3, 1 << (bit & 7));
      try {
        const recording = readSession(storage);
        assert.ok(name === last && bit >> 3 >= lastRecord, `${name} bit ${bit} was accepted`);
        assert.ok(recording.eventCount >= count - 1 && recording.tornTail !== null);
      } catch (error) {
        assert.ok(error instanceof JournalDamagedError || isFormat(error), String(error));
      }
      storage.flipBits(name, bit >> 3, 1 << (bit & 7));
    }
  }
  assert.equal(readSession(storage).eventCount, count);
});

function isFormat(error: unknown): boolean {
  return error instanceof JournalError && error.code === 'JOURNAL_FORMAT';
}

test('cut at every byte of its last segments, a session of three lives goes on from the whole records', () => {
  const { storage, witness } = threeLives(false);
  const names = segmentNames(storage.list());
  const last = names.at(-1) as string;
  const bytes = storage.read(last);
  for (let size = bytes.length; size >= 0; size--) {
    const copy = copyWith(storage, last, (all) => all.subarray(0, size));
    const cut = new Witness();
    cut.appended.push(...witness.appended);
    assertWhole(copy, cut);
    if (size % 16 === 5) {
      live(copy, cut, { seed: 4, count: 3, closes: true });
      assert.equal(verified(copy).difference, null);
    }
  }
});

test('a first segment without a whole record is no session yet; with one behind a bad header it is damage', () => {
  const storage = new MemoryStorage();
  live(storage, new Witness(), { seed: 1, count: 2 });
  storage.losePower((_name, unsynced) => unsynced);
  assert.equal(storage.list().length, 1, 'only the epoch: nothing was written yet');
  live(storage, new Witness(), { seed: 1, count: 3 });
  const [name] = segmentNames(storage.list()) as [string];
  const second = recordStarts(storage.read(name))[1] as number;
  for (const size of [64, 65, 100, second - 1]) {
    const copy = copyWith(storage, name, (bytes) => bytes.subarray(0, size));
    assert.equal(resumeSession(copy), null);
    assert.deepEqual(segmentNames(copy.list()), []);
  }
  storage.flipBits(name, 100, 1);
  assert.throws(() => resumeSession(storage), JournalDamagedError);
  assert.equal(segmentNames(storage.list()).length, 1, 'nothing was touched');
});

test('a session that ended in order is not taken up again, and says what to do', () => {
  const { storage } = threeLives();
  const before = storage.list().map((name) => [name, storage.read(name)]);
  assert.throws(
    () => resumeSession(storage),
    (error) =>
      error instanceof JournalError &&
      error.code === 'SESSION_ENDED' &&
      /begin a new one/.test(error.message),
  );
  assert.deepEqual(
    storage.list().map((name) => [name, storage.read(name)]),
    before,
  );
});

test('a life is refused under an epoch that was lost: ids would come twice', () => {
  const { storage, witness } = threeLives(false);
  storage.remove('epoch');
  assert.throws(() => live(storage, witness, { seed: 4, count: 1 }), {
    code: 'EPOCH_DAMAGED',
    message: /it says 0, and the journal was written in epoch 3/,
  });
});

test('a segment of a later life is of a format of its own, so that older programs say so', () => {
  const { storage } = threeLives();
  const versions = segmentNames(storage.list()).map((name) =>
    Buffer.from(storage.read(name)).readUInt32LE(8),
  );
  assert.deepEqual([...new Set(versions)], [2, 3]);
  assert.equal(readSession(storage).header.sessionId, LIVES_HEADER.sessionId);
});
