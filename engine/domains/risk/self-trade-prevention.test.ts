/**
 * Goal: no own order meets another, and each policy does what its name says.
 * Method: one resting order and one that would meet it, under each policy.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { OrderType, Side } from '#contracts/order.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { RiskDesk, testAction } from './risk-desk.test-support.ts';

test('each self-trade policy does what its name says', () => {
  const crossing = { side: Side.SELL, priceTicks: 9_990, quantityLots: 200 };
  const story = (selfTradePolicy: 'reject' | 'warn' | 'cancel-oldest' | 'cancel-smallest') => {
    const desk = new RiskDesk({ selfTradePolicy }).ready();
    const resting = testAction();
    desk.check(resting);
    assert.equal(desk.code(testAction({ side: Side.SELL, priceTicks: 9_991 })), RiskCode.APPROVED);
    const codes = [desk.code(testAction(crossing)), desk.code(testAction(crossing))];
    const cancels = desk.commands.filter((one) => one.kind === CommandKind.CANCEL_ORDER);
    return { codes, cancels: cancels.length, warnings: desk.risk.selfTradeWarningCount, desk };
  };
  const { SELF_TRADE, APPROVED } = RiskCode;
  const { desk, ...rejected } = story('reject');
  assert.deepEqual(rejected, { codes: [SELF_TRADE, SELF_TRADE], cancels: 0, warnings: 0 });
  const warned = story('warn');
  assert.deepEqual([warned.codes, warned.warnings], [[APPROVED, APPROVED], 2]);
  assert.deepEqual(story('cancel-oldest').cancels, 1);
  assert.deepEqual(story('cancel-smallest').cancels, 1);
  assert.equal(desk.code(testAction({ ...crossing, type: OrderType.MARKET })), SELF_TRADE);
  const large = new RiskDesk({ selfTradePolicy: 'cancel-smallest' }).ready();
  large.check(testAction({ quantityLots: 300 }));
  assert.equal(large.code(testAction(crossing)), SELF_TRADE);
  assert.ok(large.commands.every((one) => one.kind !== CommandKind.CANCEL_ORDER));
});

test('orders of one plan that would meet each other are seen in plan order', () => {
  const desk = new RiskDesk().ready();
  const answers = desk.check(testAction(), testAction({ side: Side.SELL, priceTicks: 9_990 }));
  assert.deepEqual(
    answers.map(({ code }) => code),
    [RiskCode.APPROVED, RiskCode.SELF_TRADE],
  );
  assert.ok(answers[0] !== undefined && answers[0].reservation >= 0);
  assert.equal(answers[1]?.reservation, -1);
});
