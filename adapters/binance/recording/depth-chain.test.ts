/**
 * Goal: the checker's book follows the venue's procedure on both markets and its parts hold.
 * Method: message by message stories from the documentation; the plain book and the comparison against
 * the simplest possible recomputation on random streams.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DepthDeltaEvent, DepthSnapshotEvent, LevelColumn } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { ChainOutcome, DepthChain } from './depth-chain.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { type BookTop, PlainBook } from './plain-book.ts';
import { TopComparison } from './top-comparison.ts';

const { APPLIED, BUFFERED, GAP, OUTDATED } = ChainOutcome;

function depth(first: number, last: number, previous = -1, bids: readonly [number, number][] = []) {
  const event = new DepthDeltaEvent();
  event.firstUpdateId = first;
  event.lastUpdateId = last;
  event.previousUpdateId = previous;
  for (const [price, quantity] of bids) event.bids.push(price, quantity);
  return event;
}

function snapshot(last: number, bids: readonly [number, number][] = []) {
  const event = new DepthSnapshotEvent();
  event.lastUpdateId = last;
  for (const [price, quantity] of bids) event.bids.push(price, quantity);
  return event;
}

function chainOf(market: Market) {
  const states: [number, number][] = [];
  const chain = new DepthChain(market, {
    onBook: (id, book) => states.push([id, book.top().bidQuantityLots]),
  });
  return { chain, states };
}

test('spot: the buffer joins the snapshot where it straddles it, and runs on by U = u + 1', () => {
  const { chain, states } = chainOf(Market.SPOT);
  assert.equal(chain.onDepth(depth(1, 5, -1, [[10, 1]])), BUFFERED);
  assert.equal(chain.onDepth(depth(6, 9, -1, [[10, 2]])), BUFFERED);
  chain.onSnapshot(snapshot(7, [[10, 7]]));
  assert.equal(chain.onDepth(depth(10, 12, -1, [[10, 3]])), APPLIED);
  assert.deepEqual(states, [
    [7, 7],
    [9, 2],
    [12, 3],
  ]);
  assert.equal(chain.onDepth(depth(10, 12)), OUTDATED);
  assert.equal(chain.onDepth(depth(14, 15)), GAP);
  assert.equal(chain.hasBook, false);
  assert.equal(chain.gapCount, 1);
  chain.onSnapshot(snapshot(14, [[10, 4]]));
  assert.equal(chain.hasBook, true);
  assert.equal(states.at(-1)?.[0], 15);
});

test('spot: a snapshot at the end of a message joins the next one', () => {
  const { chain, states } = chainOf(Market.SPOT);
  chain.onDepth(depth(1, 5));
  chain.onSnapshot(snapshot(5, [[10, 1]]));
  assert.equal(chain.onDepth(depth(6, 8, -1, [[10, 2]])), APPLIED);
  assert.deepEqual(states, [
    [5, 1],
    [8, 2],
  ]);
});

test('a snapshot older than the first message waits for another one', () => {
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    const { chain } = chainOf(market);
    chain.onDepth(depth(20, 25, 18));
    chain.onSnapshot(snapshot(10));
    assert.equal(chain.hasBook, false);
    assert.equal(chain.unusedSnapshotCount, 1);
    chain.onSnapshot(snapshot(22));
    assert.equal(chain.hasBook, true);
  }
});

test('a snapshot ahead of the stream drops messages until one straddles it; an old one is ignored', () => {
  const { chain, states } = chainOf(Market.SPOT);
  chain.onSnapshot(snapshot(10, [[10, 1]]));
  assert.equal(chain.onDepth(depth(4, 8)), OUTDATED);
  assert.equal(chain.onDepth(depth(9, 11, -1, [[10, 5]])), APPLIED);
  chain.onSnapshot(snapshot(10, [[10, 99]]));
  assert.equal(chain.book.top().bidQuantityLots, 5);
  assert.equal(chain.unusedSnapshotCount, 1);
  assert.deepEqual(states, [
    [10, 1],
    [11, 5],
  ]);
});

test('a snapshot that the next message does not reach is of no use', () => {
  const { chain } = chainOf(Market.SPOT);
  chain.onSnapshot(snapshot(10));
  assert.equal(chain.onDepth(depth(15, 16)), BUFFERED);
  assert.equal(chain.hasBook, false);
  assert.equal(chain.unusedSnapshotCount, 1);
  assert.equal(chain.gapCount, 0);
});

test('USD-M: messages chain by pu alone, and the first one has U <= id <= u', () => {
  const { chain, states } = chainOf(Market.PERPETUAL);
  chain.onDepth(depth(100, 110, 90));
  chain.onDepth(depth(130, 140, 110, [[10, 2]]));
  chain.onSnapshot(snapshot(135, [[10, 1]]));
  assert.equal(chain.onDepth(depth(500, 510, 140, [[10, 3]])), APPLIED);
  assert.deepEqual(states, [
    [135, 1],
    [140, 2],
    [510, 3],
  ]);
  assert.equal(chain.onDepth(depth(511, 520, 509)), GAP);
  assert.equal(chain.gapCount, 1);
});

test('the plain book has the top of a sorted list of its levels', () => {
  const change = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 }), fc.nat(3));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const book = new PlainBook();
      const model = { bids: new Map<number, number>(), asks: new Map<number, number>() };
      for (const [isBid, price, quantity] of changes) {
        const column = new LevelColumn(1);
        const none = new LevelColumn(1);
        column.push(price, quantity);
        book.apply(isBid ? column : none, isBid ? none : column);
        setLevel(isBid ? model.bids : model.asks, price, quantity);
        assert.deepEqual(book.top(), modelTop(model.bids, model.asks));
        assert.equal(book.isCrossed, isModelCrossed(model.bids, model.asks));
        assert.deepEqual([book.bidCount, book.askCount], [model.bids.size, model.asks.size]);
      }
      book.clear();
      assert.equal(book.bidCount + book.askCount, 0);
    }),
  );
});

function setLevel(side: Map<number, number>, price: number, quantity: number): void {
  if (quantity === 0) side.delete(price);
  else side.set(price, quantity);
}

function modelTop(bids: ReadonlyMap<number, number>, asks: ReadonlyMap<number, number>): BookTop {
  const bid = Math.max(0, ...bids.keys());
  const ask = asks.size === 0 ? 0 : Math.min(...asks.keys());
  return {
    bidPriceTicks: bid,
    bidQuantityLots: bids.get(bid) ?? 0,
    askPriceTicks: ask,
    askQuantityLots: asks.get(ask) ?? 0,
  };
}

function isModelCrossed(bids: ReadonlyMap<number, number>, asks: ReadonlyMap<number, number>) {
  return bids.size > 0 && asks.size > 0 && Math.max(...bids.keys()) >= Math.min(...asks.keys());
}

const topOf = (lots: number): BookTop => ({
  bidPriceTicks: 10,
  bidQuantityLots: lots,
  askPriceTicks: 11,
  askQuantityLots: 1,
});

test('every depth top between two bookTickers is compared with the right one, however the streams race', () => {
  const story = fc.record({
    tickerGaps: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 }),
    depthGaps: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 40 }),
    race: fc.array(fc.boolean(), { maxLength: 90 }),
    wrongAt: fc.nat(40),
  });
  fc.assert(
    fc.property(story, ({ tickerGaps, depthGaps, race, wrongAt }) => {
      const ids = (gaps: readonly number[]) => {
        let id = 0;
        return gaps.map((gap) => {
          id += gap;
          return id;
        });
      };
      const tickers = ids(tickerGaps);
      const depths = ids(depthGaps);
      const inForce = (id: number) => Math.max(0, ...tickers.filter((ticker) => ticker <= id));
      const comparison = new TopComparison();
      let nextTicker = 0;
      let nextDepth = 0;
      const sendTicker = () => {
        const id = tickers[nextTicker];
        nextTicker += 1;
        if (id !== undefined) comparison.onTicker(id, topOf(id));
      };
      const sendDepth = () => {
        const id = depths[nextDepth];
        nextDepth += 1;
        if (id !== undefined) {
          comparison.onDepth(id, topOf(nextDepth - 1 === wrongAt ? -1 : inForce(id)));
        }
      };
      for (const isTicker of race) {
        if (isTicker) sendTicker();
        else sendDepth();
      }
      while (nextTicker < tickers.length) sendTicker();
      while (nextDepth < depths.length) sendDepth();
      const isComparable = (id: number) => id >= (tickers[0] ?? 0) && id <= (tickers.at(-1) ?? 0);
      const isEqual = (id: number) => tickers.includes(id);
      assert.equal(comparison.inForceCount, depths.filter(isComparable).length);
      assert.equal(comparison.comparedCount, depths.filter(isEqual).length);
      const wrong = depths[wrongAt];
      const isFound = wrong !== undefined && isEqual(wrong);
      assert.equal(
        comparison.inForceMismatchCount,
        wrong !== undefined && isComparable(wrong) ? 1 : 0,
      );
      assert.equal(comparison.mismatchedCount, isFound ? 1 : 0);
      assert.equal(comparison.firstMismatch?.updateId, isFound ? wrong : undefined);
    }),
    { numRuns: 500 },
  );
});

test('bookTickers that go back are counted, and a reset forgets what waits', () => {
  const comparison = new TopComparison();
  comparison.onTicker(5, topOf(1));
  comparison.onTicker(5, topOf(2));
  comparison.onTicker(3, topOf(2));
  assert.equal(comparison.outdatedTickerCount, 2);
  comparison.onDepth(6, topOf(1));
  comparison.reset();
  comparison.onTicker(9, topOf(1));
  assert.equal(comparison.inForceCount, 0);
});

test('latency quantiles are nearest ranks, in coarse steps beyond a second', () => {
  const histogram = new LatencyHistogram();
  assert.equal(histogram.quantileMicros(0.5), null);
  for (const micros of [30, 10, 20, -5]) histogram.add(micros);
  assert.deepEqual(
    [0, 0.25, 0.5, 0.75, 0.99, 1].map((ratio) => histogram.quantileMicros(ratio)),
    [0, 0, 10, 20, 30, 30],
  );
  const slow = new LatencyHistogram();
  slow.add(2_700_000);
  assert.equal(slow.quantileMicros(0.5), 2_000_000);
  slow.add(999_999_999);
  assert.equal(slow.quantileMicros(1), 999_000_000);
  assert.equal(slow.beyondCount, 0);
  slow.add(1e9);
  assert.equal(slow.beyondCount, 1);
  assert.equal(slow.quantileMicros(0.6), 999_000_000);
  assert.equal(slow.quantileMicros(1), null, 'how far beyond is not known');
});
