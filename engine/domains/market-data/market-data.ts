import assert from 'node:assert/strict';
import type { CommandSink } from '#contracts/commands.ts';
import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type {
  ControlEvent,
  InstrumentDefinedEvent,
  MarketEvent,
  TimerEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import type { MarketSnapshot, Markets } from '#contracts/market-snapshot.ts';
import type { InstrumentTable, MarketData, OwnOrders } from '#contracts/ports.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { type FeedQuality, InstrumentFeed } from './instrument-feed.ts';
import type { DepthBookView } from './local-book.ts';

export type { DepthBookView } from './local-book.ts';

import { LiveSnapshot } from './snapshot.ts';

export interface MarketDataManagerOptions {
  readonly configuration: MarketDataConfiguration;
  readonly instruments: InstrumentTable;
  readonly ownOrders: OwnOrders;
  readonly output: CommandSink;
}

/** Both markets; the snapshots are the same objects for the whole session. */
class LiveMarkets implements Markets {
  readonly quotedSnapshot = new LiveSnapshot();
  readonly hedgeSnapshot = new LiveSnapshot();

  get quoted(): MarketSnapshot {
    return this.quotedSnapshot;
  }

  get hedge(): MarketSnapshot {
    return this.hedgeSnapshot;
  }
}

/**
 * Door of the market data domain: one feed per instrument, made when the instrument is defined and
 * made anew when its price or quantity grid changes.
 */
export class MarketDataManager implements MarketData {
  private readonly options: MarketDataManagerOptions;
  private readonly live = new LiveMarkets();
  /** By instrument index; in the order of definition for everything that visits all. */
  private readonly feeds: (InstrumentFeed | undefined)[] = [];
  private ownOrdersInBook = false;

  constructor(options: MarketDataManagerOptions) {
    this.options = options;
  }

  get markets(): Markets {
    return this.live;
  }

  /** Counts of what a feed has been through, or null before its instrument is defined. */
  feedQuality(index: InstrumentIndex): FeedQuality | null {
    return this.feeds[index]?.quality ?? null;
  }

  /** The depth book of an instrument, or null before its instrument is defined. */
  depthBook(index: InstrumentIndex): DepthBookView | null {
    return this.feeds[index]?.depthBook ?? null;
  }

  /** Hot: every market event. No allocation while the book is LIVE. */
  apply(event: Readonly<MarketEvent>): Markets {
    const feed = this.feeds[event.instrument];
    assert(feed !== undefined, 'market event of an instrument that was never defined');
    switch (event.kind) {
      case EventKind.BOOK_TICKER:
        feed.onTicker(event);
        break;
      case EventKind.TRADE:
        feed.onTrade(event);
        break;
      case EventKind.DEPTH_DELTA:
        feed.onDelta(event);
        break;
      case EventKind.MARK_PRICE:
        feed.onMark(event);
        break;
      case EventKind.DEPTH_SNAPSHOT:
        feed.onSnapshot(event);
        break;
      case EventKind.FEED_STATUS:
        feed.onFeedStatus(event);
        break;
    }
    return this.live;
  }

  onOwnOrders(): void {
    for (let index = 0; index < this.feeds.length; index++) this.feeds[index]?.onOwnOrders();
  }

  onVenueSilence(event: Readonly<VenueSilenceEvent>): void {
    this.feeds[event.instrument]?.onVenueSilence(event.untilMicros);
  }

  onTimer(event: Readonly<TimerEvent>): void {
    for (let index = 0; index < this.feeds.length; index++) {
      this.feeds[index]?.onTimer(event.atMicros);
    }
  }

  onControl(event: Readonly<ControlEvent>): void {
    if (event.kind === EventKind.INSTRUMENT_DEFINED) this.onDefined(event);
    else if (event.kind === EventKind.SESSION_START) {
      this.ownOrdersInBook = event.ownOrdersInBook;
      for (const feed of this.feeds) feed?.restart(event.ownOrdersInBook, event.atMicros);
    }
  }

  writeState(writer: StateWriter): void {
    writer.section('market-data');
    writer.flag(this.ownOrdersInBook);
    writer.integer(this.feeds.length);
    for (const feed of this.feeds) {
      writer.flag(feed !== undefined);
      feed?.writeState(writer);
    }
  }

  /** The reference domain must have been restored before: feeds are made from its instruments. */
  readState(reader: StateReader): void {
    reader.section('market-data');
    this.ownOrdersInBook = reader.flag();
    this.feeds.length = 0;
    const count = reader.integer();
    for (let index = 0; index < count; index++) {
      if (!reader.flag()) continue;
      const instrument = this.options.instruments.get(index as InstrumentIndex);
      assert(instrument !== null, 'restore the reference domain before market data');
      this.openFeed(instrument).readState(reader);
    }
  }

  private onDefined(event: Readonly<InstrumentDefinedEvent>): void {
    // The table says what is valid: the reference domain may have refused this definition.
    const instrument = event.instrument && this.options.instruments.get(event.instrument.index);
    if (instrument === null) return;
    const feed = this.feeds[instrument.index];
    if (feed !== undefined && hasSameGrid(feed.instrument, instrument)) return;
    // A new book, but the venue listens to us no sooner.
    this.openFeed(instrument).onVenueSilence(feed?.nextRequestMicros ?? 0);
  }

  private openFeed(instrument: Instrument): InstrumentFeed {
    const { configuration, ownOrders, output } = this.options;
    const isQuoted = instrument.role === InstrumentRole.QUOTED;
    const feed = new InstrumentFeed({
      instrument,
      configuration,
      ownOrders,
      ownOrdersInBook: this.ownOrdersInBook,
      snapshot: isQuoted ? this.live.quotedSnapshot : this.live.hedgeSnapshot,
      output,
    });
    this.feeds[instrument.index] = feed;
    return feed;
  }
}

/** Prices and quantities of both mean the same. */
function hasSameGrid(left: Instrument, right: Instrument): boolean {
  return (
    left.market === right.market &&
    left.role === right.role &&
    left.symbol === right.symbol &&
    left.tick.mantissa === right.tick.mantissa &&
    left.tick.decimals === right.tick.decimals &&
    left.step.mantissa === right.step.mantissa &&
    left.step.decimals === right.step.decimals
  );
}
