/**
 * What the library's errors prove and ask for. It has one class for each meaning and, for what it could not
 * read, broad classes above them: those prove nothing, and an order that failed with one is in doubt.
 */
import type { Proof, Reaction, Remedy } from '#adapters/binance/trading/error-table.ts';
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import { ReportReason } from '#contracts/order.ts';

const { OTHER, FILTER, RATE_LIMIT, UNKNOWN_ORDER, MARKET_CLOSED, DUPLICATE_ID } = ReportReason;
const { INSUFFICIENT_BALANCE, POST_ONLY_WOULD_CROSS, FOK_UNFILLABLE, OUTCOME_UNKNOWN } =
  ReportReason;

type Row = readonly [proof: Proof, reason: ReportReason, remedy: Remedy];

/** By class. A class that is not here counts as the nearest one above it that is. */
const REACTIONS: Readonly<Record<string, Row>> = {
  AuthenticationError: ['REFUSED', OTHER, 'STOP'],
  ArgumentsRequired: ['REFUSED', OTHER, 'FIX'],
  BadRequest: ['REFUSED', OTHER, 'FIX'],
  BadSymbol: ['REFUSED', MARKET_CLOSED, 'RELOAD_INSTRUMENT'],
  OperationRejected: ['REFUSED', OTHER, 'RECONCILE'],
  MarketClosed: ['REFUSED', MARKET_CLOSED, 'RELOAD_INSTRUMENT'],
  ManualInteractionNeeded: ['REFUSED', OTHER, 'STOP'],
  RestrictedLocation: ['REFUSED', OTHER, 'STOP'],
  InsufficientFunds: ['REFUSED', INSUFFICIENT_BALANCE, 'RECONCILE'],
  InvalidOrder: ['REFUSED', FILTER, 'RELOAD_INSTRUMENT'],
  OrderNotFound: ['REFUSED', UNKNOWN_ORDER, 'QUERY'],
  OrderImmediatelyFillable: ['REFUSED', POST_ONLY_WOULD_CROSS, 'REPRICE'],
  OrderNotFillable: ['REFUSED', FOK_UNFILLABLE, 'NONE'],
  // The id is taken: an earlier send of the same order may have worked.
  DuplicateOrderId: ['UNKNOWN', DUPLICATE_ID, 'QUERY'],
  ContractUnavailable: ['REFUSED', MARKET_CLOSED, 'RELOAD_INSTRUMENT'],
  NotSupported: ['REFUSED', OTHER, 'FIX'],
  DDoSProtection: ['REFUSED', RATE_LIMIT, 'WAIT'],
  RateLimitExceeded: ['REFUSED', RATE_LIMIT, 'WAIT'],
  InvalidNonce: ['REFUSED', OTHER, 'RESYNC_CLOCK'],
  // Here on purpose, though they say what stands below anyway: no answer, or none that could be read.
  RequestTimeout: ['UNKNOWN', OUTCOME_UNKNOWN, 'QUERY'],
  NetworkError: ['UNKNOWN', OUTCOME_UNKNOWN, 'QUERY'],
  ExchangeError: ['UNKNOWN', OUTCOME_UNKNOWN, 'QUERY'],
};
const IN_DOUBT: Row = ['UNKNOWN', OUTCOME_UNKNOWN, 'QUERY'];

/** The library's classes of an error, the nearest first. */
export function classesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  let prototype: object | null = error instanceof Error ? Object.getPrototypeOf(error) : null;
  while (prototype !== null && names.length < 12) {
    names.push(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}

/** What an error of the library proves about a request that changes something, and what to do. */
export function reactionToError(error: unknown): Reaction {
  const name = classesOf(error).find((one) => Object.hasOwn(REACTIONS, one));
  const [proof, reason, remedy] = (name === undefined ? undefined : REACTIONS[name]) ?? IN_DOUBT;
  return { proof, reason, remedy };
}

/** An error on one line, without the queries of addresses: signatures and keys stand there. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words
    .replace(/\?\S*/g, (query) => (query.length > 1 ? '' : query))
    .replace(/\s+/g, ' ')
    .slice(0, 300);
}

/** A failed request as an outcome. The library does not hand on status and code of the venue: both are 0. */
export function failedOutcome(error: unknown, reaction = reactionToError(error)): RequestOutcome {
  const failure = { status: 0, code: 0, message: wordsOf(error) };
  return { kind: reaction.proof, failure, reaction, data: null };
}
