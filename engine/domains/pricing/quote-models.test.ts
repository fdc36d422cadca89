/**
 * Goal: each built-in model answers what its formula says, in ticks, and the exact one survives a
 * restore although its table is anchored.
 * Method: the formulas as oracles; parameter drift inside and outside the tolerance.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_PRICING_CONFIGURATION,
  type PricingConfiguration,
} from '#contracts/configuration/pricing-configuration.ts';
import { ModelInput, ModelQuote, type QuoteModel } from '#contracts/quote-model.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { optimalSpread } from './avellaneda-stoikov.ts';
import { GlftExactTable, glftClosedForm } from './glft.ts';
import { createQuoteModel } from './quote-models.ts';

const SLOW = {
  volatilityTicks: 2.4,
  intensityPerSecond: 1,
  decayPerTick: 0.3,
  riskAversionPerTick: 0.03,
  fittedBandTicks: 60,
  makerFeeTicks: 10,
  horizonSeconds: 20,
  maxInventoryUnits: 8,
};
const FORMULA = { intensity: 1, decay: 0.3, sigma: 2.4, gamma: 0.03, xi: 0.03, delta: 1 };

function make(changes: Partial<PricingConfiguration>): QuoteModel {
  return createQuoteModel({ ...DEFAULT_PRICING_CONFIGURATION, ...changes }, undefined);
}

function ask(model: QuoteModel, changes: Partial<ModelInput>): ModelQuote {
  const quote = new ModelQuote();
  model.quote(Object.assign(new ModelInput(), SLOW, changes), quote);
  return quote;
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

test('glft is the closed form with its two multipliers in the open', () => {
  const form = glftClosedForm(FORMULA);
  const plain = ask(make({ model: 'glft', skewMultiplier: 1 }), { inventoryUnits: 2 });
  near(plain.bidDistanceTicks, form.halfSpread + 2 * form.skew);
  near(plain.askDistanceTicks, form.halfSpread - 2 * form.skew);
  const shaped = make({ model: 'glft', skewMultiplier: 0.5, halfSpreadMultiplier: 3 });
  near(ask(shaped, { inventoryUnits: 2 }).bidDistanceTicks, 3 * form.halfSpread + form.skew);
  const variance = glftClosedForm({ ...FORMULA, xi: 0 });
  near(
    ask(make({ model: 'glft', riskMode: 'variance' }), {}).bidDistanceTicks,
    variance.halfSpread,
  );
});

test('the fee shift is whole inside the fitted band and never extrapolates beyond it', () => {
  const model = (): QuoteModel => make({ model: 'glft', applyFeeShift: true });
  near(ask(model(), {}).bidDistanceTicks, glftClosedForm(FORMULA, 10).halfSpread);
  const beyond = ask(model(), { makerFeeTicks: 100, fittedBandTicks: 10 }).bidDistanceTicks;
  near(beyond, glftClosedForm(FORMULA, 10).halfSpread - 10 + 100);
});

test('avellaneda-stoikov is half the optimal spread leaning gamma sigma^2 h a unit', () => {
  const quote = ask(make({ model: 'avellaneda-stoikov', skewMultiplier: 1 }), {
    inventoryUnits: 1,
  });
  const half = optimalSpread(0.03, 2.4, 0.3, 20) / 2;
  near(quote.bidDistanceTicks, half + 0.03 * 2.4 ** 2 * 20);
  near(quote.askDistanceTicks, half - 0.03 * 2.4 ** 2 * 20);
});

test('glft-exact is the table, linear in between, without a bid at the bound', () => {
  const table = new GlftExactTable(8);
  table.compute(FORMULA, 8);
  const model = make({ model: 'glft-exact' });
  near(ask(model, { inventoryUnits: 3 }).bidDistanceTicks, table.bidDistance(3));
  const between = (table.bidDistance(3) * 3 + table.bidDistance(4)) / 4;
  near(ask(model, { inventoryUnits: 3.25 }).bidDistanceTicks, between);
  near(ask(model, { inventoryUnits: 7.5 }).bidDistanceTicks, table.bidDistance(7));
  assert.equal(ask(model, { inventoryUnits: 8 }).bidDistanceTicks, Number.POSITIVE_INFINITY);
  assert.equal(ask(model, { inventoryUnits: 20 }).bidDistanceTicks, Number.POSITIVE_INFINITY);
  assert.ok(Number.isFinite(ask(model, { inventoryUnits: 20 }).askDistanceTicks));
});

test('glft-exact keeps its table inside the tolerance, also across a restore', () => {
  const original = make({ model: 'glft-exact' });
  const first = ask(original, { parametersVersion: 1 }).bidDistanceTicks;
  const drifted = { parametersVersion: 2, volatilityTicks: 2.44 };
  near(ask(original, drifted).bidDistanceTicks, first);
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = make({ model: 'glft-exact' });
  restored.readState(new StateBytesReader(writer.written()));
  assert.equal(ask(restored, drifted).bidDistanceTicks, first);
  const moved = ask(original, { parametersVersion: 3, volatilityTicks: 3 }).bidDistanceTicks;
  assert.ok(moved > first);
});
