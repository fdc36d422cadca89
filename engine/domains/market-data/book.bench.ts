/**
 * Measures the market-data path per event: the depth book alone, a whole depth message and a whole
 * bookTicker through the manager. Uses the recordings when they are there, else a synthetic walk.
 */
import { measureTurns } from '#bench/alternate.ts';
import { MapBook } from '#bench/peers/map-book.ts';
import { PublishedBook, type PublishedFrame, publishedFrame } from '#bench/peers/published-book.ts';
import { type MeasuredRow, sorted, valueAt } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { DepthDeltaEvent, type LevelColumn, type MarketEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { Book } from './book.ts';
import {
  delta,
  hasRecordings,
  instrument,
  RECORDINGS,
  readRecording,
  rig,
  START,
  snapshot,
  ticker,
} from './market-fixture.test-support.ts';

const ROUNDS = 15;
const WARM_UP_ROUNDS = 4;
const SYNTHETIC_MESSAGES = 20_000;
const TICKERS = 100_000;
/** The depth frame that budgets count in. */
const BUDGET_LEVELS = 20;
const NANOS_PER_MICRO = 1_000;

/** A slow drift with ten levels a message near the touch. */
function syntheticEvents(): MarketEvent[] {
  const events: MarketEvent[] = [snapshot(10, [[99_990, 5]], [[100_010, 5]])];
  let id = 10;
  for (let message = 0; message < SYNTHETIC_MESSAGES; message++) {
    const at = START + message * 1000;
    const touch = 100_000 + Math.round(50 * Math.sin(message / 500));
    const lots = 1 + (message % 7);
    const bids = Array.from({ length: 5 }, (_, index) => [touch - 1 - index, lots] as const);
    const asks = Array.from({ length: 5 }, (_, index) => [touch + 1 + index, lots] as const);
    events.push(
      delta({
        first: id + 1,
        last: id + 1,
        bids: [[touch, 0], ...bids],
        asks: [[touch, 0], ...asks],
        at,
      }),
    );
    id += 1;
    for (let tick = 0; tick < 3; tick++) {
      events.push(ticker(id + 1 + tick, [touch - 1, lots + tick], [touch + 1, lots], at + tick));
    }
    id += 3;
    events.push(delta({ first: id - 2, last: id, at: at + 4 }));
  }
  return events;
}

/**
 * One refilled ticker, as a decoder hands it over: the quantity changes each time, the price once in
 * ten.
 */
function runTickers(): number {
  const { manager } = rig([instrument(Market.SPOT)]);
  const side = (from: number, step: number) =>
    Array.from({ length: 40 }, (_, index) => [from + index * step, 5] as const);
  manager.apply(snapshot(10, side(100_000, -1), side(100_001, 1)));
  const event = ticker(10, [100_000, 5], [100_001, 5]);
  for (let index = 1; index <= TICKERS; index++) {
    event.updateId = 10 + index;
    event.atMicros = (START + index * 10) as EpochMicros;
    const isDown = Math.floor(index / 10) % 2 === 0;
    event.bidPriceTicks = (isDown ? 99_999 : 100_000) as PriceTicks;
    event.bidQuantityLots = (1 + (index % 9)) as QuantityLots;
    manager.apply(event);
  }
  return TICKERS;
}

/** Applies frames to a new book, production's size; returns how many. */
function runLadders(deltas: readonly DepthDeltaEvent[]): number {
  const book = new Book({ ladderTicks: 16_384, farLevelsMax: 20_000 });
  for (const event of deltas) book.apply(event.bids, event.asks);
  return deltas.length;
}

function runPublishedBook(frames: readonly PublishedFrame[]): number {
  const book = new PublishedBook();
  for (const frame of frames) book.apply(frame);
  return frames.length;
}

/** Levels of all frames together. */
export function countLevels(deltas: readonly DepthDeltaEvent[]): number {
  return deltas.reduce((sum, { bids, asks }) => sum + bids.count + asks.count, 0);
}

/** The same levels in the same order, but `levels` to a frame; what is left over at the end is not used. */
export function regroup(deltas: readonly DepthDeltaEvent[], levels: number): DepthDeltaEvent[] {
  const frames: DepthDeltaEvent[] = [];
  let frame = new DepthDeltaEvent();
  const add = (column: LevelColumn, into: 'bids' | 'asks'): void => {
    for (let index = 0; index < column.count; index++) {
      frame[into].push(column.pricesTicks[index] as number, column.quantitiesLots[index] as number);
      if (frame.bids.count + frame.asks.count < levels) continue;
      frames.push(frame);
      frame = new DepthDeltaEvent();
    }
  };
  for (const { bids, asks } of deltas) {
    add(bids, 'bids');
    add(asks, 'asks');
  }
  return frames;
}

function runMapBook(deltas: readonly DepthDeltaEvent[]): number {
  const bids = new MapBook(Side.BUY);
  const asks = new MapBook(Side.SELL);
  for (const event of deltas) {
    applyToMap(bids, event.bids);
    applyToMap(asks, event.asks);
  }
  return deltas.length;
}

function applyToMap(book: MapBook, column: LevelColumn): void {
  for (let index = 0; index < column.count; index++) {
    book.set(column.pricesTicks[index] as number, column.quantitiesLots[index] as number);
  }
}

interface BookFlow {
  readonly events: readonly MarketEvent[];
  readonly definition: ReturnType<typeof instrument>;
  readonly origin: string;
}

/** The perpetual's recording, the market with the most levels; without recordings a walk of our own. */
export function bookFlow(): BookFlow {
  const recording = RECORDINGS[2];
  if (!hasRecordings() || recording === undefined) {
    return { events: syntheticEvents(), definition: instrument(Market.SPOT), origin: 'self-made' };
  }
  const { market, tick, step } = recording;
  return {
    events: readRecording(recording),
    definition: instrument(market, 0, tick, step),
    origin: 'perpetual BTCUSDT recording',
  };
}

/**
 * `book.apply`: the depth book alone, a frame as recorded; `book.apply_20`: twenty levels of them.
 * `market-data.*`: an event through the manager.
 */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const { events, definition, origin } = bookFlow();
  const deltas = events.filter(
    (event): event is DepthDeltaEvent => event.kind === EventKind.DEPTH_DELTA,
  );
  const levels = countLevels(deltas) / deltas.length;
  const twenties = regroup(deltas, BUDGET_LEVELS);
  const published = deltas.map(({ bids, asks }) => publishedFrame(bids, asks));
  const turns = { unit: 'µs', ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS) };
  const applied = await measureTurns({
    ...turns,
    name: 'book.apply',
    own: () => runLadders(deltas),
    peer: { name: 'orderbooks (npm), 250 levels kept', run: () => runPublishedBook(published) },
    secondPeer: { name: 'sorted array + Map book', run: () => runMapBook(deltas) },
  });
  const nanos = (valueAt(sorted(applied.samples), 0.5) * NANOS_PER_MICRO) / levels;
  return [
    {
      ...applied,
      note: `a depth frame of ${levels.toFixed(0)} levels on average, ${origin}: ${nanos.toFixed(0)} ns a level; ours and the plain book keep every level`,
    },
    await measureTurns({
      ...turns,
      name: 'book.apply_20',
      note: `the same levels, ${BUDGET_LEVELS} to a frame, ${origin}`,
      own: () => runLadders(twenties),
      secondPeer: { name: 'sorted array + Map book', run: () => runMapBook(twenties) },
    }),
    await measureTurns({
      ...turns,
      name: 'market-data.apply',
      note: `mean over all events, ${origin}: chain, gates, book, fusion, snapshot`,
      own: () => {
        const { manager } = rig([definition]);
        for (const event of events) manager.apply(event);
        return events.length;
      },
    }),
    await measureTurns({
      ...turns,
      name: 'market-data.book-ticker',
      note: 'one bookTicker, its price moving once in ten',
      own: runTickers,
    }),
  ];
}
