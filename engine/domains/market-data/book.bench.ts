/**
 * Measures the market-data path per event: the depth book alone, a whole depth message and a whole
 * bookTicker through the manager. Uses the recordings when they are there, else a synthetic walk.
 */
import { EventKind } from '#contracts/event-kind.ts';
import type { DepthDeltaEvent, MarketEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
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
} from './market-fixture.test.ts';

export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly samples: number[];
}

const ROUNDS = 21;
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

function microsPer(count: number, run: () => void): number {
  const from = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - from) / 1000 / Math.max(1, count);
}

/**
 * One refilled ticker, as a decoder hands it over: the quantity changes each time, the price once in
 * ten.
 */
function tickerMicros(): number {
  const { manager } = rig([instrument(Market.SPOT)]);
  const side = (from: number, step: number) =>
    Array.from({ length: 40 }, (_, index) => [from + index * step, 5] as const);
  manager.apply(snapshot(10, side(100_000, -1), side(100_001, 1)));
  const event = ticker(10, [100_000, 5], [100_001, 5]);
  return microsPer(TICKERS, () => {
    for (let index = 1; index <= TICKERS; index++) {
      event.updateId = 10 + index;
      event.atMicros = (START + index * 10) as EpochMicros;
      const isDown = Math.floor(index / 10) % 2 === 0;
      event.bidPriceTicks = (isDown ? 99_999 : 100_000) as PriceTicks;
      event.bidQuantityLots = (1 + (index % 9)) as QuantityLots;
      manager.apply(event);
    }
  });
}

/** Samples are microseconds per event, one for each pass over all events. */
export async function rows(): Promise<BenchRow[]> {
  const recording = RECORDINGS[2];
  const isRecorded = hasRecordings() && recording !== undefined;
  const events = isRecorded ? readRecording(recording) : syntheticEvents();
  const definition = isRecorded
    ? instrument(recording.market, 0, recording.tick, recording.step)
    : instrument(Market.SPOT);
  const deltas = events.filter(
    (event): event is DepthDeltaEvent => event.kind === EventKind.DEPTH_DELTA,
  );
  const book: number[] = [];
  const path: number[] = [];
  const touch: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ladders = new Book({ ladderTicks: 16_384, farLevelsMax: 20_000 });
    book.push(
      microsPer(deltas.length, () => {
        for (const event of deltas) ladders.apply(event.bids, event.asks);
      }),
    );
    const { manager } = rig([definition]);
    path.push(
      microsPer(events.length, () => {
        for (const event of events) manager.apply(event);
      }),
    );
    touch.push(tickerMicros());
  }
  return [
    { name: 'book.apply', unit: 'µs', samples: book },
    { name: 'market-data.apply', unit: 'µs', samples: path },
    { name: 'market-data.book-ticker', unit: 'µs', samples: touch },
  ];
}
