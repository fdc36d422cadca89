/**
 * Goal: a stop cancels everything at once, keeps at it until the venue confirmed, and nothing but a new
 * session brings quotes back; hedges of late fills still leave after a stop, and none after a shutdown.
 * Method: orders of both kinds, a stop of each kind, and a venue that loses cancels.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { SessionStartEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason } from '#contracts/order.ts';
import { PERP, SPOT } from '#domains/risk/risk-desk.test-support.ts';
import { ExecutionDesk } from './execution-desk.test.ts';

const STOP = 4;
const SHUTDOWN = 6;
const LEG = { side: 1, lots: 100, price: 10_010, isPassive: true } as const;

/** Two quotes (1, 2) and one resting hedge (3), all acknowledged. */
function busy(): ExecutionDesk {
  const desk = new ExecutionDesk().want([[9_990, 1_000]], [[10_010, 1_000]]);
  desk.turn();
  desk.wantLegs(0, LEG).hedgeTurn();
  return desk.acceptAll();
}

const cancels = (desk: ExecutionDesk) =>
  desk.sent(CommandKind.CANCEL_ORDER).map(({ clientOrderId }) => clientOrderId);

test('a kill cancels each order and all of each instrument at once, and wakes somebody', () => {
  const desk = busy().kill();
  assert.deepEqual(cancels(desk), [1, 2, 3]);
  assert.equal(desk.sent(CommandKind.CANCEL_ALL).length, 2);
  assert.deepEqual(desk.alerts(), [AlertCode.KILL]);
  assert.equal(desk.execution.isStopped, true);
});

test('the kill verdict of every timer acts once', () => {
  const desk = busy().kill().kill().operator(STOP).kill();
  assert.deepEqual(cancels(desk), [1, 2, 3]);
  assert.equal(desk.alerts().length, 1);
});

test('lost cancels are repeated every quarter second until each end is confirmed', () => {
  const desk = busy().kill();
  desk.report(2, ReportStatus.CANCELED);
  desk.tick(249_999);
  assert.equal(cancels(desk).length, 3);
  desk.tick(1);
  assert.deepEqual(cancels(desk).slice(3), [1, 3]);
  desk.report(1, ReportStatus.CANCELED).report(3, ReportStatus.CANCELED);
  const before = desk.commands.length;
  for (let count = 0; count < 20; count++) desk.tick(250_000);
  assert.equal(desk.commands.length, before);
});

test('until the open orders were listed, a stop cancels all of each market again and again, but no hedge', () => {
  const desk = new ExecutionDesk({}, false).kill();
  const all = () => desk.sent(CommandKind.CANCEL_ALL).map(({ instrument }) => instrument);
  assert.deepEqual(all(), [SPOT, PERP]);
  desk.tick(250_000);
  assert.deepEqual(all().slice(2), [SPOT, PERP]);
  desk.wantLegs(0, LEG).hedgeTurn();
  desk.tick(250_000);
  assert.deepEqual(all().slice(4), [SPOT]);
  desk.completeList(SPOT);
  for (let count = 0; count < 8; count++) desk.tick(250_000);
  assert.equal(all().length, 5);
});

test('an order that stays silent after a kill is cancelled and asked after, both', () => {
  const desk = busy().kill();
  for (let count = 0; count < 8; count++) desk.tick(250_000);
  assert.ok(cancels(desk).filter((id) => id === 1).length >= 8);
  const queried = desk.sent(CommandKind.QUERY_ORDER).map(({ clientOrderId }) => clientOrderId);
  assert.ok(queried.includes(1 as (typeof queried)[number]));
});

test('a kill is absorbing: wished quotes stay away whatever an operator resumes', () => {
  const desk = busy().kill().operator(5);
  for (const id of [1, 2, 3]) desk.report(id, ReportStatus.CANCELED);
  assert.deepEqual(desk.want([[9_980, 500]]).turn(), []);
  // A session that starts on this state goes on after a crash: that lifts no stop.
  desk.execution.onControl(new SessionStartEvent());
  assert.deepEqual(desk.want([[9_981, 500]]).turn(), []);
});

test('after a stop the hedge of a late fill leaves and is not swept away', () => {
  const desk = busy().operator(STOP);
  desk.report(1, ReportStatus.CANCELED).report(3, ReportStatus.CANCELED);
  assert.equal(desk.wantLegs(0, LEG).hedgeTurn().length, 1);
  desk.acceptAll();
  const all = desk.sent(CommandKind.CANCEL_ALL).length;
  desk.tick(250_000);
  assert.deepEqual(cancels(desk).slice(3), [2]);
  const repeated = desk.sent(CommandKind.CANCEL_ALL).slice(all);
  assert.ok(repeated.every(({ instrument }) => instrument !== PERP));
  assert.equal(repeated.length, 1);
});

test('a shutdown lets nothing new leave, hedges neither, and wakes nobody', () => {
  const desk = busy().operator(SHUTDOWN);
  for (const id of [1, 2, 3]) desk.report(id, ReportStatus.CANCELED);
  assert.deepEqual(desk.wantLegs(0, LEG).hedgeTurn(), []);
  assert.deepEqual(desk.want([[9_980, 500]]).turn(), []);
  assert.deepEqual(desk.alerts(), []);
});

test('a shutdown after a stop condemns what the stop let through', () => {
  const desk = busy().operator(STOP);
  for (const id of [1, 2, 3]) desk.report(id, ReportStatus.CANCELED);
  desk.wantLegs(0, LEG).hedgeTurn();
  desk.acceptAll().operator(SHUTDOWN);
  assert.equal(cancels(desk).at(-1), 4);
});

test('a stop ends an order that the venue never knew, though each cancel is refused in between', () => {
  const desk = new ExecutionDesk().want([[9_990, 500]]);
  desk.turn();
  desk.kill();
  const query = { channel: ReportChannel.QUERY, reason: ReportReason.UNKNOWN_ORDER };
  for (let step = 0; step < 60; step++) {
    desk.tick(250_000);
    desk.report(1, ReportStatus.CANCEL_REJECTED, { reason: ReportReason.UNKNOWN_ORDER });
    if (step % 8 === 0) desk.report(1, ReportStatus.REJECTED, query);
  }
  assert.equal(desk.execution.count, 0);
  const sent = desk.commands.length;
  desk.tick(1_000_000);
  assert.equal(desk.commands.length, sent, 'and then it is quiet');
});
