/**
 * Goal: the real library, asked by this adapter, sends what it should: markets, a book, an order, a cancel, a
 * replace and a test order, byte by byte, each exactly once; and a venue that says nothing leaves a doubt.
 * Method: ccxt's own class for Binance, its addresses pointed to a server on this machine.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  bundledExchangeInfo,
  defineInstrument,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import type { NewOrder } from '#adapters/binance/trading/trade-connector.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import { parseStep } from '#units/decimal-text.ts';
import type { EpochMicros, InstrumentIndex, RateUnits } from '#units/integers.ts';
import { loadLibrary, loadMarkets, openExchange } from './exchange-library.ts';
import type { CcxtExchange } from './library-interface.ts';
import { findMarket, specificationOf } from './market-rules.ts';
import { CcxtTradeConnector } from './trade-connector.ts';
import { WholeBooks } from './whole-books.ts';

const SECRET = 'not-a-secret';
const BOOK =
  '{"lastUpdateId":9000000130,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}';
const ORDER: NewOrder = {
  symbol: 'DOGEUSDT',
  side: 'SELL',
  type: 'LIMIT_MAKER',
  quantity: '1500',
  price: '0.16500',
  newClientOrderId: 'dev-1',
  selfTradePreventionMode: 'EXPIRE_TAKER',
};

interface Sent {
  readonly line: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly signed: string;
  readonly key: string | undefined;
}

/** A venue that answers a few paths; to any other it says nothing. */
async function serve(
  context: TestContext,
  answers: Readonly<Record<string, string>>,
): Promise<{ readonly exchange: CcxtExchange; readonly sent: Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const line = `${request.method} ${path}`;
      const text = query === '' ? body : query;
      sent.push({
        line,
        parameters: Object.fromEntries(new URLSearchParams(text)),
        signed: text.replace(/&signature=.*/, ''),
        key: request.headers['x-mbx-apikey'] as string | undefined,
      });
      const answer = answers[line];
      // A venue that says nothing holds the line.
      if (answer === undefined) return;
      const status = answer.startsWith('{"code":-') ? 400 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const exchange = openExchange(await loadLibrary(), {
    id: 'binance',
    isSandbox: false,
    settings: {
      apiKey: 'key',
      secret: SECRET,
      timeout: 300,
      has: { fetchCurrencies: false },
      options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false },
    },
  });
  // Every address, so that nothing can leave this machine.
  const { api } = (exchange as unknown as { urls: { api: Record<string, string> } }).urls;
  for (const name of Object.keys(api)) api[name] = base;
  context.after(async () => {
    await exchange.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { exchange, sent };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

const INFO = { 'GET /api/v3/exchangeInfo': JSON.stringify(bundledExchangeInfo(Market.SPOT)) };
const ANSWER =
  '{"symbol":"DOGEUSDT","orderId":9007199254740995,"clientOrderId":"dev-1","status":"NEW","executedQty":"0"}';

async function connectorOn(exchange: CcxtExchange): Promise<CcxtTradeConnector> {
  const market = findMarket(exchange, await loadMarkets(exchange), Market.SPOT, 'DOGEUSDT');
  const said = { exchange, market, kind: Market.SPOT, symbol: 'DOGEUSDT' };
  return new CcxtTradeConnector({ ...said, onNote: () => undefined });
}

function last(sent: readonly Sent[]): Sent {
  return sent.at(-1) as Sent;
}

function checkSignature({ signed, parameters, key }: Sent): void {
  assert.equal(key, 'key');
  const expected = createHmac('sha256', SECRET).update(signed).digest('hex');
  assert.equal(parameters['signature'], expected);
}

test('markets and a book: exact ticks and lots', async (context) => {
  const { exchange, sent } = await serve(context, { ...INFO, 'GET /api/v3/depth': BOOK });
  const market = findMarket(exchange, await loadMarkets(exchange), Market.SPOT, 'DOGEUSDT');
  const said = specificationOf(exchange, market, Market.SPOT, 'DOGEUSDT');
  assert.deepEqual([said.tickSize, said.stepSize, said.baseAsset], ['0.00001000', '1', 'DOGE']);
  const instrument = defineInstrument(said, {
    index: 0 as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
  const books = new WholeBooks(instrument, { step: parseStep('1') });
  books.take(await exchange.fetchOrderBook(market.symbol), 1 as EpochMicros);
  assert.deepEqual(
    [books.delta.bids.pricesTicks[0], books.delta.bids.quantitiesLots[0]],
    [16_233, 47_000],
  );
  assert.deepEqual(last(sent).line, 'GET /api/v3/depth');
  assert.deepEqual(last(sent).parameters, { symbol: 'DOGEUSDT' });
});

test('an order, its cancel, its replace and a test order, as they are on the wire', async (context) => {
  const { exchange, sent } = await serve(context, {
    ...INFO,
    'POST /api/v3/order': ANSWER,
    'DELETE /api/v3/order': ANSWER,
    'POST /api/v3/order/test': '{}',
    'POST /api/v3/order/cancelReplace': `{"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":${ANSWER},"newOrderResponse":${ANSWER.replace('dev-1', 'dev-2')}}`,
  });
  const connector = await connectorOn(exchange);
  const before = sent.length;
  const outcome = await connector.createOrder(ORDER);
  assert.equal(outcome.kind, 'DONE');
  assert.equal(last(sent).line, 'POST /api/v3/order');
  const { timestamp, signature, recvWindow, ...order } = last(sent).parameters;
  assert.ok(timestamp !== undefined && signature !== undefined && recvWindow !== undefined);
  assert.deepEqual(order, {
    symbol: 'DOGEUSDT',
    side: 'SELL',
    type: 'LIMIT_MAKER',
    quantity: '1500',
    price: '0.165',
    newClientOrderId: 'dev-1',
    newOrderRespType: 'FULL',
    selfTradePreventionMode: 'EXPIRE_TAKER',
  });
  checkSignature(last(sent));

  const name = { symbol: 'DOGEUSDT', origClientOrderId: 'dev-1' };
  assert.equal((await connector.cancelOrder(name)).kind, 'DONE');
  assert.equal(last(sent).line, 'DELETE /api/v3/order');
  // An id beyond 2^53 stays what it is.
  assert.equal(last(sent).parameters['orderId'], '9007199254740995');
  checkSignature(last(sent));

  const replaced = await connector.cancelReplace(name, { ...ORDER, newClientOrderId: 'dev-2' });
  assert.equal(last(sent).line, 'POST /api/v3/order/cancelReplace');
  const wire = last(sent).parameters;
  assert.equal(wire['cancelReplaceMode'], 'STOP_ON_FAILURE');
  assert.equal(wire['cancelOrderId'], '9007199254740995');
  assert.equal(wire['newClientOrderId'], 'dev-2');
  assert.equal(wire['type'], 'LIMIT_MAKER');
  assert.ok(replaced.kind === 'DONE');
  assert.equal((replaced.result as { isEmulated: boolean }).isEmulated, false);

  assert.equal((await connector.testOrder(ORDER)).kind, 'DONE');
  assert.equal(last(sent).line, 'POST /api/v3/order/test');
  assert.equal(sent.length - before, 4, 'each was sent once');
});

test('a refusal is a refusal, silence is a doubt, and neither is sent again', async (context) => {
  const { exchange, sent } = await serve(context, {
    ...INFO,
    'POST /api/v3/order': '{"code":-2010,"msg":"Order would immediately match and take."}',
  });
  const connector = await connectorOn(exchange);
  const before = sent.length;
  const refused = await connector.createOrder(ORDER);
  assert.ok(refused.kind === 'REFUSED');
  assert.equal(refused.reaction.remedy, 'REPRICE');
  const name = { symbol: 'DOGEUSDT', origClientOrderId: 'dev-1' };
  // The question for open orders is not answered: the cancel has not left.
  assert.equal((await connector.cancelOrder(name)).kind, 'NOT_SENT');
  assert.equal(sent.length - before, 2);
});

test('an order without an answer is UNKNOWN and was sent once', async (context) => {
  const { exchange, sent } = await serve(context, INFO);
  const connector = await connectorOn(exchange);
  const before = sent.length;
  assert.equal((await connector.createOrder(ORDER)).kind, 'UNKNOWN');
  assert.equal(sent.length - before, 1);
});
