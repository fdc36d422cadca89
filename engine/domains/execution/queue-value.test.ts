/**
 * Goal: a queue place is worth what stands behind it, within its bound.
 * Method: the ends, the middle, and levels that are not shown.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { testMarket } from '#domains/risk/risk-desk.test-support.ts';
import { displayedLots, queueValueTicks } from './queue-value.ts';

test('a queue place is worth its share of the level behind it', () => {
  assert.equal(queueValueTicks(0, 100, 2), 2);
  assert.equal(queueValueTicks(25, 100, 2), 1.5);
  assert.equal(queueValueTicks(500, 100, 2), 0);
  assert.equal(queueValueTicks(0, 0, 2), 0);
});

test('only the level at exactly the price counts, on its own side', () => {
  const market = testMarket(0);
  Object.assign(market.asks, { count: 2 });
  market.asks.pricesTicks.set([10_001, 10_003, 10_005]);
  market.asks.quantitiesLots.set([5, 7, 9]);
  assert.equal(displayedLots(market, Side.SELL, 10_003), 7);
  assert.equal(displayedLots(market, Side.SELL, 10_005), 0);
  assert.equal(displayedLots(market, Side.BUY, 10_003), 0);
});
