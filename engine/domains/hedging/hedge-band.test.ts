/**
 * Goal: the band is the cube-root law inside its bounds, and its inputs are time-aware.
 * Method: the formula against brute force over its own cost rate, bounds one by one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { makeInstrument } from '#domains/account-state/session-fixture.test-support.ts';
import { assetUnits, MICROS_PER_SECOND } from '#units/integers.ts';
import { computeNoTradeBand, HedgeBand } from './hedge-band.ts';

const WHOLE = 100_000_000;
const hedge = makeInstrument({ role: InstrumentRole.HEDGE });
/** 0.16 in half price units. */
const MID = 32_000_000;

test('the band minimises the cost rate of risk and hedging', () => {
  const [cost, fills, aversion, variance] = [0.0001, 50, 0.01, 4e-9];
  const band = computeNoTradeBand(cost, fills, aversion, variance);
  const rate = (h: number) => (aversion * variance * h * h) / 6 + (cost * fills) / (2 * h);
  for (const factor of [0.9, 0.99, 1.01, 1.1]) assert.ok(rate(band) < rate(band * factor));
});

test('a price that does not move is never hedged', () => {
  assert.equal(computeNoTradeBand(1, 1, 1, 0), Number.POSITIVE_INFINITY);
});

function moved(changes: object): HedgeBand {
  const band = new HedgeBand({ ...DEFAULT_HEDGING_CONFIGURATION, ...changes });
  for (let second = 1; second <= 60; second++) {
    band.sample(MID + (second % 2) * 20_000, second * MICROS_PER_SECOND);
  }
  band.onFill(1_000 * WHOLE, 60 * MICROS_PER_SECOND);
  return band;
}

test('the model rules between the bounds', () => {
  const now = 60 * MICROS_PER_SECOND;
  const band = moved({ bandMaxQuoteUnits: assetUnits(10_000 * WHOLE) });
  band.refresh(hedge, MID, 2, now);
  const cost = 0.16 * 0.0005 + 0.00001;
  const model = computeNoTradeBand(cost, band.fillVariance(now), 0.01, band.priceVariance);
  assert.ok(Math.abs(band.bandUnits / WHOLE - model) < 1e-6 * model);
  assert.ok(model > 62.5 && model < 62_500, `${model} lies between the bounds`);
});

for (const [changes, expected, why] of [
  [{ riskAversion: 1e9 }, 62.5, 'at least twice the minimum notional'],
  [{ riskAversion: 1e9, bandMinQuoteUnits: 20 * WHOLE }, 125, 'at least the configured least'],
  [{ riskAversion: 1e-12 }, 3_750, 'at most the configured most'],
  [{ riskAversion: 1e-12, bandMaxQuoteUnits: WHOLE }, 62.5, 'the lower bound wins'],
  [{ bandFixedQuoteUnits: 16 * WHOLE }, 100, 'fixed by configuration'],
  [{ bandFixedQuoteUnits: WHOLE }, 62.5, 'fixed, yet never too small to serve'],
] as const) {
  test(`the band is ${expected} base: ${why}`, () => {
    const band = moved(changes);
    band.refresh(hedge, MID, 2, 60 * MICROS_PER_SECOND);
    assert.equal(band.bandUnits, expected * WHOLE);
  });
}

test('the band never holds less than two lots', () => {
  const coarse = { ...hedge, baseUnitsPerLot: 1_000 * WHOLE };
  const band = moved({});
  band.refresh(coarse, MID, 2, 60 * MICROS_PER_SECOND);
  assert.equal(band.bandUnits >= 2_000 * WHOLE, true);
});

test('without a mid there is no band', () => {
  const band = new HedgeBand(DEFAULT_HEDGING_CONFIGURATION);
  band.refresh(hedge, 0, 0, 1);
  assert.equal(band.bandUnits, 0);
  assert.equal(band.percentPerMinute, 0);
});

test('samples are taken on their grid only', () => {
  const band = new HedgeBand(DEFAULT_HEDGING_CONFIGURATION);
  assert.equal(band.sample(MID, MICROS_PER_SECOND), true);
  assert.equal(band.sample(MID * 2, MICROS_PER_SECOND + 999_999), false);
  assert.equal(band.sample(MID, 2 * MICROS_PER_SECOND), true);
  assert.equal(band.priceVariance, 0);
});

test('the variance of fills halves in its half-life', () => {
  const band = new HedgeBand(DEFAULT_HEDGING_CONFIGURATION);
  band.onFill(10 * WHOLE, 1_000);
  const halfLife = DEFAULT_HEDGING_CONFIGURATION.fillVarianceHalfLifeMicros;
  const ratio = band.fillVariance(1_000 + halfLife) / band.fillVariance(1_000);
  assert.ok(Math.abs(ratio - 0.5) < 1e-12);
});
