/**
 * Goal: a configuration is understood to its last key or refused with file, line, reason and remedy;
 * `--set` beats the file, the file the profile, the profile the defaults.
 * Method: small files in a temporary folder; a table with a pair of values for each relation between
 * keys, one that trips it and one that just passes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  canonicalJson,
  type LoadedConfiguration,
  loadConfiguration,
  profileDefaults,
} from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { PROFILE_NAMES } from './configuration-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type Settings = Readonly<Record<string, string>>;

function load(lines: readonly string[] | null, set: Settings = {}): LoadedConfiguration {
  const overrides = Object.entries(set).map(([path, value]) => ({ path, value }));
  if (lines === null) return loadConfiguration({ file: null, overrides });
  const file = join(folder, 'config.yaml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return loadConfiguration({ file, overrides });
}

function problems(lines: readonly string[] | null, set: Settings = {}): readonly ConfigProblem[] {
  try {
    load(lines, set);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    for (const problem of error.problems) {
      assert.ok(problem.reason.length > 5 && problem.remedy.length > 5, JSON.stringify(problem));
    }
    return error.problems;
  }
  return assert.fail('the configuration was accepted');
}

function onlyProblem(lines: readonly string[] | null, set: Settings = {}): ConfigProblem {
  const found = problems(lines, set);
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0] as ConfigProblem;
}

test('an empty file is the defaults', () => {
  assert.deepEqual(load(['']).configuration, load(null).configuration);
  assert.equal(load(['']).hash, load(null).hash);
});

test('--set beats the file, the file beats the profile, the profile beats the defaults', () => {
  const model = (lines: readonly string[], set: Settings = {}): unknown =>
    load(lines, set).configuration.pricing['model'];
  assert.equal(model([]), 'glft');
  assert.equal(model(['profile: naive-touch']), 'touch');
  const both = ['profile: naive-touch', 'pricing:', '  model: glft-exact'];
  assert.equal(model(both), 'glft-exact');
  assert.equal(model(both, { 'pricing.model': 'avellaneda-stoikov' }), 'avellaneda-stoikov');
  assert.equal(model([], { profile: 'naive-touch' }), 'touch');
});

test('a profile sets only what differs from the general defaults', () => {
  assert.deepEqual(profileDefaults('floor'), {});
  assert.equal(profileDefaults('naive-touch')['floorEnabled'], false);
  assert.equal(profileDefaults('rebate')['makerFeeOverrideBps'], -0.5);
  for (const profile of PROFILE_NAMES) assert.ok(load([`profile: ${profile}`]).hash.length === 64);
});

test('equal values have equal hashes, wherever they came from', () => {
  const file = load(['seed: 9', 'limits:', '  maxOpenOrders: 7']);
  const set = load(null, { 'limits.maxOpenOrders': '7', seed: '9' });
  assert.equal(file.hash, set.hash);
  assert.notEqual(file.hash, load(null).hash);
  assert.equal(
    canonicalJson({ b: [1, { d: 2, c: 3 }], a: null }),
    '{"a":null,"b":[1,{"c":3,"d":2}]}',
  );
});

test('an unknown key names its line and is told from a known one', () => {
  const problem = onlyProblem(['seed: 1', 'limits:', '  maxOrders: 5']);
  assert.equal(problem.line, 3);
  assert.equal(problem.path, 'limits.maxOrders');
  assert.match(problem.reason, /unknown key "maxOrders"/);
  assert.match(problem.remedy, /spelling/);
});

test('a wrong unit names the value, its line and what is wanted', () => {
  const noUnit = onlyProblem(['limits:', '  # one second', '  leaseExpiry: 1000']);
  assert.equal(noUnit.line, 3);
  assert.match(noUnit.reason, /"1000" is refused: a duration is a number with its unit/);
  const noQuotes = onlyProblem(['limits:', '  maxOrderNotional: 2000']);
  assert.match(noQuotes.reason, /"2000" is refused: money is a decimal in quotes/);
});

test('a dangerous value names its bounds', () => {
  const leverage = onlyProblem(['account:', '  leverage: 500']);
  assert.equal(leverage.line, 2);
  assert.match(leverage.reason, /"500" is refused: must lie between 1 and 125/);
  const collar = onlyProblem(['limits:', '  priceCollarBps: 9000']);
  assert.match(collar.reason, /between 1 and 5000/);
});

test('all problems are told at once', () => {
  const found = problems(['seed: -1', 'symbol: doge', 'fees:', '  tier: VIP12', 'nonsense: true']);
  assert.deepEqual(found.map((problem) => problem.path).sort(), [
    'fees.tier',
    'nonsense',
    'seed',
    'symbol',
  ]);
  const error = new ConfigError(found);
  for (const problem of found) assert.ok(error.message.includes(problem.path));
});

test('text that is no YAML, or no mapping, says where', () => {
  const broken = problems(['seed: 1', 'limits: [', 'profile: floor'])[0];
  assert.match(broken?.reason ?? '', /not valid YAML/);
  assert.ok((broken?.line ?? 0) >= 2);
  assert.match(onlyProblem(['seed: 1', 'seed: 2']).reason, /unique|not valid YAML/);
  assert.match(onlyProblem(['- one', '- two']).reason, /mapping of keys/);
});

test('a file that cannot be read is a problem of its own', () => {
  const file = join(folder, 'missing.yaml');
  assert.throws(
    () => loadConfiguration({ file, overrides: [] }),
    (error) => error instanceof ConfigError && /ENOENT/.test(error.message),
  );
});

test('a problem of a --set names the --set, not a line of the file', () => {
  const wrong = onlyProblem(['seed: 1'], { 'limits.leaseExpiry': '5' });
  assert.equal(wrong.file, '--set limits.leaseExpiry');
  assert.equal(wrong.line, 0);
  const unknown = onlyProblem(['seed: 1'], { 'nowhere.at.all': '5' });
  assert.equal(unknown.file, '--set nowhere.at.all');
  const through = onlyProblem(['seed: 1'], { 'seed.inner': '5' });
  assert.match(through.remedy, /Name a key/);
});

test('checks that need more than the file can point at its lines', () => {
  const loaded = load(['seed: 1', 'limits:', '  maxOpenOrders: 7']);
  assert.equal(loaded.problemAt('limits.maxOpenOrders', 'reason', 'remedy').line, 3);
  assert.equal(loaded.problemAt('limits.maxLongNotional', 'reason', 'remedy').line, 2);
});

/** A relation between keys: settings that break it, settings that just keep it, the key blamed. */
const RELATIONS: readonly [why: string, trips: Settings, passes: Settings, path: string][] = [
  [
    'a lease is renewed at least twice in its life',
    { 'limits.leaseExpiry': '500ms', 'limits.leaseRenewal': '250ms' },
    { 'limits.leaseExpiry': '500ms', 'limits.leaseRenewal': '249ms' },
    'limits.leaseRenewal',
  ],
  [
    'spot cannot go short',
    { 'inventory.targetNotional': '2999', 'inventory.maxDeviationNotional': '3000' },
    { 'inventory.targetNotional': '3000', 'inventory.maxDeviationNotional': '3000' },
    'inventory.maxDeviationNotional',
  ],
  [
    'the long limit holds what pricing may want',
    { 'limits.maxLongNotional': '22999' },
    { 'limits.maxLongNotional': '23000' },
    'limits.maxLongNotional',
  ],
  [
    'layers share one side',
    { 'pricing.layerShareL0': '0.8', 'pricing.layerShareL1': '0.21' },
    { 'pricing.layerShareL0': '0.75', 'pricing.layerShareL1': '0.25' },
    'pricing.layerShareL1',
  ],
  [
    'a user model has a file',
    { 'pricing.model': 'user' },
    { 'pricing.model': 'user', modelFile: 'research/models/example-model.ts' },
    'modelFile',
  ],
  [
    'the start is a date that exists',
    { 'simulation.startTime': '2026-02-30T00:00:00Z' },
    { 'simulation.startTime': '2026-02-28T00:00:00Z' },
    'simulation.startTime',
  ],
  [
    'there is something to quote with',
    { 'account.baseNotional': '"0"', 'account.quote': '"19999"' },
    { 'account.baseNotional': '"0"', 'account.quote': '"20000"' },
    'account.quote',
  ],
  [
    'the soft band lies inside the medium one',
    { 'pricing.softBandRatio': '0.61' },
    { 'pricing.softBandRatio': '0.6' },
    'pricing.softBandRatio',
  ],
  [
    'layers rest outward',
    { 'pricing.maxDistanceL0Bps': '8.1' },
    { 'pricing.maxDistanceL0Bps': '8' },
    'pricing.maxDistanceL0Bps',
  ],
  [
    'urgency may pay more, never less',
    { 'hedging.slippageAggressiveBps': '51' },
    { 'hedging.slippageAggressiveBps': '50' },
    'hedging.slippageAggressiveBps',
  ],
  [
    'hedging does not end before it began',
    { 'hedging.restRatio': '0.51' },
    { 'hedging.restRatio': '0.5' },
    'hedging.restRatio',
  ],
  [
    'quotes are pulled before the session stops',
    { 'ops.dailyLossPullBps': '201' },
    { 'ops.dailyLossPullBps': '200' },
    'ops.dailyLossPullBps',
  ],
  [
    'a pause starts below its longest',
    { 'execution.queryBackoff': '9s' },
    { 'execution.queryBackoff': '8s' },
    'execution.queryBackoff',
  ],
  [
    'the floor profile keeps its floor',
    { 'pricing.floorEnabled': 'false' },
    { 'pricing.floorEnabled': 'false', profile: 'naive-touch' },
    'pricing.floorEnabled',
  ],
  [
    'a hypothetical fee belongs to the profile that says so',
    { 'pricing.makerFeeOverrideEnabled': 'true' },
    { 'pricing.makerFeeOverrideEnabled': 'true', profile: 'rebate' },
    'pricing.makerFeeOverrideEnabled',
  ],
  [
    'quotes widen before the session stops for margin',
    { 'ops.marginRatioKill': '0.21' },
    { 'ops.marginRatioKill': '0.2' },
    'ops.marginRatioKill',
  ],
  [
    'fees in BNB are paid with BNB that the account holds',
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"' },
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"', 'account.feeAsset': '"1"' },
    'account.feeAsset',
  ],
  [
    'BNB that pays fees has a price',
    { 'fees.tier': 'VIP0+BNB', 'account.feeAsset': '"1"' },
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"', 'account.feeAsset': '"1"' },
    'accountState.feeAssetPrice',
  ],
];

/** Money in a `--set` needs quotes of its own: YAML reads bare digits as a number. */
function quoted(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([path, value]) => [
      path,
      /Notional$/.test(path) && !value.startsWith('"') ? `"${value}"` : value,
    ]),
  );
}

for (const [why, trips, passes, path] of RELATIONS) {
  test(`${why}: one value trips it and its neighbour passes`, () => {
    const problem = onlyProblem(null, quoted(trips));
    const place = problem.path === '' ? problem.file.replace('--set ', '') : problem.path;
    assert.equal(place, path);
    assert.doesNotThrow(() => load(null, quoted(passes)));
  });
}
