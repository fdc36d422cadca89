/**
 * Goal: every limit stops exactly when it is passed, with its number, and for good.
 * Method: one healthy session, and each row spoils one thing in it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, AlertSeverity } from '#contracts/commands.ts';
import { HostMeasure, OperatorAction } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import {
  HealthAdvice,
  HealthStatus,
  KillReason,
  type SystemHealth,
} from '#contracts/system-health.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { assetUnits, NO_ORDER } from '#units/integers.ts';

import { OpsSession } from './ops-session-fixture.test-support.ts';

const WHOLE = 100_000_000;
const SECOND = 1_000_000;

/** The venue cancels our hedge, then closes the position by an order of its own, in two fills. */
function liquidate(session: OpsSession): void {
  const { LIQUIDATION: reason } = ReportReason;
  const order = { side: Side.BUY, instrument: 1, reason, at: session.now, quantity: 70 } as const;
  const { CANCELED, ACCEPTED, PARTIALLY_FILLED, FILLED } = ReportStatus;
  session.report({ ...order, id: 7, status: CANCELED });
  session.report({ ...order, id: NO_ORDER, status: ACCEPTED });
  session.report({ ...order, id: NO_ORDER, status: PARTIALLY_FILLED, last: 30, tradeId: 1 });
  session.report({ ...order, id: NO_ORDER, status: FILLED, last: 40, filled: 70, tradeId: 2 });
}

/** Each row: what is spoilt, the reason that must fall, the number measured and its limit. */
const KILLS: readonly [
  string,
  KillReason,
  number,
  number,
  (session: OpsSession) => SystemHealth,
][] = [
  [
    'an operator says STOP',
    KillReason.OPERATOR,
    1,
    0,
    (session) => session.operator(OperatorAction.STOP),
  ],
  [
    '2 % are lost in a day',
    KillReason.DAILY_LOSS,
    201,
    200,
    (session) => {
      session.setEquity(979.9);
      return session.after(50_000);
    },
  ],
  [
    'more than 1 % is lost from the peak',
    KillReason.DRAWDOWN,
    101,
    100,
    (session) => {
      session.setEquity(989.9);
      return session.after(50_000);
    },
  ],
  [
    '0.5 % is lost within a minute',
    KillReason.LOSS_VELOCITY,
    51,
    50,
    (session) => {
      session.setEquity(994.9);
      return session.after(50_000);
    },
  ],
  [
    'the clock drifts',
    KillReason.CLOCK_DRIFT,
    -100_001,
    100_000,
    (session) => session.measure(HostMeasure.CLOCK_OFFSET, -100_001, 3),
  ],
  [
    'the loop is slow',
    KillReason.LOOP_LATENCY,
    10_001,
    10_000,
    (session) => session.measure(HostMeasure.LOOP_P99, 10_001, 3),
  ],
  [
    'a correction stays unconfirmed',
    KillReason.POSITION_MISMATCH,
    30 * SECOND + 1,
    30 * SECOND,
    (session) => {
      session.position.isReconciled = false;
      session.after(1);
      assert.equal(session.watch(30 * SECOND).shouldKill, false);
      return session.after(1);
    },
  ],
  [
    'an outcome stays unknown',
    KillReason.UNKNOWN_ORDERS,
    30 * SECOND + 1,
    30 * SECOND,
    (session) => {
      session.report({ side: Side.BUY, id: 9, status: ReportStatus.UNKNOWN, at: session.now });
      assert.equal(session.watch(30 * SECOND).shouldKill, false);
      return session.after(1);
    },
  ],
  [
    'refusals come in a storm',
    KillReason.REJECT_STORM,
    31,
    30,
    (session) => {
      for (let count = 0; count < 30; count++) session.reject();
      assert.equal(session.after(1).shouldKill, false);
      session.reject();
      return session.after(1);
    },
  ],
  [
    'the margin is almost gone',
    KillReason.MARGIN,
    0.04,
    0.05,
    (session) => {
      session.position.perpBaseUnits = assetUnits(-WHOLE);
      session.position.marginFreeUnits = assetUnits(40 * WHOLE);
      return session.after(50_000);
    },
  ],
  [
    'the venue liquidates, whatever margin is left on paper',
    KillReason.MARGIN,
    0,
    0.05,
    (session) => {
      liquidate(session);
      assert.equal(session.ops.health.shouldKill, false, 'not before the next timer');
      return session.after(50_000);
    },
  ],
  [
    'the delta stays beyond its limit',
    KillReason.DELTA_LIMIT,
    10 * SECOND + 1,
    10 * SECOND,
    (session) => {
      session.position.netDeltaQuoteUnits = assetUnits(-101 * WHOLE);
      session.after(1);
      assert.equal(session.watch(10 * SECOND).shouldKill, false);
      return session.after(1);
    },
  ],
  [
    'the journal lags',
    KillReason.JOURNAL,
    1_000_001,
    1_000_000,
    (session) => session.measure(HostMeasure.JOURNAL_LAG, 1_000_001, 3),
  ],
];

