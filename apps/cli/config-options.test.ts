/**
 * Goal: flags win over `--set`, `--set` over the file, and what is refused says where and what to do.
 * Method: small files in a temporary folder, read through the options of a command.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CliError, ExitCode } from './cli-error.ts';
import { loadFromOptions, parseOverride } from './config-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-options-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function refused(options: Parameters<typeof loadFromOptions>[0]): CliError {
  try {
    loadFromOptions(options);
  } catch (error) {
    assert.ok(error instanceof CliError);
    return error;
  }
  throw new Error('it was not refused');
}

test('without anything the defaults hold', () => {
  const { configuration, file: name } = loadFromOptions({});
  assert.equal(name, 'defaults');
  assert.equal(configuration.profile, 'floor');
});

test('a flag wins over --set, --set over the file, the file over the defaults', () => {
  const config = file('values.yaml', 'seed: 3\nsymbol: BTCUSDT\nprofile: naive-touch\n');
  const load = (options: Parameters<typeof loadFromOptions>[0]) => {
    const { seed, symbol, profile } = loadFromOptions({ config, ...options }).configuration;
    return [seed, symbol, profile];
  };
  assert.deepEqual(load({}), [3, 'BTCUSDT', 'naive-touch']);
  assert.deepEqual(load({ set: ['seed=4', 'symbol=ETHUSDT'] }), [4, 'ETHUSDT', 'naive-touch']);
  assert.deepEqual(
    load({ set: ['seed=4', 'symbol=ETHUSDT'], seed: '5', symbol: 'DOGEUSDT', profile: 'floor' }),
    [5, 'DOGEUSDT', 'floor'],
  );
});

test('every refused key is named with its line, the first one as the place', () => {
  const config = file('bad.yaml', 'seed: 3\nsymbl: BTCUSDT\nlimits:\n  maxOpenOrders: lots\n');
  const error = refused({ config });
  assert.equal(error.exitCode, ExitCode.USAGE);
  assert.equal(error.code, 'BAD_CONFIGURATION');
  assert.match(error.message, /bad\.yaml:2:1 symbl/);
  assert.match(error.message, /bad\.yaml:4:\d+ limits\.maxOpenOrders/);
  assert.match(error.where, /bad\.yaml:[24]/);
});

test('a refused --set names itself', () => {
  const error = refused({ set: ['seed=-1'] });
  assert.equal(error.exitCode, ExitCode.USAGE);
  assert.equal(error.where, '--set seed');
});

for (const [flag, options] of [
  ['--seed', { seed: '-1' }],
  ['--symbol', { symbol: 'doge' }],
  ['--profile', { profile: 'greedy' }],
  ['--feed', { feed: 'live' }],
  ['--port', { port: '99999' }],
] as const) {
  test(`a refused ${flag} names itself, also over a --set of its key`, () => {
    const error = refused({ set: ['seed=1', 'symbol=DOGEUSDT'], ...options });
    assert.equal(error.exitCode, ExitCode.USAGE);
    assert.equal(error.where, flag);
  });
}

test('a model file that is missing is a wrong key, not a missing configuration', () => {
  const config = file('model.yaml', 'modelFile: gone.ts\npricing:\n  model: user\n');
  for (const options of [
    { config },
    { set: ['pricing.model=user', 'modelFile=gone.ts'] },
    { config, set: ['modelFile=gone.ts'] },
  ]) {
    const error = refused(options);
    assert.equal(error.exitCode, ExitCode.USAGE);
    assert.equal(error.code, 'BAD_CONFIGURATION');
    assert.match(error.where, /modelFile$/);
  }
});

test('a file that is not there is the environment’s fault, one that is no YAML is not', () => {
  const missing = refused({ config: join(folder, 'missing.yaml') });
  assert.equal(missing.exitCode, ExitCode.ENVIRONMENT);
  assert.equal(missing.code, 'FILE_NOT_READABLE');
  assert.equal(missing.where, join(folder, 'missing.yaml'));
  const broken = refused({ config: file('broken.yaml', 'a: [1\n') });
  assert.equal(broken.exitCode, ExitCode.USAGE);
  assert.match(broken.where, /broken\.yaml:\d/);
});

test('an override is a path and a value, and everything behind the first sign is value', () => {
  assert.deepEqual(parseOverride('a.b=c=d'), { path: 'a.b', value: 'c=d' });
  assert.deepEqual(parseOverride('a='), { path: 'a', value: '' });
  for (const text of ['a', '=5', '']) {
    assert.throws(() => parseOverride(text), { code: 'BAD_USAGE', where: '--set' });
  }
});
