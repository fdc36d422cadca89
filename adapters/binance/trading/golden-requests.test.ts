/**
 * Goal: for the same calls our connectors send the same requests as the official clients.
 * Method: a recording server on the loopback; the clock fixed; parameters compared sorted; every
 * signature, ours and theirs, HMAC and Ed25519, verified against the text that came over the wire.
 */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { Spot } from '@binance/spot';
import { Ed25519Signer, HmacSigner } from '#adapters/signing/signing.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { SpotOrderRequests, UsdmOrderRequests } from './order-requests.ts';
import { APIRateLimiter, SPOT_RATE_LIMITS, USDM_RATE_LIMITS } from './rate-limiter.ts';
import { RestTransport } from './rest-transport.ts';
import { SpotTradeConnector } from './spot-connector.ts';
import type { NewOrder } from './trade-connector.ts';
import { TradeLink } from './trade-link.ts';
import { UsdmTradeConnector } from './usdm-connector.ts';

const NOW = 1_795_305_600_123;
const KEY = 'demo-key';
const SECRET = 'demo-secret';
const PAIR = generateKeyPairSync('ed25519');
const PEM = PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

type KeyKind = 'HMAC' | 'Ed25519';
const KEY_KINDS: readonly KeyKind[] = ['HMAC', 'Ed25519'];
let keyKind: KeyKind = 'HMAC';

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly parameters: string[];
}

function assertSigned(text: string, signature: string): void {
  if (keyKind === 'HMAC') {
    assert.equal(signature, createHmac('sha256', SECRET).update(text).digest('hex'));
  } else {
    const bytes = Buffer.from(signature, 'base64');
    assert.ok(verify(null, Buffer.from(text), PAIR.publicKey, bytes), text);
  }
}

function clientKeys(): object {
  const secret = keyKind === 'HMAC' ? { apiSecret: SECRET } : { privateKey: PEM };
  return { apiKey: KEY, ...secret, compression: false, retries: 0 };
}

let recorded: Recorded[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const text = url.search.slice(1);
  const [signed = '', signature] = text.split('&signature=');
  if (signature !== undefined) {
    assertSigned(signed, decodeURIComponent(signature));
  }
  recorded.push({
    method: request.method ?? '',
    path: url.pathname,
    key: String(request.headers['x-mbx-apikey'] ?? ''),
    // A signature depends on the order of the parameters: it was verified above.
    parameters: [...url.searchParams]
      .map(([name, value]) => (name === 'signature' ? name : `${name}=${value}`))
      .sort(),
  });
  response.end('{}');
});
let base = '';

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mock.timers.enable({ apis: ['Date'], now: NOW });
});
after(() => {
  mock.timers.reset();
  server.close();
});

function linkTo(market: Market): { link: TradeLink; rest: RestTransport } {
  const clock = { nowMicros: () => (NOW * 1_000) as EpochMicros };
  const limiter = new APIRateLimiter(market === Market.SPOT ? SPOT_RATE_LIMITS : USDM_RATE_LIMITS);
  const rest = new RestTransport({ baseUrl: base, apiKey: KEY, clock, limiter });
  const signer = keyKind === 'HMAC' ? new HmacSigner(KEY, SECRET) : new Ed25519Signer(KEY, PEM);
  const shared = { market, signer, clock, limiter, rest, session: null, recvWindowMillis: 2_000 };
  return { link: new TradeLink({ ...shared, venueMillis: () => NOW }), rest };
}

async function same(ours: () => Promise<unknown>, theirs: () => Promise<unknown>): Promise<void> {
  recorded = [];
  await ours();
  await theirs();
  const [first, second] = recorded;
  assert.equal(recorded.length, 2);
  assert.deepEqual(first, second);
}

const LIMIT = {
  symbol: 'DOGEUSDT',
  side: 'BUY',
  type: 'LIMIT_MAKER',
  quantity: '2000',
  price: '0.16230',
  newClientOrderId: 'mm-1-1',
  selfTradePreventionMode: 'EXPIRE_MAKER',
} as const satisfies NewOrder;
const OLD = { symbol: 'DOGEUSDT', origClientOrderId: 'mm-1-0' };

