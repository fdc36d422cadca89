/**
 * Goal: the table of faults and order states counts each meeting once, and names every gap in it.
 * Method: hits by hand, tables added up, and the two lists of states held against each other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTerminal, OrderState } from '#contracts/order.ts';
import { CELL_STATES, FaultCellCounter, judgeCells } from './fault-cells.ts';

test('the columns are the open states of an order, in the order of their codes', () => {
  const open = Object.entries(OrderState).filter(([, state]) => !isTerminal(state));
  assert.deepEqual(
    CELL_STATES,
    open.map(([name]) => name),
  );
});

test('a hit counts once in its cell; ended orders and faults of no table count nowhere', () => {
  const counter = new FaultCellCounter(['ack-late', 'halt']);
  counter.hit('ack-late', OrderState.NEW);
  counter.hit('ack-late', OrderState.NEW);
  counter.hit('halt', OrderState.UNKNOWN);
  counter.hit('halt', OrderState.FILLED);
  counter.hit('sunshine', OrderState.NEW);
  const { cells } = counter;
  assert.deepEqual(Object.keys(cells), ['ack-late', 'halt']);
  assert.equal(cells['ack-late']?.NEW, 2);
  assert.equal(cells['halt']?.UNKNOWN, 1);
  const total = Object.values(cells).flatMap((row) => Object.values(row));
  assert.equal(
    total.reduce((sum, count) => sum + count, 0),
    3,
  );
});

test('tables of several runs add up', () => {
  const one = new FaultCellCounter(['halt']);
  one.hit('halt', OrderState.PENDING_CANCEL);
  const sum = new FaultCellCounter(['halt']);
  sum.add(one.cells);
  sum.add(one.cells);
  sum.add(new FaultCellCounter(['another']).cells);
  assert.deepEqual(Object.keys(sum.cells), ['halt']);
  assert.equal(sum.cells['halt']?.PENDING_CANCEL, 2);
});

test('what nobody hit is named', () => {
  const counter = new FaultCellCounter(['halt']);
  for (const state of [OrderState.PENDING_NEW, OrderState.NEW, OrderState.UNKNOWN]) {
    counter.hit('halt', state);
  }
  assert.deepEqual(judgeCells(counter.cells), {
    hit: 3,
    total: 6,
    unhit: ['halt x PARTIALLY_FILLED', 'halt x PENDING_CANCEL', 'halt x PENDING_REPLACE'],
  });
});
