/**
 * Goal: a faithful replay is proven, and any other names the first difference: interval, event and
 * command.
 * Method: sample sessions replayed by the same engine, by engines changed in one command or in the
 * state only, and against sessions that crashed.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Command, CommandSink } from '#contracts/commands.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { InlineCommit } from './inline-commit.ts';
import { recordSession, SAMPLE_HEADER, SampleEngine } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter } from './segment-writer.ts';
import { readSession, type SessionRecording } from './session-reader.ts';
import { Verifier, verifySession } from './verify.ts';

function recorded(count: number, isCrashed = false): SessionRecording {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId: SAMPLE_HEADER.sessionId });
  const sink = new InlineCommit({ writer });
  recordSession(sink, count, { isCrashed });
  if (isCrashed) sink.flush();
  return readSession(storage);
}

function replay(
  recording: SessionRecording,
  change: (engine: SampleEngine, event: EngineEvent) => void = () => undefined,
  wrap: (sink: CommandSink) => CommandSink = (sink) => sink,
) {
  const verifier = new Verifier();
  const engine = new SampleEngine(wrap(verifier));
  const changed = {
    handle(event: EngineEvent) {
      change(engine, event);
      engine.handle(event);
    },
    stateBytes: () => engine.stateBytes(),
  };
  return verifySession(recording, changed, verifier);
}

test('the same engine is proven to the last event, with the recorded hashes', () => {
  const recording = recorded(230);
  const result = replay(recording);
  assert.equal(result.difference, null);
  assert.equal(result.provenSequence, 230);
  assert.equal(result.checkpointCount, 5);
  assert.deepEqual(result.hashes, recording.checkpoints.at(-1)?.hashes);
});

test('one changed command is named with its interval, event and both texts', () => {
  const { difference, provenSequence } = replay(recorded(230), (engine) => {
    engine.wrongAt = 111;
  });
  assert.equal(difference?.kind, 'commands');
  assert.equal(difference?.interval, 3);
  assert.equal(difference?.sequence, 111);
  assert.match(difference?.recorded ?? '', /event 111: PLACE_ORDER/);
  assert.match(difference?.reproduced ?? '', /event 111: PLACE_ORDER/);
  assert.notEqual(difference?.recorded, difference?.reproduced);
  assert.equal(provenSequence, 100);
});

test('a command too few is named, and what came instead', () => {
  const without = (sink: CommandSink): CommandSink => ({
    emit(command: Readonly<Command>) {
      if ('priceTicks' in command && (command.clientOrderId as number) === 60) return;
      sink.emit(command);
    },
  });
  const { difference } = replay(recorded(70), () => undefined, without);
  assert.equal(difference?.sequence, 60);
  assert.match(difference?.recorded ?? '', /order=60/);
  assert.match(difference?.reproduced ?? '', /order=63/);
});

test('a missing last command and a command too many say: nothing', () => {
  const skipLast = (sink: CommandSink): CommandSink => ({
    emit(command) {
      if ('priceTicks' in command && (command.clientOrderId as number) === 48) return;
      sink.emit(command);
    },
  });
  const missing = replay(recorded(50), () => undefined, skipLast).difference;
  assert.equal(missing?.sequence, 48);
  assert.equal(missing?.reproduced, 'nothing');
  const twice = (sink: CommandSink): CommandSink => ({
    emit(command) {
      sink.emit(command);
      if ('priceTicks' in command && (command.clientOrderId as number) === 48) sink.emit(command);
    },
  });
  const extra = replay(recorded(50), () => undefined, twice).difference;
  assert.equal(extra?.sequence, 48);
  assert.equal(extra?.recorded, 'nothing');
});

test('an engine that talks far too much is caught at the checkpoint, not by running out of room', () => {
  const chatty = (sink: CommandSink): CommandSink => ({
    emit(command) {
      for (let copy = 0; copy < 200; copy++) sink.emit(command);
    },
  });
  assert.equal(replay(recorded(50), () => undefined, chatty).difference?.kind, 'commands');
});

test('a state that differs without a command is found at the next checkpoint', () => {
  const { difference } = replay(recorded(230), (engine, event) => {
    if (event.sequence === 120) engine.corrupt();
  });
  assert.equal(difference?.kind, 'state');
  assert.equal(difference?.interval, 3);
  assert.equal(difference?.sequence, 150);
  assert.match(difference?.recorded ?? '', /^[0-9a-f]{64} \(16 bytes\)$/);
});

test('events that are not the recorded ones are found by the journal hash', () => {
  const verifier = new Verifier();
  const engine = new SampleEngine(verifier);
  const recording = recorded(50);
  recording.walk({
    isDone: false,
    onEvent(event) {
      // An event changed on its way into the engine: its stamp is one microsecond late.
      if (event.sequence === 7) event.atMicros = (event.atMicros + 1) as never;
      verifier.onEvent(event);
      engine.handle(event);
    },
    onCommands: (bytes) => verifier.onCommands(bytes),
    onCheckpoint: (checkpoint) => verifier.onCheckpoint(checkpoint, engine.stateBytes()),
  });
  assert.equal(verifier.difference?.kind, 'journal');
});

test('a crashed session is proven up to its last checkpoint, and the rest is counted as unproven', () => {
  const result = replay(recorded(130, true));
  assert.equal(result.difference, null);
  assert.equal(result.provenSequence, 100);
  assert.equal(result.comparedSequence, 100);
  assert.equal(result.comparedCommands, 33);
  assert.equal(result.unprovenEvents, 30);
  const short = replay(recorded(20, true));
  assert.equal(short.provenSequence, 0);
  assert.equal(short.hashes, null);
  assert.deepEqual(
    [short.comparedSequence, short.comparedCommands, short.unprovenEvents],
    [0, 0, 20],
  );
});

test('a closed session leaves no event unproven', () => {
  const result = replay(recorded(230));
  assert.equal(result.unprovenEvents, 0);
  assert.equal(result.comparedSequence, 230);
  assert.equal(result.comparedCommands, 76);
});

/** A session that ends before its first checkpoint, of which the commands were written. */
function crashedBetween(count: number): SessionRecording {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId: SAMPLE_HEADER.sessionId });
  const sink = new InlineCommit({ writer });
  const header = { ...SAMPLE_HEADER, checkpointEvents: 1_000_000 };
  recordSession(sink, count, { isCrashed: true, header });
  sink.flush();
  return readSession(storage);
}

