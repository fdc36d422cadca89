/**
 * Goal: the clients of the package `binance` work against `doge-mm exchange` as against the venue, on spot
 * and on USD-M: log in, rules, streams, right local books, orders, private events, refusals.
 * Method: MainClient, USDMClient, WebsocketClient and WebsocketAPIClient with their base URLs changed, the
 * exchange a process of its own.
 */
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { MainClient, USDMClient, WebsocketAPIClient, WebsocketClient } from 'binance';
import {
  ExchangeProgram,
  type Free,
  HeardEvents,
  SYMBOL,
} from './exchange-program.test-support.ts';
import { LocalBook } from './local-book.test-support.ts';

const BOOK_EVENTS = 40;
const QUIET_LOG = { trace() {}, info() {}, error() {} };

let exchange: ExchangeProgram;
let spot: Free;
let usdm: Free;
let spotBook: LocalBook;
let usdmBook: LocalBook;
const sockets: Free[] = [];
/** Timers of the clients that would keep this process alive. */
const endings: (() => void)[] = [];
const spotHeard = new HeardEvents();
const usdmHeard = new HeardEvents();
const trades: Free[] = [];
const aggTrades: Free[] = [];

/** Connected to one address; hands over the plain data of what comes. */
function listen(wsUrl: string, take: (event: Free) => void, more: object = {}): Free {
  const socket: Free = new WebsocketClient({ wsUrl, ...more } as Free, QUIET_LOG);
  socket.on('message', (message: Free) => take(message.data ?? message));
  socket.on('exception', () => undefined);
  sockets.push(socket);
  return socket;
}

function credentials(name: string): Free {
  const { apiKey, secret, privateKeyPem, kind } = exchange.key(name);
  return { api_key: apiKey, api_secret: kind === 'HMAC' ? secret : privateKeyPem };
}

before(async () => {
  // The client warns of every client order id that it has not made itself.
  mock.method(console, 'warn', () => undefined);
  exchange = await ExchangeProgram.start();
  await exchange.deposit('spot', 'DOGE', '5000000');
  await exchange.deposit('spot', 'USDT', '1000000');
  await exchange.deposit('usdm', 'USDT', '300000');
  const { addresses } = exchange;
  spot = new MainClient({ ...credentials('demo-1-hmac'), baseUrl: addresses.spot.rest });
  usdm = new USDMClient({ ...credentials('demo-1-hmac'), baseUrl: addresses.usdm.rest });
  spotBook = new LocalBook('SPOT', () => spot.getOrderBook({ symbol: SYMBOL, limit: 1_000 }));
  usdmBook = new LocalBook('USDM', () => usdm.getOrderBook({ symbol: SYMBOL, limit: 1_000 }));
  const stream = SYMBOL.toLowerCase();
  const onSpot = listen(addresses.spot.streams, (event) => {
    if (event.e === 'depthUpdate') spotBook.take(event);
    if (event.e === 'trade') trades.push(event);
  });
  onSpot.subscribe([`${stream}@depth@100ms`, `${stream}@trade`], 'main');
  const onUsdm = listen(addresses.usdm.streams, (event) => {
    if (event.e === 'depthUpdate') usdmBook.take(event);
    if (event.e === 'aggTrade') aggTrades.push(event);
  });
  // The client routes each topic to /public or /market by itself.
  onUsdm.subscribe([`${stream}@depth@100ms`, `${stream}@aggTrade`], 'usdm');
  await Promise.all([spotBook.open(), usdmBook.open()]);
});
after(async () => {
  for (const socket of sockets) (socket.disconnectAll ?? socket.closeAll).call(socket, true);
  for (const end of endings) end();
  await exchange?.stop(
    'binance',
    [
      'spot <symbol>@depth@100ms',
      'spot <symbol>@trade',
      'usdm /public <symbol>@depth@100ms',
      'usdm /market <symbol>@aggTrade',
      'usdm /private <listenKey>',
    ],
    spotHeard,
    usdmHeard,
  );
});