async function compareSpot(): Promise<void> {
  const client = new Spot({
    configurationRestAPI: clientKeys() as never,
  });
  (client.restAPI as unknown as { configuration: { basePath: string } }).configuration.basePath =
    base;
  const { restAPI } = client;
  const { link, rest } = linkTo(Market.SPOT);
  const connector = new SpotTradeConnector(link);
  const requests = new SpotOrderRequests(link);
  const order = { ...LIMIT, newOrderRespType: 'ACK', recvWindow: 2_000 } as unknown as Parameters<
    typeof restAPI.newOrder
  >[0];
  const asked = { ...OLD, recvWindow: 2_000 };
  await same(
    () => connector.createOrder(LIMIT),
    () => restAPI.newOrder(order),
  );
  await same(
    () => connector.testOrder(LIMIT),
    () => restAPI.orderTest(order as never),
  );
  await same(
    () => connector.cancelOrder(OLD),
    () => restAPI.deleteOrder(asked),
  );
  const renamed = { ...OLD, canceledName: 'mm-1-0_' };
  await same(
    () => connector.cancelOrder(renamed),
    () => restAPI.deleteOrder({ ...asked, newClientOrderId: 'mm-1-0_' }),
  );
  await same(
    () => connector.cancelReplace(renamed, LIMIT),
    () =>
      restAPI.orderCancelReplace({
        ...order,
        cancelNewClientOrderId: 'mm-1-0_',
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrigClientOrderId: 'mm-1-0',
      } as never),
  );
  await same(
    () => requests.queryOrder(OLD),
    () => restAPI.getOrder(asked),
  );
  const symbol = { symbol: 'DOGEUSDT', recvWindow: 2_000 };
  await same(
    () => requests.openOrders('DOGEUSDT'),
    () => restAPI.getOpenOrders(symbol),
  );
  await same(
    () => requests.cancelAll('DOGEUSDT'),
    () => restAPI.deleteOpenOrders(symbol),
  );
  await same(
    () => requests.tradesFrom('DOGEUSDT', 7),
    () => restAPI.myTrades({ ...symbol, fromId: 7, limit: 1_000 }),
  );
  await same(
    () => requests.account(),
    () => restAPI.getAccount({ recvWindow: 2_000 }),
  );
  await same(
    () => connector.getSymbolFilters('DOGEUSDT'),
    () => restAPI.exchangeInfo({ symbol: 'DOGEUSDT' }),
  );
  await same(
    () => requests.amendKeepPriority(OLD, '1500'),
    () => restAPI.orderAmendKeepPriority({ ...asked, newQty: 1500, newClientOrderId: 'mm-1-0' }),
  );
  await rest.close();
}

async function compareUsdm(): Promise<void> {
  const client = new DerivativesTradingUsdsFutures({
    configurationRestAPI: clientKeys() as never,
  });
  (client.restAPI as unknown as { configuration: { basePath: string } }).configuration.basePath =
    base;
  const { restAPI } = client;
  const { link, rest } = linkTo(Market.PERPETUAL);
  const connector = new UsdmTradeConnector(link);
  const requests = new UsdmOrderRequests(link);
  const ours: NewOrder = { ...LIMIT, type: 'LIMIT', timeInForce: 'GTX', reduceOnly: true };
  const order = {
    ...ours,
    reduceOnly: 'true',
    newOrderRespType: 'ACK',
    recvWindow: 2_000,
  } as never;
  const asked = { ...OLD, recvWindow: 2_000 };
  await same(
    () => connector.createOrder(ours),
    () => restAPI.newOrder(order),
  );
  await same(
    () => connector.testOrder(ours),
    () => restAPI.testOrder(order),
  );
  await same(
    () => connector.cancelOrder(OLD),
    () => restAPI.cancelOrder(asked),
  );
  await same(
    () => requests.queryOrder(OLD),
    () => restAPI.queryOrder(asked),
  );
  await same(
    () => requests.countdownCancelAll('DOGEUSDT', 30_000),
    () =>
      restAPI.autoCancelAllOpenOrders({
        symbol: 'DOGEUSDT',
        countdownTime: 30_000,
        recvWindow: 2_000,
      }),
  );
  await same(
    () => requests.createBatch([ours]),
    () =>
      restAPI.placeMultipleOrders({
        batchOrders: [batched(ours)],
        recvWindow: 2_000,
      } as never),
  );
  await same(
    () => requests.modifyOrder({ ...OLD, side: 'BUY', quantity: '1500', price: '0.1623' }),
    () => restAPI.modifyOrder({ ...asked, side: 'BUY', quantity: 1500, price: 0.1623 } as never),
  );
  await compareUsdmQuestions(connector, requests, restAPI);
  await rest.close();
}

async function compareUsdmQuestions(
  connector: UsdmTradeConnector,
  requests: UsdmOrderRequests,
  restAPI: DerivativesTradingUsdsFutures['restAPI'],
): Promise<void> {
  const symbol = { symbol: 'DOGEUSDT', recvWindow: 2_000 };
  await same(
    () => requests.openOrders('DOGEUSDT'),
    () => restAPI.currentAllOpenOrders(symbol),
  );
  await same(
    () => requests.cancelAll('DOGEUSDT'),
    () => restAPI.cancelAllOpenOrders(symbol),
  );
  await same(
    () => requests.tradesFrom('DOGEUSDT', 7),
    () => restAPI.accountTradeList({ ...symbol, fromId: 7, limit: 1_000 }),
  );
  await same(
    () => requests.account(),
    () => restAPI.accountInformationV3({ recvWindow: 2_000 }),
  );
  await same(
    () => requests.positions(),
    () => restAPI.positionInformationV3({ recvWindow: 2_000 }),
  );
  await same(
    () => connector.getSymbolFilters('DOGEUSDT'),
    () => restAPI.exchangeInformation(),
  );
}

/** In the order of our words: the list is one text to both. */
function batched(order: NewOrder): object {
  const { symbol, side, type, timeInForce, quantity, price } = order;
  return {
    symbol,
    side,
    type,
    timeInForce,
    quantity,
    reduceOnly: 'true',
    price,
    newClientOrderId: order.newClientOrderId,
    newOrderRespType: 'ACK',
    selfTradePreventionMode: order.selfTradePreventionMode,
  };
}

for (const kind of KEY_KINDS) {
  test(`spot, ${kind}: the same requests as the official client`, async () => {
    keyKind = kind;
    await compareSpot();
  });
  test(`USD-M, ${kind}: the same requests as the official client`, async () => {
    keyKind = kind;
    await compareUsdm();
  });
}
