/**
 * Goal: a lease is copied whole, zero where it is silent, and only ever replaced by a newer one.
 * Method: grants in and out of order, and the state there and back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RiskLeaseEvent } from '#contracts/events.ts';
import { NO_LIMITS } from '#contracts/risk-limits.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { Lease } from './lease.ts';
import { GENEROUS } from './risk-desk.test-support.ts';

function grant(epoch: number, version: number, limits = GENEROUS): RiskLeaseEvent {
  const event = new RiskLeaseEvent();
  return Object.assign(event, { epoch, version, limits, expiresAtMicros: 1_000 });
}

test('what a grant does not name is not allowed', () => {
  const lease = new Lease();
  assert.equal(lease.apply(grant(1, 1)), true);
  assert.deepEqual([lease.maxOrderLots[0], lease.maxOrderLots[2]], [100_000, 0]);
  assert.equal(lease.apply(grant(1, 2, NO_LIMITS)), true);
  assert.equal(lease.maxOrderLots[0], 0);
});

test('an older version or epoch is refused, the same version renews', () => {
  const lease = new Lease();
  lease.apply(grant(2, 5));
  for (const [epoch, version, isTaken] of [
    [2, 4, false],
    [1, 9, false],
    [2, 5, true],
    [3, 1, true],
  ] as const) {
    assert.equal(lease.apply(grant(epoch, version)), isTaken);
  }
});

test('time left is counted in event time, and nothing granted leaves nothing', () => {
  const lease = new Lease();
  assert.deepEqual([lease.leftMicros(5), lease.isValid(0)], [0, false]);
  lease.apply(grant(1, 1));
  assert.deepEqual([lease.leftMicros(999), lease.isValid(999)], [1, true]);
  assert.deepEqual([lease.leftMicros(1_001), lease.isValid(1_000)], [-1, false]);
});

test('a restored lease is the lease', () => {
  const lease = new Lease();
  lease.apply(grant(3, 7));
  const writer = new StateBytesWriter();
  lease.writeState(writer);
  const restored = new Lease();
  restored.readState(new StateBytesReader(writer.written().slice()));
  assert.deepEqual(restored, lease);
});
