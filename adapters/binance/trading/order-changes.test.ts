/**
 * Goal: amends and replacements of both markets are told by what is proven: the old order's end, the new
 * order's fate, and never a word about an order that was not sent.
 * Method: answers in the venue's shapes, request by request, through connector and gateway.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import { quantityLots } from '#units/integers.ts';
import {
  facts,
  GatewayScene,
  ID,
  LOST,
  NAMES,
  no,
  OLD,
  ok,
  reportsOf,
  UNSENT,
} from './gateway.test-support.ts';

const { RESPONSE, QUERY, LOCAL } = ReportChannel;
const { NONE, NOT_SENT } = ReportReason;
const AMEND = {
  kind: CommandKind.AMEND_ORDER,
  quantityLots: quantityLots(1_500),
};
const REPLACE = { kind: CommandKind.REPLACE_ORDER, clientOrderId: ID, targetOrderId: OLD };

const PERP_ORDER = {
  orderId: 90_000_000_001,
  symbol: 'DOGEUSDT',
  status: 'NEW',
  clientOrderId: NAMES.write(ID),
  price: '0.162300',
  origQty: '1500',
  executedQty: '0',
  cumQty: '0',
  timeInForce: 'GTX',
  type: 'LIMIT',
  side: 'BUY',
  positionSide: 'BOTH',
  updateTime: 1_795_305_600_133,
};
const OLD_CANCELED = { ...PERP_ORDER, status: 'CANCELED', clientOrderId: NAMES.write(OLD) };

test('spot: an amend that works, one that ends the order, one that is refused', async () => {
  const amended = {
    symbol: 'DOGEUSDT',
    orderId: 11_900_000_001,
    origClientOrderId: NAMES.write(ID),
    clientOrderId: NAMES.write(ID),
    price: '0.16230000',
    qty: '1500.00000000',
    executedQty: '100.00000000',
    preventedQty: '0.00000000',
    status: 'PARTIALLY_FILLED',
    side: 'BUY',
  };
  const answer = { transactTime: 1_795_305_602_000, executionId: 75, amendedOrder: amended };
  const scene = new GatewayScene(Market.SPOT, () => ok(answer));
  const [report] = reportsOf(await scene.order(AMEND));
  assert.deepEqual(facts([report as never]), [[ID, ReportStatus.AMENDED, NONE, RESPONSE]]);
  assert.deepEqual([report?.quantityLots, report?.filledLots], [1_500, 100]);
  const [request] = scene.asked;
  assert.equal(request?.webSocketMethod, 'order.amend.keepPriority');
  assert.equal(request?.parameters['newQty'], '1500');
  assert.equal(request?.parameters['newClientOrderId'], NAMES.write(ID), 'it keeps its name');

  const ended = { ...answer, amendedOrder: { ...amended, status: 'EXPIRED' } };
  assert.deepEqual(facts(await new GatewayScene(Market.SPOT, () => ok(ended)).order(AMEND)), [
    [ID, ReportStatus.EXPIRED, NONE, RESPONSE],
  ]);
  const refused = () => no(400, -2038, 'Order amend (quantity increase) is not supported.');
  assert.deepEqual(facts(await new GatewayScene(Market.SPOT, refused).order(AMEND)), [
    [ID, ReportStatus.AMEND_REJECTED, ReportReason.AMEND_REFUSED, RESPONSE],
  ]);
  assert.deepEqual(facts(await new GatewayScene(Market.SPOT, () => LOST).order(AMEND)), [
    [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
  ]);
  assert.deepEqual(facts(await new GatewayScene(Market.SPOT, () => UNSENT).order(AMEND)), [
    [ID, ReportStatus.AMEND_REJECTED, NOT_SENT, LOCAL],
  ]);
});

test('the perpetual: an amend is a modify with side and price, and is looked at again', async () => {
  const scene = new GatewayScene(Market.PERPETUAL, () => ok(PERP_ORDER));
  const [report, ...more] = reportsOf(await scene.order(AMEND));
  assert.deepEqual(facts([report as never]), [[ID, ReportStatus.AMENDED, NONE, RESPONSE]]);
  assert.equal(report?.quantityLots, 1_500);
  assert.deepEqual(more, [], 'an order that is open still is no news');
  assert.deepEqual(
    scene.asked.map(({ method, path }) => `${method} ${path}`),
    ['PUT /fapi/v1/order', 'GET /fapi/v1/order'],
  );
  assert.deepEqual(scene.asked[0]?.parameters, {
    symbol: 'DOGEUSDT',
    origClientOrderId: NAMES.write(ID),
    side: 'BUY',
    quantity: '1500',
    price: '0.16230',
  });
  assert.equal(scene.asked[0]?.cost.orders, 1, 'a modify counts as an order');
});

test('a modify may cancel: in its answer, or a moment later', async () => {
  const canceled = { ...PERP_ORDER, status: 'CANCELED' };
  const at_once = new GatewayScene(Market.PERPETUAL, () => ok(canceled));
  assert.deepEqual(facts(await at_once.order(AMEND)), [
    [ID, ReportStatus.CANCELED, NONE, RESPONSE],
  ]);
  assert.equal(at_once.asked.length, 1);
  const later = new GatewayScene(Market.PERPETUAL, ({ method }) =>
    ok(method === 'PUT' ? PERP_ORDER : canceled),
  );
  assert.deepEqual(facts(await later.order(AMEND)), [
    [ID, ReportStatus.AMENDED, NONE, RESPONSE],
    [ID, ReportStatus.CANCELED, NONE, QUERY],
  ]);
  const unanswered = new GatewayScene(Market.PERPETUAL, ({ method }) =>
    method === 'PUT' ? ok(PERP_ORDER) : LOST,
  );
  assert.deepEqual(facts(await unanswered.order(AMEND)), [
    [ID, ReportStatus.AMENDED, NONE, RESPONSE],
  ]);
});

test('a modify that is refused leaves the order, one without an answer is in doubt', async () => {
  for (const [code, reason] of [
    [-5027, ReportReason.AMEND_REFUSED],
    [-5026, ReportReason.AMEND_REFUSED],
    [-2013, ReportReason.UNKNOWN_ORDER],
    [-4164, ReportReason.FILTER],
  ] as const) {
    const scene = new GatewayScene(Market.PERPETUAL, () => no(400, code));
    assert.deepEqual(facts(await scene.order(AMEND)), [
      [ID, ReportStatus.AMEND_REJECTED, reason, RESPONSE],
    ]);
  }
  const doubt = [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE];
  for (const answer of [LOST, no(503, 0, 'Unknown error, please check your request'), ok({})]) {
    const scene = new GatewayScene(Market.PERPETUAL, () => answer);
    assert.deepEqual(facts(await scene.order(AMEND)), [doubt]);
  }
});

test('perpetual replace: cancel, then place; each half has its word', async () => {
  const both = new GatewayScene(Market.PERPETUAL, ({ method }) =>
    ok(method === 'DELETE' ? OLD_CANCELED : PERP_ORDER),
  );
  const [old, placed] = reportsOf(await both.order(REPLACE));
  assert.deepEqual(facts([old as never, placed as never]), [
    [OLD, ReportStatus.CANCELED, NONE, RESPONSE],
    [ID, ReportStatus.ACCEPTED, NONE, RESPONSE],
  ]);
  assert.equal(placed?.replacedOrderId, OLD);
  const crossed = new GatewayScene(Market.PERPETUAL, ({ method }) =>
    method === 'DELETE' ? ok(OLD_CANCELED) : no(400, -5022, 'Post Only order will be rejected.'),
  );
  assert.deepEqual(facts(await crossed.order(REPLACE)), [
    [OLD, ReportStatus.CANCELED, NONE, RESPONSE],
    [ID, ReportStatus.REJECTED, ReportReason.POST_ONLY_WOULD_CROSS, RESPONSE],
  ]);
  const lost = new GatewayScene(Market.PERPETUAL, ({ method }) =>
    method === 'DELETE' ? ok(OLD_CANCELED) : LOST,
  );
  assert.deepEqual(facts(await lost.order(REPLACE)), [
    [OLD, ReportStatus.CANCELED, NONE, RESPONSE],
    [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
  ]);
});

test('perpetual replace: after a cancel in doubt or refused nothing is sent, and it says so', async () => {
  const doubt = new GatewayScene(Market.PERPETUAL, () => LOST);
  assert.deepEqual(facts(await doubt.order(REPLACE)), [
    [OLD, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
    [ID, ReportStatus.REJECTED, NOT_SENT, LOCAL],
  ]);
  assert.equal(doubt.asked.length, 1);
  const gone = new GatewayScene(Market.PERPETUAL, () => no(400, -2011, 'Unknown order sent.'));
  assert.deepEqual(facts(await gone.order(REPLACE)), [
    [OLD, ReportStatus.CANCEL_REJECTED, ReportReason.UNKNOWN_ORDER, RESPONSE],
    [ID, ReportStatus.REJECTED, ReportReason.REPLACE_NOT_ATTEMPTED, RESPONSE],
  ]);
  const limited = new GatewayScene(Market.PERPETUAL, () => no(429, -1003, ''));
  const [old] = facts(await limited.order(REPLACE)) as [unknown[]];
  assert.deepEqual(old, [OLD, ReportStatus.CANCEL_REJECTED, ReportReason.RATE_LIMIT, RESPONSE]);
  const unsent = new GatewayScene(Market.PERPETUAL, () => UNSENT);
  assert.deepEqual(facts(await unsent.order(REPLACE)), [
    [OLD, ReportStatus.CANCEL_REJECTED, NOT_SENT, LOCAL],
    [ID, ReportStatus.REJECTED, NOT_SENT, LOCAL],
  ]);
});

test('spot replace refused by the count of orders is told as that, for both halves', async () => {
  const both = [
    [OLD, ReportStatus.CANCEL_REJECTED, ReportReason.RATE_LIMIT, RESPONSE],
    [ID, ReportStatus.REJECTED, ReportReason.RATE_LIMIT, RESPONSE],
  ];
  const data = {
    cancelResult: 'NOT_ATTEMPTED',
    newOrderResult: 'NOT_ATTEMPTED',
    cancelResponse: null,
    newOrderResponse: null,
  };
  for (const answer of [no(429, -1015, 'Too many new orders.', data), no(429, -1015, '')]) {
    const scene = new GatewayScene(Market.SPOT, () => answer);
    const found = await scene.order(REPLACE);
    assert.deepEqual(facts(found), both);
    for (const report of reportsOf(found)) assert.equal(report.venueCode, -1015);
    assert.equal(scene.failures[0]?.[1].remedy, 'WAIT_ORDERS');
  }
});

test('an unreadable answer puts an order in doubt once, a replace both of its orders', async () => {
  const cancel = { kind: CommandKind.CANCEL_ORDER };
  const garbage = ok({ status: 'CANCELED' });
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    const scene = new GatewayScene(market, () => garbage);
    assert.deepEqual(facts(await scene.order(cancel)), [
      [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
    ]);
    const ids = facts(await scene.order(REPLACE)).map((fact) => (fact as unknown[])[0]);
    assert.deepEqual(ids.sort(), [OLD, ID].sort());
  }
});

test('a spot cancel names what the order is called afterwards, so that its fills are known for ever', async () => {
  const answer = {
    symbol: 'DOGEUSDT',
    orderId: 11_900_000_001,
    origClientOrderId: NAMES.write(ID),
    clientOrderId: NAMES.writeCanceled(ID),
    price: '0.16230000',
    origQty: '2000.00000000',
    executedQty: '500.00000000',
    status: 'CANCELED',
    side: 'BUY',
    transactTime: 1_795_305_601_002,
  };
  const spot = new GatewayScene(Market.SPOT, () => ok(answer));
  await spot.order({ kind: CommandKind.CANCEL_ORDER });
  await spot.order(REPLACE);
  assert.equal(spot.asked[0]?.parameters['newClientOrderId'], NAMES.writeCanceled(ID));
  assert.equal(spot.asked[1]?.parameters['cancelNewClientOrderId'], NAMES.writeCanceled(OLD));
  const perpetual = new GatewayScene(Market.PERPETUAL, () => ok(OLD_CANCELED));
  await perpetual.order({ kind: CommandKind.CANCEL_ORDER });
  assert.deepEqual(Object.keys(perpetual.asked[0]?.parameters ?? {}), [
    'symbol',
    'origClientOrderId',
  ]);
});

test('the answer to a question is about the order asked for, whatever it is called by now', async () => {
  const renamed = {
    symbol: 'DOGEUSDT',
    orderId: 11_900_000_001,
    clientOrderId: 'Xq3made0up0by0the0venue',
    price: '0.16230000',
    origQty: '2000.00000000',
    executedQty: '500.00000000',
    status: 'CANCELED',
    side: 'BUY',
    time: 1_795_305_600_130,
    updateTime: 1_795_305_601_002,
  };
  const scene = new GatewayScene(Market.SPOT, () => ok(renamed));
  const query = { kind: CommandKind.QUERY_ORDER };
  assert.deepEqual(facts(await scene.order(query)), [[ID, ReportStatus.CANCELED, NONE, QUERY]]);
});
