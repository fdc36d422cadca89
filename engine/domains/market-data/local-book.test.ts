/**
 * Goal: the book follows the venue's procedure, sees a break at the first bad message, and is repaired
 * only by what the venue really sent.
 * Method: one story per rule for both markets, then random streams that are shuffled, doubled and cut,
 * against the book of the unharmed stream.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCode } from '#contracts/commands.ts';
import { type DepthDeltaEvent, FeedState } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { LocalBook } from './local-book.ts';
import {
  CONFIGURATION,
  delta,
  feedStatus,
  instrument,
  NaiveBook,
  RecordingSink,
  restore,
  rig,
  SECOND,
  START,
  snapshot,
  stateBytes,
  ticker,
  timer,
} from './market-fixture.test-support.ts';

const MILLI = 1000;
const BIDS = [[100, 5]] as const;
const ASKS = [[110, 5]] as const;

function build(market: Market, change: Partial<typeof CONFIGURATION> = {}) {
  const output = new RecordingSink();
  const local = new LocalBook({
    instrument: 0 as InstrumentIndex,
    market,
    configuration: { ...CONFIGURATION, ...change },
    output,
  });
  return { local, output };
}

/** A live spot book at update id 10. */
function liveSpot(change: Partial<typeof CONFIGURATION> = {}) {
  const built = build(Market.SPOT, change);
  built.local.onSnapshot(snapshot(10, BIDS, ASKS));
  assert.equal(built.local.status, BookStatus.LIVE);
  return built;
}

test('the first message asks for a snapshot and is held until it comes', () => {
  const { local, output } = build(Market.SPOT);
  assert.equal(local.status, BookStatus.EMPTY);
  local.onDelta(delta({ first: 5, last: 9, bids: [[90, 1]] }));
  local.onDelta(delta({ first: 10, last: 12, bids: [[101, 7]] }));
  assert.equal(local.status, BookStatus.SYNCING);
  assert.equal(output.snapshotRequests, 1);
  assert.equal(local.book.bids.count, 0);
  assert.equal(local.onSnapshot(snapshot(10, BIDS, ASKS)), true);
  assert.equal(local.status, BookStatus.LIVE);
  assert.equal(local.lastUpdateId, 12);
  assert.equal(local.book.bids.bestPriceTicks, 101);
  assert.equal(local.book.bids.lotsAt(90), 0, 'older than the snapshot');
});

test('a snapshot older than the held messages is refused and asked for again', () => {
  const { local, output } = build(Market.SPOT);
  local.onDelta(delta({ first: 20, last: 22 }));
  assert.equal(local.onSnapshot(snapshot(18, BIDS, ASKS, START + 1)), false);
  assert.equal(local.status, BookStatus.SYNCING);
  local.onTimer(START + 999 * MILLI);
  assert.equal(output.snapshotRequests, 1, 'not before the pause is over');
  local.onTimer(START + SECOND);
  assert.equal(output.snapshotRequests, 2);
  assert.equal(local.onSnapshot(snapshot(19, BIDS, ASKS, START + SECOND)), true);
  assert.equal(local.status, BookStatus.LIVE);
});

test('requests pause twice as long each time, up to the longest, and anew after a repair', () => {
  const { local, output } = build(Market.SPOT);
  const asked: number[] = [];
  local.onDelta(delta({ first: 5, last: 6 }));
  for (let at = START; at <= START + 25 * SECOND; at += 50 * MILLI) {
    const before = output.snapshotRequests;
    local.onTimer(at);
    if (output.snapshotRequests > before) asked.push((at - START) / SECOND);
  }
  assert.deepEqual(asked, [1, 3, 7, 12, 17, 22]);
  local.onSnapshot(snapshot(6, BIDS, ASKS, START + 26 * SECOND));
  const later = START + 60 * SECOND;
  local.onDelta(delta({ first: 9, last: 9, at: later }));
  local.onTimer(later + CONFIGURATION.reorderWindowMicros);
  local.onTimer(later + CONFIGURATION.reorderWindowMicros + SECOND);
  assert.equal(output.snapshotRequests, 1 + asked.length + 2);
});

test('spot: a message that skips an id opens a gap at once', () => {
  const { local, output } = liveSpot();
  assert.equal(local.onDelta(delta({ first: 12, last: 13, bids: [[105, 1]] })), false);
  assert.equal(local.status, BookStatus.SYNCING);
  assert.equal(local.gapCount, 1);
  assert.deepEqual(output.alerts, [{ code: AlertCode.BOOK_GAP, measured: 11, limit: 10 }]);
  assert.equal(local.book.bids.bestPriceTicks, 100, 'nothing after the hole is applied');
  assert.equal(output.snapshotRequests, 0, 'the late message still has its chance');
  local.onTimer(START + CONFIGURATION.reorderWindowMicros);
  assert.equal(output.snapshotRequests, 1);
});

