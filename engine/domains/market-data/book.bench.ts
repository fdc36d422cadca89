/**
 * Measures the market-data path per event: the depth book alone, a whole depth message and a whole
 * bookTicker through the manager. Uses the recordings when they are there, else a synthetic walk.
 */
import { measureTurns } from '#bench/alternate.ts';
import { MapBook } from '#bench/peers/map-book.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { DepthDeltaEvent, LevelColumn, MarketEvent } from '#contracts/events.ts';
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

function runLadders(deltas: readonly DepthDeltaEvent[]): number {
  const book = new Book({ ladderTicks: 16_384, farLevelsMax: 20_000 });
  for (const event of deltas) book.apply(event.bids, event.asks);
  return deltas.length;
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

/** `book.apply`: the depth book alone, a frame. `market-data.*`: an event through the manager. */
export async function rows(): Promise<MeasuredRow[]> {
  const recording = RECORDINGS[2];
  const isRecorded = hasRecordings() && recording !== undefined;
  const events = isRecorded ? readRecording(recording) : syntheticEvents();
  const definition = isRecorded
    ? instrument(recording.market, 0, recording.tick, recording.step)
    : instrument(Market.SPOT);
  const deltas = events.filter(
    (event): event is DepthDeltaEvent => event.kind === EventKind.DEPTH_DELTA,
  );
  const levels = deltas.reduce((sum, { bids, asks }) => sum + bids.count + asks.count, 0);
  const turns = { unit: 'µs', warmUpRounds: WARM_UP_ROUNDS, rounds: ROUNDS };
  return [
    await measureTurns({
      ...turns,
      name: 'book.apply',
      note: `a depth frame of ${(levels / deltas.length).toFixed(0)} levels, ${isRecorded ? 'perpetual BTCUSDT recording' : 'synthetic'}`,
      own: () => runLadders(deltas),
      peer: { name: 'sorted array + Map book', run: () => runMapBook(deltas) },
    }),
    await measureTurns({
      ...turns,
      name: 'market-data.apply',
      note: 'mean over all events of the recording: chain, gates, book, fusion, snapshot',
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
