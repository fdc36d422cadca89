/**
 * Goal: the five methods say what became of each request, never send one twice, never let the library
 * change an order, and are open about what they emulate.
 * Method: an exchange by hand that writes down every call.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import type { NewOrder } from '#adapters/binance/trading/trade-connector.ts';
import { Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import {
  DOGE_SPOT,
  DOGE_SWAP,
  FakeExchange,
  InsufficientFunds,
  RequestTimeout,
} from './exchange.test-support.ts';
import { CcxtTradeConnector } from './trade-connector.ts';

const ORDER: NewOrder = {
  symbol: 'DOGEUSDT',
  side: 'BUY',
  type: 'LIMIT_MAKER',
  quantity: '1500',
  price: '0.16233',
  newClientOrderId: 'dev-1',
  selfTradePreventionMode: 'EXPIRE_TAKER',
};
const NAME = { symbol: 'DOGEUSDT', origClientOrderId: 'dev-1' };

interface Stage {
  readonly exchange: FakeExchange;
  readonly connector: CcxtTradeConnector;
  readonly notes: string[];
}

function open(kind: Market = Market.SPOT): Stage {
  const exchange = new FakeExchange();
  const notes: string[] = [];
  const connector = new CcxtTradeConnector({
    exchange,
    market: kind === Market.SPOT ? DOGE_SPOT : DOGE_SWAP,
    kind,
    symbol: 'DOGEUSDT',
    onNote: (note) => notes.push(note),
  });
  return { exchange, connector, notes };
}

function resultOf(outcome: RequestOutcome): unknown {
  assert.equal(outcome.kind, 'DONE');
  return outcome.kind === 'DONE' ? outcome.result : null;
}

test('an order goes out as texts, once, and its acknowledgement has both ids', async () => {
  const { exchange, connector } = open();
  exchange.orders.push({ id: '77', clientOrderId: 'dev-1', status: 'open' });
  assert.deepEqual(resultOf(await connector.createOrder(ORDER)), {
    orderId: '77',
    clientOrderId: 'dev-1',
    status: 'open',
  });
  assert.deepEqual(exchange.calls, [
    [
      'createOrder',
      'DOGE/USDT',
      'limit',
      'buy',
      '1500',
      '0.16233',
      { clientOrderId: 'dev-1', postOnly: true },
    ],
  ]);
});

test('an order of the perpetual is sent in contracts', async () => {
  const { exchange, connector } = open(Market.PERPETUAL);
  exchange.orders.push({ id: '1' });
  const ioc = { ...ORDER, type: 'LIMIT', timeInForce: 'IOC', reduceOnly: true } as const;
  await connector.createOrder(ioc);
  assert.deepEqual(exchange.calls[0]?.slice(4), [
    '15',
    '0.16233',
    { clientOrderId: 'dev-1', timeInForce: 'IOC', reduceOnly: true },
  ]);
});

for (const [why, order] of [
  ['a part of a contract', { ...ORDER, quantity: '1550' }],
  ['a price the library would round', { ...ORDER, price: '0.162335' }],
  ['a symbol of somebody else', { ...ORDER, symbol: 'BTCUSDT' }],
] as const) {
  test(`${why} does not leave`, async () => {
    const { exchange, connector } = open(Market.PERPETUAL);
    assert.equal((await connector.createOrder(order)).kind, 'NOT_SENT');
    assert.deepEqual(exchange.calls, []);
  });
}

test('no answer is UNKNOWN and nothing is sent again; a refusal is REFUSED', async () => {
  const { exchange, connector } = open();
  exchange.orders.push(new RequestTimeout('10000 ms'));
  const lost = await connector.createOrder(ORDER);
  assert.equal(lost.kind, 'UNKNOWN');
  assert.equal(exchange.calls.length, 1);
  exchange.orders.push(new InsufficientFunds('no'));
  const refused = await connector.createOrder(ORDER);
  assert.ok(refused.kind === 'REFUSED');
  assert.equal(refused.reaction.reason, ReportReason.INSUFFICIENT_BALANCE);
});

test('a cancel uses the id that is known, and finds one that is not among the open orders', async () => {
  const { exchange, connector } = open();
  exchange.orders.push({ id: '77' });
  await connector.createOrder(ORDER);
  exchange.orders.push({ id: '77', status: 'canceled' });
  resultOf(await connector.cancelOrder(NAME));
  assert.deepEqual(exchange.calls.at(-1), ['cancelOrder', '77', 'DOGE/USDT']);
  exchange.openOrders = [{ id: '88', clientOrderId: 'dev-2' }];
  exchange.orders.push({ id: '88' });
  resultOf(await connector.cancelOrder({ ...NAME, origClientOrderId: 'dev-2' }));
  assert.deepEqual(exchange.calls.at(-1), ['cancelOrder', '88', 'DOGE/USDT']);
  const gone = await connector.cancelOrder({ ...NAME, origClientOrderId: 'dev-3' });
  assert.equal(gone.kind, 'NOT_SENT');
});

test('an emulated cancel-replace says so, and stops where the cancel is in doubt', async () => {
  const { exchange, connector, notes } = open();
  assert.equal(connector.capabilities.cancelReplace, 'EMULATED');
  exchange.openOrders = [{ id: '77', clientOrderId: 'dev-1' }];
  exchange.orders.push({ id: '77' });
  exchange.orders.push(new InsufficientFunds('no'));
  const replacement = { ...ORDER, newClientOrderId: 'dev-2' };
  const answer = resultOf(await connector.cancelReplace(NAME, replacement)) as {
    readonly [key: string]: unknown;
  };
  assert.equal(answer['isEmulated'], true);
  assert.equal(answer['cancelResult'], 'SUCCESS');
  assert.equal(answer['newOrderResult'], 'FAILURE');
  assert.match(notes[0] ?? '', /a cancel, then a new order/);
  exchange.orders.push(new RequestTimeout('late'));
  const doubt = await connector.cancelReplace(NAME, replacement);
  assert.equal(doubt.kind, 'UNKNOWN');
  assert.equal(exchange.calls.at(-1)?.[0], 'cancelOrder', 'the new order was not sent');
  assert.ok(!exchange.calls.some(([name]) => name === 'editOrder'));
});

test('a test order that might be a real one is not sent', async () => {
  const { exchange, connector } = open();
  assert.equal((await connector.testOrder(ORDER)).kind, 'NOT_SENT');
  assert.deepEqual(exchange.calls, []);
  assert.ok(connector.capabilities.sentences.some((one) => one.includes('Test orders are not')));
});

test('filters are read anew, as decimals', async () => {
  const { connector } = open(Market.PERPETUAL);
  const said = resultOf(await connector.getSymbolFilters('DOGEUSDT')) as { stepSize: string };
  assert.equal(said.stepSize, '100');
  assert.equal((await connector.getSymbolFilters('BTCUSDT')).kind, 'NOT_SENT');
});
