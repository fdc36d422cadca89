/**
 * Goal: the life of an order has no way back from its end and no way around the table.
 * Method: every state with every input.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTerminal, OrderState } from '#contracts/order.ts';
import { ILLEGAL, nextOrderState, OrderInput, SAME } from './order-transitions.ts';

const STATES = Object.values(OrderState);
const INPUTS = Object.values(OrderInput);

test('an end is an end: nothing leads out of it', () => {
  for (const state of STATES.filter(isTerminal)) {
    for (const input of INPUTS) {
      const next = nextOrderState(state, input, true);
      assert.ok(next === SAME || next === ILLEGAL, `${state} ${input}`);
    }
  }
});

test('every living state accepts a complete fill, a cancellation and an expiry: no fill is lost', () => {
  for (const state of STATES.filter((one) => !isTerminal(one))) {
    assert.equal(nextOrderState(state, OrderInput.FILLED, true), OrderState.FILLED);
    assert.equal(nextOrderState(state, OrderInput.CANCELED, true), OrderState.CANCELED);
    assert.equal(nextOrderState(state, OrderInput.EXPIRED, true), OrderState.EXPIRED);
  }
});

test('a late acknowledgement never takes a fill back', () => {
  const partly = OrderState.PARTIALLY_FILLED;
  assert.equal(nextOrderState(partly, OrderInput.ACKNOWLEDGED, true), SAME);
  assert.equal(nextOrderState(OrderState.UNKNOWN, OrderInput.ACKNOWLEDGED, true), partly);
  assert.equal(
    nextOrderState(OrderState.PENDING_CANCEL, OrderInput.OPERATION_REFUSED, true),
    partly,
  );
});

test('what the venue cannot mean is illegal', () => {
  for (const [state, input] of [
    [OrderState.NEW, OrderInput.REJECTED],
    [OrderState.PENDING_NEW, OrderInput.AMENDED],
    [OrderState.FILLED, OrderInput.CANCELED],
    [OrderState.REJECTED, OrderInput.ACKNOWLEDGED],
    [OrderState.UNKNOWN, OrderInput.REPLACE_REQUESTED],
  ] as const) {
    assert.equal(nextOrderState(state, input, false), ILLEGAL);
  }
});
