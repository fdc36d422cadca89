/**
 * Goal: a depth message names each changed price once, lowest first, with what rests there now.
 * Method: random prices beside a Set; the book side has one order so that quantities differ.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LevelColumn } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { BookSide } from './book-side.ts';
import { ChangedLevels } from './changed-levels.ts';

const emptySide = new BookSide(Side.BUY);

function drained(levels: ChangedLevels, side = emptySide): [number, number][] {
  const column = new LevelColumn();
  levels.drain(side, column);
  return Array.from({ length: column.count }, (_, index) => [
    column.pricesTicks[index] as number,
    column.quantitiesLots[index] as number,
  ]);
}

test('each changed price comes once, lowest first, whatever the order and the number of changes', () => {
  const price = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 2 ** 31 }),
    fc.maxSafeInteger().map((value) => Math.abs(value) + 1),
  );
  fc.assert(
    fc.property(fc.array(fc.array(price, { maxLength: 900 }), { maxLength: 3 }), (messages) => {
      const levels = new ChangedLevels();
      for (const prices of messages) {
        for (const one of prices) levels.note(one);
        assert.equal(levels.isEmpty, prices.length === 0);
        const expected = [...new Set(prices)].sort((left, right) => left - right);
        assert.deepEqual(
          drained(levels),
          expected.map((one) => [one, 0]),
        );
        assert.ok(levels.isEmpty);
      }
    }),
    { numRuns: 60 },
  );
});

test('prices that share their low 32 bits are different prices', () => {
  const levels = new ChangedLevels();
  const prices = Array.from({ length: 600 }, (_, index) => 7 + index * 2 ** 32);
  for (const price of prices.toReversed()) levels.note(price);
  assert.deepEqual(
    drained(levels).map(([price]) => price),
    prices,
  );
});
