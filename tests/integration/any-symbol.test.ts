/**
 * Goal: any symbol, listed or made up, runs from configuration alone: it quotes, it replays to the same
 * hashes, and nothing in the engine knows a symbol's name.
 * Method: short sessions of three symbols through the command line, replayed and verified; the
 * engine's source read as text.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT, Program, temporaryFolder } from './command-line.test-support.ts';

const folder = temporaryFolder();
const MADE_UP = join(PROJECT, 'configs/test/made-up.yaml');

interface RunAnswer {
  readonly symbol: string;
  readonly orders: { readonly acked: number; readonly openAtEnd: number };
  readonly quoting: { readonly twoSidedRatio: number };
  readonly hashes: { readonly journal: string; readonly state: string; readonly commands: string };
  readonly pnl: { readonly residual: string };
}

async function answerOf<T>(...args: readonly string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await new Program([...args, '--json']).ended;
  assert.equal(exitCode, 0, `${args.join(' ')}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

for (const [symbol, ...args] of [
  ['ETHUSDT', '--symbol', 'ETHUSDT', '--profile', 'naive-touch'],
  ['BTCUSDT', '--symbol', 'BTCUSDT', '--profile', 'naive-touch'],
  ['WOOFUSDT', '--config', MADE_UP],
] as const) {
  test(`${symbol} quotes for twenty seconds and replays to the same hashes`, async () => {
    const session = join(folder, symbol);
    const run = await answerOf<RunAnswer>(
      'run',
      ...args,
      '--seed',
      '7',
      '--duration',
      '20s',
      '--speed',
      'max',
      '--session',
      session,
    );
    assert.equal(run.symbol, symbol);
    assert.ok(run.orders.acked > 0, 'no order was accepted');
    assert.equal(run.orders.openAtEnd, 0);
    assert.ok(run.quoting.twoSidedRatio > 0.5, `two-sided ${run.quoting.twoSidedRatio}`);
    assert.ok(Math.abs(Number(run.pnl.residual)) < 1e-6);
    const again = await answerOf<{ readonly hashes: RunAnswer['hashes'] }>(
      'replay',
      session,
      '--verify',
    );
    assert.deepEqual(again.hashes, run.hashes);
  });
}

test('a symbol without rules is refused by name, and one without a price by its key', async () => {
  const unknown = await new Program(['run', '--symbol', 'NOPEUSDT', '--json']).ended;
  assert.notEqual(unknown.exitCode, 0);
  assert.match(unknown.stdout, /NOPEUSDT/);
  const args = ['run', '--config', MADE_UP, '--set', 'simulation.startPrice=auto', '--json'];
  const priceless = await new Program(args).ended;
  assert.equal(priceless.exitCode, 2);
  assert.match(priceless.stdout, /simulation\.startPrice/);
});

test('no source of the engine names a coin', () => {
  const guilty: string[] = [];
  const walk = (place: string): void => {
    for (const name of readdirSync(place)) {
      const path = join(place, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (isEngineSource(name) && /DOGE|USDT|\bBTC|\bETH\b/.test(readFileSync(path, 'utf8'))) {
        guilty.push(path);
      }
    }
  };
  walk(join(PROJECT, 'engine'));
  assert.deepEqual(guilty, []);
});

function isEngineSource(name: string): boolean {
  return name.endsWith('.ts') && !/test|bench|fixture/.test(name);
}
