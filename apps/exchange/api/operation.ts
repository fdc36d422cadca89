/**
 * What an API of the exchange is made of: operations. A table of them is served alike over REST and
 * over the WebSocket API, and the conformance table of the documentation is written from it.
 */
import type { EpochMicros } from '#units/integers.ts';
import type { CallParameters } from './call-parameters.ts';
import type { Json } from './venue-error.ts';

/** NONE: anybody. KEY: the key's header alone (listen keys). SIGNED: key, time stamp and signature. */
export type Security = 'NONE' | 'KEY' | 'SIGNED';

/** One call that passed the key, signature and time checks. */
export interface Call {
  readonly door: 'REST' | 'WEBSOCKET';
  readonly parameters: CallParameters;
  /** The account of the key; -1 for operations that need none. */
  readonly accountId: number;
  /** The key that was used; empty where none was needed. */
  readonly apiKey: string;
  /** The venue's clock when the call is worked on. */
  readonly nowMicros: EpochMicros;
}

export interface Operation {
  /** Null: not offered over REST. The path is whole: `/api/v3/order`. */
  readonly rest: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    readonly path: string;
  } | null;
  /** Null: not offered over the WebSocket API. `order.place`. */
  readonly socketMethod: string | null;
  readonly security: Security;
  /** False: the key must be allowed to trade. */
  readonly readOnly: boolean;
  /** Request weight. */
  weight(parameters: CallParameters): number;
  /** True: the weight is only counted when the call fails (spot orders and cancels since 2026-04). */
  readonly freeWhenDone: boolean;
  /**
   * What it adds to the account's order counters when it comes in; a refused call gives it back. 0 for
   * reads and cancels. A list where the rows of `RateLimitTable.orders` differ: a batch of five on the
   * perpetual is [5, 1].
   */
  orders(parameters: CallParameters): number | readonly number[];
  /** Does the work and returns the answer's body. Throws VenueError with the venue's words. */
  run(call: Call): Json;
  /** One line for the conformance table. */
  readonly note: string;
}

/** Where private events leave: the doors (user data subscriptions, listen keys) deliver them. */
export interface PrivateEvents {
  /** `event` is the event itself, without any envelope; `nowMicros` is when it happened. */
  send(
    accountId: number,
    event: { readonly e: string; readonly [key: string]: Json | undefined },
  ): void;
}

/** One open socket as the exchange writes to it: faults of the wire happen behind it. */
export interface OutgoingLine {
  /** Text frame for a string, binary frame for bytes. */
  send(frame: string | Uint8Array): void;
  /** Ends the connection with a WebSocket close code. */
  close(code: number, reason: string): void;
  /** Bytes not yet taken by the network: who does not read is cut off. */
  readonly bufferedBytes: number;
}

/** One kind of connection behind a path: what a socket of it can do. The shell owns life time, PING and message limits. */
export interface SocketDoor {
  /** Incoming frames a second, PING and PONG counted, before the venue hangs up; undefined: only PING and PONG count. */
  readonly messagesPerSecondMax?: number;
  /** What comes in is orders (answers are never dropped or doubled by faults of a stream), or subscriptions. */
  readonly kind: 'API' | 'STREAM' | 'PRIVATE_STREAM';
  /** True when this door serves the path (`/ws-api/v3`, `/ws/…`, `/public/stream` …). */
  serves(url: URL): boolean;
  /** Headers are the handshake's, names in lower case. Throws VenueError to refuse the handshake. */
  open(
    line: OutgoingLine,
    url: URL,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    remoteAddress: string,
  ): OpenSocket;
}

export interface OpenSocket {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  onClose(): void;
}
