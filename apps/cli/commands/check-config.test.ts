/**
 * Goal: `check-config` proves what needs the instrument, explains, and refuses by line and key.
 * Method: the defaults, the bundled symbols, and files with one relation broken at a time.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { runCheckConfig } from './check-config.ts';
import { listen, temporaryFolder } from './commands.test-support.ts';

const folder = temporaryFolder();

for (const symbol of ['DOGEUSDT', 'BTCUSDT', 'ETHUSDT']) {
  test(`the defaults are good for ${symbol}, with the relations that were proved`, async () => {
    const { result, words } = await listen(() => runCheckConfig([], { set: [], symbol }));
    assert.equal(result, ExitCode.OK);
    assert.match(words, /defaults: good \([0-9a-f]{12}\)/);
    for (const relation of [
      /proved: top layer above the minimum notional: .* is [\d.]+, the venue's minimum is [\d.]+/,
      /proved: hedge band at most three top-layer quotes/,
      /proved: hedge band at least twice the perpetual's minimum notional/,
    ]) {
      assert.match(words, relation);
    }
  });
}

for (const [name, text, key, reason] of [
  [
    'small',
    'hedge: none\npricing:\n  capital: "1"\n',
    'pricing.capital',
    /top layer above the minimum notional/,
  ],
  ['wide', 'hedging:\n  bandMax: "5000"\n', 'hedging.bandMax', /at most three top-layer quotes/],
  ['narrow', 'hedging:\n  bandMax: "4"\n', 'hedging.bandMax', /twice the minimum notional/],
  [
    'fat',
    'limits:\n  maxOrderNotional: "100"\n',
    'limits.maxOrderNotional',
    /below the order limit/,
  ],
] as const) {
  test(`a relation that does not hold is refused at its key: ${key} (${name})`, async () => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    await assert.rejects(runCheckConfig([file], { set: [] }), (error) => {
      assert.ok(error instanceof CliError);
      assert.equal(error.exitCode, ExitCode.USAGE);
      assert.match(error.message, reason);
      assert.ok(error.where.startsWith(`${file}:`) && error.where.endsWith(key), error.where);
      assert.notEqual(error.remedy, '');
      return true;
    });
  });
}

test('a session that does not hedge needs no band', async () => {
  const set = ['hedge=none', 'hedging.bandMax="5000"'];
  const { result, words } = await listen(() => runCheckConfig([], { set }));
  assert.equal(result, ExitCode.OK);
  assert.doesNotMatch(words, /hedge band/);
});
