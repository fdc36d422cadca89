/**
 * Goal: a taking leg never allows a price beyond its cap and takes no more than its share of depth.
 * Method: hand-made books, then random ones for the cap.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import { Side } from '#contracts/order.ts';
import { TestMarkets } from '#domains/account-state/session-fixture.test-support.ts';
import { ActivePlanner } from './active-planner.ts';

function planned(
  levelLots: number,
  wanted: number,
  least: number,
  urgency: HedgeUrgency,
): ActivePlanner {
  const markets = new TestMarkets();
  markets.set('hedge', 9_999, 10_001, 1, levelLots);
  const planner = new ActivePlanner(DEFAULT_HEDGING_CONFIGURATION);
  planner.plan(markets.hedge, Side.BUY, wanted, least, urgency);
  return planner;
}

// Mid 10000, cap 5 bp = 5 ticks: levels 10001..10005 lie inside.
for (const [levelLots, wanted, least, urgency, lots, why] of [
  [100, 80, 1, HedgeUrgency.NORMAL, 80, 'all of it when the depth holds twice that'],
  [10, 80, 1, HedgeUrgency.NORMAL, 25, 'half of what lies inside the cap'],
  [10, 80, 30, HedgeUrgency.NORMAL, 30, 'the smallest order when the share is below it'],
  [10, 80, 60, HedgeUrgency.NORMAL, 25, 'less than an order when the depth cannot serve one'],
  [10, 500, 1, HedgeUrgency.AGGRESSIVE, 150, 'all inside the wider cap when aggressive'],
  [10, 500, 1, HedgeUrgency.PANIC, 500, 'everything in a panic'],
] as const) {
  test(`${levelLots} lots a level give ${lots} of ${wanted}: ${why}`, () => {
    assert.equal(planned(levelLots, wanted, least, urgency).lots, lots);
  });
}

test('the estimate is the average distance of the sweep from the mid', () => {
  assert.ok(
    Math.abs(planned(10, 25, 1, HedgeUrgency.NORMAL).estimateBps - (10 + 20 + 15) / 25) < 1e-9,
  );
});

test('a touch beyond the cap gives nothing', () => {
  const markets = new TestMarkets();
  markets.set('hedge', 9_990, 10_010, 1);
  const planner = new ActivePlanner(DEFAULT_HEDGING_CONFIGURATION);
  planner.plan(markets.hedge, Side.SELL, 10, 1, HedgeUrgency.NORMAL);
  assert.equal(planner.lots, 0);
  assert.equal(planner.estimateBps, 0);
});

test('the limit never lies beyond the cap', () => {
  const bid = fc.integer({ min: 200, max: 1_000_000 });
  fc.assert(
    fc.property(
      bid,
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(0, 1, 2, 3),
      fc.boolean(),
      (bidTicks, spread, urgency, isBuy) => {
        const markets = new TestMarkets();
        markets.set('hedge', bidTicks, bidTicks + spread, 1);
        const planner = new ActivePlanner(DEFAULT_HEDGING_CONFIGURATION);
        planner.plan(markets.hedge, isBuy ? Side.BUY : Side.SELL, 10, 1, urgency);
        const mid = bidTicks + spread / 2;
        const beyond = (isBuy ? 1 : -1) * (planner.limitPriceTicks - mid);
        assert.ok((beyond / mid) * 10_000 <= planner.capBps + 1e-9);
      },
    ),
  );
});
