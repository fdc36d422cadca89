/**
 * Goal: a request goes over one wire, once: the session while it is up, REST when it is proven that the
 * session did not take it; and what the venue says of rate and of time is acted on before the next one.
 * Method: a real session over sockets in the test's hand, a real HTTP server on the loopback.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { FakeNetwork } from '#adapters/connection/sockets.test-support.ts';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { APIRateLimiter, Purpose, SPOT_RATE_LIMITS } from './rate-limiter.ts';
import { RestTransport } from './rest-transport.ts';
import { TradeLink, type VenueRequest } from './trade-link.ts';
import { WebSocketSession } from './websocket-session.ts';

const signer = new HmacSigner('demo-key', 'secret');
const CANCEL: VenueRequest = {
  webSocketMethod: 'order.cancel',
  method: 'DELETE',
  path: '/api/v3/order',
  parameters: { symbol: 'DOGEUSDT', origClientOrderId: 'mm-1-1' },
  isSigned: true,
  cost: { purpose: Purpose.CANCEL, weight: 1, orders: 0 },
};
const PLACE: VenueRequest = {
  ...CANCEL,
  webSocketMethod: 'order.place',
  method: 'POST',
  cost: { purpose: Purpose.ORDER, weight: 1, orders: 1 },
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer = (_request, response) => response.end('{}');
let urls: string[] = [];
let base = '';
const server = createServer((request, response) => {
  urls.push(`${request.method} ${request.url}`);
  answer(request, response);
});
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  urls = [];
  answer = (_request, response) => response.end('{}');
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function stand(hasSession = true, resyncClock?: () => Promise<unknown>) {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  const silences: EpochMicros[] = [];
  const session = new WebSocketSession({
    name: 'orders',
    url: 'ws://127.0.0.1/ws-api/v3',
    signer,
    timers,
    open: network.open,
    attempts: new AttemptBudget(),
    random: () => 0.5,
    limiter,
    venueMillis: () => 1_795_305_600_123,
    onNote: () => undefined,
  });
  const rest = new RestTransport({ baseUrl: base, apiKey: 'demo-key', clock: timers, limiter });
  const link = new TradeLink({
    market: Market.SPOT,
    signer,
    clock: timers,
    limiter,
    rest,
    session: hasSession ? session : null,
    venueMillis: () => 1_795_305_600_123,
    recvWindowMillis: 2_000,
    onSilence: (until) => silences.push(until),
    ...(resyncClock === undefined ? {} : { resyncClock }),
  });
  session.start();
  const close = async () => {
    session.stop();
    await rest.close();
  };
  return { timers, network, limiter, session, link, silences, close };
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

test('while the session is up requests go there and nowhere else', async () => {
  const { network, link, close } = stand();
  network.last.listener.onOpen();
  const outcome = link.request(CANCEL);
  const { id, method } = JSON.parse(network.last.sent.at(-1) ?? '{}');
  assert.equal(method, 'order.cancel');
  network.last.frame(JSON.stringify({ id, status: 200, result: { status: 'CANCELED' } }));
  assert.equal((await outcome).kind, 'DONE');
  assert.deepEqual(urls, []);
  await close();
});

test('without a session, and for what it has no word for, REST serves', async () => {
  const { network, link, close } = stand();
  assert.equal((await link.request(CANCEL)).kind, 'DONE');
  network.last.listener.onOpen();
  assert.equal((await link.request({ ...CANCEL, webSocketMethod: '' })).kind, 'DONE');
  assert.equal(urls.length, 2);
  assert.match(
    urls[0] ?? '',
    /^DELETE \/api\/v3\/order\?symbol=DOGEUSDT&origClientOrderId=mm-1-1&recvWindow=2000&timestamp=1795305600123&signature=[0-9a-f]{64}$/,
  );
  await close();
  const restOnly = stand(false);
  assert.equal((await restOnly.link.request(CANCEL)).kind, 'DONE');
  await restOnly.close();
});

test('what may have left over the session is never sent again by REST', async () => {
  const { network, link, close } = stand();
  network.last.listener.onOpen();
  const outcome = link.request(CANCEL);
  network.last.cut();
  assert.equal((await outcome).kind, 'UNKNOWN');
  const slow = stand();
  slow.network.last.listener.onOpen();
  const late = slow.link.request(CANCEL);
  slow.timers.advance(3.1);
  assert.equal((await late).kind, 'UNKNOWN');
  await setImmediate();
  assert.deepEqual(urls, []);
  await slow.close();
  await close();
});

test('what the session proves not to have taken goes by REST, in the same call', async () => {
  const { network, link, session, close } = stand();
  network.last.listener.onOpen();
  const waiting = Array.from({ length: 1_024 }, () => session.send('ping', {}, false));
  assert.equal((await link.request(CANCEL)).kind, 'DONE');
  assert.equal(urls.length, 1);
  assert.equal(network.last.sent.length, waiting.length, 'nothing of it was on the socket');
  await close();
  await Promise.all(waiting);
});

test('nothing leaves when the budget is used up, and cancels leave last', async () => {
  const { link, limiter, timers, close } = stand(false);
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '5500' }, timers.nowMicros());
  assert.equal((await link.request(PLACE)).kind, 'NOT_SENT');
  assert.equal((await link.request(CANCEL)).kind, 'DONE');
  assert.equal(urls.length, 1);
  await close();
});

test('a 429 by weight silences everything until Retry-After, and says so once', async () => {
  const { link, timers, silences, close } = stand(false);
  answer = json(429, { code: -1003, msg: 'Too much request weight used.' }, { 'retry-after': '7' });
  const outcome = await link.request(PLACE);
  assert.equal(outcome.kind === 'REFUSED' && outcome.reaction.remedy, 'WAIT');
  const until = timers.nowMicros() + 7_000_000;
  assert.deepEqual(silences, [until]);
  answer = json(200, {});
  assert.equal((await link.request(CANCEL)).kind, 'NOT_SENT');
  timers.advance(6.9);
  assert.equal((await link.request(CANCEL)).kind, 'NOT_SENT');
  timers.advance(0.2);
  assert.equal((await link.request(CANCEL)).kind, 'DONE');
  assert.deepEqual(silences, [until]);
  assert.equal(urls.length, 2);
  await close();
});

test('a ban and the firewall silence too, with and without a time', async () => {
  for (const [status, headers, seconds] of [
    [418, { 'retry-after': '30' }, 30],
    [418, {}, 120],
    [403, {}, 120],
    [429, {}, 10],
  ] as const) {
    const { link, timers, silences, close } = stand(false);
    answer = json(status, { code: -1003, msg: '' }, headers);
    assert.equal((await link.request(PLACE)).kind, 'REFUSED');
    assert.deepEqual(silences, [timers.nowMicros() + seconds * 1_000_000], String(status));
    assert.equal((await link.request(CANCEL)).kind, 'NOT_SENT');
    await close();
  }
});

test('too many orders stop placing only, and are no silence', async () => {
  const { link, timers, silences, close } = stand(false);
  answer = json(429, { code: -1015, msg: 'Too many new orders.' }, { 'retry-after': '4' });
  const outcome = await link.request(PLACE);
  assert.equal(outcome.kind === 'REFUSED' && outcome.reaction.remedy, 'WAIT_ORDERS');
  answer = json(200, {});
  assert.equal((await link.request(PLACE)).kind, 'NOT_SENT');
  assert.equal((await link.request(CANCEL)).kind, 'DONE');
  timers.advance(4.1);
  assert.equal((await link.request(PLACE)).kind, 'DONE');
  assert.deepEqual(silences, []);
  await close();
});

test('a refused time: the clock is measured once, then both requests are told as not sent', async () => {
  let measured = 0;
  let release: () => void = () => undefined;
  const resync = () => {
    measured += 1;
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  };
  const { link, close } = stand(false, resync);
  answer = json(400, {
    code: -1021,
    msg: 'Timestamp for this request is outside of the recvWindow.',
  });
  const told: string[] = [];
  const both = [PLACE, CANCEL].map((request) =>
    link.request(request).then((outcome) => told.push(outcome.kind)),
  );
  while (urls.length < 2 || measured === 0) await setImmediate();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([measured, told], [1, []]);
  release();
  await Promise.all(both);
  assert.deepEqual(told, ['NOT_SENT', 'NOT_SENT']);
  assert.equal(urls.length, 2, 'nothing is sent again');
  const again = link.request(PLACE);
  while (measured === 1) await setImmediate();
  release();
  assert.equal((await again).kind, 'NOT_SENT');
  await close();
});

test('a measurement that fails still ends the request; without one the refusal is told', async () => {
  answer = json(400, { code: -1021, msg: '' });
  const failing = stand(false, () => Promise.reject(new Error('no time')));
  assert.equal((await failing.link.request(PLACE)).kind, 'NOT_SENT');
  await failing.close();
  const bare = stand(false);
  const outcome = await bare.link.request(PLACE);
  assert.equal(outcome.kind === 'REFUSED' && outcome.reaction.remedy, 'RESYNC_CLOCK');
  await bare.close();
});

test('a recvWindow that the venue would refuse is refused here', () => {
  const clock = new VirtualTimers();
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  const rest = new RestTransport({ baseUrl: base, apiKey: null, clock, limiter });
  const shared = { market: Market.SPOT, signer, clock, limiter, rest, session: null };
  for (const recvWindowMillis of [0, 60_001, Number.NaN]) {
    const make = () => new TradeLink({ ...shared, recvWindowMillis, venueMillis: () => 0 });
    assert.throws(make, RangeError);
  }
});
