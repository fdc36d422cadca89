/**
 * Goal: what the page is told of health, refusals, markouts and intervals is what the engine means,
 * in the units it names.
 * Method: hand-made inputs whose answer is plain.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import {
  type EdgeStack,
  NoQuoteReason,
  type QuoteSet,
  type QuoteSide,
} from '#contracts/quote-set.ts';
import {
  DomainStatus,
  HealthAdvice,
  HealthStatus,
  KillReason,
  type SystemHealth,
} from '#contracts/system-health.ts';
import type { FillRecord } from '#research/measure/fill-tape.ts';
import type { SeriesSample } from '#research/measure/session-series.ts';
import { alertName, layerName, noQuoteReasonName, reportReasonName } from './code-names.ts';
import { type HealthView, healthState } from './health-state.ts';
import { pnlIntervalUnits } from './money-state.ts';
import { limitRows, meanMarkouts } from './quality-state.ts';
import { fillCostBps, quotesState } from './quotes-state.ts';
import { amountText, ratioBps, share } from './units-text.ts';

const NOW = 1_000_000_000;

function healthView(change: Partial<SystemHealth>, view: Partial<HealthView> = {}): HealthView {
  const fresh = { isStale: false, receiveTimeMicros: NOW - 20_000 } as unknown as MarketSnapshot;
  const up = { status: DomainStatus.UP, errorCount: 0, lastSuccessMicros: NOW };
  const health = {
    status: HealthStatus.HEALTHY,
    score: 100,
    metrics: { anomalyCount: 0 },
    domains: [up, up],
    advice: HealthAdvice.NONE,
    shouldKill: false,
    killReason: KillReason.NONE,
    killMeasured: 0,
    killLimit: 0,
    ...change,
  } as unknown as SystemHealth;
  return {
    health,
    quoted: fresh,
    hedge: fresh,
    isReconciled: true,
    isStopped: false,
    isLeased: true,
    leaseLeftMicros: 800_000,
    loopP99Micros: 5,
    loopBudgetMicros: 20,
    ...view,
  };
}

test('a healthy session says why it is healthy', () => {
  const state = healthState(healthView({}), NOW);
  assert.equal(state.status, 'HEALTHY');
  assert.deepEqual(
    state.reasons.map((reason) => reason.code),
    ['DOMAINS_UP', 'MARKET_FRESH', 'HEDGE_MARKET_FRESH', 'LEASE_LEFT', 'RECONCILED'],
  );
  assert.deepEqual(state.reasons[1]?.values, [20]);
});

test('everything that is wrong is named, before what is right', () => {
  const stale = { isStale: true, receiveTimeMicros: NOW - 5_000_000 } as unknown as MarketSnapshot;
  const down = { status: DomainStatus.DOWN, errorCount: 3, lastSuccessMicros: 0 };
  const state = healthState(
    healthView(
      { status: HealthStatus.DEGRADED, domains: [down], advice: HealthAdvice.PULL } as never,
      {
        quoted: stale,
        isLeased: false,
        isReconciled: false,
        loopP99Micros: 50,
      },
    ),
    NOW,
  );
  assert.deepEqual(
    state.reasons.filter((reason) => reason.isBad).map((reason) => reason.code),
    ['NO_LEASE', 'MARKET_STALE', 'NOT_RECONCILED', 'DOMAIN_DOWN', 'LOOP_OVER_BUDGET', 'ADVICE'],
  );
  assert.equal(state.reasons[0]?.isBad, true);
});

test('a verdict that waits before it turns good says that it is recovering', () => {
  const { reasons } = healthState(healthView({ status: HealthStatus.DEGRADED } as never), NOW);
  assert.deepEqual(
    reasons.filter((reason) => reason.isBad).map((reason) => reason.code),
    ['RECOVERING'],
  );
});

test('a killed or stopped session is critical, with the reason and its numbers', () => {
  const killed = healthState(
    healthView({
      shouldKill: true,
      killReason: KillReason.DRAWDOWN,
      killMeasured: 120,
      killLimit: 100,
    }),
    NOW,
  );
  assert.equal(killed.status, 'CRITICAL');
  assert.deepEqual(killed.reasons[0], {
    code: 'KILLED',
    isBad: true,
    values: ['DRAWDOWN', 120, 100],
  });
  const stopped = healthState(healthView({}, { isStopped: true }), NOW);
  assert.equal(stopped.status, 'CRITICAL');
  assert.equal(stopped.reasons[0]?.code, 'STOPPED');
});

const EDGE: EdgeStack = {
  makerFeeBps: 10,
  adverseSelectionBps: 1,
  staleCostBps: 0.5,
  hedgeCostBps: 2,
  fundingBasisBps: -0.5,
  inventorySkewBps: 3,
  marginBps: 1,
  distanceBps: 17,
};

function quoteSet(side: Partial<QuoteSide>): QuoteSet {
  const empty = { layer: 0, priceTicks: 0, quantityLots: 0, edge: EDGE };
  const base = { side: Side.BUY, levels: [empty], reason: 0, needed: 0, available: 0 };
  return { bid: { ...base, ...side }, ask: { ...base, side: Side.SELL } } as unknown as QuoteSet;
}

for (const [reason, needed, available, unit, shown] of [
  [NoQuoteReason.FEE_FLOOR, 14.2, 0.3, 'bps', [14.2, 0.3]],
  [NoQuoteReason.NO_BALANCE, 500_000_000, 100_000_000, 'quote', [5, 1]],
  [NoQuoteReason.STALE_MARKET, 1_000_000, 3_000_000, 'micros', [1_000_000, 3_000_000]],
  [NoQuoteReason.INVENTORY_LIMIT, 100, 100, 'lots', [100, 100]],
  [NoQuoteReason.PULLED_BY_OPERATOR, 1, 0, 'none', [1, 0]],
] as const) {
  test(`${noQuoteReasonName(reason)} comes with its numbers in ${unit}`, () => {
    const { bid } = quotesState(quoteSet({ reason, needed, available }));
    assert.equal(bid.reason, noQuoteReasonName(reason));
    assert.equal(bid.unit, unit);
    assert.deepEqual([bid.needed, bid.available], shown);
    assert.equal(bid.layers, 0);
  });
}

test('a quoted side shows its best layer and the stack of its edge', () => {
  const level = { layer: 0, priceTicks: 990, quantityLots: 5, edge: EDGE };
  const { bid } = quotesState(quoteSet({ levels: [level] as unknown as QuoteSide['levels'] }));
  assert.equal(bid.layers, 1);
  assert.equal(bid.topTicks, 990);
  assert.deepEqual(bid.edge, EDGE);
  assert.equal(fillCostBps(EDGE), 13);
});

test('before the first turn both sides are warming up', () => {
  assert.equal(quotesState(null).ask.reason, 'WARMING_UP');
});

function makerFill(priceTicks: number, laterMidHalfTicks: number): FillRecord {
  return {
    instrument: 0,
    isMaker: true,
    side: Side.BUY,
    priceTicks,
    laterMidHalfTicks: Float64Array.of(0, laterMidHalfTicks, Number.NaN, Number.NaN, Number.NaN),
  } as unknown as FillRecord;
}

test('markouts are means over fills that are old enough, in bp of their price', () => {
  const taker = { ...makerFill(1_000, 4_000), isMaker: false };
  const rows = meanMarkouts([makerFill(1_000, 2_002), makerFill(1_000, 2_004), taker]);
  assert.deepEqual(
    rows.map((row) => [row.seconds, row.count]),
    [
      [1, 2],
      [5, 0],
      [30, 0],
    ],
  );
  assert.equal(rows[0]?.bps, 15);
  assert.equal(rows[1]?.bps, null);
});

test('the interval needs eight minutes that moved, and grows with how much they did', () => {
  const samples = (minutes: number, size: number): SeriesSample[] =>
    Array.from({ length: minutes }, (_, minute) => ({
      atMicros: minute * 60_000_000,
      totalUnits: minute % 2 === 0 ? 0 : size,
    })) as unknown as SeriesSample[];
  assert.equal(pnlIntervalUnits(samples(8, 100)), null);
  const small = pnlIntervalUnits(samples(20, 100)) ?? 0;
  const large = pnlIntervalUnits(samples(20, 200)) ?? 0;
  assert.ok(small > 0);
  assert.ok(Math.abs(large - 2 * small) < 1e-9);
  assert.equal(pnlIntervalUnits(samples(20, 0)), null);
});

test('limits come in whole assets, without rows that can never be used', () => {
  const rows = limitRows([
    { name: 'ABCUSDT spot long baseUnits', used: 250_000_000, allowed: 1_000_000_000 },
    { name: 'ABCUSDT spot short baseUnits', used: -250_000_000, allowed: 0 },
    { name: 'ABCUSDT perpetual open orders', used: 2, allowed: 8 },
    { name: 'something new', used: 1, allowed: 2 },
  ]);
  assert.deepEqual(rows, [
    { measure: 'LONG', market: 'spot', unit: 'base', used: 2.5, allowed: 10 },
    { measure: 'OPEN_ORDERS', market: 'perpetual', unit: 'count', used: 2, allowed: 8 },
    { measure: 'something new', market: null, unit: 'count', used: 1, allowed: 2 },
  ]);
});

test('a code newer than this page is shown as its number', () => {
  assert.equal(alertName(9_999), 'CODE_9999');
  assert.equal(layerName(9_999), 'NONE');
  assert.equal(reportReasonName(0), '');
});

test('amounts are exact text and never minus zero', () => {
  assert.equal(amountText(-42_000_000), '-0.42000000');
  assert.equal(amountText(-0.4), '0.00000000');
  assert.equal(ratioBps(1, 0), null);
  assert.equal(share(1, 4), 0.25);
});
