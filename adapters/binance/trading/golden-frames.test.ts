/**
 * Goal: over the WebSocket API too our session sends the same requests as the official client.
 * Method: a recording server on the loopback; the clock fixed; parameters compared sorted, every signature
 * verified against the sorted text of what came.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mock, test } from 'node:test';
import { Spot } from '@binance/spot';
import { WebSocketServer } from 'ws';
import { SystemTimers } from '#adapters/clock/timers.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { openWebSocket } from '#adapters/connection/wire-socket.ts';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { sortedText } from './parameters.ts';
import { APIRateLimiter, SPOT_RATE_LIMITS } from './rate-limiter.ts';
import { WebSocketSession } from './websocket-session.ts';

const NOW = 1_795_305_600_123;
const KEY = 'demo-key';
const SECRET = 'demo-secret';

test('spot WebSocket API: the same frames as the official client', async (context) => {
  const frames: { method: string; params: Record<string, string> }[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data));
      const expected = createHmac('sha256', SECRET).update(sortedText(params)).digest('hex');
      assert.equal(params.signature, expected);
      // The official client writes numbers as texts; the signed text is the same.
      const texts = Object.entries(params).map(([name, value]) => [name, String(value)]);
      frames.push({ method, params: Object.fromEntries(texts) });
      socket.send(JSON.stringify({ id, status: 200, result: {} }));
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws-api/v3`;
  mock.timers.enable({ apis: ['Date'], now: NOW });
  const session = new WebSocketSession({
    name: 'orders',
    url,
    signer: new HmacSigner(KEY, SECRET),
    timers: new SystemTimers(),
    open: openWebSocket,
    attempts: new AttemptBudget(),
    random: () => 0.5,
    limiter: new APIRateLimiter(SPOT_RATE_LIMITS),
    venueMillis: () => NOW,
    onNote: () => undefined,
  });
  const connected = once(server, 'connection');
  session.start();
  await connected;
  while (!session.isReady) await new Promise((resolve) => setTimeout(resolve, 5));

  const client = new Spot({
    configurationWebsocketAPI: { apiKey: KEY, apiSecret: SECRET, wsURL: 'wss://127.0.0.1' },
  });
  const inner = client.websocketAPI as unknown as { configuration: { wsURL: string } };
  inner.configuration.wsURL = url;
  const official = await client.websocketAPI.connect();
  context.after(async () => {
    session.stop();
    mock.timers.reset();
    await official.disconnect();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const order = {
    symbol: 'DOGEUSDT',
    side: 'BUY',
    type: 'LIMIT_MAKER',
    quantity: '2000',
    price: '0.16230',
    newClientOrderId: 'mm-1-1',
    newOrderRespType: 'ACK',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    recvWindow: 2_000,
  } as const;
  const old = { symbol: 'DOGEUSDT', origClientOrderId: 'mm-1-0', recvWindow: 2_000 };
  await session.send('order.place', { ...order, timestamp: NOW }, true);
  await official.orderPlace({ ...order } as never);
  await session.send('order.cancel', { ...old, timestamp: NOW }, true);
  await official.orderCancel({ ...old });
  await session.send('order.status', { ...old, timestamp: NOW }, true);
  await official.orderStatus({ ...old });
  assert.equal(frames.length, 6);
  for (let index = 0; index < 6; index += 2) assert.deepEqual(frames[index], frames[index + 1]);
});
