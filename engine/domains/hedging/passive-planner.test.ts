/**
 * Goal: a resting leg joins the touch, follows it within its budgets and knows how long it may take.
 * Method: one walk of the touch, then each budget in turn.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { Side } from '#contracts/order.ts';
import { TestMarkets } from '#domains/account-state/session-fixture.test-support.ts';
import { quantityLots } from '#units/integers.ts';
import { HedgeGovernor } from './hedge-governor.ts';
import { PassivePlanner } from './passive-planner.ts';

function make(changes: object = {}): {
  markets: TestMarkets;
  planner: PassivePlanner;
  governor: HedgeGovernor;
} {
  const configuration = { ...DEFAULT_HEDGING_CONFIGURATION, ...changes };
  const governor = new HedgeGovernor(configuration);
  const markets = new TestMarkets();
  markets.set('hedge', 100, 102, 1, 50);
  return { markets, planner: new PassivePlanner(configuration, governor), governor };
}

test('it joins the touch of its side', () => {
  const { markets, planner } = make();
  assert.equal(planner.price(markets.hedge, Side.BUY, 1), 100);
  planner.clear();
  assert.equal(planner.price(markets.hedge, Side.SELL, 1), 102);
});

test('it follows a touch that moved away, not sooner than the interval', () => {
  const { markets, planner } = make();
  planner.price(markets.hedge, Side.BUY, 0);
  markets.set('hedge', 101, 103, 2);
  assert.equal(planner.price(markets.hedge, Side.BUY, 249_999), 100);
  assert.equal(planner.price(markets.hedge, Side.BUY, 250_000), 101);
});

test('it stays when the touch without it falls behind: it is the touch', () => {
  const { markets, planner } = make();
  planner.price(markets.hedge, Side.SELL, 0);
  markets.set('hedge', 101, 104, 2);
  assert.equal(planner.price(markets.hedge, Side.SELL, 900_000), 102);
});

test('out of its budget of reprices it keeps its price', () => {
  const { markets, planner } = make({ repricesPerMinute: 1 });
  planner.price(markets.hedge, Side.BUY, 0);
  markets.set('hedge', 101, 103, 2);
  planner.price(markets.hedge, Side.BUY, 1_000_000);
  markets.set('hedge', 102, 104, 3);
  assert.equal(planner.price(markets.hedge, Side.BUY, 2_000_000), 101);
});

test('out of its budget of cancels nothing new rests', () => {
  const { markets, planner, governor } = make({ cancelsPerMinute: 1 });
  governor.cancels.use(0);
  assert.equal(planner.price(markets.hedge, Side.BUY, 1), 0);
});

test('without a touch there is no price', () => {
  const { markets, planner } = make();
  markets.set('hedge', 0, 102, 1);
  assert.equal(planner.price(markets.hedge, Side.BUY, 1), 0);
});

test('the expected fill time is what is ahead and ours over the flow that fills it', () => {
  const { markets, planner } = make();
  assert.equal(planner.expectedFillMicros(markets.hedge, Side.BUY, 10, 1), 0);
  markets.hedge.tradeCount = 1;
  markets.hedge.lastTradeSide = Side.SELL;
  markets.hedge.lastTradeQuantityLots = quantityLots(600);
  planner.observe(markets.hedge, 1_000);
  planner.observe(markets.hedge, 1_000);
  const expected = (60 * 30_000_000) / (600 * Math.LN2);
  const fill = planner.expectedFillMicros(markets.hedge, Side.BUY, 10, 1_000);
  assert.ok(Math.abs(fill - expected) < 1e-6 * expected);
  assert.equal(planner.expectedFillMicros(markets.hedge, Side.SELL, 10, 1_000), 0);
  assert.equal(planner.isWorthResting(expected, expected / 2), true);
  assert.equal(planner.isWorthResting(expected, expected / 4), false);
});
