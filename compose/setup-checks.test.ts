/**
 * Goal: what depends on the instrument is proved with both numbers, and a broken relation names the
 * key to change.
 * Method: the defaults, then one key at a time moved to either side of its bound.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { placeOf } from '#adapters/config/config-error.ts';
import {
  resolveInstruments,
  resolveSession,
  SessionSetupError,
  syntheticStartPrice,
} from './session-setup.ts';
import { checkSetup, topLayerQuoteUnits } from './setup-checks.ts';

type Settings = Readonly<Record<string, string | number>>;

function resolved(settings: Settings = {}) {
  const overrides = Object.entries(settings).map(([path, value]) => ({
    path,
    value: JSON.stringify(value),
  }));
  const loaded = loadConfiguration({ file: null, overrides });
  const { configuration } = loaded;
  const start = syntheticStartPrice(configuration);
  assert.ok(start !== null);
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  return { loaded, setup: resolveSession(loaded, instruments, start, 'synthetic') };
}

/** Keys of the relations that do not hold. */
function broken(settings: Settings): string[] {
  const { loaded, setup } = resolved(settings);
  return checkSetup(loaded, setup).flatMap(({ problem }) =>
    problem === null ? [] : [placeOf(problem).replace('--set ', '')],
  );
}

test('the defaults hold, and every relation states its two numbers', () => {
  const { loaded, setup } = resolved();
  const checks = checkSetup(loaded, setup);
  assert.ok(checks.length >= 5);
  for (const { statement, problem } of checks) {
    assert.equal(problem, null, statement);
    assert.match(statement, /\d.*\d/);
  }
});

for (const [settings, keys, why] of [
  [{ hedge: 'none', 'pricing.capital': '1' }, ['pricing.capital'], 'a quote below the minimum'],
  [{ 'limits.maxOpenOrders': 5 }, ['limits.maxOpenOrders'], 'fewer open orders than quotes'],
  [{ 'limits.maxOpenOrders': 6 }, [], 'as many open orders as quotes'],
  [
    { 'limits.maxOpenOrders': 4, 'pricing.layerShareL0': 0.7, 'pricing.layerShareL1': 0.3 },
    [],
    'four open orders for two layers',
  ],
  [
    { hedge: 'none', 'limits.maxOpenOrders': 2, 'pricing.capital': '4' },
    [],
    'two open orders where the outer layers are too small to rest',
  ],
  [{ 'limits.maxOrderNotional': '1' }, ['limits.maxOrderNotional'], 'a quote above its limit'],
  [{ 'hedging.bandMax': '9.99' }, ['hedging.bandMax'], 'a band under twice the minimum hedge'],
  [{ 'hedging.bandMax': '10' }, [], 'a band of exactly twice the minimum hedge'],
  [
    { 'limits.maxHedgeOrderNotional': '599' },
    ['limits.maxHedgeOrderNotional'],
    'a hedge above its limit',
  ],
] as const) {
  test(`${why}: ${keys.length === 0 ? 'holds' : `refused at ${keys[0]}`}`, () => {
    assert.deepEqual(broken(settings as Settings), keys);
  });
}

test('the band may be three top-layer quotes and not a cent more', () => {
  const { setup } = resolved();
  const bound = (3 * topLayerQuoteUnits(setup)) / 1e8;
  const roomy = { 'limits.maxHedgeOrderNotional': '100000' };
  assert.deepEqual(broken({ ...roomy, 'hedging.bandMax': `${bound}` }), []);
  assert.deepEqual(broken({ ...roomy, 'hedging.bandMax': `${bound + 0.01}` }), ['hedging.bandMax']);
});

test('a session that does not hedge starts without a perpetual and aims at its stock', () => {
  const { setup } = resolved({ hedge: 'none' });
  assert.equal(setup.instruments.length, 1);
  assert.equal(setup.engine.hasHedge, false);
  assert.equal(setup.engine.hedging.isEnabled, false);
  assert.equal(setup.balances.positionLots, undefined);
  const { inventory } = setup.engine;
  assert.equal(inventory.targetDeltaBaseUnits, inventory.targetSpotBaseUnits);
});

test('a matched start is short on the perpetual what it holds on spot, a flat one holds nothing', () => {
  const matched = resolved().setup;
  const perBase = matched.instruments[1]?.baseUnitsPerLot ?? 0;
  const short = -(matched.balances.positionLots ?? 0) * perBase;
  assert.ok(short > 0);
  const { targetSpotBaseUnits } = matched.engine.inventory;
  assert.ok(targetSpotBaseUnits - short >= 0 && targetSpotBaseUnits - short < perBase);
  assert.equal(
    resolved({ 'account.startPosition': 'flat' }).setup.balances.positionLots,
    undefined,
  );
});

test('a problem becomes an error with the place as its where and a remedy', () => {
  const { loaded, setup } = resolved({ 'hedging.bandMax': '5' });
  const problem = checkSetup(loaded, setup).find((check) => check.problem !== null)?.problem;
  assert.ok(problem !== null && problem !== undefined);
  const error = new SessionSetupError(problem);
  assert.equal(error.where, '--set hedging.bandMax');
  assert.match(error.remedy, /hedging\.bandMax/);
  assert.match(error.message, /does not hold/);
});
