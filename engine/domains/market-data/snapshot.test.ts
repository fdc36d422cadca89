/**
 * Goal: what is derived from the touch is right, keeps its last value while a side is empty, and a
 * snapshot bound to another grid starts empty.
 * Method: touches by hand, the formula of the weighted mid on random ones, and a restore.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BookStatus, TopSource } from '#contracts/market-snapshot.ts';
import type { EpochMicros, InstrumentIndex, PriceTicks } from '#units/integers.ts';
import { restore, stateBytes } from './market-fixture.test-support.ts';
import { LiveSnapshot } from './snapshot.ts';

const INDEX = 1 as InstrumentIndex;

function side(...levels: [price: number, lots: number][]) {
  return {
    count: levels.length,
    pricesTicks: Float64Array.from(levels, ([price]) => price),
    quantitiesLots: Float64Array.from(levels, ([, lots]) => lots),
  };
}

function shown(bids: ReturnType<typeof side>, asks: ReturnType<typeof side>): LiveSnapshot {
  const snapshot = new LiveSnapshot();
  snapshot.bind(INDEX, bids, asks);
  snapshot.refreshTop();
  return snapshot;
}

test('before a feed is bound the snapshot is empty, stale and worth nothing', () => {
  const snapshot = new LiveSnapshot();
  assert.equal(snapshot.status, BookStatus.EMPTY);
  assert.equal(snapshot.isStale, true);
  assert.equal(snapshot.confidence, 0);
  assert.equal(snapshot.imbalance, 0.5);
  snapshot.refreshTop();
  assert.deepEqual(
    [snapshot.bidPriceTicks, snapshot.askPriceTicks, snapshot.spreadTicks],
    [0, 0, 0],
  );
});

test('the touch is the first level of each side, the rest follows from it', () => {
  const snapshot = shown(side([100, 3], [99, 50]), side([104, 1], [105, 70]));
  assert.deepEqual(
    [
      snapshot.bidPriceTicks,
      snapshot.bidQuantityLots,
      snapshot.askPriceTicks,
      snapshot.askQuantityLots,
    ],
    [100, 3, 104, 1],
  );
  assert.equal(snapshot.spreadTicks, 4);
  assert.equal(snapshot.midHalfTicks, 204);
  assert.equal(snapshot.imbalance, 0.75);
  // More is wanted than offered, so the price leans to the ask: 0.75 x 104 + 0.25 x 100.
  assert.equal(snapshot.weightedMidTicks, 103);
});

for (const [bids, asks, why] of [
  [side(), side([104, 1]), 'without bids'],
  [side([100, 3]), side(), 'without asks'],
  [side(), side(), 'without anything'],
] as const) {
  test(`${why} the mids keep their last value and nothing leans`, () => {
    const snapshot = shown(side([100, 3]), side([104, 1]));
    snapshot.bids = bids;
    snapshot.asks = asks;
    snapshot.refreshTop();
    assert.equal(snapshot.midHalfTicks, 204);
    assert.equal(snapshot.weightedMidTicks, 103);
    assert.equal(snapshot.imbalance, 0.5);
    assert.equal(snapshot.spreadTicks, 0);
    assert.equal(snapshot.bidPriceTicks, bids.count > 0 ? 100 : 0);
    assert.equal(snapshot.askQuantityLots, asks.count > 0 ? 1 : 0);
  });
}

test('the weighted mid lies inside the touch and is I x Pa + (1 - I) x Pb', () => {
  const price = fc.integer({ min: 1, max: 1e9 });
  const lots = fc.integer({ min: 1, max: 1e9 });
  fc.assert(
    fc.property(
      price,
      fc.integer({ min: 1, max: 1e6 }),
      lots,
      lots,
      (bid, spread, bidLots, askLots) => {
        const snapshot = shown(side([bid, bidLots]), side([bid + spread, askLots]));
        const { imbalance, weightedMidTicks } = snapshot;
        const expected = imbalance * (bid + spread) + (1 - imbalance) * bid;
        assert.ok(Math.abs(weightedMidTicks - expected) <= 1e-6);
        assert.ok(weightedMidTicks >= bid && weightedMidTicks <= bid + spread);
        assert.ok(imbalance > 0 && imbalance < 1);
      },
    ),
  );
});

test('binding another feed forgets prices of the old grid and rises in version', () => {
  const snapshot = shown(side([100, 3]), side([104, 1]));
  snapshot.status = BookStatus.LIVE;
  snapshot.source = TopSource.DEPTH;
  snapshot.isStale = false;
  snapshot.confidence = 1;
  snapshot.updateId = 9;
  snapshot.lastTradePriceTicks = 101 as PriceTicks;
  const { version } = snapshot;
  snapshot.bind(INDEX, side(), side());
  assert.equal(snapshot.version, version + 1);
  assert.deepEqual(
    [snapshot.status, snapshot.source, snapshot.isStale, snapshot.confidence, snapshot.updateId],
    [BookStatus.EMPTY, TopSource.NONE, true, 0, 0],
  );
  assert.deepEqual(
    [snapshot.midHalfTicks, snapshot.weightedMidTicks, snapshot.lastTradePriceTicks],
    [0, 0, 0],
  );
});

test('a restored snapshot shows the same once its levels are back', () => {
  const bids = side([100, 3]);
  const asks = side([104, 1]);
  const snapshot = shown(bids, asks);
  snapshot.status = BookStatus.LIVE;
  snapshot.isStale = false;
  snapshot.confidence = 0.25;
  snapshot.tradeCount = 7;
  snapshot.nextFundingMicros = 99 as EpochMicros;
  const fresh = new LiveSnapshot();
  restore(fresh, stateBytes(snapshot));
  fresh.bids = bids;
  fresh.asks = asks;
  fresh.refreshTop();
  assert.deepEqual(fresh, snapshot);
});
