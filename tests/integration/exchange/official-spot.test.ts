/**
 * Goal: the venue's own client for spot works against `doge-mm exchange` as against the venue: log in,
 * rules, streams, a right local book, orders of every kind, every private event, every refusal.
 * Method: `@binance/spot` with its base URLs changed, the exchange a process of its own; REST with HMAC
 * and Ed25519, one connection of streams, the WebSocket API with a session and with signatures.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Spot } from '@binance/spot';
import {
  ExchangeProgram,
  type Free,
  HeardEvents,
  SYMBOL,
  until,
} from './exchange-program.test-support.ts';
import { LocalBook } from './local-book.test-support.ts';

const BOOK_EVENTS = 40;
const POST_ONLY = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT_MAKER' } as const;
const LIMIT = { symbol: SYMBOL, type: 'LIMIT', timeInForce: 'GTC' } as const;

let exchange: ExchangeProgram;
let rest: Free;
let streams: Free;
let session: Free;
let book: LocalBook;
const trades: Free[] = [];
const heard = new HeardEvents();

async function data(answer: Promise<Free>): Promise<Free> {
  return (await answer).data();
}

/** A client whose every address is the exchange's; it takes none but TLS while it is built. */
function clientOf(keyName: string): Free {
  const { apiKey, secret, privateKeyPem, kind } = exchange.key(keyName);
  const key =
    kind === 'HMAC' ? { apiKey, apiSecret: secret } : { apiKey, privateKey: privateKeyPem };
  const client: Free = new Spot({
    configurationRestAPI: { ...key, retries: 0, timeout: 5_000 },
    configurationWebsocketAPI: key,
    configurationWebsocketStreams: {},
  });
  const { spot } = exchange.addresses;
  client.restAPI.configuration.basePath = spot.rest;
  client.websocketAPI.configuration.wsURL = spot.wsApi;
  client.websocketStreams.configuration.wsURL = spot.streams;
  return client;
}

async function top(): Promise<{ bid: number; ask: number }> {
  const { bidPrice, askPrice } = await data(rest.tickerBookTicker({ symbol: SYMBOL }));
  return { bid: Number(bidPrice), ask: Number(askPrice) };
}

before(async () => {
  exchange = await ExchangeProgram.start();
  await exchange.deposit('spot', 'DOGE', '5000000');
  await exchange.deposit('spot', 'USDT', '1000000');
  ({ restAPI: rest } = clientOf('demo-1-hmac'));
  const pair = clientOf('demo-1-ed25519');
  streams = await pair.websocketStreams.connect();
  book = new LocalBook('SPOT', () => data(rest.depth({ symbol: SYMBOL, limit: 1_000 })));
  streams
    .diffBookDepth({ symbol: SYMBOL.toLowerCase(), updateSpeed: '100ms' })
    .on('message', (event: Free) => book.take(event));
  streams
    .trade({ symbol: SYMBOL.toLowerCase() })
    .on('message', (event: Free) => trades.push(event));
  session = await pair.websocketAPI.connect();
  await book.open();
});
after(async () => {
  await streams?.disconnect();
  await session?.disconnect();
  await exchange?.stop(
    'official-spot',
    ['spot <symbol>@depth@100ms', 'spot <symbol>@trade'],
    heard,
  );
});

test('both kinds of keys log in, over REST and over the WebSocket API; rules are read', async () => {
  const signed = clientOf('demo-1-ed25519').restAPI;
  const [hmac, ed25519] = [await data(rest.getAccount()), await data(signed.getAccount())];
  assert.equal(hmac.canTrade, true);
  assert.deepEqual(hmac.balances, ed25519.balances);
  const [logon] = await session.sessionLogon();
  assert.equal(logon.data.apiKey, exchange.key('demo-1-ed25519').apiKey);
  assert.equal((await session.sessionStatus()).data.apiKey, logon.data.apiKey);
  const byRest = await data(rest.exchangeInfo({ symbol: SYMBOL }));
  const [rules] = byRest.symbols;
  const filters = rules.filters.map(({ filterType }: Free) => filterType);
  for (const name of ['PRICE_FILTER', 'LOT_SIZE', 'NOTIONAL', 'PERCENT_PRICE_BY_SIDE']) {
    assert.ok(filters.includes(name), name);
  }
  assert.deepEqual((await session.exchangeInfo({ symbol: SYMBOL })).data.symbols, byRest.symbols);
  const { serverTime } = await data(rest.time());
  assert.ok(Math.abs(Number(serverTime) - Date.now()) < 2_000);
  const { subscriptionId } = (await session.userDataStreamSubscribe().then((answer: Free) => {
    answer.stream.on('message', (event: Free) => heard.take(event));
    return answer.response.data;
  })) as Free;
  assert.equal(Number(subscriptionId), 0);
});

test('a wrong secret, an unknown key and a key that may only read are refused', async () => {
  const client = clientOf('demo-1-hmac').restAPI;
  client.configuration.apiSecret = 'wrong';
  await assert.rejects(client.getAccount(), /Signature for this request is not valid/);
  const reader = clientOf('demo-1-read').restAPI;
  assert.equal((await data(reader.getOpenOrders({ symbol: SYMBOL }))).length, 0);
  await assert.rejects(
    reader.newOrder({ ...POST_ONLY, quantity: 100, price: 0.15 }),
    /Invalid API-key, IP, or permissions for action/,
  );
});

