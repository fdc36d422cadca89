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
import { PrivateFeed } from '#adapters/binance/user-stream/user-stream.ts';
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
  private known: Instrument;
  private readonly rest: RestTransport;
  private readonly session: WebSocketSession;
  private readonly feed: PrivateFeed;
  private readonly options: LiveLineOptions;
  private isMeasuring = false;

  constructor(options: LiveLineOptions) {
    const { ways, instrument, signer, limits, names, sink } = options;
    const { environment, timers, open, attempts, random, onNote } = ways;
    const isSpot = instrument.market === Market.SPOT;
    const addresses = isSpot ? environment.spot : environment.usdm;
    const baseUrl = addresses.rest;
    this.options = options;
    this.known = instrument;
    this.limiter = new APIRateLimiter(limits);
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
      onNote,
    });
    const link = new TradeLink({
      market: instrument.market,
      signer,
      clock,
      limiter,
      rest: this.rest,
      session: this.session,
      venueMillis,
      recvWindowMillis: RECV_WINDOW_MILLIS,
      onSilence: (until) => this.gateway.tellSilence(until),
    });
    this.requests = isSpot ? new SpotOrderRequests(link) : new UsdmOrderRequests(link);
    this.gateway = new BinanceOrderGateway({
      instrument: () => this.known,
      connector: isSpot ? new SpotTradeConnector(link) : new UsdmTradeConnector(link),
      requests: this.requests,
      names,
      clock,
      sink,
      onSnapshotRequest: () => options.onSnapshotRequest(),
      onFailure: (failure, reaction) => this.onFailure(failure, reaction),
      onNote,
    });
    const access = isSpot
      ? () => spotPrivateAccess({ webSocketApi: addresses.webSocketApi, signer, venueMillis })
      : () =>
          usdmPrivateAccess({
            restUrl: baseUrl,
            streamUrl: addresses.streams[0],
            apiKey: signer.apiKey,
            call: ways.call ?? httpCall,
          });
    this.feed = new PrivateFeed({
      instrument,
      accesses: [access(), access()],
      readOrderId: names.read,
      timers,
      open,
      attempts,
      random,
      sink,
      onNote,
    });
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

  private onFailure(failure: Failure, reaction: Reaction): void {
    const { ways, onRemedy, instrument } = this.options;
    const { remedy } = reaction;
    if (remedy === 'NONE' || remedy === 'REPRICE') return;
    const { status, code, message } = failure;
    ways.onNote(
      `${instrument.symbol}: the venue says ${status} ${code} ${message} (${REMEDIES[remedy]})`,
    );
    if (remedy === 'RESYNC_CLOCK') this.measureAgain();
    else onRemedy(remedy, failure);
  }

  private measureAgain(): void {
    if (this.isMeasuring) return;
    this.isMeasuring = true;
    // Never rejects.
    void this.time.measure().then(() => {
      this.isMeasuring = false;
    });
  }
}
