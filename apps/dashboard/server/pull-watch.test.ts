/**
 * Goal: a pull counts as done when the venue has ended every order that was open, and not before.
 * Method: the reports of a pull, in good and in awkward order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import type { ClientOrderId, EpochMicros } from '#units/integers.ts';
import { PullWatch } from './pull-watch.ts';

const NOW = 1_000_000;

function ended(id: number, status: ReportStatus, atMicros: number): ExecutionReport {
  const report = new ExecutionReport();
  report.clientOrderId = id as ClientOrderId;
  report.status = status;
  report.atMicros = atMicros as EpochMicros;
  return report;
}

test('each confirmed end counts once, and the time stops at the last', () => {
  const watch = new PullWatch();
  watch.start('PULL_ALL', [1, 2], NOW);
  watch.onReport(ended(1, ReportStatus.CANCELED, NOW + 10_000));
  watch.onReport(ended(1, ReportStatus.CANCELED, NOW + 11_000));
  watch.onReport(ended(9, ReportStatus.CANCELED, NOW + 12_000));
  const half = watch.state(NOW + 15_000);
  assert.deepEqual([half?.verified, half?.wanted, half?.isComplete], [1, 2, false]);
  assert.equal(half?.elapsedMillis, 15);
  watch.onReport(ended(2, ReportStatus.FILLED, NOW + 40_000));
  const done = watch.state(NOW + 90_000);
  assert.deepEqual([done?.verified, done?.isComplete, done?.elapsedMillis], [2, true, 40]);
});

test('what does not end an order proves nothing', () => {
  const watch = new PullWatch();
  watch.start('PULL_BIDS', [1], NOW);
  for (const status of [
    ReportStatus.PARTIALLY_FILLED,
    ReportStatus.CANCEL_REJECTED,
    ReportStatus.UNKNOWN,
    ReportStatus.AMENDED,
  ]) {
    watch.onReport(ended(1, status, NOW + 1));
  }
  assert.equal(watch.state(NOW + 2)?.verified, 0);
});

test('with nothing open a pull is complete at once', () => {
  const watch = new PullWatch();
  watch.start('PULL_ALL', [], NOW);
  assert.equal(watch.state(NOW + 5_000)?.isComplete, true);
  assert.equal(watch.state(NOW + 5_000)?.elapsedMillis, 0);
  watch.clear();
  assert.equal(watch.state(NOW + 5_000), null);
});
