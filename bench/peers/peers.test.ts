/**
 * Goal: the peers do the same work as ours, or a comparison says nothing.
 * Method: random levels and orders into both; books and trades must agree.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { Book } from '#domains/market-data/book.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { MapBook } from './map-book.ts';
import { MapMatching } from './map-matching.ts';
import { PublishedBook, publishedFrame } from './published-book.ts';
import { PublishedMatching } from './published-matching.ts';

test('the plain book and the published one have the levels and the best price of the ladder', () => {
  const random = new SeededRandom(5);
  const ladder = new Book({ ladderTicks: 1_024, farLevelsMax: 2_000 });
  const plain = new MapBook(Side.BUY);
  const published = new PublishedBook(1_000_000);
  const bids = new LevelColumn();
  const none = new LevelColumn();
  for (let message = 0; message < 500; message++) {
    bids.clear();
    for (let level = 0; level < 8; level++) {
      const price = random.integer(9_900, 10_000);
      const lots = random.chance(0.4) ? 0 : random.integer(1, 50);
      bids.push(price, lots);
      plain.set(price, lots);
    }
    ladder.apply(bids, none);
    published.apply(publishedFrame(oncePerPrice(bids), none));
    assert.equal(plain.count, ladder.bids.count);
    assert.equal(published.count, ladder.bids.count);
    const best = plain.count === 0 ? 0 : ladder.bids.bestPriceTicks;
    assert.equal(plain.bestPrice, best);
    assert.equal(published.bestBid, best);
  }
  assert.equal(plain.quantityAt(1), 0);
  assert.equal(published.bestAsk, 0);
});

test('at its own setting the published book keeps 250 levels, as many of both sides', () => {
  const published = new PublishedBook();
  const bids = new LevelColumn();
  const asks = new LevelColumn();
  for (let level = 0; level < 400; level++) {
    bids.push(1_000 - level, 1);
    asks.push(1_001 + level, 1);
  }
  published.apply(publishedFrame(bids, asks));
  assert.equal(published.count, 250);
  assert.deepEqual([published.bestBid, published.bestAsk], [1_000, 1_001]);
});

test('the plain engine and the published one trade as often as ours and rest at the same prices', () => {
  const random = new SeededRandom(6);
  let tradeCount = 0;
  const engine = new MatchingEngine();
  engine.addObserver({
    onTrade: () => {
      tradeCount += 1;
    },
    onBookChanged: () => undefined,
  });
  const plain = new MapMatching();
  const published = new PublishedMatching(3_000);
  let publishedTradeCount = 0;
  const live = new Map<number, VenueOrder>();
  for (let id = 1; id <= 3_000; id++) {
    const gone = id - 200;
    const old = live.get(gone);
    if (old !== undefined) engine.cancel(old);
    plain.cancel(gone);
    if (gone > 0) published.cancel(gone);
    const side = random.chance(0.5) ? Side.BUY : Side.SELL;
    const distance = random.chance(0.2) ? -2 : random.integer(1, 20);
    const price = 1_000 + (side === Side.BUY ? -distance : distance);
    const lots = random.integer(1, 9);
    const order = newOrder(id, side, price, lots);
    live.set(id, order);
    engine.place(order, 0 as EpochMicros);
    plain.place(id, side, price, lots);
    publishedTradeCount += published.place(id, side, price, lots);
    for (const peer of [plain, published]) {
      assert.equal(peer.bestPrice(Side.BUY), engine.bestBidTicks, `order ${id}`);
      assert.equal(peer.bestPrice(Side.SELL), engine.bestAskTicks, `order ${id}`);
    }
  }
  assert.ok(tradeCount > 100);
  assert.equal(plain.tradeCount, tradeCount);
  assert.equal(publishedTradeCount, tradeCount);
  assert.ok(plain.restingCount > 0);
});

/** The last word on each price: a real message names a price once, and the package counts on it. */
function oncePerPrice(column: LevelColumn): LevelColumn {
  const last = new Map<number, number>();
  for (let index = 0; index < column.count; index++) {
    last.set(column.pricesTicks[index] as number, column.quantitiesLots[index] as number);
  }
  const once = new LevelColumn();
  for (const [price, lots] of last) once.push(price, lots);
  return once;
}

function newOrder(id: number, side: Side, price: number, lots: number): VenueOrder {
  return {
    venueOrderId: id,
    owner: 1 + (id % 5),
    clientOrderId: 0,
    side,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    selfTradeMode: SelfTradeMode.NONE,
    reduceOnly: false,
    priceTicks: price as PriceTicks,
    quantityLots: lots as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
}
