/** Requests over HTTP: one pool of warm connections to one host. */
import { Pool } from 'undici';
import type { Clock } from '#contracts/edge-ports.ts';
import { type APIRateLimiter, retryAfterMicros } from './rate-limiter.ts';
import { parseExact, type WireOutcome } from './request-outcome.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RestRequest {
  readonly method: HttpMethod;
  /** "/api/v3/order". */
  readonly path: string;
  /** As `signedQuery` or `queryText` made it. */
  readonly query: string;
}

export interface RestOptions {
  /** "https://api.binance.com". */
  readonly baseUrl: string;
  /** Sent with every request; null for public ones only. */
  readonly apiKey: string | null;
  readonly clock: Clock;
  readonly limiter: APIRateLimiter;
  readonly answerMillisMax?: number;
  /** How requests leave. Default: a pool of connections of `undici`. */
  readonly http?: RestHttp;
}

/** HTTP as the transport needs it: as small as possible, so that the fault world can be one. */
export interface RestHttp {
  /** Rejects when no answer came; its `code` tells whether the request can have left. */
  send(
    method: HttpMethod,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpReply>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const CONNECTIONS_MAX = 8;
const KEEP_ALIVE_MILLIS = 60_000;
/** The venue gives up after 10 s by itself; an order is in doubt much earlier. */
const ANSWER_MILLIS_MAX = 3_000;
/** From the call to the last byte, in times of the limit above. */
const WHOLE_ANSWER_TIMES = 2;
/** exchangeInfo of all symbols has about 20 MiB. */
const BODY_SIZE_MAX = 64 * 1024 * 1024;
/** 429: too many. 418: banned. 403: the firewall in front of the venue, taken as a ban. */
const REFUSED_BY_RATE = new Set([429, 418, 403]);
/** With these the request never left: the connection was not made. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Over `undici`: a pool of warm connections to one host. */
function pooledHttp(baseUrl: string, millis: number): RestHttp {
  const pool = new Pool(baseUrl, {
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MILLIS,
    headersTimeout: millis,
    bodyTimeout: millis,
    connect: { timeout: millis },
    maxResponseSize: BODY_SIZE_MAX,
  });
  return {
    send: async (method, path, headers) => {
      const answer = await pool.request({
        method,
        path,
        headers: { ...headers },
        // The other limits are about pauses: an answer that trickles, or a wait for a connection, has none.
        signal: AbortSignal.timeout(WHOLE_ANSWER_TIMES * millis),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: plainHeaders(answer.headers), text };
    },
    close: () => pool.destroy(),
  };
}

export class RestTransport {
  private readonly http: RestHttp;
  private readonly options: RestOptions;
  private readonly headers: Record<string, string>;

  constructor(options: RestOptions) {
    this.options = options;
    const millis = options.answerMillisMax ?? ANSWER_MILLIS_MAX;
    this.http = options.http ?? pooledHttp(options.baseUrl, millis);
    this.headers = options.apiKey === null ? {} : { 'X-MBX-APIKEY': options.apiKey };
  }

  /** Never rejects: what went wrong is the outcome. Nothing is sent twice. */
  async send({ method, path, query }: RestRequest): Promise<WireOutcome> {
    const { clock, limiter } = this.options;
    try {
      const target = query === '' ? path : `${path}?${query}`;
      const { status, headers, text } = await this.http.send(method, target, this.headers);
      const nowMicros = clock.nowMicros();
      limiter.observeHeaders(headers, nowMicros);
      const body = parseBody(text);
      if (REFUSED_BY_RATE.has(status)) {
        const until = retryAfterMicros(headers['retry-after'], nowMicros);
        const ordersOnly = status === 429 && isOrderCount(body);
        limiter.refuse(until, { isBan: status !== 429, ordersOnly }, nowMicros);
      }
      return { kind: 'ANSWER', status, body };
    } catch (error) {
      const code = codeOf(error);
      const why =
        `${method} ${path}: ${code} ${error instanceof Error ? error.message : ''}`.trim();
      return { kind: NEVER_CONNECTED.has(code) ? 'NOT_SENT' : 'LOST', why };
    }
  }

  /** Requests under way are given up: their outcome is unknown. */
  async close(): Promise<void> {
    await this.http.close();
  }
}

function parseBody(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    // A page of a proxy: no body says what it says, and `judge` takes it as unproven.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isOrderCount(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body as { code?: unknown }).code === -1015;
}

function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = String(value);
  }
  return plain;
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'ERROR';
}
