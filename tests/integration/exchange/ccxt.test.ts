/**
 * Goal: ccxt works against `doge-mm exchange` as against the venue, on spot and on USD-M: markets, streams,
 * right order books, orders, private events, refusals.
 * Method: ccxt's `binance` and `binanceusdm` with their base URLs changed; an exchange with `--legacy`, as
 * ccxt still opens the perpetual's streams at addresses the venue has retired; its order books held against
 * books that this file keeps by the venue's procedure, at the same update id.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ccxt from 'ccxt';
import { WebSocket } from 'ws';
import { ExchangeProgram, type Free, SYMBOL, until } from './exchange-program.test-support.ts';
import { LocalBook, levelsOf, sorted } from './local-book.test-support.ts';

const BOOK_EVENTS = 40;
/** The market may move away between our buy and our sell. */
const ATTEMPTS = 5;
const SPOT = 'DOGE/USDT';
const PERPETUAL = 'DOGE/USDT:USDT';

let exchange: ExchangeProgram;
let spot: Free;
let usdm: Free;
const wires: WebSocket[] = [];

/** A client whose every address is the exchange's. */
function clientOf(market: 'spot' | 'usdm', keyName: string): Free {
  const { apiKey, secret, privateKeyPem, kind } = exchange.key(keyName);
  const { addresses } = exchange;
  const types = { fetchMarkets: { types: [market === 'spot' ? 'spot' : 'linear'] } };
  const options = { ...types, fetchCurrencies: false, fetchMargins: false, tradesLimit: 10_000 };
  const settings = {
    apiKey,
    secret: kind === 'HMAC' ? secret : privateKeyPem,
    options,
    enableRateLimit: false,
  };
  const client: Free =
    market === 'spot' ? new ccxt.pro.binance(settings) : new ccxt.pro.binanceusdm(settings);
  client.has.fetchCurrencies = false;
  // As its own, but without keeping this process alive: it renews listen keys every twenty minutes.
  client.delay = (millis: number, method: Free, ...args: Free[]) =>
    void setTimeout(() => client.spawn(method, ...args), millis).unref();
  const { api } = client.urls;
  for (const [name, url] of Object.entries(api)) {
    if (typeof url !== 'string') continue;
    api[name] = url
      .replace('https://api.binance.com', addresses.spot.rest)
      .replace('https://fapi.binance.com', addresses.usdm.rest);
  }
  api.ws.spot = `${addresses.spot.streams}/ws`;
  api.ws.future = `${addresses.usdm.streams}/ws`;
  api.ws['ws-api'].spot = addresses.spot.wsApi;
  api.ws['ws-api'].future = addresses.usdm.wsApi;
  return client;
}

/** A book of our own beside that of the client. */
async function witness(
  market: 'SPOT' | 'USDM',
  stream: string,
  snapshot: string,
): Promise<LocalBook> {
  const book = new LocalBook(market, () => exchange.ask(snapshot));
  const wire = new WebSocket(stream);
  wire.on('message', (text) => book.take(JSON.parse(String(text))));
  wires.push(wire);
  await book.open();
  return book;
}

/** Follows the client's book and holds it against ours wherever both had the same update id. */
async function compare(client: Free, symbol: string, book: LocalBook): Promise<number> {
  let compared = 0;
  for (let update = 0; update < BOOK_EVENTS; update++) {
    const { nonce, bids, asks } = await client.watchOrderBook(symbol);
    const own = book.at(nonce);
    if (own === undefined) continue;
    assert.deepEqual(sorted(levelsOf(bids, asks)), sorted(own), `${symbol} at ${nonce}`);
    compared += 1;
  }
  return compared;
}

/** Collects what one of the client's `watch` methods hands over until it is closed. */
function collect(watch: () => Promise<Free>): Free[] {
  const rows: Free[] = [];
  const go = async (): Promise<void> => {
    for (;;) {
      const news = await watch();
      rows.push(...(Array.isArray(news) ? news : [news]).map((row) => ({ ...row })));
    }
  };
  go().catch((error) => rows.push({ error }));
  return rows;
}

async function arrives(rows: Free[], fits: (row: Free) => boolean, what: string): Promise<Free> {
  await until(
    () => rows.some(fits),
    () => `${what}; heard ${rows.map((row) => row.error ?? row.status ?? '?')}`,
  );
  return rows.find(fits);
}

before(async () => {
  exchange = await ExchangeProgram.start('--legacy');
  await exchange.deposit('spot', 'DOGE', '5000000');
  await exchange.deposit('spot', 'USDT', '1000000');
  await exchange.deposit('usdm', 'USDT', '300000');
  spot = clientOf('spot', 'demo-1-hmac');
  usdm = clientOf('usdm', 'demo-1-hmac');
  // Without it ccxt opens no socket that is not encrypted.
  await Promise.all([spot.loadHttpProxyAgent(), usdm.loadHttpProxyAgent()]);
  await Promise.all([spot.loadMarkets(), usdm.loadMarkets()]);
});
after(async () => {
  for (const wire of wires) wire.terminate();
  await Promise.all([spot?.close(), usdm?.close()]);
  await exchange?.stop('ccxt', [
    'spot <symbol>@depth@100ms',
    'spot <symbol>@trade',
    'spot <symbol>@ticker',
    'usdm (unrouted) <symbol>@depth@100ms',
    'usdm (unrouted) <symbol>@aggTrade',
    'usdm (unrouted) <symbol>@ticker',
    'usdm (unrouted) <listenKey>',
  ]);
});

