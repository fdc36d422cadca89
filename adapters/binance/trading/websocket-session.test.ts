/**
 * Goal: a session logs on before it is used, answers find their request in any order, and a request
 * without a proven answer is lost, not failed.
 * Method: sockets and time in the test's hand; signatures verified with the public key.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { FakeNetwork } from '#adapters/connection/sockets.test-support.ts';
import { Ed25519Signer, HmacSigner, type RequestSigner } from '#adapters/signing/signing.ts';
import { sortedText } from './parameters.ts';
import { APIRateLimiter, SPOT_RATE_LIMITS } from './rate-limiter.ts';
import { WebSocketSession } from './websocket-session.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function make(signer: RequestSigner, resyncClock?: () => Promise<unknown>) {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
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
    ...(resyncClock === undefined ? {} : { resyncClock }),
  });
  session.start();
  network.last.listener.onOpen();
  const sent = () => JSON.parse(network.last.sent.at(-1) ?? '{}');
  const answer = (body: object) => network.last.frame(JSON.stringify(body));
  return { timers, network, limiter, session, sent, answer };
}

async function loggedOn() {
  const one = make(new Ed25519Signer('demo-key', PEM));
  one.answer({ id: one.sent().id, status: 200, result: {} });
  await setImmediate();
  return one;
}

test('with Ed25519 the session logs on once and signs no request', async () => {
  const { session, sent, answer } = make(new Ed25519Signer('demo-key', PEM));
  const logon = sent();
  assert.equal(logon.method, 'session.logon');
  const signature = Buffer.from(logon.params.signature, 'base64');
  assert.ok(verify(null, Buffer.from(sortedText(logon.params)), publicKey, signature));
  assert.ok(!session.isReady);
  answer({ id: logon.id, status: 200, result: {} });
  await setImmediate();
  assert.ok(session.isReady);
  void session.send('order.place', { symbol: 'DOGEUSDT', timestamp: 1 }, true);
  assert.deepEqual(sent().params, { symbol: 'DOGEUSDT', timestamp: 1 });
  session.stop();
});

test('with HMAC every request carries key and signature', () => {
  const { session, sent } = make(new HmacSigner('demo-key', 'secret'));
  assert.ok(session.isReady);
  void session.send('order.place', { symbol: 'DOGEUSDT', timestamp: 1 }, true);
  const { params } = sent();
  assert.equal(params.apiKey, 'demo-key');
  assert.equal(params.signature, new HmacSigner('k', 'secret').sign(sortedText(params)));
  session.stop();
});

test('answers find their request in any order; ids beyond 2^53 stay exact', async () => {
  const { session, sent, answer, network } = await loggedOn();
  const first = session.send('order.place', {}, true);
  const { id } = sent();
  const second = session.send('order.cancel', {}, true);
  answer({ id: sent().id, status: 400, error: { code: -2011, msg: 'Unknown order sent.' } });
  network.last.frame(`{"id":"${id}","status":200,"result":{"orderId":9007199254740995}}`);
  assert.deepEqual(await first, {
    kind: 'ANSWER',
    status: 200,
    body: { orderId: 9_007_199_254_740_995n },
  });
  const { kind } = await second;
  assert.equal(kind, 'ANSWER');
  answer({ id, status: 200, result: {} });
  assert.equal(session.strayCount, 1);
  session.stop();
});

test('no answer in time, and a broken connection: lost; without a session: not sent', async () => {
  const { session, timers, network } = await loggedOn();
  const slow = session.send('order.place', {}, true);
  timers.advance(3.1);
  assert.equal((await slow).kind, 'LOST');
  const cut = session.send('order.place', {}, true);
  network.last.cut();
  assert.equal((await cut).kind, 'LOST');
  assert.equal((await session.send('order.place', {}, true)).kind, 'NOT_SENT');
  assert.equal(session.underWayCount, 0);
  session.stop();
});

test('a refusal by rate closes the limiter until the time it names', async () => {
  const { session, sent, answer, limiter, timers } = await loggedOn();
  const outcome = session.send('order.place', {}, true);
  const data = { serverTime: 1_000, retryAfter: 6_000 };
  answer({ id: sent().id, status: 429, error: { code: -1003, msg: '', data } });
  assert.equal((await outcome).kind, 'ANSWER');
  const now = timers.nowMicros();
  assert.equal(limiter.closedUntil(now), now + 5_000_000);
  session.stop();
});

test('a refused logon ends the line, a lost key logs on anew, garbage changes nothing', async () => {
  const refused = make(new Ed25519Signer('demo-key', PEM));
  refused.answer({
    id: refused.sent().id,
    status: 400,
    error: { code: -2015, msg: 'Invalid key' },
  });
  await setImmediate();
  assert.ok(refused.network.last.isEnded);
  refused.session.stop();
  const { session, network, answer, timers } = await loggedOn();
  for (const text of ['{', '1', 'null', '[]', '{"id":{}}', '{"status":200}'])
    network.last.frame(text);
  assert.ok(session.isReady);
  answer({ id: null, status: 401, error: { code: -2015, msg: 'revoked' } });
  assert.ok(!session.isReady);
  timers.advance(5);
  assert.equal(network.sockets.length, 2);
  session.stop();
});

test('a logon whose time was refused waits for the clock, then the line ends', async () => {
  let release: () => void = () => undefined;
  const measured = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { answer, sent, network, session } = make(
    new Ed25519Signer('demo-key', PEM),
    () => measured,
  );
  answer({ id: sent().id, status: 400, error: { code: -1021, msg: 'Timestamp for this request' } });
  await setImmediate();
  assert.ok(!network.last.isEnded);
  release();
  await setImmediate();
  assert.ok(network.last.isEnded);
  session.stop();
});

test('no connection is attempted while the venue wants silence', async () => {
  const { limiter, network, timers, session } = await loggedOn();
  const until = timers.nowMicros() + 20_000_000;
  limiter.refuse(until, { isBan: true, ordersOnly: false }, timers.nowMicros());
  network.last.cut();
  timers.advance(19);
  assert.equal(network.sockets.length, 1);
  for (let second = 0; second < 40 && network.sockets.length === 1; second++) timers.advance(1);
  assert.equal(network.sockets.length, 2);
  assert.ok(timers.nowMicros() >= until);
  session.stop();
});

test('a newer line that dies gives its requests up at once, and the older one serves on', async () => {
  const { session, network, sent, answer, timers } = await loggedOn();
  const [older] = network.sockets;
  answer({ event: { e: 'serverShutdown', E: 1 } });
  network.last.listener.onOpen();
  answer({ id: sent().id, status: 200, result: {} });
  await setImmediate();
  const onNewer = session.send('order.place', {}, true);
  network.last.cut();
  assert.equal((await onNewer).kind, 'LOST', 'not after a timeout');
  assert.ok(session.isReady);
  const onOlder = session.send('order.cancel', {}, true);
  const { id, method } = JSON.parse(older?.sent.at(-1) ?? '{}');
  assert.equal(method, 'order.cancel');
  older?.frame(JSON.stringify({ id, status: 200, result: {} }));
  assert.equal((await onOlder).kind, 'ANSWER');
  timers.advance(1);
  session.stop();
});
test('a refusal with a number beyond 2^53 ends the line and nothing else', async () => {
  const { session, network } = await loggedOn();
  network.last.frame('{"id":null,"status":401,"error":{"code":9007199254740993,"msg":"no"}}');
  assert.ok(!session.isReady);
  assert.ok(network.last.isEnded);
  session.stop();
});
