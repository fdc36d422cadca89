/**
 * Goal: slots are distinct, a predecessor comes back when its successor fails, and rests end on time.
 * Method: all slots; the ends of a replacement in both orders; the edges of each rest.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEDGE_LEGS_MAX } from '#contracts/hedge-command.ts';
import { Side } from '#contracts/order.ts';
import { NO_ROW } from './live-orders.ts';
import {
  CHILDREN_MAX,
  hedgeSlot,
  isHedgeSlot,
  OrderSlots,
  quoteSlot,
  SLOT_COUNT,
} from './order-slots.ts';

test('every side, layer, child and hedge leg has a slot of its own', () => {
  const slots = new Set<number>();
  for (let side = 0; side < 2; side++) {
    for (let layer = 0; layer < 3; layer++) {
      for (let child = 0; child < CHILDREN_MAX; child++) slots.add(quoteSlot(side, layer, child));
    }
  }
  assert.ok([...slots].every((slot) => !isHedgeSlot(slot)));
  for (let leg = 0; leg < HEDGE_LEGS_MAX; leg++) slots.add(hedgeSlot(leg));
  assert.equal(slots.size, SLOT_COUNT);
  assert.equal(Math.max(...slots), SLOT_COUNT - 1);
});

test('a failed successor gives the slot back, a finished predecessor leaves it', () => {
  const slots = new OrderSlots();
  slots.rows[3] = 11;
  slots.outgoingRows[3] = 10;
  slots.release(3, 11);
  assert.deepEqual([slots.rows[3], slots.outgoingRows[3]], [10, NO_ROW]);
  slots.rows[4] = 21;
  slots.outgoingRows[4] = 20;
  slots.release(4, 20);
  assert.deepEqual([slots.rows[4], slots.outgoingRows[4]], [21, NO_ROW]);
  slots.release(4, 99);
  assert.equal(slots.rows[4], 21);
});

test('a rest is never shortened and ends at its time', () => {
  const slots = new OrderSlots();
  slots.block(0, 100);
  slots.block(0, 50);
  assert.equal(slots.isBlocked(0, 99), true);
  assert.equal(slots.isBlocked(0, 100), false);
});

test('a refused price and better ones are barred until the opposite best moves away', () => {
  const slots = new OrderSlots();
  slots.bar(0, 9_990, 10_001, 100);
  const bid = (price: number, touch: number, now = 99) =>
    slots.isBarred(0, Side.BUY, price, touch, now);
  assert.deepEqual([bid(9_990, 10_001), bid(9_990, 10_001, 100)], [true, false]);
  assert.deepEqual([bid(9_991, 10_001), bid(9_989, 10_001)], [true, false]);
  assert.deepEqual([bid(9_990, 10_000), bid(9_990, 10_002)], [true, false]);
  const ask = (price: number, touch: number) => slots.isBarred(0, Side.SELL, price, touch, 99);
  assert.deepEqual(
    [ask(9_990, 10_001), ask(9_991, 10_001), ask(9_990, 10_000)],
    [true, false, false],
  );
});
