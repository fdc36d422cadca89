/**
 * Goal: the perpetual's five methods and the requests behind them ask what the venue offers, at the price
 * in the budget that it takes, and a replacement never places after a cancel that is not proven.
 * Method: a link without a wire that records every request.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Market } from '#contracts/instrument.ts';
import { LOST, linkOf, no, ok, UNSENT } from './gateway.test-support.ts';
import { type OrderRequests, SpotOrderRequests, UsdmOrderRequests } from './order-requests.ts';
import { Purpose } from './rate-limiter.ts';
import type { WireOutcome } from './request-outcome.ts';
import type { NewOrder, ReplaceHalves } from './trade-connector.ts';
import type { VenueRequest } from './trade-link.ts';
import { UsdmTradeConnector } from './usdm-connector.ts';

const ORDER: NewOrder = {
  symbol: 'DOGEUSDT',
  side: 'SELL',
  type: 'LIMIT',
  timeInForce: 'GTX',
  quantity: '2000',
  price: '0.16230',
  newClientOrderId: 'mm-1-2',
  selfTradePreventionMode: 'EXPIRE_MAKER',
  reduceOnly: true,
};
const OLD = { symbol: 'DOGEUSDT', origClientOrderId: 'mm-1-1' };

function stand(answer: (request: VenueRequest) => WireOutcome) {
  const asked: VenueRequest[] = [];
  const link = linkOf(Market.PERPETUAL, answer, asked);
  return { asked, connector: new UsdmTradeConnector(link), requests: new UsdmOrderRequests(link) };
}

const lines = (asked: readonly VenueRequest[]) =>
  asked.map(({ method, path, webSocketMethod }) => `${method} ${path} ${webSocketMethod}`.trim());

test('the five methods: their requests and what they cost', async () => {
  const { asked, connector } = stand(() => ok({}));
  await connector.createOrder(ORDER);
  await connector.cancelOrder(OLD);
  await connector.testOrder(ORDER);
  await connector.getSymbolFilters('DOGEUSDT');
  assert.deepEqual(lines(asked), [
    'POST /fapi/v1/order order.place',
    'DELETE /fapi/v1/order order.cancel',
    'POST /fapi/v1/order/test',
    'GET /fapi/v1/exchangeInfo',
  ]);
  const costs = asked.map(({ cost }) => [cost.purpose, cost.weight, cost.orders]);
  assert.deepEqual(costs, [
    [Purpose.ORDER, 0, 1],
    [Purpose.CANCEL, 1, 0],
    [Purpose.QUESTION, 1, 0],
    [Purpose.QUESTION, 1, 0],
  ]);
  assert.deepEqual(
    asked.map(({ isSigned }) => isSigned),
    [true, true, true, false],
  );
  assert.equal(asked[0]?.parameters['reduceOnly'], 'true');
  await connector.createOrder({ ...ORDER, reduceOnly: false });
  assert.equal(asked[4]?.parameters['reduceOnly'], undefined, 'hedge mode refuses the word');
});

test('a replacement places only after CANCELED', async () => {
  const both = stand(() => ok({ orderId: 1 }));
  const done = await both.connector.cancelReplace(OLD, ORDER);
  assert.ok(done.kind === 'DONE');
  assert.deepEqual(done.result, {
    cancelResult: 'SUCCESS',
    cancelResponse: { orderId: 1 },
    newOrderResult: 'SUCCESS',
    newOrderResponse: { orderId: 1 },
  });
  for (const [answer, kind, cancelResult] of [
    [LOST, 'UNKNOWN', 'UNKNOWN'],
    [no(503, 0, 'Unknown error, please check'), 'UNKNOWN', 'UNKNOWN'],
    [no(400, -2011, 'Unknown order sent.'), 'REFUSED', 'FAILURE'],
    [no(429, -1003), 'REFUSED', 'FAILURE'],
  ] as const) {
    const { asked, connector } = stand(() => answer);
    const outcome = await connector.cancelReplace(OLD, ORDER);
    assert.equal(outcome.kind, kind);
    const halves = ('data' in outcome ? outcome.data : null) as ReplaceHalves;
    assert.deepEqual([halves.cancelResult, halves.newOrderResult], [cancelResult, 'NOT_ATTEMPTED']);
    assert.equal(asked.length, 1);
  }
  const unsent = stand(() => UNSENT);
  assert.equal((await unsent.connector.cancelReplace(OLD, ORDER)).kind, 'NOT_SENT');
});

test('the new half of a replacement keeps its own outcome', async () => {
  const { connector } = stand(({ method }) => (method === 'DELETE' ? ok({}) : LOST));
  const outcome = await connector.cancelReplace(OLD, ORDER);
  assert.ok(outcome.kind === 'DONE');
  const halves = outcome.result as ReplaceHalves;
  assert.deepEqual([halves.newOrderResult, halves.newOrder?.kind], ['FAILURE', 'UNKNOWN']);
});

test('a batch holds one to five orders, each counted', async () => {
  const { asked, requests } = stand(() => ok([]));
  await requests.createBatch([ORDER, { ...ORDER, newClientOrderId: 'mm-1-3' }]);
  const [batch] = asked;
  assert.deepEqual(lines(asked), ['POST /fapi/v1/batchOrders']);
  assert.deepEqual([batch?.cost.weight, batch?.cost.orders], [5, 2]);
  const sent = JSON.parse(String(batch?.parameters['batchOrders']));
  assert.deepEqual(
    sent.map((one: NewOrder) => [one.newClientOrderId, one.quantity, one.reduceOnly]),
    [
      ['mm-1-2', '2000', 'true'],
      ['mm-1-3', '2000', 'true'],
    ],
  );
  assert.throws(() => requests.createBatch([]), RangeError);
  assert.throws(() => requests.createBatch(Array.from({ length: 6 }, () => ORDER)), RangeError);
  assert.equal(asked.length, 1);
});

test('questions of the perpetual go where the venue answers them', async () => {
  const { asked, requests } = stand(() => ok([]));
  await requests.queryOrder(OLD);
  await requests.openOrders('DOGEUSDT');
  await requests.tradesFrom('DOGEUSDT', 9);
  await requests.account();
  await requests.positions();
  await requests.cancelAll('DOGEUSDT');
  await requests.countdownCancelAll('DOGEUSDT', 30_000);
  await requests.modifyOrder({ ...OLD, side: 'SELL', quantity: '1', price: '0.1' });
  assert.deepEqual(lines(asked), [
    'GET /fapi/v1/order order.status',
    'GET /fapi/v1/openOrders',
    'GET /fapi/v1/userTrades',
    'GET /fapi/v3/account v2/account.status',
    'GET /fapi/v3/positionRisk',
    'DELETE /fapi/v1/allOpenOrders',
    'POST /fapi/v1/countdownCancelAll',
    'PUT /fapi/v1/order order.modify',
  ]);
  const purposes = asked.map(({ cost }) => cost.purpose);
  assert.deepEqual(purposes.slice(-3), [Purpose.CANCEL, Purpose.CANCEL, Purpose.ORDER]);
  assert.equal(purposes[0], Purpose.ORDER_QUERY);
});

test('spot has no position: the question is not asked', async () => {
  const asked: VenueRequest[] = [];
  const requests: OrderRequests = new SpotOrderRequests(linkOf(Market.SPOT, () => ok({}), asked));
  assert.deepEqual(await requests.positions(), { kind: 'DONE', result: null });
  assert.equal(asked.length, 0);
});
