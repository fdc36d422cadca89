/**
 * Goal: a row shows the right lots to a book of any time, and survives a restore field by field.
 * Method: one row at the edges of its times; only a query's own words mean "not found".
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { epochMicros } from '#units/integers.ts';
import { isNotFound, lotsInBook, OrderRow, readRow, setLeaves, writeRow } from './order-row.ts';
import { makeReport } from './session-fixture.test-support.ts';

function row(): OrderRow {
  const one = new OrderRow();
  one.clientOrderId = 7;
  one.restsSinceMicros = epochMicros(100);
  one.leavesLots = 10;
  setLeaves(one, 6, 200);
  one.endedAtMicros = 300;
  one.tradedLots = 3;
  one.filledAtMicros = 4;
  one.knownSinceMicros = 5;
  one.shownAtMicros = 6;
  one.notFoundCount = 1;
  return one;
}

test('a book sees what stood in it at its own time', () => {
  const times = [99, 100, 199, 200, 299, 300, 0];
  assert.deepEqual(
    times.map((time) => lotsInBook(row(), time)),
    [0, 10, 10, 6, 6, 0, 0],
  );
});

test('a restored row is the same row', () => {
  const writer = new StateBytesWriter();
  writeRow(row(), writer);
  const restored = new OrderRow();
  readRow(restored, new StateBytesReader(writer.written()));
  assert.deepEqual(restored, row());
});

test('only a refused query with that reason means "not found"', () => {
  const reason = ReportReason.UNKNOWN_ORDER;
  const report = makeReport({ side: Side.BUY, status: ReportStatus.REJECTED, reason, at: 1 });
  assert.equal(isNotFound(report), false);
  report.channel = ReportChannel.QUERY;
  assert.equal(isNotFound(report), true);
  report.reason = ReportReason.RATE_LIMIT;
  assert.equal(isNotFound(report), false);
});
