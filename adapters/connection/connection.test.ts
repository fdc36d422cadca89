/**
 * Goal: a connection stays up by all it can do, says truly whether it is, and never asks the venue too often.
 * Method: fake sockets on virtual time; then once over a real socket of this machine.
 */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { SystemTimers } from '#adapters/clock/timers.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from './attempt-budget.ts';
import { type ConnectionPolicy, StreamConnection } from './connection.ts';
import { FakeNetwork } from './sockets.test-support.ts';
import { openWebSocket } from './wire-socket.ts';

function stand(policy: Partial<ConnectionPolicy> = {}, attempts = new AttemptBudget()) {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  const told: string[] = [];
  const connection: StreamConnection = new StreamConnection({
    name: 'test',
    timers,
    open: network.open,
    target: () => ({ url: 'ws://venue' }),
    attempts,
    random: () => 0.5,
    policy,
    listener: {
      onLineOpen: (line) => told.push(`open ${line}`),
      onFrame: (bytes, _, __, line) => {
        connection.confirm(line);
        told.push(`frame ${line} ${bytes.toString()}`);
      },
      onUp: () => told.push('up'),
      onDown: () => told.push('down'),
      onNote: () => undefined,
    },
  });
  const bringUp = () => {
    network.last.listener.onOpen();
    network.last.frame('x');
  };
  return { timers, network, told, connection, bringUp };
}

test('up with the first confirmed line, down and back after a cut', () => {
  const { timers, network, told, connection, bringUp } = stand();
  connection.start();
  bringUp();
  network.last.cut();
  timers.advance(1);
  bringUp();
  assert.deepEqual(told, ['open 1', 'up', 'frame 1 x', 'down', 'open 2', 'up', 'frame 2 x']);
});

test('before the day is over a second line takes over; both deliver, nothing goes down', () => {
  const { timers, network, told, connection, bringUp } = stand();
  connection.start();
  bringUp();
  const [first] = network.sockets;
  if (first === undefined) throw new Error('no socket');
  timers.advance(22.4 * 3600);
  assert.equal(network.sockets.length, 1);
  timers.advance(0.1 * 3600 + 1);
  assert.equal(network.sockets.length, 2);
  network.last.listener.onOpen();
  first.frame('old');
  network.last.frame('new');
  first.frame('old again');
  timers.advance(3);
  assert.ok(first.isEnded);
  assert.deepEqual(told.slice(3), ['open 2', 'frame 1 old', 'frame 2 new', 'frame 1 old again']);
});

test('a new line that dies within the overlap leaves the old one, and another new one follows', () => {
  const { timers, network, told, connection, bringUp } = stand();
  connection.start();
  bringUp();
  connection.renew('asked for');
  bringUp();
  network.last.cut();
  timers.advance(1);
  assert.equal(network.sockets.length, 3);
  assert.ok(!told.includes('down'));
  assert.equal(network.sockets[0]?.isEnded, false);
  bringUp();
  timers.advance(3);
  assert.equal(network.sockets[0]?.isEnded, true);
  assert.ok(!told.includes('down'));
});

test('a socket that says nothing and answers no ping is ended within eight seconds', () => {
  const { timers, network, told, connection, bringUp } = stand();
  connection.start();
  bringUp();
  network.last.isAlive = false;
  timers.advance(8.1);
  assert.equal(told.at(-1), 'down');
  assert.equal(network.sockets[0]?.pingCount, 1);
});

test('an answered ping keeps a silent socket', () => {
  const { timers, network, told, connection, bringUp } = stand();
  connection.start();
  bringUp();
  timers.advance(60);
  assert.equal(network.sockets.length, 1);
  assert.equal(told.at(-1), 'frame 1 x');
});

test('a line that opens and is never confirmed is given up', () => {
  const { timers, network, told, connection } = stand();
  connection.start();
  network.last.listener.onOpen();
  timers.advance(16);
  assert.equal(network.sockets.length, 2);
  assert.deepEqual(told, ['open 1']);
});

test('pauses double up to their limit, and the attempt budget holds in any case', () => {
  const attempts = new AttemptBudget(5, 300e6);
  const { timers, network, connection } = stand({}, attempts);
  connection.start();
  for (let round = 0; round < 400; round++) {
    if (!network.last.isEnded) network.last.cut();
    timers.advance(0.5);
  }
  assert.equal(network.sockets.length, 5);
  timers.advance(110);
  assert.ok(network.sockets.length > 5);
});

test('control frames leave four a second, in order', () => {
  const { timers, network, connection, bringUp } = stand();
  connection.start();
  bringUp();
  for (let index = 0; index < 10; index++) assert.ok(connection.send(1, String(index)));
  assert.equal(network.last.sent.length, 4);
  timers.advance(1.01);
  assert.equal(network.last.sent.length, 8);
  timers.advance(1.01);
  assert.deepEqual(network.last.sent, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('a target that cannot be had counts as a failed attempt', async () => {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  let asked = 0;
  const connection = new StreamConnection({
    name: 'key',
    timers,
    open: network.open,
    target: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no key')) : { url: 'ws://venue' };
    },
    attempts: new AttemptBudget(),
    random: () => 0,
    listener: {
      onLineOpen: () => undefined,
      onFrame: () => undefined,
      onUp: () => undefined,
      onDown: () => undefined,
      onNote: () => undefined,
    },
  });
  connection.start();
  await Promise.resolve();
  await Promise.resolve();
  timers.advance(1);
  assert.equal(network.sockets.length, 1);
});

test('over a real socket: frames come as raw bytes, and a stopped server is noticed', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => socket.send('{"hello":1}'));
  const { port } = server.address() as AddressInfo;
  let frames = 0;
  const isDown = new Promise<void>((resolve) => {
    const connection: StreamConnection = new StreamConnection({
      name: 'real',
      timers: new SystemTimers(),
      open: openWebSocket,
      target: () => ({ url: `ws://127.0.0.1:${port}` }),
      attempts: new AttemptBudget(),
      random: () => 0,
      listener: {
        onLineOpen: () => undefined,
        onFrame: (bytes, isBinary, at, line) => {
          assert.ok(Buffer.isBuffer(bytes));
          assert.equal(isBinary, false);
          assert.equal(bytes.toString(), '{"hello":1}');
          assert.ok(at > 1e15);
          frames += 1;
          connection.confirm(line);
          for (const client of server.clients) client.terminate();
        },
        onUp: () => undefined,
        onDown: () => {
          connection.stop();
          resolve();
        },
        onNote: () => undefined,
      },
    });
    connection.start();
  });
  await isDown;
  assert.equal(frames, 1);
  server.close();
});
