/**
 * Goal: the rate follows the venue's formula with the one division at the end.
 * Method: worked cases in and outside the clamp, then the formula's invariants on random numbers.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DEFAULT_INTEREST_PER_EIGHT_HOURS, fundingPayment, fundingRate } from './funding-rate.ts';

const NO_CAP = Number.POSITIVE_INFINITY;
const NO_FLOOR = Number.NEGATIVE_INFINITY;
const INTEREST = DEFAULT_INTEREST_PER_EIGHT_HOURS;

for (const [premium, hours, cap, floor, expected, why] of [
  [0, 8, NO_CAP, NO_FLOOR, 0.0001, 'rests at the interest in the dead zone'],
  [-0.0004, 8, NO_CAP, NO_FLOOR, 0.0001, 'still rests at the lower edge of the dead zone'],
  [0.0006, 8, NO_CAP, NO_FLOOR, 0.0001, 'still rests at the upper edge of the dead zone'],
  [0.0012, 8, NO_CAP, NO_FLOOR, 0.0007, 'loses the clamp above the dead zone'],
  [-0.0012, 8, NO_CAP, NO_FLOOR, -0.0007, 'gains the clamp below the dead zone'],
  [0.0012, 4, NO_CAP, NO_FLOOR, 0.00035, 'is halved as a whole for four hours'],
  [0.0012, 1, NO_CAP, NO_FLOOR, 0.0000875, 'is an eighth as a whole for one hour'],
  [0.1, 8, 0.003, -0.003, 0.003, 'stops at the cap'],
  [-0.1, 8, 0.003, -0.003, -0.003, 'stops at the floor'],
  [0.02, 4, 0.02, -0.02, 0.00975, 'is compared with the cap after the division'],
] as const) {
  test(`a premium of ${premium} over ${hours} h ${why}`, () => {
    const rate = fundingRate(premium, INTEREST, hours, cap, floor);
    assert.ok(Math.abs(rate - expected) < 1e-15, `${rate}`);
  });
}

test('the rate rises with the premium, scales with the interval and stays within its limits', () => {
  const premium = fc.double({ min: -0.05, max: 0.05, noNaN: true });
  fc.assert(
    fc.property(premium, premium, fc.constantFrom(1, 2, 4, 8), (one, other, hours) => {
      const low = fundingRate(Math.min(one, other), INTEREST, hours, 0.003, -0.003);
      const high = fundingRate(Math.max(one, other), INTEREST, hours, 0.003, -0.003);
      assert.ok(low <= high + 1e-18);
      assert.ok(high <= 0.003 && low >= -0.003);
      const whole = fundingRate(one, INTEREST, 8, NO_CAP, NO_FLOOR);
      const part = fundingRate(one, INTEREST, hours, NO_CAP, NO_FLOOR);
      assert.ok(Math.abs(part - (whole * hours) / 8) < 1e-15);
    }),
  );
});

test('longs pay a positive rate and shorts receive it', () => {
  assert.equal(fundingPayment(1_000, 0.16, 0.0001), -0.016);
  assert.equal(fundingPayment(-1_000, 0.16, 0.0001), 0.016);
  assert.ok(Object.is(fundingPayment(0, 0.16, 0.0001), 0));
});

test('numbers that make no sense are refused by name', () => {
  assert.throws(() => fundingRate(Number.NaN, 0, 8, 1, -1), /premium/);
  assert.throws(() => fundingRate(0, Number.POSITIVE_INFINITY, 8, 1, -1), /interest/);
  assert.throws(() => fundingRate(0, 0, 0, 1, -1), /interval/);
  assert.throws(() => fundingRate(0, 0, 8, -1, 1), /floor/);
});
