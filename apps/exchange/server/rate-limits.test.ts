/**
 * Goal: windows are aligned to the clock, 429 names the time to wait, going on ends in 418, and longer
 * each time.
 * Method: small tables, times given by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SPOT_RATE_LIMITS, USDM_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { EpochMicros } from '#units/integers.ts';
import { AddressLimits, headerSuffix, OrderLimits, retryAfterSeconds } from './rate-limits.ts';

const MINUTE = 60_000_000;
const START = 1_795_305_600_000_000;
const SMALL = { ...SPOT_RATE_LIMITS, weight: { ...SPOT_RATE_LIMITS.weight, limit: 10 } };

function refusal(task: () => void): VenueError {
  try {
    task();
  } catch (error) {
    if (error instanceof VenueError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test('weight is counted by address and starts anew with the minute', () => {
  const limits = new AddressLimits(SMALL);
  limits.addWeight('a', 10, START + 59_000_000);
  assert.equal(limits.usedWeight('a', START + 59_900_000), 10);
  assert.equal(limits.usedWeight('b', START + 59_900_000), 0);
  assert.equal(limits.usedWeight('a', START + MINUTE), 0);
});

test('over the limit every request waits for the end of the minute, who goes on is banned', () => {
  const limits = new AddressLimits(SMALL);
  const now = START + 30_500_000;
  const first = refusal(() => limits.addWeight('a', 11, now));
  assert.deepEqual([first.status, first.code], [429, -1003]);
  assert.equal(retryAfterSeconds(first, now as EpochMicros), 30);
  assert.doesNotThrow(() => limits.enter('b', now));
  let last = first;
  for (let times = 0; times < 25 && last.status === 429; times++) {
    last = refusal(() => limits.enter('a', now + times));
  }
  assert.equal(last.status, 418);
  assert.match(last.message, /banned until/);
  assert.equal(retryAfterSeconds(last, now as EpochMicros), 121);
  assert.equal(refusal(() => limits.enter('a', now + MINUTE)).status, 418);
  assert.doesNotThrow(() => limits.enter('a', now + 3 * MINUTE));
});

test('a request that was worked on is charged without being refused, the next one is', () => {
  const limits = new AddressLimits(SMALL);
  assert.doesNotThrow(() => limits.chargeWeight('a', 20, START));
  assert.equal(refusal(() => limits.enter('a', START + 1)).status, 429);
});

test('raw requests and connections have limits of their own', () => {
  const raw = { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5 } as const;
  const limits = new AddressLimits({
    ...SMALL,
    rawRequests: { ...raw, limit: 2 },
    connectionsPerFiveMinutes: 1,
  });
  limits.enter('a', START);
  limits.enter('a', START);
  assert.equal(refusal(() => limits.enter('a', START)).status, 429);
  limits.connect('b', START);
  assert.equal(refusal(() => limits.connect('b', START)).status, 429);
  assert.doesNotThrow(() => limits.connect('b', START + 5 * MINUTE));
});

test('orders are counted in every row, differently where asked, and given back', () => {
  const limits = new OrderLimits(USDM_RATE_LIMITS);
  limits.take(0, [5, 1], START);
  const counts = () => limits.counts(0, START).map(({ count }) => count);
  assert.deepEqual(counts(), [5, 1]);
  limits.giveBack(0, [5, 1], START);
  assert.deepEqual(counts(), [0, 0]);
  limits.take(0, [300, 1], START);
  const full = refusal(() => limits.take(0, 1, START + 1));
  assert.deepEqual([full.status, full.code], [429, -1015]);
  assert.match(full.message, /300 orders per 10 SECOND/);
  assert.doesNotThrow(() => limits.take(0, [0, 1], START + 1));
  assert.doesNotThrow(() => limits.take(1, 1, START + 1));
  assert.doesNotThrow(() => limits.take(0, 1, START + 10_000_000));
  limits.add(0, -50, START + 10_000_000);
  assert.equal(limits.counts(0, START + 10_000_000)[0]?.count, 0);
});

test('headers are named after their windows', () => {
  const rows = [SPOT_RATE_LIMITS.weight, ...SPOT_RATE_LIMITS.orders];
  assert.deepEqual(rows.map(headerSuffix), ['1M', '10S', '1D']);
});
