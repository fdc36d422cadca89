/**
 * Goal: every fault of the wire does over real sockets what its name says, and nothing else.
 * Method: a server around an order-like operation and a small stream; each fault is asked for once.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation, OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import { SPOT_PROFILE } from './market-profile.ts';
import {
  type Frame,
  openTestServer,
  signedParameters,
  signedQuery,
  type TestServer,
  TestSocket,
} from './market-server.test-support.ts';

let done = 0;
const WORK: Operation = {
  rest: { method: 'POST', path: '/api/v3/work' },
  socketMethod: 'work',
  security: 'SIGNED',
  readOnly: false,
  weight: () => 1,
  freeWhenDone: false,
  orders: () => 0,
  run: () => {
    done += 1;
    return { done };
  },
  note: '',
};

const lines: OutgoingLine[] = [];
const STREAM: SocketDoor = {
  kind: 'STREAM',
  messagesPerSecondMax: 5,
  serves: (url) => url.pathname === '/ws/x',
  open: (line) => {
    lines.push(line);
    return {
      onText: () => line.send('{"result":null,"id":1}'),
      onBinary() {},
      onClose() {},
    };
  },
};

const PROFILE = { ...SPOT_PROFILE, pingEveryMillis: 250, pongWithinMillis: 600 };
let server: TestServer;
before(async () => {
  const parts = [{ operations: [WORK], doors: [STREAM] }];
  server = await openTestServer({ parts, profile: PROFILE });
});
after(() => server.close());

const key = () => server.key('demo-1-hmac');
const apiUrl = () => `ws://${server.server.authority}/ws-api/v3`;
const streamUrl = () => `ws://${server.server.authority}/ws/x`;
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

async function post(): Promise<Response> {
  return fetch(`${server.base}/api/v3/work?${signedQuery(key(), '')}`, {
    method: 'POST',
    headers: { 'x-mbx-apikey': key().apiKey },
  });
}

async function code(answer: Response): Promise<number | undefined> {
  return ((await answer.json()) as { code?: number }).code;
}

test('ANSWER_UNKNOWN: the work is done and nobody is told so, over both doors', async () => {
  const before = done;
  server.faults.ask('ANSWER_UNKNOWN', 2);
  const answer = await post();
  assert.deepEqual([answer.status, await code(answer)], [504, -1007]);
  const socket = await TestSocket.open(apiUrl());
  assert.equal((await socket.ask('work', signedParameters(key(), {}))).error.code, -1007);
  assert.equal(done, before + 2);
  socket.close();
});

test('ANSWER_LOST: the work is done and the connection is cut, over both doors', async () => {
  const before = done;
  server.faults.ask('ANSWER_LOST', 2);
  await assert.rejects(post());
  const socket = await TestSocket.open(apiUrl());
  assert.equal(await socket.ask('work', signedParameters(key(), {})), undefined);
  assert.equal(done, before + 2);
});

test('REFUSED_OVERLOAD: nothing is done', async () => {
  const before = done;
  server.faults.ask('REFUSED_OVERLOAD');
  assert.equal(await code(await post()), -1008);
  assert.equal(done, before);
});

test('SLOW_ANSWER: it comes, later', async () => {
  server.faults.ask('SLOW_ANSWER');
  assert.equal((await post()).status, 200);
});

test('SOCKET_CUT: no closing handshake', async () => {
  const socket = await TestSocket.open(streamUrl());
  server.faults.ask('SOCKET_CUT');
  lines.at(-1)?.send('{"n":1}');
  assert.equal(await socket.next(), undefined);
  assert.equal(socket.closeCode, 1006);
});

test('STREAM_GAP: one frame is missing', async () => {
  const socket = await TestSocket.open(streamUrl());
  server.faults.ask('STREAM_GAP');
  for (const n of [1, 2, 3]) lines.at(-1)?.send(JSON.stringify({ n }));
  assert.deepEqual([await socket.next(), await socket.next()], [{ n: 2 }, { n: 3 }]);
  socket.close();
});

test('SUBSCRIPTION_SILENT: acknowledged, no data, until the next connection', async () => {
  server.faults.ask('SUBSCRIPTION_SILENT');
  const socket = await TestSocket.open(streamUrl());
  lines.at(-1)?.send('{"n":1}');
  socket.socket.send('{}');
  assert.deepEqual(await socket.next(), { result: null, id: 1 });
  socket.close();
  const again = await TestSocket.open(streamUrl());
  lines.at(-1)?.send('{"n":2}');
  assert.deepEqual(await again.next(), { n: 2 });
  again.close();
});

async function subscribed(): Promise<TestSocket> {
  const socket = await TestSocket.open(apiUrl());
  await socket.ask('userDataStream.subscribe.signature', signedParameters(key(), {}));
  return socket;
}

async function tell(socket: TestSocket, frames: number): Promise<readonly number[]> {
  for (const E of [1, 2, 3]) server.userData.send(0, { e: 'balanceUpdate', E });
  const heard: number[] = [];
  while (heard.length < frames) heard.push(((await socket.next()) as Frame).event.E);
  return heard;
}

test('EVENT_DOUBLED, EVENTS_SWAPPED, EVENT_LATE: twice; out of order; late, but in order', async () => {
  const socket = await subscribed();
  server.faults.ask('EVENT_DOUBLED');
  assert.deepEqual(await tell(socket, 4), [1, 1, 2, 3]);
  server.faults.ask('EVENTS_SWAPPED');
  assert.deepEqual(await tell(socket, 3), [2, 1, 3]);
  server.faults.ask('EVENT_LATE');
  assert.deepEqual(await tell(socket, 3), [1, 2, 3]);
  socket.close();
});

test('UNKNOWN_FIELD: an answer and an event have a field more', async () => {
  const socket = await subscribed();
  server.faults.ask('UNKNOWN_FIELD');
  assert.ok('zUnknown' in ((await (await post()).json()) as object));
  server.faults.ask('UNKNOWN_FIELD');
  server.userData.send(0, { e: 'balanceUpdate' });
  assert.ok('zUnknown' in (await socket.next()));
  socket.close();
});

test('PONG_UNHEARD and SHUTDOWN_NOTICE end a quiet socket', async () => {
  const cut = await TestSocket.open(streamUrl());
  server.faults.ask('PONG_UNHEARD');
  assert.equal(await cut.next(), undefined);
  assert.equal(cut.closeCode, 1006);
  const told = await TestSocket.open(streamUrl());
  server.faults.ask('SHUTDOWN_NOTICE');
  assert.equal((await told.next()).e, 'serverShutdown');
  assert.equal(await told.next(), undefined);
  assert.equal(told.closeCode, 1001);
});

test('who does not answer a PING is cut off; who sends too much is, too', async () => {
  const deaf = await TestSocket.open(streamUrl());
  deaf.socket.pong = () => undefined;
  assert.equal(await deaf.next(), undefined);
  assert.equal(deaf.closeCode, 1008);
  const loud = await TestSocket.open(streamUrl());
  for (let index = 0; index < 20; index++) loud.socket.send('{}');
  while ((await loud.next()) !== undefined);
  assert.equal(loud.closeCode, 1008);
});

test('a connection ends after its day', async () => {
  const parts = [{ operations: [], doors: [STREAM] }];
  const profile = { ...PROFILE, connectionLifeMillis: 100 };
  const short = await openTestServer({ parts, profile });
  const socket = await TestSocket.open(`ws://${short.server.authority}/ws/x`);
  assert.equal(await socket.next(), undefined);
  await short.close();
});

test('CLOCK_JUMP, RATE_LIMITED, BANNED: for a moment every request is refused', async () => {
  server.faults.ask('CLOCK_JUMP');
  assert.equal(await code(await post()), -1021);
  assert.equal(await code(await post()), -1021);
  await pause(2_050);
  assert.equal((await post()).status, 200);
  server.faults.ask('RATE_LIMITED');
  const limited = await post();
  assert.deepEqual([limited.status, Number(limited.headers.get('retry-after')) >= 1], [429, true]);
  server.faults.ask('BANNED');
  assert.equal((await post()).status, 418);
  await assert.rejects(TestSocket.open(streamUrl()), /418/);
});
