/**
 * Goal: the table keeps its bound, its free rows are zeros, and what ended is remembered for a while.
 * Method: fill it, empty it, and ask after the ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderState } from '#contracts/order.ts';
import { StateBytesWriter } from '#loop/state-bytes.ts';
import { LIVE_ORDERS_MAX, LiveOrders, NO_ROW } from './live-orders.ts';

function bytesOf(orders: LiveOrders): Uint8Array {
  const writer = new StateBytesWriter();
  orders.writeState(writer);
  return writer.written().slice();
}

test('the table of live orders holds its bound and takes only ends for ends', () => {
  const orders = new LiveOrders();
  for (let id = 1; id <= LIVE_ORDERS_MAX; id++) orders.open(id);
  assert.equal(orders.isFull, true);
  assert.throws(() => orders.open(999), RangeError);
  assert.throws(() => orders.end(0, OrderState.NEW, 0), RangeError);
  orders.end(orders.rowOf(LIVE_ORDERS_MAX), OrderState.CANCELED, 0);
  assert.equal(orders.rowEnd, LIVE_ORDERS_MAX - 1);
  assert.equal(orders.rowOf(LIVE_ORDERS_MAX), NO_ROW);
});

test('a row that was used and freed leaves no trace in the live part of the state', () => {
  const used = new LiveOrders();
  const fresh = new LiveOrders();
  const row = used.open(7);
  used.pricesTicks[row] = 5;
  used.totalsLots[row] = 9;
  used.end(row, OrderState.FILLED, 0);
  const again = used.open(8);
  fresh.end(fresh.open(7), OrderState.FILLED, 0);
  assert.equal(again, fresh.open(8));
  assert.deepEqual(bytesOf(used), bytesOf(fresh));
});

test('an ended order is remembered with its fills until 256 others have ended', () => {
  const orders = new LiveOrders();
  const row = orders.open(1);
  orders.filledLots[row] = 30;
  orders.end(row, OrderState.CANCELED, 0);
  const index = orders.endedIndexOf(1);
  assert.equal(orders.endedState(index), OrderState.CANCELED);
  assert.deepEqual([orders.raiseEndedFill(index, 50), orders.raiseEndedFill(index, 50)], [20, 0]);
  for (let id = 2; id <= 257; id++) orders.end(orders.open(id), OrderState.CANCELED, 0);
  assert.equal(orders.endedIndexOf(1), -1);
  assert.ok(orders.endedIndexOf(2) >= 0);
});
