/**
 * Goal: an order passes exactly when the venue's filters would let it pass, and a refusal names the
 * number and the bound.
 * Method: a table of edges in the order of the codes, then random orders against BigInt fractions.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AssetUnits, PriceUnits } from '#units/integers.ts';
import { type Instrument, type InstrumentFilters, Market } from './instrument.ts';
import {
  checkAmends,
  checkFilters,
  checkMaxPosition,
  checkOpenOrders,
  type FilterableOrder,
  FilterCode,
  FilterVerdict,
  minimumQuantityLots,
} from './instrument-filters.ts';
import { OrderType, Side } from './order.ts';

const WHOLE = 100_000_000;

const spotFilters = {
  minPriceTicks: 10,
  maxPriceTicks: 100_000,
  minQuantityLots: 2,
  maxQuantityLots: 9000,
  marketMinQuantityLots: 0,
  marketMaxQuantityLots: 3000,
  minNotionalUnits: 5 * WHOLE,
  maxNotionalUnits: 1000 * WHOLE,
  minNotionalAppliesToMarket: true,
  maxNotionalAppliesToMarket: false,
  bidMultiplierUp: 5 * WHOLE,
  bidMultiplierDown: 0.2 * WHOLE,
  askMultiplierUp: 4 * WHOLE,
  askMultiplierDown: 0.5 * WHOLE,
  maxOpenOrders: 3,
  maxAmendsPerOrder: 10,
  maxPositionUnits: 100 * WHOLE,
} as InstrumentFilters;

/** Tick 0.00001, step 1. */
function instrumentWith(filters: Partial<InstrumentFilters>, market: Market = Market.SPOT) {
  return {
    market,
    tickLotNumerator: 1000,
    tickLotDenominator: 1,
    baseUnitsPerLot: WHOLE,
    priceUnitsPerTick: 1000,
    filters: { ...spotFilters, ...filters },
  } as Instrument;
}
const spot = instrumentWith({});
const perpetual = instrumentWith(
  {
    bidMultiplierUp: 105_000_000,
    bidMultiplierDown: 0,
    askMultiplierUp: 0,
    askMultiplierDown: 95_000_000,
  } as InstrumentFilters,
  Market.PERPETUAL,
);
const unbounded = instrumentWith(
  Object.fromEntries(
    Object.keys(spotFilters).map((name) => [name, 0]),
  ) as unknown as InstrumentFilters,
);

const order: FilterableOrder = {
  side: Side.BUY,
  type: OrderType.LIMIT_MAKER,
  priceTicks: 16_233,
  quantityLots: 100,
  reduceOnly: false,
};
const reference = 16_230_000 as PriceUnits;
const market = { type: OrderType.MARKET, priceTicks: 0 };

