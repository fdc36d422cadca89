import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import {
  type BookTickerEvent,
  type DepthDeltaEvent,
  type DepthSnapshotEvent,
  FeedState,
  type FeedStatusEvent,
  type MarkPriceEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BookStatus, TopSource } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { OwnOrders } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { EpochMicros } from '#units/integers.ts';
import { AbsurdTickGate } from './absurd-tick-gate.ts';
import { type DepthBookView, LocalBook } from './local-book.ts';
import type { LiveSnapshot } from './snapshot.ts';
import { StaleTickGate } from './stale-tick-gate.ts';
import { TopOfBook } from './top-of-book.ts';
import { VisibleLevels } from './visible-levels.ts';

export interface InstrumentFeedOptions {
  readonly instrument: Instrument;
  readonly configuration: MarketDataConfiguration;
  readonly ownOrders: OwnOrders;
  readonly ownOrdersInBook: boolean;
  readonly snapshot: LiveSnapshot;
  readonly output: CommandSink;
}

/** What a feed has been through since the session began. Counts. */
export interface FeedQuality {
  readonly gapCount: number;
  readonly crossedCount: number;
  readonly snapshotRequestCount: number;
  readonly oldDeltaCount: number;
  readonly overflowCount: number;
  readonly lateTickerCount: number;
  readonly oldTradeCount: number;
  readonly quarantinedCount: number;
  readonly absurdCount: number;
  readonly staleCount: number;
}

/**
 * One instrument's way from market events to its snapshot: chain, gates, book, fusion, own orders out.
 *
 * Hot: every market event. No allocation while the book is LIVE.
 */
export class InstrumentFeed implements Persistent {
  readonly instrument: Instrument;
  private readonly snapshot: LiveSnapshot;
  private readonly ownOrders: OwnOrders;
  private readonly output: CommandSink;
  private readonly alert = new AlertCommand();
  private readonly local: LocalBook;
  private readonly top = new TopOfBook();
  private readonly freshness: StaleTickGate;
  private readonly absurdity: AbsurdTickGate;
  private readonly bids: VisibleLevels;
  private readonly asks: VisibleLevels;
  /** The shown touch comes from a bookTicker that is newer than the depth book. */
  private tickerRules = false;
  private ownOrdersVersion = 0;
  private lastTradeId = 0;
  private oldTradeCount = 0;
  private staleCount = 0;

  constructor(options: InstrumentFeedOptions) {
    const { instrument, configuration, ownOrders, output } = options;
    this.instrument = instrument;
    this.snapshot = options.snapshot;
    this.ownOrders = ownOrders;
    this.output = output;
    const { index, market } = instrument;
    this.local = new LocalBook({ instrument: index, market, configuration, output });
    this.freshness = new StaleTickGate(configuration);
    this.absurdity = new AbsurdTickGate(configuration, instrument);
    const { book } = this.local;
    const shared = { instrument: index, ownOrders };
    this.bids = new VisibleLevels({ ...shared, side: Side.BUY, ladder: book.bids });
    this.asks = new VisibleLevels({ ...shared, side: Side.SELL, ladder: book.asks });
    this.setOwnOrdersInBook(options.ownOrdersInBook);
    this.alert.code = AlertCode.STALE_MARKET;
    this.alert.severity = AlertSeverity.WARNING;
    this.alert.instrument = index;
    this.snapshot.bind(index, this.bids, this.asks);
  }

  get quality(): FeedQuality {
    return {
      gapCount: this.local.gapCount,
      crossedCount: this.local.crossedCount,
      snapshotRequestCount: this.local.snapshotRequestCount,
      oldDeltaCount: this.local.oldCount,
      overflowCount: this.local.overflowCount,
      lateTickerCount: this.top.lateCount,
      oldTradeCount: this.oldTradeCount,
      quarantinedCount: this.absurdity.quarantinedCount,
      absurdCount: this.absurdity.absurdCount,
      staleCount: this.staleCount,
    };
  }

  /** The depth book itself, own orders included. The same object for the session. */
  get depthBook(): DepthBookView {
    return this.local;
  }

  setOwnOrdersInBook(areIn: boolean): void {
    this.bids.ownOrdersInBook = areIn;
    this.asks.ownOrdersInBook = areIn;
  }

  /** A session starts on new connections: what an earlier one showed can not be continued. */
  restart(ownOrdersInBook: boolean, nowMicros: EpochMicros): void {
    this.setOwnOrdersInBook(ownOrdersInBook);
    this.forgetBook();
    this.freshness.isConnected = true;
    if (this.assess(nowMicros)) this.bump(nowMicros);
  }

  /** Hot: every depth message. */
  onDelta(event: Readonly<DepthDeltaEvent>): void {
    this.freshness.onEvent(event.atMicros);
    this.local.onDelta(event);
    this.afterDepth(event.atMicros, event.venueTimeMicros);
  }

