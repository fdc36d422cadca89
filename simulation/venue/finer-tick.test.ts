/**
 * Goal: a finer tick is the same money on a finer grid.
 * Method: properties over ticks and divisors; the refusals by name.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { finerTick } from './finer-tick.ts';
import { spotInstrument } from './venue.test-support.ts';

test('price, notional and bounds mean the same money on the finer grid', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(2, 5, 10),
      fc.integer({ min: 1, max: 10 ** 6 }),
      (divisor, ticks) => {
        const coarse = spotInstrument();
        const finer = finerTick(coarse, divisor);
        assert.equal(finer.version, coarse.version + 1);
        assert.equal(ticks * divisor * finer.priceUnitsPerTick, ticks * coarse.priceUnitsPerTick);
        const { tickLotNumerator, tickLotDenominator } = finer;
        assert.equal(
          (ticks * divisor * tickLotNumerator) / tickLotDenominator,
          ticks * coarse.tickLotNumerator,
        );
        assert.equal(
          finer.tick.mantissa * 10 ** (8 - finer.tick.decimals),
          finer.priceUnitsPerTick,
          'the decimal form and the units agree',
        );
        assert.equal(finer.filters.maxPriceTicks, coarse.filters.maxPriceTicks * divisor);
      },
    ),
  );
});

test('the finest tick is 1e-8', () => {
  const finest = finerTick(finerTick(finerTick(spotInstrument(), 10), 10), 10);
  assert.deepEqual(finest.tick, { mantissa: 1, decimals: 8 });
  for (const divisor of [2, 5, 10]) assert.throws(() => finerTick(finest, divisor), RangeError);
});

test('only divisors that keep decimal ticks are taken', () => {
  for (const divisor of [0, 1, 3, 4, 20, 2.5, Number.NaN]) {
    assert.throws(() => finerTick(spotInstrument(), divisor), RangeError);
  }
});
