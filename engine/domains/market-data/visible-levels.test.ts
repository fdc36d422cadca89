/**
 * Goal: one side as others see it: our lots taken out, a newer touch on top, never more than the
 * snapshot shows, and every change told.
 * Method: ladders by hand, then random books, touches and own orders against a plain list.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SNAPSHOT_LEVELS } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { FakeOwnOrders, restore, START, stateBytes } from './market-fixture.test-support.ts';
import { NO_RANK, PriceLadder } from './price-ladder.ts';
import { TopTicker } from './top-of-book.ts';
import { VisibleLevels } from './visible-levels.ts';

type Level = [price: number, lots: number];

function build(side: Side, levels: readonly Level[], ownOrdersInBook = true) {
  const ladder = new PriceLadder({ side, ladderTicks: 1024, farLevelsMax: 1000 });
  for (const [price, lots] of levels) ladder.set(ladder.rankOf(price), lots);
  const ownOrders = new FakeOwnOrders();
  const options = { instrument: 0 as InstrumentIndex, side, ladder, ownOrders };
  const visible = new VisibleLevels(options);
  visible.ownOrdersInBook = ownOrdersInBook;
  return { visible, ladder, ownOrders, fresh: () => new VisibleLevels(options) };
}

function levelsOf(visible: VisibleLevels): Level[] {
  return Array.from({ length: visible.count }, (_, index) => [
    visible.pricesTicks[index] ?? Number.NaN,
    visible.quantitiesLots[index] ?? Number.NaN,
  ]);
}

function touch(priceTicks: number, quantityLots: number): TopTicker {
  const ticker = new TopTicker();
  ticker.priceTicks = priceTicks;
  ticker.quantityLots = quantityLots;
  ticker.timeMicros = START;
  return ticker;
}

const BIDS: readonly Level[] = [
  [100, 5],
  [99, 6],
  [97, 7],
];

test('both sides show the best level first', () => {
  const bids = build(Side.BUY, BIDS).visible;
  bids.fillFromDepth(START);
  assert.deepEqual(levelsOf(bids), BIDS);
  const asks = build(Side.SELL, BIDS).visible;
  asks.fillFromDepth(START);
  assert.deepEqual(levelsOf(asks), [...BIDS].reverse());
});

test('own lots are taken out, and a level that is only ours is not shown', () => {
  const { visible, ownOrders } = build(Side.BUY, BIDS);
  ownOrders.put(Side.BUY, 100, 5);
  ownOrders.put(Side.BUY, 99, 2);
  ownOrders.put(Side.SELL, 97, 7);
  visible.fillFromDepth(START);
  assert.deepEqual(levelsOf(visible), [
    [99, 4],
    [97, 7],
  ]);
});

test('an order that the book cannot show yet, or a feed that never shows ours, takes nothing out', () => {
  const early = build(Side.BUY, BIDS);
  early.ownOrders.put(Side.BUY, 100, 5, START + 1);
  early.visible.fillFromDepth(START);
  assert.deepEqual(levelsOf(early.visible), BIDS);
  const recorded = build(Side.BUY, BIDS, false);
  recorded.ownOrders.put(Side.BUY, 100, 5);
  recorded.visible.fillFromDepth(START);
  assert.deepEqual(levelsOf(recorded.visible), BIDS);
});

for (const [ticker, expected, why] of [
  [
    touch(100, 9),
    [
      [100, 9],
      [99, 6],
      [97, 7],
    ],
    'replaces the quantity of the touch',
  ],
  [touch(101, 2), [[101, 2], ...BIDS], 'stands above the book'],
  [
    touch(98, 3),
    [
      [98, 3],
      [97, 7],
    ],
    'removes the levels that are better than it',
  ],
  [touch(50, 3), [[50, 3]], 'removes all of them'],
  [touch(0, 0), [], 'says that the side is empty'],
] as const) {
  test(`a newer touch ${why}`, () => {
    const { visible } = build(Side.BUY, BIDS);
    visible.fillFromDepth(START);
    assert.equal(visible.fillFromTicker(ticker, START), true);
    assert.deepEqual(levelsOf(visible), expected);
    assert.equal(visible.fillFromTicker(ticker, START), false, 'again is no change');
    assert.equal(visible.patchTouch(ticker, START), false, 'nor as a patch');
  });
}

test('a touch that is only ours is not shown', () => {
  const { visible, ownOrders } = build(Side.BUY, BIDS);
  ownOrders.put(Side.BUY, 101, 2);
  visible.fillFromTicker(touch(101, 2), START);
  assert.deepEqual(levelsOf(visible), BIDS);
  visible.fillFromTicker(touch(101, 3), START);
  assert.deepEqual(levelsOf(visible), [[101, 1], ...BIDS]);
});

test('a patch writes the quantity alone and falls back to a fill when the touch is another', () => {
  const { visible } = build(Side.BUY, BIDS);
  visible.fillFromTicker(touch(100, 5), START);
  assert.equal(visible.patchTouch(touch(100, 8), START), true);
  assert.deepEqual(levelsOf(visible)[0], [100, 8]);
  assert.equal(visible.patchTouch(touch(99, 1), START), true);
  assert.deepEqual(levelsOf(visible), [
    [99, 1],
    [97, 7],
  ]);
  const empty = build(Side.BUY, []).visible;
  assert.equal(empty.patchTouch(touch(99, 1), START), true);
  assert.deepEqual(levelsOf(empty), [[99, 1]]);
});

test('the horizon is the worst level shown, and open while there is room', () => {
  const few = build(Side.SELL, BIDS).visible;
  few.fillFromDepth(START);
  assert.equal(few.horizonRank, NO_RANK);
  const many: Level[] = Array.from({ length: SNAPSHOT_LEVELS + 5 }, (_, at) => [100 + at, 1]);
  const { visible, ladder } = build(Side.SELL, many);
  visible.fillFromDepth(START);
  assert.equal(visible.count, SNAPSHOT_LEVELS);
  assert.equal(visible.horizonRank, ladder.rankOf(100 + SNAPSHOT_LEVELS - 1));
});

test('random books, touches and own orders agree with a plain list', () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }));
  const sides = fc.constantFrom(Side.BUY, Side.SELL);
  const ticker = fc.option(level, { nil: null });
  fc.assert(
    fc.property(
      sides,
      fc.array(level),
      fc.array(level, { maxLength: 5 }),
      ticker,
      (side, rows, own, top) => {
        const book = new Map(rows);
        const { visible, ownOrders, fresh } = build(side, [...book]);
        const ours = new Map(own);
        for (const [price, lots] of ours) ownOrders.put(side, price, lots);
        if (top === null) visible.fillFromDepth(START);
        else visible.fillFromTicker(touch(top[0], top[1]), START);
        const sign = side === Side.BUY ? -1 : 1;
        const below =
          top === null ? [...book] : [...book].filter(([price]) => sign * (price - top[0]) > 0);
        const expected = (top === null ? below : [...below, top])
          .map(([price, lots]): Level => [price, lots - (ours.get(price) ?? 0)])
          .filter(([, lots]) => lots > 0)
          .sort((left, right) => sign * (left[0] - right[0]))
          .slice(0, SNAPSHOT_LEVELS);
        assert.deepEqual(levelsOf(visible), expected);
        const restored = fresh();
        restore(restored, stateBytes(visible));
        assert.deepEqual(levelsOf(restored), expected);
        assert.equal(restored.ownOrdersInBook, true);
      },
    ),
    { numRuns: 300 },
  );
});
