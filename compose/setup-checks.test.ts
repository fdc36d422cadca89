/**
 * Goal: each relation between configuration and instrument is proved with its numbers, one value trips
 * it, its neighbour passes, and the problem points at the key.
 * Method: a table of neighbouring values for DOGEUSDT at 0.16, whose minimum notional is known.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import type { PriceUnits } from '#units/integers.ts';
import { resolveInstruments, resolveSession } from './session-setup.ts';
import { checkSetup, type SetupCheck, topLayerQuoteUnits } from './setup-checks.ts';

type Settings = Readonly<Record<string, string>>;

function setupOf(set: Settings, withHedge = true) {
  const overrides = Object.entries(set).map(([path, value]) => ({ path, value: `"${value}"` }));
  const loaded = loadConfiguration({ file: null, overrides });
  const instruments = resolveInstruments(loaded, withHedge);
  const setup = resolveSession(loaded, instruments, 16_000_000 as PriceUnits, 'synthetic');
  return { loaded, setup };
}

function checks(set: Settings = {}, withHedge = true): SetupCheck[] {
  const { loaded, setup } = setupOf(set, withHedge);
  return checkSetup(loaded, setup);
}

/** Why, settings that trip it, settings that just pass, the key blamed. */
const RELATIONS: readonly [name: string, trips: Settings, passes: Settings, path: string][] = [
  [
    // Half of 3.33 times 0.6 is 0.999 USDT; the spot minimum is 1 USDT.
    'top layer above the minimum notional',
    { 'pricing.capital': '3.33', 'hedging.bandMax': '10' },
    { 'pricing.capital': '3.34', 'hedging.bandMax': '10' },
    'pricing.capital',
  ],
  [
    // Half of 1000 times 0.6 is 300 USDT.
    'top layer below the order limit',
    { 'limits.maxOrderNotional': '299.99' },
    { 'limits.maxOrderNotional': '300' },
    'limits.maxOrderNotional',
  ],
  [
    'hedge band at most three top-layer quotes',
    { 'hedging.bandMax': '900.01' },
    { 'hedging.bandMax': '900' },
    'hedging.bandMax',
  ],
  [
    // The perpetual's minimum notional is 5 USDT.
    "hedge band at least twice the perpetual's minimum notional",
    { 'hedging.bandMax': '9.99' },
    { 'hedging.bandMax': '10' },
    'hedging.bandMax',
  ],
  [
    'a hedge of the whole band fits one order',
    { 'hedging.bandMax': '600', 'limits.maxHedgeOrderNotional': '599.99' },
    { 'hedging.bandMax': '600', 'limits.maxHedgeOrderNotional': '600' },
    'limits.maxHedgeOrderNotional',
  ],
];

for (const [name, trips, passes, path] of RELATIONS) {
  test(`${name}: one value trips it, its neighbour passes`, () => {
    const tripped = checks(trips).find((check) => check.name === name);
    assert.ok(tripped?.problem !== null && tripped !== undefined, 'it holds');
    const blamed = tripped.problem.path || tripped.problem.file.replace('--set ', '');
    assert.equal(blamed, path);
    assert.ok(tripped.problem.reason.includes(tripped.statement), 'the reason has both numbers');
    assert.ok(tripped.problem.remedy.length > 10);
    const passed = checks(passes).find((check) => check.name === name);
    assert.equal(passed?.problem, null);
    assert.match(passed.statement, /\d/);
  });
}

test('the defaults prove every relation, and without a hedge its relations are not asked for', () => {
  const all = checks();
  assert.deepEqual(
    all.filter((check) => check.problem !== null),
    [],
  );
  for (const [name] of RELATIONS)
    assert.ok(
      all.some((check) => check.name === name),
      name,
    );
  const alone = checks({}, false);
  assert.ok(alone.length < all.length);
  assert.ok(!alone.some((check) => /hedge|perpetual/.test(check.name)));
});

test('a top-layer quote is half the capital times the share of L0', () => {
  const { setup } = setupOf({ 'pricing.capital': '1000' });
  assert.equal(topLayerQuoteUnits(setup), 300 * 1e8);
});
