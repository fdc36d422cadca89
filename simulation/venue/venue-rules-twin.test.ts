/**
 * Goal: the venue's filters and the engine's, written twice on purpose, refuse the same orders.
 * Method: random instruments and random orders near the bounds, through both.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Instrument } from '#contracts/instrument.ts';
import { checkFilters, FilterCode, FilterVerdict } from '#contracts/instrument-filters.ts';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type {
  AssetUnits,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { perpInstrument, spotInstrument } from './venue.test-support.ts';
import { findViolation } from './venue-rules.ts';

/** Tick and step sizes: [tick-lot numerator, denominator, base units per lot, price units per tick]. */
const grid = fc.constantFrom(
  [1_000, 1, 100_000_000, 1_000] as const,
  [1, 1, 10_000, 10_000] as const,
  [1, 10, 10_000, 1_000] as const,
);
const bound = (low: number, high: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(0), fc.integer({ min: low, max: high }));

const terms = fc.record({
  isSpot: fc.boolean(),
  grid,
  minPrice: bound(1, 100),
  maxPrice: bound(200, 400),
  minLots: bound(1, 5),
  maxLots: bound(15, 25),
  maxMarketLots: bound(10, 30),
  minNotional: bound(1, 2_000),
  maxNotional: bound(2_000, 6_000_000),
  appliesMin: fc.boolean(),
  appliesMax: fc.boolean(),
  up: bound(100_000_001, 200_000_000),
  down: bound(30_000_000, 99_999_999),
});
type Terms = typeof terms extends fc.Arbitrary<infer One> ? One : never;

function instrumentOf(one: Terms): Instrument {
  const [tickLotNumerator, tickLotDenominator, baseUnitsPerLot, priceUnitsPerTick] = one.grid;
  const units = { tickLotNumerator, tickLotDenominator, baseUnitsPerLot, priceUnitsPerTick };
  const filters = {
    minPriceTicks: one.minPrice as PriceTicks,
    maxPriceTicks: one.maxPrice as PriceTicks,
    minQuantityLots: one.minLots as QuantityLots,
    maxQuantityLots: one.maxLots as QuantityLots,
    marketMinQuantityLots: 0 as QuantityLots,
    marketMaxQuantityLots: one.maxMarketLots as QuantityLots,
    minNotionalUnits: one.minNotional as AssetUnits,
    bidMultiplierUp: one.up as RateUnits,
    askMultiplierDown: one.down as RateUnits,
  };
  // The perpetual has no largest notional, bounds the harmful side only, and counts market orders.
  if (!one.isSpot) return perpInstrument(units, filters);
  return spotInstrument(units, {
    ...filters,
    maxNotionalUnits: one.maxNotional as AssetUnits,
    minNotionalAppliesToMarket: one.appliesMin,
    maxNotionalAppliesToMarket: one.appliesMax,
    bidMultiplierDown: one.down as RateUnits,
    askMultiplierUp: one.up as RateUnits,
  });
}

const orders = fc.record({
  side: fc.constantFrom(Side.BUY, Side.SELL),
  type: fc.constantFrom(OrderType.LIMIT, OrderType.MARKET),
  price: fc.integer({ min: 1, max: 420 }),
  quantityLots: fc.integer({ min: 1, max: 32 }),
  reduceOnly: fc.boolean(),
});

test('an order is refused by the venue exactly when the engine refuses it', () => {
  let refused = 0;
  let passed = 0;
  fc.assert(
    fc.property(terms, orders, bound(150, 250), (one, wish, referenceTicks) => {
      const instrument = instrumentOf(one);
      const reference = (referenceTicks * instrument.priceUnitsPerTick) as PriceUnits;
      const order = {
        ...wish,
        timeInForce: TimeInForce.GTC,
        priceTicks: wish.type === OrderType.MARKET ? 0 : wish.price,
        reduceOnly: wish.reduceOnly && !one.isSpot,
      };
      const found = findViolation(instrument, order, reference);
      const code = checkFilters(instrument, order, reference, new FilterVerdict());
      assert.equal(found === null, code === FilterCode.PASSED, `${found?.rule} against ${code}`);
      if (found === null) passed += 1;
      else refused += 1;
    }),
    { numRuns: 5_000, seed: 17 },
  );
  assert.ok(Math.min(passed, refused) > 500, `${passed} passed, ${refused} refused`);
});
