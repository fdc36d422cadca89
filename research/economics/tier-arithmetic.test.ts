/**
 * Goal: the arithmetic of a tier is the one a person does by hand, and its parts add up.
 * Method: DOGEUSDT at 0.16 with round figures, every sum written out; properties over random markets.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FEE_TIERS, type FeeTier, findFeeTier } from '#adapters/config/fee-tiers.ts';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { computeTier, type MarketFigures } from './tier-arithmetic.ts';

/** 0.00001 of 0.16. */
const TICK_BPS = (0.00001 / 0.16) * 10_000;

const MARKET: MarketFigures = {
  tickBps: TICK_BPS,
  halfSpreadBps: 0.4,
  volatilityBps: 1.5,
  adverseSelectionBps: 0.8,
  hedgeHalfSpreadBps: TICK_BPS / 2,
  hasHedge: true,
  fundingRate: 0,
  secondsToFunding: Number.POSITIVE_INFINITY,
};

const PRICING = {
  ...DEFAULT_PRICING_CONFIGURATION,
  hedgeNettingShare: 0.5,
  hedgePassiveShare: 0.3,
  floorMarginBps: 0.5,
};

function tier(name: string): FeeTier {
  const found = findFeeTier(name);
  assert.ok(found !== null);
  return found;
}

function near(actual: number, expected: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what} ${actual} is not ${expected}`);
}

test('a fill at a touch one tick wide costs fifteen basis points at VIP0', () => {
  const { oneTickTouch } = computeTier(tier('VIP0'), MARKET, PRICING);
  assert.deepEqual(
    oneTickTouch.parts.map((part) => [part.name, Number(part.bps.toFixed(4))]),
    [
      ['half spread', 0.3125],
      ['maker fee', -10],
      ['perpetual taker fee', -5],
      ["perpetual's half spread", -0.3125],
    ],
  );
  near(oneTickTouch.bps, 0.3125 - 10 - 5 - 0.3125);
});

test('the needed distance is fee, adverse selection, stale quote, hedge and margin', () => {
  const { needed, neededTicks, hedge } = computeTier(tier('VIP0'), MARKET, PRICING);
  // 30 % passive at 2 bp, 70 % taken at 5 bp and half a tick; half of it is netted.
  const hedgeBps = 0.5 * (0.3 * 2 + 0.7 * (5 + 0.3125));
  near(hedge.afterNettingBps, hedgeBps);
  near(hedge.takerBps, 5.3125);
  // 13 bp are some sixty deviations of 20 ms: the stale quote costs nothing there.
  near(needed.bps, 10 + 0.8 + hedgeBps + 0.5);
  near(neededTicks, needed.bps / 0.625);
});

test('the break-even maker fee is the fee at which a fill at the touch makes nothing', () => {
  const { breakEvenMakerFeeBps, expectedTouch } = computeTier(tier('VIP0'), MARKET, PRICING);
  near(expectedTouch.bps + 10, breakEvenMakerFeeBps);
  const asked = { ...tier('VIP0'), spotMakerBps: breakEvenMakerFeeBps };
  near(computeTier(asked, MARKET, PRICING).expectedTouch.bps, 0);
});

test('a stale quote at the touch costs what Bachelier says', () => {
  const { expectedTouch } = computeTier(tier('VIP0'), { ...MARKET, halfSpreadBps: 0 }, PRICING);
  const stale = expectedTouch.parts.find((part) => part.name === 'stale quote')?.bps ?? 0;
  // At the money: sigma sqrt(L) / sqrt(2 pi), sigma 1.5 bp, L 20 ms.
  const latency = PRICING.reactionLatencyMicros / 1e6;
  assert.ok(Math.abs(-stale - (1.5 * Math.sqrt(latency)) / Math.sqrt(2 * Math.PI)) < 1e-6);
});

test('funding near its settlement is paid by the worse side', () => {
  const near5Minutes = { ...MARKET, fundingRate: 20_000, secondsToFunding: 300 };
  const { needed } = computeTier(tier('VIP0'), near5Minutes, PRICING);
  // 2 bp, half of the ten minutes of carry left: 1 bp on the side that gives it up.
  near(needed.parts.find((part) => part.name === 'funding')?.bps ?? 0, 1);
  const negative = computeTier(tier('VIP0'), { ...near5Minutes, fundingRate: -20_000 }, PRICING);
  near(negative.needed.bps, needed.bps);
});

test('without a hedge nothing is paid for hedging', () => {
  const alone = computeTier(tier('VIP0'), { ...MARKET, hasHedge: false }, PRICING);
  near(alone.hedge.afterNettingBps, 0);
  assert.equal(alone.oneTickTouch.parts.length, 2);
  near(alone.oneTickTouch.bps, 0.3125 - 10);
});

test('a lucky negative adverse selection lowers no floor', () => {
  const lucky = computeTier(tier('VIP0'), { ...MARKET, adverseSelectionBps: -3 }, PRICING);
  const none = computeTier(tier('VIP0'), { ...MARKET, adverseSelectionBps: 0 }, PRICING);
  near(lucky.needed.bps, none.needed.bps);
  near(lucky.expectedTouch.bps, none.expectedTouch.bps + 3);
});

test('fees in BNB take a quarter off the spot fee and nothing off the perpetual', () => {
  const full = computeTier(tier('VIP0'), MARKET, PRICING);
  const discounted = computeTier(tier('VIP0+BNB'), MARKET, PRICING);
  near(full.needed.bps - discounted.needed.bps, 2.5);
  near(full.hedge.takerBps, discounted.hedge.takerBps);
});

test('in any market the parts add up, and a dearer tier needs exactly so much more distance', () => {
  const markets = fc.record({
    tickBps: fc.double({ min: 0.001, max: 5, noNaN: true }),
    halfSpreadBps: fc.double({ min: 0.001, max: 10, noNaN: true }),
    volatilityBps: fc.double({ min: 0.1, max: 5, noNaN: true }),
    adverseSelectionBps: fc.double({ min: -2, max: 5, noNaN: true }),
    hedgeHalfSpreadBps: fc.double({ min: 0, max: 3, noNaN: true }),
    hasHedge: fc.boolean(),
    fundingRate: fc.integer({ min: -100_000, max: 100_000 }),
    secondsToFunding: fc.double({ min: 0, max: 30_000, noNaN: true }),
  });
  fc.assert(
    fc.property(markets, fc.constantFrom(...FEE_TIERS), (market, fees) => {
      const answer = computeTier(fees, market, PRICING);
      for (const stack of [answer.needed, answer.oneTickTouch, answer.expectedTouch]) {
        near(
          stack.parts.reduce((sum, part) => sum + part.bps, 0),
          stack.bps,
        );
      }
      const dearer = computeTier(
        { ...fees, spotMakerBps: fees.spotMakerBps + 20 },
        market,
        PRICING,
      );
      const twice = computeTier({ ...fees, spotMakerBps: fees.spotMakerBps + 40 }, market, PRICING);
      near(twice.needed.bps - dearer.needed.bps, 20, 'needed');
      near(answer.expectedTouch.bps - dearer.expectedTouch.bps, 20, 'touch');
    }),
  );
});
