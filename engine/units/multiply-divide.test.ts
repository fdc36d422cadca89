/**
 * Goal: products and quotients are exact to the last unit for all safe integers, in every rounding
 * direction, and never silently wrong.
 * Method: against BigInt over random integers of every magnitude and both signs; a table of edges.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ExactSum, multiplyDivide, Rounding } from './multiply-divide.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const directions = Object.values(Rounding);

/** Integers of every magnitude: uniform ones would nearly all be huge. */
const integer = fc
  .tuple(fc.integer({ min: 0, max: 53 }), fc.maxSafeNat(), fc.boolean())
  .map(([bits, value, isNegative]) => {
    const magnitude = value % 2 ** bits;
    return isNegative ? -magnitude : magnitude;
  });
const positive = integer.map((value) => Math.max(1, Math.abs(value)));

/** Below 2^49: thirty products stay within the 2^104 that a sum holds. */
const factor = integer.map((value) => value % 2 ** 49);

/** The slow and obvious model. */
function exactly(product: bigint, divisor: bigint, rounding: Rounding): bigint {
  const floor = product >= 0n ? product / divisor : -((-product + divisor - 1n) / divisor);
  const remainder = product - floor * divisor;
  if (remainder === 0n) return floor;
  const isNegative = product < 0n;
  if (rounding === Rounding.DOWN) return floor;
  if (rounding === Rounding.UP) return floor + 1n;
  if (rounding === Rounding.TOWARD_ZERO) return isNegative ? floor + 1n : floor;
  const twice = remainder * 2n;
  if (twice === divisor) return isNegative ? floor : floor + 1n;
  return twice > divisor ? floor + 1n : floor;
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(MAX) && value >= -BigInt(MAX);
}

test('multiplyDivide equals BigInt in every direction, or throws exactly when the result is unsafe', () => {
  fc.assert(
    fc.property(
      integer,
      integer,
      positive,
      fc.constantFrom(...directions),
      (a, b, divisor, way) => {
        const expected = exactly(BigInt(a) * BigInt(b), BigInt(divisor), way);
        if (!isSafe(expected)) {
          assert.throws(() => multiplyDivide(a, b, divisor, way), RangeError);
          return;
        }
        const found = multiplyDivide(a, b, divisor, way);
        assert.equal(BigInt(found), expected);
        assert.ok(!Object.is(found, -0), 'minus zero');
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a value times a number and divided by it again is itself, whatever the size', () => {
  fc.assert(
    fc.property(integer, positive, fc.constantFrom(...directions), (value, factor, way) => {
      assert.equal(multiplyDivide(value, factor, factor, way), value + 0);
    }),
    { numRuns: 1_000 },
  );
});

for (const [a, b, divisor, rounding, expected, why] of [
  [7, 1, 2, Rounding.DOWN, 3, 'down'],
  [-7, 1, 2, Rounding.DOWN, -4, 'down below zero'],
  [7, 1, 2, Rounding.UP, 4, 'up'],
  [-7, 1, 2, Rounding.UP, -3, 'up below zero'],
  [-7, 1, 2, Rounding.TOWARD_ZERO, -3, 'toward zero'],
  [7, 1, 2, Rounding.HALF_AWAY, 4, 'a tie away from zero'],
  [-7, 1, 2, Rounding.HALF_AWAY, -4, 'a tie away from zero below zero'],
  [1, 1, 3, Rounding.HALF_AWAY, 0, 'to the nearest'],
  [-1, 1, 3, Rounding.HALF_AWAY, 0, 'to the nearest, and zero is not minus zero'],
  [-1, 1, 2, Rounding.UP, 0, 'up to a zero that is not minus zero'],
  [MAX, MAX, MAX, Rounding.DOWN, MAX, 'the largest product that fits'],
  [MAX, -MAX, MAX, Rounding.UP, -MAX, 'the smallest product that fits'],
  [MAX, 2, 2, Rounding.DOWN, MAX, 'just beyond the fast path'],
  [MAX, MAX - 1, MAX, Rounding.HALF_AWAY, MAX - 1, 'wide, exact'],
  [0, MAX, 1, Rounding.UP, 0, 'zero'],
] as const) {
  test(`${a} x ${b} / ${divisor} rounds ${why}`, () => {
    const found = multiplyDivide(a, b, divisor, rounding);
    assert.ok(Object.is(found, expected), `${found}`);
  });
}

for (const [a, b, divisor, why] of [
  [0.5, 1, 1, 'a fraction'],
  [1, Number.NaN, 1, 'not a number'],
  [1, 1, 0, 'a zero divisor'],
  [1, 1, -3, 'a negative divisor'],
  [1, 1, 1.5, 'a fractional divisor'],
  [2 ** 53, 4, 2 ** 10, 'an unsafe factor'],
  [MAX, MAX, 0, 'a zero divisor of a wide product'],
  [MAX, 4, 0.5, 'a fractional divisor of a wide product'],
  [1, Number.POSITIVE_INFINITY, 1, 'infinity'],
  [MAX, 2, 1, 'an overflow'],
  [MAX, MAX, 1, 'a far overflow'],
] as const) {
  test(`multiplyDivide refuses ${why}`, () => {
    for (const rounding of directions) {
      assert.throws(() => multiplyDivide(a, b, divisor, rounding), RangeError);
    }
  });
}

test('an exact sum of products equals BigInt at every step, in normal form', () => {
  const pair = fc.tuple(factor, factor);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 30 }), (products) => {
      const sum = new ExactSum();
      let expected = 0n;
      for (const [a, b] of products) {
        sum.addProduct(a, b);
        expected += BigInt(a) * BigInt(b);
        const [high, low] = sum.parts;
        assert.equal(BigInt(high) * 2n ** 52n + BigInt(low), expected);
        assert.ok(Math.abs(low) < 2 ** 52);
        assert.ok(high === 0 || low === 0 || high > 0 === low > 0, 'mixed signs');
        assert.ok(!Object.is(high, -0) && !Object.is(low, -0), 'minus zero');
      }
    }),
    { numRuns: 500 },
  );
});

