/**
 * Goal: clients of other makers trade on spot, too: what they call in their usual flow is served in the
 * shape they read.
 * Method: ccxt and `binance`, pointed at a loopback exchange.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MainClient, WebsocketAPIClient } from 'binance';
import ccxt from 'ccxt';
import { SPOT_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { openTestExchange, type TestExchange } from '#apps/exchange/exchange.test-support.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of foreign clients are read freely
type Free = any;

const weight = { ...SPOT_RATE_LIMITS.weight, limit: 100_000 };
let world: TestExchange;
before(async () => {
  world = await openTestExchange({ spotLimits: { ...SPOT_RATE_LIMITS, weight } });
});
after(() => world.exchange.close());

test('ccxt: markets, balance, order, edit, cancel, trades, fees', async () => {
  const { apiKey, secret } = world.key('demo-1-hmac');
  const options = {
    fetchMarkets: { types: ['spot'] },
    fetchCurrencies: false,
    fetchMargins: false,
  };
  const client: Free = new ccxt.binance({ apiKey, secret, options });
  client.has.fetchCurrencies = false;
  const { rest } = world.exchange.addresses.spot;
  for (const [name, url] of Object.entries(client.urls.api)) {
    if (typeof url === 'string') {
      client.urls.api[name] = url.replace('https://api.binance.com', rest);
    }
  }
  const symbol = 'DOGE/USDT';
  await client.loadMarkets();
  assert.equal(client.markets[symbol].precision.price, 0.00001);
  assert.equal((await client.fetchOrderBook(symbol, 5)).bids[0][0], 0.15999);
  assert.equal((await client.fetchBalance()).DOGE.free, 500_000);
  const placed = await client.createOrder(symbol, 'limit', 'buy', 100, 0.15, { postOnly: true });
  assert.equal(placed.status, 'open');
  assert.equal((await client.fetchOpenOrders(symbol)).length, 1);
  const edited = await client.editOrder(placed.id, symbol, 'limit', 'buy', 120, 0.151);
  assert.equal((await client.fetchOrder(edited.id, symbol)).amount, 120);
  assert.equal((await client.cancelOrder(edited.id, symbol)).status, 'canceled');
  assert.equal((await client.createOrder(symbol, 'market', 'buy', 100)).status, 'closed');
  const [trade] = await client.fetchMyTrades(symbol);
  assert.deepEqual([trade.amount, trade.takerOrMaker, trade.fee.currency], [100, 'taker', 'DOGE']);
  assert.equal((await client.fetchTradingFee(symbol)).maker, 0.001);
  await assert.rejects(
    client.createOrder(symbol, 'limit', 'buy', 5_000_000, 0.15),
    ccxt.InsufficientFunds,
  );
  await assert.rejects(client.cancelOrder('1', symbol), ccxt.OrderNotFound);
});

test('binance: both kinds of keys over REST, a session over the WebSocket API', async () => {
  const hmac = world.key('demo-2-hmac');
  const pair = world.key('demo-2-ed25519');
  const { rest, streams } = world.exchange.addresses.spot;
  const client: Free = new MainClient({
    api_key: hmac.apiKey,
    api_secret: hmac.secret,
    baseUrl: rest,
    beautifyResponses: true,
  });
  const order = { symbol: 'DOGEUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' } as const;
  const placed = await client.submitNewOrder({ ...order, quantity: 100, price: 0.15 });
  const replaced = await client.replaceOrder({
    ...order,
    quantity: 100,
    price: 0.151,
    cancelReplaceMode: 'STOP_ON_FAILURE',
    cancelOrderId: placed.orderId,
  });
  assert.equal(replaced.newOrderResult, 'SUCCESS');
  assert.equal((await client.cancelAllSymbolOrders({ symbol: 'DOGEUSDT' })).length, 1);
  assert.equal((await client.getApiKeyPermissions()).enableWithdrawals, false);
  const signed: Free = new MainClient({
    api_key: pair.apiKey,
    api_secret: pair.privateKeyPem,
    baseUrl: rest,
  });
  assert.deepEqual(await signed.getAccountTradeList({ symbol: 'DOGEUSDT' }), []);
  const quiet = { trace() {}, info() {}, error() {} };
  const socket: Free = new WebsocketAPIClient(
    {
      api_key: pair.apiKey,
      api_secret: pair.privateKeyPem,
      wsUrl: streams,
      attachEventListeners: false,
    },
    quiet,
  );
  const answer = await socket.submitNewSpotOrder({
    ...order,
    quantity: '100',
    price: '0.15',
    timestamp: Date.now(),
  });
  assert.deepEqual([answer.status, answer.result.status], [200, 'NEW']);
  socket.disconnectAll();
});
