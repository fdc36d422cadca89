/**
 * Goal: a seed's result says what happened: how it ended, what broke, how to see it again; and a program
 * that looks out of its world is caught.
 * Method: short runs; mistakes put into the engine for the length of one run.
 */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { INVARIANTS } from '#simulation/auditor/invariants.ts';
import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { Engine } from './engine.ts';
import { type SimulationOptions, simulate } from './simulated.ts';
import type { SimulationResult } from './simulation-result.ts';

const SHORT: SimulationOptions = {
  seed: 4,
  hours: 0.15,
  faults: FAULT_NAMES,
  build: 'test',
  endMicros: 100_000_000,
};

/** Runs with a mistake in the engine, which is asked before each event from the 1000th on. */
function broken(mistake: () => void, options: SimulationOptions = SHORT): SimulationResult {
  const { handle } = Engine.prototype;
  let events = 0;
  const patch = mock.method(
    Engine.prototype,
    'handle',
    function (this: Engine, event: EngineEvent) {
      events += 1;
      if (events >= 1_000) mistake();
      handle.call(this, event);
    },
  );
  try {
    return simulate(options);
  } finally {
    patch.mock.restore();
  }
}

test('a result is plain data: it comes back from a file as it was', () => {
  const result = simulate(SHORT);
  assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  assert.equal(result.outcome, 'ok');
  const { total, market, private: own, timer } = result.events;
  assert.equal(total, market + own + timer);
  assert.deepEqual(
    Object.keys(result.checks),
    INVARIANTS.map(({ number }) => String(number)),
  );
});

test('every fifth seed replays its last session and runs a twin with another wall clock', () => {
  for (const [seed, count] of [
    [4, 0],
    [5, 1],
  ] as const) {
    const { checks, violations } = simulate({ ...SHORT, seed });
    assert.deepEqual([checks[25], checks[28], violations], [count, count, []], `seed ${seed}`);
  }
});

test('an exception is a crash, told with its text and the one command that repeats it', () => {
  const result = broken(() => {
    throw new TypeError('a mistake');
  });
  assert.equal(result.outcome, 'crash');
  const [violation] = result.violations;
  assert.equal(violation?.invariant, 0);
  assert.match(violation?.detail ?? '', /TypeError: a mistake/);
  assert.equal(violation?.repeat, 'npx --no-install doge-mm simulate --seed 4 --hours 0.15');
  assert.ok((violation?.runMicros ?? 0) > 0);
  assert.deepEqual(result.hashes, { journal: '', state: '', commands: '' });
});

test('the repeating command names the faults when they are not all', () => {
  const fail = (): never => {
    throw new TypeError('a mistake');
  };
  const some = broken(fail, { ...SHORT, faults: ['halt', 'ack-lost'] });
  assert.match(some.violations[0]?.repeat ?? '', /--faults halt ack-lost$/);
  const none = broken(fail, { ...SHORT, faults: [] });
  assert.match(none.violations[0]?.repeat ?? '', /--faults none$/);
});

test('a run with a script of its own is repeated as its caller says, which changes nothing about it', () => {
  const script = drawScript({ seed: 4, hours: 0.15, names: FAULT_NAMES });
  const [plain, own] = [simulate(SHORT), simulate({ ...SHORT, script, repeat: 'run the file' })];
  assert.deepEqual([own.repeat, own.trace], ['run the file', plain.trace]);
  const fail = (): never => {
    throw new TypeError('a mistake');
  };
  const own2 = broken(fail, { ...SHORT, script, repeat: 'run the file' });
  assert.equal(own2.violations[0]?.repeat, 'run the file');
  const unsaid = broken(fail, { ...SHORT, script });
  assert.doesNotMatch(
    unsaid.violations[0]?.repeat ?? '',
    /doge-mm/,
    'no command that is another run',
  );
});

for (const [what, look] of [
  ['the wall clock', () => Date.now()],
  ['chance', () => Math.random()],
  ['a real timer', () => setTimeout(() => undefined, 1)],
] as const) {
  test(`an engine that looks at ${what} is caught`, () => {
    const { outcome, violations } = broken(look);
    assert.equal(outcome, 'crash');
    assert.match(violations[0]?.detail ?? '', /SealBrokenError/);
  });
}

test('an engine that forgets fills breaks promises without a word, and the auditor says which', () => {
  const { handle } = Engine.prototype;
  const patch = mock.method(
    Engine.prototype,
    'handle',
    function (this: Engine, event: EngineEvent) {
      const isFill = event.kind === EventKind.EXECUTION_REPORT && event.lastQuantityLots > 0;
      if (!isFill) handle.call(this, event);
    },
  );
  try {
    const { outcome, violations } = simulate({ ...SHORT, faults: [] });
    assert.equal(outcome, 'wrong');
    assert.ok(violations.some(({ invariant, title }) => invariant === 5 && title.length > 0));
  } finally {
    patch.mock.restore();
  }
});

test('hours in which no storm and calm fit are refused', () => {
  assert.throws(() => simulate({ ...SHORT, hours: 0.05 }), RangeError);
});
