/**
 * Goal: each private event once over two channels; a lost one is covered by the other, losing both is told.
 * Method: fake sockets on virtual time, spot with its signed subscription and the perpetual with its key.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { FakeNetwork, type FakeSocket } from '#adapters/connection/sockets.test-support.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState, PrivateFeedStatusEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportChannel } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import type { ClientOrderId } from '#units/integers.ts';
import { type PrivateAccess, PrivateFeed } from './user-stream.ts';

const SPOT: PrivateAccess = {
  target: () => ({ url: 'ws://api' }),
  subscribeRequest: (id) => JSON.stringify({ id, method: 'userDataStream.subscribe.signature' }),
  keepAlive: null,
};

function stand(
  market: Market,
  accesses: readonly PrivateAccess[],
  resyncClock?: () => Promise<unknown>,
) {
  const timers = new VirtualTimers();
  const network = new FakeNetwork();
  const out: EngineEvent[] = [];
  const feed = new PrivateFeed({
    instrument: testInstrument(market),
    accesses,
    readOrderId: (text) => Number(text.slice(3)) as ClientOrderId,
    timers,
    open: network.open,
    attempts: new AttemptBudget(),
    random: () => 0.5,
    sink: { publish: (event) => out.push(structuredCopy(event)) },
    onNote: () => undefined,
    ...(resyncClock === undefined ? {} : { resyncClock }),
  });
  feed.start();
  const subscribe = (socket: FakeSocket | undefined): FakeSocket => {
    if (socket === undefined) throw new Error('no socket');
    socket.listener.onOpen();
    const { id } = JSON.parse(socket.sent.at(-1) ?? '{}') as { id: string };
    socket.frame(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
    return socket;
  };
  const fills = () => out.filter((one) => one instanceof ExecutionReport);
  const states = () =>
    out.flatMap((one) => (one.kind === EventKind.PRIVATE_FEED_STATUS ? [one.state] : []));
  return { timers, network, feed, out, subscribe, fills, states };
}

/** The status event is refilled. */
function structuredCopy(event: EngineEvent): EngineEvent {
  return event.kind === EventKind.PRIVATE_FEED_STATUS
    ? Object.assign(new PrivateFeedStatusEvent(), event)
    : event;
}

function fill(tradeId: number, subscription = 0, sentMillis = 1795305604412): string {
  return `{"subscriptionId":${subscription},"event":{"e":"executionReport","E":${sentMillis},"s":"DOGEUSDT","c":"mm-7","S":"BUY","o":"LIMIT_MAKER","f":"GTC","q":"2000","p":"0.16230","C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":1,"l":"8","z":"8","L":"0.16230","n":"0","N":null,"T":1795305604411,"t":${tradeId},"I":${tradeId},"m":true}}`;
}

