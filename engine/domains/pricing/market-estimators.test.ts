/**
 * Goal: parameters move on the slow grid only, costs follow the account's real fees or the stated
 * override, and a book is usable only when live, fresh and two-sided.
 * Method: a hand-moved market.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import type { PriceTicks, RateUnits } from '#units/integers.ts';
import { isUsable, MarketEstimators } from './market-estimators.ts';
import { makeInstrument, PricingScene } from './pricing.test-support.ts';

const SPOT = makeInstrument(0);
const PERP = makeInstrument(1);

function observe(estimators: MarketEstimators, scene: PricingScene): void {
  estimators.observe(scene.nowMicros, scene.markets, SPOT, PERP);
}

test('a book is usable when live, fresh and two-sided, and not otherwise', () => {
  const { quoted } = new PricingScene();
  assert.equal(isUsable(quoted), true);
  quoted.isStale = true;
  assert.equal(isUsable(quoted), false);
  quoted.isStale = false;
  quoted.status = BookStatus.SYNCING;
  assert.equal(isUsable(quoted), false);
  quoted.status = BookStatus.LIVE;
  quoted.bidPriceTicks = 0 as PriceTicks;
  assert.equal(isUsable(quoted), false);
});

test('parameters are refreshed once per 100 ms of event time, or when forced', () => {
  const scene = new PricingScene();
  const estimators = new MarketEstimators(DEFAULT_PRICING_CONFIGURATION);
  const refresh = (isForced = false): boolean =>
    estimators.refresh(scene.nowMicros, scene.markets, SPOT, PERP, 1, isForced);
  observe(estimators, scene);
  assert.equal(refresh(), true);
  assert.equal(refresh(), false);
  assert.equal(refresh(true), true);
  scene.pass(100_000);
  observe(estimators, scene);
  assert.equal(refresh(), true);
  assert.equal(estimators.input.parametersVersion, 3);
});

test('everything given in bp becomes ticks of this instrument', () => {
  const scene = new PricingScene();
  const estimators = new MarketEstimators(DEFAULT_PRICING_CONFIGURATION);
  observe(estimators, scene);
  estimators.refresh(scene.nowMicros, scene.markets, SPOT, PERP, 1, true);
  const ticksPerBp = 1.62335;
  const { input, costs } = estimators;
  const near = (actual: number, expected: number): void => {
    assert.ok(Math.abs(actual - expected) < 1e-9 * expected, `${actual} is not ${expected}`);
  };
  near(input.volatilityTicks, 1.5 * ticksPerBp);
  near(input.decayPerTick, 0.5 / ticksPerBp);
  near(input.riskAversionPerTick, 0.05 / ticksPerBp);
  near(input.makerFeeTicks, 10 * ticksPerBp);
  near(input.fittedBandTicks, 40 * ticksPerBp);
  near(input.impactTicks, 0.8 * ticksPerBp);
  assert.equal(costs.makerFeeBps, 10);
});

test('an override stands in for the maker fee, and a new account fee is used at once', () => {
  const scene = new PricingScene();
  const hypothetical = new MarketEstimators({
    ...DEFAULT_PRICING_CONFIGURATION,
    makerFeeOverrideEnabled: true,
    makerFeeOverrideRate: -5_000 as RateUnits,
  });
  const honest = new MarketEstimators(DEFAULT_PRICING_CONFIGURATION);
  for (const estimators of [hypothetical, honest]) observe(estimators, scene);
  hypothetical.refresh(scene.nowMicros, scene.markets, SPOT, PERP, 1, true);
  assert.equal(hypothetical.costs.makerFeeBps, -0.5);
  const discounted = makeInstrument(0, { version: 2, makerFeeRate: 75_000 as RateUnits });
  honest.refresh(scene.nowMicros, scene.markets, discounted, PERP, 1, true);
  assert.equal(honest.costs.makerFeeBps, 7.5);
});

test('while the fee asset lasts the fee is discounted; when it runs out the very next quote pays in full', () => {
  const scene = new PricingScene();
  const estimators = new MarketEstimators(DEFAULT_PRICING_CONFIGURATION);
  const instrument = makeInstrument(0, { feeAssetDiscountRate: 25_000_000 as RateUnits });
  const feeAt = (feeAssetUnits: number): number => {
    estimators.refresh(scene.nowMicros, scene.markets, instrument, PERP, 1, false, feeAssetUnits);
    return estimators.costs.makerFeeBps;
  };
  observe(estimators, scene);
  assert.equal(feeAt(5), 7.5);
  assert.equal(feeAt(0), 10);
  assert.equal(feeAt(1), 7.5);
});
