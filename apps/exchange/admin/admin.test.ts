/**
 * Goal: the administrator can do each thing over the real port, and bad wishes are refused.
 * Method: an exchange on loopback, its admin port spoken to with fetch.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestExchange, type TestExchange } from '#apps/exchange/exchange.test-support.ts';
import {
  signedParameters,
  signedQuery,
  TestSocket,
} from '#apps/exchange/server/market-server.test-support.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';

let world: TestExchange;
before(async () => {
  world = await openTestExchange();
});
after(() => world.exchange.close());

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests
async function admin(path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const answer = await fetch(world.exchange.addresses.admin + path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, body: await answer.json() };
}

test('it lists every fault with what struck', async () => {
  const { body } = await admin('');
  assert.ok(body.faults.length >= 20);
  assert.equal(body.faults[0].struck, 0);
});

test('a fault strikes when it is asked for, and is counted', async () => {
  await admin('/strike', { name: 'REFUSED_OVERLOAD' });
  const key = world.key('demo-1-hmac');
  const url = `${world.exchange.addresses.spot.rest}/api/v3/account`;
  const ask = () =>
    fetch(`${url}?${signedQuery(key, '')}`, { headers: { 'x-mbx-apikey': key.apiKey } });
  assert.equal((await ask()).status, 503);
  assert.equal((await ask()).status, 200);
  const { body } = await admin('/faults', { name: 'SLOW_ANSWER', on: true, chance: 0 });
  const count = (name: string) => body.faults.find((row: { name: string }) => row.name === name);
  assert.deepEqual(
    [count('REFUSED_OVERLOAD').struck, count('REFUSED_OVERLOAD').struckLive],
    [1, 0],
  );
  assert.deepEqual([count('SLOW_ANSWER').isOn, count('SLOW_ANSWER').chance], [true, 0]);
});

test('a deposit is told to the subscriber', async () => {
  const socket = await TestSocket.open(world.exchange.addresses.spot.wsApi);
  const parameters = signedParameters(world.key('demo-2-hmac'), {});
  await socket.ask('userDataStream.subscribe.signature', parameters);
  await admin('/balance', { market: 'spot', account: 'demo-2', asset: 'USDT', delta: '100.5' });
  const { event } = await socket.next();
  assert.deepEqual([event.e, event.a, event.d], ['balanceUpdate', 'USDT', '100.50000000']);
  assert.equal((await socket.next()).event.B[0].f, '100100.50000000');
  const tooMuch = { market: 'spot', account: 1, asset: 'USDT', delta: '-1000000' };
  assert.deepEqual((await admin('/balance', tooMuch)).body.code, -2010);
  assert.deepEqual((await admin('/cut', { market: 'spot', path: '/ws-api' })).body, { cut: 1 });
  assert.equal(await socket.next(), undefined);
});

test('a shutdown is announced, then the socket is closed', async () => {
  const socket = await TestSocket.open(world.exchange.addresses.spot.wsApi);
  assert.deepEqual((await admin('/shutdown', { market: 'spot' })).body, { announced: 1 });
  assert.equal((await socket.next()).event.e, 'serverShutdown');
  assert.equal(await socket.next(), undefined);
  assert.equal(socket.closeCode, 1001);
});

test('a symbol is halted, an address is banned, a key is revoked', async () => {
  await admin('/symbol', { market: 'spot', symbol: 'DOGEUSDT', status: 'CANCEL_ONLY' });
  assert.equal(world.markets.doge.instrument.status, InstrumentStatus.CANCEL_ONLY);
  await admin('/symbol', { market: 'spot', symbol: 'DOGEUSDT', status: 'TRADING' });
  assert.equal(
    (await admin('/symbol', { market: 'spot', symbol: 'NO', status: 'HALT' })).status,
    400,
  );
  await admin('/filters', { market: 'spot', symbol: 'DOGEUSDT', minNotional: '7.5' });
  assert.equal(world.markets.doge.instrument.filters.minNotionalUnits, 750_000_000);
  await admin('/ban', { market: 'spot', seconds: 0.05 });
  const banned = await fetch(`${world.exchange.addresses.spot.rest}/api/v3/account`);
  assert.deepEqual([banned.status, Number(banned.headers.get('retry-after')) >= 1], [418, true]);
  await assert.rejects(TestSocket.open(world.exchange.addresses.spot.wsApi), /418/);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const { apiKey } = world.key('demo-1-read');
  assert.deepEqual((await admin('/revoke', { apiKey })).body, { revoked: true });
});

test('bad wishes are refused with what is wrong', async () => {
  assert.equal((await admin('/nothing', {})).status, 404);
  assert.equal((await admin('/strike', { name: 'NO_SUCH' })).status, 400);
  assert.equal((await admin('/cut', { market: 'spot', path: 7 })).status, 400);
  const plain = await fetch(`${world.exchange.addresses.admin}/strike`, {
    method: 'POST',
    body: '{}',
  });
  assert.equal(plain.status, 415);
});
