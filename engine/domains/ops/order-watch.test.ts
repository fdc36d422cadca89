/**
 * Goal: what is open, unknown and two-sided is known from reports alone, in bounded memory.
 * Method: one order's life, then more orders than fit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import { makeReport } from '#domains/account-state/session-fixture.test-support.ts';
import { OrderWatch, WATCHED_ORDERS_MAX } from './order-watch.ts';

test('an unknown outcome ages until a report resolves it', () => {
  const watch = new OrderWatch(1_000);
  watch.onReport(makeReport({ side: Side.BUY, status: ReportStatus.UNKNOWN, at: 100 }));
  watch.onReport(makeReport({ side: Side.BUY, status: ReportStatus.UNKNOWN, at: 150 }));
  assert.equal(watch.oldestUnknownMicros(300), 200);
  watch.onReport(makeReport({ side: Side.BUY, at: 400 }));
  assert.equal(watch.oldestUnknownMicros(500), 0);
  assert.equal(watch.hasBid, true);
});

test('a lost answer about an order that has ended is an anomaly, not an unknown order', () => {
  const watch = new OrderWatch(1_000);
  watch.onReport(makeReport({ side: Side.BUY, id: 7, at: 100 }));
  watch.onReport(makeReport({ side: Side.BUY, id: 7, status: ReportStatus.CANCELED, at: 200 }));
  watch.onReport(makeReport({ side: Side.BUY, id: 7, status: ReportStatus.UNKNOWN, at: 300 }));
  assert.equal(watch.oldestUnknownMicros(9_000), 0);
  assert.equal(watch.anomalyTotal, 1);
  watch.onReport(makeReport({ side: Side.BUY, id: 8, status: ReportStatus.UNKNOWN, at: 300 }));
  assert.equal(watch.oldestUnknownMicros(400), 100, 'one never heard of may live');
});

test('two-sided time runs while both sides stand, hedge orders aside', () => {
  const watch = new OrderWatch(1_000);
  watch.onReport(makeReport({ side: Side.BUY, id: 1, at: 100 }));
  watch.onReport(makeReport({ side: Side.SELL, id: 2, instrument: 1, at: 200 }));
  watch.onReport(makeReport({ side: Side.SELL, id: 3, at: 300 }));
  watch.onReport(
    makeReport({ side: Side.SELL, id: 3, status: ReportStatus.CANCEL_REJECTED, at: 350 }),
  );
  watch.onReport(makeReport({ side: Side.BUY, id: 1, status: ReportStatus.FILLED, at: 700 }));
  watch.passTime(1_100);
  assert.equal(watch.twoSidedMicros, 400);
  assert.equal(watch.watchedMicros, 1_000);
});

test('more orders than fit are not watched and break nothing', () => {
  const watch = new OrderWatch(1_000);
  for (let id = 1; id <= WATCHED_ORDERS_MAX + 10; id++) {
    watch.onReport(makeReport({ side: Side.BUY, id, at: id }));
  }
  for (let id = 1; id <= WATCHED_ORDERS_MAX + 10; id++) {
    watch.onReport(makeReport({ side: Side.BUY, id, status: ReportStatus.CANCELED, at: 9_000 }));
  }
  assert.equal(watch.hasBid, false);
});

test('answers to questions and lines of lists are no orders, no refusals and no fills', () => {
  const watch = new OrderWatch(1_000_000);
  const record = makeReport({ side: Side.BUY, id: 4, last: 5, tradeId: 1, at: 100 });
  record.channel = ReportChannel.QUERY;
  record.status = ReportStatus.PARTIALLY_FILLED;
  record.quantityLots = 0 as typeof record.quantityLots;
  watch.onReport(record);
  const foreign = makeReport({ side: Side.SELL, id: 0, at: 110 });
  foreign.channel = ReportChannel.QUERY;
  watch.onReport(foreign);
  assert.deepEqual([watch.hasBid, watch.hasAsk, watch.makerFills], [false, false, 0]);
  const reason = ReportReason.UNKNOWN_ORDER;
  watch.onReport(makeReport({ side: Side.BUY, id: 7, status: ReportStatus.UNKNOWN, at: 120 }));
  const gone = makeReport({
    side: Side.BUY,
    id: 7,
    status: ReportStatus.REJECTED,
    reason,
    at: 130,
  });
  gone.channel = ReportChannel.QUERY;
  watch.onReport(gone);
  assert.deepEqual([watch.oldestUnknownMicros(500), watch.rejectsInWindow(500)], [0, 0]);
});
