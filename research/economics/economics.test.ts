/**
 * Goal: the verdict follows from the figures: touch, deep, rare, unseen; what was not measured is
 * replaced by what the configuration assumes, and said so.
 * Method: samples made by hand around the real DOGEUSDT set-up; the words a person reads.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { findFeeTier } from '#adapters/config/fee-tiers.ts';
import { resolveInstruments, resolveSession, type SessionSetup } from '#compose/session-setup.ts';
import type { PriceUnits } from '#units/integers.ts';
import { accountTier, assessEconomics, type MarketSample } from './economics.ts';
import { economicsJson } from './economics-json.ts';
import { describeEconomics, verdictWords } from './economics-words.ts';

const ORIGIN = { isSynthetic: true, words: 'a market made by hand' };

function setup(set: Readonly<Record<string, string>> = {}): SessionSetup {
  const overrides = Object.entries(set).map(([path, value]) => ({ path, value }));
  const loaded = loadConfiguration({ file: null, overrides });
  const hasHedge = loaded.configuration.hedge === 'perpetual';
  return resolveSession(
    loaded,
    resolveInstruments(loaded, hasHedge),
    16_000_000 as PriceUnits,
    'synthetic',
  );
}

/** DOGEUSDT at 0.16: one tick of spread, orders that reach 3 bp now and then. */
function sample(own: Partial<MarketSample> = {}): MarketSample {
  return {
    seconds: 3_600,
    priceTicks: 16_000,
    spreadTicks: 1,
    oneTickShare: 1,
    volatilityBps: 1.5,
    volatilityPercentPerDay: 4.4,
    marketOrdersPerSecond: 2,
    marketOrderNotionalUnits: 20_000_000_000,
    intensity: { perSecond: 2, decayPerBp: 1, bandBps: 4, fitCount: 10 },
    markouts: [
      { seconds: 1, count: 100, adverseBps: 0.3, standardErrorBps: 0.05 },
      { seconds: 5, count: 100, adverseBps: 0.4, standardErrorBps: 0.05 },
      { seconds: 30, count: 90, adverseBps: 0.5, standardErrorBps: 0.2 },
    ],
    effectiveHalfSpreadBps: 0.31,
    hedgeHalfSpreadBps: 0.3125,
    basisMeanBps: 1,
    basisDeviationBps: 2,
    fundingRate: 10_000,
    secondsToFunding: 20_000,
    deepestSweepBps: 3,
    reach: (distanceBps) => ({
      distanceBps,
      count: distanceBps < 3 ? 5 : 0,
      perHour: distanceBps < 3 ? 2.5 : 0,
      perHourAtMost: distanceBps < 3 ? Number.NaN : 1.5,
    }),
    fittedPerHour: (distanceBps) => 7_200 * Math.exp(-distanceBps),
    ...own,
  };
}

function tier(name: string) {
  const found = findFeeTier(name);
  assert.ok(found !== null);
  return found;
}

function assess(name: string, own: Partial<MarketSample> = {}, set = {}) {
  const options = { setup: setup(set), sample: sample(own), tier: tier(name) };
  return assessEconomics(options);
}

test('DOGEUSDT at VIP0 shows the arithmetic: -15 bp for a fill at the touch', () => {
  const answer = assess('VIP0');
  const text = describeEconomics(answer, ORIGIN).join('\n');
  assert.match(
    text,
    /\+0\.31 half spread - 10\.00 maker fee - 5\.00 perpetual taker fee - 0\.31 perpetual's half spread = -15\.00 bp/,
  );
  assert.match(text, /tick 0\.00001 = 0\.625 bp/);
  assert.match(text, /synthetic: not evidence/);
  assert.match(text, /0\.40 ± 0\.05 bp after 5 s \(100 market orders\)/);
  for (const name of ['VIP0 ', 'VIP0+BNB', 'VIP9', 'ZERO', 'REBATE']) {
    assert.ok(text.includes(`\n${name}`), name);
  }
});

test('the adverse selection counted is the one at the configured horizon', () => {
  assert.equal(assess('VIP0').figures.adverseSelectionBps, 0.4);
  const late = assess('VIP0', {}, { 'pricing.markoutHorizon': '30s' });
  assert.equal(late.figures.adverseSelectionBps, 0.5);
});

test('what was not measured falls back to what is assumed, and is said', () => {
  const answer = assess('VIP0', {
    markouts: [{ seconds: 5, count: 0, adverseBps: Number.NaN, standardErrorBps: Number.NaN }],
    hedgeHalfSpreadBps: Number.NaN,
    basisMeanBps: Number.NaN,
    fundingRate: Number.NaN,
    secondsToFunding: Number.NaN,
    intensity: { perSecond: 1, decayPerBp: 0.5, bandBps: 10, fitCount: 0 },
  });
  assert.equal(answer.figures.adverseSelectionBps, setup().engine.pricing.adverseSelectionPriorBps);
  assert.equal(answer.figures.hedgeHalfSpreadBps, 0.3125);
  const text = describeEconomics(answer, ORIGIN).join('\n');
  assert.match(text, /assumed: half a tick/);
  assert.match(text, /not measured after 5 s/);
  assert.match(text, /funding not recorded/);
  assert.match(text, /not fitted/);
  const json = economicsJson(answer, ORIGIN);
  assert.equal(json.hedge?.basisMeanBps, null);
  assert.equal(json.adverseSelection[0]?.bps, null);
});

