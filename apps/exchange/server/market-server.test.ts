/**
 * Goal: every check between a client and an operation works over real sockets: paths, keys,
 * signatures, time, limits, sessions, subscriptions, bad input.
 * Method: a server around two small operations, spoken to with fetch and with ws.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import {
  openTestServer,
  signedParameters,
  signedQuery,
  signText,
  type TestServer,
  TestSocket,
} from './market-server.test-support.ts';

const PING: Operation = {
  rest: { method: 'GET', path: '/api/v3/ping' },
  socketMethod: 'ping',
  security: 'NONE',
  readOnly: true,
  weight: () => 1,
  freeWhenDone: false,
  orders: () => 0,
  run: (call) => ({ serverTime: Math.floor(call.nowMicros / 1_000), door: call.door }),
  note: '',
};
const ECHO: Operation = {
  ...PING,
  rest: { method: 'POST', path: '/api/v3/echo' },
  socketMethod: 'echo',
  security: 'SIGNED',
  readOnly: false,
  freeWhenDone: true,
  orders: () => 1,
  run: ({ parameters, accountId }) => {
    if (parameters.optional('refuse') !== undefined) throw new VenueError(400, -2010, 'No.');
    if (parameters.optional('break') !== undefined) throw new TypeError('our bug');
    return { accountId, text: parameters.optional('text') ?? null };
  },
};

let server: TestServer;
before(async () => {
  server = await openTestServer({ parts: [{ operations: [PING, ECHO], doors: [] }] });
});
after(() => server.close());

async function post(
  key: string,
  query: string,
  body = '',
  headers: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests
): Promise<{ status: number; headers: Headers; body: any }> {
  const answer = await fetch(`${server.base}/api/v3/echo${query === '' ? '' : `?${query}`}`, {
    method: 'POST',
    headers: { 'x-mbx-apikey': server.key(key).apiKey, ...headers },
    ...(body === '' ? {} : { body }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

test('an open operation answers, with the weight used', async () => {
  const answer = await fetch(`${server.base}/api/v3/ping`);
  assert.equal(answer.status, 200);
  assert.ok(Number(answer.headers.get('x-mbx-used-weight-1m')) >= 1);
  assert.equal(((await answer.json()) as { door: string }).door, 'REST');
});

test('microseconds are given on demand, and a unit that does not exist is refused', async () => {
  const url = `${server.base}/api/v3/ping`;
  const micros = await fetch(url, { headers: { 'X-MBX-TIME-UNIT': 'MICROSECOND' } });
  assert.ok(((await micros.json()) as { serverTime: number }).serverTime > 1e15);
  const bad = await fetch(url, { headers: { 'X-MBX-TIME-UNIT': 'YEAR' } });
  assert.equal(((await bad.json()) as { code: number }).code, -1194);
});

test('a path nobody serves is 404, the wrong method 405', async () => {
  assert.equal((await fetch(`${server.base}/api/v3/nothing`)).status, 404);
  assert.equal((await fetch(`${server.base}/api/v3/ping`, { method: 'DELETE' })).status, 405);
});

for (const name of ['demo-1-hmac', 'demo-1-ed25519']) {
  test(`${name}: query, body and both glued together are signed as they are sent`, async () => {
    const key = server.key(name);
    const inQuery = await post(name, signedQuery(key, 'text=%EF%BC%91%20a'));
    assert.deepEqual([inQuery.status, inQuery.body.text], [200, '１ a']);
    assert.equal(inQuery.headers.get('x-mbx-order-count-10s')?.match(/^\d+$/) !== null, true);
    const inBody = await post(name, '', signedQuery(key, 'text=b'));
    assert.equal(inBody.body.text, 'b');
    const body = `timestamp=${Date.now()}`;
    const signature = encodeURIComponent(signText(key, `text=c${body}`));
    const glued = await post(name, 'text=c', `${body}&signature=${signature}`);
    assert.equal(glued.body.text, 'c');
  });
}

test('what is signed before it is percent-encoded is refused', async () => {
  const key = server.key('demo-1-hmac');
  const stamp = Date.now();
  const signature = signText(key, `text=１&timestamp=${stamp}`);
  const answer = await post(
    'demo-1-hmac',
    `text=%EF%BC%91&timestamp=${stamp}&signature=${signature}`,
  );
  assert.deepEqual([answer.status, answer.body.code], [400, -1022]);
});

test('refusals come in the order of the checks', async () => {
  const key = server.key('demo-1-hmac');
  const now = Date.now();
  const cases: readonly [string, Record<string, string>, number, number][] = [
    ['text=a', { 'x-mbx-apikey': '' }, 401, -2014],
    ['text=a', { 'x-mbx-apikey': 'nobody' }, 401, -2015],
    ['text=a', {}, 400, -1102],
    [`timestamp=${now}&recvWindow=60001`, {}, 400, -1131],
    [`timestamp=${now}&recvWindow=x`, {}, 400, -1100],
    [`timestamp=${now - 6_000}`, {}, 400, -1021],
    [`timestamp=${now + 1_500}`, {}, 400, -1021],
    [`timestamp=${now}`, {}, 400, -1102],
    [`timestamp=${now}&signature=aa`, {}, 400, -1022],
    ['a=1&a=2', {}, 400, -1101],
    ['a=%zz', {}, 400, -1100],
  ];
  for (const [query, headers, status, code] of cases) {
    const answer = await post('demo-1-hmac', query, '', headers);
    assert.deepEqual([answer.status, answer.body.code], [status, code], query);
  }
  const reader = server.key('demo-1-read');
  const denied = await post('demo-1-read', signedQuery(reader, ''));
  assert.deepEqual([denied.status, denied.body.code], [401, -2015]);
  const micros = `timestamp=${now}000`;
  const fine = await post('demo-1-hmac', `${micros}&signature=${signText(key, micros)}`);
  assert.equal(fine.status, 200);
});

test('a bug of ours is -1000 to the caller and is told to the operator', async () => {
  const answer = await post('demo-1-hmac', signedQuery(server.key('demo-1-hmac'), 'break=1'));
  assert.deepEqual([answer.status, answer.body.code], [500, -1000]);
  assert.equal(server.problems.length, 1);
});

test('a body that is too large is refused before it is read whole', async () => {
  const answer = await fetch(`${server.base}/api/v3/echo`, {
    method: 'POST',
    body: 'a'.repeat(100_000),
  });
  assert.equal(answer.status, 413);
});

test('the WebSocket API checks signatures over sorted raw parameters, and shows the limits', async () => {
  const socket = await TestSocket.open(`ws://${server.server.authority}/ws-api/v3`);
  for (const name of ['demo-1-hmac', 'demo-1-ed25519']) {
    const answer = await socket.ask('echo', signedParameters(server.key(name), { text: 'ü &' }));
    assert.deepEqual([answer.status, answer.result.text], [200, 'ü &']);
    assert.deepEqual(
      answer.rateLimits.map((row: { rateLimitType: string }) => row.rateLimitType),
      ['ORDERS', 'ORDERS', 'REQUEST_WEIGHT'],
    );
  }
  const key = server.key('demo-1-hmac');
  const stamp = Date.now();
  const signature = signText(key, `apiKey=${key.apiKey}&text=1.0&timestamp=${stamp}`);
  socket.socket.send(
    `{"id":7,"method":"v3/echo","params":{"text":1.0,"timestamp":${stamp},"apiKey":"${key.apiKey}","signature":"${signature}"}}`,
  );
  assert.deepEqual((await socket.next()).result, { accountId: 0, text: '1.0' });
  const quiet = await socket.ask('ping', { returnRateLimits: false });
  assert.deepEqual(Object.keys(quiet), ['id', 'status', 'result']);
  socket.close();
});

test('sessions: HMAC is refused, Ed25519 logs on, logs out, and dies with its key', async () => {
  const socket = await TestSocket.open(`ws://${server.server.authority}/ws-api/v3`);
  const hmac = await socket.ask('session.logon', signedParameters(server.key('demo-1-hmac'), {}));
  assert.equal(hmac.error.code, -2028);
  const alone = await socket.ask('echo', { timestamp: Date.now() });
  assert.deepEqual([alone.status, alone.error.code], [401, -1193]);
  const key = server.key('demo-2-ed25519');
  const logon = await socket.ask('session.logon', signedParameters(key, {}));
  assert.equal(logon.result.apiKey, key.apiKey);
  const inSession = await socket.ask('echo', { text: 's', timestamp: Date.now() });
  assert.deepEqual(inSession.result, { accountId: 1, text: 's' });
  const noTime = await socket.ask('echo', { text: 's' });
  assert.equal(noTime.error.code, -1102);
  const other = await socket.ask('echo', signedParameters(server.key('demo-1-hmac'), {}));
  assert.equal(other.result.accountId, 0);
  assert.deepEqual((await socket.ask('userDataStream.subscribe', {})).result, {
    subscriptionId: 0,
  });
  assert.equal((await socket.ask('userDataStream.subscribe', {})).error.code, -2035);
  server.userData.send(1, { e: 'balanceUpdate', E: 5 });
  server.userData.send(0, { e: 'balanceUpdate', E: 6 });
  assert.deepEqual(await socket.next(), { subscriptionId: 0, event: { e: 'balanceUpdate', E: 5 } });
  const signed = signedParameters(server.key('demo-1-hmac'), {});
  const second = await socket.ask('userDataStream.subscribe.signature', signed);
  assert.deepEqual(second.result, { subscriptionId: 1 });
  assert.equal((await socket.ask('session.status', {})).result.userDataStream, true);
  server.accounts.revoke(key.apiKey);
  assert.deepEqual(await socket.next(), {
    id: null,
    status: 401,
    error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
  });
  assert.equal((await socket.ask('session.status', {})).result.apiKey, null);
  assert.deepEqual((await socket.ask('session.subscriptions', {})).result, [{ subscriptionId: 1 }]);
  assert.equal((await socket.ask('userDataStream.unsubscribe', { subscriptionId: 1 })).status, 200);
  assert.equal((await socket.ask('userDataStream.unsubscribe', {})).error.code, -2036);
  socket.close();
});

test('frames that are no requests are answered, not obeyed, and break nothing', async () => {
  const socket = await TestSocket.open(`ws://${server.server.authority}/ws-api/v3`);
  for (const text of [
    '{',
    '[]',
    '7',
    '{"id":{}}',
    '{"id":1}',
    '{"id":1,"method":"a","params":[]}',
  ]) {
    socket.socket.send(text);
    assert.ok((await socket.next()).error.code < 0, text);
  }
  assert.equal((await socket.ask('no.such', {})).status, 400);
  socket.socket.send(Buffer.from([1, 2]));
  assert.equal(await socket.next(), undefined);
  assert.equal(socket.closeCode, 1003);
});

test('a handshake on a path without a door is refused', async () => {
  await assert.rejects(TestSocket.open(`ws://${server.server.authority}/nothing`), /404/);
});
