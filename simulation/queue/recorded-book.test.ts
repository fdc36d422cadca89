/**
 * Goal: the recorded book is built by the venue's procedure, and unknown is never mistaken for empty.
 * Method: worked stories through the queue book that owns it.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { DepthDeltaEvent, FeedState, FeedStatusEvent, MarkPriceEvent } from '#contracts/events.ts';
import { OrderType, Side } from '#contracts/order.ts';
import { priceTicks } from '#units/integers.ts';
import { type OrderWish, Story } from './queue-story.test-support.ts';

const MARKET: OrderWish = { type: OrderType.MARKET };

test('before the book is known every order ends at once and nothing counts as taking', () => {
  const story = new Story({}, false);
  assert.equal(story.book.isReady, false);
  assert.equal(story.book.wouldTake(Side.BUY, priceTicks(1_000)), false);
  assert.equal(story.book.bestAskTicks, 0);
  story.place(Side.BUY, 100, 1);
  assert.deepEqual(story.listen(), ['ended 1 0']);
  story.ticker([100, 1], [101, 1]);
  assert.equal(story.book.isReady, false);
});

test('deltas that arrive before the snapshot are applied after it, as far as they are newer', () => {
  const story = new Story({}, false);
  const deltaOf = (first: number, last: number, price: number, lots: number): DepthDeltaEvent => {
    const event = new DepthDeltaEvent();
    event.firstUpdateId = first;
    event.lastUpdateId = last;
    event.bids.push(price, lots);
    return event;
  };
  story.book.onMarketEvent(deltaOf(1, 9, 100, 1));
  story.book.onMarketEvent(deltaOf(10, 15, 100, 2));
  story.snapshot();
  assert.equal(story.book.isReady, true);
  assert.equal(story.book.recordedLots(Side.BUY, 100), 2);
  story.book.onMarketEvent(deltaOf(16, 20, 100, 3));
  assert.equal(story.book.recordedLots(Side.BUY, 100), 3);
});

test('a gap or a lost connection closes the book until the next snapshot', () => {
  const story = new Story();
  const order = story.place(Side.BUY, 100, 5);
  story.depth([[100, 60]], [], 3);
  assert.equal(story.book.isReady, false);
  assert.equal(story.book.gapCount, 1);
  story.listen();
  story.place(Side.BUY, 0, 5, MARKET);
  assert.deepEqual(story.listen(), ['ended 2 0']);
  story.snapshot([[100, 9]], [[101, 3]]);
  assert.equal(story.book.isReady, true);
  assert.equal(story.book.queueAhead(order), 9);
  const event = new FeedStatusEvent();
  story.book.onMarketEvent(event);
  assert.equal(story.book.isReady, true);
  event.state = FeedState.DISCONNECTED;
  story.book.onMarketEvent(event);
  assert.equal(story.book.isReady, false);
});

test('the perpetual chains by previous update id', () => {
  const story = new Story();
  const send = (previous: number, last: number): void => {
    const event = new DepthDeltaEvent();
    event.firstUpdateId = last;
    event.lastUpdateId = last;
    event.previousUpdateId = previous;
    story.book.onMarketEvent(event);
  };
  // The first one may overlap the snapshot (id 10); later ones must fit exactly.
  send(8, 100);
  assert.equal(story.book.isReady, true);
  send(100, 250);
  send(100, 250);
  assert.equal(story.book.isReady, true);
  send(251, 300);
  assert.equal(story.book.isReady, false);
  assert.equal(story.book.gapCount, 1);
});

test('a snapshot that is not newer changes nothing, nor does a mark price', () => {
  const story = new Story();
  story.snapshot([[1, 1]], [[2, 1]]);
  story.book.onMarketEvent(new MarkPriceEvent());
  assert.equal(story.book.bestBidTicks, 100);
});

test('an empty side in bookTicker empties the side', () => {
  const story = new Story();
  story.ticker([0, 0], [101, 40]);
  assert.equal(story.book.bestBidTicks, 0);
  assert.equal(story.book.wouldTake(Side.SELL, priceTicks(1)), false);
});
