/**
 * Goal: one of two sources dying changes nothing that comes out; both dying is told at once; shutdown
 * notices and silent streams are answered; binary and JSON sources mix.
 * Method: fake sockets on virtual time; then two real local servers, one of which is killed.
 */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { plain, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { SystemTimers } from '#adapters/clock/timers.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { FakeNetwork, type FakeSocket } from '#adapters/connection/sockets.test-support.ts';
import { openWebSocket } from '#adapters/connection/wire-socket.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { DualActiveMarketData, type SourceAddress } from './market-feed.ts';

const JSON_SOURCE: SourceAddress = { baseUrl: 'ws://venue', wire: 'json' };

function depth(first: number, last: number): string {
  return `{"stream":"dogeusdt@depth@100ms","data":{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":${first},"u":${last},"b":[["0.16233000","47000.00000000"]],"a":[]}}`;
}

function stand(market: Market, addresses: readonly SourceAddress[]) {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  const out: Record<string, unknown>[] = [];
  const notes: string[] = [];
  const feed = new DualActiveMarketData({
    instrument: testInstrument(market),
    sources: addresses,
    timers,
    open: network.open,
    attempts: new AttemptBudget(),
    random: () => 0.5,
    sink: { publish: (event: EngineEvent) => out.push(plain(event)) },
    onNote: (note) => notes.push(note),
  });
  feed.start();
  const up = (socket: FakeSocket | undefined): FakeSocket => {
    if (socket === undefined) throw new Error('no socket');
    socket.listener.onOpen();
    socket.frame('{"result":[],"id":1}');
    return socket;
  };
  const ids = () =>
    out.filter((one) => one['kind'] === EventKind.DEPTH_DELTA).map((one) => one['lastUpdateId']);
  const states = () =>
    out.filter((one) => one['kind'] === EventKind.FEED_STATUS).map((one) => one['state']);
  return { timers, network, feed, out, notes, up, ids, states };
}

test('killing either source is invisible, killing both is told, and the way back too', () => {
  const { network, up, ids, states, timers, feed } = stand(Market.SPOT, [JSON_SOURCE, JSON_SOURCE]);
  const [a, b] = network.sockets.map(up) as [FakeSocket, FakeSocket];
  a.frame(depth(1, 5));
  b.frame(depth(1, 5));
  b.frame(depth(6, 9));
  a.cut();
  b.frame(depth(10, 12));
  assert.deepEqual(ids(), [5, 9, 12]);
  assert.deepEqual(states(), [FeedState.CONNECTED]);
  b.cut();
  assert.deepEqual(states(), [FeedState.CONNECTED, FeedState.DISCONNECTED]);
  timers.advance(1);
  assert.equal(network.sockets.length, 4);
  up(network.sockets[2]).frame(depth(50, 51));
  assert.deepEqual(states().at(-1), FeedState.CONNECTED);
  assert.deepEqual(ids().at(-1), 51);
  assert.equal(feed.quality[0]?.lossCount, 1);
});

test('serverShutdown opens a second line at once and nothing is lost in between', () => {
  const { network, up, ids, states, timers } = stand(Market.SPOT, [JSON_SOURCE]);
  const first = up(network.sockets[0]);
  first.frame(depth(1, 5));
  first.frame('{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1795305600123}}');
  assert.equal(network.sockets.length, 2);
  first.frame(depth(6, 8));
  const second = up(network.sockets[1]);
  second.frame(depth(9, 11));
  first.frame(depth(9, 11));
  timers.advance(3);
  assert.ok(first.isEnded);
  assert.deepEqual(ids(), [5, 8, 11]);
  assert.deepEqual(states(), [FeedState.CONNECTED]);
});

test('one silent stream is subscribed again, then the connection is renewed', () => {
  const { network, up, timers, notes } = stand(Market.PERPETUAL, [JSON_SOURCE]);
  assert.deepEqual(
    network.sockets.map((socket) => socket.target.url),
    [
      'ws://venue/public/stream?streams=dogeusdt@depth@100ms/dogeusdt@bookTicker',
      'ws://venue/market/stream?streams=dogeusdt@aggTrade/dogeusdt@markPrice@1s',
    ],
  );
  const book = up(network.sockets[0]);
  up(network.sockets[1]);
  timers.advance(5.6);
  assert.ok(book.sent.some((text) => text.includes('"SUBSCRIBE"') && text.includes('@depth')));
  timers.advance(5.6);
  assert.ok(
    network.sockets.some((socket, index) => index > 1 && socket.target.url.includes('public')),
  );
  assert.ok(notes.some((note) => note.includes('silent')));
});

test('ids that went back are taken as a new count, with the book told lost', () => {
  const { network, up, ids, states, timers } = stand(Market.SPOT, [JSON_SOURCE]);
  const socket = up(network.sockets[0]);
  socket.frame(depth(1_000, 1_005));
  for (let step = 0; step < 7; step++) {
    timers.advance(1);
    socket.frame(depth(step + 1, step + 1));
  }
  assert.deepEqual(states(), [FeedState.CONNECTED, FeedState.DISCONNECTED, FeedState.CONNECTED]);
  assert.equal(ids().at(-1), 7);
});

test('a binary and a JSON source give one chain', () => {
  const { network, up, out, ids } = stand(Market.SPOT, [
    { baseUrl: 'ws://sbe', wire: 'sbe', headers: { 'X-MBX-APIKEY': 'key' } },
    JSON_SOURCE,
  ]);
  assert.equal(network.sockets[0]?.target.headers?.['X-MBX-APIKEY'], 'key');
  const [binary, json] = network.sockets.map(up) as [FakeSocket, FakeSocket];
  const golden =
    '1a0013270100000040028f28d26006007c1a711802000000821a711802000000fb0010000200693f00000000000098b7000000000000663f0000000000000000000000000000100001006a3f00000000000008cf00000000000008444f474555534454';
  binary.listener.onFrame(Buffer.from(golden, 'hex'), true);
  json.frame(depth(9_000_000_124, 9_000_000_130));
  json.frame(depth(9_000_000_131, 9_000_000_140));
  assert.deepEqual(ids(), [9_000_000_130, 9_000_000_140]);
  assert.equal(out.filter((one) => one['kind'] === EventKind.DEPTH_DELTA).length, 2);
});

test('frames that cannot be read are faults, and nothing comes out of them', () => {
  const { network, up, out, feed } = stand(Market.SPOT, [JSON_SOURCE]);
  const socket = up(network.sockets[0]);
  for (const text of ['', '{', '[]', 'null', '{"e":"x"}', '\u0000']) socket.frame(text);
  socket.listener.onFrame(Buffer.from([1, 2, 3]), true);
  assert.equal(out.length, 1);
  assert.equal(feed.quality[0]?.faultCount, 7);
});

test('over real sockets: one server is killed, the chain goes on without a hole', async () => {
  const servers = await Promise.all([startServer(), startServer()]);
  const ids: number[] = [];
  const states: number[] = [];
  let stop = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    const feed = new DualActiveMarketData({
      instrument: testInstrument(Market.SPOT),
      sources: servers.map(({ port }) => ({ baseUrl: `ws://127.0.0.1:${port}`, wire: 'json' })),
      timers: new SystemTimers(),
      open: openWebSocket,
      attempts: new AttemptBudget(),
      random: () => 0.5,
      sink: {
        publish: (event) => {
          if (event.kind === EventKind.FEED_STATUS) states.push(event.state);
          if (event.kind !== EventKind.DEPTH_DELTA) return;
          ids.push(event.lastUpdateId);
          if (ids.length === 100) resolve();
        },
      },
      onNote: () => undefined,
    });
    feed.start();
    let next = 0;
    const beat = setInterval(() => {
      next += 1;
      for (const { server } of servers) {
        for (const client of server.clients) client.send(depth(next, next));
      }
      if (next === 50) for (const client of servers[0].server.clients) client.terminate();
    }, 2);
    stop = () => {
      clearInterval(beat);
      feed.stop();
      for (const { server } of servers) server.close();
    };
  });
  await done;
  stop();
  for (let index = 1; index < ids.length; index++) {
    assert.equal(ids[index], (ids[index - 1] as number) + 1);
  }
  assert.deepEqual(states, [FeedState.CONNECTED]);
});

async function startServer(): Promise<{ server: WebSocketServer; port: number }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => socket.send('{"result":[],"id":1}'));
  return { server, port: (server.address() as AddressInfo).port };
}
