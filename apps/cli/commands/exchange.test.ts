/**
 * Goal: `exchange` says in one line where it serves and with which keys, serves until a signal, and
 * refuses what it cannot do with what to do instead.
 * Method: the program as a child process; the command in this process for refusals.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CliError } from '#apps/cli/cli-error.ts';
import { type ExchangeCommandOptions, runExchange } from './exchange.ts';

const PROGRAM = fileURLToPath(new URL('../doge-mm.js', import.meta.url));
const OPTIONS: ExchangeCommandOptions = {
  symbols: 'DOGEUSDT',
  market: 'synthetic',
  portSpot: '0',
  portUsdm: '0',
  portSbe: '0',
  portAdmin: '0',
  faults: ['none'],
};

test('it prints one line, trades for a demo key, and ends well on SIGTERM', async () => {
  const child = spawn(
    process.execPath,
    [PROGRAM, 'exchange', '--port-spot', '0', '--port-usdm', '0', '--seed', '7', '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  const line = JSON.parse(lines[0] ?? '');
  assert.deepEqual(line.symbols, ['DOGEUSDT']);
  assert.deepEqual(Object.keys(line.spot), ['rest', 'streams', 'wsApi', 'sbe']);
  assert.deepEqual(Object.keys(line.usdm), ['rest', 'streams', 'wsApi']);
  const [key] = line.keys;
  const text = `symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=100&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', key.secret).update(text).digest('hex');
  const answer = await fetch(`${line.spot.rest}/api/v3/order?${text}&signature=${signature}`, {
    method: 'POST',
    headers: { 'X-MBX-APIKEY': key.apiKey },
  });
  assert.equal(((await answer.json()) as { status: string }).status, 'FILLED');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.equal(lines.length, 1);
});

for (const [what, change] of [
  ['an unlisted symbol', { symbols: 'NOPE' }],
  ['an unknown market', { market: 'real' }],
  ['a recording that is not there', { market: 'recording:/nowhere/at/all' }],
  ['an unknown fault', { faults: ['NO_SUCH'] }],
  ['a port that is none', { portSpot: '70000' }],
  ['a seed that is none', { seed: 'x' }],
] as const) {
  test(`${what} is refused with what to do`, async () => {
    await assert.rejects(
      runExchange({ ...OPTIONS, ...change }),
      (error) => error instanceof CliError && error.exitCode === 2 && error.remedy !== '',
    );
  });
}
