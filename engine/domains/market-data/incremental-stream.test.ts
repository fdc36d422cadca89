/**
 * Goal: a depth message follows a book exactly when the venue's rules say so.
 * Method: the rules of both markets as tables, then chains with a message left out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Market } from '#contracts/instrument.ts';
import { ChainVerdict, idBefore, judgeChain } from './incremental-stream.ts';

const { OLD, NEXT, GAP } = ChainVerdict;

test('spot counts from its first id, the perpetual from the one it names', () => {
  assert.equal(idBefore(Market.SPOT, 11, 5), 10);
  assert.equal(idBefore(Market.PERPETUAL, 11, 5), 5);
});

for (const [market, before, last, isFirst, verdict, why] of [
  [Market.SPOT, 10, 12, false, NEXT, 'begins right after the book'],
  [Market.SPOT, 11, 12, false, GAP, 'leaves one change out'],
  [Market.SPOT, 5, 10, false, OLD, 'ends where the book stands'],
  [Market.SPOT, 5, 9, false, OLD, 'ends before the book'],
  [Market.SPOT, 5, 12, false, NEXT, 'overlaps the book, which spot allows'],
  [Market.SPOT, 5, 12, true, NEXT, 'overlaps the snapshot'],
  [Market.SPOT, 11, 12, true, GAP, 'begins after the snapshot with a hole'],
  [Market.PERPETUAL, 10, 12, false, NEXT, 'names the book’s id'],
  [Market.PERPETUAL, 9, 12, false, GAP, 'names an earlier id in a running chain'],
  [Market.PERPETUAL, 9, 12, true, NEXT, 'holds the snapshot’s id inside'],
  [Market.PERPETUAL, 11, 12, true, GAP, 'begins after the snapshot with a hole'],
  [Market.PERPETUAL, 9, 10, true, OLD, 'ends where the snapshot stands'],
  [Market.PERPETUAL, 10, 10, false, OLD, 'holds nothing new'],
] as const) {
  const name = market === Market.SPOT ? 'spot' : 'perpetual';
  const state = isFirst ? 'a fresh snapshot' : 'a running book';
  test(`a ${name} message after ${state} at id 10 that ${why}`, () => {
    assert.equal(judgeChain(market, 10, before, last, isFirst), verdict);
  });
}

test('a whole chain always continues, and the first message after a lost one is a gap', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 30 });
  const markets = fc.constantFrom(Market.SPOT, Market.PERPETUAL);
  fc.assert(
    fc.property(markets, sizes, fc.nat(), (market, steps, seed) => {
      const lost = 1 + (seed % (steps.length - 2));
      let id = 100;
      let bookId = 100;
      const verdicts = steps.map((size, position) => {
        const previous = id;
        id += size;
        if (position === lost) return null;
        const before = idBefore(market, previous + 1, previous);
        const verdict = judgeChain(market, bookId, before, id, position === 0);
        if (verdict === NEXT) bookId = id;
        return verdict;
      });
      assert.deepEqual(verdicts.slice(0, lost), Array(lost).fill(NEXT));
      assert.equal(verdicts[lost + 1], GAP);
    }),
  );
});
