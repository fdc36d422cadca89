/**
 * Goal: no limit of the venue is ever exceeded by us, cancels keep room, and its own counts win.
 * Method: small limits, a clock in the test's hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import {
  APIRateLimiter,
  Purpose,
  readRateLimit,
  releaseMicros,
  retryAfterMicros,
  SPOT_RATE_LIMITS,
} from './rate-limiter.ts';

const MINUTE = 60 * MICROS_PER_SECOND;
const START = (1_795_305_600 * MICROS_PER_SECOND) as EpochMicros;
const later = (seconds: number) => (START + seconds * MICROS_PER_SECOND) as EpochMicros;
const CANCEL = { purpose: Purpose.CANCEL, weight: 1, orders: 0 };
const ORDER = { purpose: Purpose.ORDER, weight: 1, orders: 1 };
const QUESTION = { purpose: Purpose.QUESTION, weight: 1, orders: 0 };

function make(): APIRateLimiter {
  return new APIRateLimiter([
    { kind: 'REQUEST_WEIGHT', intervalMicros: MINUTE, limit: 100 },
    { kind: 'ORDERS', intervalMicros: 10 * MICROS_PER_SECOND, limit: 10 },
  ]);
}

test('questions stop at 70 %, orders at 90 %, cancels at 95 %, and a new window frees all', () => {
  const limiter = make();
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '69' }, START);
  assert.ok(limiter.tryTake(QUESTION, START));
  assert.ok(!limiter.tryTake(QUESTION, START));
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '89' }, START);
  assert.ok(limiter.tryTake(ORDER, START));
  assert.ok(!limiter.tryTake(ORDER, START));
  limiter.observeHeaders({ 'x-mbx-used-weight-1m': '94' }, START);
  assert.ok(limiter.tryTake(CANCEL, START));
  assert.ok(!limiter.tryTake(CANCEL, START));
  assert.ok(limiter.tryTake(QUESTION, later(60)));
  assert.deepEqual(limiter.heldBackCounts, [1, 1, 1]);
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
