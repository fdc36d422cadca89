/**
 * Goal: a recorded message reaches the simulated venue when it happened and the engine when it was
 * received, causes before effects, and memory stays bounded.
 * Method: a reader over a list of messages, with a book and a sink that write down what came when.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordingReader } from '#adapters/binance/recording/recording.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  type MarketEvent,
  TradeEvent,
} from '#contracts/events.ts';
import type { QueueBook } from '#simulation/queue/queue-book.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { RecordedMarket } from './recorded-market.ts';

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

interface Line {
  readonly kind: 'trade' | 'ticker' | 'depth' | 'snapshot';
  /** Number that tells the messages apart. */
  readonly id: number;
  /** Microseconds after START. */
  readonly venue: number;
  readonly receive: number;
}

/** Refills one event per kind, as the real reader does. */
class ListReader {
  readonly lines: readonly Line[];
  position = -1;
  private readonly trade = new TradeEvent();
  private readonly ticker = new BookTickerEvent();
  private readonly depth = new DepthDeltaEvent();
  private readonly snapshot = new DepthSnapshotEvent();

  constructor(lines: readonly Line[]) {
    this.lines = lines;
  }

  next(): boolean {
    if (this.position + 1 >= this.lines.length) return false;
    this.position += 1;
    return true;
  }

  private get line(): Line {
    const line = this.lines[this.position];
    assert.ok(line !== undefined);
    return line;
  }

  get receiveMicros(): number {
    return START + this.line.receive;
  }

  get venueMicros(): number {
    return START + this.line.venue;
  }

  get event(): MarketEvent {
    const { kind, id } = this.line;
    if (kind === 'trade') {
      this.trade.tradeId = id;
      return this.trade;
    }
    if (kind === 'ticker') {
      this.ticker.updateId = id;
      return this.ticker;
    }
    return fillDepth(kind === 'depth' ? this.depth : this.snapshot, id);
  }
}

function fillDepth<Event extends DepthDeltaEvent | DepthSnapshotEvent>(
  event: Event,
  id: number,
): Event {
  event.lastUpdateId = id;
  event.bids.clear();
  for (let level = 0; level < 1 + (id % 3); level++) event.bids.push(100 + id, id);
  return event;
}

function idOf(event: Readonly<EngineEvent>): number {
  switch (event.kind) {
    case EventKind.TRADE:
      return event.tradeId;
    case EventKind.BOOK_TICKER:
      return event.updateId;
    case EventKind.DEPTH_DELTA:
    case EventKind.DEPTH_SNAPSHOT:
      // The levels belong to this very message, although the reader refilled its object since.
      assert.equal(event.bids.count, 1 + (event.lastUpdateId % 3));
      assert.equal(event.bids.pricesTicks[0], 100 + event.lastUpdateId);
      return event.lastUpdateId;
    default:
      throw new Error(`no market event of this test: ${event.kind}`);
  }
}

interface Seen {
  readonly id: number;
  readonly at: number;
}

function play(lines: readonly Line[], toMicros = Number.POSITIVE_INFINITY) {
  const clock = new VirtualClock(START as EpochMicros);
  const reader = new ListReader(lines);
  const venue: Seen[] = [];
  const engine: Seen[] = [];
  const order: string[] = [];
  const market = new RecordedMarket({
    clock,
    reader: reader as unknown as RecordingReader,
    book: {
      onMarketEvent: (event: MarketEvent, now: number) => {
        venue.push({ id: idOf(event), at: now - START });
        order.push(`venue ${idOf(event)}`);
      },
    } as unknown as QueueBook,
    sink: {
      publish: (event) => {
        assert.equal(event.atMicros, clock.nowMicros);
        engine.push({ id: idOf(event), at: event.atMicros - START });
        order.push(`engine ${idOf(event)}`);
      },
    },
    toMicros,
  });
  return { clock, reader, market, venue, engine, order };
}

