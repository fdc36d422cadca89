import type { Configuration } from '#adapters/config/configuration-schema.ts';
import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { MarkPrice } from '#simulation/market/mark-price.ts';
import {
  DEFAULT_PERP_CHARACTER,
  DEFAULT_SPOT_CHARACTER,
  SyntheticMarket,
} from '#simulation/market/market.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { BookListenerRelay } from '#simulation/venue/book-listener-relay.ts';
import type { LatencyModel } from '#simulation/venue/latency.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { PublicFeed } from '#simulation/venue/public-feed.ts';
import { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  type PriceUnits,
} from '#units/integers.ts';
import type { SessionSetup } from './session-setup.ts';
import type { TradingWorld } from './trading-world.ts';
import { marginSettings, venueFees } from './venue-settings.ts';

const VENUE_STREAM = 41;

export interface SyntheticWorldOptions {
  readonly configuration: Configuration;
  readonly setup: SessionSetup;
  readonly clock: VirtualClock;
  readonly latency: LatencyModel;
  /** Where market and private events go. */
  readonly sink: EventSink;
  /** How often everybody acts, as a multiple of the calibrated market. Default 1. */
  readonly activity?: number;
}

/** The synthetic market: people in two books, our account among them, all from one seed. */
export class SyntheticWorld implements TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: SimulatedVenue;
  readonly isSynthetic = true;
  readonly ownOrdersInBook = true;
  readonly isExhausted = false;
  private readonly market: SyntheticMarket;
  private readonly books: readonly MatchingEngine[];
  private readonly feeds: readonly PublicFeed[];
  private readonly mark: MarkPrice;

  constructor(options: SyntheticWorldOptions) {
    const { configuration, setup, clock, latency, sink } = options;
    const { instruments } = setup;
    const { simulation } = configuration;
    this.clock = clock;
    const listeners = instruments.map(() => new BookListenerRelay());
    this.books = listeners.map((listener) => new MatchingEngine({ ownListener: listener }));
    this.feeds = instruments.map((instrument, index) => {
      const engine = this.books[index] as MatchingEngine;
      return new PublicFeed({ clock, sink, instrument, engine, latency });
    });
    this.venue = new SimulatedVenue({
      clock,
      sink,
      instruments,
      books: this.books,
      listeners,
      latency,
      random: new SeededRandom(setup.seed, VENUE_STREAM),
      balances: setup.balances,
      fees: venueFees(configuration),
      margin: marginSettings(configuration),
      onSnapshotRequest: (instrument) => this.feeds[instrument]?.requestSnapshot(),
    });
    this.market = new SyntheticMarket({
      clock,
      seed: setup.seed,
      quoted: instruments[0] as Instrument,
      quotedBook: this.books[0] as MatchingEngine,
      hedge: instruments[1] ?? null,
      hedgeBook: this.books[1] ?? null,
      startPrice: setup.startPriceUnits / 1e8,
      volatilityBps: simulation.volatilityBps,
      regime: simulation.regime === 'mixed' ? null : simulation.regime,
      spotCharacter: DEFAULT_SPOT_CHARACTER,
      perpCharacter: DEFAULT_PERP_CHARACTER,
      basisMeanBps: simulation.basisMeanBps,
      basisDeviationBps: simulation.basisDeviationBps,
      ...(options.activity === undefined ? {} : { activity: options.activity }),
    });
    this.mark = new MarkPrice(clock.nowMicros, simulation.fundingInterval);
  }

  /** The people of the market, for what happens to all of them at once. */
  get people(): SyntheticMarket {
    return this.market;
  }

  get regime(): RegimeName {
    return this.market.regimeName;
  }

  start(): void {
    this.market.start();
    if (this.books.length < 2) return;
    const task: Task = {
      run: (now) => {
        this.stepMark(now);
        this.clock.schedule((now + MICROS_PER_SECOND) as EpochMicros, task);
      },
    };
    task.run(this.clock.nowMicros);
  }

  queueAheadLots(instrument: number, clientOrderId: number): number {
    const order = this.venue
      .openOrders(instrument as InstrumentIndex)
      .find((one) => one.clientOrderId === clientOrderId);
    const book = this.books[instrument];
    if (order === undefined || book === undefined || !book.rests(order)) return -1;
    return book.queueAheadLots(order);
  }

  close(): void {
    // Nothing to give back: the whole market is memory.
  }

  private stepMark(now: EpochMicros): void {
    const spot = this.midUnits(0);
    const perp = this.midUnits(1);
    if (spot === 0 || perp === 0) return;
    const { mark } = this;
    mark.step(now, spot, perp);
    this.venue.setMark(
      1 as InstrumentIndex,
      mark.markPriceUnits,
      mark.fundingRate,
      mark.nextFundingMicros,
    );
    this.feeds[1]?.setMark(
      mark.markPriceUnits,
      mark.indexPriceUnits,
      mark.fundingRate,
      mark.nextFundingMicros,
    );
  }

  /** Mid in 1e-8 quote; 0 while a side is empty. */
  private midUnits(index: number): PriceUnits {
    const book = this.books[index] as MatchingEngine;
    // The venue may have changed the tick since the start.
    const { priceUnitsPerTick } = this.venue.incidents.instrument(index as InstrumentIndex);
    if (book.bestBidTicks === 0 || book.bestAskTicks === 0) return 0 as PriceUnits;
    return (((book.bestBidTicks + book.bestAskTicks) / 2) * priceUnitsPerTick) as PriceUnits;
  }
}
