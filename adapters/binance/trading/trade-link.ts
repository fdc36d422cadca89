/** One market's way to the venue: budget first, then the WebSocket API, REST where that is not up. */
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { Clock } from '#contracts/edge-ports.ts';
import type { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { type Parameters, queryText, signedQuery } from './parameters.ts';
import type { APIRateLimiter, RequestCost } from './rate-limiter.ts';
import { judge, type RequestOutcome, type WireOutcome } from './request-outcome.ts';
import type { HttpMethod, RestTransport } from './rest-transport.ts';
import type { WebSocketSession } from './websocket-session.ts';

/** One request on both wires. */
export interface VenueRequest {
  /** "" where the WebSocket API has no such method. */
  readonly webSocketMethod: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly parameters: Parameters;
  readonly isSigned: boolean;
  readonly cost: RequestCost;
}

export interface TradeLinkOptions {
  readonly market: Market;
  readonly signer: RequestSigner;
  readonly clock: Clock;
  readonly limiter: APIRateLimiter;
  readonly rest: RestTransport;
  /** Null: REST only. */
  readonly session: WebSocketSession | null;
  /** The venue's clock, epoch milliseconds. */
  readonly venueMillis: () => number;
  /** Requests older than this are refused by the venue; milliseconds, at most 60000. */
  readonly recvWindowMillis: number;
  /** The venue is closed to us until then: weight or ban, and not the count of orders. */
  readonly onSilence?: (untilMicros: EpochMicros) => void;
  /**
   * The venue refused the time of a request (-1021): measure its clock anew. Called once for any number
   * of refusals at the same moment; their outcomes, NOT_SENT, are told when it has settled. Must settle.
   * Without it such a refusal is told as it came.
   */
  readonly resyncClock?: () => Promise<unknown>;
}

export class TradeLink {
  readonly market: Market;
  private readonly options: TradeLinkOptions;
  private silentUntilMicros = 0;
  private resyncing: Promise<void> | null = null;

  /** Throws a RangeError on a recvWindow outside 1..60000. */
  constructor(options: TradeLinkOptions) {
    const { recvWindowMillis } = options;
    if (!(recvWindowMillis >= 1 && recvWindowMillis <= 60_000)) {
      throw new RangeError(`recvWindow ${recvWindowMillis} ms: use 1 to 60000`);
    }
    this.market = options.market;
    this.options = options;
  }

  /** Sends in this call if at all. Never rejects because of the venue; nothing is sent twice. */
  request(request: VenueRequest): Promise<RequestOutcome> {
    const { limiter, clock } = this.options;
    if (!limiter.tryTake(request.cost, clock.nowMicros())) {
      return Promise.resolve({ kind: 'NOT_SENT', why: 'the rate budget is used up' });
    }
    return this.dispatch(request).then(
      (wire) => this.finish(wire),
      (error: unknown) => this.finish({ kind: 'LOST', why: String(error) }),
    );
  }

  /** REST carries what the session proves not to have taken; what may have left is never sent again. */
  private async dispatch(request: VenueRequest): Promise<WireOutcome> {
    const { session } = this.options;
    const { webSocketMethod, isSigned } = request;
    if (webSocketMethod === '' || session?.isReady !== true) return this.sendByRest(request);
    const wire = await session.send(webSocketMethod, this.complete(request), isSigned);
    return wire.kind === 'NOT_SENT' ? this.sendByRest(request) : wire;
  }

  private sendByRest(request: VenueRequest): Promise<WireOutcome> {
    const { rest, signer } = this.options;
    const { method, path, isSigned } = request;
    const parameters = this.complete(request);
    const query = isSigned ? signedQuery(parameters, signer) : queryText(parameters);
    return rest.send({ method, path, query });
  }

  private complete({ parameters, isSigned }: VenueRequest): Parameters {
    return isSigned ? this.stamped(parameters) : parameters;
  }

  private stamped(parameters: Parameters): Parameters {
    const { recvWindowMillis, venueMillis } = this.options;
    return { ...parameters, recvWindow: recvWindowMillis, timestamp: venueMillis() };
  }

  private async finish(wire: WireOutcome): Promise<RequestOutcome> {
    const { limiter, clock, onSilence } = this.options;
    limiter.settle();
    const until = limiter.closedUntil(clock.nowMicros());
    if (until > this.silentUntilMicros) {
      this.silentUntilMicros = until;
      onSilence?.(until);
    }
    const outcome = judge(this.market, wire);
    if (outcome.kind !== 'REFUSED' || outcome.reaction.remedy !== 'RESYNC_CLOCK') return outcome;
    const { resyncClock } = this.options;
    if (resyncClock === undefined) return outcome;
    await this.resync(resyncClock);
    // Proven not to have reached the engine, and nothing about the order was wrong.
    return { kind: 'NOT_SENT', why: `the venue refused our time: ${outcome.failure.message}` };
  }

  private resync(resyncClock: () => Promise<unknown>): Promise<void> {
    const settled = () => {
      this.resyncing = null;
    };
    this.resyncing ??= resyncClock().then(settled, settled);
    return this.resyncing;
  }
}
