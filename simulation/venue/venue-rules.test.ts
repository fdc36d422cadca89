/**
 * Goal: each rule refuses exactly outside its bound, with the venue's number, in the venue's order.
 * Method: a table of orders at and beyond each bound.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type {
  AssetUnits,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { perpInstrument, spotInstrument, WHOLE } from './venue.test-support.ts';
import { farthestPriceTicks, findViolation, type OrderUnderTest } from './venue-rules.ts';

const REFERENCE = 16_000_000 as PriceUnits;
const { BUY, SELL } = Side;

function order(changes: Partial<OrderUnderTest>): OrderUnderTest {
  return {
    side: BUY,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    priceTicks: 16_000,
    quantityLots: 100,
    reduceOnly: false,
    ...changes,
  };
}

const spot = spotInstrument(
  {},
  {
    minPriceTicks: 10 as PriceTicks,
    maxPriceTicks: 1_000_000 as PriceTicks,
    minQuantityLots: 5 as QuantityLots,
  },
);
const perp = perpInstrument();
const market = { type: OrderType.MARKET, priceTicks: 0 } as const;

const CASES: readonly (readonly [
  string,
  Instrument,
  Partial<OrderUnderTest>,
  string | null,
  number,
])[] = [
  ['a plain order', spot, {}, null, 0],
  ['no quantity', spot, { quantityLots: 0 }, 'malformed order', -1106],
  ['half a lot', spot, { quantityLots: 10.5 }, 'malformed order', -1106],
  ['half a tick', spot, { priceTicks: 16_000.5 }, 'malformed order', -1106],
  ['a limit without a price', spot, { priceTicks: 0 }, 'malformed order', -1106],
  ['a market order with a price', spot, { type: OrderType.MARKET }, 'malformed order', -1106],
  ['GTX on spot', spot, { timeInForce: TimeInForce.GTX }, 'malformed order', -1106],
  ['reduce-only on spot', spot, { reduceOnly: true }, 'malformed order', -1106],
  [
    'LIMIT_MAKER with IOC',
    spot,
    { type: OrderType.LIMIT_MAKER, timeInForce: TimeInForce.IOC },
    'malformed order',
    -1106,
  ],
  ['LIMIT_MAKER', spot, { type: OrderType.LIMIT_MAKER }, null, 0],
  ['LIMIT_MAKER on the perpetual', perp, { type: OrderType.LIMIT_MAKER }, 'malformed order', -1106],
  ['a halted spot market', spotInstrument({ status: InstrumentStatus.HALT }), {}, 'status', -1220],
  [
    'a closing perpetual',
    perpInstrument({ status: InstrumentStatus.CLOSE_ONLY }),
    {},
    'status',
    -4140,
  ],
  [
    'a closing perpetual, reduce-only',
    perpInstrument({ status: InstrumentStatus.CLOSE_ONLY }),
    { reduceOnly: true },
    null,
    0,
  ],
  ['the lowest price outside the band', spot, { priceTicks: 10 }, 'PERCENT_PRICE_BY_SIDE', -1013],
  ['a price under the minimum', spot, { priceTicks: 9 }, 'PRICE_FILTER', -1013],
  ['a price over the maximum', spot, { priceTicks: 1_000_001 }, 'PRICE_FILTER', -1013],
  ['a buy at five times', spot, { priceTicks: 80_000 }, null, 0],
  ['a buy beyond five times', spot, { priceTicks: 80_001 }, 'PERCENT_PRICE_BY_SIDE', -1013],
  ['a sell at a fifth', spot, { side: SELL, priceTicks: 3_200, quantityLots: 1_000 }, null, 0],
  [
    'a sell under a fifth',
    spot,
    { side: SELL, priceTicks: 3_199, quantityLots: 1_000 },
    'PERCENT_PRICE_BY_SIDE',
    -1013,
  ],
  ['a perpetual buy at +5 %', perp, { priceTicks: 16_800 }, null, 0],
  ['a perpetual buy beyond', perp, { priceTicks: 16_801 }, 'PERCENT_PRICE', -4016],
  ['a perpetual buy far below', perp, { priceTicks: 6_000 }, null, 0],
  ['a perpetual sell at -5 %', perp, { side: SELL, priceTicks: 15_200 }, null, 0],
  ['a perpetual sell beyond', perp, { side: SELL, priceTicks: 15_199 }, 'PERCENT_PRICE', -4024],
  ['the smallest lot', spot, { quantityLots: 5, priceTicks: 30_000 }, null, 0],
  ['under the smallest lot', spot, { quantityLots: 4, priceTicks: 30_000 }, 'LOT_SIZE', -1013],
  ['over the largest lot', spot, { quantityLots: 9_000_001 }, 'LOT_SIZE', -1013],
  [
    'over the largest market lot',
    spot,
    { ...market, quantityLots: 3_000_001 },
    'MARKET_LOT_SIZE',
    -1013,
  ],
  ['a limit over the largest market lot', spot, { quantityLots: 3_000_001 }, null, 0],
  ['the smallest notional', spot, { priceTicks: 20_000, quantityLots: 5 }, null, 0],
  ['under the smallest notional', spot, { priceTicks: 19_999, quantityLots: 5 }, 'NOTIONAL', -1013],
  [
    'a market order under it, at the reference',
    spot,
    { ...market, quantityLots: 6 },
    'NOTIONAL',
    -1013,
  ],
  ['a market order over it', spot, { ...market, quantityLots: 7 }, null, 0],
  [
    'over the largest notional',
    spotInstrument({}, { maxNotionalUnits: WHOLE as AssetUnits }),
    { priceTicks: 20_001, quantityLots: 5 },
    'NOTIONAL',
    -1013,
  ],
  ['a perpetual under 5', perp, { quantityLots: 31 }, 'MIN_NOTIONAL', -4164],
  ['a perpetual at 5', perp, { priceTicks: 16_129, quantityLots: 31 }, 'MIN_NOTIONAL', -4164],
  ['a perpetual above 5', perp, { quantityLots: 32 }, null, 0],
  ['a reduce-only perpetual under 5', perp, { quantityLots: 1, reduceOnly: true }, null, 0],
];

for (const [name, instrument, changes, rule, code] of CASES) {
  test(`${name} ${rule === null ? 'passes' : `is refused by ${rule} (${code})`}`, () => {
    const found = findViolation(instrument, order(changes), REFERENCE);
    assert.equal(found?.rule ?? null, rule);
    assert.equal(found?.venueCode ?? 0, code);
  });
}

test('without a reference price, bands and market notionals are off', () => {
  const none = 0 as PriceUnits;
  assert.equal(findViolation(spot, order({ priceTicks: 900_000 }), none), null);
  assert.equal(findViolation(spot, order({ ...market, quantityLots: 5 }), none), null);
  assert.equal(findViolation(perp, order({ priceTicks: 90_000 }), none), null);
});

test('a multiplier of zero switches its bound off', () => {
  const open = spotInstrument(
    {},
    { bidMultiplierUp: 0 as RateUnits, bidMultiplierDown: 0 as RateUnits },
  );
  assert.equal(findViolation(open, order({ priceTicks: 10_000_000 }), REFERENCE), null);
  assert.equal(farthestPriceTicks(open, BUY, REFERENCE), 0);
});

test('the farthest price lies inside the band, on a tick', () => {
  const odd = 16_000_999 as PriceUnits;
  assert.equal(farthestPriceTicks(perp, BUY, odd), 16_801);
  assert.equal(farthestPriceTicks(perp, SELL, odd), 15_201);
});
