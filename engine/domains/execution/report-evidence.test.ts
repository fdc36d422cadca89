/**
 * Goal: a report is taken for what it proves, not for what it seems to say.
 * Method: one order in doubt, and words about it from before and after the doubt.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import { LiveOrders, PendingOperation } from './live-orders.ts';
import { isNotFound, isOldNews, isRefusedQuery, showsLife } from './report-evidence.ts';

function report(fields: Partial<Record<keyof ExecutionReport, unknown>>): ExecutionReport {
  return Object.assign(new ExecutionReport(), fields);
}

const QUERY = ReportChannel.QUERY;

test('a refused query is not found only when the venue says so', () => {
  const refused = { channel: QUERY, status: ReportStatus.REJECTED };
  const gone = report({ ...refused, reason: ReportReason.UNKNOWN_ORDER });
  const limited = report({ ...refused, reason: ReportReason.RATE_LIMIT });
  assert.deepEqual([isRefusedQuery(gone), isNotFound(gone)], [true, true]);
  assert.deepEqual([isRefusedQuery(limited), isNotFound(limited)], [true, false]);
  assert.equal(isRefusedQuery(report({ status: ReportStatus.REJECTED })), false);
});

test('life is an order that can still fill', () => {
  const order = { status: ReportStatus.PARTIALLY_FILLED, quantityLots: 10, filledLots: 9 };
  assert.equal(showsLife(report(order)), true);
  assert.equal(showsLife(report({ ...order, filledLots: 10 })), false);
  assert.equal(showsLife(report({ ...order, status: ReportStatus.CANCELED })), false);
});

for (const [operation, channel, asked, isAcknowledged, expected, why] of [
  [PendingOperation.NEW, ReportChannel.RESPONSE, 0, 0, false, 'the acknowledgement itself'],
  [PendingOperation.CANCEL, ReportChannel.RESPONSE, 0, 1, true, 'a repeated acknowledgement'],
  [PendingOperation.CANCEL, QUERY, 99, 1, true, 'an answer to a question from before the cancel'],
  [PendingOperation.CANCEL, QUERY, 100, 1, false, 'an answer to a question from after it'],
  [
    PendingOperation.CANCEL,
    QUERY,
    0,
    1,
    false,
    'an answer that does not say when it was asked for',
  ],
  [PendingOperation.NONE, QUERY, 1, 1, false, 'an answer while nothing is asked of the order'],
] as const) {
  test(`of an unknown order, ${why} is ${expected ? 'old news' : 'news'}`, () => {
    const orders = new LiveOrders();
    const row = orders.open(1);
    orders.states[row] = OrderState.UNKNOWN;
    orders.operations[row] = operation;
    orders.operationsSinceMicros[row] = 100;
    orders.acknowledged[row] = isAcknowledged;
    const word = report({ channel, requestedAtMicros: asked, quantityLots: 5 });
    assert.equal(isOldNews(orders, row, word), expected);
    assert.equal(isOldNews(orders, row, report({ status: ReportStatus.CANCELED })), false);
  });
}
