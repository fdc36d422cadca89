/**
 * Goal: on real recordings the book follows the venue without a gap, shows what a naive book shows, and
 * agrees with bookTicker wherever both can be compared; a snapshot in the middle changes nothing.
 * Method: each recording through the manager, beside a map-based book that knows only the chain rule.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import type { BookTickerEvent, MarketEvent } from '#contracts/events.ts';
import { BookStatus, type MarketSnapshot, SNAPSHOT_LEVELS } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import { Book } from './book.ts';
import {
  CONFIGURATION,
  hasRecordings,
  instrument,
  NaiveBook,
  RECORDINGS,
  type Recording,
  readRecording,
  restore,
  rig,
  stateBytes,
} from './market-fixture.test-support.ts';
import { NO_RANK, type PriceLadder } from './price-ladder.ts';

const skip = hasRecordings() ? false : 'recordings not found';

function best(ladder: PriceLadder, count: number): [number, number][] {
  const levels: [number, number][] = [];
  let rank = ladder.bestRank;
  while (rank !== NO_RANK && levels.length < count) {
    levels.push([ladder.priceOf(rank), ladder.lotsAt(rank)]);
    rank = ladder.nextWorse(rank);
  }
  return levels;
}

function assertSameTop(shown: MarketSnapshot, expected: BookTickerEvent): void {
  assert.deepEqual(
    [shown.bidPriceTicks, shown.bidQuantityLots, shown.askPriceTicks, shown.askQuantityLots],
    [
      expected.bidPriceTicks,
      expected.bidQuantityLots,
      expected.askPriceTicks,
      expected.askQuantityLots,
    ],
    `at update id ${expected.updateId}`,
  );
}

function rigOf(recording: Recording) {
  return rig([instrument(recording.market, 0, recording.tick, recording.step)]);
}

for (const recording of RECORDINGS) {
  test(`${recording.file}: no gap, and the shown top is the newest of depth and bookTicker`, {
    skip,
  }, () => {
    const { manager, output, apply } = rigOf(recording);
    const shown = manager.markets.quoted;
    const tickers = new Map<number, BookTickerEvent>();
    let compared = 0;
    let newestTicker = 0;
    for (const event of readRecording(recording)) {
      apply(event);
      if (event.kind === EventKind.BOOK_TICKER) {
        tickers.set(event.updateId, event);
        newestTicker = Math.max(newestTicker, event.updateId);
        if (event.updateId >= shown.updateId) assertSameTop(shown, event);
      } else if (event.kind === EventKind.DEPTH_DELTA && shown.status === BookStatus.LIVE) {
        const same = tickers.get(event.lastUpdateId);
        if (same === undefined || newestTicker > event.lastUpdateId) continue;
        compared += 1;
        assertSameTop(shown, same);
      }
      assert.ok(shown.spreadTicks >= 0);
    }
    assert.equal(shown.status, BookStatus.LIVE);
    assert.deepEqual(output.alerts, []);
    assert.ok(compared > 0, 'nothing was compared');
    const quality = manager.feedQuality(shown.instrument);
    assert.equal(quality?.gapCount, 0);
    assert.equal(quality?.crossedCount, 0);
    assert.equal(quality?.quarantinedCount, 0);
  });
}

test('spot-btcusdt: the ladder shows what a naive book shows after every depth message', {
  skip,
}, () => {
  const [recording] = RECORDINGS;
  assert.ok(recording !== undefined);
  const book = new Book({ ladderTicks: 1024, farLevelsMax: CONFIGURATION.farLevelsMax });
  const naive = new NaiveBook();
  for (const event of readRecording(recording)) {
    if (event.kind !== EventKind.DEPTH_DELTA && event.kind !== EventKind.DEPTH_SNAPSHOT) continue;
    book.apply(event.bids, event.asks);
    naive.apply(event);
    if (event.atMicros % 10 !== 0) continue;
    assert.deepEqual(best(book.bids, SNAPSHOT_LEVELS), naive.levels(Side.BUY, SNAPSHOT_LEVELS));
    assert.deepEqual(best(book.asks, SNAPSHOT_LEVELS), naive.levels(Side.SELL, SNAPSHOT_LEVELS));
  }
  assert.equal(book.bids.count, naive.bids.size);
  assert.equal(book.asks.count, naive.asks.size);
});

test('usdm-btcusdt: a snapshot at any point goes on with the same bytes', { skip }, () => {
  const recording = RECORDINGS[2];
  assert.ok(recording !== undefined);
  const events: MarketEvent[] = readRecording(recording, 4000);
  // 20: before the depth snapshot, messages are held. The others: while live.
  for (const cut of [20, 500, 2500]) {
    const whole = rigOf(recording);
    whole.apply(...events.slice(0, cut));
    const resumed = rigOf(recording);
    restore(resumed.manager, stateBytes(whole.manager));
    assert.deepEqual(stateBytes(resumed.manager), stateBytes(whole.manager));
    for (const event of events.slice(cut)) {
      whole.apply(event);
      resumed.apply(event);
      assert.equal(resumed.manager.markets.quoted.version, whole.manager.markets.quoted.version);
    }
    assert.deepEqual(stateBytes(resumed.manager), stateBytes(whole.manager));
    assert.equal(whole.manager.markets.quoted.status, BookStatus.LIVE);
  }
});
