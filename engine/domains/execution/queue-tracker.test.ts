/**
 * Goal: only trades at our price that hit our side move us forward, each once, never below zero.
 * Method: one resting bid behind 500 lots and trades of every kind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { testMarket } from '#domains/risk/risk-desk.test-support.ts';
import { LiveOrders } from './live-orders.ts';
import { QueueTracker } from './queue-tracker.ts';

test('trades at our price from the other side shorten the queue, once each', () => {
  const quoted = testMarket(0);
  const orders = new LiveOrders();
  const row = orders.open(1);
  orders.sides[row] = Side.BUY;
  orders.pricesTicks[row] = 9_990;
  orders.aheadLots[row] = 500;
  const tracker = new QueueTracker(orders, { quoted, hedge: testMarket(1) });
  const trade = (
    lastTradeSide: number,
    lastTradePriceTicks: number,
    lastTradeQuantityLots: number,
  ) => {
    const tradeCount = quoted.tradeCount + 1;
    Object.assign(quoted, {
      lastTradeSide,
      lastTradePriceTicks,
      lastTradeQuantityLots,
      tradeCount,
    });
    tracker.look();
    tracker.look();
    return orders.aheadLots[row];
  };
  assert.equal(trade(Side.SELL, 9_990, 100), 400);
  assert.equal(trade(Side.BUY, 9_990, 100), 400);
  assert.equal(trade(Side.SELL, 9_991, 100), 400);
  assert.equal(trade(Side.SELL, 9_990, 900), 0);
});
