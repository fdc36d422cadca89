/**
 * Goal: our orders trade in a recorded market exactly when, where and as much as the rules say, and
 * no recorded lot is ever given out twice.
 * Method: worked stories on a small book with the risk-averse model (whole numbers). Random
 * recordings follow in queue-book-invariants.test.ts.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { leavesLots, VenueEnd } from '#simulation/venue/venue-book.ts';
import { priceTicks, quantityLots } from '#units/integers.ts';
import { FillCause } from './queue-fill.ts';
import { type OrderWish, Story } from './queue-story.test-support.ts';

const MARKET: OrderWish = { type: OrderType.MARKET };
const IOC: OrderWish = { timeInForce: TimeInForce.IOC };
const POST_ONLY: OrderWish = { type: OrderType.LIMIT_MAKER };

test('a trade at our price eats the queue ahead, and then us', () => {
  const story = new Story();
  const order = story.place(Side.BUY, 100, 20, POST_ONLY);
  assert.equal(story.book.queueAhead(order), 50);
  story.trade(Side.SELL, 100, 45);
  assert.equal(story.book.queueAhead(order), 5);
  story.trade(Side.BUY, 100, 500);
  story.trade(Side.SELL, 100, 12);
  story.trade(Side.SELL, 100, 100);
  assert.deepEqual(story.listen(), ['rested 1', 'maker 1 7@100 #1', 'maker 1 13@100 #2']);
  assert.equal(story.book.queueAhead(order), -1);
  assert.equal(story.book.restingCount, 0);
  assert.deepEqual(
    story.fills.map((fill) => [fill.cause, fill.aheadAtEntryLots, fill.inQueueMicros]),
    [
      [FillCause.QUEUE, 50, 30],
      [FillCause.QUEUE, 50, 40],
    ],
  );
});

test('a trade beyond our price fills all of us at our own price, on both sides', () => {
  const story = new Story();
  story.place(Side.BUY, 100, 20);
  story.place(Side.BUY, 99, 30);
  story.place(Side.SELL, 102, 5);
  story.listen();
  story.trade(Side.SELL, 98, 1);
  assert.deepEqual(story.listen(), ['maker 1 20@100 #1', 'maker 2 30@99 #2']);
  story.trade(Side.BUY, 103, 1);
  assert.deepEqual(story.listen(), ['maker 3 5@102 #3']);
  assert.ok(story.fills.every((fill) => fill.cause === FillCause.TRADE_THROUGH));
});

test('the opposite best reaching our price fills us, and that liquidity is used up', () => {
  const story = new Story();
  story.place(Side.BUY, 100, 20);
  story.listen();
  story.depth([[100, 0]], [[100, 15]]);
  assert.deepEqual(story.listen(), ['maker 1 20@100 #1']);
  assert.equal(story.fills[0]?.cause, FillCause.CROSSED);
  // All 15 lots at 100 met our bid: a taker goes on at 101.
  story.place(Side.BUY, 0, 10, MARKET);
  assert.deepEqual(story.listen(), ['taker 2 10@101 #2']);
});

test('one trade is shared in the order of our own queue and never given out twice', () => {
  const story = new Story();
  story.ticker([100, 50], [101, 40]);
  const first = story.place(Side.BUY, 100, 10);
  story.ticker([100, 80], [101, 40], 2);
  const second = story.place(Side.BUY, 100, 10);
  story.listen();
  assert.equal(story.book.queueAhead(first), 50);
  assert.equal(story.book.queueAhead(second), 90);
  // 50 ahead of the first, its 10, then 30 of the market before the second.
  story.trade(Side.SELL, 100, 95);
  assert.deepEqual(story.listen(), ['maker 1 10@100 #1', 'maker 2 5@100 #2']);
});

test('lots that filled our better order through are not given to the next price again', () => {
  const story = new Story();
  story.ticker([98, 5], [102, 60]);
  story.place(Side.BUY, 100, 8);
  story.place(Side.BUY, 99, 8);
  story.listen();
  story.trade(Side.SELL, 99, 10);
  assert.deepEqual(story.listen(), ['maker 1 8@100 #1', 'maker 2 2@99 #2']);
});

test('the share of a trade is capped for all our orders together', () => {
  const story = new Story({ maxShareOfTrade: 0.25 });
  story.ticker([98, 5], [102, 60]);
  story.place(Side.BUY, 99, 20);
  story.place(Side.BUY, 99, 20);
  story.listen();
  story.trade(Side.SELL, 99, 90);
  assert.deepEqual(story.listen(), ['maker 1 20@99 #1', 'maker 2 2@99 #2']);
  assert.throws(() => new Story({ maxShareOfTrade: 1.5 }), RangeError);
});

test('trade-through only: trades at our price never fill us', () => {
  const story = new Story({ queueModel: 'trade-through' });
  story.ticker([98, 5], [102, 60]);
  story.place(Side.BUY, 99, 20);
  story.listen();
  story.trade(Side.SELL, 99, 10_000);
  assert.deepEqual(story.listen(), []);
  story.trade(Side.SELL, 98, 1);
  assert.deepEqual(story.listen(), ['maker 1 20@99 #1']);
});

test('between two depth messages the larger quantity is ahead of us', () => {
  const story = new Story();
  const early = story.place(Side.BUY, 99, 1);
  assert.equal(story.book.queueAhead(early), 70);
  // 30 lots were added some time in the interval: before us, we assume.
  story.depth([[99, 100]]);
  assert.equal(story.book.queueAhead(early), 100);
  // From here on additions are behind us.
  story.depth([[99, 300]]);
  assert.equal(story.book.queueAhead(early), 100);
  const late = story.place(Side.BUY, 98, 1);
  story.depth([[99, 250]]);
  story.depth([[98, 40]]);
  // The first message said nothing of 98, so it was empty when we came.
  assert.equal(story.book.queueAhead(late), 0);
});

test('at the top bookTicker makes the entry exact', () => {
  const story = new Story();
  story.ticker([100, 33], [101, 40]);
  const order = story.place(Side.BUY, 100, 1);
  assert.equal(story.book.queueAhead(order), 33);
  story.ticker([100, 90], [101, 40], 2);
  assert.equal(story.book.queueAhead(order), 33);
});

test('the model moves the queue on cancellations, once per change', () => {
  const story = new Story({ queueModel: 'power:2' });
  story.ticker([100, 80], [101, 40]);
  const order = story.place(Side.BUY, 100, 1);
  story.ticker([100, 100], [101, 40], 2);
  story.ticker([100, 90], [101, 40], 3);
  const behind = 400 / 6_800;
  assert.ok(Math.abs(story.book.queueAhead(order) - (80 - 10 * (1 - behind))) < 1e-9);
  // The same quantity again, in depth: nothing happened.
  story.depth([[100, 90]]);
  assert.ok(Math.abs(story.book.queueAhead(order) - (80 - 10 * (1 - behind))) < 1e-9);
});

test('depth older than bookTicker does not bring back levels at or above its top', () => {
  const story = new Story();
  story.ticker([99, 12], [102, 60], 50);
  story.depth(
    [
      [100, 77],
      [99, 70],
      [97, 5],
    ],
    [[101, 9]],
  );
  assert.equal(story.book.bestBidTicks, 99);
  assert.equal(story.book.bestAskTicks, 102);
  assert.equal(story.book.recordedLots(Side.BUY, 99), 12);
  assert.equal(story.book.recordedLots(Side.BUY, 97), 5);
  // An older ticker changes nothing either.
  story.ticker([100, 1], [101, 1], -3);
  assert.equal(story.book.bestBidTicks, 99);
});

test('a taker sweeps level by level, and what it took stays taken until lots are added', () => {
  const story = new Story();
  story.place(Side.BUY, 102, 55, IOC);
  assert.deepEqual(story.listen(), ['taker 1 40@101 #1', 'taker 1 15@102 #2']);
  story.place(Side.BUY, 102, 60, IOC);
  assert.deepEqual(story.listen(), ['taker 2 45@102 #3', 'ended 2 0']);
  // A report of 30 left at 101 adds nothing; 38 after that adds 8.
  story.depth([], [[101, 30]]);
  story.place(Side.BUY, 101, 5, IOC);
  assert.deepEqual(story.listen(), ['ended 3 0']);
  story.depth([], [[101, 38]]);
  story.place(Side.BUY, 101, 60, IOC);
  assert.deepEqual(story.listen(), ['taker 4 8@101 #4', 'ended 4 0']);
  // A level that went and came back is a new one.
  story.depth([], [[101, 0]]);
  story.depth([], [[101, 7]]);
  story.place(Side.SELL, 0, 200, MARKET);
  story.place(Side.BUY, 0, 200, MARKET);
  assert.deepEqual(story.listen(), [
    'taker 5 50@100 #5',
    'taker 5 70@99 #6',
    'ended 5 0',
    'taker 6 7@101 #7',
    'ended 6 0',
  ]);
});

test('lots that traded in the recording cannot be taken before the level is reported anew', () => {
  const story = new Story();
  story.trade(Side.BUY, 101, 38);
  story.place(Side.BUY, 101, 10, IOC);
  assert.deepEqual(story.listen(), ['taker 1 2@101 #1', 'ended 1 0']);
});

test('the remainder of a limit order rests, with nobody ahead at its new price', () => {
  const story = new Story();
  const order = story.place(Side.BUY, 101, 100);
  assert.deepEqual(story.listen(), ['taker 1 40@101 #1', 'rested 1']);
  assert.equal(leavesLots(order), 60);
  assert.equal(story.book.queueAhead(order), 0);
  assert.equal(story.book.bestBidTicks, 101);
  story.trade(Side.SELL, 101, 7);
  assert.deepEqual(story.listen(), ['maker 1 7@101 #2']);
});

test('fill or kill takes everything or nothing', () => {
  const story = new Story();
  const wish = { timeInForce: TimeInForce.FOK };
  story.place(Side.BUY, 102, 101, wish);
  story.place(Side.BUY, 102, 100, wish);
  assert.deepEqual(story.listen(), [
    `ended 1 ${VenueEnd.FOK_UNFILLABLE}`,
    'taker 2 40@101 #1',
    'taker 2 60@102 #2',
  ]);
});

test('fill or kill does not count what stands behind our own order', () => {
  const story = new Story();
  story.place(Side.SELL, 102, 10);
  story.listen();
  const wish = { timeInForce: TimeInForce.FOK, selfTradeMode: SelfTradeMode.EXPIRE_TAKER };
  story.place(Side.BUY, 102, 50, wish);
  assert.deepEqual(story.listen(), [`ended 2 ${VenueEnd.FOK_UNFILLABLE}`]);
  story.place(Side.BUY, 102, 50, { timeInForce: TimeInForce.FOK });
  assert.deepEqual(story.listen(), ['taker 3 40@101 #1', 'taker 3 10@102 #2']);
});

test('post-only is judged by what is recorded and by our own orders, consumed or not', () => {
  const story = new Story();
  assert.equal(story.book.wouldTake(Side.BUY, priceTicks(100)), false);
  assert.equal(story.book.wouldTake(Side.BUY, priceTicks(101)), true);
  assert.equal(story.book.wouldTake(Side.SELL, priceTicks(100)), true);
  story.place(Side.BUY, 101, 40, IOC);
  assert.equal(story.book.wouldTake(Side.BUY, priceTicks(101)), true);
  assert.throws(() => story.place(Side.BUY, 101, 1, POST_ONLY), /post-only/);
  const gtx = { timeInForce: TimeInForce.GTX };
  assert.throws(() => story.place(Side.SELL, 100, 1, gtx), /post-only/);
  story.depth([[100, 0]], [[101, 0]]);
  story.place(Side.BUY, 101, 4, POST_ONLY);
  assert.equal(story.book.wouldTake(Side.SELL, priceTicks(101)), true);
});

for (const [mode, expected, why] of [
  [
    SelfTradeMode.EXPIRE_MAKER,
    ['taker 2 40@101 #1', 'taker 2 5@102 #2', 'ended 1 2', 'taker 2 10@102 #3'],
    'ends the maker',
  ],
  [
    SelfTradeMode.EXPIRE_TAKER,
    ['taker 2 40@101 #1', 'taker 2 5@102 #2', 'ended 2 2'],
    'ends the taker',
  ],
  [
    SelfTradeMode.EXPIRE_BOTH,
    ['taker 2 40@101 #1', 'taker 2 5@102 #2', 'ended 1 2', 'ended 2 2'],
    'ends both',
  ],
  [
    SelfTradeMode.DECREMENT,
    ['taker 2 40@101 #1', 'taker 2 5@102 #2', 'ended 1 2', 'taker 2 2@102 #3'],
    'takes the quantity from both',
  ],
  [
    SelfTradeMode.NONE,
    [
      'taker 2 40@101 #1',
      'taker 2 5@102 #2',
      'taker 2 8@102 #3',
      'maker 1 8@102 #3',
      'taker 2 2@102 #4',
    ],
    'trades with itself',
  ],
] as const) {
  test(`self-trade mode ${mode} ${why}, after the market lots ahead`, () => {
    const story = new Story();
    // Five market lots are left ahead of our ask at 102.
    story.ticker([100, 50], [102, 5]);
    story.place(Side.SELL, 102, 8);
    story.ticker([100, 50], [101, 40], 2);
    story.depth([], [[102, 60]]);
    story.depth(
      [],
      [
        [101, 40],
        [102, 61],
      ],
    );
    story.listen();
    story.place(Side.BUY, 102, 55, { ...IOC, selfTradeMode: mode });
    assert.deepEqual(story.listen(), expected);
  });
}

test('a decremented taker that is used up ends', () => {
  const story = new Story();
  story.ticker([100, 50], [103, 5]);
  const maker = story.place(Side.SELL, 102, 8);
  story.listen();
  const taker = story.place(Side.BUY, 102, 3, { selfTradeMode: SelfTradeMode.DECREMENT });
  assert.deepEqual(story.listen(), ['ended 2 2']);
  assert.equal(taker.preventedLots, 3);
  assert.equal(leavesLots(maker), 5);
});

test('a cancelled order is gone, and a reduced one keeps its place', () => {
  const story = new Story();
  const order = story.place(Side.BUY, 100, 20);
  story.trade(Side.SELL, 100, 40);
  assert.equal(story.book.reduce(order, quantityLots(5)), true);
  assert.equal(story.book.queueAhead(order), 10);
  assert.throws(() => story.book.reduce(order, quantityLots(5)), /shrinks/);
  assert.throws(() => story.book.reduce(order, quantityLots(0)), /leave/);
  assert.equal(story.book.cancel(order), true);
  assert.equal(story.book.cancel(order), false);
  assert.equal(story.book.reduce(order, quantityLots(1)), false);
  story.listen();
  story.trade(Side.SELL, 90, 1_000);
  assert.deepEqual(story.listen(), []);
});

test('an order without quantity or price is our bug', () => {
  const story = new Story();
  assert.throws(() => story.place(Side.BUY, 100, 0), RangeError);
  assert.throws(() => story.place(Side.BUY, 0, 1), RangeError);
});