test('the shares of the hedge cost are called assumed, for people and for scripts', () => {
  const answer = assess('VIP0');
  const text = describeEconomics(answer, ORIGIN).join('\n');
  assert.match(text, /\d+ % passive \(assumed\), \d+ % netted \(assumed\): \d/);
  assert.match(text, /hedged by the assumed shares:/);
  const json = economicsJson(answer, ORIGIN);
  assert.equal(json.hedgeCost.sharesAssumed, true);
  assert.ok(json.tiers.every((one) => one.hedgeCost.sharesAssumed));
});

test('a session without hedge says so and pays nothing for one', () => {
  const answer = assess('VIP0', { hedgeHalfSpreadBps: Number.NaN }, { hedge: 'none' });
  assert.equal(answer.chosen.arithmetic.hedge.afterNettingBps, 0);
  assert.match(describeEconomics(answer, ORIGIN).join('\n'), /the inventory is not hedged/);
  assert.equal(economicsJson(answer, ORIGIN).hedge, null);
});

test('touch: a rebate above all costs can be quoted at the touch', () => {
  const rebate = { ...tier('REBATE'), spotMakerBps: -20 };
  const answer = assessEconomics({ setup: setup(), sample: sample(), tier: rebate });
  assert.equal(answer.chosen.verdict, 'touch');
  assert.match(verdictWords(answer, answer.chosen), /can be quoted at the touch/);
});

test('deep: market orders were seen where it pays, or the fit holds there', () => {
  const seen = assess('VIP0', {
    reach: (distanceBps) => ({ distanceBps, count: 4, perHour: 2, perHourAtMost: Number.NaN }),
  });
  assert.equal(seen.chosen.verdict, 'deep');
  assert.match(verdictWords(seen, seen.chosen), /about 2\.0 times an hour on a side \(4 seen\)/);
  const fitted = assess('VIP0', {
    intensity: { perSecond: 2, decayPerBp: 0.2, bandBps: 40, fitCount: 3 },
    fittedPerHour: () => 12,
  });
  assert.equal(fitted.chosen.verdict, 'deep');
  assert.match(
    verdictWords(fitted, fitted.chosen),
    /the fit expects market orders 12 times an hour/,
  );
});

test('unseen: none came and too little was watched; rare: enough was watched', () => {
  const unseen = assess('VIP0');
  assert.equal(unseen.chosen.verdict, 'unseen');
  assert.match(verdictWords(unseen, unseen.chosen), /no market order came that far/);
  const rare = assess('VIP0', {
    reach: (distanceBps) => ({ distanceBps, count: 0, perHour: 0, perHourAtMost: 0.01 }),
  });
  assert.equal(rare.chosen.verdict, 'rare');
  assert.match(verdictWords(rare, rare.chosen), /less than once a day/);
  const seldom = assess('VIP0', {
    reach: (distanceBps) => ({ distanceBps, count: 1, perHour: 0.02, perHourAtMost: Number.NaN }),
  });
  assert.equal(seldom.chosen.verdict, 'rare');
});

test('a fit is never drawn on beyond its band', () => {
  const answer = assess('VIP0', { fittedPerHour: () => 1_000_000 });
  assert.equal(answer.chosen.fills.isInsideFittedBand, false);
  assert.equal(answer.chosen.verdict, 'unseen');
});

test('the account tier is the list price, or the list price with overrides', () => {
  assert.equal(accountTier(setup()).note, 'list price');
  const bnb = {
    'fees.tier': 'VIP0+BNB',
    'account.feeAsset': '"1"',
    'accountState.feeAssetPrice': '"850"',
  };
  assert.equal(accountTier(setup(bnb)).spotMakerBps, 7.5);
  const own = accountTier(setup({ 'fees.spotMakerBps': '4' }));
  assert.equal(own.spotMakerBps, 4);
  assert.equal(own.perpTakerBps, 5);
  assert.match(own.note, /own fees/);
  const discounted = accountTier(setup({ ...bnb, 'fees.spotMakerBps': '4' }));
  assert.equal(discounted.spotMakerBps, 3);
});

test('the object for scripts carries the same numbers', () => {
  const json = economicsJson(assess('VIP0'), ORIGIN);
  assert.equal(json.symbol, 'DOGEUSDT');
  assert.equal(json.tier, 'VIP0');
  assert.equal(json.tickBps, 0.625);
  assert.equal(json.oneTickTouch.bps, -15);
  assert.equal(json.synthetic, true);
  assert.equal(json.tiers.length, 13);
  const needed = json.needed.parts.reduce((sum, part) => sum + (part.bps ?? 0), 0);
  assert.ok(Math.abs(needed - (json.needed.bps ?? 0)) < 1e-3);
  assert.doesNotThrow(() => JSON.stringify(json));
});
