/** What became of one request. */
import type { Market } from '#contracts/instrument.ts';
import { type Failure, type Reaction, reactionTo } from './error-table.ts';

/**
 * DONE: the venue says so. REFUSED: proven not to have been carried out (but see `data` of a cancel-replace).
 * UNKNOWN: it may have been. NOT_SENT: proven never to have left us.
 */
export type RequestOutcome =
  | { readonly kind: 'DONE'; readonly result: unknown }
  | {
      readonly kind: 'REFUSED' | 'UNKNOWN';
      readonly failure: Failure;
      readonly reaction: Reaction;
      /** What the venue added: the two halves of a cancel-replace. */
      readonly data: unknown;
    }
  | { readonly kind: 'NOT_SENT'; readonly why: string };

export type FailedOutcome = Exclude<RequestOutcome, { kind: 'DONE' }>;

/** The answer of a transport, of either wire. */
export interface VenueAnswer {
  readonly kind: 'ANSWER';
  readonly status: number;
  /** The result of a success; code, msg and data of a failure. */
  readonly body: unknown;
}

/** No answer came. LOST: it was or may have been sent. */
export interface NoAnswer {
  readonly kind: 'LOST' | 'NOT_SENT';
  readonly why: string;
}

export type WireOutcome = VenueAnswer | NoAnswer;

/** Judges what a transport brought. Nothing unproven becomes a refusal. */
export function judge(market: Market, wire: WireOutcome): RequestOutcome {
  if (wire.kind !== 'ANSWER') {
    if (wire.kind === 'NOT_SENT') return { kind: 'NOT_SENT', why: wire.why };
    return failed(market, { status: 0, code: 0, message: wire.why }, null);
  }
  const { status, body } = wire;
  const isReadable = typeof body === 'object' && body !== null;
  if (status >= 200 && status < 300 && isReadable) return { kind: 'DONE', result: body };
  const { code, msg, data } = (isReadable ? body : {}) as Readonly<Record<string, unknown>>;
  const failure = {
    status,
    code: typeof code === 'number' ? code : 0,
    message: typeof msg === 'string' ? msg : '',
  };
  return failed(market, failure, data ?? null);
}

function failed(market: Market, failure: Failure, data: unknown): RequestOutcome {
  const reaction = reactionTo(market, failure);
  return { kind: reaction.proof, failure, reaction, data };
}

/** Whole numbers beyond 2^53 become bigints: order ids of the perpetual pass it. Throws a SyntaxError. */
export function parseExact(text: string): unknown {
  const reviver = (_key: string, value: unknown, context: { readonly source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context.source ?? '';
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The reviver goes down with the nesting; no answer of the venue is that deep.
    throw new SyntaxError('nested too deeply', { cause: error });
  }
}