/** Matches what the client throws: the venue's code and words. */
function refusal(code: number, words: RegExp): (error: Free) => boolean {
  return (error) => {
    const told = error.body ?? error.response?.body ?? error.error ?? error;
    assert.equal(told.code, code, JSON.stringify(told));
    return words.test(told.message ?? told.msg);
  };
}

test('spot: log in with either key; rules; orders over REST', async () => {
  const { rest } = exchange.addresses.spot;
  const signed: Free = new MainClient({ ...credentials('demo-1-ed25519'), baseUrl: rest });
  const account = await spot.getAccountInformation();
  assert.deepEqual((await signed.getAccountInformation()).balances, account.balances);
  const { symbols } = await spot.getExchangeInfo({ symbol: SYMBOL });
  assert.equal(symbols[0].symbol, SYMBOL);
  const { bidPrice } = await spot.getSymbolOrderBookTicker({ symbol: SYMBOL });
  const price = (Number(bidPrice) - 0.01).toFixed(5);
  const order = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT_MAKER', quantity: 2_000, price };
  const placed = await spot.submitNewOrder(order);
  const replaced = await spot.replaceOrder({
    ...order,
    cancelReplaceMode: 'STOP_ON_FAILURE',
    cancelOrderId: placed.orderId,
  });
  const { orderId } = replaced.newOrderResponse;
  assert.equal((await spot.getOrder({ symbol: SYMBOL, orderId })).status, 'NEW');
  assert.equal((await spot.getOpenOrders({ symbol: SYMBOL })).length, 1);
  assert.equal((await spot.cancelOrder({ symbol: SYMBOL, orderId })).status, 'CANCELED');
  const bought = await spot.submitNewOrder({
    symbol: SYMBOL,
    side: 'BUY',
    type: 'MARKET',
    quantity: 500,
  });
  assert.equal(bought.status, 'FILLED');
  assert.equal((await spot.getAccountTradeList({ symbol: SYMBOL })).length, bought.fills.length);
});

test('spot: a session of the WebSocket API trades and hears every private event', async () => {
  // The client adds the path of the WebSocket API itself.
  const wsUrl = exchange.addresses.spot.streams;
  const settings = { wsUrl, attachEventListeners: false } as Free;
  const api: Free = new WebsocketAPIClient(
    { ...credentials('demo-1-ed25519'), ...settings },
    QUIET_LOG as Free,
  );
  sockets.push(api);
  const wire = api.getWSClient();
  wire.on('exception', () => undefined);
  wire.on('message', (message: Free) => spotHeard.take(message.event ?? message));
  await api.subscribeUserDataStream('mainWSAPI');
  const { bidPrice, askPrice } = await spot.getSymbolOrderBookTicker({ symbol: SYMBOL });
  const price = (Number(bidPrice) - 0.01).toFixed(5);
  const crossing = (Number(askPrice) + 0.005).toFixed(5);
  const order = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT_MAKER', quantity: '2000', price };
  const time = () => ({ timestamp: Date.now() });
  const placed = await api.submitNewSpotOrder({ ...order, newClientOrderId: 'w-1', ...time() });
  assert.equal(placed.status, 200);
  await api.amendSpotOrderKeepPriority({
    symbol: SYMBOL,
    origClientOrderId: 'w-1',
    newClientOrderId: 'w-1',
    newQty: '1000',
    ...time(),
  });
  await api.cancelReplaceSpotOrder({
    ...order,
    cancelReplaceMode: 'STOP_ON_FAILURE',
    cancelOrigClientOrderId: 'w-1',
    newClientOrderId: 'w-2',
    ...time(),
  });
  await api.cancelSpotOrder({ symbol: SYMBOL, origClientOrderId: 'w-2', ...time() });
  for (const execution of ['NEW', 'REPLACED', 'CANCELED']) await spotHeard.report('w-1', execution);
  await spotHeard.report('w-2', 'CANCELED');
  await spotHeard.find((event) => event.e === 'outboundAccountPosition', 'balances');
  await spot.submitNewOrder({
    symbol: SYMBOL,
    side: 'BUY',
    type: 'MARKET',
    quantity: 100,
    newClientOrderId: 'm-1',
  });
  assert.equal((await spotHeard.report('m-1', 'TRADE')).N, 'DOGE');
  await assert.rejects(
    api.submitNewSpotOrder({ ...order, price: crossing, ...time() }),
    refusal(-2010, /immediately match and take/),
  );
});

