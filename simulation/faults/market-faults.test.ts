/**
 * Goal: each fault of the public feed happens, leaves the sign by which a client notices it, and is
 * told exactly when it struck something.
 * Method: one window at a time; what the process heard against what the venue said.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type BookTickerEvent,
  type DepthSnapshotEvent,
  type EngineEvent,
  FeedState,
  type FeedStatusEvent,
  type InstrumentDefinedEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import { InstrumentStatus, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { FaultWindow } from './fault-script.ts';
import type { FaultName } from './fault-table.ts';
import { FaultTown, PERP, SECOND, SPOT, START, windowOf } from './faults.test-support.ts';

function town(name: FaultName, changes: Partial<FaultWindow> = {}): FaultTown {
  return new FaultTown([windowOf(name, changes)]);
}

function spotOnly<Event extends EngineEvent>(
  events: readonly EngineEvent[],
  kind: number,
): Event[] {
  const isSpot = (event: EngineEvent): boolean =>
    'instrument' in event && event.instrument === SPOT;
  return events.filter((event) => event.kind === kind && isSpot(event)) as Event[];
}

function between(events: readonly EngineEvent[], from: number, to: number): EngineEvent[] {
  return events.filter(
    ({ atMicros }) => atMicros >= START + from * SECOND && atMicros < START + to * SECOND,
  );
}

const PUBLIC: readonly number[] = [10, 12, 13, 14];
const isPublic = (event: EngineEvent): boolean => PUBLIC.includes(event.kind);

test('gaps: messages are missing, each one is told, and the ids show the hole', () => {
  const lossy = town('market-gap', { probability: 0.3, instrument: SPOT }).runTo(30);
  const lost = lossy.said.length - lossy.heard.length;
  assert.ok(lost > 20);
  assert.equal(lossy.count('market-gap'), lost);
  assert.ok(lossy.effects.every(({ instrument }) => instrument === SPOT));
});

test('duplicates: the same message twice in a row', () => {
  const double = town('market-duplicate', { probability: 0.3 }).runTo(20);
  assert.ok(double.count('market-duplicate') > 20);
  assert.equal(double.heard.length - double.said.length, double.count('market-duplicate'));
});

test('reordering: nothing is lost, and update ids fall where it was told', () => {
  const mixed = town('market-reorder', {
    probability: 0.2,
    strength: 50_000,
    lengthMicros: 10 * SECOND,
  });
  mixed.runTo(20);
  assert.equal(mixed.heard.length, mixed.said.length);
  const ids = spotOnly<BookTickerEvent>(mixed.heard, EventKind.BOOK_TICKER).map(
    (one) => one.updateId,
  );
  const falls = ids.filter((id, index) => index > 0 && id < (ids[index - 1] as number));
  assert.ok(falls.length > 0);
  assert.ok(mixed.count('market-reorder') >= falls.length);
});

test('a stale feed says nothing, no status either, while snapshots are answered', () => {
  const stale = town('market-stale', { instrument: SPOT, lengthMicros: 10 * SECOND });
  stale.runTo(8);
  stale.request(CommandKind.REQUEST_SNAPSHOT);
  stale.runTo(20);
  const silent = between(stale.heard, 5.001, 14.999);
  assert.deepEqual(
    silent
      .filter((event) => 'instrument' in event && event.instrument === SPOT)
      .map(({ kind }) => kind),
    [EventKind.DEPTH_SNAPSHOT],
  );
  assert.ok(silent.some((event) => 'instrument' in event && event.instrument === PERP));
  assert.ok(stale.count('market-stale') > 10);
});

test('a frozen side stands still until the connection is made anew', () => {
  const frozen = town('market-one-side-frozen', {
    salt: 4,
    instrument: SPOT,
    lengthMicros: 15 * SECOND,
  });
  frozen.runTo(19.9);
  assert.equal(frozen.network.isDistorted(SPOT), true);
  assert.equal(frozen.network.isDistorted(PERP), false);
  const tops = between(
    spotOnly(frozen.heard, EventKind.BOOK_TICKER),
    5.1,
    19.9,
  ) as BookTickerEvent[];
  assert.equal(new Set(tops.map(({ bidPriceTicks }) => bidPriceTicks)).size, 1);
  assert.ok(new Set(tops.map(({ askPriceTicks }) => askPriceTicks)).size > 1);
  frozen.runTo(25);
  assert.equal(frozen.network.isDistorted(SPOT), false);
  const statuses = spotOnly<FeedStatusEvent>(frozen.heard, EventKind.FEED_STATUS);
  assert.deepEqual(
    statuses.map(({ state }) => state),
    [FeedState.DISCONNECTED, FeedState.CONNECTED],
  );
});

test('a crossed book is crossed, and a false level ends with the connection', () => {
  const crossed = town('market-crossed', {
    probability: 0.3,
    instrument: SPOT,
    lengthMicros: 4 * SECOND,
  });
  crossed.runTo(30);
  const tops = spotOnly<BookTickerEvent>(crossed.heard, EventKind.BOOK_TICKER);
  assert.ok(tops.some(({ bidPriceTicks, askPriceTicks }) => bidPriceTicks > askPriceTicks));
  assert.ok(spotOnly(crossed.heard, EventKind.FEED_STATUS).length >= 2);
  assert.equal(crossed.network.isDistorted(SPOT), false);
});

test('bad prices are absurd: zero or a thousand times the real one', () => {
  const bad = town('market-bad-price', { probability: 0.3, instrument: SPOT }).runTo(20);
  const isAbsurd = (ticks: number): boolean => ticks === 0 || ticks > 1_000_000;
  // The first messages come from a book that has one side only.
  const heard = between(bad.heard, 1, 20);
  const tops = spotOnly<BookTickerEvent>(heard, EventKind.BOOK_TICKER);
  const trades = spotOnly<TradeEvent>(heard, EventKind.TRADE);
  const absurdTops = tops.filter(
    (top) => isAbsurd(top.bidPriceTicks) || isAbsurd(top.askPriceTicks),
  );
  const absurdTrades = trades.filter(({ priceTicks }) => isAbsurd(priceTicks));
  assert.ok(absurdTops.length > 5);
  assert.ok(absurdTrades.every(({ priceTicks }) => priceTicks > 0));
  assert.equal(absurdTops.length + absurdTrades.length, bad.count('market-bad-price'));
});

test('an old snapshot is one that was sent before', () => {
  const old = town('snapshot-old', { instrument: SPOT });
  old.runTo(2).request(CommandKind.REQUEST_SNAPSHOT);
  old.runTo(10).request(CommandKind.REQUEST_SNAPSHOT);
  old.runTo(11);
  const [first, second] = spotOnly<DepthSnapshotEvent>(old.heard, EventKind.DEPTH_SNAPSHOT);
  assert.equal(second?.lastUpdateId, first?.lastUpdateId);
  assert.deepEqual(second?.bids, first?.bids);
  assert.equal(old.count('snapshot-old'), 1);
});

test('a disconnect is told, silences the feed and is told again; an overlapping one prolongs it', () => {
  const cut = new FaultTown([
    windowOf('market-disconnect', { instrument: SPOT, lengthMicros: 2 * SECOND }),
    windowOf('market-disconnect', {
      instrument: SPOT,
      fromMicros: 6 * SECOND,
      lengthMicros: 4 * SECOND,
    }),
  ]).runTo(15);
  const statuses = spotOnly<FeedStatusEvent>(cut.heard, EventKind.FEED_STATUS);
  assert.deepEqual(
    statuses.map(({ state, atMicros }) => [state, (atMicros - START) / SECOND]),
    [
      [FeedState.DISCONNECTED, 5],
      [FeedState.CONNECTED, 10],
    ],
  );
  assert.equal(between(spotOnly(cut.heard, EventKind.BOOK_TICKER), 5.001, 9.999).length, 0);
});

test('at 24 hours public and private connections of the market are cut together', () => {
  const cut = town('cut-24h', { lengthMicros: SECOND }).runTo(10);
  const states = cut.heard.filter(
    ({ kind }) => kind === EventKind.FEED_STATUS || kind === EventKind.PRIVATE_FEED_STATUS,
  );
  assert.equal(states.length, 8);
  assert.equal(cut.count('cut-24h'), 4, 'each of the connections');
});

test('a burst multiplies the messages and ends', () => {
  const burst = town('market-burst', { strength: 10, lengthMicros: 20 * SECOND }).runTo(60);
  const calm = between(burst.said, 0, 5).length / 5;
  const busy = between(burst.said, 6, 25).length / 19;
  const after = between(burst.said, 40, 60).length / 20;
  assert.ok(busy > 2.5 * calm, `${busy} against ${calm}`);
  assert.ok(after < busy / 2);
  assert.equal(burst.count('market-burst'), 1);
});

test('a tick gets finer: all is cancelled, a halt, a new grid, a new book on it', () => {
  const change = town('tick-size-change', {
    instrument: SPOT,
    strength: 10,
    lengthMicros: 20 * SECOND,
  });
  change.runTo(4).place(1, Side.BUY, 80, 200);
  change.runTo(12);
  assert.equal(change.venue.openOrders(SPOT).length, 0);
  change.place(2, Side.BUY, 80, 200);
  change.runTo(40);
  const defined = spotDefinitions(change);
  assert.deepEqual(
    defined.map(({ status, priceUnitsPerTick }) => [status, priceUnitsPerTick]),
    [
      [InstrumentStatus.HALT, 1_000],
      [InstrumentStatus.HALT, 100],
      [InstrumentStatus.TRADING, 100],
    ],
  );
  assert.ok(change.venue.touchTicks(SPOT, Side.BUY) > 100_000);
  assert.equal(change.count('tick-size-change'), 1);
  change.place(3, Side.BUY, 80, 200);
  change.runTo(41);
  assert.equal(change.venue.openOrders(SPOT).length, 1);
});

function spotDefinitions(place: FaultTown): NonNullable<InstrumentDefinedEvent['instrument']>[] {
  return place.heard.flatMap((event) =>
    event.kind === EventKind.INSTRUMENT_DEFINED && event.instrument !== null
      ? [event.instrument]
      : [],
  );
}

test('a process that still counts in the old ticks means the same money', () => {
  const script = [
    windowOf('tick-size-change', { instrument: SPOT, strength: 10, lengthMicros: 20 * SECOND }),
    windowOf('process-pause', { fromMicros: 10 * SECOND, lengthMicros: 30 * SECOND }),
  ];
  const change = new FaultTown(script).runTo(35);
  const touch = Math.floor(change.venue.touchTicks(SPOT, Side.BUY) / 10);
  change.send(CommandKind.PLACE_ORDER, 5, {
    ...{ side: Side.BUY, priceTicks: (touch - 2) as never, quantityLots: 200 as never },
  });
  change.runTo(36);
  assert.equal(change.venue.openOrders(SPOT)[0]?.priceTicks, (touch - 2) * 10);
});

for (const [name, status] of [
  ['halt', InstrumentStatus.HALT],
  ['cancel-only', InstrumentStatus.CANCEL_ONLY],
] as const) {
  test(`${name}: new orders are refused, nobody trades, cancels work, and it ends`, () => {
    const closed = town(name, { instrument: SPOT, strength: 100_000, lengthMicros: 10 * SECOND });
    closed.runTo(4).place(1, Side.BUY, 80, 200);
    closed.runTo(6).place(2, Side.BUY, 80, 200);
    closed.send(CommandKind.CANCEL_ORDER, 1);
    closed.runTo(10);
    assert.equal(closed.venue.openOrders(SPOT).length, 0);
    assert.equal(between(spotOnly(closed.said, EventKind.TRADE), 5.01, 15).length, 0);
    closed.runTo(30);
    assert.deepEqual(
      spotDefinitions(closed).map((one) => one.status),
      [status, InstrumentStatus.TRADING],
    );
    assert.ok(between(spotOnly(closed.said, EventKind.BOOK_TICKER), 16, 30).length > 10);
  });
}

test('of two closures the stricter holds, and the market opens after the last', () => {
  const both = new FaultTown([
    windowOf('halt', { instrument: SPOT, lengthMicros: 5 * SECOND }),
    windowOf('cancel-only', { instrument: SPOT, lengthMicros: 10 * SECOND }),
  ]);
  const statuses = [4, 7, 12, 20].map((at) => both.runTo(at).network.instrument(SPOT).status);
  const { TRADING, HALT, CANCEL_ONLY } = InstrumentStatus;
  assert.deepEqual(statuses, [TRADING, HALT, CANCEL_ONLY, TRADING]);
});

interface ByteTown {
  readonly town: FaultTown;
  readonly errors: string[];
  readonly decoded: EngineEvent[];
  readonly shutdowns: number[];
}

/** A process that reads bytes, as the real one does. */
function byteTown(name: FaultName, changes: Partial<FaultWindow> = {}): ByteTown {
  const errors: string[] = [];
  const decoded: EngineEvent[] = [];
  const shutdowns: number[] = [];
  const place = new FaultTown([windowOf(name, changes)], {
    frames: (instrument, bytes, length, at) => {
      const decoder = decoders[instrument] as SpotFrameDecoder;
      try {
        const kind = decoder.decode(bytes, 0, length, at);
        if (kind < 100) decoded.push(structuredClone(decoder.event));
        else shutdowns.push(at - START);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        errors.push(error.code);
      }
    },
  });
  const decoders = [SPOT, PERP].map((index) => {
    const instrument = place.network.instrument(index);
    const isSpot = instrument.market === Market.SPOT;
    return isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
  });
  return { town: place, errors, decoded, shutdowns };
}