for (const [why, reason, measured, limit, spoil] of KILLS) {
  test(`it stops when ${why}, says the number, and never starts again`, () => {
    const session = new OpsSession({ deltaLimitQuoteUnits: assetUnits(100 * WHOLE) }).healthy();
    const health = spoil(session);
    assert.equal(health.shouldKill, true);
    assert.equal(health.killReason, reason);
    assert.ok(Math.abs(health.killMeasured - measured) < 1e-6, `measured ${health.killMeasured}`);
    assert.equal(health.killLimit, limit);
    assert.equal(health.advice, HealthAdvice.KILL);
    assert.equal(health.status, HealthStatus.CRITICAL);
    assert.equal(health.score, 0);
    session.setEquity(1_000);
    session.position.isReconciled = true;
    session.after(100 * SECOND);
    session.after(100 * SECOND);
    assert.equal(session.ops.health.killReason, reason);
    assert.equal(session.output.alerts(AlertCode.KILL).length, 1);
  });
}

test('two bad measurements in a row do not stop, nor do three with a good one between', () => {
  const session = new OpsSession().healthy();
  assert.equal(session.measure(HostMeasure.LOOP_P99, 20_000, 2).shouldKill, false);
  assert.equal(session.ops.health.advice, HealthAdvice.SLOW_DOWN);
  session.measure(HostMeasure.LOOP_P99, 10, 1);
  assert.equal(session.measure(HostMeasure.LOOP_P99, 20_000, 2).shouldKill, false);
});

test('each liquidation wakes somebody, with the lots that nothing carries any more', () => {
  const session = new OpsSession({ marginRatioKill: 0 }).healthy();
  liquidate(session);
  const [alert, ...more] = session.output.alerts(AlertCode.MARGIN_LOW);
  assert.ok(alert);
  assert.deepEqual(more, [], 'one order, one alert, however many fills');
  assert.equal(alert.severity, AlertSeverity.WAKE);
  assert.equal(alert.instrument, 1);
  assert.equal(alert.measured, 0);
  assert.equal(alert.limit, 70);
  assert.equal(
    session.after(50_000).killReason,
    KillReason.MARGIN,
    'a limit of 0 does not hide it',
  );
  liquidate(session);
  session.after(50_000);
  assert.equal(session.output.alerts(AlertCode.MARGIN_LOW).length, 2, 'what was left is a new one');
  assert.equal(session.output.alerts(AlertCode.KILL).length, 1);
});

test('a liquidation after another kill leaves the first reason', () => {
  const session = new OpsSession().healthy();
  session.operator(OperatorAction.STOP);
  liquidate(session);
  assert.equal(session.after(50_000).killReason, KillReason.OPERATOR);
  assert.equal(session.output.alerts(AlertCode.KILL).length, 1);
});

test('a manager restored between the liquidation and the next timer kills all the same', () => {
  const session = new OpsSession().healthy();
  liquidate(session);
  const restored = new OpsSession();
  restored.ops.readState(new StateBytesReader(session.stateBytes()));
  restored.now = session.now;
  Object.assign(restored.position, session.position);
  assert.equal(restored.after(50_000).killReason, KillReason.MARGIN);
  assert.equal(restored.output.alerts(AlertCode.KILL).length, 1);
  session.after(50_000);
  assert.deepEqual(restored.stateBytes(), session.stateBytes());
});
