/**
 * Goal: the auditor is told of every part that a script breaks, on its instrument, and for long enough.
 * Method: each fault there is in a window of its own, and windows on one and on both instruments.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition } from '#simulation/auditor/auditor-inputs.ts';
import { BOTH_INSTRUMENTS, type FaultWindow } from '#simulation/faults/fault-script.ts';
import { FAULTS, type FaultName, FaultTarget } from '#simulation/faults/fault-table.ts';
import { BrokenParts } from './broken-parts.ts';

interface Call {
  readonly condition: Condition;
  readonly instrument: number;
  readonly isOpen: boolean;
  readonly atMicros: number;
}

function windowOf(name: FaultName, instrument = BOTH_INSTRUMENTS): FaultWindow {
  const times = { fromMicros: 5_000_000, lengthMicros: 2_000_000 };
  return { name, ...times, probability: 1, salt: 1, instrument, strength: 1 };
}

function callsOf(script: readonly FaultWindow[], instrumentCount = 2): Call[] {
  const calls: Call[] = [];
  new BrokenParts(script, instrumentCount).follow((condition, instrument, isOpen, atMicros) =>
    calls.push({ condition, instrument, isOpen, atMicros }),
  );
  return calls;
}

function conditionsOf(name: FaultName): Condition[] {
  return [...new Set(callsOf([windowOf(name)]).map(({ condition }) => condition))].sort();
}

test('a part is opened with its window and whole again only after what the window left behind', () => {
  const calls = callsOf([windowOf('market-gap', 1)]);
  assert.deepEqual(calls, [
    { condition: Condition.MARKET_FEED, instrument: 1, isOpen: true, atMicros: 5_000_000 },
    { condition: Condition.MARKET_FEED, instrument: 1, isOpen: false, atMicros: 15_000_000 },
  ]);
});

test('a window on both instruments breaks as many as there are', () => {
  for (const count of [1, 2]) {
    const instruments = callsOf([windowOf('ack-late')], count).map(({ instrument }) => instrument);
    assert.equal(new Set(instruments).size, count);
    assert.equal(Math.max(...instruments), count - 1);
  }
});

test('every fault of market data breaks the market feed, but a burst breaks nothing', () => {
  for (const { name, hits } of FAULTS) {
    if (hits !== FaultTarget.MARKET) continue;
    const isBroken = conditionsOf(name).includes(Condition.MARKET_FEED);
    assert.equal(isBroken, name !== 'market-burst', name);
  }
});

test('every fault of orders, limits and clocks breaks the way of orders; those of disk and process nothing', () => {
  for (const { name, hits } of FAULTS) {
    const isOrderPath = hits === FaultTarget.ORDER || hits === FaultTarget.TIME;
    assert.equal(conditionsOf(name).includes(Condition.ORDER_PATH), isOrderPath, name);
    const isInside = hits === FaultTarget.DISK || hits === FaultTarget.PROCESS;
    if (isInside) assert.deepEqual(conditionsOf(name), [], name);
  }
});

test('what silences the private stream is known, a halt breaks all but the venue, a clock the venue', () => {
  for (const name of ['ack-lost', 'user-stream-silent', 'user-stream-cut', 'cut-24h'] as const) {
    assert.ok(conditionsOf(name).includes(Condition.PRIVATE_FEED), name);
  }
  const { MARKET_FEED, PRIVATE_FEED, ORDER_PATH, VENUE } = Condition;
  assert.deepEqual(conditionsOf('halt'), [MARKET_FEED, PRIVATE_FEED, ORDER_PATH].sort());
  assert.deepEqual(conditionsOf('clock-step'), [ORDER_PATH, VENUE].sort());
  assert.deepEqual(conditionsOf('balance-drift'), []);
});

test('each opening has its closing, in any script', () => {
  const calls = callsOf(FAULTS.map(({ name }, index) => windowOf(name, (index % 3) - 1)));
  const open = calls.filter(({ isOpen }) => isOpen);
  assert.equal(calls.length, 2 * open.length);
  assert.ok(open.length > FAULTS.length / 2);
});
