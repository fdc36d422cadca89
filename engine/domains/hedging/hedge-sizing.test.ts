/**
 * Goal: a hedge goes back to rest, meets the venue's minimum and never turns the position around.
 * Method: a table of edges, then the invariant over random cases.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lotsMarginCarries, lotsToTrade } from './hedge-sizing.ts';

for (const [distance, rest, least, expected, why] of [
  [1_000, 200, 1, 8, 'back to rest'],
  [1_099, 200, 1, 8, 'whole lots only'],
  [300, 200, 3, 3, 'raised to the smallest order'],
  [250, 200, 3, 3, 'which may pass the target by one lot'],
  [199, 0, 3, 0, 'but not by more'],
  [50, 50, 1, 1, 'one lot passes by half a lot'],
] as const) {
  test(`${distance} units from target with rest ${rest} trade ${expected} lots: ${why}`, () => {
    assert.equal(lotsToTrade(distance, rest, 100, least), expected);
  });
}

test('no hedge passes the target by more than one lot', () => {
  const amount = fc.integer({ min: 0, max: 1e9 });
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 500 }),
      (distance, rest, lot, least) => {
        const lots = lotsToTrade(distance, rest, lot, least);
        assert.ok(lots * lot <= distance + lot);
        assert.ok(lots === 0 || lots >= least);
      },
    ),
  );
});

test('margin carries whole lots, its buffer kept', () => {
  const terms = {
    freeUnits: 1_000,
    lotValueUnits: 1_000,
    initialMarginRate: 10_000_000,
    bufferBps: 2_500,
  };
  assert.equal(lotsMarginCarries(terms), 8);
  assert.equal(lotsMarginCarries({ ...terms, freeUnits: 0 }), 0);
  assert.equal(lotsMarginCarries({ ...terms, initialMarginRate: 0 }), Number.MAX_SAFE_INTEGER);
});
