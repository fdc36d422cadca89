/**
 * Goal: the parts of a fault run hear each other: every fault of process and disk reaches the process,
 * effects are told with the orders they met, and a broken program ends the run.
 * Method: short runs under scripts of one window each.
 */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { OrderState } from '#contracts/order.ts';
import { BOTH_INSTRUMENTS, drawCycles, type FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_SECOND, type PriceUnits } from '#units/integers.ts';
import { Engine } from './engine.ts';
import { resolveInstruments, resolveSession } from './session-setup.ts';
import { runAtOnce, SimulatedRun } from './simulated-run.ts';
import { simulatedConfiguration } from './simulated-settings.ts';

const START = 1_767_225_600_000_000 as EpochMicros;
const PRICE = 16_000_000 as PriceUnits;
const SEED = 4;

interface Effect {
  readonly name: FaultName;
  readonly states: readonly OrderState[];
}

function windowOf(name: FaultName, change: Partial<FaultWindow> = {}): FaultWindow {
  const times = { fromMicros: 20 * MICROS_PER_SECOND, lengthMicros: 10 * MICROS_PER_SECOND };
  const rest = { probability: 1, salt: 7, instrument: BOTH_INSTRUMENTS, strength: 1 };
  return { name, ...times, ...rest, ...change };
}

function runOf(
  script: readonly FaultWindow[],
  seconds = 60,
): { readonly run: SimulatedRun; readonly effects: readonly Effect[] } {
  const loaded = simulatedConfiguration(SEED);
  const setup = resolveSession(loaded, resolveInstruments(loaded, true), PRICE, 'synthetic');
  const effects: Effect[] = [];
  const run = new SimulatedRun({
    loaded,
    setup,
    program: { build: 'test', nodeVersion: '24.0.0' },
    clock: new VirtualClock(START),
    script,
    cycles: drawCycles(SEED, 0.15),
    lengthMicros: seconds * MICROS_PER_SECOND,
    wallOffsetMicros: 0,
    onFault: (name, states) => effects.push({ name, states }),
  });
  runAtOnce(run.run());
  return { run, effects };
}

function violationsOf(run: SimulatedRun): string[] {
  return run.auditor.summary().violations.map((one) => `${one.invariant} ${one.detail}`);
}

test('without a script the process trades through one life, and every kind of event is counted', () => {
  const { run, effects } = runOf([]);
  assert.deepEqual([effects.length, run.lives.count, run.lives.killCount], [0, 1, 0]);
  assert.ok(run.wires.marketEvents > 1_000 && run.wires.privateEvents > 50);
  assert.ok(run.ordersSent > 20 && run.ownFills > 0);
  const perSecond = run.wires.timerEvents / 60;
  assert.ok(perSecond > 19 && perSecond < 21, `${perSecond} timers a second`);
  const hashes = runAtOnce(run.finish());
  assert.match(hashes?.journal ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(violationsOf(run), []);
});

for (const name of [
  ...(['process-crash', 'process-hang', 'disk-crash-at-write', 'disk-power-loss'] as const),
  ...(['disk-sync-error', 'disk-full', 'disk-bit-flip'] as const),
]) {
  test(`${name} ends a life, another begins, and no promise is broken`, () => {
    const { run, effects } = runOf([windowOf(name)], 90);
    assert.ok(effects.some((one) => one.name === name));
    assert.ok(run.lives.count >= 2, `${run.lives.count} lives`);
    assert.notEqual(run.lives.process, null);
    assert.equal(run.bug, null);
    assert.deepEqual(violationsOf(run), []);
  });
}

test('a machine that was to stop in a write that never comes did not stop', () => {
  const { run, effects } = runOf([windowOf('disk-crash-at-write', { strength: 1_000_000 })]);
  assert.deepEqual([run.lives.count, effects], [1, []]);
});

test('a second fault of the disk, while nobody has begun again, strikes nothing', () => {
  const times = { fromMicros: 20 * MICROS_PER_SECOND + 1 };
  for (const name of ['disk-power-loss', 'disk-bit-flip'] as const) {
    const { effects } = runOf([windowOf('disk-power-loss'), windowOf(name, times)]);
    assert.deepEqual(
      effects.map((one) => one.name),
      ['disk-power-loss'],
    );
  }
});

test('a pause ends no life', () => {
  const { run, effects } = runOf([windowOf('process-pause')]);
  assert.deepEqual([run.lives.count, effects.length], [1, 1]);
  assert.deepEqual(violationsOf(run), []);
});

test('a fault of one order tells the state of that order, a fault of the market those of all live ones', () => {
  const { effects } = runOf([windowOf('ack-late', { strength: 400_000 })]);
  assert.ok(effects.length > 0);
  for (const { states } of effects) assert.ok(states.length <= 1);
  assert.ok(effects.some(({ states }) => states[0] === OrderState.PENDING_NEW));
  const market = runOf([windowOf('market-duplicate', { probability: 0.1 })]).effects;
  assert.ok(market.some(({ states }) => states.length > 1));
});

test('a fault of one market meets the orders of that market', () => {
  const statesOf = (instrument: number): number => {
    const window = windowOf('market-duplicate', { probability: 0.1, instrument });
    return Math.max(...runOf([window]).effects.map(({ states }) => states.length));
  };
  // Quotes of two sides stand on spot all the time, hedges on the perpetual now and then.
  assert.ok(statesOf(0) > statesOf(1));
});

test('messages that are damaged are counted through all lives', () => {
  const damaged = windowOf('market-malformed', { probability: 0.2 });
  const { run } = runOf([damaged, windowOf('process-crash', { fromMicros: 32_000_000 })], 90);
  assert.ok(run.wires.badFrames > 10, `${run.wires.badFrames} could not be read`);
  assert.ok(run.lives.count >= 2);
});

test('a run that ends in its storm is closed, and not asked to have come to rest', () => {
  const silent = windowOf('market-stale', { fromMicros: 61_000_000, lengthMicros: 120_000_000 });
  const { run } = runOf([silent], 100);
  assert.notEqual(runAtOnce(run.finish()), null);
  assert.deepEqual(violationsOf(run), []);
  const { evaluated } = run.auditor.summary();
  assert.equal(evaluated[38] ?? 0, 0, 'nothing was asked twice');
});

test('a program that throws ends the run at once, and there is nothing to close', () => {
  const mistake = new TypeError('a mistake');
  let events = 0;
  const { handle } = Engine.prototype;
  const broken = mock.method(Engine.prototype, 'handle', function (this: Engine, event: never) {
    events += 1;
    if (events > 2_000) throw mistake;
    handle.call(this, event);
  });
  try {
    const { run } = runOf([]);
    assert.equal(run.bug, mistake);
    assert.equal(runAtOnce(run.finish()), null);
  } finally {
    broken.mock.restore();
  }
});
