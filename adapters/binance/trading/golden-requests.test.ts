/**
 * Goal: for the same calls our connectors send the same requests as the official clients.
 * Method: a recording server on the loopback; the clock fixed; parameters compared sorted; every
 * signature, ours and theirs, verified against the text that came over the wire.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { Spot } from '@binance/spot';
import { HmacSigner } from '#adapters/signing/signing.ts';
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

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly parameters: string[];
}

let recorded: Recorded[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const text = url.search.slice(1);
  const [signed = '', signature] = text.split('&signature=');
  if (signature !== undefined) {
    assert.equal(signature, createHmac('sha256', SECRET).update(signed).digest('hex'));
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
  const signer = new HmacSigner(KEY, SECRET);
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

test('spot: the same requests as the official client', async () => {
  const client = new Spot({
    configurationRestAPI: { apiKey: KEY, apiSecret: SECRET, compression: false, retries: 0 },
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
  await same(
    () => connector.cancelReplace(OLD, LIMIT),
    () =>
      restAPI.orderCancelReplace({
        ...order,
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
    () => requests.amendKeepPriority(OLD, '1500'),
    () => restAPI.orderAmendKeepPriority({ ...asked, newQty: 1500, newClientOrderId: 'mm-1-0' }),
  );
  await rest.close();
});

test('USD-M: the same requests as the official client', async () => {
  const client = new DerivativesTradingUsdsFutures({
    configurationRestAPI: { apiKey: KEY, apiSecret: SECRET, compression: false, retries: 0 },
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
    () => requests.modifyOrder({ ...OLD, side: 'BUY', quantity: '1500', price: '0.1623' }),
    () => restAPI.modifyOrder({ ...asked, side: 'BUY', quantity: 1500, price: 0.1623 } as never),
  );
  await rest.close();
});
