/**
 * Goal: the table is a map of ranks to lots, whatever is set and removed in which order.
 * Method: random changes on few, colliding ranks against a Map.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FarLevels } from './far-levels.ts';

const ranks = fc.oneof(
  fc.integer({ min: -40, max: -1 }),
  // Same low bits: these share their home slot.
  fc.integer({ min: 1, max: 20 }).map((index) => index * 2 ** 32),
  fc.integer({ min: 1, max: 2 ** 40 }),
);

test('the table agrees with a Map after every change', () => {
  const changes = fc.array(fc.tuple(ranks, fc.integer({ min: 0, max: 3 })), {
    maxLength: 400,
    size: 'max',
  });
  fc.assert(
    fc.property(changes, (steps) => {
      const table = new FarLevels();
      const model = new Map<number, number>();
      for (const [rank, lots] of steps) {
        if (lots === 0) {
          table.delete(rank);
          model.delete(rank);
        } else {
          table.set(rank, lots);
          model.set(rank, lots);
        }
        assert.equal(table.size, model.size);
      }
      const sorted = [...model.keys()].sort((left, right) => left - right);
      assert.deepEqual([...table.sortedRanks()], sorted);
      for (const [rank, lots] of model) assert.equal(table.get(rank), lots);
      assert.equal(table.highestBelow(-10), sorted.findLast((rank) => rank < -10) ?? -Infinity);
    }),
    { numRuns: 200 },
  );
});

test('the table grows without losing a level', () => {
  const table = new FarLevels();
  for (let rank = 1; rank <= 5000; rank++) table.set(rank, rank);
  for (let rank = 1; rank <= 5000; rank += 2) table.delete(rank);
  assert.equal(table.size, 2500);
  for (let rank = 1; rank <= 5000; rank++) assert.equal(table.get(rank), rank % 2 ? 0 : rank);
  table.clear();
  assert.equal(table.size, 0);
  assert.equal(table.get(2), 0);
});
