/**
 * Goal: the snapshot shows the newest truth of depth and bookTicker without our own orders, its version
 * rises exactly when a reader sees a difference, and it goes stale by time alone.
 * Method: stories at the manager's door, then random event streams with a restore in the middle.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCode } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  FeedState,
  InstrumentDefinedEvent,
  type MarketEvent,
  SessionStartEvent,
} from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { BookStatus, SNAPSHOT_LEVELS, TopSource } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import { type InstrumentIndex, NO_INSTRUMENT } from '#units/integers.ts';
import {
  CONFIGURATION,
  delta,
  feedStatus,
  instrument,
  markPrice,
  type Rig,
  restore,
  rig,
  SECOND,
  START,
  snapshot,
  stateBytes,
  ticker,
  timer,
  trade,
} from './market-fixture.test-support.ts';

const SPOT = instrument(Market.SPOT);
const BIDS = [
  [100, 5],
  [99, 6],
  [98, 7],
] as const;
const ASKS = [
  [102, 4],
  [103, 3],
] as const;
const BASE = snapshot(10, BIDS, ASKS);

function liveRig(ownOrdersInBook = false) {
  const built = rig([SPOT], ownOrdersInBook);
  built.apply(BASE);
  return { ...built, shown: built.manager.markets.quoted };
}

function levels(side: { count: number; pricesTicks: Float64Array; quantitiesLots: Float64Array }) {
  return Array.from({ length: side.count }, (_, index) => [
    side.pricesTicks[index],
    side.quantitiesLots[index],
  ]);
}

test('before anything is defined both markets are empty, and an event is a bug', () => {
  const { manager, apply } = rig([]);
  assert.equal(manager.markets.quoted.status, BookStatus.EMPTY);
  assert.equal(manager.markets.hedge.instrument, NO_INSTRUMENT);
  assert.equal(manager.markets.quoted.isStale, true);
  assert.throws(() => apply(BASE), /never defined/);
  assert.equal(manager.feedQuality(0 as InstrumentIndex), null);
});

test('a live book shows touch, levels, mid, weighted mid and imbalance', () => {
  const { shown } = liveRig();
  assert.equal(shown.status, BookStatus.LIVE);
  assert.equal(shown.isStale, false);
  assert.equal(shown.confidence, 1);
  assert.equal(shown.source, TopSource.SNAPSHOT);
  assert.deepEqual(
    [shown.bidPriceTicks, shown.bidQuantityLots, shown.askPriceTicks, shown.askQuantityLots],
    [100, 5, 102, 4],
  );
  assert.equal(shown.spreadTicks, 2);
  assert.equal(shown.midHalfTicks, 202);
  assert.equal(shown.imbalance, 5 / 9);
  // I x Pa + (1 - I) x Pb = 5/9 x 102 + 4/9 x 100
  assert.ok(Math.abs(shown.weightedMidTicks - (5 * 102 + 4 * 100) / 9) < 1e-9);
  assert.deepEqual(
    levels(shown.bids),
    BIDS.map((level) => [...level]),
  );
  assert.deepEqual(
    levels(shown.asks),
    ASKS.map((level) => [...level]),
  );
});

test('a newer bookTicker replaces the touch and drops the levels better than it', () => {
  const { shown, apply } = liveRig();
  apply(ticker(12, [99, 9], [103, 1]));
  assert.equal(shown.source, TopSource.BOOK_TICKER);
  assert.equal(shown.updateId, 12);
  assert.deepEqual(levels(shown.bids), [
    [99, 9],
    [98, 7],
  ]);
  assert.deepEqual(levels(shown.asks), [[103, 1]]);
  apply(ticker(13, [101, 2], [103, 1]));
  assert.deepEqual(levels(shown.bids), [
    [101, 2],
    [100, 5],
    [99, 6],
    [98, 7],
  ]);
});

test('the depth book rules again once its id reaches the ticker', () => {
  const { shown, apply } = liveRig();
  apply(ticker(13, [101, 2], [102, 4]));
  apply(delta({ first: 11, last: 12, bids: [[97, 1]] }));
  assert.equal(shown.bidPriceTicks, 101, 'the depth book is still older');
  assert.deepEqual(levels(shown.bids).at(-1), [97, 1], 'but its deeper levels count');
  apply(delta({ first: 13, last: 13, bids: [[101, 3]] }));
  assert.equal(shown.source, TopSource.DEPTH);
  assert.deepEqual([shown.bidPriceTicks, shown.bidQuantityLots], [101, 3]);
});

test('an older ticker never overwrites a newer top', () => {
  const { shown, apply, manager } = liveRig();
  apply(ticker(9, [90, 1], [110, 1]), ticker(10, [90, 1], [110, 1]));
  assert.equal(shown.bidPriceTicks, 100);
  apply(ticker(14, [101, 2], [102, 4]), ticker(13, [90, 1], [110, 1]));
  assert.equal(shown.bidPriceTicks, 101);
  assert.equal(manager.feedQuality(0 as InstrumentIndex)?.lateTickerCount, 3);
});

test('a ticker with an empty side empties that side and keeps the last mid', () => {
  const { shown, apply } = liveRig();
  apply(ticker(11, [100, 5], [0, 0]));
  assert.equal(shown.askPriceTicks, 0);
  assert.equal(shown.asks.count, 0);
  assert.equal(shown.spreadTicks, 0);
  assert.equal(shown.imbalance, 0.5);
  assert.equal(shown.midHalfTicks, 202);
});

test('a ticker shows a top before the book is there, but never as live', () => {
  const { manager, output, apply } = rig([SPOT]);
  apply(ticker(5, [100, 5], [102, 4]));
  const shown = manager.markets.quoted;
  assert.equal(shown.status, BookStatus.SYNCING);
  assert.equal(shown.isStale, true);
  assert.equal(shown.confidence, 0);
  assert.equal(shown.bidPriceTicks, 100);
  assert.equal(output.snapshotRequests, 1);
});

test('a ticker that crosses itself, or is impossibly large, is refused and counted', () => {
  const { shown, apply, manager } = liveRig();
  apply(ticker(11, [102, 1], [102, 1]), ticker(12, [100, 1e15], [102, 1]));
  apply(ticker(13, [100, 1], [102, 1e15]), ticker(14, [0, 0], [0, 0]));
  assert.equal(shown.updateId, 10);
  assert.equal(manager.feedQuality(0 as InstrumentIndex)?.absurdCount, 4);
});

test('a far ticker is held back until enough of them agree', () => {
  const { shown, apply, manager } = liveRig();
  for (let count = 0; count < CONFIGURATION.confirmingTicks; count++) {
    apply(ticker(11 + count, [200, 1], [202, 1]));
    assert.equal(shown.bidPriceTicks, 100);
  }
  apply(ticker(20, [200, 1], [202, 1]));
  assert.equal(shown.bidPriceTicks, 200);
  assert.equal(
    manager.feedQuality(0 as InstrumentIndex)?.quarantinedCount,
    CONFIGURATION.confirmingTicks,
  );
});

test('a far price that the depth book shows is confirmed at once', () => {
  const { shown, apply } = liveRig();
  apply(ticker(11, [120, 1], [122, 1]));
  assert.equal(shown.bidPriceTicks, 100);
  apply(
    delta({
      first: 11,
      last: 11,
      bids: [[120, 1]],
      asks: [
        [102, 0],
        [103, 0],
        [122, 1],
      ],
    }),
  );
  assert.equal(shown.bidPriceTicks, 120);
  apply(ticker(12, [121, 1], [122, 1]));
  assert.equal(shown.bidPriceTicks, 121);
});

test('a trade is shown once, whatever its stream repeats, and an absurd one never', () => {
  const { shown, apply, manager } = liveRig();
  apply(trade(7, 100, 2), trade(7, 100, 2), trade(6, 100, 2));
  assert.equal(shown.tradeCount, 1);
  assert.deepEqual(
    [shown.lastTradePriceTicks, shown.lastTradeQuantityLots, shown.lastTradeSide],
    [100, 2, Side.SELL],
  );
  apply(trade(8, 0, 2), trade(9, 100, 0), trade(10, 100, 1e15), trade(11, 500, 1));
  assert.equal(shown.tradeCount, 1);
  const quality = manager.feedQuality(0 as InstrumentIndex);
  assert.deepEqual(
    [quality?.oldTradeCount, quality?.absurdCount, quality?.quarantinedCount],
    [2, 3, 1],
  );
});

test('a mark price is shown and raises the version', () => {
  const { shown, apply } = liveRig();
  const before = shown.version;
  apply(markPrice(12_345));
  assert.equal(shown.markPriceUnits, 12_345);
  assert.equal(shown.version, before + 1);
});

test('the version rises only when a reader sees a difference', () => {
  const { shown, apply, manager } = liveRig();
  const many = Array.from({ length: SNAPSHOT_LEVELS }, (_, index) => [80 - index, 1] as const);
  apply(delta({ first: 11, last: 11, bids: many }));
  const { version } = shown;
  apply(delta({ first: 12, last: 12, bids: [[20, 1]] }));
  assert.equal(shown.version, version, 'below the levels shown');
  apply(ticker(13, [100, 5], [102, 4]));
  assert.equal(shown.version, version, 'the same touch again');
  apply(delta({ first: 13, last: 13, bids: [[100, 5]] }));
  assert.equal(shown.version, version, 'the same quantity again');
  manager.onTimer(timer(START + 1));
  assert.equal(shown.version, version, 'nothing but a little time');
  apply(delta({ first: 14, last: 14, bids: [[90, 1]] }));
  assert.equal(shown.version, version + 1, 'a level in the middle');
  apply(ticker(15, [100, 6], [102, 4]));
  assert.equal(shown.version, version + 2, 'another quantity at the touch');
});

test('silence makes the snapshot stale by time alone, and the next event fresh again', () => {
  const { shown, apply, manager, output } = liveRig();
  manager.onTimer(timer(START + 0.75 * SECOND));
  assert.equal(shown.isStale, false);
  assert.equal(shown.confidence, 0.5);
  const { version } = shown;
  manager.onTimer(timer(START + SECOND));
  assert.equal(shown.isStale, false);
  manager.onTimer(timer(START + SECOND + 1));
  assert.equal(shown.isStale, true);
  assert.equal(shown.status, BookStatus.STALE);
  assert.equal(shown.confidence, 0);
  assert.equal(shown.version, version + 1);
  assert.deepEqual(output.alerts, [
    { code: AlertCode.STALE_MARKET, measured: SECOND + 1, limit: SECOND },
  ]);
  manager.onTimer(timer(START + 2 * SECOND));
  assert.equal(output.alerts.length, 1, 'said once');
  apply(markPrice(1, START + 2 * SECOND));
  assert.equal(shown.isStale, true, 'a mark proves nothing about the book');
  apply(trade(1, 100, 1, START + 3 * SECOND));
  assert.equal(shown.status, BookStatus.LIVE);
  assert.equal(shown.isStale, false);
});

test('a depth stream that dies alone makes the book stale although tickers go on', () => {
  const { shown, apply } = liveRig();
  for (let tick = 1; tick <= 25; tick++) {
    apply(ticker(10 + tick, [100, tick], [102, 4], START + tick * 100_000));
  }
  assert.equal(shown.isStale, true);
  assert.equal(shown.bidQuantityLots, 25, 'the touch is still shown');
  apply(delta({ first: 11, last: 30, at: START + 2_600_000 }));
  assert.equal(shown.isStale, false);
});

test('own orders are taken out of the touch and of the levels', () => {
  const { shown, apply, manager, ownOrders } = liveRig(true);
  ownOrders.put(Side.BUY, 100, 5);
  ownOrders.put(Side.BUY, 98, 3);
  const { version } = shown;
  manager.onOwnOrders();
  assert.deepEqual(levels(shown.bids), [
    [99, 6],
    [98, 4],
  ]);
  assert.equal(shown.bidPriceTicks, 99, 'a level that is only ours is not shown');
  assert.equal(shown.version, version + 1);
  manager.onOwnOrders();
  assert.equal(shown.version, version + 1, 'nothing changed since');
  apply(ticker(11, [100, 5], [102, 4]));
  assert.equal(shown.bidPriceTicks, 99);
  apply(ticker(12, [100, 8], [102, 4]));
  assert.deepEqual([shown.bidPriceTicks, shown.bidQuantityLots], [100, 3]);
});

test('an order that rests only since later is not in this book yet', () => {
  const { shown, manager, ownOrders } = liveRig(true);
  ownOrders.put(Side.BUY, 100, 5, START + 1);
  manager.onOwnOrders();
  assert.equal(shown.bidPriceTicks, 100);
});

test('a recording cannot show our orders, so nothing is taken out', () => {
  const { shown, manager, ownOrders } = liveRig(false);
  ownOrders.put(Side.BUY, 100, 5);
  manager.onOwnOrders();
  assert.equal(shown.bidPriceTicks, 100);
});

test('another tick size starts the book anew in the same snapshot object', () => {
  const { shown, apply, define, manager } = liveRig();
  define({ ...SPOT, version: 2, makerFeeRate: 5 as never });
  assert.equal(shown.status, BookStatus.LIVE, 'fees do not touch the book');
  const { version } = shown;
  define({ ...SPOT, version: 3, tick: { mantissa: 1, decimals: 3 } });
  assert.equal(manager.markets.quoted, shown);
  assert.equal(shown.status, BookStatus.EMPTY);
  assert.equal(shown.bidPriceTicks, 0);
  assert.ok(shown.version > version);
  apply(snapshot(20, [[1000, 5]], [[1020, 4]]));
  assert.equal(shown.bidPriceTicks, 1000);
});

test('a session that starts on restored books throws them away and asks anew', () => {
  const each = liveRig();
  each.apply(feedStatus(FeedState.DISCONNECTED));
  each.manager.onControl(new SessionStartEvent());
  const { quoted } = each.manager.markets;
  assert.notEqual(quoted.status, BookStatus.LIVE);
  const before = each.output.snapshotRequests;
  each.manager.onTimer(timer(START + 2 * SECOND));
  each.apply(delta({ first: 90, last: 91, bids: [[100, 1]], at: START + 2 * SECOND }));
  assert.ok(each.output.snapshotRequests > before, 'a book is asked for on the new connection');
});

test('a definition that the table refused is not followed', () => {
  const { manager, shown } = liveRig();
  const event = new InstrumentDefinedEvent();
  event.instrument = { ...SPOT, version: 0, tick: { mantissa: 5, decimals: 1 } };
  manager.onControl(event);
  assert.equal(shown.status, BookStatus.LIVE);
});

test('quoted and hedge markets are kept apart', () => {
  const { manager, apply } = rig([SPOT, instrument(Market.PERPETUAL, 1)]);
  apply(BASE, snapshot(900, [[95, 1]], [[97, 1]], START, 1));
  assert.equal(manager.markets.quoted.bidPriceTicks, 100);
  assert.equal(manager.markets.hedge.bidPriceTicks, 95);
  assert.equal(manager.markets.hedge.instrument, 1);
});

/** Any market event in any order: gaps, far prices, silence and lost connections included. */
const eventArbitrary: fc.Arbitrary<(at: number, id: number) => MarketEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ price: fc.integer({ min: 90, max: 112 }), lots: fc.nat(3), skip: fc.nat(12) })
      .map(
        ({ price, lots, skip }) =>
          (at: number, id: number) =>
            delta({
              first: skip === 0 ? id + 2 : id + 1,
              last: id + 2,
              [price <= 101 ? 'bids' : 'asks']: [[price, lots]],
              at,
            }),
      ),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({ bid: fc.integer({ min: 80, max: 101 }), lots: fc.nat(3), ahead: fc.nat(4) })
      .map(
        ({ bid, lots, ahead }) =>
          (at: number, id: number) =>
            ticker(id + ahead, [bid, lots], [bid + 2, 2], at),
      ),
  },
  fc.nat(3).map((lots) => (at: number, id: number) => trade(id, 101, lots, at)),
  fc.constant((at: number) => markPrice(at % 1000, at)),
  fc
    .constantFrom(...Object.values(FeedState))
    .map((state) => (at: number) => feedStatus(state, at)),
  fc.constant((at: number, id: number) => snapshot(id, BIDS, ASKS, at)),
);