test('log in and rules of both markets', async () => {
  assert.deepEqual(
    [spot.markets[SPOT].precision.price, spot.markets[SPOT].limits.cost.min > 0],
    [0.00001, true],
  );
  assert.equal(usdm.markets[PERPETUAL].precision.price, 0.00001);
  assert.equal((await spot.fetchBalance()).DOGE.free, 5_125_000);
  const signed = clientOf('spot', 'demo-1-ed25519');
  assert.equal((await signed.fetchBalance()).DOGE.free, 5_125_000);
  assert.equal((await usdm.fetchBalance()).USDT.total, 320_000);
  assert.equal((await spot.fetchTradingFee(SPOT)).maker, 0.001);
});

for (const market of ['spot', 'usdm'] as const) {
  const symbol = market === 'spot' ? SPOT : PERPETUAL;
  test(`${market}: orders over REST, told privately; refusals; self-trade prevention`, async () => {
    const client = market === 'spot' ? spot : usdm;
    const orders = collect(() => client.watchOrders(symbol));
    const balances = collect(() => client.watchBalance());
    const mine = collect(() => client.watchMyTrades(symbol));
    const trades = collect(() => client.watchTrades(symbol));
    const ticker = await client.watchTicker(symbol);
    assert.ok(ticker.last > 0);
    await until(() => trades.length > 0, 'a public trade');
    const { bids, asks } = await client.fetchOrderBook(symbol, 5);
    const price = Number((bids[0][0] * 0.99).toFixed(5));
    const placed = await client.createOrder(symbol, 'limit', 'buy', 2_000, price, {
      postOnly: true,
    });
    assert.equal((await client.fetchOrder(placed.id, symbol)).status, 'open');
    await arrives(orders, (row) => row.id === placed.id && row.status === 'open', 'the new order');
    const edited = await client.editOrder(placed.id, symbol, 'limit', 'buy', 1_500, price);
    assert.equal((await client.fetchOpenOrders(symbol))[0].amount, 1_500);
    assert.equal((await client.cancelOrder(edited.id, symbol)).status, 'canceled');
    await arrives(orders, (row) => row.id === edited.id && row.status === 'canceled', 'the cancel');
    const bought = await client.createOrder(symbol, 'market', 'buy', 500);
    await arrives(
      mine,
      (row) => row.order === bought.id && row.takerOrMaker === 'taker',
      'our trade',
    );
    await until(() => balances.length > 0, 'balances');
    const [last] = (await client.fetchMyTrades(symbol)).slice(-1);
    assert.equal(last.order, bought.id);
    await assert.rejects(
      client.createOrder(symbol, 'limit', 'buy', 2, price),
      /"code":-(1013|4164)/,
    );
    const crossing = Number((asks[0][0] * 1.01).toFixed(5));
    await assert.rejects(
      client.createOrder(symbol, 'limit', 'buy', 2_000, crossing, { postOnly: true }),
      ccxt.InvalidOrder,
    );
    await assert.rejects(client.cancelOrder('1', symbol), ccxt.OrderNotFound);
    const prevention = {
      selfTradePrevention: 'EXPIRE_TAKER',
      selfTradePreventionMode: 'EXPIRE_TAKER',
    };
    let met = '';
    for (let attempt = 0; attempt < ATTEMPTS && met !== 'EXPIRED_IN_MATCH'; attempt++) {
      const [bid] = (await client.fetchOrderBook(symbol, 5)).bids;
      await client.createOrder(symbol, 'limit', 'buy', 2_000_000, bid[0]);
      const taker = await client.createOrder(
        symbol,
        'limit',
        'sell',
        2_000_000,
        bid[0],
        prevention,
      );
      met = (await client.fetchOrder(taker.id, symbol)).info.status;
      await client.cancelAllOrders(symbol);
    }
    assert.equal(met, 'EXPIRED_IN_MATCH');
  });
}

test('orders over the WebSocket API of spot', async () => {
  const { bids } = await spot.fetchOrderBook(SPOT, 5);
  const price = Number((bids[0][0] * 0.99).toFixed(5));
  const placed = await spot.createOrderWs(SPOT, 'limit', 'buy', 2_000, price);
  const edited = await spot.editOrderWs(placed.id, SPOT, 'limit', 'buy', 1_500, price);
  assert.equal((await spot.cancelOrderWs(edited.id, SPOT)).status, 'canceled');
});

test('both order books are the exchange’s, diff by diff', async () => {
  const stream = `${SYMBOL.toLowerCase()}@depth@100ms`;
  const { addresses } = exchange;
  const [spotBook, usdmBook] = await Promise.all([
    witness(
      'SPOT',
      `${addresses.spot.streams}/ws/${stream}`,
      `${addresses.spot.rest}/api/v3/depth?symbol=${SYMBOL}&limit=1000`,
    ),
    witness(
      'USDM',
      `${addresses.usdm.streams}/public/ws/${stream}`,
      `${addresses.usdm.rest}/fapi/v1/depth?symbol=${SYMBOL}&limit=1000`,
    ),
  ]);
  const compared = await Promise.all([
    compare(spot, SPOT, spotBook),
    compare(usdm, PERPETUAL, usdmBook),
  ]);
  for (const count of compared) assert.ok(count > BOOK_EVENTS / 2, `${compared}`);
});

test('too much weight is a 429 on either market', async () => {
  await assert.rejects(async () => {
    for (let count = 0; count < 50; count++) await spot.fetchOrderBook(SPOT, 5_000);
  }, ccxt.DDoSProtection);
  await assert.rejects(async () => {
    for (let count = 0; count < 250; count++) await usdm.fetchOrderBook(PERPETUAL, 1_000);
  }, ccxt.DDoSProtection);
});
