/**
 * Goal: the venue's own client for USD-M works against `doge-mm exchange` as against the venue: log in,
 * rules, routed streams, a right local book, orders of every kind, every private event, every refusal.
 * Method: `@binance/derivatives-trading-usds-futures` with its base URLs changed, the exchange a process of
 * its own; REST with both kinds of keys, streams by `/public`, `/market` and `/private`, the WebSocket API.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import {
  ExchangeProgram,
  type Free,
  HeardEvents,
  SYMBOL,
  until,
} from './exchange-program.test-support.ts';
import { LocalBook } from './local-book.test-support.ts';

const BOOK_EVENTS = 40;
const STREAM = { symbol: SYMBOL.toLowerCase() };
const LIMIT = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' } as const;
const POST_ONLY = { ...LIMIT, timeInForce: 'GTX' } as const;

let exchange: ExchangeProgram;
let rest: Free;
let streams: Free;
let socket: Free;
let book: LocalBook;
const trades: Free[] = [];
const marks: Free[] = [];
const heard = new HeardEvents();

async function data(answer: Promise<Free>): Promise<Free> {
  return (await answer).data();
}

/** A client whose every address is the exchange's; it takes none but TLS while it is built. */
function clientOf(keyName: string): Free {
  const { apiKey, secret, privateKeyPem, kind } = exchange.key(keyName);
  const key =
    kind === 'HMAC' ? { apiKey, apiSecret: secret } : { apiKey, privateKey: privateKeyPem };
  const client: Free = new DerivativesTradingUsdsFutures({
    configurationRestAPI: { ...key, retries: 0, timeout: 5_000 },
    configurationWebsocketAPI: key,
    configurationWebsocketStreams: {},
  });
  const { usdm } = exchange.addresses;
  client.restAPI.configuration.basePath = usdm.rest;
  client.websocketAPI.configuration.wsURL = usdm.wsApi;
  client.websocketStreams.configuration.wsURL = usdm.streams;
  return client;
}

async function top(): Promise<{ bid: number; ask: number }> {
  const { bidPrice, askPrice } = await data(rest.symbolOrderBookTicker({ symbol: SYMBOL }));
  return { bid: Number(bidPrice), ask: Number(askPrice) };
}

/** A price a percent below the book: it rests. */
async function quiet(): Promise<string> {
  return ((await top()).bid * 0.99).toFixed(5);
}

before(async () => {
  exchange = await ExchangeProgram.start();
  await exchange.deposit('usdm', 'USDT', '300000');
  ({ restAPI: rest } = clientOf('demo-1-hmac'));
  const pair = clientOf('demo-1-ed25519');
  streams = await pair.websocketStreams.connect();
  book = new LocalBook('USDM', () => data(rest.orderBook({ symbol: SYMBOL, limit: 1_000 })));
  streams
    .diffBookDepthStreams({ ...STREAM, updateSpeed: '100ms' })
    .on('message', (event: Free) => book.take(event));
  streams.aggregateTradeStreams(STREAM).on('message', (event: Free) => trades.push(event));
  streams
    .markPriceStream({ ...STREAM, updateSpeed: '1s' })
    .on('message', (event: Free) => marks.push(event));
  socket = await pair.websocketAPI.connect();
  await book.open();
});
after(async () => {
  await streams?.disconnect();
  await socket?.disconnect();
  await exchange?.stop(
    'official-usdm',
    [
      'usdm /public <symbol>@depth@100ms',
      'usdm /market <symbol>@aggTrade',
      'usdm /market <symbol>@markPrice@1s',
      'usdm /private <listenKey>',
    ],
    heard,
  );
});