/** A spot rig with an own order on each side. */
function rigWithOrders(): Rig {
  const built = rig([SPOT], true);
  built.ownOrders.put(Side.BUY, 100, 1);
  built.ownOrders.put(Side.SELL, 102, 1);
  return built;
}

function resume(from: Rig): Rig {
  const fresh = rigWithOrders();
  restore(fresh.manager, stateBytes(from.manager));
  return fresh;
}

function turn(each: Rig, event: MarketEvent, choice: number): void {
  each.apply(event);
  if (choice === 0) each.manager.onOwnOrders();
  if (choice > 6) each.manager.onTimer(timer(event.atMicros));
}

test('whatever happens, the top is never crossed, and a restored manager goes on with equal bytes', () => {
  const step = fc.tuple(eventArbitrary, fc.integer({ min: 0, max: 400_000 }), fc.nat(9));
  const steps = fc.array(step, { minLength: 20, maxLength: 80, size: 'max' });
  fc.assert(
    fc.property(steps, fc.nat(60), (turns, cut) => {
      const whole = rigWithOrders();
      let resumed = rigWithOrders();
      let at = START;
      let id = 10;
      turns.forEach(([make, pause, choice], position) => {
        if (position === cut) resumed = resume(resumed);
        at += pause;
        const event = make(at, id);
        if (event.kind === EventKind.DEPTH_DELTA) id += 2;
        turn(whole, event, choice);
        turn(resumed, event, choice);
        const { quoted } = whole.manager.markets;
        assert.ok(quoted.spreadTicks > 0 || quoted.bids.count === 0 || quoted.asks.count === 0);
        assert.equal(resumed.manager.markets.quoted.version, quoted.version);
      });
      assert.deepEqual(stateBytes(resumed.manager), stateBytes(whole.manager));
    }),
    { numRuns: 200 },
  );
});
