/**
 * Goal: a configuration is understood to its last key or refused with file, line, reason and remedy;
 * `--set` beats the file, the file the profile, the profile the defaults.
 * Method: small files in a temporary folder.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  canonicalJson,
  type LoadedConfiguration,
  loadConfiguration,
  profileDefaults,
} from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { PROFILE_NAMES } from './configuration-schema.ts';

const EXAMPLE_MODEL = fileURLToPath(
  new URL('../../research/models/example-model.ts', import.meta.url),
);
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
  const nested = onlyProblem(['seed: 1'], { 'pricing.foo.bar': '1' });
  assert.equal(nested.file, '--set pricing.foo.bar');
  const inside = onlyProblem(['hedging:', '  restRatio: 0.2'], { hedging: '{bandMin: "9999"}' });
  assert.deepEqual([inside.file, inside.line], ['--set hedging', 0]);
});

for (const [value, reason] of [
  ['[1', /"\[1" is not valid YAML/],
  ['{a: 1', /not valid YAML/],
  ['*nowhere', /[Aa]lias/],
] as const) {
  test(`a --set that is no value says so: ${value}`, () => {
    const problem = onlyProblem(null, { seed: value });
    assert.equal(problem.file, '--set seed');
    assert.match(problem.reason, reason);
    assert.match(problem.remedy, /quote/);
  });
}

test('a decimal in a --set is an amount without quotes of its own, digit by digit', () => {
  const bare = load(null, {
    'account.quote': '0',
    'limits.maxOrderNotional': '1999.12345678',
    'simulation.startPrice': '0.10',
  });
  const { account, limits, simulation } = bare.configuration;
  assert.deepEqual(
    [account.quote, limits.maxOrderNotional, simulation.startPrice],
    [0, 199_912_345_678, '0.10'],
  );
  const quotedHash = load(null, {
    'account.quote': '"0"',
    'limits.maxOrderNotional': '"1999.12345678"',
    'simulation.startPrice': '"0.10"',
  }).hash;
  assert.equal(bare.hash, quotedHash);
  assert.equal(load(null, { 'account.quote': '20000' }).hash, load(null).hash);
});

test('what is no exact decimal stays refused, and the remedy shows what a shell wants', () => {
  for (const value of ['1e3', '0x10', '.5', '1.123456789', 'true', '99999999999']) {
    const problem = onlyProblem(null, { 'account.quote': value });
    assert.equal(problem.file, '--set account.quote');
    assert.match(problem.remedy, /--set 'account\.quote="TEXT"'/, value);
  }
  // A file has no shell in between: there the quotes are wanted.
  assert.match(onlyProblem(['account:', '  quote: 0']).reason, /money is a decimal in quotes/);
});

test('reasons are words, not patterns', () => {
  const settings = {
    'fees.tier': 'X',
    instance: 'Dev!',
    symbol: 'doge',
    feed: 'live',
    'simulation.queueModel': 'fifo',
    'simulation.startTime': 'noon',
    'simulation.startPrice': 'cheap',
    'instruments.custom': '[{market: spot, symbol: FOO, baseAsset: f, quoteAsset: 5}]',
  };
  for (const problem of problems(null, settings)) {
    assert.doesNotMatch(problem.reason, /\^|\$|\\d|Invalid (input|string)/, problem.reason);
    if (!problem.file.includes('custom')) assert.match(problem.reason, /wanted here/);
  }
});

test('aliases that lead nowhere or grow without bound are refused with their line', () => {
  const nowhere = onlyProblem(['instance: dev', 'seed: *nope']);
  assert.equal(nowhere.line, 2);
  assert.match(nowhere.reason, /alias cannot be followed/);
  const many = (name: string) => Array.from({ length: 9 }, () => `*${name}`).join(', ');
  const bomb = onlyProblem([
    'a: &a [x, x, x, x, x, x, x, x, x]',
    `b: &b [${many('a')}]`,
    `c: &c [${many('b')}]`,
    `d: [${many('c')}]`,
  ]);
  assert.equal(bomb.line, 2);
  assert.match(bomb.remedy, /instead of using anchors/);
});

test('a file of a thousand faults names the first few', () => {
  const found = problems([`seed: ${'['.repeat(20_000)}`]);
  assert.ok(found.length > 0 && found.length <= 5, String(found.length));
});

test('times that do not fit the clock are refused', () => {
  for (const startTime of [
    '9999-99-99T99:99:99Z',
    '9999-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
  ]) {
    const problem = onlyProblem([`simulation:`, `  startTime: "${startTime}"`]);
    assert.deepEqual([problem.path, problem.line], ['simulation.startTime', 2]);
  }
});

test('queue models with an exponent they do not take are refused, the others pass', () => {
  const queueModel = (name: string) => ['simulation:', `  queueModel: "${name}"`];
  for (const name of ['power:0', 'power:0.0', 'power:101', 'log:2', 'trade-through:1', 'power:']) {
    assert.equal(onlyProblem(queueModel(name)).path, 'simulation.queueModel', name);
  }
  for (const name of ['power', 'power:2', 'power2:0.5', 'power3:100', 'power:99.5', 'log']) {
    assert.equal(load(queueModel(name)).configuration.simulation.queueModel, name);
  }
});

test('prices that are none are refused', () => {
  for (const startPrice of ['0', '0.000000001', '99999999999', '0.00000000']) {
    const problem = onlyProblem(['simulation:', `  startPrice: "${startPrice}"`]);
    assert.deepEqual([problem.path, problem.line], ['simulation.startPrice', 2], startPrice);
  }
  assert.ok(load(['simulation:', '  startPrice: "0.00000001"']).hash);
});

test('a model file is seen from the configuration that names it, or from here with --set', () => {
  writeFileSync(join(folder, 'mine.ts'), 'export const createModel = 1;\n');
  const lines = ['modelFile: ./mine.ts', 'pricing:', '  model: user'];
  const { model, hash } = load(lines);
  assert.equal(model?.path, join(folder, 'mine.ts'));
  assert.equal(model?.name, './mine.ts', 'outside of the current folder: as it was written');
  assert.match(model?.sha256 ?? '', /^[0-9a-f]{64}$/);
  writeFileSync(join(folder, 'mine.ts'), 'export const createModel = 2;\n');
  assert.notEqual(load(lines).hash, hash, 'the content is part of the hash');
  const set = { 'pricing.model': 'user', modelFile: relative(process.cwd(), EXAMPLE_MODEL) };
  const fromHere = load(['seed: 1'], set).model;
  assert.equal(fromHere?.path, EXAMPLE_MODEL);
  assert.equal(load(['modelFile: nowhere.ts']).model, null, 'no built-in model reads it');
});

test('a model file that cannot be read is refused at its key', () => {
  const problem = onlyProblem(['seed: 1', 'modelFile: gone.ts', 'pricing:', '  model: user']);
  assert.deepEqual([problem.path, problem.line], ['modelFile', 2]);
  assert.match(problem.reason, /"gone\.ts" cannot be read \(ENOENT\)/);
  assert.match(problem.remedy, /folder of this configuration file/);
});

test('checks that need more than the file can point at its lines', () => {
  const loaded = load(['seed: 1', 'limits:', '  maxOpenOrders: 7']);
  assert.equal(loaded.problemAt('limits.maxOpenOrders', 'reason', 'remedy').line, 3);
  assert.equal(loaded.problemAt('limits.maxLongNotional', 'reason', 'remedy').line, 2);
});

test('no configuration may use more than nine tenths of what the venue lets anybody order', () => {
  const { limits } = load(null, {}).configuration;
  assert.ok(limits.ordersPerTenSeconds <= 0.9 * 100);
  assert.ok(6 * limits.hedgeOrdersPerTenSeconds <= 0.9 * 1_200);
  for (const [path, most] of [
    ['limits.ordersPerTenSeconds', 90],
    ['limits.hedgeOrdersPerTenSeconds', 180],
  ] as const) {
    load(null, { [path]: String(most) });
    const { file } = onlyProblem(['seed: 1'], { [path]: String(most + 1) });
    assert.equal(file, `--set ${path}`);
  }
});
