/**
 * Goal: limits are granted at once, renewed before they expire, and run out after a stop.
 * Method: virtual time and a sink that keeps each grant.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent, RiskLeaseEvent } from '#contracts/events.ts';
import { NO_LIMITS } from '#contracts/risk-limits.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { DurationMicros, EpochMicros } from '#units/integers.ts';
import { LeaseSource } from './lease-source.ts';

const START = 1_700_000_000_000_000;
const EXPIRY = 1_000_000;
const RENEWAL = 250_000;

function build() {
  const clock = new VirtualClock(START as EpochMicros);
  const grants: { atMicros: number; expiresAtMicros: number; version: number; epoch: number }[] =
    [];
  const source = new LeaseSource({
    clock,
    sink: {
      publish: (event: EngineEvent) => {
        const { atMicros, expiresAtMicros, version, epoch, limits } = event as RiskLeaseEvent;
        assert.equal(limits, NO_LIMITS);
        grants.push({ atMicros, expiresAtMicros, version, epoch });
      },
    },
    limits: NO_LIMITS,
    epoch: 9,
    expiryMicros: EXPIRY as DurationMicros,
    renewalMicros: RENEWAL as DurationMicros,
  });
  const waitUntil = (micros: number): void => clock.runUntil((START + micros) as EpochMicros);
  return { clock, source, grants, waitUntil };
}

test('the first grant comes at once and each renewal moves the expiry', () => {
  const { source, grants, waitUntil } = build();
  source.start();
  assert.deepEqual(grants, [
    { atMicros: START, expiresAtMicros: START + EXPIRY, version: 1, epoch: 9 },
  ]);
  waitUntil(10 * RENEWAL);
  assert.equal(grants.length, 11);
  grants.forEach((grant, index) => {
    assert.equal(grant.atMicros, START + index * RENEWAL);
    assert.equal(grant.expiresAtMicros, grant.atMicros + EXPIRY);
  });
});

test('after a stop nothing is granted any more and nothing stays scheduled', () => {
  const { clock, source, grants, waitUntil } = build();
  source.start();
  waitUntil(RENEWAL);
  source.stop();
  waitUntil(20 * RENEWAL);
  assert.equal(grants.length, 2);
  assert.equal(clock.pendingCount, 0);
});

test('nothing is granted before the start', () => {
  const { grants, waitUntil } = build();
  waitUntil(EXPIRY);
  assert.deepEqual(grants, []);
});
