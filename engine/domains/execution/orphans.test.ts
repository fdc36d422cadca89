/**
 * Goal: an order of ours that the venue holds and we do not know is cancelled until it is gone, counts
 * as live meanwhile, and an old word about an ended order wakes none up.
 * Method: reports about unknown and ended orders, by every channel, and restarts of a session.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { SessionStartEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { OrderState, ReportReason, Side } from '#contracts/order.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { ExecutionDesk } from './execution-desk.test.ts';
import { ORPHANS_MAX } from './live-orders.ts';

const { ACCEPTED, PARTIALLY_FILLED, FILLED, CANCELED, CANCEL_REJECTED, REJECTED } = ReportStatus;
const { PENDING_CANCEL, UNKNOWN, NEW } = OrderState;

const states = (desk: ExecutionDesk) =>
  desk.open().map(({ clientOrderId, state }) => [clientOrderId, state]);
const canceled = (desk: ExecutionDesk) =>
  desk.sent(CommandKind.CANCEL_ORDER).map(({ clientOrderId }) => clientOrderId);

/** What a list of open orders says of an order of 1000 lots at 9 990. */
function listed(desk: ExecutionDesk, id: number, filledLots = 0): ExecutionDesk {
  return desk.report(id, filledLots > 0 ? PARTIALLY_FILLED : ACCEPTED, {
    channel: ReportChannel.QUERY,
    side: Side.BUY,
    priceTicks: 9_990,
    quantityLots: 1_000,
    filledLots,
    requestedAtMicros: desk.nowMicros,
  });
}

function startSession(desk: ExecutionDesk): void {
  const event = new SessionStartEvent();
  event.atMicros = desk.nowMicros as typeof event.atMicros;
  desk.execution.onControl(event);
}

function resting(): ExecutionDesk {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  return desk.acceptAll();
}

test('an orphan takes a row, is told, and is cancelled until its end is confirmed', () => {
  const desk = listed(new ExecutionDesk(), 77, 200);
  assert.deepEqual(states(desk), [[77, PENDING_CANCEL]]);
  assert.deepEqual(desk.alerts(), [AlertCode.UNKNOWN_ORDER]);
  assert.deepEqual(canceled(desk), [77]);
  desk.report(77, CANCEL_REJECTED, { reason: ReportReason.OTHER });
  desk.tick(250_000);
  assert.deepEqual(canceled(desk), [77, 77]);
  // The second answer is lost: it is asked after, and what still lives is cancelled again.
  desk.tick(500_000);
  assert.deepEqual(states(desk), [[77, UNKNOWN]]);
  listed(desk, 77, 200).tick(250_000);
  assert.deepEqual(canceled(desk), [77, 77, 77]);
  desk.report(77, CANCELED, { filledLots: 200, quantityLots: 1_000 });
  assert.deepEqual(states(desk), []);
  assert.equal(desk.tick(10_000_000).execution.counters.canceled, 1);
  assert.deepEqual(desk.alerts(), [AlertCode.UNKNOWN_ORDER]);
});

test('nothing of ours is placed across an orphan', () => {
  const desk = listed(new ExecutionDesk(), 77).want([], [[9_985, 1_000]]);
  assert.deepEqual(desk.turn(), []);
  desk.report(77, CANCELED);
  assert.equal(desk.turn().length, 1);
});

test('of more orphans than there is room for, the rest is cancelled all the same', () => {
  const desk = new ExecutionDesk();
  for (let id = 101; id <= 100 + ORPHANS_MAX + 3; id++) listed(desk, id);
  assert.equal(desk.open().length, ORPHANS_MAX);
  assert.equal(canceled(desk).length, ORPHANS_MAX + 3);
});

test('an order that came back from "never existed" is cancelled, by whatever channel it shows', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  const notFound = { channel: ReportChannel.QUERY, reason: ReportReason.UNKNOWN_ORDER };
  desk.tick(12_000_000).report(1, REJECTED, notFound).report(1, REJECTED, notFound);
  assert.deepEqual(states(desk), []);
  desk.report(1, PARTIALLY_FILLED, { filledLots: 100, quantityLots: 1_000, tradeId: 5 });
  assert.deepEqual(states(desk), [[1, PENDING_CANCEL]]);
  assert.deepEqual(desk.alerts(), [AlertCode.LATE_FILL, AlertCode.UNKNOWN_ORDER]);
});

