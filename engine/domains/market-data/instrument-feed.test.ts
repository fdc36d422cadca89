/**
 * Goal: one instrument's events end in a snapshot that is right, counted, and honest about its age.
 * Method: a feed of its own with a naive clock, looked at through its snapshot, its quality and its
 * commands; then a random stream with a restore in the middle.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCode } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { FeedState, type MarketEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { BookStatus, TopSource } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { EpochMicros } from '#units/integers.ts';
import { InstrumentFeed } from './instrument-feed.ts';
import {
  CONFIGURATION,
  delta,
  FakeOwnOrders,
  feedStatus,
  instrument,
  markPrice,
  RecordingSink,
  restore,
  SECOND,
  START,
  snapshot,
  stateBytes,
  ticker,
  trade,
} from './market-fixture.test-support.ts';
import { LiveSnapshot } from './snapshot.ts';

const BIDS = [
  [100, 5],
  [99, 6],
] as const;
const ASKS = [
  [102, 4],
  [103, 3],
] as const;

function build(ownOrders = new FakeOwnOrders(), ownOrdersInBook = true) {
  const shown = new LiveSnapshot();
  const output = new RecordingSink();
  const feed = new InstrumentFeed({
    instrument: instrument(Market.SPOT),
    configuration: CONFIGURATION,
    ownOrders,
    ownOrdersInBook,
    snapshot: shown,
    output,
  });
  return { feed, shown, output, ownOrders };
}

function live() {
  const built = build();
  built.feed.onSnapshot(snapshot(10, BIDS, ASKS));
  return built;
}

function touchOf(shown: LiveSnapshot): number[] {
  const { bidPriceTicks, bidQuantityLots, askPriceTicks, askQuantityLots } = shown;
  return [bidPriceTicks, bidQuantityLots, askPriceTicks, askQuantityLots];
}

test('a new feed is empty, and time alone neither changes it nor asks for anything', () => {
  const { feed, shown, output } = build();
  const { version } = shown;
  feed.onTimer((START + 60 * SECOND) as EpochMicros);
  assert.equal(shown.status, BookStatus.EMPTY);
  assert.equal(shown.version, version);
  assert.equal(output.snapshotRequests, 0);
  assert.deepEqual(output.alerts, []);
});

test('the source names what the touch came from last', () => {
  const { feed, shown } = live();
  assert.equal(shown.source, TopSource.SNAPSHOT);
  feed.onDelta(delta({ first: 11, last: 11, bids: [[100, 7]] }));
  assert.equal(shown.source, TopSource.DEPTH);
  feed.onTicker(ticker(12, [100, 8], [102, 4]));
  assert.equal(shown.source, TopSource.BOOK_TICKER);
  assert.equal(shown.updateId, 12);
  feed.onDelta(delta({ first: 12, last: 12, bids: [[100, 8]] }));
  assert.equal(shown.source, TopSource.DEPTH);
});

test('a run of tickers at one price only patches the quantity, and each is seen', () => {
  const { feed, shown } = live();
  for (let step = 1; step <= 5; step++) {
    const { version } = shown;
    feed.onTicker(ticker(10 + step, [100, 50 + step], [102, 4]));
    assert.deepEqual(touchOf(shown), [100, 50 + step, 102, 4]);
    assert.equal(shown.version, version + 1);
  }
  assert.equal(shown.bids.count, 2, 'the level behind is still shown');
});

test('a deep change below everything shown raises no version', () => {
  const { feed, shown } = build();
  const rows = Array.from({ length: 40 }, (_, at) => [1_000 - at, 1] as const);
  feed.onSnapshot(snapshot(10, rows, [[1_010, 1]]));
  const { version } = shown;
  feed.onDelta(delta({ first: 11, last: 11, bids: [[965, 7]] }));
  assert.equal(shown.version, version);
  feed.onDelta(delta({ first: 12, last: 12, bids: [[985, 7]] }));
  assert.equal(shown.version, version + 1);
});

test('what a feed has been through is counted by kind', () => {
  const { feed, output } = live();
  feed.onTicker(ticker(9, [100, 1], [102, 1]));
  feed.onTicker(ticker(11, [103, 1], [102, 1]));
  feed.onTicker(ticker(12, [1_000, 1], [1_002, 1]));
  feed.onTrade(trade(5, 101, 1));
  feed.onTrade(trade(5, 101, 1));
  feed.onDelta(delta({ first: 9, last: 10 }));
  feed.onDelta(delta({ first: 15, last: 16 }));
  const { quality } = feed;
  assert.equal(quality.lateTickerCount, 1);
  assert.equal(quality.absurdCount, 1);
  assert.equal(quality.quarantinedCount, 1);
  assert.equal(quality.oldTradeCount, 1);
  assert.equal(quality.oldDeltaCount, 1);
  assert.equal(quality.gapCount, 1);
  assert.deepEqual(
    output.alerts.map((alert) => alert.code),
    [AlertCode.BOOK_GAP],
  );
});

test('an old trade changes nothing a reader sees, a new one does even at the same price', () => {
  const { feed, shown } = live();
  feed.onTrade(trade(5, 101, 1));
  const { version } = shown;
  feed.onTrade(trade(4, 90, 9));
  assert.deepEqual([shown.version, shown.tradeCount, shown.lastTradePriceTicks], [version, 1, 101]);
  feed.onTrade(trade(6, 101, 1));
  assert.deepEqual([shown.version, shown.tradeCount], [version + 1, 2]);
});

test('going stale is told once, with the age and what was allowed', () => {
  const { feed, shown, output } = live();
  const at = START + CONFIGURATION.freshnessFloorMicros + 1;
  feed.onTimer(at as EpochMicros);
  feed.onTimer((at + SECOND) as EpochMicros);
  assert.equal(shown.status, BookStatus.STALE);
  assert.equal(shown.isStale, true);
  assert.equal(shown.confidence, 0);
  assert.deepEqual(output.alerts, [
    {
      code: AlertCode.STALE_MARKET,
      measured: CONFIGURATION.freshnessFloorMicros + 1,
      limit: CONFIGURATION.freshnessFloorMicros,
    },
  ]);
  assert.equal(feed.quality.staleCount, 1);
  feed.onTrade(trade(1, 101, 1, at + 2 * SECOND));
  assert.equal(shown.status, BookStatus.LIVE);
});

test('a mark price proves no life: a feed with marks alone goes stale', () => {
  const { feed, shown } = live();
  for (let second = 1; second <= 3; second++) {
    feed.onMark(markPrice(10 ** 8 + second, START + second * SECOND));
    feed.onTimer((START + second * SECOND) as EpochMicros);
  }
  assert.equal(shown.markPriceUnits, 10 ** 8 + 3);
  assert.equal(shown.isStale, true);
});

test('a lost connection takes the ticker’s rule and the trade ids with it', () => {
  const { feed, shown, output } = live();
  feed.onTicker(ticker(50, [101, 1], [102, 4]));
  feed.onTrade(trade(900, 101, 1));
  feed.onFeedStatus(feedStatus(FeedState.DISCONNECTED));
  assert.equal(shown.status, BookStatus.STALE);
  assert.equal(output.snapshotRequests, 0, 'nobody is asked over a dead connection');
  feed.onTimer((START + 10 * SECOND) as EpochMicros);
  assert.equal(output.snapshotRequests, 0);
  feed.onFeedStatus(feedStatus(FeedState.CONNECTED, START + 11 * SECOND));
  feed.onTicker(ticker(20, [98, 2], [102, 4], START + 11 * SECOND));
  assert.deepEqual(touchOf(shown), [98, 2, 102, 4], 'although ticker 50 was seen before');
  assert.notEqual(shown.status, BookStatus.LIVE);
  assert.equal(output.snapshotRequests, 1);
  feed.onTrade(trade(1, 98, 1, START + 11 * SECOND));
  assert.equal(shown.tradeCount, 2);
  feed.onSnapshot(snapshot(20, BIDS, ASKS, START + 12 * SECOND));
  assert.equal(shown.status, BookStatus.LIVE);
});

test('our own orders leave the touch when they change, without new market time', () => {
  const { feed, shown, ownOrders } = live();
  const { version, receiveTimeMicros } = shown;
  feed.onOwnOrders();
  assert.equal(shown.version, version, 'nothing of ours has changed');
  ownOrders.put(Side.BUY, 100, 5);
  feed.onOwnOrders();
  assert.deepEqual(touchOf(shown), [99, 6, 102, 4]);
  assert.equal(shown.version, version + 1);
  assert.equal(shown.receiveTimeMicros, receiveTimeMicros);
  ownOrders.put(Side.BUY, 50, 5);
  feed.onOwnOrders();
  assert.equal(shown.version, version + 1, 'an order that is not shown changes nothing');
});

test('the venue’s time only rises', () => {
  const { feed, shown } = live();
  const late = trade(1, 101, 1, START + SECOND);
  late.venueTimeMicros = (START - SECOND) as EpochMicros;
  feed.onTrade(late);
  assert.equal(shown.venueTimeMicros, START);
  feed.onTrade(trade(2, 101, 1, START + SECOND));
  assert.equal(shown.venueTimeMicros, START + SECOND);
});

function feedWith(feed: InstrumentFeed, event: MarketEvent): void {
  switch (event.kind) {
    case EventKind.DEPTH_DELTA:
      feed.onDelta(event);
      return;
    case EventKind.DEPTH_SNAPSHOT:
      feed.onSnapshot(event);
      return;
    case EventKind.BOOK_TICKER:
      feed.onTicker(event);
      return;
    case EventKind.TRADE:
      feed.onTrade(event);
      return;
    case EventKind.MARK_PRICE:
      feed.onMark(event);
      return;
    case EventKind.FEED_STATUS:
      feed.onFeedStatus(event);
  }
}

/** A stream with gaps, late tickers, repeats and lost connections, by small numbers. */
function streamOf(steps: readonly (readonly [what: number, value: number])[]): MarketEvent[] {
  let id = 10;
  let at = START;
  return steps.map(([what, value]) => {
    at += value * 40_000;
    if (what === 0)
      return ticker(id + (value % 5) - 1, [95 + (value % 6), 1 + value], [103, 2], at);
    if (what === 1) return trade(value, 100, 1, at);
    if (what === 2) return snapshot(id, BIDS, ASKS, at);
    if (what === 3)
      return feedStatus(value % 2 === 0 ? FeedState.CONNECTED : FeedState.DISCONNECTED, at);
    if (what === 4) return markPrice(value, at);
    const first = id + 1 + (value % 11 === 0 ? 1 : 0);
    id = first + (value % 3);
    const bids = [[94 + (value % 8), value % 4]] as const;
    return delta({ first, last: id, bids, asks: [[103 + (value % 4), value % 3]], at });
  });
}

