/** One instrument's private line to a real venue: orders out, answers and account events in. */
import {
  type Failure,
  REMEDIES,
  type Reaction,
  type Remedy,
} from '#adapters/binance/trading/error-table.ts';
import { BinanceOrderGateway } from '#adapters/binance/trading/order-gateway.ts';
import type { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import {
  type OrderRequests,
  SpotOrderRequests,
  UsdmOrderRequests,
} from '#adapters/binance/trading/order-requests.ts';
import { APIRateLimiter, type RateLimit } from '#adapters/binance/trading/rate-limiter.ts';
import { RestTransport } from '#adapters/binance/trading/rest-transport.ts';
import { SpotTradeConnector } from '#adapters/binance/trading/spot-connector.ts';
import { TradeLink } from '#adapters/binance/trading/trade-link.ts';
import { UsdmTradeConnector } from '#adapters/binance/trading/usdm-connector.ts';
import { WebSocketSession } from '#adapters/binance/trading/websocket-session.ts';
import {
  spotPrivateAccess,
  usdmPrivateAccess,
} from '#adapters/binance/user-stream/private-access.ts';
import { type PrivateAccess, PrivateFeed } from '#adapters/binance/user-stream/user-stream.ts';
import { VenueTime } from '#adapters/binance/venue-time/venue-time.ts';
import { httpCall } from '#adapters/connection/http-get.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import type { VenueWays } from './venue-market.ts';

/** Short, so that an order that was held up on its way is refused instead of filled late. */
const RECV_WINDOW_MILLIS = 2_000;

export interface LiveLineOptions {
  readonly ways: VenueWays;
  readonly instrument: Instrument;
  readonly signer: RequestSigner;
  readonly limits: readonly RateLimit[];
  readonly names: OrderIdText;
  readonly sink: EventSink;
  readonly onSnapshotRequest: () => void;
  /** Called for what the line cannot do by itself: STOP and RELOAD_INSTRUMENT. */
  readonly onRemedy: (remedy: Remedy, failure: Failure) => void;
}

/** Built before anything is sent; `start` opens the sockets. */
export class LiveLine {
  readonly gateway: BinanceOrderGateway;
  readonly requests: OrderRequests;
  readonly limiter: APIRateLimiter;
  readonly time: VenueTime;
  readonly link: TradeLink;
  private known: Instrument;
  private readonly rest: RestTransport;
  private readonly session: WebSocketSession;
  private readonly feed: PrivateFeed;
  private readonly options: LiveLineOptions;

  constructor(options: LiveLineOptions) {
    const { ways, instrument, signer, limits, names, sink } = options;
    const { environment, timers, open, attempts, random, onNote } = ways;
    const isSpot = instrument.market === Market.SPOT;
    const addresses = isSpot ? environment.spot : environment.usdm;
    const baseUrl = addresses.rest;
    this.options = options;
    this.known = instrument;
    this.limiter = new APIRateLimiter(limits, () => this.time.offsetMicros ?? 0);
    this.time = new VenueTime({
      market: instrument.market,
      baseUrl,
      get: ways.get,
      timers,
      // One measure decides: the quoted market's.
      sink: isSpot ? sink : null,
      onNote,
    });
    const clock = timers;
    const { limiter } = this;
    this.rest = new RestTransport({
      ...{ baseUrl, apiKey: signer.apiKey, clock, limiter },
      ...(ways.rest === undefined ? {} : { http: ways.rest(baseUrl) }),
    });
    const venueMillis = (): number => this.venueMillis();
    const resyncClock = (): Promise<unknown> => this.time.measure();
    this.session = new WebSocketSession({
      name: `${instrument.symbol}.${isSpot ? 'spot' : 'usdm'}.orders`,
      url: addresses.webSocketApi,
      signer,
      timers,
      open,
      attempts,
      random,
      limiter,
      venueMillis,
      resyncClock,
      onNote,
    });
    this.link = new TradeLink({
      market: instrument.market,
      signer,
      clock,
      limiter,
      rest: this.rest,
      session: this.session,
      venueMillis,
      recvWindowMillis: RECV_WINDOW_MILLIS,
      onSilence: (until) => this.gateway.tellSilence(until),
      resyncClock,
    });
    const { link } = this;
    this.requests = isSpot ? new SpotOrderRequests(link) : new UsdmOrderRequests(link);
    this.gateway = new BinanceOrderGateway({
      instrument: () => this.known,
      connector: isSpot ? new SpotTradeConnector(link) : new UsdmTradeConnector(link),
      requests: this.requests,
      names,
      clock,
      sink,
      // Early by a round trip rather than late: what the venue did since is told again, never skipped.
      venueMicrosAt: (micros) => micros + (this.time.offsetMicros ?? 0) - MICROS_PER_MILLI,
      onSnapshotRequest: () => options.onSnapshotRequest(),
      onFailure: (failure, reaction) => this.onFailure(failure, reaction),
      onNote,
    });
    this.feed = this.openFeed(options);
  }

  /** As the venue has it now. */
  get instrument(): Instrument {
    return this.known;
  }

  set instrument(instrument: Instrument) {
    this.known = instrument;
    this.feed.instrument = instrument;
  }

  /** The venue's clock in whole milliseconds: cut, because late is taken and early is refused. */
  venueMillis(): number {
    const nowMicros = this.options.ways.timers.nowMicros() + (this.time.offsetMicros ?? 0);
    return Math.floor(nowMicros / MICROS_PER_MILLI);
  }

  /** Events the drop copy brought alone, and those it brought as the second. */
  get dropCopy(): { readonly found: number; readonly confirmed: number } {
    const { foundByDropCopyCount, duplicateCount } = this.feed;
    return { found: foundByDropCopyCount, confirmed: duplicateCount };
  }

  start(): void {
    this.time.start();
    this.session.start();
    this.feed.start();
  }

  stop(): void {
    this.time.stop();
    this.feed.stop();
    this.session.stop();
    void this.rest.close().catch((error: unknown) => {
      this.options.ways.onNote(`the connections were not closed well: ${String(error)}`);
    });
  }

  /** The user stream and its drop copy: two connections that fail apart. */
  private openFeed({ ways, instrument, signer, names, sink }: LiveLineOptions): PrivateFeed {
    const { environment, timers, open, attempts, random, onNote } = ways;
    const { spot, usdm } = environment;
    const access = (index: number): PrivateAccess =>
      instrument.market === Market.SPOT
        ? spotPrivateAccess({
            webSocketApi: spot.webSocketApi,
            signer,
            venueMillis: () => this.venueMillis(),
          })
        : usdmPrivateAccess({
            restUrl: usdm.rest,
            streamUrl: usdm.streams[index] ?? usdm.streams[0],
            apiKey: signer.apiKey,
            call: ways.call ?? httpCall,
          });
    return new PrivateFeed({
      instrument,
      accesses: [access(0), access(1)],
      readOrderId: names.read,
      timers,
      open,
      attempts,
      random,
      sink,
      resyncClock: () => this.time.measure(),
      onNote,
    });
  }

  private onFailure(failure: Failure, reaction: Reaction): void {
    const { ways, onRemedy, instrument } = this.options;
    const { remedy } = reaction;
    if (remedy === 'NONE' || remedy === 'REPRICE') return;
    const { status, code, message } = failure;
    ways.onNote(
      `${instrument.symbol}: the venue says ${status} ${code} ${message} (${REMEDIES[remedy]})`,
    );
    onRemedy(remedy, failure);
  }
}
