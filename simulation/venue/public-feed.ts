/**
 * The public data of one synthetic instrument: what a matching engine does, as the venue's streams
 * tell it. Depth diffs per interval, the top of book on each change, trades merged per taker and
 * price, mark prices, snapshots on request. Nothing is sent when nothing changed.
 */
import type { EventSink } from '#contracts/edge-ports.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  MarkPriceEvent,
  NO_PREVIOUS_UPDATE,
  TradeEvent,
} from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type EpochMicros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
  type RateUnits,
} from '#units/integers.ts';
import type { LatencyModel } from './latency.ts';
import { MarketStream } from './market-stream.ts';
import type { BookObserver, MatchingEngine } from './matching-engine.ts';
import type { VenueOrder } from './venue-book.ts';

export interface PublicFeedOptions {
  readonly clock: VirtualClock;
  readonly sink: EventSink;
  readonly instrument: Instrument;
  readonly engine: MatchingEngine;
  readonly latency: LatencyModel;
  /** Depth diffs are collected this long. Default 100 ms. */
  readonly depthIntervalMicros?: number;
  /** Mark prices are sent this often at most. Default 1 s. */
  readonly markIntervalMicros?: number;
  /** True: fills of one taker at one price are one event with ids of their own. Default true. */
  readonly mergesTrades?: boolean;
  /** Levels per side of a snapshot. Default 1000. */
  readonly snapshotLevels?: number;
}

const DEPTH_INTERVAL_MICROS = 100 * MICROS_PER_MILLI;
const SNAPSHOT_LEVELS_DEFAULT = 1_000;

export class PublicFeed implements BookObserver {
  private readonly clock: VirtualClock;
  private readonly instrument: Instrument;
  private readonly engine: MatchingEngine;
  private readonly latency: LatencyModel;
  private readonly isSpot: boolean;
  private readonly depthIntervalMicros: number;
  private readonly markIntervalMicros: number;
  private readonly mergesTrades: boolean;
  private readonly snapshotLevels: number;
  private readonly depth: MarketStream<DepthDeltaEvent>;
  private readonly tickers: MarketStream<BookTickerEvent>;
  private readonly trades: MarketStream<TradeEvent>;
  private readonly marks: MarketStream<MarkPriceEvent>;
  private readonly snapshots: MarketStream<DepthSnapshotEvent>;

  private lastPublishedId: number;
  private isDepthScheduled = false;
  private isMarkScheduled = false;
  private mergedLots = 0;
  private mergedPriceTicks = 0 as PriceTicks;
  private mergedTradeId = 0;
  private mergedTakerId = 0;
  private mergedAggressor: Side = Side.BUY;
  private aggregateId = 0;
  private markPriceUnits = 0 as PriceUnits;
  private indexPriceUnits = 0 as PriceUnits;
  private fundingRate = 0 as RateUnits;
  private nextFundingMicros = 0 as EpochMicros;

  /** Starts listening to the engine. Only one feed may drain an engine's depth. */
  constructor(options: PublicFeedOptions) {
    const { clock, sink, latency } = options;
    this.clock = clock;
    this.instrument = options.instrument;
    this.engine = options.engine;
    this.latency = latency;
    this.isSpot = options.instrument.market === Market.SPOT;
    this.depthIntervalMicros = options.depthIntervalMicros ?? DEPTH_INTERVAL_MICROS;
    this.markIntervalMicros = options.markIntervalMicros ?? MICROS_PER_SECOND;
    this.mergesTrades = options.mergesTrades ?? true;
    this.snapshotLevels = options.snapshotLevels ?? SNAPSHOT_LEVELS_DEFAULT;
    if (!(this.depthIntervalMicros > 0 && this.markIntervalMicros > 0)) {
      throw new RangeError('feed intervals must be above zero microseconds');
    }
    this.depth = new MarketStream(clock, sink, latency, () => new DepthDeltaEvent());
    this.tickers = new MarketStream(clock, sink, latency, () => new BookTickerEvent());
    this.trades = new MarketStream(clock, sink, latency, () => new TradeEvent());
    this.marks = new MarketStream(clock, sink, latency, () => new MarkPriceEvent());
    this.snapshots = new MarketStream(clock, sink, latency, () => new DepthSnapshotEvent());
    this.lastPublishedId = options.engine.lastUpdateId;
    this.engine.addObserver(this);
  }

  /** Events sent so far, all streams. */
  get sentCount(): number {
    const { depth, tickers, trades, marks, snapshots } = this;
    return (
      depth.sentCount + tickers.sentCount + trades.sentCount + marks.sentCount + snapshots.sentCount
    );
  }

  onTrade(
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    tradeId: number,
    taker: VenueOrder,
  ): void {
    const isSame =
      this.mergesTrades &&
      this.mergedTakerId === taker.venueOrderId &&
      this.mergedPriceTicks === priceTicks;
    if (!isSame) this.flushTrade();
    this.mergedTakerId = taker.venueOrderId;
    this.mergedPriceTicks = priceTicks;
    this.mergedAggressor = taker.side;
    this.mergedTradeId = tradeId;
    this.mergedLots += quantityLots;
  }

