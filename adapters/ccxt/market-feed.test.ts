/**
 * Goal: what a ccxt exchange says becomes the engine's events in a chain the engine follows, through bad
 * books, broken connections, refusals and silence; and what cannot be known is not invented.
 * Method: an exchange by hand under virtual time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { FeedState } from '#contracts/events.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentIndex, RateUnits } from '#units/integers.ts';
import {
  DOGE_SPOT,
  DOGE_SWAP,
  FakeExchange,
  NotSupported,
  RateLimitExceeded,
  RequestTimeout,
  settle,
} from './exchange.test-support.ts';
import { CcxtMarketData } from './market-feed.ts';
import { specificationOf } from './market-rules.ts';

const START_MILLIS = 1_795_305_600_000;

interface Stage {
  readonly exchange: FakeExchange;
  readonly timers: VirtualTimers;
  readonly feed: CcxtMarketData;
  /** Each event in one line. */
  readonly events: string[];
  readonly notes: string[];
}

function instrumentOf(exchange: FakeExchange, kind: Market): Instrument {
  const market = kind === Market.SPOT ? DOGE_SPOT : DOGE_SWAP;
  return defineInstrument(specificationOf(exchange, market, kind, 'DOGEUSDT'), {
    index: 0 as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
}

function open(kind: Market = Market.SPOT, has: Readonly<Record<string, boolean>> = {}): Stage {
  const exchange = new FakeExchange();
  Object.assign(exchange.has, has);
  const timers = new VirtualTimers(START_MILLIS * 1000);
  const events: string[] = [];
  const notes: string[] = [];
  const feed = new CcxtMarketData({
    exchange,
    market: kind === Market.SPOT ? DOGE_SPOT : DOGE_SWAP,
    instrument: instrumentOf(exchange, kind),
    timers,
    sink: {
      publish: (event) => {
        switch (event.kind) {
          case EventKind.FEED_STATUS:
            events.push(event.state === FeedState.CONNECTED ? 'up' : 'down');
            break;
          case EventKind.DEPTH_SNAPSHOT:
            events.push(`snapshot ${event.lastUpdateId}`);
            break;
          case EventKind.DEPTH_DELTA:
            events.push(
              `delta ${event.firstUpdateId}-${event.lastUpdateId} ${event.bids.count}/${event.asks.count}`,
            );
            break;
          case EventKind.TRADE:
            events.push(
              `trade ${event.tradeId} ${event.priceTicks} ${event.quantityLots} ${event.aggressor === Side.BUY ? 'buy' : 'sell'}`,
            );
            break;
          case EventKind.BOOK_TICKER:
            events.push(`top ${event.updateId} ${event.bidPriceTicks}/${event.askPriceTicks}`);
            break;
          case EventKind.MARK_PRICE:
            events.push(`mark ${event.markPriceUnits} ${event.fundingRate}`);
            break;
          case EventKind.VENUE_SILENCE:
            events.push(`silence ${(event.untilMicros - event.atMicros) / 1e6}`);
            break;
          default:
            events.push(`unexpected ${event.kind}`);
        }
      },
    },
    onNote: (note) => notes.push(note),
  });
  feed.start();
  return { exchange, timers, feed, events, notes };
}

const book = (bid: number, ask: number, timestamp?: number) => ({
  bids: [[bid, 100]],
  asks: [[ask, 200]],
  timestamp,
});

test('the first book is a snapshot, each further one a delta; a snapshot asked for is the book', async () => {
  const { exchange, timers, feed, events } = open();
  exchange.books.push(book(0.16, 0.17));
  await settle();
  exchange.books.push(book(0.161, 0.17));
  await settle();
  feed.requestSnapshot();
  assert.deepEqual(events, ['up', 'snapshot 1', 'delta 2-2 2/0'], 'not within the call');
  timers.advance(0);
  assert.deepEqual(events.slice(3), ['snapshot 2']);
  feed.stop();
});

test('a broken connection is told, and begins with a snapshot again', async () => {
  const { exchange, timers, feed, events } = open();
  exchange.books.push(book(0.16, 0.17));
  await settle();
  exchange.books.push(new RequestTimeout('no answer'));
  await settle();
  exchange.books.push(book(0.16, 0.17));
  await settle();
  assert.deepEqual(events, ['up', 'snapshot 1', 'down'], 'not before the pause');
  timers.advance(1);
  await settle();
  assert.deepEqual(events.slice(3), ['up', 'snapshot 2']);
  feed.stop();
});

test('pauses double from failure to failure; a refusal by rate is told and waited out', async () => {
  const { exchange, timers, feed, events, notes } = open();
  for (const seconds of [1, 2, 4]) {
    exchange.books.push(new RequestTimeout('no answer'));
    await settle();
    const before = exchange.books.askedCount;
    timers.advance(seconds - 0.1);
    await settle();
    assert.equal(exchange.books.askedCount, before);
    timers.advance(0.1);
    await settle();
    assert.equal(exchange.books.askedCount, before + 1);
  }
  exchange.books.push(new RateLimitExceeded('too many'));
  await settle();
  assert.deepEqual(events, ['silence 60']);
  assert.ok(notes.some((note) => note.includes('RateLimitExceeded: too many')));
  feed.stop();
});

test('a bad book changes nothing; ten in a row and everything begins anew', async () => {
  const { exchange, feed, events, notes } = open();
  exchange.books.push(book(0.16, 0.17));
  for (let count = 0; count < 9; count++) exchange.books.push(book(0.18, 0.17));
  exchange.books.push(book(0.162, 0.17));
  await settle();
  assert.deepEqual(events, ['up', 'snapshot 1', 'delta 2-2 2/0']);
  for (let count = 0; count < 10; count++) exchange.books.push(book(0.18, 0.17));
  await settle();
  assert.deepEqual(events.slice(3), ['down']);
  assert.equal(exchange.closeCount, 1);
  assert.equal(notes.filter((note) => note.includes('crossed')).length, 3, 'not one a book');
  feed.stop();
});

test('a book that falls silent is let go and the connections are closed', async () => {
  const { exchange, timers, feed, events } = open();
  exchange.books.push(book(0.16, 0.17));
  await settle();
  timers.advance(29);
  assert.equal(exchange.closeCount, 0);
  timers.advance(10);
  assert.equal(exchange.closeCount, 1);
  assert.deepEqual(events.slice(2), ['down']);
  feed.stop();
});

test('without a stream the book is polled, each second, and the engine hears that', async () => {
  const { exchange, timers, feed, events, notes } = open(Market.SPOT, { watchOrderBook: false });
  exchange.polledBooks.push(book(0.16, 0.17));
  exchange.polledBooks.push(book(0.16, 0.17));
  await settle();
  assert.deepEqual(events, ['up', 'snapshot 1']);
  timers.advance(1);
  await settle();
  assert.deepEqual(events.slice(2), ['delta 2-2 0/0']);
  assert.ok(notes.some((note) => note.includes('polled, not streamed')));
  feed.stop();
});

test('trades come once each, numbered, without history and without what cannot be used', async () => {
  const { exchange, feed, events } = open();
  const trade = { timestamp: START_MILLIS, price: '0.16', amount: '5', side: 'sell' };
  exchange.trades.push([
    { ...trade, id: 'a', timestamp: START_MILLIS - 60_000 },
    { ...trade, id: 'b' },
    { ...trade, id: 'c', side: undefined },
    { ...trade, id: 'd', amount: '0.5' },
    { ...trade, id: 'e', price: '0.160001' },
  ]);
  exchange.trades.push([
    { ...trade, id: 'b' },
    { ...trade, id: 'f', side: 'buy' },
  ]);
  await settle();
  assert.deepEqual(events, ['trade 1 16000 5 sell', 'trade 2 16000 5 buy']);
  assert.equal(feed.counts.unusableTrades, 3);
  feed.stop();
});

test('best prices beside the book count only when their venue time is newer', async () => {
  const { exchange, feed, events } = open();
  const top = { bid: '0.161', bidVolume: '3', ask: '0.17', askVolume: '4' };
  exchange.books.push(book(0.16, 0.17, START_MILLIS));
  await settle();
  exchange.tops.push({ ...top, timestamp: START_MILLIS });
  exchange.tops.push(top);
  exchange.tops.push({ ...top, timestamp: START_MILLIS + 5, bidVolume: undefined });
  exchange.tops.push({ ...top, timestamp: START_MILLIS + 5 });
  exchange.tops.push({ ...top, timestamp: START_MILLIS + 5 });
  await settle();
  exchange.books.push(book(0.161, 0.17, START_MILLIS + 9));
  await settle();
  assert.deepEqual(events, ['up', 'snapshot 1', 'top 2 16100/17000', 'delta 2-3 2/0']);
  feed.stop();
});

test('the perpetual has a mark; contracts are counted as lots', async () => {
  const { exchange, feed, events } = open(Market.PERPETUAL);
  exchange.rates.push({ markPrice: '0.162315', fundingRate: '0.0001', timestamp: START_MILLIS });
  exchange.books.push({ bids: [[0.16, 7]], asks: [[0.17, 9]] });
  exchange.trades.push([{ id: '1', price: 0.16, amount: 3, side: 'buy' }]);
  await settle();
  assert.deepEqual(events.toSorted(), [
    'mark 16231500 10000',
    'snapshot 1',
    'trade 1 16000 3 buy',
    'up',
  ]);
  feed.stop();
});

test('a stream that turns out not to be offered is polled from then on', async () => {
  const { exchange, timers, feed, events, notes } = open();
  exchange.books.push(new NotSupported('no watchOrderBook for this market'));
  exchange.polledBooks.push(book(0.16, 0.17));
  exchange.polledBooks.push(book(0.161, 0.17));
  await settle();
  timers.advance(1);
  await settle();
  assert.deepEqual(events, ['up', 'snapshot 1', 'delta 2-2 2/0']);
  assert.equal(exchange.books.askedCount, 1);
  assert.ok(notes.some((note) => note.includes('polled from now on')));
  feed.stop();
});

test('what the venue does not offer is given up, with a word', async () => {
  const { exchange, timers, feed, notes } = open();
  exchange.trades.push(new NotSupported('no watchTrades'));
  await settle();
  timers.advance(300);
  await settle();
  assert.equal(exchange.trades.askedCount, 1);
  assert.ok(notes.some((note) => note.includes('not asked for again')));
  feed.stop();
});

test('after stop nothing is told and nothing is asked', async () => {
  const { exchange, timers, feed, events } = open();
  feed.stop();
  exchange.books.push(book(0.16, 0.17));
  await settle();
  timers.advance(100);
  assert.deepEqual(events, []);
  assert.equal(exchange.books.askedCount, 1);
  assert.equal(exchange.closeCount, 0);
});