type Row = readonly [string, Instrument, Partial<FilterableOrder>, FilterCode, number, number];
const rows: readonly Row[] = [
  ['an ordinary order passes', spot, {}, FilterCode.PASSED, 0, 0],
  [
    'the lowest price needs its percent bound too',
    spot,
    { priceTicks: 10 },
    FilterCode.PERCENT_PRICE_TOO_LOW,
    10_000,
    3_246_000,
  ],
  [
    'a price one tick under the minimum is refused',
    spot,
    { priceTicks: 9 },
    FilterCode.PRICE_TOO_LOW,
    9,
    10,
  ],
  [
    'a price one tick over the maximum is refused',
    spot,
    { priceTicks: 100_001 },
    FilterCode.PRICE_TOO_HIGH,
    100_001,
    100_000,
  ],
  [
    'one lot under the minimum is refused',
    spot,
    { quantityLots: 1 },
    FilterCode.QUANTITY_TOO_LOW,
    1,
    2,
  ],
  [
    'one lot over the maximum is refused',
    spot,
    { quantityLots: 9001 },
    FilterCode.QUANTITY_TOO_HIGH,
    9001,
    9000,
  ],
  [
    'a market order has its own maximum',
    spot,
    { ...market, quantityLots: 3001 },
    FilterCode.QUANTITY_TOO_HIGH,
    3001,
    3000,
  ],
  [
    'a market order at its maximum passes',
    spot,
    { ...market, quantityLots: 3000 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a bid at reference x 0.2 passes',
    spot,
    { priceTicks: 3246, quantityLots: 1000 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a bid below reference x 0.2 is refused',
    spot,
    { priceTicks: 3245, quantityLots: 1000 },
    FilterCode.PERCENT_PRICE_TOO_LOW,
    3_245_000,
    3_246_000,
  ],
  [
    'an ask at reference x 4 passes',
    spot,
    { side: Side.SELL, priceTicks: 64_920 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'an ask above reference x 4 is refused',
    spot,
    { side: Side.SELL, priceTicks: 64_921 },
    FilterCode.PERCENT_PRICE_TOO_HIGH,
    64_921_000,
    64_920_000,
  ],
  [
    'an ask below reference x 0.5 is refused',
    spot,
    { side: Side.SELL, priceTicks: 8114 },
    FilterCode.PERCENT_PRICE_TOO_LOW,
    8_114_000,
    8_115_000,
  ],
  [
    'a notional of exactly the minimum passes',
    spot,
    { priceTicks: 10_000, quantityLots: 50 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a notional under the minimum is refused',
    spot,
    { priceTicks: 10_000, quantityLots: 49 },
    FilterCode.NOTIONAL_TOO_LOW,
    490_000_000,
    500_000_000,
  ],
  [
    'a notional over the maximum is refused',
    spot,
    { priceTicks: 20_000, quantityLots: 5001 },
    FilterCode.NOTIONAL_TOO_HIGH,
    100_020_000_000,
    100_000_000_000,
  ],
  [
    'a small market order is measured at the reference',
    spot,
    { ...market, quantityLots: 30 },
    FilterCode.NOTIONAL_TOO_LOW,
    486_900_000,
    500_000_000,
  ],
  [
    'spot knows no reduce-only exemption',
    spot,
    { quantityLots: 2, reduceOnly: true },
    FilterCode.NOTIONAL_TOO_LOW,
    32_466_000,
    500_000_000,
  ],
  [
    'a perpetual reduce-only order may be small',
    perpetual,
    { quantityLots: 2, reduceOnly: true },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a perpetual buy has no lower percent bound',
    perpetual,
    { priceTicks: 1000, quantityLots: 1000 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a perpetual buy above mark x 1.05 is refused',
    perpetual,
    { priceTicks: 17_042 },
    FilterCode.PERCENT_PRICE_TOO_HIGH,
    17_042_000,
    17_041_500,
  ],
  [
    'a perpetual sell below mark x 0.95 is refused',
    perpetual,
    { side: Side.SELL, priceTicks: 15_418 },
    FilterCode.PERCENT_PRICE_TOO_LOW,
    15_418_000,
    15_418_500,
  ],
  [
    'zero bounds are switched off',
    unbounded,
    { priceTicks: 1, quantityLots: 1_000_000 },
    FilterCode.PASSED,
    0,
    0,
  ],
  [
    'a limit price of zero is refused even without a minimum',
    unbounded,
    { priceTicks: 0 },
    FilterCode.PRICE_TOO_LOW,
    0,
    1,
  ],
  [
    'no lots are refused even without a minimum',
    unbounded,
    { quantityLots: 0 },
    FilterCode.QUANTITY_TOO_LOW,
    0,
    1,
  ],
];

for (const [title, instrument, change, code, used, allowed] of rows) {
  test(title, () => {
    const verdict = new FilterVerdict();
    assert.equal(checkFilters(instrument, { ...order, ...change }, reference, verdict), code);
    assert.deepEqual({ ...verdict }, { code, used, allowed });
  });
}

test('without a reference only the bounds that need none are checked', () => {
  const verdict = new FilterVerdict();
  const unknown = 0 as PriceUnits;
  assert.equal(
    checkFilters(spot, { ...order, priceTicks: 99_999 }, unknown, verdict),
    FilterCode.PASSED,
  );
  assert.equal(
    checkFilters(spot, { ...order, ...market, quantityLots: 2 }, unknown, verdict),
    FilterCode.PASSED,
  );
  assert.equal(
    checkFilters(spot, { ...order, quantityLots: 2 }, unknown, verdict),
    FilterCode.NOTIONAL_TOO_LOW,
  );
});

test('percent bounds are exact to the last unit for any reference and multiplier', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 ** 13 }),
      fc.integer({ min: 0, max: 10 * WHOLE }),
      fc.integer({ min: 0, max: 10 * WHOLE }),
      fc.integer({ min: -2, max: 2 }),
      fc.boolean(),
      (referenceUnits, down, up, offset, nearUpper) => {
        const bound = (BigInt(referenceUnits) * BigInt(nearUpper ? up : down)) / BigInt(WHOLE);
        const priceTicks = Number(bound) + offset;
        if (priceTicks < 1 || priceTicks > Number.MAX_SAFE_INTEGER / 4) return;
        const instrument = {
          ...unbounded,
          priceUnitsPerTick: 1,
          filters: { ...unbounded.filters, bidMultiplierDown: down, bidMultiplierUp: up },
        } as Instrument;
        const scaled = BigInt(priceTicks) * BigInt(WHOLE);
        const tooLow = down > 0 && scaled < BigInt(referenceUnits) * BigInt(down);
        const tooHigh = up > 0 && scaled > BigInt(referenceUnits) * BigInt(up);
        const expected = tooLow
          ? FilterCode.PERCENT_PRICE_TOO_LOW
          : tooHigh
            ? FilterCode.PERCENT_PRICE_TOO_HIGH
            : FilterCode.PASSED;
        const verdict = new FilterVerdict();
        const plain = { ...order, priceTicks, quantityLots: 1 };
        assert.equal(
          checkFilters(instrument, plain, referenceUnits as PriceUnits, verdict),
          expected,
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test('the minimum quantity passes and one lot less does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3246, max: 81_150 }), (priceTicks) => {
      const verdict = new FilterVerdict();
      const fewest = minimumQuantityLots(spot, priceTicks);
      const enough = { ...order, priceTicks, quantityLots: fewest };
      assert.equal(checkFilters(spot, enough, reference, verdict), FilterCode.PASSED);
      const short = { ...order, priceTicks, quantityLots: fewest - 1 };
      assert.equal(checkFilters(spot, short, reference, verdict), FilterCode.NOTIONAL_TOO_LOW);
    }),
  );
  assert.equal(minimumQuantityLots(unbounded, 1), 1);
});

test('the order count includes the new order', () => {
  const verdict = new FilterVerdict();
  assert.equal(checkOpenOrders(spot, 2, verdict), FilterCode.PASSED);
  assert.equal(checkOpenOrders(spot, 3, verdict), FilterCode.TOO_MANY_ORDERS);
  assert.deepEqual([verdict.used, verdict.allowed], [4, 3]);
  assert.equal(checkOpenOrders(unbounded, 5000, verdict), FilterCode.PASSED);
});

test('amends are counted, and an amend limit of zero offers none', () => {
  const verdict = new FilterVerdict();
  assert.equal(checkAmends(spot, 9, verdict), FilterCode.PASSED);
  assert.equal(checkAmends(spot, 10, verdict), FilterCode.TOO_MANY_AMENDS);
  assert.deepEqual([verdict.used, verdict.allowed], [11, 10]);
  assert.equal(checkAmends(unbounded, 0, verdict), FilterCode.TOO_MANY_AMENDS);
});

test('the position limit counts what is held, what is being bought and this order', () => {
  const verdict = new FilterVerdict();
  const units = (whole: number) => (whole * WHOLE) as AssetUnits;
  assert.equal(checkMaxPosition(spot, units(60), units(30), units(10), verdict), FilterCode.PASSED);
  assert.equal(
    checkMaxPosition(spot, units(60), units(30), units(11), verdict),
    FilterCode.POSITION_TOO_LARGE,
  );
  assert.deepEqual([verdict.used, verdict.allowed], [101 * WHOLE, 100 * WHOLE]);
});