test('place, amend, cancel-replace, cancel over REST: each is heard of privately', async () => {
  const price = ((await top()).bid - 0.01).toFixed(5);
  const order = { ...POST_ONLY, quantity: 2_000, price };
  const placed = await data(rest.newOrder({ ...order, newClientOrderId: 'r-1' }));
  const born = await heard.report('r-1', 'NEW');
  assert.deepEqual([born.X, String(born.i)], ['NEW', String(placed.orderId)]);
  const amended = await data(
    rest.orderAmendKeepPriority({
      symbol: SYMBOL,
      orderId: placed.orderId,
      newQty: 1_500,
      newClientOrderId: 'r-1',
    }),
  );
  assert.equal(amended.amendedOrder.qty, '1500.00000000');
  assert.equal((await heard.report('r-1', 'REPLACED')).q, '1500.00000000');
  const replaced = await data(
    rest.orderCancelReplace({
      ...order,
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'r-1',
      newClientOrderId: 'r-2',
    }),
  );
  assert.deepEqual([replaced.cancelResult, replaced.newOrderResult], ['SUCCESS', 'SUCCESS']);
  assert.equal((await heard.report('r-1', 'CANCELED')).C, 'r-1');
  await heard.report('r-2', 'NEW');
  const open = await data(rest.getOpenOrders({ symbol: SYMBOL }));
  assert.deepEqual(
    open.map((row: Free) => row.clientOrderId),
    ['r-2'],
  );
  const canceled = await data(rest.deleteOrder({ symbol: SYMBOL, origClientOrderId: 'r-2' }));
  assert.equal(canceled.status, 'CANCELED');
  assert.equal((await heard.report('r-2', 'CANCELED')).X, 'CANCELED');
  await data(rest.newOrder({ ...order, newClientOrderId: 'r-3' }));
  assert.equal((await data(rest.deleteOpenOrders({ symbol: SYMBOL }))).length, 1);
  await heard.report('r-3', 'CANCELED');
  await heard.find((event) => event.e === 'outboundAccountPosition', 'balances');
});

test('the same over the session of the WebSocket API', async () => {
  const price = ((await top()).bid - 0.01).toFixed(5);
  const order = { ...POST_ONLY, quantity: 2_000, price };
  const placed = await session.orderPlace({ ...order, newClientOrderId: 'w-1' });
  assert.ok(placed.data.orderId > 0);
  assert.ok(placed.rateLimits.some((row: Free) => row.rateLimitType === 'ORDERS'));
  const amended = await session.orderAmendKeepPriority({
    symbol: SYMBOL,
    origClientOrderId: 'w-1',
    newClientOrderId: 'w-1',
    newQty: 1_000,
  });
  assert.equal(amended.data.amendedOrder.qty, '1000.00000000');
  const replaced = await session.orderCancelReplace({
    ...order,
    cancelReplaceMode: 'ALLOW_FAILURE',
    cancelOrigClientOrderId: 'w-1',
    newClientOrderId: 'w-2',
  });
  assert.equal(replaced.data.newOrderResult, 'SUCCESS');
  const status = await session.orderStatus({ symbol: SYMBOL, origClientOrderId: 'w-2' });
  assert.equal(status.data.status, 'NEW');
  assert.equal((await session.openOrdersStatus({ symbol: SYMBOL })).data.length, 1);
  await session.orderCancel({ symbol: SYMBOL, origClientOrderId: 'w-2' });
  for (const [id, execution] of [
    ['w-1', 'NEW'],
    ['w-1', 'REPLACED'],
    ['w-1', 'CANCELED'],
    ['w-2', 'NEW'],
    ['w-2', 'CANCELED'],
  ] as const) {
    await heard.report(id, execution);
  }
  assert.equal((await session.myTrades({ symbol: SYMBOL })).data.length, 0);
  assert.ok((await session.accountStatus()).data.balances.length > 1);
});

test('a fill: answer, private events, public trade and list of trades tell the same', async () => {
  const placed = await data(
    rest.newOrder({
      symbol: SYMBOL,
      side: 'BUY',
      type: 'MARKET',
      quantity: 500,
      newClientOrderId: 'm-1',
    }),
  );
  assert.equal(placed.status, 'FILLED');
  const report = await heard.report('m-1', 'TRADE');
  const tradeId = String(placed.fills[0].tradeId);
  assert.deepEqual(
    [report.X, String(report.t), report.L, report.n, report.N],
    ['FILLED', tradeId, placed.fills[0].price, placed.fills[0].commission, 'DOGE'],
  );
  const position = await heard.find(
    (event) => event.e === 'outboundAccountPosition' && event.u >= report.T,
    'balances after the fill',
  );
  assert.deepEqual(position.B.map((row: Free) => row.a).sort(), ['DOGE', 'USDT']);
  await until(() => trades.some((trade) => String(trade.t) === tradeId), 'the public trade');
  const [mine] = await data(rest.myTrades({ symbol: SYMBOL, orderId: placed.orderId }));
  assert.deepEqual([String(mine.id), mine.isMaker], [tradeId, false]);
});

