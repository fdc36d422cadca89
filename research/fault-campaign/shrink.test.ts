/**
 * Goal: what remains of a failing script is small, still fails, and nothing of it can be left out.
 * Method: scripts of numbers that fail when a hidden set of them is there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shrink } from './shrink.ts';

interface Step {
  readonly at: number;
  readonly strength: number;
}

function stepsAt(...moments: number[]): Step[] {
  return moments.map((at) => ({ at, strength: 8 }));
}

const PATIENT = { gentler: () => [], mayGoOn: () => true };

test('exactly the guilty items remain, in their order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 500 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 500 }),
      (moments, picks, failsAt) => {
        const items = stepsAt(...moments);
        const guilty = new Set(picks.map((pick) => items[pick % items.length] as Step));
        const { items: left, isMinimal } = shrink({
          ...PATIENT,
          items,
          fails: (script) => [...guilty].every((step) => script.includes(step)),
          distance: (step) => Math.abs(step.at - failsAt),
        });
        assert.ok(isMinimal);
        assert.deepEqual(
          left,
          items.filter((step) => guilty.has(step)),
        );
      },
    ),
  );
});

test('a single cause next to the failure is found at once', () => {
  const items = stepsAt(...Array.from({ length: 200 }, (_, index) => index));
  const { items: left, runs } = shrink({
    ...PATIENT,
    items,
    fails: (script) => script.some((step) => step.at === 150),
    distance: (step) => Math.abs(step.at - 150),
  });
  assert.deepEqual(left, stepsAt(150));
  assert.ok(runs <= 3, `${runs} runs`);
});

test('a script that fails without any item shrinks to nothing', () => {
  const { items } = shrink({
    ...PATIENT,
    items: stepsAt(1, 2, 3),
    fails: () => true,
    distance: () => 0,
  });
  assert.deepEqual(items, []);
});

test('items become as gentle as the failure allows', () => {
  const { items } = shrink({
    items: stepsAt(1),
    fails: (script) => (script[0]?.strength ?? 0) >= 3,
    distance: () => 0,
    gentler: (step) => [1, 2, 4].map((strength) => ({ ...step, strength })),
    mayGoOn: () => true,
  });
  assert.deepEqual(items, [{ at: 1, strength: 4 }]);
});

test('when the time is over, the best script so far is the answer and is not called minimal', () => {
  let budget = 4;
  const { items, isMinimal } = shrink({
    items: stepsAt(1, 2, 3, 4, 5, 6, 7, 8),
    fails: (script) => script.some((step) => step.at === 8),
    distance: (step) => step.at,
    gentler: () => [],
    mayGoOn: () => budget-- > 0,
  });
  assert.equal(isMinimal, false);
  assert.ok(items.some((step) => step.at === 8));
});