test('without a checkpoint the commands are compared as far as they were journaled', () => {
  const recording = crashedBetween(2_500);
  assert.equal(recording.checkpoints.length, 0);
  const result = replay(recording);
  assert.equal(result.difference, null);
  assert.equal(result.provenSequence, 0);
  assert.equal(result.comparedSequence, 2_000);
  assert.equal(result.comparedCommands, 666);
  assert.equal(result.unprovenEvents, 500);
  const { difference } = replay(crashedBetween(2_500), (engine) => {
    engine.wrongAt = 1_500;
  });
  assert.equal(difference?.sequence, 1_500);
});

test('a command too many at the end of the compared ones is found without a checkpoint', () => {
  const twice = (sink: CommandSink): CommandSink => ({
    emit(command) {
      sink.emit(command);
      if ('priceTicks' in command && (command.clientOrderId as number) === 999) sink.emit(command);
    },
  });
  const { difference } = replay(crashedBetween(1_001), () => undefined, twice);
  assert.equal(difference?.sequence, 999);
  assert.equal(difference?.recorded, 'nothing');
});

test('thousands of commands without an event between them stop the session', () => {
  const verifier = new Verifier();
  const engine = new SampleEngine(verifier);
  assert.throws(() => {
    for (let index = 0; index < 5_000; index++) engine.handle({ kind: 1, sequence: 3 } as never);
  }, /more than 4096 commands/);
});