test('both kinds of keys log in, over REST and over the WebSocket API; rules are read', async () => {
  const signed = clientOf('demo-1-ed25519').restAPI;
  const [hmac] = await data(rest.futuresAccountBalanceV3());
  const [ed25519] = await data(signed.futuresAccountBalanceV3());
  assert.deepEqual([hmac.asset, hmac.balance], [ed25519.asset, ed25519.balance]);
  assert.equal((await socket.futuresAccountBalanceV2()).data[0].balance, hmac.balance);
  const { symbols, rateLimits } = await data(rest.exchangeInformation());
  const rules = symbols.find((row: Free) => row.symbol === SYMBOL);
  const filters = rules.filters.map(({ filterType }: Free) => filterType);
  for (const name of ['PRICE_FILTER', 'LOT_SIZE', 'MIN_NOTIONAL', 'PERCENT_PRICE']) {
    assert.ok(filters.includes(name), name);
  }
  assert.deepEqual(rateLimits.map((row: Free) => Number(row.limit)).sort(), [1_200, 2_400, 300]);
  const { serverTime } = await data(rest.checkServerTime());
  assert.ok(Math.abs(Number(serverTime) - Date.now()) < 2_000);
  assert.equal((await data(rest.getCurrentPositionMode())).dualSidePosition, false);
  const [brackets] = await data(rest.notionalAndLeverageBrackets({ symbol: SYMBOL }));
  assert.ok(brackets.brackets.length > 1);
  const rates = await data(rest.userCommissionRate({ symbol: SYMBOL }));
  assert.equal(Number(rates.makerCommissionRate), 0.0002);
});

test('a wrong secret, an unknown key and a key that may only read are refused', async () => {
  const client = clientOf('demo-1-hmac').restAPI;
  client.configuration.apiSecret = 'wrong';
  await assert.rejects(client.accountInformationV3(), /Signature for this request is not valid/);
  const reader = clientOf('demo-1-read').restAPI;
  assert.equal((await data(reader.currentAllOpenOrders({ symbol: SYMBOL }))).length, 0);
  await assert.rejects(
    reader.newOrder({ ...POST_ONLY, quantity: 100, price: 0.15 }),
    /Invalid API-key, IP, or permissions for action/,
  );
});

test('a listen key lives, and opens the private stream', async () => {
  const { listenKey } = await data(rest.startUserDataStream());
  assert.equal((await data(rest.startUserDataStream())).listenKey, listenKey);
  assert.equal((await data(rest.keepaliveUserDataStream())).listenKey, listenKey);
  streams.userData(listenKey).on('message', (event: Free) => heard.take(event));
  assert.equal((await socket.startUserDataStream()).data.listenKey, listenKey);
  await data(rest.changeInitialLeverage({ symbol: SYMBOL, leverage: 10 }));
  const event = await heard.find(({ e }) => e === 'ACCOUNT_CONFIG_UPDATE', 'the new leverage');
  assert.deepEqual([event.ac.s, Number(event.ac.l)], [SYMBOL, 10]);
});

test('place, modify, cancel over REST, alone and in batches: each is heard of privately', async () => {
  const price = await quiet();
  const order = { ...POST_ONLY, quantity: 2_000, price };
  const placed = await data(rest.newOrder({ ...order, newClientOrderId: 'r-1' }));
  const born = await heard.report('r-1', 'NEW');
  assert.deepEqual([born.o.X, String(born.o.i)], ['NEW', String(placed.orderId)]);
  await data(
    rest.modifyOrder({
      symbol: SYMBOL,
      side: 'BUY',
      origClientOrderId: 'r-1',
      quantity: 1_500,
      price,
    }),
  );
  assert.equal((await heard.report('r-1', 'AMENDMENT')).o.q, '1500');
  const history = await data(
    rest.getOrderModifyHistory({ symbol: SYMBOL, origClientOrderId: 'r-1' }),
  );
  assert.equal(history.length, 1);
  const open = await data(rest.currentAllOpenOrders({ symbol: SYMBOL }));
  assert.deepEqual(
    open.map((row: Free) => row.clientOrderId),
    ['r-1'],
  );
  const canceled = await data(rest.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'r-1' }));
  assert.equal(canceled.status, 'CANCELED');
  await heard.report('r-1', 'CANCELED');
  const text = {
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTX',
    quantity: '100',
    price,
  };
  const batch = await data(
    rest.placeMultipleOrders({
      batchOrders: [
        { ...text, newClientOrderId: 'b-1' },
        { ...text, quantity: '0.5', newClientOrderId: 'b-2' },
        { ...text, newClientOrderId: 'b-3' },
      ],
    }),
  );
  assert.deepEqual(
    batch.map((row: Free) => row.clientOrderId ?? Number(row.code) < 0),
    ['b-1', true, 'b-3'],
  );
  const gone = await data(
    rest.cancelMultipleOrders({ symbol: SYMBOL, origClientOrderIdList: ['b-1'] }),
  );
  assert.equal(gone[0].status, 'CANCELED');
  assert.equal(Number((await data(rest.cancelAllOpenOrders({ symbol: SYMBOL }))).code), 200);
  await heard.report('b-3', 'CANCELED');
});

