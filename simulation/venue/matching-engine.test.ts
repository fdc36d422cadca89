/**
 * Goal: the engine matches by price, then time, at the maker's price, and reports every change of
 * the public book.
 * Method: a table of rules one by one.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import {
  buy,
  engineWithRecorder,
  place,
  Recorder,
  resetIds,
  rows,
  sell,
} from './book.test-support.ts';
import { MatchingEngine } from './matching-engine.ts';
import { leavesLots, OWN_ACCOUNT, VenueEnd } from './venue-book.ts';

test('orders that do not cross rest, and the best prices show', () => {
  const { engine, lines } = engineWithRecorder();
  place(engine, buy(99, 5));
  place(engine, sell(101, 7));
  place(engine, buy(98, 1));
  assert.deepEqual(lines, ['rested 1', 'rested 2', 'rested 3']);
  assert.equal(engine.bestBidTicks, 99);
  assert.equal(engine.bestBidLots, 5);
  assert.equal(engine.bestAskTicks, 101);
  assert.equal(engine.bestAskLots, 7);
  assert.equal(engine.restingCount, 3);
  assert.equal(engine.levelCount(Side.BUY), 2);
});

test('a taker trades at the makers prices, best price first, then oldest first, and rests the remainder', () => {
  const { engine, lines } = engineWithRecorder();
  place(engine, sell(101, 3));
  place(engine, sell(100, 2));
  place(engine, sell(100, 4));
  lines.length = 0;
  const taker = place(engine, buy(101, 12));
  assert.deepEqual(lines, [
    'taker 4 2@100 #1',
    'maker 2 2@100 #1',
    'taker 4 4@100 #2',
    'maker 3 4@100 #2',
    'taker 4 3@101 #3',
    'maker 1 3@101 #3',
    'rested 4',
  ]);
  assert.equal(taker.filledLots, 9);
  assert.equal(engine.bestBidTicks, 101);
  assert.equal(engine.bestBidLots, 3);
  assert.equal(engine.bestAskTicks, 0);
  assert.equal(engine.lastTradeId, 3);
  assert.equal(engine.lastTradePriceTicks, 101);
});

test('a partly filled maker keeps its place at the head of the queue', () => {
  const { engine, lines } = engineWithRecorder();
  const first = place(engine, sell(100, 10));
  const second = place(engine, sell(100, 10));
  place(engine, buy(100, 4));
  assert.equal(engine.queueAheadLots(second), 6);
  lines.length = 0;
  place(engine, buy(100, 7));
  assert.deepEqual(lines, [
    'taker 4 6@100 #2',
    'maker 1 6@100 #2',
    'taker 4 1@100 #3',
    'maker 2 1@100 #3',
  ]);
  assert.equal(engine.rests(first), false);
  assert.equal(engine.queueAheadLots(second), 0);
});

for (const [name, wish, expected] of [
  [
    'IOC trades what is there and ends',
    { timeInForce: TimeInForce.IOC },
    ['taker 2 5@100 #1', 'maker 1 5@100 #1', 'ended 2 0 left 3'],
  ],
  [
    'MARKET trades what is there and ends',
    { type: OrderType.MARKET },
    ['taker 2 5@100 #1', 'maker 1 5@100 #1', 'ended 2 0 left 3'],
  ],
  [
    'FOK beyond the depth ends without a trade',
    { timeInForce: TimeInForce.FOK },
    ['ended 2 1 left 8'],
  ],
] as const) {
  test(`${name}`, () => {
    const { engine, lines } = engineWithRecorder();
    place(engine, sell(100, 5));
    lines.length = 0;
    place(engine, buy(100, 8, wish));
    assert.deepEqual(lines, expected);
    assert.equal(engine.bestBidTicks, 0, 'nothing rests');
  });
}

test('FOK that fits trades fully over several levels', () => {
  const { engine, lines } = engineWithRecorder();
  place(engine, sell(100, 5));
  place(engine, sell(101, 5));
  lines.length = 0;
  place(engine, buy(101, 8, { timeInForce: TimeInForce.FOK }));
  assert.equal(lines.length, 4);
  assert.equal(engine.bestAskLots, 2);
});

test('a MARKET order in an empty book ends at once', () => {
  const { engine, lines } = engineWithRecorder();
  place(engine, sell(0, 3, { type: OrderType.MARKET }));
  assert.deepEqual(lines, [`ended 1 ${VenueEnd.UNFILLED_REMAINDER} left 3`]);
  assert.equal(engine.lastUpdateId, 0, 'the book did not change');
});

test('wouldTake is true exactly from the touch on', () => {
  const { engine } = engineWithRecorder();
  assert.equal(engine.wouldTake(Side.BUY, 1_000_000 as PriceTicks), false);
  place(engine, sell(101, 1));
  place(engine, buy(99, 1));
  assert.equal(engine.wouldTake(Side.BUY, 100 as PriceTicks), false);
  assert.equal(engine.wouldTake(Side.BUY, 101 as PriceTicks), true);
  assert.equal(engine.wouldTake(Side.SELL, 100 as PriceTicks), false);
  assert.equal(engine.wouldTake(Side.SELL, 99 as PriceTicks), true);
});

test('cancel takes an order out once', () => {
  const { engine } = engineWithRecorder();
  const first = place(engine, buy(99, 5));
  const second = place(engine, buy(99, 3));
  const third = place(engine, buy(99, 2));
  assert.equal(engine.cancel(second), true);
  assert.equal(engine.cancel(second), false);
  assert.equal(engine.bestBidLots, 7);
  assert.equal(engine.queueAheadLots(third), 5);
  assert.equal(engine.cancel(first), true);
  assert.equal(engine.cancel(third), true);
  assert.equal(engine.bestBidTicks, 0);
  assert.equal(engine.restingCount, 0);
});

test('reduce shrinks in place and keeps the queue place', () => {
  const { engine, lines } = engineWithRecorder();
  const first = place(engine, buy(99, 5));
  const second = place(engine, buy(99, 3));
  assert.equal(engine.reduce(first, 2 as QuantityLots), true);
  assert.equal(engine.bestBidLots, 5);
  assert.equal(engine.queueAheadLots(second), 2);
  lines.length = 0;
  place(engine, sell(99, 2));
  assert.deepEqual(lines, ['taker 3 2@99 #1', 'maker 1 2@99 #1']);
  assert.equal(engine.reduce(first, 1 as QuantityLots), false, 'it is filled');
  assert.throws(() => engine.reduce(second, 3 as QuantityLots), /only shrinks/);
  assert.throws(() => engine.reduce(second, 0 as QuantityLots), /leave something/);
});

for (const [name, mode, timeInForce, expected, bidLots, askLots] of [
  [
    'NONE lets the trade happen',
    SelfTradeMode.NONE,
    TimeInForce.GTC,
    ['taker 3 5@100 #1', 'maker 1 5@100 #1', 'taker 3 3@100 #2', 'maker 2 3@100 #2'],
    0,
    1,
  ],
  [
    'EXPIRE_TAKER ends the taker',
    SelfTradeMode.EXPIRE_TAKER,
    TimeInForce.GTC,
    ['ended 3 2 left 8'],
    0,
    9,
  ],
  [
    'EXPIRE_MAKER ends the maker and goes on',
    SelfTradeMode.EXPIRE_MAKER,
    TimeInForce.GTC,
    ['ended 1 2 left 5', 'taker 3 4@100 #1', 'maker 2 4@100 #1', 'rested 3'],
    4,
    0,
  ],
  [
    'EXPIRE_BOTH ends both',
    SelfTradeMode.EXPIRE_BOTH,
    TimeInForce.GTC,
    ['ended 1 2 left 5', 'ended 3 2 left 8'],
    0,
    4,
  ],
  [
    'DECREMENT takes the smaller away from both',
    SelfTradeMode.DECREMENT,
    TimeInForce.GTC,
    ['ended 1 2 left 0', 'taker 3 3@100 #1', 'maker 2 3@100 #1'],
    0,
    1,
  ],
  [
    'FOK under EXPIRE_MAKER counts only foreign lots',
    SelfTradeMode.EXPIRE_MAKER,
    TimeInForce.FOK,
    ['ended 3 1 left 8'],
    0,
    9,
  ],
  [
    'FOK under EXPIRE_TAKER stops at the own order',
    SelfTradeMode.EXPIRE_TAKER,
    TimeInForce.FOK,
    ['ended 3 1 left 8'],
    0,
    9,
  ],
] as const) {
  test(`self-trade prevention: ${name}`, () => {
    const { engine, lines } = engineWithRecorder();
    place(engine, sell(100, 5, { owner: 7, selfTradeMode: SelfTradeMode.NONE }));
    place(engine, sell(100, 4, { owner: 8 }));
    lines.length = 0;
    place(engine, buy(100, 8, { owner: 7, selfTradeMode: mode, timeInForce }));
    assert.deepEqual(lines, expected);
    assert.equal(engine.bestBidLots, bidLots);
    assert.equal(engine.bestAskLots, askLots);
  });
}

test('self-trade prevention: a bigger maker survives DECREMENT with less', () => {
  const { engine, lines } = engineWithRecorder();
  const maker = place(engine, sell(100, 5, { owner: 7 }));
  place(engine, buy(100, 2, { owner: 7, selfTradeMode: SelfTradeMode.DECREMENT }));
  assert.deepEqual(lines, ['rested 1', 'ended 2 2 left 0']);
  assert.equal(leavesLots(maker), 3);
  assert.equal(engine.bestAskLots, 3);
});

test('preconditions are asserted: quantity, price, post-only, no call from a listener', () => {
  const { engine } = engineWithRecorder();
  assert.throws(() => place(engine, buy(100, 0)), /above zero/);
  assert.throws(() => place(engine, buy(0, 1)), /needs a price/);
  place(engine, sell(100, 1));
  assert.throws(() => place(engine, buy(100, 1, { type: OrderType.LIMIT_MAKER })), /post-only/);
  assert.throws(() => place(engine, buy(100, 1, { timeInForce: TimeInForce.GTX })), /post-only/);
  engine.bindParticipants({
    onRested: (resting) => {
      engine.cancel(resting);
    },
    onFill: () => undefined,
    onEnded: () => undefined,
  });
  assert.throws(() => place(engine, sell(105, 1)), /must not call the book/);
});

test('own and foreign orders report to their own listeners', () => {
  const own = new Recorder();
  const others = new Recorder();
  const engine = new MatchingEngine();
  engine.bindOwn(own);
  engine.bindParticipants(others);
  resetIds();
  place(engine, sell(100, 5, { owner: OWN_ACCOUNT }));
  place(engine, buy(100, 2, { owner: 9 }));
  assert.deepEqual(own.lines, ['rested 1', 'maker 1 2@100 #1']);
  assert.deepEqual(others.lines, ['taker 2 2@100 #1']);
});

test('observers hear trades and whether the top changed', () => {
  const { engine } = engineWithRecorder();
  const heard: string[] = [];
  engine.addObserver({
    onTrade: (price, lots, id, taker) =>
      heard.push(`trade ${lots}@${price} #${id} by ${taker.venueOrderId}`),
    onBookChanged: (topChanged) => heard.push(topChanged ? 'top' : 'deep'),
  });
  place(engine, buy(100, 5));
  place(engine, buy(99, 5));
  place(engine, buy(100, 1));
  place(engine, sell(100, 2));
  assert.deepEqual(heard, ['top', 'deep', 'top', 'trade 2@100 #1 by 4', 'top']);
});

test('changed levels drain once, absolute, with zero for a gone level, and update ids rise', () => {
  const { engine } = engineWithRecorder();
  const bids = new LevelColumn();
  const asks = new LevelColumn();
  place(engine, buy(100, 5));
  const gone = place(engine, buy(99, 5));
  place(engine, buy(100, 1));
  place(engine, sell(105, 2));
  engine.cancel(gone);
  assert.equal(engine.lastUpdateId, 5);
  assert.equal(engine.hasUnpublishedChanges, true);
  engine.drainChanges(bids, asks);
  assert.deepEqual(rows(bids), [
    [99, 0],
    [100, 6],
  ]);
  assert.deepEqual(rows(asks), [[105, 2]]);
  assert.equal(engine.hasUnpublishedChanges, false);
  bids.clear();
  engine.drainChanges(bids, asks);
  assert.equal(bids.count, 0);
});

test('levels are written best first and limited to the asked number', () => {
  const { engine } = engineWithRecorder();
  for (const price of [97, 99, 98]) place(engine, buy(price, price));
  for (const price of [103, 101, 102]) place(engine, sell(price, price));
  const column = new LevelColumn();
  engine.writeLevels(Side.BUY, 2, column);
  engine.writeLevels(Side.SELL, 10, column);
  assert.deepEqual(rows(column), [
    [99, 99],
    [98, 98],
    [101, 101],
    [102, 102],
    [103, 103],
  ]);
});

test('columns grow: thousands of levels and orders keep their order', () => {
  const { engine } = engineWithRecorder();
  const count = 3_000;
  for (let index = 0; index < count; index++) {
    place(engine, buy(1 + ((index * 7919) % count), 1));
  }
  assert.equal(engine.levelCount(Side.BUY), count);
  assert.equal(engine.bestBidTicks, count);
  const changes = new LevelColumn();
  engine.drainChanges(changes, new LevelColumn());
  assert.equal(changes.count, count);
  place(engine, sell(1, count));
  assert.equal(engine.restingCount, 0);
  assert.equal(engine.lastTradeId, count);
});