test('equal sums have equal parts, whatever the order of adding', () => {
  const pair = fc.tuple(factor, factor);
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 12 }), (products) => {
      const forward = new ExactSum();
      const backward = new ExactSum();
      for (const [a, b] of products) forward.addProduct(a, b);
      for (const [a, b] of [...products].reverse()) backward.addProduct(b, a);
      assert.deepEqual(forward.parts, backward.parts);
      const doubled = new ExactSum();
      doubled.add(forward);
      doubled.add(backward);
      doubled.subtract(forward);
      assert.deepEqual(doubled.parts, forward.parts);
      doubled.subtract(forward);
      assert.deepEqual(doubled.parts, [0, 0]);
    }),
    { numRuns: 500 },
  );
});

test('reading a sum scaled rounds once, like BigInt', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      positive,
      fc.constantFrom(...directions),
      (products, numerator, denominator, way) => {
        const sum = new ExactSum();
        let exact = 0n;
        for (const [a, b] of products) {
          sum.addProduct(a, b);
          exact += BigInt(a) * BigInt(b);
        }
        const expected = exactly(exact * BigInt(numerator), BigInt(denominator), way);
        if (isSafe(expected)) {
          assert.equal(BigInt(sum.scaled(numerator, denominator, way)), expected);
        } else {
          assert.throws(() => sum.scaled(numerator, denominator, way), RangeError);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a sum can be reset and restored', () => {
  const sum = new ExactSum();
  sum.addProduct(2 ** 51, 2 ** 51 - 1);
  const [high, low] = sum.parts;
  assert.ok(high > 0);
  sum.reset();
  assert.deepEqual(sum.parts, [0, 0]);
  sum.restore(high, low);
  assert.deepEqual(sum.parts, [high, low]);
});

test('a sum refuses what is no integer, a divisor that is not positive, and more than it holds', () => {
  const sum = new ExactSum();
  assert.throws(() => sum.addProduct(0.5, 1), RangeError);
  assert.throws(() => sum.addProduct(1, 2 ** 53), RangeError);
  for (const large of [false, true]) {
    if (large) sum.addProduct(2 ** 52, 2 ** 50);
    for (const denominator of [0, -1, Number.NaN]) {
      assert.throws(() => sum.scaled(1, denominator, Rounding.DOWN), RangeError);
    }
  }
  assert.throws(() => {
    for (let round = 0; round < 10; round++) sum.add(sum);
  }, /overflows/);
});
