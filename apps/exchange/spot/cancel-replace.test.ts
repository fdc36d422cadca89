/**
 * Goal: cancel-replace ends as the venue's table says, in every mode, with what it leaves behind.
 * Method: the table, row by row: what was open, what was asked, status, code, the two results, open
 * orders and the count afterwards.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SPOT_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { SpotWorld } from './spot-world.test-support.ts';

const NEW = { side: 'BUY', type: 'LIMIT_MAKER', quantity: 100, price: '0.15990' };
const CROSSING = { ...NEW, price: '0.16005' };
const STOP = 'STOP_ON_FAILURE';
const ALLOW = 'ALLOW_FAILURE';
const SMALL = {
  ...SPOT_RATE_LIMITS,
  orders: SPOT_RATE_LIMITS.orders.map((row) => ({ ...row, limit: 1 })),
};

interface Row {
  readonly what: string;
  readonly mode: string;
  /** False: the order to cancel does not exist. */
  readonly cancels: boolean;
  readonly asked: Readonly<Record<string, string | number>>;
  /** The order count is used up before. */
  readonly limited?: 'DO_NOTHING' | 'CANCEL_ONLY';
  readonly status: number;
  readonly code: number;
  readonly results: readonly [cancel: string, order: string] | null;
  readonly open: number;
}

const ROWS: readonly Row[] = [
  {
    what: 'the cancel fails',
    mode: STOP,
    cancels: false,
    asked: NEW,
    status: 400,
    code: -2022,
    results: ['FAILURE', 'NOT_ATTEMPTED'],
    open: 1,
  },
  {
    what: 'the new order fails',
    mode: STOP,
    cancels: true,
    asked: CROSSING,
    status: 409,
    code: -2021,
    results: ['SUCCESS', 'FAILURE'],
    open: 0,
  },
  {
    what: 'the cancel fails',
    mode: ALLOW,
    cancels: false,
    asked: NEW,
    status: 409,
    code: -2021,
    results: ['FAILURE', 'SUCCESS'],
    open: 2,
  },
  {
    what: 'the new order fails',
    mode: ALLOW,
    cancels: true,
    asked: CROSSING,
    status: 409,
    code: -2021,
    results: ['SUCCESS', 'FAILURE'],
    open: 0,
  },
  {
    what: 'both fail',
    mode: ALLOW,
    cancels: false,
    asked: CROSSING,
    status: 400,
    code: -2022,
    results: ['FAILURE', 'FAILURE'],
    open: 1,
  },
  {
    what: 'a filter fails',
    mode: STOP,
    cancels: true,
    asked: { ...NEW, quantity: 1 },
    status: 400,
    code: -1013,
    results: null,
    open: 1,
  },
  {
    what: 'the count is exceeded',
    mode: STOP,
    cancels: true,
    asked: NEW,
    limited: 'DO_NOTHING',
    status: 429,
    code: -1015,
    results: null,
    open: 1,
  },
  {
    what: 'the count is exceeded',
    mode: STOP,
    cancels: true,
    asked: NEW,
    limited: 'CANCEL_ONLY',
    status: 429,
    code: -2021,
    results: ['SUCCESS', 'FAILURE'],
    open: 0,
  },
  {
    what: 'the count is exceeded and the cancel fails',
    mode: STOP,
    cancels: false,
    asked: NEW,
    limited: 'CANCEL_ONLY',
    status: 429,
    code: -2022,
    results: ['FAILURE', 'NOT_ATTEMPTED'],
    open: 1,
  },
  {
    what: 'the count is exceeded',
    mode: ALLOW,
    cancels: true,
    asked: NEW,
    limited: 'CANCEL_ONLY',
    status: 409,
    code: -2021,
    results: ['SUCCESS', 'FAILURE'],
    open: 0,
  },
  {
    what: 'the count is exceeded and the cancel fails',
    mode: ALLOW,
    cancels: false,
    asked: NEW,
    limited: 'CANCEL_ONLY',
    status: 400,
    code: -2022,
    results: ['FAILURE', 'FAILURE'],
    open: 1,
  },
];

for (const row of ROWS) {
  const limit = row.limited === undefined ? '' : `, ${row.limited}`;
  test(`${row.mode}${limit}, ${row.what}: ${row.status} ${row.code}`, () => {
    const world = new SpotWorld({}, row.limited === undefined ? SPOT_RATE_LIMITS : SMALL);
    const { orderId } = world.ask('order.place', NEW);
    const refusal = world.refusal('order.cancelReplace', {
      ...row.asked,
      cancelReplaceMode: row.mode,
      cancelOrderId: row.cancels ? orderId : 5,
      ...(row.limited === undefined ? {} : { orderRateLimitExceededMode: row.limited }),
    });
    assert.deepEqual([refusal.status, refusal.code], [row.status, row.code]);
    const data = refusal.data as Readonly<Record<string, unknown>> | undefined;
    const results = data === undefined ? null : [data['cancelResult'], data['newOrderResult']];
    assert.deepEqual(results, row.results);
    assert.equal(world.ask('openOrders.status').length, row.open);
  });
}

for (const mode of [STOP, ALLOW]) {
  test(`${mode}, both fine: the old one is gone, the new one rests, two orders are counted`, () => {
    const world = new SpotWorld();
    world.ask('order.place', { ...NEW, newClientOrderId: 'a' });
    world.heard();
    const answer = world.ask('order.cancelReplace', {
      ...NEW,
      cancelReplaceMode: mode,
      cancelOrigClientOrderId: 'a',
      cancelNewClientOrderId: 'c',
      newClientOrderId: 'b',
    });
    assert.deepEqual([answer.cancelResult, answer.newOrderResult], ['SUCCESS', 'SUCCESS']);
    assert.equal(answer.cancelResponse.clientOrderId, 'c');
    assert.equal(answer.newOrderResponse.clientOrderId, 'b');
    assert.equal(world.ask('account.rateLimits.orders')[0].count, 2);
    assert.deepEqual(
      world.heard().filter((line) => line.startsWith('execution')),
      ['executionReport CANCELED CANCELED', 'executionReport NEW NEW'],
    );
  });
}

test('a leg that was not attempted is counted, and a refused one is told as REJECTED', () => {
  const world = new SpotWorld();
  const { orderId } = world.ask('order.place', NEW);
  const replace = { ...CROSSING, cancelReplaceMode: STOP };
  world.refusal('order.cancelReplace', { ...replace, cancelOrderId: 5 });
  const count = () => world.ask('account.rateLimits.orders')[0].count;
  assert.equal(count(), 2);
  world.heard();
  world.refusal('order.cancelReplace', { ...replace, cancelOrderId: orderId });
  assert.equal(count(), 2);
  const rejected = world.events.find(({ event }) => event.x === 'REJECTED')?.event;
  assert.deepEqual([rejected.X, rejected.r], ['REJECTED', 'WOULD_MATCH_IMMEDIATELY']);
});
