/**
 * Goal: over the WebSocket API too our connectors send the same requests as the official clients, on spot
 * and on USD-M, with either kind of key.
 * Method: a recording server on the loopback; the clock fixed; parameters compared sorted, every signature
 * verified against the sorted text of what came.
 */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mock, type TestContext, test } from 'node:test';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { Spot } from '@binance/spot';
import { WebSocketServer } from 'ws';
import { SystemTimers } from '#adapters/clock/timers.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { openWebSocket } from '#adapters/connection/wire-socket.ts';
import { Ed25519Signer, HmacSigner, type RequestSigner } from '#adapters/signing/signing.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { SpotOrderRequests, UsdmOrderRequests } from './order-requests.ts';
import { sortedText } from './parameters.ts';
import { APIRateLimiter, SPOT_RATE_LIMITS } from './rate-limiter.ts';
import { RestTransport } from './rest-transport.ts';
import { SpotTradeConnector } from './spot-connector.ts';
import type { NewOrder } from './trade-connector.ts';
import { TradeLink } from './trade-link.ts';
import { UsdmTradeConnector } from './usdm-connector.ts';
import { WebSocketSession } from './websocket-session.ts';

const NOW = 1_795_305_600_123;
const KEY = 'demo-key';
const SECRET = 'demo-secret';
const PAIR = generateKeyPairSync('ed25519');
const PEM = PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

type KeyKind = 'HMAC' | 'Ed25519';
const KEY_KINDS: readonly KeyKind[] = ['HMAC', 'Ed25519'];

function signerOf(kind: KeyKind): RequestSigner {
  return kind === 'HMAC' ? new HmacSigner(KEY, SECRET) : new Ed25519Signer(KEY, PEM);
}

function keysOf(kind: KeyKind): object {
  const secret = kind === 'HMAC' ? { apiSecret: SECRET } : { privateKey: PEM };
  return { apiKey: KEY, ...secret, wsURL: 'wss://127.0.0.1' };
}

function assertSigned(kind: KeyKind, parameters: Record<string, string>): void {
  const text = sortedText(parameters);
  const signature = parameters['signature'] ?? '';
  if (kind === 'HMAC') {
    assert.equal(signature, createHmac('sha256', SECRET).update(text).digest('hex'));
  } else {
    assert.ok(verify(null, Buffer.from(text), PAIR.publicKey, Buffer.from(signature, 'base64')));
  }
}

interface Frame {
  readonly method: string;
  readonly params: Record<string, string>;
}

