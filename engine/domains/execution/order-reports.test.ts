/**
 * Goal: the venue's words move orders forward only, no fill is lost, an anomaly is told and asked after,
 * and unknown is never taken for failed.
 * Method: one story per kind of report, both channels and both orders of arrival where they differ.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import { ActionKind } from '#contracts/order-plan.ts';
import { brief, ExecutionDesk } from './execution-desk.test.ts';

const { ACCEPTED, PARTIALLY_FILLED, FILLED, CANCELED, REJECTED, EXPIRED, UNKNOWN } = ReportStatus;
const { CANCEL_REJECTED, AMENDED } = ReportStatus;
const NOT_FOUND = { channel: ReportChannel.QUERY, reason: ReportReason.UNKNOWN_ORDER };

/** Order 1 rests at 9990; `replaced` adds order 2 on its way to 9995. */
function resting(): ExecutionDesk {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  return desk.acceptAll();
}

function replacing(): ExecutionDesk {
  const desk = resting().want([[9_995, 1_000]]);
  assert.equal(desk.turn()[0]?.kind, ActionKind.REPLACE);
  return desk;
}

const states = (desk: ExecutionDesk) =>
  desk.open().map(({ clientOrderId, state }) => [clientOrderId, state]);

test('fills move forward only, whatever the order of the reports', () => {
  const desk = resting();
  desk.report(1, PARTIALLY_FILLED, { filledLots: 300, quantityLots: 1_000 });
  desk.report(1, ACCEPTED, { quantityLots: 1_000 });
  desk.report(1, PARTIALLY_FILLED, { filledLots: 100, quantityLots: 1_000 });
  const [order] = desk.open();
  assert.deepEqual([order?.filledLots, order?.state], [300, OrderState.PARTIALLY_FILLED]);
  assert.equal(desk.execution.counters.acked, 1);
});

test('a refused cancel of an order that was never acknowledged leaves it waiting for its placement', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  desk.want([]);
  assert.equal(desk.turn()[0]?.kind, ActionKind.CANCEL);
  desk.report(1, CANCEL_REJECTED, { reason: ReportReason.OTHER, venueCode: -1021 });
  assert.deepEqual(states(desk), [[1, OrderState.PENDING_NEW]]);
  desk.report(1, REJECTED, { reason: ReportReason.OTHER, venueCode: -1021 });
  assert.deepEqual(states(desk), []);
  assert.equal(desk.execution.counters.illegalTransitions, 0);
});

test('a replacement that works leaves the new order in the slot', () => {
  const desk = replacing();
  assert.deepEqual(states(desk), [
    [1, OrderState.PENDING_REPLACE],
    [2, OrderState.PENDING_NEW],
  ]);
  desk.report(1, CANCELED).report(2, ACCEPTED, { replacedOrderId: 1, quantityLots: 1_000 });
  assert.deepEqual(states(desk), [[2, OrderState.NEW]]);
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.execution.counters.replaced, 1);
});

test('a replacement whose cancel came too late waits for the end of the old order', () => {
  const desk = replacing();
  desk.report(1, CANCEL_REJECTED, { reason: ReportReason.UNKNOWN_ORDER });
  desk.report(2, REJECTED, { reason: ReportReason.REPLACE_NOT_ATTEMPTED });
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  assert.deepEqual(desk.turn(), []);
  desk.report(1, FILLED, { filledLots: 1_000, quantityLots: 1_000 });
  assert.deepEqual(brief(desk.turn()), [[ActionKind.NEW, 9_995, 1_000]]);
  assert.equal(desk.execution.counters.unknownResolved, 1);
});

test('a replacement refused after its cancel leaves no quote, and the next plan places one', () => {
  const desk = replacing();
  desk.report(1, CANCELED);
  desk.report(2, REJECTED, { reason: ReportReason.POST_ONLY_WOULD_CROSS });
  assert.deepEqual(states(desk), []);
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.want([[9_994, 1_000]]).turn().length, 1);
});

test('a replacement refused before anything happened leaves the old order as it was', () => {
  const desk = replacing();
  const local = { channel: ReportChannel.LOCAL, reason: ReportReason.NOT_SENT };
  desk.report(2, REJECTED, local);
  assert.deepEqual(states(desk), [[1, OrderState.NEW]]);
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.tick(250_000).turn()[0]?.kind, ActionKind.REPLACE);
});

test('an illegal word is told and asked after, and changes nothing', () => {
  const desk = resting();
  desk.report(1, REJECTED, { reason: ReportReason.OTHER });
  assert.deepEqual(states(desk), [[1, OrderState.NEW]]);
  assert.deepEqual(desk.alerts(), [AlertCode.ILLEGAL_TRANSITION]);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
  desk.report(1, REJECTED, { channel: ReportChannel.QUERY, reason: ReportReason.OTHER });
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
  assert.equal(desk.execution.counters.illegalTransitions, 1, 'that was about the question');
});

test('a fill after the end is told, once', () => {
  const desk = resting();
  desk.report(1, CANCELED);
  const fill = { filledLots: 400, quantityLots: 1_000 };
  desk.report(1, PARTIALLY_FILLED, fill).report(1, PARTIALLY_FILLED, fill);
  assert.deepEqual(desk.alerts(), [AlertCode.LATE_FILL]);
  assert.equal(desk.execution.counters.lateFills, 1);
});