/** What a reader may look at: levels up to their count. */
function seen(shown: LiveSnapshot) {
  const upToCount = ({ count, pricesTicks, quantitiesLots }: LiveSnapshot['bids']) => ({
    prices: [...pricesTicks.subarray(0, count)],
    lots: [...quantitiesLots.subarray(0, count)],
  });
  return { ...shown, bids: upToCount(shown.bids), asks: upToCount(shown.asks) };
}

test('a restored feed shows, counts and asks the same ever after', () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(40));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat(80), (steps, cut) => {
      const whole = live();
      let resumed = live();
      streamOf(steps).forEach((event, position) => {
        if (position === cut) {
          const fresh = build(resumed.ownOrders);
          restore(fresh.feed, stateBytes(resumed.feed));
          resumed = fresh;
          whole.output.alerts.length = 0;
          whole.output.snapshotRequests = 0;
        }
        feedWith(whole.feed, event);
        feedWith(resumed.feed, event);
        const { bidPriceTicks, askPriceTicks } = whole.shown;
        assert.ok(bidPriceTicks === 0 || askPriceTicks === 0 || bidPriceTicks < askPriceTicks);
      });
      assert.deepEqual(seen(resumed.shown), seen(whole.shown));
      assert.deepEqual(resumed.feed.quality, whole.feed.quality);
      if (cut < steps.length) {
        assert.deepEqual(resumed.output, whole.output);
      }
      assert.deepEqual(stateBytes(resumed.feed), stateBytes(whole.feed));
    }),
    { numRuns: 150 },
  );
});