  onBookChanged(topChanged: boolean): void {
    this.flushTrade();
    if (topChanged) this.sendTicker();
    if (this.isDepthScheduled) return;
    this.isDepthScheduled = true;
    this.clock.schedule(this.nextBoundary(this.depthIntervalMicros), this.depthTask);
  }

  /** A new mark price; sent at the next boundary of the mark interval. */
  setMark(
    markPriceUnits: PriceUnits,
    indexPriceUnits: PriceUnits,
    fundingRate: RateUnits,
    nextFundingMicros: EpochMicros,
  ): void {
    this.markPriceUnits = markPriceUnits;
    this.indexPriceUnits = indexPriceUnits;
    this.fundingRate = fundingRate;
    this.nextFundingMicros = nextFundingMicros;
    if (this.isMarkScheduled) return;
    this.isMarkScheduled = true;
    this.clock.schedule(this.nextBoundary(this.markIntervalMicros), this.markTask);
  }

  /** Answers with the book as it is one entry latency from now, as a REST request would find it. */
  requestSnapshot(): void {
    const now = this.clock.nowMicros;
    const at = (now + this.latency.entryMicros(now)) as EpochMicros;
    this.clock.schedule(at, this.snapshotTask);
  }

  private readonly depthTask = { run: (): void => this.sendDepth() };
  private readonly markTask = { run: (): void => this.sendMark() };
  private readonly snapshotTask = { run: (): void => this.sendSnapshot() };

  private nextBoundary(intervalMicros: number): EpochMicros {
    const now = this.clock.nowMicros;
    return ((Math.floor(now / intervalMicros) + 1) * intervalMicros) as EpochMicros;
  }

  /**
   * U..u covers every change since the last message, so on spot U is the last u + 1 and the chain
   * has no holes; the perpetual chains by pu.
   */
  private sendDepth(): void {
    this.isDepthScheduled = false;
    if (!this.engine.hasUnpublishedChanges) return;
    const delivery = this.depth.take();
    const event = delivery.event;
    event.instrument = this.instrument.index;
    event.venueTimeMicros = this.clock.nowMicros;
    event.firstUpdateId = this.lastPublishedId + 1;
    event.lastUpdateId = this.engine.lastUpdateId;
    event.previousUpdateId = this.isSpot ? NO_PREVIOUS_UPDATE : this.lastPublishedId;
    event.bids.clear();
    event.asks.clear();
    this.engine.drainChanges(event.bids, event.asks);
    this.lastPublishedId = event.lastUpdateId;
    this.depth.send(delivery);
  }

  private sendTicker(): void {
    const { engine, clock } = this;
    const bid = engine.bestBidTicks;
    const ask = engine.bestAskTicks;
    const mid = bid > 0 && ask > 0 ? (bid + ask) / 2 : 0;
    this.latency.observe(clock.nowMicros, this.instrument.index, mid);
    const delivery = this.tickers.take();
    const event = delivery.event;
    event.instrument = this.instrument.index;
    event.venueTimeMicros = this.isSpot ? (0 as EpochMicros) : clock.nowMicros;
    event.updateId = engine.lastUpdateId;
    event.bidPriceTicks = bid as PriceTicks;
    event.bidQuantityLots = engine.bestBidLots as QuantityLots;
    event.askPriceTicks = ask as PriceTicks;
    event.askQuantityLots = engine.bestAskLots as QuantityLots;
    this.tickers.send(delivery);
  }

  private flushTrade(): void {
    if (this.mergedLots === 0) return;
    this.aggregateId += 1;
    const delivery = this.trades.take();
    const event = delivery.event;
    event.instrument = this.instrument.index;
    event.venueTimeMicros = this.clock.nowMicros;
    event.tradeId = this.mergesTrades ? this.aggregateId : this.mergedTradeId;
    event.priceTicks = this.mergedPriceTicks;
    event.quantityLots = this.mergedLots as QuantityLots;
    event.aggressor = this.mergedAggressor;
    this.mergedLots = 0;
    this.trades.send(delivery);
  }

  private sendMark(): void {
    this.isMarkScheduled = false;
    const delivery = this.marks.take();
    const event = delivery.event;
    event.instrument = this.instrument.index;
    event.venueTimeMicros = this.clock.nowMicros;
    event.markPriceUnits = this.markPriceUnits;
    event.indexPriceUnits = this.indexPriceUnits;
    event.fundingRate = this.fundingRate;
    event.nextFundingMicros = this.nextFundingMicros;
    this.marks.send(delivery);
  }

  private sendSnapshot(): void {
    const delivery = this.snapshots.take();
    const event = delivery.event;
    event.instrument = this.instrument.index;
    event.venueTimeMicros = this.clock.nowMicros;
    event.lastUpdateId = this.engine.lastUpdateId;
    event.bids.clear();
    event.asks.clear();
    this.engine.writeLevels(Side.BUY, this.snapshotLevels, event.bids);
    this.engine.writeLevels(Side.SELL, this.snapshotLevels, event.asks);
    this.snapshots.send(delivery);
  }
}