  onSnapshot(event: Readonly<DepthSnapshotEvent>): void {
    this.freshness.onEvent(event.atMicros);
    this.local.onSnapshot(event);
    this.afterDepth(event.atMicros, event.venueTimeMicros);
  }

  /** Hot: every bookTicker. */
  onTicker(event: Readonly<BookTickerEvent>): void {
    const { atMicros } = event;
    this.freshness.onEvent(atMicros);
    this.local.ensureSyncing(atMicros);
    let changed = false;
    if (
      this.top.isNews(event.updateId, this.local.lastUpdateId) &&
      this.absurdity.admitTicker(event)
    ) {
      this.freshness.onTicker(event.updateId, this.local.lastUpdateId, atMicros);
      this.top.adopt(event);
      this.noteVenueTime(event.venueTimeMicros);
      changed = this.showTicker();
    }
    if (this.assess(atMicros)) changed = true;
    if (changed) {
      this.snapshot.refreshTop();
      this.bump(atMicros);
      this.followMid(atMicros);
    }
  }

  /** Hot: every trade. */
  onTrade(event: Readonly<TradeEvent>): void {
    this.freshness.onEvent(event.atMicros);
    if (event.tradeId <= this.lastTradeId) {
      this.oldTradeCount += 1;
    } else if (this.absurdity.admitTrade(event)) {
      this.lastTradeId = event.tradeId;
      const { snapshot } = this;
      snapshot.tradeCount += 1;
      snapshot.lastTradePriceTicks = event.priceTicks;
      snapshot.lastTradeQuantityLots = event.quantityLots;
      snapshot.lastTradeSide = event.aggressor;
      snapshot.lastTradeMicros = event.atMicros;
      this.noteVenueTime(event.venueTimeMicros);
      this.assess(event.atMicros);
      this.bump(event.atMicros);
      return;
    }
    if (this.assess(event.atMicros)) this.bump(event.atMicros);
  }

  onMark(event: Readonly<MarkPriceEvent>): void {
    const { snapshot } = this;
    snapshot.markPriceUnits = event.markPriceUnits;
    snapshot.indexPriceUnits = event.indexPriceUnits;
    snapshot.fundingRate = event.fundingRate;
    snapshot.nextFundingMicros = event.nextFundingMicros;
    this.noteVenueTime(event.venueTimeMicros);
    this.bump(event.atMicros);
  }

  onFeedStatus(event: Readonly<FeedStatusEvent>): void {
    if (event.state === FeedState.DISCONNECTED) {
      this.forgetBook();
    } else {
      this.freshness.isConnected = true;
    }
    if (this.assess(event.atMicros)) this.bump(event.atMicros);
  }

  /** Event time before which no snapshot is asked for. */
  get nextRequestMicros(): number {
    return this.local.nextRequestMicros;
  }

  onVenueSilence(untilMicros: number): void {
    this.local.onVenueSilence(untilMicros);
  }

  onTimer(nowMicros: EpochMicros): void {
    if (this.snapshot.status === BookStatus.EMPTY) return;
    if (this.freshness.isConnected) this.local.onTimer(nowMicros);
    if (this.assess(nowMicros)) this.bump(nowMicros);
  }

  /** Takes our lots out anew after our orders have changed. */
  onOwnOrders(): void {
    const { version } = this.ownOrders;
    if (version === this.ownOrdersVersion) return;
    this.ownOrdersVersion = version;
    if (!this.bids.ownOrdersInBook || !this.showBook(true)) return;
    this.snapshot.refreshTop();
    // The market itself brought nothing new, so its time stays.
    this.snapshot.version += 1;
  }

  writeState(writer: StateWriter): void {
    this.local.writeState(writer);
    this.top.writeState(writer);
    this.freshness.writeState(writer);
    this.absurdity.writeState(writer);
    this.bids.writeState(writer);
    this.asks.writeState(writer);
    writer.flag(this.tickerRules);
    writer.integer(this.ownOrdersVersion);
    writer.integer(this.lastTradeId);
    writer.integer(this.oldTradeCount);
    writer.integer(this.staleCount);
    this.snapshot.writeState(writer);
  }

  readState(reader: StateReader): void {
    this.local.readState(reader);
    this.top.readState(reader);
    this.freshness.readState(reader);
    this.absurdity.readState(reader);
    this.bids.readState(reader);
    this.asks.readState(reader);
    this.tickerRules = reader.flag();
    this.ownOrdersVersion = reader.integer();
    this.lastTradeId = reader.integer();
    this.oldTradeCount = reader.integer();
    this.staleCount = reader.integer();
    this.snapshot.readState(reader);
    this.snapshot.refreshTop();
    this.settleHorizons();
  }

  private forgetBook(): void {
    this.freshness.onFeedLost();
    this.local.onFeedLost();
    this.top.forget();
    this.lastTradeId = 0;
    if (this.showBook(true)) this.snapshot.refreshTop();
  }

