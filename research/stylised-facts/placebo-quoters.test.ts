/**
 * Goal: the placebos quote as they say, only as makers and within their inventory, and what they
 * gain is what their fills and their inventory are worth.
 * Method: short sessions of the synthetic market, with a second account of every fill taken from
 * the book itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import { type PlaceboName, PlaceboQuoter } from './placebo-quoters.ts';
import { type BuiltMarket, recordMarket } from './recorded-market.ts';

interface Watched {
  readonly quoter: PlaceboQuoter;
  readonly market: BuiltMarket;
  /** Fills of the quoter by the book's own word: signed lots and price. */
  readonly fills: { readonly lots: number; readonly priceTicks: number }[];
  takes: number;
  inventory: number;
  most: number;
  endMidTicks: number;
}

const HOURS = 0.34;
const seenBefore = new Map<PlaceboName, Watched>();

/** The session every test looks at; run once. */
function watched(name: PlaceboName): Watched {
  const known = seenBefore.get(name) ?? watch(name, 7);
  seenBefore.set(name, known);
  return known;
}

function watch(name: PlaceboName, seed: number): Watched {
  const owner = name === 'naive' ? 900 : 901;
  let made: Watched | null = null;
  recordMarket({
    symbol: 'DOGEUSDT',
    seed,
    hours: HOURS,
    regime: 'volatile',
    onBuilt: (market) => {
      const quoter = new PlaceboQuoter(market, name, seed);
      const seen: Watched = {
        quoter,
        market,
        fills: [],
        takes: 0,
        inventory: 0,
        most: 0,
        endMidTicks: 0,
      };
      market.spotBook.bindParticipants({
        onRested: () => {},
        onEnded: () => {},
        onFill: (order: VenueOrder, priceTicks, lots, isMaker) => {
          if (order.owner !== owner) return;
          if (!isMaker) seen.takes += 1;
          const signed = order.side === Side.BUY ? lots : -lots;
          seen.fills.push({ lots: signed, priceTicks });
          seen.inventory += signed;
          seen.most = Math.max(seen.most, Math.abs(seen.inventory));
        },
      });
      quoter.start();
      made = seen;
    },
  });
  assert.ok(made !== null);
  return made;
}

for (const name of ['naive', 'random'] as const) {
  test(`the ${name} quoter is filled, never takes and keeps its bounds`, () => {
    const { fills, takes, most, market } = watched(name);
    const orderLots = Math.round(50 / (market.startPrice * (market.spot.baseUnitsPerLot / 1e8)));
    assert.ok(fills.length > 100, `${fills.length} fills`);
    assert.equal(takes, 0);
    // Four orders' worth, and two that may be on their way when the bound is reached.
    assert.ok(most <= 6 * orderLots, `${most} lots of ${orderLots}`);
  });

  test(`the ${name} quoter's notional is what the book says it traded`, () => {
    const { fills, quoter, market } = watched(name);
    const result = quoter.result();
    const unit = market.spot.tickLotNumerator / market.spot.tickLotDenominator / 1e8;
    const traded = fills.reduce(
      (sum, fill) => sum + Math.abs(fill.lots) * fill.priceTicks * unit,
      0,
    );
    // What came after the last whole block of ten minutes is left out of the result.
    assert.ok(result.makerQuote < 1.000001 * traded && result.makerQuote > 0.8 * traded);
    assert.equal(result.curve.length, 2);
    assert.ok(Math.abs((result.curve.at(-1) ?? Number.NaN) - result.gainBps.value) < 1e-9);
  });
}

test('the naive quoter is filled far more often than the one that rests behind the touch', () => {
  assert.ok(watched('naive').fills.length > 1.5 * watched('random').fills.length);
});

test('equal seeds give equal results, another seed another', () => {
  const first = watched('random').quoter.result();
  assert.deepEqual(watch('random', 7).quoter.result(), first);
  assert.notDeepEqual(watch('random', 8).quoter.result(), first);
});
