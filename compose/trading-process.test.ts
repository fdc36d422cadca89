/**
 * Goal: one life of the process stands on what it is given and ends without a trace when it crashes.
 * Method: a process over a disk in memory and a clock of its own, with a gateway that writes down what
 * arrives; crashes between events, inside a turn, and by a disk that refuses.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalError, MemoryStorage, readSession } from '#adapters/journal/journal.ts';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { Surroundings } from './surroundings.test-support.ts';

test('a process introduces itself, trades by its own timers and leases, and closes with hashes', () => {
  const around = new Surroundings(new MemoryStorage());
  const process = around.open();
  around.begin(process);
  around.runFor(20);
  assert.ok(around.sent.includes(CommandKind.PLACE_ORDER), 'it quotes');
  const hashes = process.close();
  const recording = readSession(around.storage);
  assert.ok(recording.isClosed);
  assert.deepEqual(recording.checkpoints.at(-1)?.hashes, hashes);
  const counts = new Map<number, number>();
  recording.forEachEvent(({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
  assert.equal(counts.get(EventKind.TIMER), 400, '50 ms');
  assert.equal(counts.get(EventKind.SESSION_START), 1);
  const applied = process.host.lastSequence;
  around.runFor(1);
  assert.equal(process.host.lastSequence, applied, 'nothing after the close');
});

test('a crash stops everything at once: no event, no record, no order, no flush', () => {
  const around = new Surroundings(new MemoryStorage());
  const process = around.open();
  around.begin(process);
  around.runFor(10);
  process.makeDurable();
  const durable = readSession(around.storage).eventCount;
  around.runFor(1);
  const sent = around.sent.length;
  const applied = process.host.lastSequence;
  assert.ok(applied > durable);
  process.crash();
  assert.equal(process.isDown, true);
  around.runFor(5);
  assert.equal(process.host.lastSequence, applied);
  assert.equal(around.sent.length, sent);
  const [quoted] = around.setup.instruments;
  assert.ok(quoted !== undefined && around.world.venue.openOrders(quoted.index).length > 0);
  around.storage.losePower();
  assert.equal(readSession(around.storage).eventCount, durable);
});

test('a crash inside a turn lets nothing of the turn out', () => {
  const around = new Surroundings(new MemoryStorage());
  const process = around.open();
  around.begin(process);
  let submits = 0;
  around.onSubmit = () => {
    submits += 1;
    if (submits === 5) process.crash();
  };
  around.runFor(30);
  assert.equal(submits, 5);
  assert.equal(process.isDown, true);
});

test('who asks for it is told of the death once, and others get the error', () => {
  const around = new Surroundings(new MemoryStorage());
  const causes: unknown[] = [];
  const process = around.open({ onDeath: (cause) => causes.push(cause) });
  around.begin(process);
  around.runFor(2);
  const failure = new JournalError('JOURNAL_WRITE_FAILED', 'the disk is gone');
  around.onSubmit = () => {
    throw failure;
  };
  around.runFor(30);
  assert.deepEqual(causes, [failure]);
  assert.equal(process.isDown, true);

  const other = new Surroundings(new MemoryStorage());
  const unheard = other.open();
  other.begin(unheard);
  other.runFor(2);
  other.onSubmit = around.onSubmit;
  assert.throws(() => other.runFor(30), failure);
});

test('the epoch lives where it is told to, and rises for a session in a new place', () => {
  const epochStorage = new MemoryStorage();
  const first = new Surroundings(new MemoryStorage()).open({ epochStorage });
  const second = new Surroundings(new MemoryStorage()).open({ epochStorage });
  assert.deepEqual([first.epoch, second.epoch], [1, 2]);
  const around = new Surroundings(new MemoryStorage());
  const third = around.open();
  assert.equal(third.epoch, 1);
  third.makeDurable();
  assert.throws(() => around.open(), { code: 'SESSION_EXISTS' });
});

test('the next life goes on where the journal ends: state, sequence, a higher epoch, and one proof of it all', () => {
  const around = new Surroundings(new MemoryStorage());
  const first = around.open({ resume: true });
  assert.equal(first.recovery, null, 'nothing to take up: it begins');
  around.begin(first);
  around.runFor(90);
  first.makeDurable();
  around.runFor(0.3);
  first.crash();
  around.storage.losePower((_name, unsynced) => unsynced >> 1);
  around.runFor(1);

  const second = around.open({ resume: true });
  const { recovery } = second;
  assert.ok(recovery !== null && recovery.snapshotSequence > 0);
  assert.equal(recovery.life, 2);
  assert.equal(second.epoch, 2);
  assert.equal(second.host.lastSequence, recovery.eventCount);
  const sent = around.sent.length;
  second.start();
  around.runFor(20);
  assert.ok(second.host.lastSequence > recovery.eventCount + 400);
  assert.ok(around.sent.length > sent);
  const hashes = second.close();
  const result = around.verify();
  assert.equal(result.difference, null);
  assert.equal(result.resumeCount, 1);
  assert.deepEqual(result.hashes, hashes);
  assert.ok(result.unprovenEnds.every(({ life }) => life === 1));
});

test('a life under other settings, on another Node or after the end is refused, and nothing is touched', () => {
  const around = new Surroundings(new MemoryStorage());
  const first = around.open();
  around.begin(first);
  around.runFor(2);
  first.makeDurable();
  first.crash();
  const before = around.storage.list().map((name) => [name, around.storage.read(name)]);
  const setup = { ...around.setup, feeTier: 'another' };
  assert.throws(() => around.open({ resume: true, setup }), { code: 'SESSION_DIFFERS' });
  const program = { build: 'test', nodeVersion: '25.0.0' };
  assert.throws(() => around.open({ resume: true, program }), { code: 'JOURNAL_FORMAT' });
  assert.throws(() => around.open(), { code: 'SESSION_EXISTS' });
  assert.deepEqual(
    around.storage.list().map((name) => [name, around.storage.read(name)]),
    before,
  );
  around.open({ resume: true }).close();
  assert.throws(() => around.open({ resume: true }), { code: 'SESSION_ENDED' });
});

test('with write-ahead, every hedge that reached the venue has its cause on the disk', () => {
  const around = new Surroundings(new MemoryStorage());
  let hedges = 0;
  const process = around.open({ writeAhead: 'flush' });
  around.onSubmit = (command) => {
    if (command.kind !== CommandKind.PLACE_ORDER || command.instrument !== 1) return;
    hedges += 1;
    assert.equal(process.journal.durableSequence, process.journal.lastSequence);
    assert.equal(readSession(around.storage).eventCount, process.host.lastSequence);
  };
  around.begin(process);
  around.runFor(60);
  assert.ok(hedges > 0, 'it hedged');
});

test('a journal that was put aside leaves its epoch behind: the fresh session beside it is no first one', () => {
  const epochStorage = new MemoryStorage();
  const damaged = new Surroundings(new MemoryStorage());
  const first = damaged.open({ epochStorage });
  damaged.begin(first);
  damaged.runFor(2);
  first.makeDurable();
  first.crash();
  const [segment] = damaged.storage.list() as [string];
  damaged.storage.flipBits(segment, 5_000, 4);
  assert.throws(() => damaged.open({ epochStorage, resume: true }), { code: 'JOURNAL_DAMAGED' });
  const fresh = new Surroundings(new MemoryStorage());
  assert.equal(fresh.open({ epochStorage, resume: true }).epoch, 2);
  const [file] = epochStorage.list() as [string];
  epochStorage.flipBits(file, 6, 1);
  const third = new Surroundings(new MemoryStorage());
  assert.throws(() => third.open({ epochStorage, resume: true }), { code: 'EPOCH_DAMAGED' });
  assert.deepEqual(third.storage.list(), [], 'it fails closed: nothing was begun');
});
