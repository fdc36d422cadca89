/** The wire as a whole: a live session's reaction time, and orders through the exchange's socket. */
import { buildWebsocketAPIMessage } from '@binance/common';
import { Spot } from '@binance/spot';
import { JSONParse } from 'json-with-bigint';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import { SPOT_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { openTestExchange } from '#apps/exchange/exchange.test-support.ts';
import { signedParameters, TestSocket } from '#apps/exchange/server/market-server.test-support.ts';
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { openLiveStage } from '#tests/live/live-stage.ts';

const LIVE_MILLIS = 60_000;
const REHEARSAL_MILLIS = 1_500;
/** The first of them, while everything is new, are left out. */
const WARM_UP_SHARE = 0.2;
const KEY = 'demo-1-ed25519';
const PER_RUN = 200;
const PER_REHEARSAL = 5;
const MICROS_PER_MILLI = 1_000;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  return [await tickToOrder(workload), await ordersOverSocket(workload)];
}

const ORDER = {
  symbol: 'DOGEUSDT',
  side: 'BUY',
  type: 'LIMIT_MAKER',
  quantity: '2000',
  price: '0.15000',
  newOrderRespType: 'ACK',
  selfTradePreventionMode: 'EXPIRE_MAKER',
} as const;

async function tickToOrder({ isRehearsal }: Workload): Promise<MeasuredRow> {
  const own: number[] = [];
  const peer: number[] = [];
  const floor: number[] = [];
  const configuration = { apiKey: 'demo' } as never;
  let frame: Buffer | null = null;
  let seenAt = 0;
  const around =
    (open: SocketOpener): SocketOpener =>
    (target, listener) => {
      const isMarket = target.url.includes('/stream?');
      const socket = open(target, {
        onOpen: () => listener.onOpen(),
        onPing: () => listener.onPing(),
        onPong: () => listener.onPong(),
        onClosed: (reason) => listener.onClosed(reason),
        onFrame: (bytes, isBinary) => {
          if (isMarket) {
            frame = bytes;
            seenAt = performance.now();
          }
          listener.onFrame(bytes, isBinary);
          frame = null;
        },
      });
      return {
        ping: () => socket.ping(),
        end: () => socket.end(),
        sendText: (text) => {
          if (frame !== null && text.includes('"method":"order.')) {
            own.push((performance.now() - seenAt) * MICROS_PER_MILLI);
            floor.push(timed(() => JSON.stringify(ORDER).length));
            const bytes = frame;
            peer.push(timed(() => theirs(bytes, configuration)));
            frame = null;
          }
          socket.sendText(text);
        },
      };
    };
  const stage = await openLiveStage({ seed: 2, aroundSockets: around });
  const millis = isRehearsal === true ? REHEARSAL_MILLIS : LIVE_MILLIS;
  await stage.run(millis);
  await stage.close();
  const kept = (samples: readonly number[]): Float64Array =>
    Float64Array.from(samples.slice(Math.floor(WARM_UP_SHARE * samples.length)));
  return {
    name: 'wire.tick_to_order',
    unit: 'µs',
    samples: kept(own),
    peer: { name: 'official client, no decision', samples: kept(peer) },
    floor: { name: 'one JSON.stringify after the same idle time', samples: kept(floor) },
    note: `${own.length} orders in ${millis / MICROS_PER_MILLI} s of a live session at its own pace; the peer runs right after ours, in caches that are warm again`,
  };
}

function timed(work: () => number): number {
  const from = performance.now();
  const result = work();
  if (Number.isNaN(result)) throw new Error('nothing came of it');
  return (performance.now() - from) * MICROS_PER_MILLI;
}

function theirs(frame: Buffer, configuration: never): number {
  const { data } = JSONParse(frame.toString('utf8')) as { readonly data: object };
  const options = { isSigned: true } as never;
  const payload = { ...ORDER } as never;
  const message = buildWebsocketAPIMessage(configuration, 'order.place', payload, options, true);
  return JSON.stringify(message).length + Object.keys(data).length;
}

async function ordersOverSocket(workload: Workload): Promise<MeasuredRow> {
  const world = await openTestExchange({ spotLimits: unlimited() });
  const { addresses } = world.exchange;
  const key = world.key(KEY);
  const socket = await TestSocket.open(addresses.spot.wsApi);
  await socket.ask('session.logon', signedParameters(key, {}));
  const client = new Spot({
    configurationWebsocketAPI: {
      apiKey: key.apiKey,
      privateKey: key.privateKeyPem,
      wsURL: 'wss://127.0.0.1',
    },
  });
  const inner = client.websocketAPI as unknown as { configuration: { wsURL: string } };
  inner.configuration.wsURL = addresses.spot.wsApi;
  const official = await client.websocketAPI.connect();
  const count = workload.isRehearsal === true ? PER_REHEARSAL : PER_RUN;
  let id = 0;
  const plain = async (): Promise<void> => {
    id += 1;
    const name = `b-${id}`;
    const timestamp = Date.now();
    await socket.ask('order.place', { ...ORDER, newClientOrderId: name, timestamp }, `${id}p`);
    const cancel = { symbol: ORDER.symbol, origClientOrderId: name, timestamp };
    await socket.ask('order.cancel', cancel, `${id}c`);
  };
  const throughClient = async (): Promise<void> => {
    id += 1;
    const name = `b-${id}`;
    await official.orderPlace({ ...ORDER, newClientOrderId: name } as never);
    await official.orderCancel({ symbol: ORDER.symbol, origClientOrderId: name });
  };
  try {
    return await measureTurns({
      name: 'exchange.orders_websocket',
      unit: 'orders/s',
      ...roundsOf(workload, 3, 12),
      note: `${count} orders a run, placed and cancelled one after the other on one socket`,
      own: async () => {
        for (let order = 0; order < count; order++) await plain();
        return count;
      },
      peer: {
        name: '@binance/spot',
        run: async () => {
          for (let order = 0; order < count; order++) await throughClient();
          return count;
        },
      },
    });
  } finally {
    await official.disconnect();
    socket.socket.terminate();
    await world.exchange.close();
  }
}

function unlimited(): typeof SPOT_RATE_LIMITS {
  const many = 1_000_000_000;
  return {
    ...SPOT_RATE_LIMITS,
    weight: { ...SPOT_RATE_LIMITS.weight, limit: many },
    orders: SPOT_RATE_LIMITS.orders.map((row) => ({ ...row, limit: many })),
  };
}
