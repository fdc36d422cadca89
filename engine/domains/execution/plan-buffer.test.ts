/**
 * Goal: a refilled plan carries nothing over from the plan before, and never overflows silently.
 * Method: fill it to the brim, reset, and look.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActionKind, ActionReason, PLAN_ACTIONS_MAX } from '#contracts/order-plan.ts';
import { PlanBuffer } from './plan-buffer.ts';

test('a reset plan is empty and its actions forget whom they were about', () => {
  const plan = new PlanBuffer();
  const first = plan.add(ActionKind.REPLACE, 5, ActionReason.REPRICE);
  Object.assign(first, { targetOrderId: 9, clientOrderId: 10, reducesRisk: true, isUrgent: true });
  plan.reset(77, 3);
  assert.deepEqual([plan.count, plan.keptCount, plan.atMicros, plan.causedBy], [0, 0, 77, 3]);
  const again = plan.add(ActionKind.NEW, 6, ActionReason.MISSING);
  assert.deepEqual(
    [again.targetOrderId, again.clientOrderId, again.reducesRisk, again.isUrgent, again.slot],
    [0, 0, false, false, 6],
  );
});

test('more actions than a plan holds is our bug', () => {
  const plan = new PlanBuffer();
  for (let count = 0; count < PLAN_ACTIONS_MAX; count++) {
    plan.add(ActionKind.CANCEL, 0, ActionReason.UNWANTED);
  }
  assert.throws(() => plan.add(ActionKind.CANCEL, 0, ActionReason.UNWANTED), RangeError);
});