  private afterDepth(atMicros: EpochMicros, venueTimeMicros: EpochMicros): void {
    let changed = this.showBook(false);
    if (changed) this.snapshot.refreshTop();
    this.noteVenueTime(venueTimeMicros);
    if (this.assess(atMicros)) changed = true;
    this.confirmByDepth(atMicros);
    if (changed) this.bump(atMicros);
  }

  /** The depth book's own mid is what confirms a far price. */
  private confirmByDepth(atMicros: EpochMicros): void {
    if (this.local.status !== BookStatus.LIVE) return;
    const { bids, asks } = this.local.book;
    if (bids.count === 0 || asks.count === 0) return;
    this.absurdity.follow((bids.bestPriceTicks + asks.bestPriceTicks) / 2, atMicros, true);
  }

  private followMid(atMicros: EpochMicros): void {
    if (this.local.status !== BookStatus.LIVE || this.snapshot.spreadTicks === 0) return;
    this.absurdity.follow(this.snapshot.midHalfTicks / 2, atMicros, false);
  }

  /** Shows a just adopted ticker: a touch that kept its price costs one comparison. */
  private showTicker(): boolean {
    const { local, top } = this;
    const isFirst = !this.tickerRules;
    this.tickerRules = true;
    this.snapshot.source = TopSource.BOOK_TICKER;
    this.snapshot.updateId = top.updateId;
    const time = local.venueTimeMicros;
    const bidsChanged =
      isFirst || top.bidMoved
        ? this.bids.fillFromTicker(top.bid, time)
        : this.bids.patchTouch(top.bid, time);
    const asksChanged =
      isFirst || top.askMoved
        ? this.asks.fillFromTicker(top.ask, time)
        : this.asks.patchTouch(top.ask, time);
    if (bidsChanged || asksChanged) this.settleHorizons();
    return bidsChanged || asksChanged;
  }

  /** Shows the depth book again where it changed, under the ticker while that is newer. */
  private showBook(everything: boolean): boolean {
    const { local, top } = this;
    const { book } = local;
    const rules = top.isNewerThan(local.lastUpdateId);
    const refill = everything || rules !== this.tickerRules;
    this.tickerRules = rules;
    let changed = false;
    if (refill || book.touchedBids) {
      changed = rules
        ? this.bids.fillFromTicker(top.bid, local.venueTimeMicros)
        : this.bids.fillFromDepth(local.venueTimeMicros);
    }
    if (refill || book.touchedAsks) {
      const asksChanged = rules
        ? this.asks.fillFromTicker(top.ask, local.venueTimeMicros)
        : this.asks.fillFromDepth(local.venueTimeMicros);
      if (asksChanged) changed = true;
    }
    this.settleHorizons();
    this.snapshot.updateId = rules ? top.updateId : local.lastUpdateId;
    this.snapshot.source = rules ? TopSource.BOOK_TICKER : this.depthSource();
    return changed;
  }

  private depthSource(): TopSource {
    if (this.local.lastUpdateId === 0) return TopSource.NONE;
    return this.local.isFromSnapshot ? TopSource.SNAPSHOT : TopSource.DEPTH;
  }

  private settleHorizons(): void {
    const { book } = this.local;
    book.bidHorizonRank = this.bids.horizonRank;
    book.askHorizonRank = this.asks.horizonRank;
    book.touchedBids = false;
    book.touchedAsks = false;
  }

  private noteVenueTime(venueTimeMicros: EpochMicros): void {
    if (venueTimeMicros > this.snapshot.venueTimeMicros) {
      this.snapshot.venueTimeMicros = venueTimeMicros;
    }
  }

  /** Judges status and freshness. True when a reader sees a difference, confidence aside. */
  private assess(nowMicros: EpochMicros): boolean {
    const { local, freshness, snapshot } = this;
    const isLive = local.status === BookStatus.LIVE;
    const isStale = !isLive || freshness.isStale(nowMicros, local.lastUpdateId);
    let { status } = local;
    if (status !== BookStatus.EMPTY && (isLive || !freshness.isConnected) && isStale) {
      status = BookStatus.STALE;
    }
    snapshot.confidence = isStale ? 0 : freshness.confidence(nowMicros);
    if (status === snapshot.status && isStale === snapshot.isStale) return false;
    if (status === BookStatus.STALE && !snapshot.isStale) this.raiseStale(nowMicros);
    snapshot.status = status;
    snapshot.isStale = isStale;
    return true;
  }

  private raiseStale(nowMicros: EpochMicros): void {
    this.staleCount += 1;
    this.alert.measured = this.freshness.ageMicros(nowMicros);
    this.alert.limit = Math.round(this.freshness.allowedAgeMicros);
    this.output.emit(this.alert);
  }

  private bump(atMicros: EpochMicros): void {
    this.snapshot.version += 1;
    this.snapshot.receiveTimeMicros = atMicros;
  }
}