test('the second channel saying the same end is no anomaly', () => {
  const desk = resting();
  desk.report(1, CANCELED).report(1, CANCELED).report(1, ACCEPTED);
  desk.report(1, CANCEL_REJECTED, { reason: ReportReason.UNKNOWN_ORDER });
  desk.report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(desk.alerts(), []);
  assert.equal(desk.execution.counters.canceled, 1);
});

test('a cancellation of a filled order is an anomaly', () => {
  const desk = resting();
  desk.report(1, FILLED, { filledLots: 1_000, quantityLots: 1_000 }).report(1, CANCELED);
  assert.deepEqual(desk.alerts(), [AlertCode.ILLEGAL_TRANSITION]);
  for (const status of [EXPIRED, UNKNOWN, AMENDED] as const) desk.report(1, status);
  assert.equal(desk.execution.counters.illegalTransitions, 2);
});

test('a report about an order that was never ours is counted and left alone', () => {
  const desk = resting();
  desk.report(777, FILLED, { filledLots: 5, quantityLots: 5 });
  assert.equal(desk.execution.counters.unremembered, 1);
  assert.equal(desk.open().length, 1);
});

test('an unknown order is resolved by what the query finds', () => {
  for (const [status, fields, left] of [
    [ACCEPTED, { quantityLots: 1_000 }, [[1, OrderState.NEW]]],
    [PARTIALLY_FILLED, { quantityLots: 1_000, filledLots: 9 }, [[1, OrderState.PARTIALLY_FILLED]]],
    [CANCELED, {}, []],
  ] as const) {
    const desk = new ExecutionDesk().want([[9_990, 1_000]]);
    desk.turn();
    desk.report(1, UNKNOWN, { reason: ReportReason.OUTCOME_UNKNOWN });
    desk.tick();
    assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
    desk.report(1, status, { channel: ReportChannel.QUERY, ...fields });
    assert.deepEqual(states(desk), left);
    assert.equal(desk.execution.counters.unknownResolved, 1);
  }
});

test('"not found" closes an order when said twice and late enough, behind a fence', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  desk.tick(500_000);
  desk.report(1, REJECTED, NOT_FOUND).report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  desk.tick(11_500_000).report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(states(desk), []);
  assert.equal(desk.sent(CommandKind.CANCEL_ORDER).length, 1);
  assert.equal(desk.execution.counters.rejected, 1);
  // Should it turn up after all, somebody hears of it, and it is cancelled until it is gone.
  desk.report(1, ACCEPTED, { quantityLots: 1_000 });
  assert.deepEqual(desk.alerts(), [AlertCode.UNKNOWN_ORDER]);
  assert.deepEqual(states(desk), [[1, OrderState.PENDING_CANCEL]]);
  assert.equal(desk.sent(CommandKind.CANCEL_ORDER).length, 2);
});

test('one "not found" between other news proves nothing, and none does about an open order', () => {
  const desk = resting();
  desk.tick(20_000_000).report(1, REJECTED, NOT_FOUND).report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(states(desk), [[1, OrderState.NEW]]);
  desk.want([]).turn();
  desk.tick(500_000).report(1, REJECTED, NOT_FOUND);
  desk.report(1, PARTIALLY_FILLED, { filledLots: 1, quantityLots: 1_000 });
  desk.report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  desk.report(1, REJECTED, NOT_FOUND);
  assert.deepEqual(states(desk), []);
  assert.equal(desk.execution.counters.canceled, 1);
});

test('an amend without an answer is asked after, and the answer brings the true size', () => {
  const desk = resting().want([[9_990, 500]]);
  desk.turn();
  desk.tick(500_000);
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  desk.report(1, ACCEPTED, { channel: ReportChannel.QUERY, quantityLots: 500 });
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.open()[0]?.quantityLots, 500);
});

test('a smaller total counts though the answer is older than the request that is in doubt', () => {
  const desk = resting();
  desk.want([[9_990, 600]]).turn();
  const asked = desk.nowMicros;
  desk.tick(10_000).want([]).turn();
  const answer = { channel: ReportChannel.QUERY, quantityLots: 600, requestedAtMicros: asked };
  desk.report(1, ACCEPTED, answer);
  const [order] = desk.open();
  assert.deepEqual([order?.quantityLots, order?.state], [600, OrderState.PENDING_CANCEL]);
});

test('an acceptance that comes behind an amend does not bring the old size back', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  desk.report(1, PARTIALLY_FILLED, { filledLots: 100, quantityLots: 1_000 });
  desk.want([[9_990, 400]]).turn();
  assert.equal(desk.sent(CommandKind.AMEND_ORDER).length, 1);
  desk.report(1, ReportStatus.AMENDED, { filledLots: 100, quantityLots: 500 });
  desk.report(1, ACCEPTED, { quantityLots: 1_000 });
  assert.equal(desk.open()[0]?.quantityLots, 500);
});

test('an order the venue ends through self-trade prevention rests a moment before the next', () => {
  const desk = resting();
  desk.report(1, ReportStatus.EXPIRED_IN_MATCH, { reason: ReportReason.SELF_TRADE });
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.tick(250_000).turn().length, 1);
  assert.equal(desk.execution.counters.expired, 1);
});
