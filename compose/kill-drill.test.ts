/**
 * Goal: some seeds are stopped in their last calm, by a word and by a limit in turn, and are set up anew.
 * Method: the drawing on made cycles; two quiet runs through their drill.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawKillDrill } from './kill-drill.ts';
import { simulate } from './simulated.ts';

const MINUTE = 60_000_000;
const CYCLES = [
  { stormFromMicros: MINUTE, stormToMicros: 3 * MINUTE, calmToMicros: 6 * MINUTE },
  { stormFromMicros: 6 * MINUTE, stormToMicros: 9 * MINUTE, calmToMicros: 12 * MINUTE },
];

test('every third seed has a drill, in the last calm when the strict bounds have begun', () => {
  const drills = [1, 2, 3, 4, 5, 6].map((seed) => drawKillDrill(seed, CYCLES));
  assert.deepEqual(
    drills.map((drill) => drill?.isOperator ?? null),
    [null, null, false, null, null, true],
  );
  const at = drills[2]?.atMicros ?? 0;
  assert.ok(at > 10 * MINUTE && at < 11 * MINUTE);
  assert.equal(drawKillDrill(3, []), null);
});

for (const seed of [3, 6]) {
  test(`seed ${seed} is stopped once, everything is pulled, and people begin anew`, () => {
    const result = simulate({ seed, hours: 0.15, faults: [], build: 'test' });
    assert.deepEqual(result.violations, []);
    assert.deepEqual([result.outcome, result.kills, result.lives], ['ok', 1, 2]);
    assert.ok((result.checks[11] ?? 0) > 0);
  });
}