test('a deposit, and an order that finds nobody, are heard of', async () => {
  await exchange.deposit('spot', 'USDT', '100');
  const update = await heard.find((event) => event.e === 'balanceUpdate', 'a balance update');
  assert.deepEqual([update.a, update.d], ['USDT', '100.00000000']);
  const price = ((await top()).bid - 0.01).toFixed(5);
  const order = { ...LIMIT, timeInForce: 'IOC', side: 'BUY', quantity: 100, price } as const;
  const placed = await data(rest.newOrder({ ...order, newClientOrderId: 'i-1' }));
  assert.equal(placed.status, 'EXPIRED');
  assert.equal((await heard.report('i-1', 'EXPIRED')).X, 'EXPIRED');
});

test('filters, post-only, balance, duplicate, unknown orders are refused in the venue’s words', async () => {
  const { bid, ask } = await top();
  const price = (bid - 0.01).toFixed(5);
  const refusals = [
    [{ quantity: 100, price: '0.150001' }, /Filter failure: PRICE_FILTER/],
    [{ quantity: 100.5, price }, /Filter failure: LOT_SIZE/],
    [{ quantity: 1, price }, /Filter failure: NOTIONAL/],
    [{ quantity: 100, price: '0.00100' }, /Filter failure: PERCENT_PRICE_BY_SIDE/],
    [{ quantity: 100, price: (ask + 0.005).toFixed(5) }, /Order would immediately match and take/],
  ] as const;
  for (const [terms, words] of refusals) {
    await assert.rejects(rest.newOrder({ ...POST_ONLY, ...terms }), words);
    const refused = (error: Free): boolean => words.test(error.msg);
    await assert.rejects(session.orderPlace({ ...POST_ONLY, ...terms }), refused);
  }
  await assert.rejects(
    rest.newOrder({ ...POST_ONLY, quantity: 9_000_000, price: 0.15 }),
    /Account has insufficient balance for requested action/,
  );
  await data(rest.newOrder({ ...POST_ONLY, quantity: 100, price, newClientOrderId: 'd-1' }));
  await assert.rejects(
    rest.newOrder({ ...POST_ONLY, quantity: 100, price, newClientOrderId: 'd-1' }),
    /Duplicate order sent/,
  );
  await data(rest.deleteOrder({ symbol: SYMBOL, origClientOrderId: 'd-1' }));
  await assert.rejects(
    rest.deleteOrder({ symbol: SYMBOL, origClientOrderId: 'd-1' }),
    /Unknown order sent/,
  );
  await assert.rejects(
    rest.getOrder({ symbol: SYMBOL, origClientOrderId: 'none' }),
    /Order does not exist/,
  );
  await assert.rejects(rest.getAccount({ recvWindow: 70_000 }), /recvWindow/);
  await assert.rejects(rest.depth({ symbol: 'NOSUCH' }), /Invalid symbol/);
});

test('self-trade prevention: the taker expires, privately told', async () => {
  const price = ((await top()).ask + 0.0001).toFixed(5);
  const maker = await data(
    rest.newOrder({ ...LIMIT, side: 'BUY', quantity: 2_500_000, price, newClientOrderId: 's-1' }),
  );
  assert.equal(maker.status, 'PARTIALLY_FILLED');
  const taker = await data(
    rest.newOrder({
      ...LIMIT,
      side: 'SELL',
      quantity: 1_000,
      price,
      selfTradePreventionMode: 'EXPIRE_TAKER',
      newClientOrderId: 's-2',
    }),
  );
  assert.equal(taker.status, 'EXPIRED_IN_MATCH');
  const report = await heard.report('s-2', 'TRADE_PREVENTION');
  assert.deepEqual([report.X, String(report.U)], ['EXPIRED_IN_MATCH', String(maker.orderId)]);
  const [prevented] = await data(
    rest.myPreventedMatches({ symbol: SYMBOL, orderId: taker.orderId }),
  );
  assert.equal(String(prevented.makerOrderId), String(maker.orderId));
  await data(rest.deleteOpenOrders({ symbol: SYMBOL }));
});

test('the local book is the exchange’s after a hundred diffs; trades come one by one', async () => {
  for (let round = 1; round <= 4; round++) {
    await book.follows((BOOK_EVENTS * round) / 4);
    await book.isExact();
  }
  assert.ok(trades.length > 5);
  for (const [index, trade] of trades.entries()) {
    if (index > 0) assert.equal(Number(trade.t), Number(trades[index - 1].t) + 1);
  }
});

test('too much weight is a 429, and the client says so', async () => {
  const ask = () => rest.depth({ symbol: SYMBOL, limit: 5_000 });
  await assert.rejects(
    async () => {
      for (let count = 0; count < 50; count++) await ask();
    },
    (error: Free) =>
      error.name === 'TooManyRequestsError' && /Too much request weight/.test(error.message),
  );
});
