/**
 * Goal: approved actions leave as commands, refused ones rest, dangerous prices never stay because of a no.
 * Method: a gate that refuses as told, and the commands that left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { ActionKind } from '#contracts/order-plan.ts';
import { RiskAdvice, RiskCode, type RiskVerdict } from '#contracts/risk-verdict.ts';
import { brief, ExecutionDesk } from './execution-desk.test.ts';

const { NEW } = ActionKind;
const BID = [9_990, 1_000] as const;

/** One resting bid at 9990 for 1000 lots. */
function resting(
  configuration: ConstructorParameters<typeof ExecutionDesk>[0] = {},
): ExecutionDesk {
  const desk = new ExecutionDesk(configuration).want([BID]);
  desk.turn();
  return desk.acceptAll();
}

test('a refusal is not repeated at each event', () => {
  const desk = new ExecutionDesk().want([BID]);
  desk.refusal = RiskCode.RATE_LIMIT;
  assert.equal(desk.turn().length, 1);
  assert.deepEqual(desk.turn(), []);
  assert.deepEqual(desk.tick(249_999).turn(), []);
  assert.equal(desk.tick(1).turn().length, 1);
  assert.equal(desk.execution.counters.refusals[RiskCode.RATE_LIMIT], 2);
  assert.equal(desk.open().length, 0);
});

test('a refused urgent move becomes a cancel: the resting price is dangerous', () => {
  const desk = resting();
  desk.refusal = RiskCode.RATE_LIMIT;
  desk.want([[9_980, 1_000]]).turn();
  assert.equal(desk.sent(CommandKind.CANCEL_ORDER).length, 1);
  const calm = resting();
  calm.refusal = RiskCode.RATE_LIMIT;
  calm.want([[9_995, 1_000]]).turn();
  assert.equal(calm.sent(CommandKind.CANCEL_ORDER).length, 0);
  assert.equal(calm.open()[0]?.state, 1);
});

test('a replacement that does not fit beside the old order goes in two steps', () => {
  const desk = resting();
  desk.refusal = RiskCode.INSUFFICIENT_BALANCE;
  desk.want([[9_995, 1_000]]).turn();
  assert.equal(desk.sent(CommandKind.CANCEL_ORDER).length, 1);
  desk.refusal = RiskCode.APPROVED;
  assert.deepEqual(desk.turn(), []);
  desk.report(1, ReportStatus.CANCELED);
  assert.deepEqual(brief(desk.turn()), [[NEW, 9_995, 1_000]]);
});

test('a command carries every field of its action, and a query none but the order', () => {
  const desk = new ExecutionDesk().want([BID]);
  const [action] = desk.turn();
  const [command] = desk.sent(CommandKind.PLACE_ORDER);
  assert.equal(command?.clientOrderId, action?.clientOrderId);
  assert.deepEqual(
    [command?.priceTicks, command?.quantityLots, command?.ttlMicros],
    [9_990, 1_000, 1e7],
  );
  desk.tick(500_000);
  const [query] = desk.sent(CommandKind.QUERY_ORDER);
  assert.deepEqual([query?.clientOrderId, query?.priceTicks, query?.ttlMicros], [1, 0, 0]);
});

test('a slot that the rate limiter refused waits as long as it was told', () => {
  const desk = new ExecutionDesk().want([BID]);
  const plan = desk.execution.plan(desk.quotes());
  const answer = { code: RiskCode.RATE_LIMIT, advice: RiskAdvice.SLOW_DOWN, adviceValue: 900_000 };
  const verdict = { count: 1, actions: [answer], approvedCount: 0 };
  desk.execution.submit(plan, verdict as unknown as RiskVerdict);
  assert.deepEqual(desk.tick(899_999).turn(), []);
  assert.equal(desk.tick(1).turn().length, 1);
});