test('spot: filter, post-only, unknown orders, self-trade prevention', async () => {
  const { bidPrice, askPrice } = await spot.getSymbolOrderBookTicker({ symbol: SYMBOL });
  const order = { symbol: SYMBOL, side: 'BUY', type: 'LIMIT_MAKER', quantity: 2_000 };
  await assert.rejects(
    spot.submitNewOrder({ ...order, quantity: 1, price: bidPrice }),
    refusal(-1013, /Filter failure: NOTIONAL/),
  );
  const crossing = (Number(askPrice) + 0.005).toFixed(5);
  await assert.rejects(
    spot.submitNewOrder({ ...order, price: crossing }),
    refusal(-2010, /immediately match and take/),
  );
  await assert.rejects(
    spot.cancelOrder({ symbol: SYMBOL, orderId: 1 }),
    refusal(-2011, /Unknown order sent/),
  );
  const price = (Number(askPrice) + 0.0001).toFixed(5);
  const limit = { symbol: SYMBOL, type: 'LIMIT', timeInForce: 'GTC', price };
  await spot.submitNewOrder({ ...limit, side: 'BUY', quantity: 2_500_000 });
  const taker = await spot.submitNewOrder({
    ...limit,
    side: 'SELL',
    quantity: 1_000,
    selfTradePreventionMode: 'EXPIRE_TAKER',
    newClientOrderId: 's-1',
  });
  assert.equal(taker.status, 'EXPIRED_IN_MATCH');
  assert.equal((await spotHeard.report('s-1', 'TRADE_PREVENTION')).X, 'EXPIRED_IN_MATCH');
  assert.equal((await spot.cancelAllSymbolOrders({ symbol: SYMBOL })).length, 1);
});

test('USD-M: log in, rules, orders over REST, every private event by listen key', async () => {
  const account = await usdm.getAccountInformationV3();
  assert.ok(Number(account.totalWalletBalance) > 0);
  assert.ok((await usdm.getExchangeInfo()).symbols.some((row: Free) => row.symbol === SYMBOL));
  const { listenKey } = await usdm.getFuturesUserDataListenKey();
  const { streams } = exchange.addresses.usdm;
  const socket = listen(streams, (event) => usdmHeard.take(event));
  const keeper = socket.getUserDataStreamManager();
  endings.push(() => keeper.listenKeyStateCache.clearAllListenKeyState(listenKey));
  await keeper.subscribeGeneralUserDataStreamWithListenKey('usdmPrivate', 'usdm', listenKey);
  const { bidPrice } = await usdm.getSymbolOrderBookTicker({ symbol: SYMBOL });
  const price = (Number(bidPrice) * 0.99).toFixed(5);
  const order = {
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTX',
    quantity: 2_000,
    price,
  };
  await usdm.submitNewOrder({ ...order, newClientOrderId: 'r-1' });
  await usdm.modifyOrder({
    symbol: SYMBOL,
    side: 'BUY',
    origClientOrderId: 'r-1',
    quantity: 1_500,
    price,
  });
  assert.equal((await usdm.getAllOpenOrders({ symbol: SYMBOL })).length, 1);
  await usdm.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'r-1' });
  for (const execution of ['NEW', 'AMENDMENT', 'CANCELED'])
    await usdmHeard.report('r-1', execution);
  await usdm.setLeverage({ symbol: SYMBOL, leverage: 10 });
  await usdmHeard.find(({ e }) => e === 'ACCOUNT_CONFIG_UPDATE', 'the new leverage');
  const market = { symbol: SYMBOL, type: 'MARKET', quantity: 500 };
  await usdm.submitNewOrder({ ...market, side: 'BUY', newClientOrderId: 'm-1' });
  await usdmHeard.report('m-1', 'TRADE');
  await usdmHeard.find(({ e }) => e === 'TRADE_LITE', 'TRADE_LITE');
  await usdmHeard.find(({ e }) => e === 'ACCOUNT_UPDATE', 'ACCOUNT_UPDATE');
  assert.equal(Number((await usdm.getPositionsV3({ symbol: SYMBOL }))[0].positionAmt), 500);
  await usdm.submitNewOrder({ ...market, side: 'SELL', reduceOnly: 'true' });
  assert.ok((await usdm.getAccountTrades({ symbol: SYMBOL })).length >= 2);
  await usdm.cancelAllOpenOrders({ symbol: SYMBOL });
});