test('the venue sees a message at its own time, we at the time it was received', () => {
  const { market, clock, venue, engine } = play([
    { kind: 'trade', id: 1, venue: 1_000, receive: 9_000 },
    { kind: 'trade', id: 2, venue: 2_000, receive: 9_500 },
  ]);
  market.start();
  clock.runUntil((START + SECOND) as EpochMicros);
  assert.deepEqual(venue, [
    { id: 1, at: 1_000 },
    { id: 2, at: 2_000 },
  ]);
  assert.deepEqual(engine, [
    { id: 1, at: 9_000 },
    { id: 2, at: 9_500 },
  ]);
});

test('at one venue time the trade comes first, then the touch, then the depth, as it was caused', () => {
  const { market, clock, order } = play([
    { kind: 'depth', id: 1, venue: 500, receive: 3_000 },
    { kind: 'ticker', id: 2, venue: 500, receive: 3_100 },
    { kind: 'trade', id: 3, venue: 500, receive: 3_200 },
  ]);
  market.start();
  clock.runUntil((START + SECOND) as EpochMicros);
  assert.deepEqual(order, [
    ...['venue 3', 'venue 2', 'venue 1'],
    ...['engine 1', 'engine 2', 'engine 3'],
  ]);
});

test('a message whose venue time lies after its arrival happened at the latest when it arrived', () => {
  const { market, clock, order, venue } = play([
    { kind: 'depth', id: 1, venue: 5_000, receive: 4_000 },
  ]);
  market.start();
  clock.runUntil((START + SECOND) as EpochMicros);
  assert.deepEqual(order, ['venue 1', 'engine 1']);
  assert.equal(venue[0]?.at, 4_000);
});

test('messages after the wanted end are not delivered, and the market is then exhausted', () => {
  const lines = [1, 2, 3].map((id) => ({
    kind: 'ticker' as const,
    id,
    venue: id * 1_000,
    receive: id * 1_000 + 10,
  }));
  const { market, clock, engine } = play(lines, START + 2_010);
  assert.equal(market.nextMicros, START + 1_010);
  market.start();
  assert.equal(market.isExhausted, false, 'two are still under way');
  clock.runUntil((START + SECOND) as EpochMicros);
  assert.deepEqual(
    engine.map((seen) => seen.id),
    [1, 2],
  );
  assert.equal(market.isExhausted, true);
  assert.equal(market.nextMicros, Number.POSITIVE_INFINITY);
});

test('a long recording is read a few seconds ahead and no more', () => {
  const lines = Array.from({ length: 600 }, (_, id) => ({
    kind: 'ticker' as const,
    id,
    venue: id * SECOND,
    receive: id * SECOND + 1,
  }));
  const { market, clock, reader, engine } = play(lines);
  market.start();
  for (const seconds of [0, 30, 200, 500]) {
    clock.runUntil((START + seconds * SECOND) as EpochMicros);
    assert.ok(reader.position <= seconds + 8, `${reader.position} read after ${seconds} s`);
    assert.ok(reader.position >= seconds + 5, `${reader.position} read after ${seconds} s`);
  }
  clock.runUntil((START + 700 * SECOND) as EpochMicros);
  assert.equal(engine.length, 600);
  assert.equal(market.isExhausted, true);
});

test('any recording is delivered whole, venue before us, in the order of arrival', () => {
  const kinds = fc.constantFrom('trade', 'ticker', 'depth', 'snapshot');
  // Within one microsecond of arrival the venue's own order counts.
  const gap = fc.integer({ min: 1, max: 3 * SECOND });
  const steps = fc.array(fc.tuple(kinds, gap, fc.nat(400_000)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (wishes) => {
      let receive = 0;
      const lines = wishes.map(([kind, gap, latency], id) => {
        receive += gap;
        return { kind, id, venue: Math.max(0, receive - latency), receive };
      });
      const { market, clock, engine, venue, order } = play(lines);
      market.start();
      clock.runUntil((START + receive + 10 * SECOND) as EpochMicros);
      assert.deepEqual(
        engine,
        lines.map(({ id, receive: at }) => ({ id, at })),
      );
      assert.equal(venue.length, lines.length);
      for (const { id } of lines) {
        assert.ok(order.indexOf(`venue ${id}`) < order.indexOf(`engine ${id}`));
      }
    }),
    { numRuns: 100 },
  );
});
