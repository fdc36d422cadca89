import type { Configuration } from '#adapters/config/configuration-schema.ts';
import type { Clock, EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { createQueueBook } from '#simulation/queue/queue.ts';
import type { QueueBook } from '#simulation/queue/queue-book.ts';
import type { QueueVariant } from '#simulation/queue/queue-models.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { BookListenerRelay } from '#simulation/venue/book-listener-relay.ts';
import type { LatencyModel } from '#simulation/venue/latency.ts';
import { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { FeeSettings } from '#simulation/venue/wallets.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import type { SessionSetup } from './session-setup.ts';
import type { TradingWorld } from './trading-world.ts';
import { marginSettings } from './venue-settings.ts';

const VENUE_STREAM = 41;

/** The public data of one instrument, from wherever: events to its sink until it is stopped. */
export interface PublicMarket {
  start(): void;
  stop(): void;
  /** A snapshot is wanted; it comes as an event, later, or not at all. */
  requestSnapshot(): void;
}

export interface VenuePaperWorldOptions {
  readonly configuration: Configuration;
  readonly setup: SessionSetup;
  readonly clock: VirtualClock;
  readonly latency: LatencyModel;
  readonly sink: EventSink;
  /** The clock of the host. */
  readonly wall: Clock;
  readonly fees: FeeSettings;
  readonly openMarket: (instrument: Instrument, sink: EventSink) => PublicMarket;
}

/**
 * A real venue's public data as it comes, and a simulated venue for our orders: fills are estimated by
 * queue position, as over a recording. The clock is virtual and driven by the wall: by who paces the
 * session, and by each message, so that everything due before a message runs before it.
 */
export class VenuePaperWorld implements TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: SimulatedVenue;
  readonly isSynthetic = false;
  readonly isLiveFeed = true;
  readonly ownOrdersInBook = false;
  readonly regime = null;
  readonly isExhausted = false;
  private readonly options: VenuePaperWorldOptions;
  private readonly books: readonly QueueBook[];
  private readonly markets: readonly PublicMarket[];

  constructor(options: VenuePaperWorldOptions) {
    const { configuration, setup, clock, latency, sink } = options;
    const { simulation } = configuration;
    this.options = options;
    this.clock = clock;
    const listeners = setup.instruments.map(() => new BookListenerRelay());
    this.books = listeners.map((listener) =>
      createQueueBook({
        queueModel: simulation.queueModel,
        variant: simulation.queueVariant as QueueVariant,
        maxShareOfTrade: simulation.shareOfTrade,
        listener,
      }),
    );
    this.markets = setup.instruments.map((instrument, index) => {
      const publish = (event: EngineEvent): void => this.onEvent(event, index);
      return options.openMarket(instrument, { publish });
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
      fees: options.fees,
      margin: marginSettings(configuration),
      onSnapshotRequest: (instrument) => this.markets[instrument]?.requestSnapshot(),
    });
  }

  wallMicros(): number {
    return this.options.wall.nowMicros();
  }

  start(): void {
    for (const market of this.markets) market.start();
  }

  queueAheadLots(instrument: number, clientOrderId: number): number {
    const order = this.venue
      .openOrders(instrument as InstrumentIndex)
      .find((one) => one.clientOrderId === clientOrderId);
    const book = this.books[instrument];
    return order === undefined || book === undefined ? -1 : book.queueAhead(order);
  }

  close(): void {
    for (const market of this.markets) market.stop();
  }

  /** Hot: every public message. */
  private onEvent(event: EngineEvent, index: number): void {
    const { clock, options } = this;
    const now = Math.max(options.wall.nowMicros(), clock.nowMicros);
    clock.runUntil(now as EpochMicros);
    event.atMicros = clock.nowMicros;
    switch (event.kind) {
      case EventKind.MARK_PRICE:
        this.venue.setMark(
          event.instrument,
          event.markPriceUnits,
          event.fundingRate,
          event.nextFundingMicros,
        );
        break;
      case EventKind.DEPTH_DELTA:
      case EventKind.DEPTH_SNAPSHOT:
      case EventKind.BOOK_TICKER:
      case EventKind.TRADE:
      case EventKind.FEED_STATUS:
        this.books[index]?.onMarketEvent(event, clock.nowMicros);
        break;
      default:
        break;
    }
    options.sink.publish(event);
  }
}