test('a list older than the end of an order wakes nothing, one asked for later does', () => {
  const desk = resting();
  const before = desk.nowMicros;
  desk.tick(50_000).report(1, CANCELED);
  desk.report(1, ACCEPTED, {
    channel: ReportChannel.QUERY,
    quantityLots: 1_000,
    requestedAtMicros: before,
  });
  assert.deepEqual(states(desk), []);
  listed(desk.tick(50_000), 1);
  assert.deepEqual(states(desk), [[1, PENDING_CANCEL]]);
});

test('orders without an id of ours touch no row', () => {
  const desk = resting().want([]);
  desk.turn();
  listed(desk, 0);
  desk.report(0, FILLED, { filledLots: 5, quantityLots: 5 });
  desk.report(1, CANCELED);
  desk.report(0, ACCEPTED, { quantityLots: 5 }).report(0, CANCELED);
  assert.equal(desk.execution.count, 0);
  assert.deepEqual(desk.alerts(), []);
});

test('an order that a list leaves out is asked after a moment, unless it was under way', () => {
  const desk = resting();
  desk.completeList(0, desk.nowMicros);
  assert.deepEqual(states(desk), [[1, NEW]], 'acknowledged in the same moment');
  desk.tick(50_000);
  listed(desk, 1);
  desk.completeList(0, desk.nowMicros);
  assert.deepEqual(states(desk), [[1, NEW]], 'shown');
  desk.tick(50_000);
  desk.completeList(1, desk.nowMicros);
  assert.deepEqual(states(desk), [[1, NEW]], 'the list of the other market');
  desk.completeList(0, desk.nowMicros);
  assert.deepEqual(states(desk), [[1, UNKNOWN]]);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 0);
  desk.tick(500_000);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
  desk.report(1, FILLED, {
    channel: ReportChannel.QUERY,
    filledLots: 1_000,
    quantityLots: 1_000,
  });
  assert.deepEqual(states(desk), []);
});

test('after a restart every order is in doubt, keeps its slot, and is asked after at once', () => {
  const before = resting().want([[9_990, 1_000]], [[10_010, 1_000]]);
  before.turn();
  const desk = new ExecutionDesk();
  desk.nextId = 100;
  desk.execution.readState(new StateBytesReader(before.bytes()));
  startSession(desk);
  assert.deepEqual(states(desk), [
    [1, UNKNOWN],
    [2, UNKNOWN],
  ]);
  assert.deepEqual(desk.want([[9_990, 1_000]], [[10_010, 1_000]]).turn(), []);
  desk.tick();
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 2);
  listed(desk, 1).report(2, CANCELED, { channel: ReportChannel.QUERY });
  assert.deepEqual(states(desk), [[1, NEW]]);
  assert.equal(desk.turn().length, 1, 'only the missing side is placed');
});

test('trades of a list move the fill of a live order once, and end it when nothing is left', () => {
  const desk = resting();
  const trade = { channel: ReportChannel.QUERY, lastQuantityLots: 400, requestedAtMicros: 1 };
  desk.report(1, PARTIALLY_FILLED, { ...trade, tradeId: 7 });
  desk.report(1, PARTIALLY_FILLED, { ...trade, tradeId: 7 });
  assert.deepEqual([desk.open()[0]?.filledLots, desk.open()[0]?.state], [400, NEW]);
  desk.report(1, PARTIALLY_FILLED, { filledLots: 400, quantityLots: 1_000, tradeId: 7 });
  assert.equal(desk.open()[0]?.filledLots, 400);
  desk.report(1, PARTIALLY_FILLED, { ...trade, lastQuantityLots: 600, tradeId: 8 });
  assert.deepEqual(states(desk), []);
  assert.equal(desk.execution.counters.filled, 1);
  desk.report(1, FILLED, { filledLots: 1_000, quantityLots: 1_000 });
  desk.report(55, PARTIALLY_FILLED, { ...trade, tradeId: 9 });
  assert.deepEqual(desk.alerts(), []);
});
