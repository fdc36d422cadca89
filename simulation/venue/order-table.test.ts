/**
 * Goal: open orders are found, closed ones for a while, and memory has an end.
 * Method: more orders than the table remembers.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { OrderCommand } from '#contracts/commands.ts';
import { OrderType, TimeInForce } from '#contracts/order.ts';
import {
  type ClientOrderId,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { OrderTable } from './order-table.ts';
import { OwnOrder } from './own-order.ts';

function ownOrder(id: number, venueOrderId = id): OwnOrder {
  const command = new OrderCommand();
  command.clientOrderId = id as ClientOrderId;
  const terms = {
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    priceTicks: 1 as PriceTicks,
    quantityLots: 1 as QuantityLots,
  };
  return new OwnOrder(venueOrderId, command, terms, NO_ORDER);
}

test('an id used again finds the open order, and the closed one when that closes', () => {
  const table = new OrderTable();
  const id = 7 as ClientOrderId;
  const first = ownOrder(7);
  table.add(first);
  table.close(first);
  assert.equal(table.findOpen(id), null);
  assert.equal(table.find(id), first);
  const second = ownOrder(7);
  table.add(second);
  assert.equal(table.find(id), second);
  assert.deepEqual(table.openOrders(), [second]);
  assert.equal(table.openCount, 1);
});

test('the oldest closed orders are forgotten', () => {
  const table = new OrderTable();
  for (let id = 1; id <= 10_002; id++) {
    const order = ownOrder(id);
    table.add(order);
    table.close(order);
  }
  assert.equal(table.find(2 as ClientOrderId), null);
  assert.notEqual(table.find(3 as ClientOrderId), null);
});

test('orders without a client id are listed side by side, and no query finds them', () => {
  const table = new OrderTable();
  const first = ownOrder(0, 1);
  const second = ownOrder(0, 2);
  table.add(first);
  table.add(second);
  assert.deepEqual(table.openOrders(), [first, second]);
  assert.equal(table.findOpen(NO_ORDER), null);
  table.close(first);
  assert.deepEqual(table.openOrders(), [second]);
  assert.equal(table.find(NO_ORDER), null);
});
