/**
 * Goal: ticks, lots and money convert exactly, each rounding goes where its caller said.
 * Method: hand-computed amounts on two grids, then random values against BigInt.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PriceUnits, RateUnits } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import type { Instrument } from './instrument.ts';
import {
  baseUnits,
  feeUnits,
  LOTS_CEILING,
  lotsFromBaseUnits,
  lotsFromNotionalUnits,
  notionalAtHalfTicksUnits,
  notionalUnits,
  priceUnitsFromHalfTicks,
  priceUnitsFromTicks,
  ticksFromPriceUnits,
  valueAtHalfTicksUnits,
  valueUnits,
} from './instrument-arithmetic.ts';

/** Tick 0.00001, step 1: a tick-lot is 1000 units. */
const coarse = {
  tickLotNumerator: 1000,
  tickLotDenominator: 1,
  baseUnitsPerLot: 100_000_000,
  priceUnitsPerTick: 1000,
} as Instrument;
/** Tick 0.00001, step 0.0001: a tick-lot is a tenth of a unit. */
const fine = {
  tickLotNumerator: 1,
  tickLotDenominator: 10,
  baseUnitsPerLot: 10_000,
  priceUnitsPerTick: 1000,
} as Instrument;
/** Tick 1e-8, step 1e-8: a tick-lot is 1e-8 of a unit. */
const minute = {
  tickLotNumerator: 1,
  tickLotDenominator: 100_000_000,
  baseUnitsPerLot: 1,
  priceUnitsPerTick: 1,
} as Instrument;

test('a notional is price times quantity in quote units', () => {
  // 0.16233 x 6000 = 973.98
  assert.equal(notionalUnits(coarse, 16_233, 6000, Rounding.DOWN), 97_398_000_000);
  assert.equal(notionalAtHalfTicksUnits(coarse, 32_467, 6000, Rounding.DOWN), 97_401_000_000);
  assert.equal(notionalUnits(coarse, 16_233, -6000, Rounding.DOWN), -97_398_000_000);
});

test('a fractional tick-lot rounds where the caller says', () => {
  assert.equal(notionalUnits(fine, 7, 3, Rounding.DOWN), 2);
  assert.equal(notionalUnits(fine, 7, 3, Rounding.UP), 3);
  assert.equal(notionalUnits(fine, 7, -3, Rounding.DOWN), -3);
  assert.equal(notionalAtHalfTicksUnits(fine, 15, 3, Rounding.HALF_AWAY), 2);
});

test('lots and base units convert both ways, and dust is rounded as named', () => {
  assert.equal(baseUnits(coarse, 6000), 600_000_000_000);
  assert.equal(lotsFromBaseUnits(coarse, 599_400_000_000, Rounding.DOWN), 5994);
  assert.equal(lotsFromBaseUnits(coarse, 599_400_000_001, Rounding.UP), 5995);
  assert.equal(lotsFromBaseUnits(coarse, -150_000_000, Rounding.TOWARD_ZERO), -1);
});

test('lots bought by an amount never cost more, and one more lot would', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 0, max: 10 ** 15 }),
      fc.constantFrom(coarse, fine),
      (priceTicks, amount, instrument) => {
        const lots = lotsFromNotionalUnits(instrument, priceTicks, amount, Rounding.DOWN);
        fc.pre(lots < LOTS_CEILING);
        assert.ok(notionalUnits(instrument, priceTicks, lots, Rounding.UP) <= amount);
        assert.ok(notionalUnits(instrument, priceTicks, lots + 1, Rounding.UP) > amount);
      },
    ),
  );
});

test('lots bought by an amount agree with BigInt up to a ceiling, and stop there', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000_000 })),
      fc.maxSafeNat(),
      fc.constantFrom(coarse, fine, minute),
      fc.constantFrom(Rounding.DOWN, Rounding.UP),
      (priceTicks, amount, instrument, rounding) => {
        const lotUnits = BigInt(priceTicks * instrument.tickLotNumerator);
        const scaled = BigInt(amount) * BigInt(instrument.tickLotDenominator);
        const exact = (rounding === Rounding.UP ? scaled + lotUnits - 1n : scaled) / lotUnits;
        const expected = exact > BigInt(LOTS_CEILING) ? LOTS_CEILING : Number(exact);
        assert.equal(lotsFromNotionalUnits(instrument, priceTicks, amount, rounding), expected);
      },
    ),
  );
  // A minimum notional of 5 on a grid of 1e-8 x 1e-8, at one tick: 5e16 lots.
  assert.equal(lotsFromNotionalUnits(minute, 1, 500_000_000, Rounding.UP), LOTS_CEILING);
});

test('prices convert between ticks, half ticks and price units', () => {
  assert.equal(priceUnitsFromTicks(coarse, 16_233), 16_233_000);
  assert.equal(priceUnitsFromHalfTicks(coarse, 32_467, Rounding.DOWN), 16_233_500);
  assert.equal(ticksFromPriceUnits(coarse, 16_233_999 as PriceUnits, Rounding.DOWN), 16_233);
  assert.equal(ticksFromPriceUnits(coarse, 16_233_001 as PriceUnits, Rounding.UP), 16_234);
});

test('base amounts off the lot grid are valued exactly', () => {
  // 1.5 base at 0.16233 = 0.243495
  assert.equal(valueUnits(150_000_000, 16_233_000 as PriceUnits, Rounding.DOWN), 24_349_500);
  assert.equal(valueAtHalfTicksUnits(coarse, 150_000_000, 32_466, Rounding.DOWN), 24_349_500);
});

test('valuation agrees with BigInt for any amount', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(10 ** 14), max: 10 ** 14 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (base, halfTicks) => {
        const product = BigInt(base) * BigInt(halfTicks * coarse.priceUnitsPerTick);
        const divisor = 200_000_000n;
        let expected = product / divisor;
        if (product < 0n && product % divisor !== 0n) expected -= 1n;
        assert.equal(
          valueAtHalfTicksUnits(coarse, base, halfTicks, Rounding.DOWN),
          Number(expected),
        );
      },
    ),
  );
});

test('a fee is a rate of the amount, and a rebate is negative', () => {
  // 10 basis points of 973.98
  assert.equal(feeUnits(97_398_000_000, 100_000 as RateUnits, Rounding.UP), 97_398_000);
  assert.equal(feeUnits(97_398_000_000, -5_000 as RateUnits, Rounding.UP), -4_869_900);
  assert.equal(feeUnits(1, 100_000 as RateUnits, Rounding.UP), 1);
  assert.equal(feeUnits(1, 100_000 as RateUnits, Rounding.DOWN), 0);
});

test('amounts beyond the safe integers are refused', () => {
  assert.throws(() => baseUnits(coarse, 2 ** 30), RangeError);
  assert.throws(() => priceUnitsFromTicks(coarse, 2 ** 52), RangeError);
  assert.throws(() => notionalUnits(coarse, 2 ** 40, 2 ** 40, Rounding.DOWN), RangeError);
});
