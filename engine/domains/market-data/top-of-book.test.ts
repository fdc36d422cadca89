/**
 * Goal: of depth and bookTicker the higher update id is the truth, whichever arrives last.
 * Method: ids by hand, then random arrivals against the highest id seen.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EpochMicros } from '#units/integers.ts';
import { restore, START, stateBytes, ticker } from './market-fixture.test-support.ts';
import { TopOfBook } from './top-of-book.ts';

test('a ticker is news only above both the last ticker and the book', () => {
  const top = new TopOfBook();
  assert.equal(top.isNews(5, 4), true);
  top.adopt(ticker(5, [100, 1], [101, 1]));
  for (const [id, bookId, isNews, why] of [
    [6, 5, true, 'newer than both'],
    [5, 0, false, 'the same ticker again'],
    [4, 0, false, 'older than the last'],
    [6, 6, false, 'the book is there already'],
    [6, 7, false, 'the book is further'],
  ] as const) {
    assert.equal(top.isNews(id, bookId), isNews, why);
  }
  assert.equal(top.lateCount, 4);
});

test('the ticker rules until the book reaches its id', () => {
  const top = new TopOfBook();
  assert.equal(top.isNewerThan(0), false, 'nothing was adopted');
  top.adopt(ticker(5, [100, 1], [101, 1]));
  assert.equal(top.isNewerThan(4), true);
  assert.equal(top.isNewerThan(5), false);
});

test('adopting says which side moved its price; a new quantity is no move', () => {
  const top = new TopOfBook();
  const adopt = (bid: [number, number], ask: [number, number]): [boolean, boolean] => {
    top.adopt(ticker(top.updateId + 1, bid, ask));
    return [top.bidMoved, top.askMoved];
  };
  assert.deepEqual(adopt([100, 1], [101, 1]), [true, true]);
  assert.deepEqual(adopt([100, 9], [101, 8]), [false, false]);
  assert.deepEqual([top.bid.quantityLots, top.ask.quantityLots], [9, 8]);
  assert.deepEqual(adopt([99, 9], [101, 8]), [true, false]);
  assert.deepEqual(adopt([99, 9], [102, 8]), [false, true]);
});

test('a side without lots or without a price is an empty side', () => {
  const top = new TopOfBook();
  top.adopt(ticker(1, [0, 5], [101, 0]));
  assert.deepEqual([top.bid.priceTicks, top.ask.priceTicks], [0, 0]);
});

test('time is the venue’s where it sends one, else the arrival', () => {
  const top = new TopOfBook();
  const event = ticker(1, [100, 1], [101, 1], START + 5);
  top.adopt(event);
  assert.equal(top.bid.timeMicros, START + 5);
  event.updateId = 2;
  event.venueTimeMicros = (START + 3) as EpochMicros;
  top.adopt(event);
  assert.deepEqual([top.bid.timeMicros, top.ask.timeMicros], [START + 3, START + 3]);
});

test('after a lost connection nothing known outranks what comes, however low its id', () => {
  const top = new TopOfBook();
  top.adopt(ticker(1_000, [100, 1], [101, 1]));
  top.forget();
  assert.equal(top.isNewerThan(0), false);
  assert.equal(top.isNews(1, 0), true);
  assert.deepEqual([top.bid.priceTicks, top.ask.priceTicks], [0, 0]);
});

test('in any order of arrival the shown touch is the one with the highest id', () => {
  const arrival = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), fc.nat(60), (arrivals, cut) => {
      let top = new TopOfBook();
      let bookId = 0;
      let highestTicker = 0;
      arrivals.forEach(([id, isBook], position) => {
        if (position === cut) {
          const fresh = new TopOfBook();
          restore(fresh, stateBytes(top));
          assert.deepEqual(stateBytes(fresh), stateBytes(top));
          top = fresh;
        }
        if (isBook) {
          bookId = Math.max(bookId, id);
        } else if (top.isNews(id, bookId)) {
          assert.ok(id > highestTicker && id > bookId);
          top.adopt(ticker(id, [id, 1], [id + 1, 1]));
          highestTicker = id;
        }
        assert.equal(top.isNewerThan(bookId), highestTicker > bookId);
        assert.equal(top.bid.priceTicks, highestTicker);
      });
    }),
  );
});