test('a fill of both channels goes on once, whoever is first', () => {
  const { network, subscribe, fills, feed, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [user, drop] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  user.frame(fill(1));
  drop.frame(fill(1, 3, 1795305604415));
  drop.frame(fill(2));
  user.frame(fill(2));
  timers.advance(2);
  assert.deepEqual(
    fills().map((one) => [one.tradeId, one.channel]),
    [
      [1, ReportChannel.USER_STREAM],
      [2, ReportChannel.DROP_COPY],
    ],
  );
  assert.equal(feed.duplicateCount, 2);
  assert.equal(feed.foundByDropCopyCount, 0);
});

test('a fill that the primary misses is found by the drop copy, and counted after a second', () => {
  const { network, subscribe, fills, feed, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [, drop] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  drop.frame(fill(9));
  assert.equal(fills().length, 1);
  timers.advance(1.1);
  assert.equal(feed.foundByDropCopyCount, 1);
});

test('losing one channel is no break, losing both is, and coming back is told once', () => {
  const { network, subscribe, states, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [user, drop] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  timers.advance(15);
  user.cut();
  assert.deepEqual(states(), [FeedState.CONNECTED]);
  drop.cut();
  assert.deepEqual(states(), [FeedState.CONNECTED, FeedState.DISCONNECTED]);
  timers.advance(1);
  subscribe(network.sockets[2]);
  subscribe(network.sockets[3]);
  assert.deepEqual(states(), [FeedState.CONNECTED, FeedState.DISCONNECTED, FeedState.CONNECTED]);
});

test('a refused subscription is tried again with a new signature, never taken for up', () => {
  const { network, states, timers } = stand(Market.SPOT, [SPOT]);
  network.last.listener.onOpen();
  const first = JSON.parse(network.last.sent[0] ?? '') as { id: string };
  network.last.frame(
    JSON.stringify({ id: first.id, status: 400, error: { code: -1021, msg: 'late' } }),
  );
  assert.deepEqual(states(), []);
  timers.advance(1);
  network.last.listener.onOpen();
  const second = JSON.parse(network.last.sent[0] ?? '') as { id: string };
  assert.notEqual(second.id, first.id);
});

test('a message of ours that cannot be read makes the engine ask for everything', () => {
  const { network, subscribe, states, fills } = stand(Market.SPOT, [SPOT]);
  const user = subscribe(network.sockets[0]);
  user.frame(fill(1).replace('"z":"8"', '"z":"8.5x"'));
  assert.deepEqual(states(), [FeedState.CONNECTED, FeedState.DISCONNECTED, FeedState.CONNECTED]);
  assert.equal(fills().length, 0);
});

test('a terminated subscription ends the line and a new one follows', () => {
  const { network, subscribe, states, timers } = stand(Market.SPOT, [SPOT]);
  subscribe(network.sockets[0]).frame(
    '{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1795305800334}}',
  );
  assert.deepEqual(states().at(-1), FeedState.DISCONNECTED);
  timers.advance(1);
  assert.equal(network.sockets.length, 2);
});

test('the perpetual keeps its key alive, and a dead or expired key is asked for anew', async () => {
  let keys = 0;
  let pings = 0;
  const access: PrivateAccess = {
    target: () => {
      keys += 1;
      return { url: `ws://f/private/ws?listenKey=k${keys}` };
    },
    subscribeRequest: null,
    keepAlive: async () => {
      pings += 1;
      return pings < 2;
    },
  };
  const { network, timers, states } = stand(Market.PERPETUAL, [access]);
  network.last.listener.onOpen();
  assert.deepEqual(states(), [FeedState.CONNECTED]);
  timers.advance(1801);
  timers.advance(1800);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(pings, 2);
  assert.equal(network.last.target.url, 'ws://f/private/ws?listenKey=k2');
  network.last.listener.onOpen();
  timers.advance(3);
  assert.deepEqual(states(), [FeedState.CONNECTED]);
  network.last.frame('{"e":"listenKeyExpired","E":1795309200000,"listenKey":"k2"}');
  timers.advance(1);
  assert.equal(network.last.target.url, 'ws://f/private/ws?listenKey=k3');
});

test('a channel that ends soon after the other began may have told nothing: all is asked for', () => {
  const { network, subscribe, states, feed, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [user, drop] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  timers.advance(60);
  user.cut();
  assert.deepEqual(states(), [FeedState.CONNECTED], 'the drop copy was up all the time');
  timers.advance(1);
  const again = subscribe(network.sockets.at(-1));
  timers.advance(3);
  drop.cut();
  const { CONNECTED, DISCONNECTED } = FeedState;
  assert.deepEqual(states(), [CONNECTED, DISCONNECTED, CONNECTED]);
  assert.equal(feed.untoldCount, 1);
  timers.advance(1);
  subscribe(network.sockets.at(-1));
  timers.advance(11);
  again.cut();
  assert.equal(feed.untoldCount, 1, 'the other was up long enough');
  feed.stop();
});

test('a subscription whose time was refused waits for the clock', async () => {
  let release: () => void = () => undefined;
  const measured = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { network, feed } = stand(Market.SPOT, [SPOT], () => measured);
  network.last.listener.onOpen();
  const { id } = JSON.parse(network.last.sent[0] ?? '') as { id: string };
  network.last.frame(JSON.stringify({ id, status: 400, error: { code: -1021, msg: 'late' } }));
  await setImmediate();
  assert.ok(!network.last.isEnded);
  release();
  await setImmediate();
  assert.ok(network.last.isEnded);
  feed.stop();
});

test('a channel that is acknowledged and silent is renewed, and does not cover for the other', () => {
  const { network, subscribe, states, feed, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [user, drop] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  timers.advance(20);
  user.frame(fill(1));
  timers.advance(3);
  user.frame(fill(2));
  assert.equal(network.sockets.length, 2, 'late is not silent');
  timers.advance(3);
  user.frame(fill(3));
  assert.equal(network.sockets.length, 3, 'the drop copy gets a new line');
  const again = subscribe(network.sockets[2]);
  again.frame(fill(3, 9));
  timers.advance(3);
  assert.ok(drop.isEnded, 'the silent line goes');
  timers.advance(10);
  user.frame(fill(4));
  again.frame(fill(4, 9));
  user.cut();
  assert.deepEqual(states(), [FeedState.CONNECTED], 'it covers now');
  feed.stop();
});

test('when the only channel that talks is lost, the silent one beside it is no comfort', () => {
  const { network, subscribe, states, feed, timers } = stand(Market.SPOT, [SPOT, SPOT]);
  const [user] = network.sockets.map(subscribe) as [FakeSocket, FakeSocket];
  timers.advance(20);
  user.frame(fill(1));
  timers.advance(2);
  user.cut();
  const { CONNECTED, DISCONNECTED } = FeedState;
  assert.deepEqual(states(), [CONNECTED, DISCONNECTED, CONNECTED]);
  feed.stop();
});

test('after the venue changed its tick, messages are read by the new one', () => {
  const { network, subscribe, fills, feed } = stand(Market.SPOT, [SPOT]);
  const user = subscribe(network.sockets[0]);
  const { tick } = feed.instrument;
  const finer = { mantissa: tick.mantissa, decimals: tick.decimals + 1 };
  feed.instrument = { ...feed.instrument, tick: finer };
  user.frame(fill(1).replaceAll('0.16230', '0.162301'));
  assert.deepEqual(
    fills().map((one) => one.lastPriceTicks),
    [162_301],
  );
});