test('a late message inside the window repairs the book without a snapshot', () => {
  const { local, output } = liveSpot();
  local.onDelta(delta({ first: 12, last: 13, bids: [[105, 1]] }));
  local.onDelta(delta({ first: 14, last: 14, bids: [[106, 1]] }));
  assert.equal(local.onDelta(delta({ first: 11, last: 11, bids: [[104, 1]] })), true);
  assert.equal(local.status, BookStatus.LIVE);
  assert.equal(local.lastUpdateId, 14);
  assert.equal(local.book.bids.bestPriceTicks, 106);
  local.onTimer(START + 10 * SECOND);
  assert.equal(output.snapshotRequests, 0);
});

test('old and repeated messages are ignored and counted', () => {
  const { local } = liveSpot();
  assert.equal(local.onDelta(delta({ first: 8, last: 10, bids: [[105, 1]] })), false);
  local.onDelta(delta({ first: 13, last: 13 }));
  local.onDelta(delta({ first: 13, last: 13 }));
  assert.equal(local.oldCount, 2);
  assert.equal(local.book.bids.bestPriceTicks, 100);
});

test('spot: a message that overlaps the book is applied, its quantities are absolute', () => {
  const { local } = liveSpot();
  assert.equal(local.onDelta(delta({ first: 9, last: 12, bids: [[100, 8]] })), true);
  assert.equal(local.book.bids.lotsAt(100), 8);
  assert.equal(local.lastUpdateId, 12);
});

test('perpetual: only the previous id chains, except right after a snapshot', () => {
  const { local, output } = build(Market.PERPETUAL);
  local.onDelta(delta({ first: 105, last: 120, previous: 90 }));
  local.onDelta(delta({ first: 130, last: 140, previous: 120 }));
  local.onSnapshot(snapshot(100, BIDS, ASKS));
  assert.equal(local.status, BookStatus.LIVE, 'the snapshot lies between previous and last');
  assert.equal(local.lastUpdateId, 140);
  local.onDelta(delta({ first: 150, last: 160, previous: 140 }));
  assert.equal(local.status, BookStatus.LIVE);
  local.onDelta(delta({ first: 159, last: 170, previous: 158 }));
  assert.equal(local.status, BookStatus.SYNCING, 'previous is not the last id');
  assert.equal(output.alerts[0]?.code, AlertCode.BOOK_GAP);
});

test('a full buffer throws everything away and starts over', () => {
  const { local } = build(Market.SPOT, { pendingDeltasMax: 3 });
  for (let id = 1; id <= 4; id++) local.onDelta(delta({ first: id, last: id, bids: [[id, 1]] }));
  assert.equal(local.overflowCount, 1);
  assert.equal(local.onSnapshot(snapshot(2, BIDS, ASKS)), false, 'id 3 is gone');
  assert.equal(local.onSnapshot(snapshot(3, BIDS, ASKS)), true);
  assert.equal(local.lastUpdateId, 4);
});

test('a crossed book is thrown away with an alert', () => {
  const { local, output } = liveSpot();
  assert.equal(local.onDelta(delta({ first: 11, last: 11, bids: [[110, 1]] })), false);
  assert.deepEqual(output.alerts, [{ code: AlertCode.BOOK_CROSSED, measured: 110, limit: 110 }]);
  assert.equal(local.status, BookStatus.SYNCING);
  assert.equal(local.book.bids.count, 0);
  assert.equal(output.snapshotRequests, 1);
  local.onSnapshot(snapshot(11, BIDS, ASKS));
  assert.equal(local.status, BookStatus.LIVE);
});

test('a snapshot for a live book changes nothing', () => {
  const { local } = liveSpot();
  assert.equal(local.onSnapshot(snapshot(50, [[1, 1]], [[2, 1]])), false);
  assert.equal(local.lastUpdateId, 10);
});

test('after a lost connection only a new snapshot brings the book back', () => {
  const { manager, output, apply } = rig([instrument(Market.SPOT)]);
  const shown = manager.markets.quoted;
  apply(snapshot(10, BIDS, ASKS));
  assert.equal(shown.status, BookStatus.LIVE);
  apply(feedStatus(FeedState.DISCONNECTED));
  assert.equal(shown.status, BookStatus.STALE);
  manager.onTimer(timer(START + SECOND));
  assert.equal(output.snapshotRequests, 0, 'nobody would answer');
  apply(feedStatus(FeedState.CONNECTED, START + SECOND));
  assert.equal(shown.status, BookStatus.SYNCING);
  assert.equal(shown.isStale, true);
  apply(delta({ first: 11, last: 11, at: START + SECOND }));
  assert.equal(shown.status, BookStatus.SYNCING, 'even an unbroken chain is not trusted');
  assert.equal(output.snapshotRequests, 1);
  apply(snapshot(11, BIDS, ASKS, START + SECOND));
  assert.equal(shown.status, BookStatus.LIVE);
});