test('USD-M: the WebSocket API; filter, post-only, self-trade prevention', async () => {
  const wsUrl = exchange.addresses.usdm.streams;
  const api: Free = new WebsocketAPIClient(
    { ...credentials('demo-1-ed25519'), wsUrl, attachEventListeners: false } as Free,
    QUIET_LOG as Free,
  );
  sockets.push(api);
  api.getWSClient().on('exception', () => undefined);
  const { bidPrice, askPrice } = await usdm.getSymbolOrderBookTicker({ symbol: SYMBOL });
  const price = (Number(bidPrice) * 0.99).toFixed(5);
  const order = {
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTX',
    quantity: '2000',
    price,
  };
  const time = () => ({ timestamp: Date.now() });
  const placed = await api.submitNewFuturesOrder('usdm', {
    ...order,
    newClientOrderId: 'w-1',
    ...time(),
  });
  assert.equal(placed.result.clientOrderId, 'w-1');
  await api.modifyFuturesOrder('usdm', {
    symbol: SYMBOL,
    side: 'BUY',
    origClientOrderId: 'w-1',
    quantity: '900',
    price,
    ...time(),
  });
  await api.cancelFuturesOrder('usdm', { symbol: SYMBOL, origClientOrderId: 'w-1', ...time() });
  for (const execution of ['NEW', 'AMENDMENT', 'CANCELED'])
    await usdmHeard.report('w-1', execution);
  await assert.rejects(usdm.submitNewOrder({ ...order, quantity: 1 }), refusal(-4164, /notional/));
  const crossing = (Number(askPrice) * 1.01).toFixed(5);
  await assert.rejects(
    usdm.submitNewOrder({ ...order, price: crossing }),
    refusal(-5022, /maker|Post Only/i),
  );
  const limit = {
    symbol: SYMBOL,
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: (Number(askPrice) + 0.0001).toFixed(5),
  };
  await usdm.submitNewOrder({ ...limit, side: 'BUY', quantity: 3_000_000 });
  const stop = { side: 'SELL', quantity: 1_000, selfTradePreventionMode: 'EXPIRE_TAKER' };
  await usdm.submitNewOrder({ ...limit, ...stop, newClientOrderId: 's-1' });
  assert.equal((await usdmHeard.report('s-1', 'EXPIRED')).o.X, 'EXPIRED_IN_MATCH');
  await usdm.cancelAllOpenOrders({ symbol: SYMBOL });
});

test('both local books are the exchange’s after a hundred diffs; trades come in a row', async () => {
  for (let round = 1; round <= 4; round++) {
    for (const book of [spotBook, usdmBook]) {
      await book.follows((BOOK_EVENTS * round) / 4);
      await book.isExact();
    }
  }
  for (const [rows, id] of [
    [trades, 't'],
    [aggTrades, 'a'],
  ] as const) {
    assert.ok(rows.length > 5);
    for (const [index, row] of rows.entries()) {
      if (index > 0) assert.equal(row[id], rows[index - 1][id] + 1);
    }
  }
});

test('too much weight is a 429 on either market', async () => {
  const isTooMuch = (error: Free): boolean =>
    error.code === -1003 && /Too (much|many)/.test(error.message);
  await assert.rejects(async () => {
    for (let count = 0; count < 50; count++)
      await spot.getOrderBook({ symbol: SYMBOL, limit: 5_000 });
  }, isTooMuch);
  await assert.rejects(async () => {
    for (let count = 0; count < 150; count++) await usdm.getAllOpenOrders();
  }, isTooMuch);
});
