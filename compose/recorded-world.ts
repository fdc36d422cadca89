import type { RecordingReader } from '#adapters/binance/recording/recording.ts';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { MarkPriceEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { MarkPrice } from '#simulation/market/mark-price.ts';
import { createQueueBook } from '#simulation/queue/queue.ts';
import type { QueueBook } from '#simulation/queue/queue-book.ts';
import type { QueueVariant } from '#simulation/queue/queue-models.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { BookListenerRelay } from '#simulation/venue/book-listener-relay.ts';
import type { LatencyModel } from '#simulation/venue/latency.ts';
import { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  type RateUnits,
} from '#units/integers.ts';
import { RecordedMarket } from './recorded-market.ts';
import type { SessionSetup } from './session-setup.ts';
import type { TradingWorld } from './trading-world.ts';
import { marginSettings, venueFees } from './venue-settings.ts';

const VENUE_STREAM = 41;
const UNKNOWN_RATE = 0 as RateUnits;

export interface RecordedWorldOptions {
  readonly configuration: Configuration;
  readonly setup: SessionSetup;
  readonly clock: VirtualClock;
  readonly latency: LatencyModel;
  readonly sink: EventSink;
  /** One reader per instrument, on one common clock. */
  readonly readers: readonly RecordingReader[];
  readonly toMicros: number;
  /** `--queue-model`, over the configuration's. */
  readonly queueModel: string | null;
}

/**
 * Recordings played back: the public market is what was, our fills are estimated by queue position.
 * Mark prices are derived from the two books once a second; these recordings hold no funding rates,
 * so nothing is paid or received at a settlement: an invented income would flatter.
 */
export class RecordedWorld implements TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: SimulatedVenue;
  readonly isSynthetic = false;
  readonly ownOrdersInBook = false;
  readonly regime = null;
  private readonly options: RecordedWorldOptions;
  private readonly books: readonly QueueBook[];
  private readonly markets: readonly RecordedMarket[];
  private readonly mark: MarkPrice;
  private readonly markEvent = new MarkPriceEvent();

  constructor(options: RecordedWorldOptions) {
    const { configuration, setup, clock, latency, sink, readers } = options;
    const { simulation } = configuration;
    this.options = options;
    this.clock = clock;
    const listeners = setup.instruments.map(() => new BookListenerRelay());
    this.books = listeners.map((listener) =>
      createQueueBook({
        queueModel: options.queueModel ?? simulation.queueModel,
        variant: simulation.queueVariant as QueueVariant,
        maxShareOfTrade: simulation.shareOfTrade,
        listener,
      }),
    );
    this.markets = readers.map((reader, index) => {
      const book = this.books[index] as QueueBook;
      return new RecordedMarket({ clock, sink, reader, book, toMicros: options.toMicros });
    });
    this.venue = new SimulatedVenue({
      clock,
      sink,
      instruments: setup.instruments,
      books: this.books,
      listeners,
      latency,
      random: new SeededRandom(setup.seed, VENUE_STREAM),
      balances: setup.balances,
      fees: venueFees(configuration),
      margin: marginSettings(configuration),
      // A recording holds the snapshots it holds; there is nobody to ask for another.
      onSnapshotRequest: () => undefined,
    });
    this.mark = new MarkPrice(clock.nowMicros, simulation.fundingInterval);
  }

  get isExhausted(): boolean {
    return this.markets.every((market) => market.isExhausted);
  }

  start(): void {
    for (const market of this.markets) market.start();
    if (this.books.length < 2) return;
    const task: Task = {
      run: (now) => {
        this.stepMark(now);
        if (!this.isExhausted) this.clock.schedule((now + MICROS_PER_SECOND) as EpochMicros, task);
      },
    };
    task.run(this.clock.nowMicros);
  }

  queueAheadLots(instrument: number, clientOrderId: number): number {
    const order = this.venue
      .openOrders(instrument as InstrumentIndex)
      .find((one) => one.clientOrderId === clientOrderId);
    const book = this.books[instrument];
    return order === undefined || book === undefined ? -1 : book.queueAhead(order);
  }

  close(): void {
    for (const reader of this.options.readers) reader.close();
  }

  private stepMark(now: EpochMicros): void {
    const spot = this.midUnits(0);
    const perp = this.midUnits(1);
    if (spot === 0 || perp === 0) return;
    const { mark, markEvent } = this;
    const hedge = 1 as InstrumentIndex;
    mark.step(now, spot, perp);
    this.venue.setMark(hedge, mark.markPriceUnits, UNKNOWN_RATE, mark.nextFundingMicros);
    markEvent.atMicros = now;
    markEvent.venueTimeMicros = now;
    markEvent.instrument = hedge;
    markEvent.markPriceUnits = mark.markPriceUnits;
    markEvent.indexPriceUnits = mark.indexPriceUnits;
    markEvent.fundingRate = UNKNOWN_RATE;
    markEvent.nextFundingMicros = mark.nextFundingMicros;
    this.options.sink.publish(markEvent);
  }

  private midUnits(index: number): number {
    const book = this.books[index] as QueueBook;
    const { priceUnitsPerTick } = this.options.setup.instruments[index] as Instrument;
    if (!book.isReady || book.bestBidTicks === 0 || book.bestAskTicks === 0) return 0;
    return ((book.bestBidTicks + book.bestAskTicks) / 2) * priceUnitsPerTick;
  }
}
