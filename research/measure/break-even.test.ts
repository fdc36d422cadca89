/**
 * Goal: the break-even fee is earnings over notional, with an interval only where there is enough.
 * Method: by hand for the ratio; simulated sessions for the interval's coverage.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '#simulation/random/random.ts';
import { type BreakEvenBlock, breakEven } from './break-even.ts';

const block = (beforeMakerFeesUnits: number, makerNotionalUnits: number): BreakEvenBlock => ({
  beforeMakerFeesUnits,
  makerNotionalUnits,
});

test('without maker fills there is no break-even fee', () => {
  for (const blocks of [[], [block(-5, 0)], Array.from({ length: 20 }, () => block(1, 0))]) {
    assert.deepEqual(breakEven(blocks), { feeBps: null, lowBps: null, highBps: null });
  }
});

test('the fee is all earnings over all notional, blocks without fills included', () => {
  const { feeBps } = breakEven([block(300, 1_000_000), block(-100, 0), block(-50, 500_000)]);
  assert.equal(feeBps, (150 / 1_500_000) * 10_000);
});

test('fewer than eight blocks that traded give no interval', () => {
  const seven = [...Array.from({ length: 7 }, () => block(1, 100)), ...Array(13).fill(block(0, 0))];
  assert.equal(breakEven(seven).lowBps, null);
  const eight = breakEven([...seven, block(1, 100)]);
  assert.ok(eight.lowBps !== null && eight.highBps !== null);
});

test('equal blocks leave no doubt', () => {
  const even = breakEven(Array.from({ length: 20 }, () => block(25, 100_000)));
  assert.deepEqual(even, { feeBps: 2.5, lowBps: 2.5, highBps: 2.5 });
});

test('the interval holds the estimate, and is the same on every call', () => {
  const drawn = fc.array(
    fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 1e9 })),
    {
      minLength: 8,
      maxLength: 25,
    },
  );
  fc.assert(
    fc.property(drawn, (pairs) => {
      const blocks = pairs.map(([earned, notional]) => block(earned, notional));
      const even = breakEven(blocks);
      assert.ok(even.feeBps !== null && even.lowBps !== null && even.highBps !== null);
      assert.ok(even.lowBps <= even.highBps);
      const ratios = pairs.map(([earned, notional]) => (earned / notional) * 10_000);
      assert.ok(even.lowBps >= Math.min(...ratios) - 1e-9);
      assert.ok(even.highBps <= Math.max(...ratios) + 1e-9);
      assert.deepEqual(breakEven(blocks), even);
    }),
    { numRuns: 15 },
  );
});

test('about nine of ten intervals hold the truth', () => {
  const random = new SeededRandom(7);
  const sessions = 120;
  let held = 0;
  for (let session = 0; session < sessions; session++) {
    // Truth: 2 bp, with a deviation of 3 bp a block.
    const blocks = Array.from({ length: 20 }, () => block(200 + 300 * random.normal(), 1_000_000));
    const { lowBps, highBps } = breakEven(blocks);
    if (lowBps !== null && highBps !== null && lowBps <= 2 && highBps >= 2) held += 1;
  }
  assert.ok(held / sessions > 0.78 && held / sessions < 0.97, `${held} of ${sessions}`);
});
