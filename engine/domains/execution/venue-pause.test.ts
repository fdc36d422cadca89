/**
 * Goal: after a refusal by rate nothing is placed until the window is over, cancels go on until the venue
 * refuses those too, and a ban means silence, a stop included.
 * Method: a desk with quotes, and refusals of each kind at known times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { VenueSilenceEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason } from '#contracts/order.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { ExecutionDesk } from './execution-desk.test.ts';

const { REJECTED, CANCEL_REJECTED, CANCELED } = ReportStatus;
const SECOND = 1_000_000;

/** Order 1 rests at 9990, order 2 at 10010. */
function resting(): ExecutionDesk {
  const desk = new ExecutionDesk().want([[9_990, 1_000]], [[10_010, 1_000]]);
  desk.turn();
  return desk.acceptAll();
}

/** What left for the venue: everything but alerts. */
function requestsOf(desk: ExecutionDesk): number {
  return desk.commands.length - desk.alerts().length;
}

function refuse(
  desk: ExecutionDesk,
  id: number,
  venueCode: number,
  status: ReportStatus = REJECTED,
): void {
  const requestedAtMicros = desk.nowMicros;
  const reason = ReportReason.RATE_LIMIT;
  desk.report(id, status, { reason, venueCode, requestedAtMicros });
}

test('too many orders: nothing is placed or moved for the window, cancels go', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  refuse(desk, 1, -1015);
  assert.deepEqual(desk.tick(10 * SECOND - 1).turn(), []);
  assert.equal(desk.tick(1).turn().length, 1);
  const moving = resting();
  moving.want([[9_980, 1_000]], [[10_010, 1_000]]);
  refuse(moving, 9, -1015);
  assert.deepEqual(
    moving.turn().map(({ kind }) => kind),
    [4],
    'a dangerous price is cancelled',
  );
});

test('hedges wait too: a refused placement is refused whatever it is for', () => {
  const desk = new ExecutionDesk();
  desk.report(9, REJECTED, { instrument: 1, reason: ReportReason.RATE_LIMIT, venueCode: -1003 });
  desk.wantLegs(0, { side: 1, lots: 5, price: 10_050, isPassive: true });
  assert.deepEqual(desk.hedgeTurn(), []);
  assert.deepEqual(desk.tick(10 * SECOND - 1).hedgeTurn(), []);
  assert.equal(desk.tick(1).hedgeTurn().length, 1);
});

test('a refusal of requests stops placements, a second one everything, for longer each time', () => {
  const desk = resting().want([], []);
  refuse(desk, 9, -1003);
  desk.tick(SECOND);
  assert.equal(desk.turn().length, 2, 'cancels still go');
  refuse(desk, 1, -1003, CANCEL_REJECTED);
  refuse(desk, 2, -1003, CANCEL_REJECTED);
  const sent = requestsOf(desk);
  desk.turn();
  for (let step = 0; step < 99; step++) desk.tick(100_000).turn();
  assert.equal(requestsOf(desk), sent, 'silence');
  assert.equal(desk.tick(100_000).turn().length, 2);
  refuse(desk, 1, -1003, CANCEL_REJECTED);
  const again = requestsOf(desk);
  for (let step = 0; step < 199; step++) desk.tick(100_000).turn();
  assert.equal(requestsOf(desk), again, 'twice as long');
  desk.tick(100_000).turn();
  assert.ok(requestsOf(desk) > again);
});

test('an order that may not be asked after in a ban is told of, and asked after when the ban is over', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  refuse(desk, 9, 418);
  for (let second = 0; second < 119; second++) desk.tick(SECOND);
  assert.deepEqual(desk.alerts(), [AlertCode.UNKNOWN_ORDER]);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 0);
  desk.tick(SECOND);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
});

test('a ban silences a stop, which goes on when the ban is over, a restore included', () => {
  const banned = resting();
  refuse(banned, 9, 418);
  banned.kill();
  assert.equal(banned.sent(CommandKind.CANCEL_ORDER).length, 0);
  const desk = new ExecutionDesk();
  desk.nowMicros = banned.nowMicros;
  desk.execution.readState(new StateBytesReader(banned.bytes()));
  assert.deepEqual(desk.bytes(), banned.bytes());
  desk.tick(120 * SECOND - 1);
  assert.equal(desk.commands.length, 0);
  desk.tick(250_000);
  assert.deepEqual(
    desk.sent(CommandKind.CANCEL_ORDER).map(({ clientOrderId }) => clientOrderId),
    [1, 2],
  );
  desk.report(1, CANCELED).report(2, CANCELED);
  assert.equal(desk.execution.count, 0);
});

test('the venue names the time: nothing leaves before it, cancels and questions neither', () => {
  const desk = resting();
  const event = new VenueSilenceEvent();
  event.atMicros = desk.nowMicros as never;
  event.instrument = 0 as never;
  event.untilMicros = (desk.nowMicros + 3 * SECOND) as never;
  desk.execution.onVenueSilence(event);
  desk.want([[9_980, 1_000]], [[10_020, 1_000]]);
  assert.deepEqual(desk.tick(3 * SECOND - 1).turn(), []);
  assert.ok(desk.tick(1).turn().length > 0);
});
