/**
 * Goal: health neither flickers nor hides anything, and its advice follows its numbers.
 * Method: one healthy session, and each story spoils one thing in it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { DEFAULT_OPS_CONFIGURATION } from '#contracts/configuration/ops-configuration.ts';
import {
  BookTickerEvent,
  FeedState,
  FeedStatusEvent,
  HostMeasure,
  InstrumentDefinedEvent,
  RiskLeaseEvent,
  SessionStartEvent,
} from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentRole, InstrumentStatus } from '#contracts/instrument.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import { DomainStatus, HealthAdvice, HealthStatus, KillReason } from '#contracts/system-health.ts';
import { makeInstrument } from '#domains/account-state/session-fixture.test-support.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { assetUnits, durationMicros, epochMicros } from '#units/integers.ts';
import { DomainIndex } from './domain-watch.ts';
import { OpsManager } from './ops.ts';

import { OpsSession } from './ops-session-fixture.test-support.ts';

const WHOLE = 100_000_000;
const SECOND = 1_000_000;

test('a session that has everything becomes healthy with a full score', () => {
  const session = new OpsSession();
  assert.equal(session.after(1).status, HealthStatus.DEGRADED);
  const { health } = session.healthy().ops;
  assert.equal(health.status, HealthStatus.HEALTHY);
  assert.equal(health.score, 100);
  assert.equal(health.advice, HealthAdvice.NONE);
  assert.equal(health.shouldKill, false);
  assert.ok(health.domains.every(({ status }) => status === DomainStatus.UP));
  assert.equal(health.metrics.liquidityScore, 1);
});

test('0.3 % lost in a day pulls, and the next day starts anew', () => {
  const session = new OpsSession({ drawdownKillBps: 0, lossVelocityKillBps: 0 }).healthy();
  session.setEquity(997);
  assert.equal(session.after(50_000).advice, HealthAdvice.NONE);
  session.setEquity(996.9);
  assert.equal(session.after(50_000).advice, HealthAdvice.PULL);
  session.now += 86_400 * SECOND;
  assert.notEqual(session.after(50_000).advice, HealthAdvice.PULL);
});

test('a slow loss of 0.6 % is no fast one', () => {
  const session = new OpsSession().healthy();
  for (let step = 1; step <= 60; step++) {
    session.setEquity(1_000 - step / 10);
    assert.equal(session.after(10 * SECOND).killReason, KillReason.NONE, `step ${step}`);
  }
});

test('post-only races and local refusals are no storm and no error', () => {
  const session = new OpsSession().healthy();
  for (let count = 0; count < 100; count++) {
    session.reject(ReportReason.POST_ONLY_WOULD_CROSS);
    session.reject(ReportReason.NOT_SENT);
    session.reject(ReportReason.REPLACE_NOT_ATTEMPTED);
  }
  const health = session.after(1);
  assert.equal(health.shouldKill, false);
  assert.equal(health.errorRatio, 0);
  assert.equal(health.metrics.anomalyCount, 0);
});

test('half a storm slows down', () => {
  const session = new OpsSession().healthy();
  for (let count = 0; count < 16; count++) session.reject();
  assert.equal(session.after(1).advice, HealthAdvice.SLOW_DOWN);
  assert.equal(session.ops.health.domains[DomainIndex.EXECUTION]?.status, DomainStatus.DEGRADED);
  assert.equal(session.ops.anomalyTotal, 16);
});

test('a used message budget slows down', () => {
  const session = new OpsSession().healthy();
  for (let id = 10; id < 17; id++) session.report({ side: Side.BUY, id, at: session.now });
  const health = session.after(1);
  assert.equal(health.metrics.messageBudgetRatio, 0.7);
  assert.equal(health.advice, HealthAdvice.SLOW_DOWN);
});

test('thin margin widens', () => {
  const session = new OpsSession().healthy();
  session.position.perpBaseUnits = assetUnits(-WHOLE);
  session.position.marginFreeUnits = assetUnits(150 * WHOLE);
  assert.equal(session.after(1).advice, HealthAdvice.WIDEN);
});

test('a stale market is degraded first and down after its patience', () => {
  const session = new OpsSession().healthy();
  session.markets.quoted.isStale = true;
  assert.equal(session.after(SECOND, false).status, HealthStatus.DEGRADED);
  assert.equal(session.ops.health.advice, HealthAdvice.WIDEN);
  assert.equal(session.after(5 * SECOND, false).status, HealthStatus.CRITICAL);
  assert.equal(session.ops.health.domains[DomainIndex.MARKET_DATA]?.status, DomainStatus.DOWN);
  assert.equal(session.ops.health.domains[DomainIndex.MARKET_DATA]?.errorCount, 1);
  assert.ok(session.ops.health.staleRatio > 0);
});

test('a better status shows only after it has held', () => {
  const session = new OpsSession().healthy();
  session.markets.hedge.isStale = true;
  session.after(1, false);
  assert.equal(session.after(4 * SECOND).status, HealthStatus.DEGRADED);
  assert.equal(session.after(4 * SECOND).status, HealthStatus.DEGRADED);
  assert.equal(session.after(SECOND).status, HealthStatus.HEALTHY);
});

test('a lost lease, a halt and no quotes show in their domains', () => {
  const session = new OpsSession().healthy();
  const halted = new InstrumentDefinedEvent();
  halted.instrument = {
    ...makeInstrument({ role: InstrumentRole.QUOTED }),
    status: InstrumentStatus.HALT,
  };
  session.control(halted);
  const lease = new RiskLeaseEvent();
  session.control(lease);
  session.report({ side: Side.BUY, id: 1, status: ReportStatus.CANCELED, at: session.now });
  session.report({ side: Side.SELL, id: 2, status: ReportStatus.EXPIRED, at: session.now });
  const { domains } = session.after(30 * SECOND);
  assert.equal(domains[DomainIndex.REFERENCE]?.status, DomainStatus.DEGRADED);
  assert.equal(domains[DomainIndex.RISK]?.status, DomainStatus.DOWN);
  assert.equal(domains[DomainIndex.PRICING]?.status, DomainStatus.DEGRADED);
  assert.ok(session.ops.health.metrics.liquidityScore < 0.5);
});

test('maker and taker fills count once, hedge fills not at all', () => {
  const session = new OpsSession().healthy();
  const fill = {
    side: Side.BUY,
    id: 1,
    status: ReportStatus.PARTIALLY_FILLED,
    last: 1,
    lastPrice: 100,
  } as const;
  session.report({ ...fill, tradeId: 1, at: session.now });
  session.report({ ...fill, tradeId: 1, at: session.now });
  session.report({ ...fill, tradeId: 2, isMaker: false, at: session.now });
  session.report({ ...fill, tradeId: 3, instrument: 1, isMaker: false, at: session.now });
  assert.equal(session.after(1).makerRatio, 0.5);
});

test('spread kept is the share of the captured that the inventory left us', () => {
  const session = new OpsSession().healthy();
  session.pnl.spreadCaptureUnits = assetUnits(100);
  session.pnl.inventoryUnits = assetUnits(-25);
  assert.equal(session.after(1).metrics.spreadCaptureRatio, 0.75);
  session.pnl.inventoryUnits = assetUnits(-500);
  assert.equal(session.after(1).metrics.spreadCaptureRatio, 0);
});

test('events are counted by family and lost connections as anomalies', () => {
  const session = new OpsSession();
  session.ops.observe(new BookTickerEvent());
  session.after(1);
  session.report({ side: Side.BUY, at: session.now });
  const feed = new FeedStatusEvent();
  feed.state = FeedState.DISCONNECTED;
  feed.atMicros = epochMicros(session.now);
  session.ops.observe(feed);
  session.control(new SessionStartEvent());
  const { marketEvents, timerEvents, privateEvents, controlEvents, total } = session.ops.counters;
  assert.deepEqual(
    [marketEvents, timerEvents, privateEvents, controlEvents, total],
    [2, 1, 1, 1, 5],
  );
  assert.equal(session.after(1).metrics.anomalyCount, 1);
});

test('a session without a hedge needs no hedge market', () => {
  const session = new OpsSession();
  const event = new InstrumentDefinedEvent();
  event.instrument = makeInstrument({ role: InstrumentRole.QUOTED });
  session.control(event);
  session.markets.set('quoted', 100, 102, session.now);
  session.after(1, false);
  assert.equal(session.ops.health.domains[DomainIndex.MARKET_DATA]?.status, DomainStatus.UP);
});

function disturb(session: OpsSession, random: SeededRandom): void {
  const id = random.integer(1, 40);
  const side = random.chance(0.5) ? Side.BUY : Side.SELL;
  const status = random.integer(0, 10) as ReportStatus;
  const last = status === ReportStatus.FILLED ? 1 : 0;
  session.report({ side, id, status, last, tradeId: random.integer(1, 1_000), at: session.now });
  session.setEquity(1_000 + random.integer(-10, 10) / 10);
  if (random.chance(0.1)) session.measure(HostMeasure.LOOP_P99, random.integer(1, 12_000), 1);
  if (random.chance(0.1)) session.markets.quoted.isStale = random.chance(0.5);
  if (random.chance(0.05)) session.position.isReconciled = random.chance(0.7);
  session.after(random.integer(1, 2_000_000), random.chance(0.5));
}

test('a restored manager goes on exactly like the one that was saved', () => {
  for (const seed of [3, 4, 5]) {
    const quiet = { rejectStormCount: 0, unknownOrderMaxMicros: durationMicros(1e15) };
    const random = new SeededRandom(seed);
    const twinRandom = new SeededRandom(seed);
    const first = new OpsSession(quiet).healthy();
    const second = new OpsSession(quiet).healthy();
    for (let round = 0; round < 100; round++) {
      disturb(first, random);
      disturb(second, twinRandom);
    }
    const saved = first.stateBytes();
    const fresh = new OpsManager({
      configuration: { ...DEFAULT_OPS_CONFIGURATION, ...quiet },
      markets: second.markets,
      position: second.position,
      pnl: second.pnl,
      output: second.output,
    });
    const reader = new StateBytesReader(saved);
    fresh.readState(reader);
    assert.ok(reader.isAtEnd);
    Object.assign(second, { ops: fresh });
    assert.deepEqual(second.stateBytes(), saved);
    for (let round = 0; round < 100; round++) {
      disturb(first, random);
      disturb(second, twinRandom);
      assert.deepEqual(second.ops.health, first.ops.health, `seed ${seed}, round ${round}`);
    }
    assert.deepEqual(second.stateBytes(), first.stateBytes());
  }
});

test('half of a reject storm is told once, and again after the refusals have ceased', () => {
  const session = new OpsSession({ rejectStormCount: 4 }).healthy();
  const told = () => session.output.alerts(AlertCode.REJECT_STORM).map(({ measured }) => measured);
  for (let count = 0; count < 2; count++) session.reject();
  session.after(50_000);
  assert.deepEqual(told(), []);
  session.reject();
  session.after(50_000);
  session.reject();
  session.after(50_000);
  assert.deepEqual(told(), [3]);
  for (let second = 0; second < 30; second++) session.after(SECOND);
  for (let count = 0; count < 3; count++) session.reject();
  session.after(50_000);
  assert.deepEqual(told(), [3, 3]);
});

test('a process that stood still has not waited for an answer meanwhile', () => {
  const session = new OpsSession().healthy();
  session.report({ side: Side.BUY, id: 9, status: ReportStatus.UNKNOWN, at: session.now });
  session.position.isReconciled = false;
  session.after(50_000);
  session.lease();
  assert.equal(session.after(60 * SECOND).shouldKill, false, 'frozen for a minute');
  for (let second = 0; second < 28; second++) session.after(SECOND);
  assert.equal(session.after(50_000).shouldKill, false);
  for (let second = 0; second < 3; second++) session.after(SECOND);
  assert.equal(session.after(50_000).killReason, KillReason.POSITION_MISMATCH);
});
