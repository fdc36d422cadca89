/**
 * Goal: every event is numbered, journaled, applied and shown, in that order, one at a time.
 * Method: a journal, an engine and observers that write down when they were called.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionJournal } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { type EngineEvent, TimerEvent } from '#contracts/events.ts';
import type { Engine } from './engine.ts';
import { EngineHost } from './engine-host.ts';

const STATE = Uint8Array.of(7);

interface Behaviour {
  readonly onHandle?: (event: EngineEvent) => void;
  readonly onAppend?: () => void;
  readonly checkpointEvery?: number;
}

function build(behaviour: Behaviour = {}) {
  const calls: string[] = [];
  let appended = 0;
  const journal = {
    lastSequence: 0,
    append(event: EngineEvent) {
      behaviour.onAppend?.();
      appended += 1;
      calls.push(`journal ${event.sequence}`);
    },
    get isCheckpointDue() {
      return appended % (behaviour.checkpointEvery ?? Number.POSITIVE_INFINITY) === 0;
    },
    checkpoint(bytes: Uint8Array) {
      assert.equal(bytes, STATE);
      calls.push('checkpoint');
    },
  } as unknown as SessionJournal;
  const engine = {
    handle(event: EngineEvent) {
      calls.push(`engine ${event.sequence}`);
      behaviour.onHandle?.(event);
    },
    stateBytes: () => STATE,
  } as unknown as Engine;
  const host = new EngineHost({ engine, journal, probe: new NoProbe() });
  host.addObserver({ onApplied: (event) => calls.push(`first ${event.sequence}`) });
  host.addObserver({ onApplied: (event) => calls.push(`second ${event.sequence}`) });
  return { host, calls };
}

test('an event is journaled before it is applied, and shown after it, in the order of observers', () => {
  const { host, calls } = build();
  const event = new TimerEvent();
  host.publish(event);
  host.publish(event);
  assert.deepEqual(calls, [
    ...['journal 1', 'engine 1', 'first 1', 'second 1'],
    ...['journal 2', 'engine 2', 'first 2', 'second 2'],
  ]);
  assert.equal(host.lastSequence, 2);
});

test('a checkpoint is taken when it is due, after everybody has seen the event', () => {
  const { host, calls } = build({ checkpointEvery: 2 });
  for (let round = 0; round < 4; round++) host.publish(new TimerEvent());
  assert.deepEqual(
    calls.flatMap((call, index) => (call === 'checkpoint' ? [calls[index - 1]] : [])),
    ['second 2', 'second 4'],
  );
});

test('an event published from inside a turn is refused: it would come before its cause ended', () => {
  const built = build({
    onHandle: (event) => {
      if (event.sequence === 1) built.host.publish(new TimerEvent());
    },
  });
  assert.throws(() => built.host.publish(new TimerEvent()), /while another is being handled/);
  assert.equal(built.host.lastSequence, 1, 'the inner event got no number');
});

test('an observer may not publish either', () => {
  const { host } = build();
  host.addObserver({ onApplied: () => host.publish(new TimerEvent()) });
  assert.throws(() => host.publish(new TimerEvent()), /while another is being handled/);
});

test('what cannot be journaled is never applied', () => {
  const { host, calls } = build({
    onAppend: () => {
      throw new Error('the ring is full');
    },
  });
  assert.throws(() => host.publish(new TimerEvent()), /ring is full/);
  assert.deepEqual(calls, []);
  assert.throws(() => host.publish(new TimerEvent()), 'a broken host stays broken');
});
