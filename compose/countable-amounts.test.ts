/**
 * Goal: an amount that the engine cannot count in whole units of the base asset, or that is less than a
 * lot, is refused by its key with an amount that works; following the remedy makes it pass.
 * Method: prices at both ends of what venues list.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { PriceUnits } from '#units/integers.ts';
import { uncountableAmount } from './countable-amounts.ts';
import { resolveInstruments } from './session-setup.ts';

const DEFAULTS = loadConfiguration({ file: null, overrides: [] });
const QUOTED = resolveInstruments(DEFAULTS, false)[0] as Instrument;

function problem(priceUnits: number, limits: { readonly maxLongNotional?: number } = {}) {
  const { configuration } = DEFAULTS;
  const changed = { ...configuration, limits: { ...configuration.limits, ...limits } };
  const loaded = { ...DEFAULTS, configuration: changed as typeof configuration };
  return uncountableAmount(loaded, QUOTED, priceUnits as PriceUnits);
}

test('usual prices can be counted', () => {
  for (const price of [100_000, 16_000_000, 300_000_000_000]) assert.equal(problem(price), null);
});

test('too many coins are refused by key with the amount that can be counted', () => {
  // 0.0000123 quote a coin: half of 2^53 units are 45 million coins, worth 553 quote.
  const found = problem(1_230);
  assert.equal(found?.path, 'account.baseNotional');
  assert.match(found?.remedy ?? '', /at most "553\.0+"/);
  // At 0.001 the default of 40 000 is just within; twice that is not.
  assert.equal(problem(100_000), null);
  assert.equal(problem(100_000, { maxLongNotional: 60_000e8 })?.path, 'limits.maxLongNotional');
});

test('less than a lot is refused and names the price of a lot', () => {
  // One lot is one whole coin here.
  const found = problem(90_000 * 1e8);
  assert.equal(found?.path, 'inventory.maxDeviationNotional');
  assert.match(found?.remedy ?? '', /at least "90000\.0+"/);
});
