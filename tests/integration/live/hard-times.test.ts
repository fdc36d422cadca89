/**
 * Goal: what an operator fears most leaves no order behind and heals by itself where it can.
 * Method: a live session as a process of its own against an exchange process: killed without a word, its
 * symbol halted, its key revoked. The exchange is asked what is open.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type ExchangeProcess,
  type RunningProcess,
  startExchangeProcess,
  startProgram,
} from '#tests/live/exchange-process.ts';

const SYMBOL = 'DOGEUSDT';
const WAIT_MILLIS_MAX = 40_000;
const LOOK_MILLIS = 100;

let exchange: ExchangeProcess;
const sessions = mkdtempSync(join(tmpdir(), 'doge-mm-hard-'));
before(async () => {
  exchange = await startExchangeProcess(['--seed', '3']);
});
after(() => exchange.stop());

function run(name: string, account: number, duration: string): RunningProcess {
  return startProgram([
    ...['run', '--world', 'live', '--venue', `exchange:${exchange.file}`],
    ...['--key', `demo-${account}-ed25519`, '--profile', 'naive-touch', '--duration', duration],
    ...['--set', `session.directory=${sessions}`, '--session', join(sessions, name)],
    ...['--no-dashboard', '--json'],
  ]);
}

/** Of all accounts, by the exchange's own count: no question that costs weight at the venue. */
async function openOrders(): Promise<number> {
  const answer = await fetch(exchange.line.admin);
  const state = (await answer.json()) as Record<'spot' | 'usdm', { readonly openOrders: number }>;
  return state.spot.openOrders + state.usdm.openOrders;
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MILLIS_MAX;
  while (!(await isTrue())) {
    assert.ok(Date.now() < end, `${what}: not within ${WAIT_MILLIS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
}

async function admin(path: string, body: unknown): Promise<void> {
  const answer = await fetch(exchange.line.admin + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(answer.status, 200, await answer.text());
}

test('killed without a word: the next session finds its orders and none is left at the end', async () => {
  const first = run('killed', 1, '60s');
  await until('quotes', async () => (await openOrders()) > 0);
  first.process.kill('SIGKILL');
  await first.ended;
  assert.ok((await openOrders()) > 0, 'they are orphans now');
  const next = run('next', 1, '5s');
  assert.equal(await next.ended, 0, next.words());
  assert.equal(await openOrders(), 0);
  const { orders } = JSON.parse(next.output()) as { orders: { openAtEnd: number } };
  assert.equal(orders.openAtEnd, 0);
});

test('a halted symbol is not quoted, and is again when it trades', async () => {
  const session = run('halted', 1, '60s');
  await until('quotes', async () => (await openOrders()) > 0);
  await admin('/symbol', { market: 'spot', symbol: SYMBOL, status: 'HALT' });
  await until('quotes pulled', async () => (await openOrders()) === 0);
  await admin('/symbol', { market: 'spot', symbol: SYMBOL, status: 'TRADING' });
  await until('quotes back', async () => (await openOrders()) > 0);
  session.process.kill('SIGTERM');
  await session.ended;
  assert.equal(await openOrders(), 0);
});

test('a revoked key stops the session, which says so once and what a person must do', async () => {
  const session = run('revoked', 2, '60s');
  await until('quotes', async () => (await openOrders()) > 0);
  const key = exchange.line.keys.find(({ name }) => name === 'demo-2-ed25519');
  await admin('/revoke', { apiKey: key?.apiKey });
  await until('the stop', async () =>
    session.words().includes('stopped: the venue refuses our key'),
  );
  session.process.kill('SIGTERM');
  const code = await session.ended;
  assert.equal(code, 1);
  assert.equal(session.words().match(/stopped: the venue refuses/g)?.length, 1);
  assert.match(session.words(), /did not say what is open: look there/);
});
