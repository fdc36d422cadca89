/**
 * Goal: an amount told twice is counted once, and a difference is never silent.
 * Method: a table of orders in which changes and statements can arrive, then random histories.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AbsoluteSlot, StatementOutcome } from './absolute-slot.ts';

test('a statement that agrees with the changes confirms them', () => {
  const slot = new AbsoluteSlot();
  assert.equal(slot.applyStatement(100, 5, 10, 0), StatementOutcome.FIRST);
  slot.applyChange(-30, 20);
  assert.equal(slot.totalUnits, 70);
  assert.equal(slot.applyStatement(70, 0, 20, 0), StatementOutcome.CONFIRMED);
  assert.equal(slot.isConfirmed, true);
});

test('a statement older than an applied change is ignored', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  slot.applyChange(-30, 20);
  assert.equal(slot.applyStatement(100, 0, 15, 0), StatementOutcome.OUTDATED);
  assert.equal(slot.totalUnits, 70);
});

test('a statement older than another statement is ignored', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  assert.equal(slot.applyStatement(90, 0, 9, 0), StatementOutcome.OUTDATED);
  assert.equal(slot.totalUnits, 100);
});

test('the venue wins a disagreement and the slot is unconfirmed until it is settled', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  assert.equal(slot.applyStatement(93, 0, 20, 0), StatementOutcome.CORRECTED);
  assert.equal(slot.totalUnits, 93);
  assert.equal(slot.isConfirmed, false);
  assert.equal(slot.applyStatement(93, 0, 30, 0), StatementOutcome.CONFIRMED);
  assert.equal(slot.isConfirmed, false, 'said twice is not explained');
  assert.equal(slot.settle(), -7);
  assert.equal(slot.isConfirmed, true);
  assert.equal(slot.settle(), 0);
});

test('a fill report that its statement overtook explains the correction and moves nothing', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  slot.applyStatement(93, 0, 20, 0);
  slot.applyChange(-7, 20);
  assert.equal(slot.totalUnits, 93);
  assert.equal(slot.isConfirmed, true);
  assert.equal(slot.unexplainedUnits, 0);
});

test('a change newer than the correcting statement is a change of its own', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  slot.applyStatement(93, 0, 20, 0);
  slot.applyChange(-7, 21);
  assert.equal(slot.totalUnits, 86);
  assert.equal(slot.isConfirmed, false);
});

test('rounding within the tolerance is taken without a correction', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 0, 10, 0);
  assert.equal(slot.applyStatement(102, 0, 20, 2), StatementOutcome.ROUNDED);
  assert.equal(slot.totalUnits, 102);
  assert.equal(slot.isConfirmed, true);
  assert.equal(slot.applyStatement(105, 0, 30, 2), StatementOutcome.CORRECTED);
});

test('only fills dated before the first statement are part of it', () => {
  const slot = new AbsoluteSlot();
  assert.equal(slot.precedesFirstStatement(1), false);
  slot.applyStatement(100, 0, 10, 0);
  assert.equal(slot.precedesFirstStatement(9), true);
  assert.equal(slot.precedesFirstStatement(10), false);
});

test('the locked part never goes below zero', () => {
  const slot = new AbsoluteSlot();
  slot.applyStatement(100, 20, 10, 0);
  slot.unlock(50);
  assert.equal(slot.lockedUnits, 0);
});

test('whatever the order of report and statement, the amount ends at the venue truth', () => {
  const step = fc.record({
    delta: fc.integer({ min: -50, max: 50 }),
    statementFirst: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const slot = new AbsoluteSlot();
      slot.applyStatement(1_000, 0, 0, 0);
      let truth = 1_000;
      let now = 0;
      for (const { delta, statementFirst } of steps) {
        now += 1;
        truth += delta;
        if (!statementFirst) slot.applyChange(delta, now);
        slot.applyStatement(truth, 0, now, 0);
        if (statementFirst) slot.applyChange(delta, now);
        assert.equal(slot.totalUnits, truth);
        assert.equal(slot.isConfirmed, true);
      }
    }),
  );
});
