/**
 * Goal: the table of faults and order states counts each meeting once, and names every gap in it.
 * Method: hits by hand, tables added up, and the two lists of states held against each other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTerminal, OrderState } from '#contracts/order.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { CELL_STATES, FaultCellCounter, judgeCells, UNREACHABLE_CELLS } from './fault-cells.ts';

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
    ...{ unreachable: [], unexpected: [] },
  });
});

test('what nobody can hit is named with the reason, and does not count as missing', () => {
  const { hit, total, unhit, unreachable } = judgeCells(
    new FaultCellCounter(['halt', 'cancel-fill-race', 'ack-duplicated']).cells,
  );
  assert.deepEqual([hit, total, unhit.length], [0, 13, 13]);
  const names = unreachable.flatMap(({ cells }) => cells);
  assert.ok(
    names.includes('cancel-fill-race x NEW') && names.includes('ack-duplicated x PENDING_NEW'),
  );
  assert.equal(names.length, 5);
  assert.ok(unreachable.every(({ why }) => why.length > 20));
});

test('a cell that was hit although it is out of reach says that the reason is wrong', () => {
  const counter = new FaultCellCounter(['ack-duplicated']);
  counter.hit('ack-duplicated', OrderState.PENDING_NEW);
  const verdict = judgeCells(counter.cells);
  assert.deepEqual([verdict.hit, verdict.total], [1, 6]);
  assert.deepEqual(verdict.unexpected, ['ack-duplicated x PENDING_NEW']);
});

test('each row is about faults that exist, and no cell has two reasons', () => {
  const cells = UNREACHABLE_CELLS.flatMap(({ faults, states }) =>
    faults.flatMap((fault) => states.map((state) => `${fault} x ${state}`)),
  );
  assert.equal(new Set(cells).size, cells.length);
  for (const { faults } of UNREACHABLE_CELLS) {
    for (const fault of faults) assert.ok(FAULT_NAMES.includes(fault), fault);
  }
});
