/**
 * Goal: average cost is exact in amounts: cash paid + realised result + open cost always balance.
 * Method: a table for opening, reducing, closing and crossing zero, then random trades.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PositionCost } from './position-cost.ts';

const WHOLE = 100_000_000;

test('opening averages, reducing realises in proportion, closing leaves nothing', () => {
  const cost = new PositionCost();
  assert.equal(cost.applyTrade(10 * WHOLE, 100), 0);
  assert.equal(cost.applyTrade(10 * WHOLE, 200), 0);
  assert.equal(cost.averagePriceUnits, 15);
  assert.equal(cost.applyTrade(-10 * WHOLE, -180), 30);
  assert.equal(cost.costUnits, 150);
  assert.equal(cost.applyTrade(-10 * WHOLE, -120), -30);
  assert.equal(cost.quantityUnits, 0);
  assert.equal(cost.costUnits, 0);
  assert.equal(cost.realizedUnits, 0);
  assert.equal(cost.averagePriceUnits, 0);
});

test('a trade through zero closes all of the old and opens the rest at its own price', () => {
  const cost = new PositionCost();
  cost.applyTrade(-10 * WHOLE, -100);
  assert.equal(cost.averagePriceUnits, 10);
  assert.equal(cost.applyTrade(15 * WHOLE, 120), 20);
  assert.equal(cost.quantityUnits, 5 * WHOLE);
  assert.equal(cost.costUnits, 40);
});

test('cash out, realised result and open cost balance after any trades', () => {
  const trade = fc.tuple(
    fc.integer({ min: -1_000, max: 1_000 }),
    fc.integer({ min: 1, max: 99_999 }),
  );
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 60 }), (trades) => {
      const cost = new PositionCost();
      let paid = 0;
      let held = 0;
      for (const [quantity, price] of trades) {
        if (quantity === 0) continue;
        cost.applyTrade(quantity, quantity * price);
        paid += quantity * price;
        held += quantity;
        assert.equal(cost.quantityUnits, held);
        assert.equal(cost.costUnits - cost.realizedUnits, paid);
        if (held === 0) assert.equal(cost.costUnits, 0);
      }
    }),
  );
});
