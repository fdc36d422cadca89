/**
 * Goal: the book holds exactly what absolute quantities said, knows when it is crossed, and tells a
 * reader whether a change reached the levels it shows.
 * Method: edges by hand, then random messages against a map a side.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { Book } from './book.ts';
import { delta, NaiveBook, restore, snapshot, stateBytes } from './market-fixture.test-support.ts';
import { NO_RANK } from './price-ladder.ts';

function book(): Book {
  return new Book({ ladderTicks: 1024, farLevelsMax: 1000 });
}

function apply(built: Book, bids: [number, number][], asks: [number, number][]): void {
  const event = delta({ first: 1, last: 1, bids, asks });
  built.apply(event.bids, event.asks);
}

/** Best first. */
function levels(built: Book, side: Side): [number, number][] {
  const ladder = side === Side.BUY ? built.bids : built.asks;
  const found: [number, number][] = [];
  for (let rank = ladder.bestRank; rank !== NO_RANK; rank = ladder.nextWorse(rank)) {
    found.push([ladder.priceOf(rank), ladder.lotsAt(rank)]);
  }
  return found;
}

test('an empty book has no best, is not crossed, and stays so when nothing is removed from it', () => {
  const built = book();
  assert.equal(built.bids.bestPriceTicks, 0);
  assert.equal(built.asks.bestPriceTicks, 0);
  assert.equal(built.isCrossed, false);
  apply(built, [[100, 0]], [[101, 0]]);
  assert.equal(built.bids.count + built.asks.count, 0);
  assert.equal(built.isCrossed, false);
});

test('one side alone is never crossed; a locked and a crossed book are', () => {
  const built = book();
  apply(built, [[100, 5]], []);
  assert.equal(built.isCrossed, false);
  apply(built, [], [[101, 5]]);
  assert.equal(built.isCrossed, false);
  apply(built, [[101, 1]], []);
  assert.equal(built.isCrossed, true, 'locked');
  apply(built, [[102, 1]], []);
  assert.equal(built.isCrossed, true, 'crossed');
  apply(
    built,
    [
      [101, 0],
      [102, 0],
    ],
    [],
  );
  assert.equal(built.isCrossed, false);
});

test('quantities are absolute, the last word of a message counts', () => {
  const built = book();
  apply(
    built,
    [
      [100, 5],
      [100, 7],
    ],
    [],
  );
  assert.deepEqual(levels(built, Side.BUY), [[100, 7]]);
  apply(
    built,
    [
      [100, 3],
      [100, 0],
    ],
    [],
  );
  assert.deepEqual(levels(built, Side.BUY), []);
});

test('a change at or better than the horizon is seen, a deeper one is not', () => {
  const built = book();
  apply(
    built,
    [
      [100, 5],
      [99, 5],
      [98, 5],
    ],
    [
      [110, 5],
      [111, 5],
    ],
  );
  const look = (bids: [number, number][], asks: [number, number][]): [boolean, boolean] => {
    built.touchedBids = false;
    built.touchedAsks = false;
    apply(built, bids, asks);
    return [built.touchedBids, built.touchedAsks];
  };
  built.bidHorizonRank = built.bids.rankOf(99);
  built.askHorizonRank = built.asks.rankOf(110);
  assert.deepEqual(look([[98, 9]], [[111, 9]]), [false, false]);
  assert.deepEqual(look([[99, 9]], [[111, 9]]), [true, false]);
  assert.deepEqual(look([[98, 9]], [[110, 9]]), [false, true]);
  assert.deepEqual(look([[101, 1]], [[109, 1]]), [true, true]);
  built.bidHorizonRank = NO_RANK;
  assert.deepEqual(look([[1, 1]], []), [true, false], 'a reader with room sees everything');
});

test('clearing empties both sides and is seen', () => {
  const built = book();
  apply(built, [[100, 5]], [[110, 5]]);
  built.touchedBids = false;
  built.touchedAsks = false;
  built.clear();
  assert.deepEqual([built.bids.count, built.asks.count], [0, 0]);
  assert.deepEqual([built.touchedBids, built.touchedAsks], [true, true]);
});

test('any stream of messages gives the levels of a plain map, also after a restore in the middle', () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 6_000 }), fc.integer({ min: 0, max: 4 }));
  const message = fc.tuple(fc.array(level, { maxLength: 12 }), fc.array(level, { maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 25 }), fc.nat(25), (messages, cut) => {
      let built = book();
      const naive = new NaiveBook();
      messages.forEach(([bids, asks], position) => {
        if (position === cut) {
          const fresh = book();
          restore(fresh, stateBytes(built));
          assert.deepEqual(stateBytes(fresh), stateBytes(built));
          built = fresh;
        }
        apply(built, bids, asks);
        naive.apply(snapshot(1, bids, asks));
      });
      for (const side of [Side.BUY, Side.SELL]) {
        assert.deepEqual(levels(built, side), naive.levels(side, Number.POSITIVE_INFINITY));
      }
    }),
    { numRuns: 150 },
  );
});
