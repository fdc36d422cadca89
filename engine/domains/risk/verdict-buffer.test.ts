/**
 * Goal: an answer carries nothing over from the one before.
 * Method: fill every field, reset, look.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAN_ACTIONS_MAX } from '#contracts/order-plan.ts';
import { RiskAdvice, RiskCode } from '#contracts/risk-verdict.ts';
import { ActionVerdictBuffer, VerdictBuffer } from './verdict-buffer.ts';

test('a reset answer is an approval without reservation', () => {
  const answer = new ActionVerdictBuffer();
  assert.equal(answer.refuse(RiskCode.MAX_LONG, 5, 4), false);
  assert.equal(answer.advise(RiskAdvice.REDUCE_SIZE, 3), false);
  answer.reservation = 9;
  answer.reset();
  assert.deepEqual(answer, new ActionVerdictBuffer());
  assert.deepEqual([answer.code, answer.reservation], [RiskCode.APPROVED, -1]);
});

test('a verdict has an answer for every action a plan can hold', () => {
  assert.equal(new VerdictBuffer().actions.length, PLAN_ACTIONS_MAX);
});
