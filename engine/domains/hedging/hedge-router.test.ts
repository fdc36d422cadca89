/**
 * Goal: the version rises exactly when the wish changes, and there is never more than one leg.
 * Method: repeat and change one thing at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEDGE_LEGS_MAX, HedgeUrgency } from '#contracts/hedge-command.ts';
import { Side } from '#contracts/order.ts';
import { instrumentIndex } from '#units/integers.ts';
import { HedgeRouter, type RoutedLeg } from './hedge-router.ts';

const leg: RoutedLeg = {
  side: Side.SELL,
  lots: 5,
  isPassive: true,
  limitPriceTicks: 100,
  deadlineMicros: 9,
  urgency: HedgeUrgency.PASSIVE,
  costBudgetBps: 5,
  costEstimateBps: 1,
};
const HEDGE = instrumentIndex(1);

for (const change of [
  { side: Side.BUY },
  { lots: 6 },
  { isPassive: false },
  { limitPriceTicks: 101 },
  { urgency: HedgeUrgency.NORMAL },
]) {
  test(`a changed ${Object.keys(change)[0]} is a new wish, the same again is not`, () => {
    const router = new HedgeRouter();
    router.route(HEDGE, leg);
    const { version } = router.command;
    router.route(HEDGE, { ...leg, costEstimateBps: 2 });
    assert.equal(router.command.version, version);
    router.route(HEDGE, { ...leg, ...change });
    assert.equal(router.command.version, version + 1);
    assert.equal(router.command.legCount, 1);
  });
}

test('clearing is a change once', () => {
  const router = new HedgeRouter();
  router.clear();
  assert.equal(router.command.version, 0);
  router.route(HEDGE, leg);
  router.clear();
  router.clear();
  assert.equal(router.command.version, 2);
  assert.equal(router.command.legCount, 0);
  assert.equal(router.command.legs.length, HEDGE_LEGS_MAX);
});
