import type { Environment } from '#adapters/binance/environments/environments.ts';
import {
  DualActiveMarketData,
  type FrameTap,
  type SourceQuality,
} from '#adapters/binance/market-feed/market-feed.ts';
import { SnapshotFetcher } from '#adapters/binance/market-feed/snapshot-fetcher.ts';
import type { RestHttp } from '#adapters/binance/trading/rest-transport.ts';
import type { Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import type { HttpCall, HttpGet } from '#adapters/connection/http-get.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';

/** The ways to a venue, shared by all markets of one program. */
export interface VenueWays {
  readonly environment: Environment;
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly get: HttpGet;
  /** Requests about keys. Default: over `undici`. */
  readonly call?: HttpCall;
  /** Signed requests over HTTP to a base address. Default: over `undici`. */
  readonly rest?: (baseUrl: string) => RestHttp;
  readonly attempts: AttemptBudget;
  /** From 0 up to 1: jitter of pauses and ages. */
  readonly random: () => number;
  readonly onNote: (note: string) => void;
}

export interface VenueMarketOptions {
  readonly ways: VenueWays;
  readonly instrument: Instrument;
  readonly sink: EventSink;
  readonly tap?: FrameTap;
}

/** The public data of one instrument from a real venue: two sources, and snapshots when asked. */
export class VenueMarket {
  private readonly feed: DualActiveMarketData;
  private readonly snapshots: SnapshotFetcher;

  constructor(options: VenueMarketOptions) {
    const { ways, instrument, sink, tap } = options;
    const { environment, timers, open, get, attempts, random, onNote } = ways;
    const addresses = instrument.market === Market.SPOT ? environment.spot : environment.usdm;
    const feed = new DualActiveMarketData({
      instrument,
      sources: addresses.streams.map((baseUrl) => ({ baseUrl, wire: 'json' as const })),
      timers,
      open,
      attempts,
      random,
      sink,
      onNote,
      ...(tap === undefined ? {} : { tap }),
    });
    this.feed = feed;
    this.snapshots = new SnapshotFetcher({
      instrument,
      baseUrl: addresses.rest,
      get,
      timers,
      onSnapshot: (event, body) => feed.onSnapshot(event, body),
      onSilence: (event) => sink.publish(event),
      onNote,
    });
  }

  get quality(): readonly SourceQuality[] {
    return this.feed.quality;
  }

  /** Messages that left a hole before them. */
  get holeCount(): number {
    return this.feed.holeCount;
  }

  start(): void {
    this.feed.start();
  }

  stop(): void {
    this.feed.stop();
  }

  /** Asks for a snapshot; it comes as an event, or not, and then whoever needs it asks again. */
  requestSnapshot(): void {
    // Never rejects: what goes wrong is noted.
    void this.snapshots.fetch();
  }
}
