/**
 * Goal: no limit of the venue is ever exceeded by us, cancels keep room, and its own counts win.
 * Method: small limits, a clock in the test's hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundledExchangeInfo } from '#adapters/binance/exchange-info/exchange-info.ts';
import { Market } from '#contracts/instrument.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import {
  APIRateLimiter,
  Purpose,
  rateLimitsOf,
  readRateLimit,
  releaseMicros,
  retryAfterMicros,
  SPOT_RATE_LIMITS,
  USDM_RATE_LIMITS,
} from './rate-limiter.ts';

const MINUTE = 60 * MICROS_PER_SECOND;
const START = (1_795_305_600 * MICROS_PER_SECOND) as EpochMicros;
const later = (seconds: number) => (START + seconds * MICROS_PER_SECOND) as EpochMicros;
const CANCEL = { purpose: Purpose.CANCEL, weight: 1, orders: 0 };
const ORDER = { purpose: Purpose.ORDER, weight: 1, orders: 1 };
const ORDER_QUERY = { purpose: Purpose.ORDER_QUERY, weight: 1, orders: 0 };
const QUESTION = { purpose: Purpose.QUESTION, weight: 1, orders: 0 };

function make(): APIRateLimiter {
  return new APIRateLimiter([
    { kind: 'REQUEST_WEIGHT', intervalMicros: MINUTE, limit: 100 },
    { kind: 'ORDERS', intervalMicros: 10 * MICROS_PER_SECOND, limit: 10 },
  ]);
}

test('questions stop at 70 %, orders at 90 %, questions about one order at 92 %, cancels at 95 %', () => {
  const limiter = make();
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '69' }, START);
  assert.ok(limiter.tryTake(QUESTION, START));
  assert.ok(!limiter.tryTake(QUESTION, START));
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '89' }, START);
  assert.ok(limiter.tryTake(ORDER, START));
  assert.ok(!limiter.tryTake(ORDER, START));
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '91' }, START);
  assert.ok(limiter.tryTake(ORDER_QUERY, START));
  assert.ok(!limiter.tryTake(ORDER_QUERY, START));
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '94' }, START);
  assert.ok(limiter.tryTake(CANCEL, START));
  assert.ok(!limiter.tryTake(CANCEL, START));
  assert.ok(limiter.tryTake(QUESTION, later(60)));
  assert.deepEqual(limiter.heldBackCounts, [1, 1, 1, 1]);
});

test('orders are counted apart: used up, cancels and questions go on', () => {
  const limiter = make();
  let placed = 0;
  while (limiter.tryTake(ORDER, START)) placed += 1;
  assert.equal(placed, 9);
  assert.ok(limiter.tryTake(CANCEL, START));
  assert.ok(limiter.tryTake(QUESTION, START));
  assert.ok(limiter.tryTake(ORDER, later(10)));
});

test("the venue's count wins once nothing is under way", () => {
  const limiter = make();
  for (let count = 0; count < 5; count++) limiter.tryTake(ORDER, START);
  limiter.observeRows(
    [{ rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 10, count: 1 }],
    START,
  );
  assert.equal(limiter.usedShare(START), 0.5);
  for (let count = 0; count < 4; count++) limiter.settle();
  limiter.observeRows(
    [{ rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 10, count: 1 }],
    START,
  );
  assert.equal(limiter.usedShare(START), 0.1);
});

test('a refusal by weight closes the door for all, by orders for new orders only', () => {
  const limiter = make();
  limiter.refuse(later(3), { isBan: false, ordersOnly: true }, START);
  assert.ok(!limiter.tryTake(ORDER, later(2)));
  assert.ok(limiter.tryTake(CANCEL, later(2)));
  limiter.refuse(later(8), { isBan: false, ordersOnly: false }, later(2));
  assert.ok(!limiter.tryTake(CANCEL, later(7)));
  assert.equal(limiter.closedUntil(later(7)), later(8));
  assert.ok(limiter.tryTake(CANCEL, later(8)));
  assert.equal(limiter.closedUntil(later(8)), 0);
  assert.equal(limiter.refuse(0, { isBan: true, ordersOnly: false }, later(9)), later(129));
});

test('times of release are read from seconds and from the venue clock', () => {
  assert.equal(retryAfterMicros('7', START), later(7));
  assert.equal(retryAfterMicros('soon', START), 0);
  assert.equal(releaseMicros({ serverTime: 1_000, retryAfter: 3_000 }, START), later(2));
  const ourMillis = START / 1_000;
  assert.equal(releaseMicros({ retryAfter: ourMillis + 4_000 }, START), later(4));
  assert.equal(releaseMicros({ retryAfter: ourMillis - 4_000 }, START), 0);
  assert.equal(releaseMicros({ retryAfter: 'x' }, START), 0);
});

test('rows that are no limits are left out', () => {
  for (const row of [null, 1, {}, { rateLimitType: 'CONNECTIONS' }, { rateLimitType: 'ORDERS' }]) {
    assert.equal(readRateLimit(row), null);
  }
  const limiter = make();
  limiter.observeRows('nonsense', START);
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': 'many', 'x-mbx-uuid': '1' }, START);
  assert.equal(limiter.usedShare(START), 0);
});

test('limits come from exchangeInfo of either market; what was counted stays counted', () => {
  for (const [market, defaults, orders] of [
    [Market.SPOT, SPOT_RATE_LIMITS, 100],
    [Market.PERPETUAL, USDM_RATE_LIMITS, 300],
  ] as const) {
    const limiter = new APIRateLimiter(defaults);
    while (limiter.tryTake(ORDER, START)) limiter.settle();
    const limits = rateLimitsOf({
      rateLimits: [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: orders * 2 },
        { rateLimitType: 'SOMETHING_NEW', interval: 'SECOND', intervalNum: 10, limit: 1 },
      ],
    });
    assert.equal(limits.length, 2);
    limiter.useLimits(limits);
    assert.deepEqual(limiter.limits, limits);
    let placed = 0;
    while (limiter.tryTake(ORDER, START)) placed += 1;
    const before = (defaults.find((limit) => limit.kind === 'ORDERS')?.limit ?? 0) * 0.9;
    assert.equal(placed, orders * 2 * 0.9 - before);
    const bundled = rateLimitsOf(bundledExchangeInfo(market));
    assert.ok(bundled.some((limit) => limit.kind === 'REQUEST_WEIGHT'));
    assert.ok(bundled.some((limit) => limit.kind === 'ORDERS'));
  }
  for (const garbage of [null, 1, 'x', {}, { rateLimits: 1 }, { rateLimits: [null] }]) {
    assert.deepEqual(rateLimitsOf(garbage), []);
  }
});

test('rows of an answer say limits too: a lower one holds at once, a new one is kept', () => {
  const limiter = make();
  limiter.observeRows(
    [
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 5, count: 4 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 4, count: 3 },
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 9, count: -1 },
    ],
    START,
  );
  assert.ok(!limiter.tryTake(ORDER, START));
  assert.ok(!limiter.tryTake(ORDER, later(10)), 'the minute holds still');
  assert.ok(limiter.tryTake(ORDER, later(60)));
  assert.equal(limiter.limits.find((limit) => limit.kind === 'REQUEST_WEIGHT')?.limit, 100);
});

test('headers of both markets are read', () => {
  const limiter = new APIRateLimiter(USDM_RATE_LIMITS);
  const headers = {
    'x-mbx-used-weight-1m': '240',
    'x-mbx-order-count-10s': '60',
    'x-mbx-order-count-1m': '900',
  };
  limiter.observeHeaders(headers, START);
  assert.equal(limiter.usedShare(START), 0.75);
  const spot = new APIRateLimiter(SPOT_RATE_LIMITS);
  spot.observeHeaders({ 'x-mbx-used-weight-1m': '600', 'x-mbx-order-count-1d': '80000' }, START);
  assert.equal(spot.usedShare(START), 0.5);
});

test("windows end by the venue's clock", () => {
  let offset = 0;
  const limiter = new APIRateLimiter(
    [{ kind: 'ORDERS', intervalMicros: 10 * MICROS_PER_SECOND, limit: 10 }],
    () => offset,
  );
  while (limiter.tryTake(ORDER, later(9.8)));
  assert.ok(!limiter.tryTake(ORDER, later(9.9)));
  offset = -300_000;
  assert.ok(!limiter.tryTake(ORDER, later(10.2)), 'the venue is late');
  assert.ok(limiter.tryTake(ORDER, later(10.4)));
});

test('numbers that no venue means neither close the door for ever nor open it', () => {
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  const now = 1_795_305_600_000_000 as EpochMicros;
  const threeDays = now + 3 * 86_400 * 1_000_000;
  assert.equal(retryAfterMicros('999999999999', now), threeDays);
  assert.equal(retryAfterMicros('99999999999999999999999999', now), 0);
  assert.equal(releaseMicros({ serverTime: 1, retryAfter: 9e15 }, now), threeDays);
  assert.equal(limiter.refuse(1e30, { isBan: true, ordersOnly: false }, now), threeDays);
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '9'.repeat(400) }, now);
  const row = { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', limit: 6000 };
  limiter.observeRows([{ ...row, intervalNum: 1, count: -5 }], now);
  assert.equal(limiter.usedShare(now), 0);
  assert.equal(readRateLimit({ ...row, intervalNum: -1 }), null);
});
