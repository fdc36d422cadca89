/**
 * Goal: the subscribe request carries the signature of exactly its own parameters, and a listenKey is got,
 * extended and given up as the venue says.
 * Method: HMAC computed here by hand over the documented text; answers by hand.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { HttpAnswer } from '#adapters/connection/http-get.ts';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { ListenKeyError, spotPrivateAccess, usdmPrivateAccess } from './private-access.ts';

test('the spot subscription is signed over its sorted parameters, anew each time', () => {
  let now = 1_795_305_600_123.9;
  const access = spotPrivateAccess({
    webSocketApi: 'wss://api/ws-api/v3',
    signer: new HmacSigner('the-key', 'the-secret'),
    venueMillis: () => now,
  });
  const request = access.subscribeRequest?.('a-1');
  assert.equal(typeof request, 'string');
  const signature = createHmac('sha256', 'the-secret')
    .update('apiKey=the-key&recvWindow=5000&timestamp=1795305600123')
    .digest('hex');
  assert.deepEqual(JSON.parse(request as string), {
    id: 'a-1',
    method: 'userDataStream.subscribe.signature',
    params: { apiKey: 'the-key', recvWindow: 5000, timestamp: 1_795_305_600_123, signature },
  });
  now += 1_000;
  assert.ok(!String(access.subscribeRequest?.('a-2')).includes(signature));
});

function usdm(answers: [number, string][]) {
  const calls: string[] = [];
  const access = usdmPrivateAccess({
    restUrl: 'https://f',
    streamUrl: 'wss://s',
    apiKey: 'the-key',
    call: async (method, url, headers): Promise<HttpAnswer> => {
      calls.push(`${method} ${url} ${headers?.['X-MBX-APIKEY']}`);
      const [status, text] = answers.shift() ?? [500, ''];
      return { status, headers: {}, body: Buffer.from(text) };
    },
  });
  return { calls, access };
}

test('the perpetual: a key goes into the private path', async () => {
  const { calls, access } = usdm([[200, '{"listenKey":"k/1"}']]);
  assert.deepEqual(await access.target(), { url: 'wss://s/private/ws?listenKey=k%2F1' });
  assert.deepEqual(calls, ['POST https://f/fapi/v1/listenKey the-key']);
});

test('the perpetual: alive, dead, and an answer that says neither', async () => {
  const { access } = usdm([
    [200, '{}'],
    [400, '{"code":-1125,"msg":"This listenKey does not exist."}'],
    [503, 'busy'],
  ]);
  assert.equal(await access.keepAlive?.(), true);
  assert.equal(await access.keepAlive?.(), false);
  await assert.rejects(async () => access.keepAlive?.(), ListenKeyError);
});

test('no key in the answer is an error that shows none', async () => {
  const { access } = usdm([
    [200, '[]'],
    [401, '{"code":-2015,"msg":"Invalid API-key"}'],
  ]);
  await assert.rejects(async () => access.target(), /no listenKey/);
  await assert.rejects(async () => access.target(), /-2015/);
});

test('a listenKey that cannot stand in an address is none', async () => {
  for (const key of ['\\uDC00\\uD800', 'a b', 'x'.repeat(600)]) {
    const access = usdmPrivateAccess({
      restUrl: 'http://127.0.0.1',
      streamUrl: 'ws://127.0.0.1',
      apiKey: 'key',
      call: () =>
        Promise.resolve({ status: 200, headers: {}, body: Buffer.from(`{"listenKey":"${key}"}`) }),
    });
    await assert.rejects(async () => access.target(), ListenKeyError);
  }
});
