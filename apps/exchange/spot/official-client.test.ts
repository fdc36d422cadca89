/**
 * Goal: the venue's own client library trades on this exchange without noticing that it is another one.
 * Method: the official client for spot, pointed at a loopback exchange after construction; HMAC over
 * REST, an Ed25519 session over the WebSocket API.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Spot } from '@binance/spot';
import { openTestExchange, type TestExchange } from '#apps/exchange/exchange.test-support.ts';
import { Side } from '#contracts/order.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the client are read freely
type Free = any;

let world: TestExchange;
let rest: Free;
before(async () => {
  world = await openTestExchange();
  const key = world.key('demo-1-hmac');
  const client = new Spot({
    configurationRestAPI: { apiKey: key.apiKey, apiSecret: key.secret, retries: 0 },
  });
  rest = client.restAPI;
  rest.configuration.basePath = world.exchange.addresses.spot.rest;
});
after(() => world.exchange.close());

async function data(answer: Promise<Free>): Promise<Free> {
  return (await answer).data();
}

const QUOTE = { symbol: 'DOGEUSDT', side: 'BUY', type: 'LIMIT_MAKER', quantity: 2_000 } as const;

test('place, query, cancel: the fields are the venue’s', async () => {
  const placed = await data(
    rest.newOrder({
      ...QUOTE,
      price: '0.15990',
      newClientOrderId: 'a-1',
      newOrderRespType: 'FULL',
    }),
  );
  assert.deepEqual(
    { ...placed, transactTime: 0, workingTime: 0, orderId: 0 },
    {
      symbol: 'DOGEUSDT',
      orderId: 0,
      orderListId: -1,
      clientOrderId: 'a-1',
      transactTime: 0,
      price: '0.15990000',
      origQty: '2000.00000000',
      executedQty: '0.00000000',
      origQuoteOrderQty: '0.00000000',
      cummulativeQuoteQty: '0.00000000',
      status: 'NEW',
      timeInForce: 'GTC',
      type: 'LIMIT_MAKER',
      side: 'BUY',
      workingTime: 0,
      selfTradePreventionMode: 'EXPIRE_MAKER',
      fills: [],
    },
  );
  const queried = await data(rest.getOrder({ symbol: 'DOGEUSDT', origClientOrderId: 'a-1' }));
  assert.deepEqual([queried.orderId, queried.isWorking], [placed.orderId, true]);
  const account = await data(rest.getAccount());
  const usdt = account.balances.find((row: Free) => row.asset === 'USDT');
  assert.deepEqual(usdt, { asset: 'USDT', free: '99680.20000000', locked: '319.80000000' });
  const canceled = await data(
    rest.deleteOrder({ symbol: 'DOGEUSDT', orderId: placed.orderId, newClientOrderId: 'c-1' }),
  );
  assert.deepEqual(
    [canceled.status, canceled.origClientOrderId, canceled.clientOrderId],
    ['CANCELED', 'a-1', 'c-1'],
  );
  const old = await data(rest.getOrder({ symbol: 'DOGEUSDT', origClientOrderId: 'a-1' }));
  assert.deepEqual([old.status, old.clientOrderId], ['CANCELED', 'c-1']);
  await assert.rejects(
    rest.deleteOrder({ symbol: 'DOGEUSDT', orderId: placed.orderId }),
    /Unknown order sent/,
  );
});

test('cancel-replace, amend, trades, commission, limits, restrictions', async () => {
  const first = await data(rest.newOrder({ ...QUOTE, price: '0.15980' }));
  const replaced = await data(
    rest.orderCancelReplace({
      ...QUOTE,
      price: '0.16',
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrderId: first.orderId,
    }),
  );
  assert.deepEqual([replaced.cancelResult, replaced.newOrderResult], ['SUCCESS', 'SUCCESS']);
  const { orderId } = replaced.newOrderResponse;
  const amended = await data(
    rest.orderAmendKeepPriority({ symbol: 'DOGEUSDT', orderId, newQty: 1_500 }),
  );
  assert.equal(amended.amendedOrder.qty, '1500.00000000');
  const history = await data(rest.orderAmendments({ symbol: 'DOGEUSDT', orderId }));
  assert.deepEqual([history[0].origQty, history[0].newQty], ['2000.00000000', '1500.00000000']);
  world.markets.doge.other(Side.SELL, 16_000, 1_500);
  const trades = await data(rest.myTrades({ symbol: 'DOGEUSDT' }));
  const fill = trades.find((row: Free) => row.orderId === orderId);
  assert.deepEqual(
    [fill.price, fill.qty, fill.commission, fill.commissionAsset, fill.isMaker, fill.isBuyer],
    ['0.16000000', '1500.00000000', '1.50000000', 'DOGE', true, true],
  );
  const commission = await data(rest.accountCommission({ symbol: 'DOGEUSDT' }));
  assert.equal(commission.standardCommission.maker, '0.00100000');
  const counts = await data(rest.rateLimitOrder());
  assert.deepEqual(
    counts.map((row: Free) => row.interval),
    ['SECOND', 'DAY'],
  );
  assert.deepEqual(await data(rest.getOpenOrders({ symbol: 'DOGEUSDT' })), []);
  const all = await data(rest.allOrders({ symbol: 'DOGEUSDT' }));
  assert.equal(all.at(-1).orderId, orderId);
  assert.deepEqual(await data(rest.orderTest({ ...QUOTE, price: '0.15' })), {});
  await assert.rejects(rest.newOrder({ ...QUOTE, price: '0.17' }), /immediately match and take/);
});

test('an Ed25519 session trades over the WebSocket API and hears of it', async () => {
  const key = world.key('demo-2-ed25519');
  const client = new Spot({
    configurationWebsocketAPI: {
      apiKey: key.apiKey,
      privateKey: key.privateKeyPem,
      wsURL: 'wss://127.0.0.1',
    },
  });
  const api = client.websocketAPI as Free;
  api.configuration.wsURL = world.exchange.addresses.spot.wsApi;
  const connection: Free = await client.websocketAPI.connect();
  try {
    const logon = await connection.sessionLogon();
    // The client logs on every connection of its pool and answers with a list.
    assert.equal(logon[0].data.apiKey, key.apiKey);
    const { stream } = await connection.userDataStreamSubscribe();
    const events: Free[] = [];
    const heard = new Promise<void>((resolve) => {
      stream.on('message', (event: Free) => {
        events.push(event);
        if (event.e === 'outboundAccountPosition') resolve();
      });
    });
    const placed = await connection.orderPlace({
      symbol: 'DOGEUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: 100,
      newClientOrderId: 'm-1',
    });
    assert.deepEqual(
      [placed.data.status, placed.data.fills[0].commissionAsset],
      ['FILLED', 'DOGE'],
    );
    await heard;
    assert.deepEqual(
      events.map((event) => [event.e, event.x, event.X]),
      [
        ['executionReport', 'NEW', 'NEW'],
        ['executionReport', 'TRADE', 'FILLED'],
        ['outboundAccountPosition', undefined, undefined],
      ],
    );
    assert.deepEqual(
      [events[1].n, events[1].N, events[1].z, events[1].m],
      ['0.10000000', 'DOGE', '100.00000000', false],
    );
    const status = await connection.orderStatus({ symbol: 'DOGEUSDT', origClientOrderId: 'm-1' });
    assert.equal(status.data.status, 'FILLED');
  } finally {
    await connection.disconnect();
  }
});