test('the same over the WebSocket API', async () => {
  const price = await quiet();
  const order = { ...POST_ONLY, quantity: 2_000, price };
  await socket.newOrder({ ...order, newClientOrderId: 'w-1' });
  await socket.modifyOrder({
    symbol: SYMBOL,
    side: 'BUY',
    origClientOrderId: 'w-1',
    quantity: 1_000,
    price,
  });
  const asked = await socket.queryOrder({ symbol: SYMBOL, origClientOrderId: 'w-1' });
  assert.deepEqual([asked.data.status, asked.data.origQty], ['NEW', '1000']);
  await socket.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'w-1' });
  for (const execution of ['NEW', 'AMENDMENT', 'CANCELED']) await heard.report('w-1', execution);
  assert.ok(Number((await socket.accountInformationV2()).data.totalWalletBalance) > 0);
  assert.ok(Number((await socket.symbolOrderBookTicker({ symbol: SYMBOL })).data.bidPrice) > 0);
});

test('a fill: private events, position and list of trades tell the same; it closes again', async () => {
  const market = { symbol: SYMBOL, type: 'MARKET', newOrderRespType: 'RESULT' } as const;
  const placed = await data(
    rest.newOrder({ ...market, side: 'BUY', quantity: 500, newClientOrderId: 'm-1' }),
  );
  assert.equal(placed.status, 'FILLED');
  const { o: report } = await heard.report('m-1', 'TRADE');
  const lite = await heard.find(
    (event) => event.e === 'TRADE_LITE' && event.c === 'm-1',
    'TRADE_LITE',
  );
  assert.equal(String(lite.t), String(report.t));
  const update = await heard.find((event) => event.e === 'ACCOUNT_UPDATE', 'ACCOUNT_UPDATE');
  assert.deepEqual([update.a.m, update.a.P[0].pa], ['ORDER', '500']);
  const [position] = await data(rest.positionInformationV3({ symbol: SYMBOL }));
  assert.equal(Number(position.positionAmt), 500);
  const [mine] = await data(rest.accountTradeList({ symbol: SYMBOL }));
  assert.deepEqual(
    [String(mine.id), mine.price, mine.commission, mine.maker],
    [String(report.t), report.L, report.n, false],
  );
  await data(rest.newOrder({ ...market, side: 'SELL', quantity: 500, reduceOnly: 'true' }));
  await heard.find((event) => event.e === 'ACCOUNT_UPDATE' && event.a.P[0].pa === '0', 'closed');
});

test('the dead man’s switch cancels, and an order that finds nobody expires', async () => {
  const price = await quiet();
  await data(rest.newOrder({ ...POST_ONLY, quantity: 100, price, newClientOrderId: 'k-1' }));
  const armed = await data(rest.autoCancelAllOpenOrders({ symbol: SYMBOL, countdownTime: 300 }));
  assert.equal(Number(armed.countdownTime), 300);
  await heard.report('k-1', 'CANCELED');
  const order = { ...LIMIT, timeInForce: 'IOC', quantity: 100, price } as const;
  await data(rest.newOrder({ ...order, newClientOrderId: 'i-1' }));
  assert.equal((await heard.report('i-1', 'EXPIRED')).o.X, 'EXPIRED');
});

