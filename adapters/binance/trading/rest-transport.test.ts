/**
 * Goal: over HTTP too "not sent" is said only when it is proven, no request is repeated, and no answer,
 * however broken, is anything but an outcome.
 * Method: a server on the loopback that is silent, slow, cut off, absent, or answers garbage.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { SystemClock } from '#adapters/clock/clock.ts';
import { Market } from '#contracts/instrument.ts';
import { APIRateLimiter, SPOT_RATE_LIMITS } from './rate-limiter.ts';
import { judge } from './request-outcome.ts';
import { RestTransport } from './rest-transport.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer = () => undefined;
let seen = 0;
let base = '';
const server = createServer((request, response) => {
  seen += 1;
  answer(request, response);
});
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = 0;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

function transport(baseUrl: string, answerMillisMax = 100) {
  const clock = new SystemClock();
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  return new RestTransport({ baseUrl, apiKey: 'demo-key', clock, limiter, answerMillisMax });
}

test('a silent server: the outcome is unknown in time, and nothing is sent again', async () => {
  answer = () => undefined;
  for (const method of METHODS) {
    seen = 0;
    const rest = transport(base);
    const began = Date.now();
    const outcome = await rest.send({ method, path: '/api/v3/order', query: 'a=1' });
    assert.equal(outcome.kind, 'LOST');
    assert.equal(judge(Market.SPOT, outcome).kind, 'UNKNOWN');
    assert.ok(Date.now() - began < 3_000);
    assert.equal(seen, 1, method);
    await rest.close();
  }
});

test('an answer that trickles on for ever is given up', async () => {
  let timer: NodeJS.Timeout | undefined;
  answer = (_request, response) => {
    response.writeHead(200);
    timer = setInterval(() => response.write(' '), 20);
  };
  const rest = transport(base);
  const outcome = await rest.send({ method: 'POST', path: '/api/v3/order', query: '' });
  clearInterval(timer);
  assert.equal(outcome.kind, 'LOST');
  await rest.close();
});

test('a connection cut before or in the answer: unknown, and sent once', async () => {
  const cuts: Answer[] = [
    (request) => request.socket.destroy(),
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"orderId":1');
      setTimeout(() => request.socket.destroy(), 10);
    },
  ];
  for (const cut of cuts) {
    for (const method of METHODS) {
      const rest = transport(base, 1_000);
      answer = (_request, response) => response.end('{}');
      await rest.send({ method: 'GET', path: '/api/v3/time', query: '' });
      answer = cut;
      seen = 0;
      const outcome = await rest.send({ method, path: '/api/v3/order', query: '' });
      assert.equal(outcome.kind, 'LOST', method);
      assert.equal(seen, 1, method);
      await rest.close();
    }
  }
});

test('a host that is not there: proven not to have been sent', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');
  const rest = transport(`http://127.0.0.1:${port}`);
  const outcome = await rest.send({ method: 'POST', path: '/api/v3/order', query: '' });
  assert.equal(outcome.kind, 'NOT_SENT');
  await rest.close();
});

test('what is under way when we close is unknown', async () => {
  answer = () => undefined;
  const rest = transport(base, 5_000);
  const outcome = rest.send({ method: 'POST', path: '/api/v3/order', query: '' });
  while (seen === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await rest.close();
  assert.equal((await outcome).kind, 'LOST');
});

test('bodies that say nothing prove nothing', async () => {
  const rest = transport(base, 1_000);
  for (const [status, body, kind] of [
    [200, '<html>', 'UNKNOWN'],
    [200, '', 'UNKNOWN'],
    [200, '{"orderId":1', 'UNKNOWN'],
    [200, '"text"', 'UNKNOWN'],
    [200, '{}', 'DONE'],
    [502, '<html>', 'UNKNOWN'],
    [400, '<html>', 'UNKNOWN'],
    [400, '{"code":"-1013"}', 'UNKNOWN'],
    [400, '{"code":-1013,"msg":"Filter failure: LOT_SIZE"}', 'REFUSED'],
    [302, '', 'UNKNOWN'],
  ] as const) {
    answer = (_request, response) => {
      response.writeHead(status, { 'x-mbx-used-weight-1m': 'NaN' });
      response.end(body);
    };
    const outcome = await rest.send({ method: 'POST', path: '/api/v3/order', query: '' });
    assert.equal(judge(Market.SPOT, outcome).kind, kind, `${status} ${body}`);
  }
  await rest.close();
});
