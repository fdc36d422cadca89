/**
 * The ways to our private events. Spot: the WebSocket API, each line subscribed by a request that is
 * signed for its moment. USD-M: a listenKey asked for over REST, kept alive, and put into the address.
 */
import type { HttpAnswer, HttpCall } from '#adapters/connection/http-get.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { PrivateAccess } from './user-data-stream.ts';

/** Short: the request is signed and sent in one step. Milliseconds. */
const RECEIVE_WINDOW_MILLIS = 5_000;
/** The key is unknown or has expired: only a new one helps. */
const KEY_IS_DEAD = -1125;
/** It goes into an address: printable ASCII, of a length that fits there. */
const LISTEN_KEY = /^[\x21-\x7e]{1,512}$/;

export interface SpotAccessOptions {
  /** Address of the WebSocket API, with its path. */
  readonly webSocketApi: string;
  readonly signer: RequestSigner;
  /** Venue time now: our clock plus the measured offset. */
  readonly venueMillis: () => number;
}

/** `userDataStream.subscribe.signature`: any kind of key, nothing to keep alive. */
export function spotPrivateAccess(options: SpotAccessOptions): PrivateAccess {
  const { webSocketApi, signer, venueMillis } = options;
  return {
    target: () => ({ url: webSocketApi }),
    keepAlive: null,
    subscribeRequest: (id) => {
      // Cut, not rounded: a time that is a little late is taken, one that is early is refused.
      const timestamp = Math.floor(venueMillis());
      const signed = { apiKey: signer.apiKey, recvWindow: RECEIVE_WINDOW_MILLIS, timestamp };
      // The names above stand in the order of the alphabet, which is the order of what is signed.
      const text = Object.entries(signed)
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
      const params = { ...signed, signature: signer.sign(text) };
      return JSON.stringify({ id, method: 'userDataStream.subscribe.signature', params });
    },
  };
}

/** The venue gave no listenKey, or no good answer about one. */
export class ListenKeyError extends Error {
  override readonly name = 'ListenKeyError';
}

export interface UsdmAccessOptions {
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly apiKey: string;
  readonly call: HttpCall;
}

/** Rejects with a ListenKeyError; the connection tries again by itself. */
export function usdmPrivateAccess(options: UsdmAccessOptions): PrivateAccess {
  const { restUrl, streamUrl, apiKey, call } = options;
  const url = `${restUrl}/fapi/v1/listenKey`;
  const headers = { 'X-MBX-APIKEY': apiKey };
  return {
    subscribeRequest: null,
    target: async () => {
      const answer = await call('POST', url, headers);
      const key = answer.status === 200 ? fieldOf(answer, 'listenKey') : null;
      if (typeof key !== 'string' || !LISTEN_KEY.test(key)) {
        throw new ListenKeyError(wordsOf(answer));
      }
      return { url: `${streamUrl}/private/ws?listenKey=${encodeURIComponent(key)}` };
    },
    keepAlive: async () => {
      const answer = await call('PUT', url, headers);
      if (answer.status === 200) return true;
      if (fieldOf(answer, 'code') === KEY_IS_DEAD) return false;
      throw new ListenKeyError(wordsOf(answer));
    },
  };
}

function fieldOf(answer: HttpAnswer, name: string): unknown {
  try {
    const value: unknown = JSON.parse(answer.body.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    return (value as Record<string, unknown>)[name] ?? null;
  } catch {
    // Not JSON, so it has no such field; the status and the words are told by the caller.
    return null;
  }
}

/** Never the key: only the venue's refusal. */
function wordsOf(answer: HttpAnswer): string {
  if (answer.status === 200) return 'the answer holds no listenKey';
  return `status ${answer.status}: ${answer.body.toString('utf8', 0, 200)}`;
}
