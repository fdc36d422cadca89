/**
 * Goal: no request stays without an answer, and silence never ends an order.
 * Method: a venue that says nothing, then one that answers a little late.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { OrderState } from '#contracts/order.ts';
import { ExecutionDesk } from './execution-desk.test.ts';

const states = (desk: ExecutionDesk) =>
  desk.open().map(({ clientOrderId, state }) => [clientOrderId, state]);

test('silence makes an order unknown, queried with doubling pauses, and never failed', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  const at: number[] = [];
  let seen = 0;
  for (let count = 0; count < 400; count++) {
    desk.tick(100_000);
    const queries = desk.sent(CommandKind.QUERY_ORDER).length;
    if (queries > seen) at.push(count + 1);
    seen = queries;
  }
  assert.deepEqual(at, [5, 10, 20, 40, 80, 160, 240, 320, 400]);
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  assert.deepEqual(desk.turn(), []);
});

test('an answer a microsecond before the timeout leaves nothing to ask', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  desk.tick(499_999).acceptAll().tick(60_000_000);
  assert.deepEqual(states(desk), [[1, OrderState.NEW]]);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 0);
});

test('a cancel without an answer is asked after too', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.turn();
  desk.acceptAll().want([]).turn();
  desk.tick(500_000);
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]]);
  desk.report(1, ReportStatus.ACCEPTED, { quantityLots: 1_000 });
  assert.deepEqual(states(desk), [[1, OrderState.UNKNOWN]], 'a repeated word proves nothing now');
  const answer = { channel: ReportChannel.QUERY, requestedAtMicros: desk.nowMicros };
  desk.report(1, ReportStatus.ACCEPTED, { quantityLots: 1_000, ...answer });
  assert.equal(desk.turn()[0]?.kind, 4);
});
