/**
 * Goal: age is judged against the feed's own habit, between a floor and a ceiling.
 * Method: regular feeds of different pace, then silence; edges at the exact microsecond.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONFIGURATION,
  restore,
  SECOND,
  START,
  stateBytes,
} from './market-fixture.test-support.ts';
import { StaleTickGate } from './stale-tick-gate.ts';

/** A gate that has seen 500 messages at a steady pace; the last one at the returned time. */
function paced(intervalMicros: number) {
  const gate = new StaleTickGate(CONFIGURATION);
  let at = START;
  for (let message = 0; message < 500; message++) {
    at += intervalMicros;
    gate.onEvent(at);
  }
  return { gate, last: at };
}

test('a busy feed is stale one microsecond after the floor', () => {
  const { gate, last } = paced(1000);
  assert.equal(gate.allowedAgeMicros, CONFIGURATION.freshnessFloorMicros);
  assert.equal(gate.isStale(last + SECOND, 0), false);
  assert.equal(gate.isStale(last + SECOND + 1, 0), true);
});

test('a slow feed is given a multiple of its usual interval', () => {
  const { gate, last } = paced(0.4 * SECOND);
  const allowed = gate.allowedAgeMicros;
  assert.ok(Math.abs(allowed - 4 * SECOND) < 0.01 * SECOND, `${allowed}`);
  assert.equal(gate.isStale(last + 3.9 * SECOND, 0), false);
  assert.equal(gate.isStale(last + 4.1 * SECOND, 0), true);
});

test('no habit is slow enough to pass the ceiling, and one long silence teaches little', () => {
  const { gate } = paced(60 * SECOND);
  assert.equal(gate.allowedAgeMicros, CONFIGURATION.freshnessCeilingMicros);
  const busy = paced(1000);
  busy.gate.onEvent(busy.last + 3600 * SECOND);
  assert.ok(busy.gate.allowedAgeMicros < 2 * SECOND);
});

test('confidence is full for half the allowed age and gone at its end', () => {
  const { gate, last } = paced(1000);
  assert.equal(gate.confidence(last), 1);
  assert.equal(gate.confidence(last + SECOND / 2), 1);
  assert.equal(gate.confidence(last + 0.75 * SECOND), 0.5);
  assert.equal(gate.confidence(last + SECOND), 0);
  assert.equal(gate.confidence(last + 5 * SECOND), 0);
});

test('a depth stream always a little behind a fast ticker is not stale', () => {
  const gate = new StaleTickGate(CONFIGURATION);
  for (let step = 2; step <= 100; step++) {
    const at = START + step * 100_000;
    gate.onEvent(at);
    // The book reaches the ticker of two steps ago.
    gate.onTicker(step, step - 2, at);
    assert.equal(gate.isStale(at, step - 2), false);
  }
});

test('a lost connection is stale at once', () => {
  const { gate, last } = paced(1000);
  gate.onFeedLost();
  assert.equal(gate.isStale(last, 0), true);
});

test('a restored gate judges the same', () => {
  const { gate, last } = paced(0.3 * SECOND);
  gate.onTicker(7, 3, last);
  const fresh = new StaleTickGate(CONFIGURATION);
  restore(fresh, stateBytes(gate));
  assert.deepEqual(stateBytes(fresh), stateBytes(gate));
  assert.equal(fresh.allowedAgeMicros, gate.allowedAgeMicros);
});
