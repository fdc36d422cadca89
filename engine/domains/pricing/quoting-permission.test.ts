/**
 * Goal: session, lease and operator words have exactly their meaning.
 * Method: events one by one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  OperatorAction,
  OperatorEvent,
  RiskLeaseEvent,
  SessionStartEvent,
} from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { NO_LIMITS } from '#contracts/risk-limits.ts';
import type { AssetUnits, EpochMicros, QuantityLots } from '#units/integers.ts';
import { QuotingPermission } from './quoting-permission.ts';

function makeLease(version: number, expiresAt: number, lots = 5): RiskLeaseEvent {
  const event = new RiskLeaseEvent();
  event.version = version;
  event.expiresAtMicros = expiresAt as EpochMicros;
  event.limits = {
    ...NO_LIMITS,
    maxOrderLots: [lots as QuantityLots],
    maxOrderNotionalUnits: [9 as AssetUnits],
    balanceReserveBps: 500,
    safetyMarginBps: 200,
  };
  return event;
}

function say(permission: QuotingPermission, action: OperatorAction): void {
  const event = new OperatorEvent();
  event.action = action;
  permission.onControl(event);
}

test('a lease holds until, not including, its expiry; an older version changes nothing', () => {
  const permission = new QuotingPermission();
  assert.equal(permission.hasLease(0), false);
  permission.onControl(makeLease(2, 1_000));
  assert.equal(permission.hasLease(999), true);
  assert.equal(permission.hasLease(1_000), false);
  permission.onControl(makeLease(1, 9_000));
  assert.equal(permission.hasLease(1_000), false);
  permission.onControl(makeLease(2, 9_000, 0));
  assert.equal(permission.hasLease(1_000), false, 'tightened to nothing at once');
  assert.ok(Math.abs(permission.reservableShare - 0.95 / 1.02) < 1e-12);
  const empty = makeLease(3, 9_000);
  empty.limits = NO_LIMITS;
  permission.onControl(empty);
  assert.equal(permission.hasLease(1_000), false, 'missing limits allow nothing');
});

test('pulls are per side, RESUME takes them back, STOP outlives RESUME and a restart', () => {
  const permission = new QuotingPermission();
  say(permission, OperatorAction.PULL_BIDS);
  assert.deepEqual([permission.isPulled(Side.BUY), permission.isPulled(Side.SELL)], [true, false]);
  say(permission, OperatorAction.PULL_ASKS);
  assert.equal(permission.isPulled(Side.SELL), true);
  say(permission, OperatorAction.STOP);
  say(permission, OperatorAction.RESUME);
  assert.deepEqual([permission.isPulled(Side.BUY), permission.isKilled], [false, true]);
  permission.onControl(makeLease(7, 1_000));
  permission.onControl(new SessionStartEvent());
  assert.deepEqual([permission.isKilled, permission.hasSession], [true, true]);
  assert.equal(permission.hasLease(0), false, 'a lease never outlives its session');
});