test('read as bytes, every message arrives, and private events come as events', () => {
  const { town: place, errors, decoded } = byteTown('market-gap', { probability: 0 });
  place.place(1, Side.BUY, 80, 200);
  place.runTo(30);
  assert.deepEqual(errors, []);
  assert.equal(decoded.length, place.said.filter(isPublic).length);
  assert.equal(place.heard.filter(isPublic).length, 0);
  assert.ok(place.heard.some(({ kind }) => kind === EventKind.EXECUTION_REPORT));
});

test('damaged bytes are refused or say what they said', () => {
  const { town: place, errors, decoded } = byteTown('market-malformed', { probability: 0.5 });
  place.runTo(30);
  const count = place.count('market-malformed');
  assert.ok(count > 100);
  assert.ok(errors.length > count / 2 && errors.length <= count);
  assert.equal(decoded.length + errors.length, place.said.filter(isPublic).length);
});

test('a message of another symbol is refused by its name', () => {
  const { town: place, errors } = byteTown('wrong-symbol', { probability: 0.2, instrument: SPOT });
  place.runTo(20);
  // Spot snapshots carry no symbol, and none was asked for.
  assert.equal(errors.length, place.count('wrong-symbol'));
  assert.deepEqual([...new Set(errors)], ['WRONG_SYMBOL']);
});

test('a server that goes away says so, then the feed is cut', () => {
  const { town: place, shutdowns } = byteTown('server-shutdown', {
    instrument: SPOT,
    strength: 2 * SECOND,
  });
  place.runTo(15);
  assert.deepEqual(shutdowns, [5 * SECOND]);
  const statuses = spotOnly<FeedStatusEvent>(place.heard, EventKind.FEED_STATUS);
  assert.deepEqual(
    statuses.map(({ atMicros }) => atMicros - START),
    [7 * SECOND, 7.3 * SECOND],
  );
});