test('a venue that counts its ids anew after a lost connection is followed', () => {
  const { manager, apply } = rig([instrument(Market.SPOT)]);
  const shown = manager.markets.quoted;
  apply(snapshot(1000, BIDS, ASKS), ticker(2000, [101, 1], [110, 5]));
  apply(feedStatus(FeedState.DISCONNECTED), feedStatus(FeedState.CONNECTED));
  apply(snapshot(5, [[99, 2]], ASKS), ticker(6, [98, 3], [110, 5]));
  assert.equal(shown.status, BookStatus.LIVE);
  assert.equal(shown.bidPriceTicks, 98);
});

/** A true stream: changes of one level each, chained for the market. */
const levelChange = fc.record({
  isBid: fc.boolean(),
  offset: fc.integer({ min: 1, max: 30 }),
  lots: fc.integer({ min: 0, max: 4 }),
  ids: fc.integer({ min: 1, max: 3 }),
});

function streamOf(
  market: Market,
  changes: readonly (typeof levelChange extends fc.Arbitrary<infer T> ? T : never)[],
) {
  let id = 10;
  return changes.map(({ isBid, offset, lots, ids }, position) => {
    const previous = id;
    id += ids;
    const price = isBid ? 1000 - offset : 1000 + offset;
    return delta({
      first: market === Market.SPOT ? previous + 1 : previous + ids,
      last: id,
      ...(market === Market.PERPETUAL && { previous }),
      [isBid ? 'bids' : 'asks']: [[price, lots]],
      at: START + position * MILLI,
    });
  });
}

for (const [name, market] of Object.entries(Market)) {
  test(`${name}: a stream out of order and doubled inside the window gives the same book`, () => {
    fc.assert(
      fc.property(
        fc.array(levelChange, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.array(fc.nat(5), { minLength: 80, maxLength: 80 }),
        fc.nat(60),
        (changes, shifts, cut) => {
          const stream = streamOf(market, changes);
          const naive = new NaiveBook();
          const base = snapshot(10, [[900, 1]], [[1100, 1]]);
          naive.apply(base);
          for (const event of stream) naive.apply(event);
          const shuffled = [...stream, ...stream]
            .map((event, index) => ({ event, key: (index % stream.length) + (shifts[index] ?? 0) }))
            .sort((left, right) => left.key - right.key)
            .map(({ event }) => event);
          const { local: first, output } = build(market);
          let local = first;
          local.onSnapshot(base);
          shuffled.forEach((event: DepthDeltaEvent, index) => {
            if (index === cut) {
              const fresh = build(market).local;
              restore(fresh, stateBytes(local));
              assert.deepEqual(stateBytes(fresh), stateBytes(local));
              local = fresh;
            }
            local.onDelta(event);
          });
          assert.equal(local.status, BookStatus.LIVE);
          assert.equal(output.snapshotRequests, 0);
          for (const [side, ladder] of [
            [Side.BUY, local.book.bids],
            [Side.SELL, local.book.asks],
          ] as const) {
            const expected = naive.levels(side, 100);
            assert.equal(ladder.count, expected.length);
            for (const [price, lots] of expected) {
              assert.equal(ladder.lotsAt(ladder.rankOf(price)), lots);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test(`${name}: with messages lost the book equals the unharmed one after its snapshot`, () => {
    fc.assert(
      fc.property(
        fc.array(levelChange, { minLength: 4, maxLength: 40, size: 'max' }),
        fc.nat(39),
        fc.nat(39),
        (changes, lostAt, snapshotAt) => {
          const stream = streamOf(market, changes);
          const naive = new NaiveBook();
          const base = snapshot(10, [[900, 1]], [[1100, 1]]);
          naive.apply(base);
          const lost = lostAt % (stream.length - 1);
          const taken = Math.max(lost + 1, snapshotAt % stream.length);
          const { local } = build(market);
          local.onSnapshot(base);
          let resync = base;
          stream.forEach((event, index) => {
            naive.apply(event);
            if (index === taken) {
              resync = snapshot(
                event.lastUpdateId,
                naive.levels(Side.BUY, 100),
                naive.levels(Side.SELL, 100),
                event.atMicros,
              );
            }
            if (index !== lost) local.onDelta(event);
          });
          assert.equal(local.status, BookStatus.SYNCING);
          local.onSnapshot(resync);
          assert.equal(local.status, BookStatus.LIVE);
          assert.equal(local.gapCount, 1);
          assert.deepEqual(naive.levels(Side.BUY, 1)[0]?.[0] ?? 0, local.book.bids.bestPriceTicks);
          assert.equal(local.book.bids.count, naive.bids.size);
          assert.equal(local.book.asks.count, naive.asks.size);
        },
      ),
      { numRuns: 150 },
    );
  });
}