/** What stands on the wire, each frame answered; and our session, ready. */
async function stand(context: TestContext, market: Market, kind: KeyKind) {
  const frames: Frame[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data));
      // The official clients write numbers as texts; the signed text is the same.
      const texts = Object.entries(params).map(([name, value]) => [name, String(value)]);
      frames.push({ method, params: Object.fromEntries(texts) });
      socket.send(JSON.stringify({ id, status: 200, result: {} }));
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  mock.timers.enable({ apis: ['Date'], now: NOW });
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  const signer = signerOf(kind);
  const session = new WebSocketSession({
    name: 'orders',
    url,
    signer,
    timers: new SystemTimers(),
    open: openWebSocket,
    attempts: new AttemptBudget(),
    random: () => 0.5,
    limiter,
    venueMillis: () => NOW,
    onNote: () => undefined,
  });
  const clock = { nowMicros: () => (NOW * 1_000) as EpochMicros };
  const rest = new RestTransport({ baseUrl: 'http://127.0.0.1:9', apiKey: KEY, clock, limiter });
  const link = new TradeLink({
    market,
    signer,
    clock,
    limiter,
    rest,
    session,
    venueMillis: () => NOW,
    recvWindowMillis: 2_000,
  });
  session.start();
  while (!session.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
  context.after(async () => {
    session.stop();
    mock.timers.reset();
    await rest.close();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { frames, link, url };
}

/** The official client insists on TLS; the loopback has none. */
function pointTo(websocketAPI: unknown, url: string): void {
  (websocketAPI as { configuration: { wsURL: string } }).configuration.wsURL = url;
}

/** With a session we leave out key and signature; the official client signs on, or does not. */
function unsigned({ method, params }: Frame): Frame {
  const { apiKey: _key, signature: _signature, ...rest } = params;
  return { method, params: rest };
}

function assertPairs(kind: KeyKind, frames: readonly Frame[], count: number): void {
  const orders = frames.filter(({ method }) => method !== 'session.logon');
  assert.equal(orders.length, count * 2);
  for (let index = 0; index < orders.length; index += 2) {
    const ours = orders[index] as Frame;
    const theirs = orders[index + 1] as Frame;
    // After a logon the official spot client signs nothing more, the one of USD-M goes on.
    if (kind === 'HMAC' || 'signature' in theirs.params) assertSigned(kind, theirs.params);
    assert.deepEqual(unsigned(ours), unsigned(theirs));
    if (kind === 'HMAC') assert.deepEqual(ours, theirs);
    else assert.ok(!('signature' in ours.params || 'apiKey' in ours.params), 'the session is ours');
  }
}

const ORDER = {
  symbol: 'DOGEUSDT',
  side: 'BUY',
  quantity: '2000',
  price: '0.16230',
  newClientOrderId: 'mm-1-1',
  selfTradePreventionMode: 'EXPIRE_MAKER',
} as const;
const OLD = { symbol: 'DOGEUSDT', origClientOrderId: 'mm-1-0' };
const ASKED = { ...OLD, recvWindow: 2_000 };

for (const kind of KEY_KINDS) {
  test(`spot WebSocket API, ${kind}: the same frames as the official client`, async (context) => {
    const { frames, link, url } = await stand(context, Market.SPOT, kind);
    const client = new Spot({ configurationWebsocketAPI: keysOf(kind) as never });
    pointTo(client.websocketAPI, url);
    const official = await client.websocketAPI.connect();
    context.after(() => official.disconnect());
    const connector = new SpotTradeConnector(link);
    const requests = new SpotOrderRequests(link);
    const ours: NewOrder = { ...ORDER, type: 'LIMIT_MAKER' };
    const order = { ...ours, newOrderRespType: 'ACK', recvWindow: 2_000 };
    if (kind === 'Ed25519') {
      await official.sessionLogon();
      const [first, second] = frames;
      assert.deepEqual(first, second);
      assertSigned(kind, (first as Frame).params);
    }
    await connector.createOrder(ours);
    await official.orderPlace({ ...order } as never);
    await connector.cancelOrder(OLD);
    await official.orderCancel({ ...ASKED });
    await requests.queryOrder(OLD);
    await official.orderStatus({ ...ASKED });
    await connector.cancelReplace(OLD, ours);
    await official.orderCancelReplace({
      ...order,
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'mm-1-0',
    } as never);
    await requests.amendKeepPriority(OLD, '1500');
    await official.orderAmendKeepPriority({
      ...ASKED,
      newQty: 1500,
      newClientOrderId: 'mm-1-0',
    });
    await requests.openOrders('DOGEUSDT');
    await official.openOrdersStatus({ symbol: 'DOGEUSDT', recvWindow: 2_000 });
    await requests.cancelAll('DOGEUSDT');
    await official.openOrdersCancelAll({ symbol: 'DOGEUSDT', recvWindow: 2_000 });
    await requests.tradesFrom('DOGEUSDT', 7);
    await official.myTrades({ symbol: 'DOGEUSDT', fromId: 7, limit: 1_000, recvWindow: 2_000 });
    await requests.account();
    await official.accountStatus({ recvWindow: 2_000 });
    assertPairs(kind, frames, 9);
  });

  test(`USD-M WebSocket API, ${kind}: the same frames as the official client`, async (context) => {
    const { frames, link, url } = await stand(context, Market.PERPETUAL, kind);
    const client = new DerivativesTradingUsdsFutures({
      configurationWebsocketAPI: keysOf(kind) as never,
    });
    pointTo(client.websocketAPI, url);
    const official = await client.websocketAPI.connect();
    context.after(() => official.disconnect());
    const connector = new UsdmTradeConnector(link);
    const requests = new UsdmOrderRequests(link);
    const ours: NewOrder = { ...ORDER, type: 'LIMIT', timeInForce: 'GTX', reduceOnly: true };
    if (kind === 'Ed25519') {
      await official.sendSignedMessage('session.logon');
      const [first, second] = frames;
      assert.deepEqual(first, second);
      assertSigned(kind, (first as Frame).params);
    }
    await connector.createOrder(ours);
    await official.newOrder({
      ...ours,
      reduceOnly: 'true',
      newOrderRespType: 'ACK',
      recvWindow: 2_000,
    } as never);
    await connector.cancelOrder(OLD);
    await official.cancelOrder({ ...ASKED });
    await requests.queryOrder(OLD);
    await official.queryOrder({ ...ASKED });
    await requests.modifyOrder({ ...OLD, side: 'BUY', quantity: '1500', price: '0.1623' });
    await official.modifyOrder({ ...ASKED, side: 'BUY', quantity: 1500, price: 0.1623 } as never);
    await requests.account();
    await official.accountInformationV2({ recvWindow: 2_000 });
    assertPairs(kind, frames, 5);
  });
}
