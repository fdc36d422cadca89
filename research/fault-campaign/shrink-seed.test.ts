/**
 * Goal: a failing seed shrinks to a few fault events that break the same promise; the test that is made
 * of them is red with the bug and green without it.
 * Method: a mistake put into the engine that only a lost answer brings out.
 */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Engine } from '#compose/engine.ts';
import { simulate } from '#compose/simulated.ts';
import { SimulationOutcome } from '#compose/simulation-result.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { regressionTest } from './regression-test.ts';
import { failedResult } from './results.test-support.ts';
import { type ShrunkSeed, shrinkSeed } from './shrink-seed.ts';

const RUN = { hours: 0.15, faults: FAULT_NAMES, build: 'test' };
/** Faults that leave the fate of an order open. */
const OPEN_FATES: readonly string[] = ['ack-lost', 'unknown-status'];

/** Does `work` with an engine that cannot bear an unknown outcome. */
function withBug<Result>(work: () => Result): Result {
  const { handle } = Engine.prototype;
  const patch = mock.method(
    Engine.prototype,
    'handle',
    function (this: Engine, event: EngineEvent) {
      const { kind } = event;
      if (kind === EventKind.EXECUTION_REPORT && event.status === ReportStatus.UNKNOWN) {
        throw new TypeError('what now? */');
      }
      handle.call(this, event);
    },
  );
  try {
    return work();
  } finally {
    patch.mock.restore();
  }
}

/** The first seed whose script leaves fates open. */
function seedOfOpenFates(): number {
  for (let seed = 1; ; seed++) {
    const script = drawScript({ seed, hours: RUN.hours, names: FAULT_NAMES });
    if (script.some(({ name }) => OPEN_FATES.includes(name))) return seed;
  }
}

const seed = seedOfOpenFates();

function runAgain({ script, endMicros }: ShrunkSeed): SimulationOutcome {
  return simulate({ ...RUN, seed, script, endMicros }).outcome;
}

test('a mistake that a lost answer brings out shrinks to such a fault, and is gone without the mistake', () => {
  const found = withBug(() => {
    const failed = simulate({ ...RUN, seed });
    assert.equal(failed.outcome, SimulationOutcome.CRASH);
    return shrinkSeed({ ...RUN, seed, failed });
  });
  assert.ok(found.isMinimal);
  assert.ok(found.script.length <= 3 && found.before > 10, `${found.script.length} events`);
  assert.ok(found.script.some(({ name }) => OPEN_FATES.includes(name)));
  assert.deepEqual([found.invariant, found.title], [0, 'the program threw']);
  assert.equal(
    withBug(() => runAgain(found)),
    SimulationOutcome.CRASH,
  );
  assert.equal(runAgain(found), SimulationOutcome.OK);
  const text = regressionTest(found);
  for (const { name } of found.script) assert.ok(text.includes(`name: '${name}',`));
  const number = (found.endMicros ?? 0).toLocaleString('en-US').replaceAll(',', '_');
  assert.match(text, new RegExp(`seed: ${seed},[^]*endMicros: ${number},`));
  assert.ok(text.includes('what now? * /'), 'a detail cannot end the comment');
});

test('without time nothing is left out of what failed again, and it is not called minimal', () => {
  const { found, failed } = withBug(() => {
    const first = simulate({ ...RUN, seed });
    return { found: shrinkSeed({ ...RUN, seed, failed: first, budgetMillis: 0 }), failed: first };
  });
  assert.deepEqual([found.runs, found.isReproduced, found.isMinimal], [1, true, false]);
  const { runMicros } = failed.violations[0] ?? { runMicros: 0 };
  const whole = drawScript({ seed, hours: RUN.hours, names: FAULT_NAMES });
  assert.deepEqual(
    found.script,
    whole.filter(({ fromMicros }) => fromMicros <= runMicros),
  );
  assert.equal(found.endMicros, runMicros + 30_000_000);
});

test('a failure that does not come back is not shrunk, and not called minimal', () => {
  const failed = { ...failedResult(seed), hours: RUN.hours };
  const found = shrinkSeed({ ...RUN, seed, failed });
  assert.deepEqual([found.isReproduced, found.isMinimal, found.runs], [false, false, 2]);
  assert.deepEqual(found.script, drawScript({ seed, hours: RUN.hours, names: FAULT_NAMES }));
  assert.deepEqual([found.invariant, found.detail], [5, 'it moved twice']);
});
