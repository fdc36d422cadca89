/**
 * Goal: each trade id counts once within a bounded memory, and what lies beyond is said to be unknown.
 * Method: edges, then random shuffles with repeats against a Set.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { FillIds, FillNovelty, REMEMBERED_TRADES } from './fill-ids.ts';

test('a rising id is new, a repeated one is a duplicate, a late lower one is new', () => {
  const ids = new FillIds();
  assert.equal(ids.novelty(0), FillNovelty.NEW);
  ids.remember(10);
  ids.remember(20);
  assert.equal(ids.novelty(10), FillNovelty.DUPLICATE);
  assert.equal(ids.novelty(15), FillNovelty.NEW);
  assert.equal(ids.novelty(21), FillNovelty.NEW);
});

test('an id below everything remembered cannot be told', () => {
  const ids = new FillIds();
  for (let id = 1; id <= REMEMBERED_TRADES + 5; id++) ids.remember(id);
  assert.equal(ids.novelty(5), FillNovelty.TOO_OLD_TO_TELL);
  assert.equal(ids.novelty(6), FillNovelty.DUPLICATE);
});

test('shuffled ids with repeats agree with a set', () => {
  const seed = 11;
  const random = new SeededRandom(seed);
  const ids = new FillIds();
  const seen = new Set<number>();
  let base = 0;
  for (let round = 0; round < 3_000; round++) {
    base += random.integer(0, 2);
    const id = Math.max(0, base - random.integer(0, 30));
    const expected = seen.has(id) ? FillNovelty.DUPLICATE : FillNovelty.NEW;
    assert.equal(ids.novelty(id), expected, `seed ${seed}, round ${round}`);
    if (expected === FillNovelty.NEW) ids.remember(id);
    seen.add(id);
  }
});