test('filters, post-only, margin, duplicate, unknown orders are refused in the venue’s words', async () => {
  const { ask } = await top();
  const price = await quiet();
  const refusals = [
    [{ quantity: 100, price: '0.1500012' }, /tick size|Precision is over the maximum/i],
    [{ quantity: 0.5, price }, /Precision is over the maximum|step size|Quantity less/i],
    [{ quantity: 1, price }, /notional must be no smaller/i],
    [{ quantity: 100, price: (ask * 1.2).toFixed(5) }, /price can't be higher|immediately/i],
    [
      { quantity: 100, price: (ask * 1.01).toFixed(5) },
      /could not be executed as maker|Post Only/i,
    ],
  ] as const;
  for (const [terms, words] of refusals) {
    await assert.rejects(rest.newOrder({ ...POST_ONLY, ...terms }), words);
    const refused = (error: Free): boolean => words.test(error.msg);
    await assert.rejects(socket.newOrder({ ...POST_ONLY, ...terms }), refused);
  }
  const reduce = { ...POST_ONLY, quantity: 100, price, reduceOnly: 'true' } as const;
  await assert.rejects(rest.newOrder(reduce), /ReduceOnly Order is rejected/);
  await assert.rejects(
    rest.newOrder({ ...POST_ONLY, quantity: 49_000_000, price, newClientOrderId: 'x' }),
    /Margin is insufficient|exceed/i,
  );
  await data(rest.newOrder({ ...POST_ONLY, quantity: 100, price, newClientOrderId: 'd-1' }));
  await assert.rejects(
    rest.newOrder({ ...POST_ONLY, quantity: 100, price, newClientOrderId: 'd-1' }),
    /duplicate/i,
  );
  await data(rest.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'd-1' }));
  await assert.rejects(
    rest.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'd-1' }),
    /Unknown order sent/,
  );
  await assert.rejects(
    rest.queryOrder({ symbol: SYMBOL, origClientOrderId: 'none' }),
    /Order does not exist/,
  );
  await assert.rejects(rest.orderBook({ symbol: SYMBOL, limit: 7 }), /limit|Illegal|valid/i);
});

test('self-trade prevention: the taker expires, privately told', async () => {
  const price = ((await top()).ask + 0.0001).toFixed(5);
  await data(rest.newOrder({ ...LIMIT, quantity: 3_000_000, price, newClientOrderId: 's-1' }));
  const resting = await data(rest.queryOrder({ symbol: SYMBOL, origClientOrderId: 's-1' }));
  assert.equal(resting.status, 'PARTIALLY_FILLED');
  await data(
    rest.newOrder({
      ...LIMIT,
      side: 'SELL',
      quantity: 1_000,
      price,
      selfTradePreventionMode: 'EXPIRE_TAKER',
      newClientOrderId: 's-2',
    }),
  );
  const { o: report } = await heard.report('s-2', 'EXPIRED');
  assert.deepEqual([report.X, String(report.er)], ['EXPIRED_IN_MATCH', '1']);
  await data(rest.cancelAllOpenOrders({ symbol: SYMBOL }));
});

test('position mode cannot change under a position; hedge mode wants a side', async () => {
  await assert.rejects(
    rest.changePositionMode({ dualSidePosition: 'true' }),
    /Position side cannot be changed/,
  );
  await assert.rejects(
    rest.newOrder({ ...POST_ONLY, positionSide: 'LONG', quantity: 100, price: await quiet() }),
    /position side does not match/i,
  );
});

test('the local book is the exchange’s after a hundred diffs; trades and marks come by /market', async () => {
  for (let round = 1; round <= 4; round++) {
    await book.follows((BOOK_EVENTS * round) / 4);
    await book.isExact();
  }
  assert.ok(trades.length > 5);
  for (const [index, trade] of trades.entries()) {
    if (index > 0) assert.equal(Number(trade.a), Number(trades[index - 1].a) + 1);
  }
  await until(() => marks.length > 2, 'mark prices');
  assert.ok(Number(marks[0].p) > 0 && Number(marks[0].i) > 0);
});

test('a closed listen key is dead', async () => {
  await data(rest.closeUserDataStream());
  await assert.rejects(rest.keepaliveUserDataStream(), /listenKey does not exist/);
});

test('too much weight is a 429, and the client says so', async () => {
  await assert.rejects(
    async () => {
      for (let count = 0; count < 150; count++) await rest.currentAllOpenOrders();
    },
    (error: Free) => error.name === 'TooManyRequestsError' && /Too (much|many)/.test(error.message),
  );
});
