/**
 * What the wire costs: signing a request, writing an order, reading binary and private messages. Beside
 * each what the official client needs for the same, in turns.
 */
import { generateKeyPairSync } from 'node:crypto';
import { buildQueryString, buildWebsocketAPIMessage, getSignature } from '@binance/common';
import { JSONParse } from 'json-with-bigint';
import { AT, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { SbeDecoder } from '#adapters/binance/sbe/sbe.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { signedParameters, signedQuery } from '#adapters/binance/trading/parameters.ts';
import { SpotPrivateDecoder } from '#adapters/binance/user-stream/spot-private.ts';
import { Ed25519Signer, HmacSigner } from '#adapters/signing/signing.ts';
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { NO_ORDER } from '#units/integers.ts';

const ROUNDS = 15;
const WARM_UP_ROUNDS = 5;
const PER_RUN = 2_000;
const SIGNED_PER_RUN = 400;
const KEY = 'demo-key';
const SECRET = 'demo-secret-of-an-ordinary-length-0123456789';

const ORDER = {
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

const EXECUTION_REPORT =
  '{"subscriptionId":0,"event":{"e":"executionReport","E":1795305604412,"s":"DOGEUSDT","c":"dev-1-1","S":"BUY","o":"LIMIT_MAKER","f":"GTC","q":"2000.00000000","p":"0.16230000","P":"0.00000000","F":"0.00000000","g":-1,"C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":11900000001,"l":"800.00000000","z":"800.00000000","L":"0.16230000","n":"0.80000000","N":"DOGE","T":1795305604411,"t":1200000055,"I":26100000090,"w":true,"m":true,"M":true,"O":1795305600130,"Z":"129.84000000","Y":"129.84000000","Q":"0.00000000","W":1795305600130,"V":"EXPIRE_MAKER"}}';

/** Measures signing, order frames, binary depth and private frames. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const rounds = roundsOf(workload, WARM_UP_ROUNDS, ROUNDS);
  return [
    await hmacRow(rounds),
    await ed25519Row(rounds),
    await orderFrameRow(rounds),
    await sbeRow(rounds),
    await privateRow(rounds),
  ];
}

type Rounds = ReturnType<typeof roundsOf>;

function repeated(count: number, work: (index: number) => number): () => number {
  return () => {
    let sink = 0;
    for (let index = 0; index < count; index++) sink += work(index);
    if (Number.isNaN(sink)) throw new Error('nothing came of it');
    return count;
  };
}

function hmacRow(rounds: Rounds): Promise<MeasuredRow> {
  const signer = new HmacSigner(KEY, SECRET);
  const configuration = { apiKey: KEY, apiSecret: SECRET };
  return measureTurns({
    name: 'wire.sign_hmac',
    unit: 'µs',
    ...rounds,
    note: 'query of a new order, serialised and signed',
    own: repeated(PER_RUN, (index) => signedQuery({ ...ORDER, timestamp: index }, signer).length),
    peer: {
      name: '@binance/common',
      run: repeated(PER_RUN, (index) => {
        const order = { ...ORDER, timestamp: index };
        return buildQueryString(order).length + getSignature(configuration, order).length;
      }),
    },
  });
}

function ed25519Row(rounds: Rounds): Promise<MeasuredRow> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signer = new Ed25519Signer(KEY, pem);
  const configuration = { apiKey: KEY, privateKey: pem };
  return measureTurns({
    name: 'wire.sign_ed25519',
    unit: 'µs',
    ...rounds,
    note: 'the same with an Ed25519 key',
    own: repeated(
      SIGNED_PER_RUN,
      (index) => signedQuery({ ...ORDER, timestamp: index }, signer).length,
    ),
    peer: {
      name: '@binance/common',
      run: repeated(SIGNED_PER_RUN, (index) => {
        const order = { ...ORDER, timestamp: index };
        return buildQueryString(order).length + getSignature(configuration, order).length;
      }),
    },
  });
}

/** A logged-on session signs nothing; the official client of the same session builds its message. */
function orderFrameRow(rounds: Rounds): Promise<MeasuredRow> {
  const signer = new HmacSigner(KEY, SECRET);
  const configuration = { apiKey: KEY, apiSecret: SECRET } as never;
  return measureTurns({
    name: 'wire.order_frame',
    unit: 'µs',
    ...rounds,
    note: 'one order.place of a logged-on session as text; peer the same in a session of its own; second peer: ours with an HMAC signature on each',
    own: repeated(PER_RUN, (index) => {
      const params = { ...ORDER, timestamp: index };
      return JSON.stringify({ id: String(index), method: 'order.place', params }).length;
    }),
    peer: {
      name: '@binance/common',
      run: repeated(PER_RUN, () => {
        const options = { isSigned: true } as never;
        const payload = { ...ORDER } as never;
        return JSON.stringify(
          buildWebsocketAPIMessage(configuration, 'order.place', payload, options, true),
        ).length;
      }),
    },
    secondPeer: {
      name: 'signed each time (HMAC)',
      run: repeated(PER_RUN, (index) => {
        const params = signedParameters({ ...ORDER, timestamp: index }, signer);
        return JSON.stringify({ id: String(index), method: 'order.place', params }).length;
      }),
    },
  });
}

const LEVELS = 20;
const ignore = (): void => undefined;

/** The same twenty levels in both encodings. */
function sbeRow(rounds: Rounds): Promise<MeasuredRow> {
  const instrument = testInstrument(Market.SPOT, 'DOGEUSDT');
  const binary = new SbeDecoder(instrument);
  const text = new SpotFrameDecoder(instrument);
  const message = binaryDepth();
  const frame = Buffer.from(jsonDepth());
  return measureTurns({
    name: 'decode.sbe_depth',
    unit: 'µs',
    ...rounds,
    note: `${LEVELS} levels: ${message.length} bytes binary, ${frame.length} bytes of JSON`,
    own: repeated(PER_RUN, () => binary.decode(message, AT, ignore)),
    peer: { name: 'official client (JSON)', run: repeated(PER_RUN, () => parsed(frame)) },
    secondPeer: {
      name: 'our JSON scanner',
      run: repeated(PER_RUN, () => text.decode(frame, 0, frame.length, AT)),
    },
  });
}

function parsed(frame: Buffer): number {
  const { data } = JSONParse(frame.toString('utf8')) as { data: { b: unknown[]; a: unknown[] } };
  return data.b.length + data.a.length;
}

function privateRow(rounds: Rounds): Promise<MeasuredRow> {
  const instrument = testInstrument(Market.SPOT, 'DOGEUSDT');
  const channel = ReportChannel.USER_STREAM;
  const decoder = new SpotPrivateDecoder({ instrument, channel, readOrderId: () => NO_ORDER });
  return measureTurns({
    name: 'decode.private',
    unit: 'µs',
    ...rounds,
    note: `an executionReport of ${EXECUTION_REPORT.length} bytes to a checked event; the peer parses and checks nothing`,
    own: repeated(PER_RUN, () => decoder.decode(EXECUTION_REPORT, AT, ignore)),
    peer: {
      name: 'official client (parse only)',
      run: repeated(PER_RUN, () => Object.keys(JSONParse(EXECUTION_REPORT) as object).length),
    },
  });
}

function jsonDepth(): string {
  const rows = (from: number, step: number): string =>
    Array.from(
      { length: LEVELS / 2 },
      (_, index) =>
        `["0.${String(from + step * index).padStart(5, '0')}000","${1_000 + index}.00000000"]`,
    ).join(',');
  return `{"stream":"dogeusdt@depth@100ms","data":{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":9000000124,"u":9000000143,"b":[${rows(16_233, -1)}],"a":[${rows(16_234, 1)}]}}`;
}

function binaryDepth(): Buffer {
  const symbol = 'DOGEUSDT';
  const side = (LEVELS / 2) * 16 + 4;
  const bytes = Buffer.alloc(8 + 26 + 2 * side + 1 + symbol.length);
  bytes.writeUInt16LE(26, 0);
  bytes.writeUInt16LE(10_003, 2);
  bytes.writeUInt16LE(1, 4);
  bytes.writeBigInt64LE(1_795_305_600_123_456n, 8);
  bytes.writeBigInt64LE(9_000_000_124n, 16);
  bytes.writeBigInt64LE(9_000_000_143n, 24);
  bytes.writeInt8(-5, 32);
  let at = 34;
  for (const [from, step] of [
    [16_233, -1],
    [16_234, 1],
  ] as const) {
    bytes.writeUInt16LE(16, at);
    bytes.writeUInt16LE(LEVELS / 2, at + 2);
    at += 4;
    for (let index = 0; index < LEVELS / 2; index++) {
      bytes.writeBigInt64LE(BigInt(from + step * index), at);
      bytes.writeBigInt64LE(BigInt(1_000 + index), at + 8);
      at += 16;
    }
  }
  bytes.writeUInt8(symbol.length, at);
  bytes.write(symbol, at + 1);
  return bytes;
}
