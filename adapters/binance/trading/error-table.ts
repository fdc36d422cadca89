/**
 * What each refusal of the venue means: what is proven about the request, why, and what to do. Numbers
 * mean the same in all of spot, and the same in all of USD-M; some mean different things in the two.
 */
import { Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';

/** What is proven about a request that changes something. UNKNOWN: it may have been carried out. */
export type Proof = 'REFUSED' | 'UNKNOWN';

/** What somebody must do about it; the engine prices and plans by itself. */
export const REMEDIES = {
  NONE: 'normal flow: nothing to do',
  REPRICE: 'the price was no longer possible: the next quote is made from a fresh book',
  WAIT: 'send nothing until the time the venue named',
  WAIT_ORDERS: 'place nothing until the interval ends; cancels go on',
  BACK_OFF: 'the venue is overloaded or pauses us: send less for a while',
  QUERY: 'ask for the order by its client id; never send it again',
  RECONCILE: 'compare orders, balances and position with the venue',
  READ_LEGS: 'both halves of the answer stand in its data',
  RESYNC_CLOCK: 'measure the offset of the clock anew',
  RELOAD_INSTRUMENT: 'read exchangeInfo again: status, filters or bounds have changed',
  CUT_SIZE: 'there is not enough balance or margin: smaller orders, fewer of them',
  READ_POSITION_MODE: 'read the position mode again and assert it',
  LOG_ON: 'the session is not authenticated: log on again',
  RESUBSCRIBE: 'open the private stream again, then compare with the venue',
  RENEW_LISTEN_KEY: 'create a new listenKey, connect again, then compare with the venue',
  SLOW_RECONNECT: 'too many connections: wait longer between attempts',
  STOP: 'key, permission or account: stop trading, a person must look',
  FIX: 'the request itself is wrong: a bug of ours, stop that path',
} as const;
export type Remedy = keyof typeof REMEDIES;

export interface Reaction {
  readonly proof: Proof;
  readonly reason: ReportReason;
  readonly remedy: Remedy;
}

/** One answer that is not a success. `code` 0: the venue gave none. */
export interface Failure {
  /** HTTP status, also of WebSocket answers. */
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const { OTHER, FILTER, RATE_LIMIT, UNKNOWN_ORDER, MARKET_CLOSED, REDUCE_ONLY } = ReportReason;
const { INSUFFICIENT_BALANCE, INSUFFICIENT_MARGIN, DUPLICATE_ID, OUTCOME_UNKNOWN } = ReportReason;

type Row = readonly [codes: readonly number[], reason: ReportReason, remedy: Remedy, proof?: Proof];

/** Codes from `first` down to `last`. */
function span(first: number, last: number): number[] {
  return Array.from({ length: first - last + 1 }, (_, index) => first - index);
}

/** Same in both markets. */
const COMMON: readonly Row[] = [
  [[-1000, -1001, -1006, -1007], OUTCOME_UNKNOWN, 'QUERY', 'UNKNOWN'],
  [[-1002, -2014, -2015], OTHER, 'STOP'],
  [[-1003], RATE_LIMIT, 'WAIT'],
  [[-1008], OTHER, 'BACK_OFF'],
  [[-1013], FILTER, 'RELOAD_INSTRUMENT'],
  [[-1014, ...span(-1100, -1108), ...span(-1111, -1119), -1128, -1130], OTHER, 'FIX'],
  [[-1015], RATE_LIMIT, 'WAIT_ORDERS'],
  [[-1016, -1020], MARKET_CLOSED, 'BACK_OFF'],
  [[-1021], OTHER, 'RESYNC_CLOCK'],
  [[-1022], OTHER, 'FIX'],
  [[-1034], OTHER, 'SLOW_RECONNECT'],
  [[-1121, -1122, -1220], MARKET_CLOSED, 'RELOAD_INSTRUMENT'],
  [[-1145], OTHER, 'FIX'],
  [[-1193], OTHER, 'LOG_ON'],
  [[-1194], OTHER, 'FIX'],
  [[-2010], OTHER, 'RECONCILE'],
  [[-2011], UNKNOWN_ORDER, 'NONE'],
  [[-2013], UNKNOWN_ORDER, 'QUERY'],
];

const SPOT: readonly Row[] = [
  [[-2021, -2022], OTHER, 'READ_LEGS'],
  [[-2026], OTHER, 'NONE'],
  [[-2028], OTHER, 'LOG_ON'],
  [[-2035], OTHER, 'NONE'],
  [[-2036, -2042], OTHER, 'RESUBSCRIBE'],
  [[-2038], ReportReason.AMEND_REFUSED, 'NONE'],
  [[-2039], OTHER, 'FIX'],
  [[-2043], OTHER, 'NONE'],
];

const USDM: readonly Row[] = [
  [[-1125], OTHER, 'RENEW_LISTEN_KEY'],
  [[-2018, -2019], INSUFFICIENT_MARGIN, 'CUT_SIZE'],
  [[-2020], OTHER, 'REPRICE'],
  [[-2021], OTHER, 'REPRICE'],
  [[-2022], REDUCE_ONLY, 'RECONCILE'],
  [[-2023, -2024], INSUFFICIENT_MARGIN, 'STOP'],
  [[-2025], OTHER, 'RECONCILE'],
  [[-2026], REDUCE_ONLY, 'FIX'],
  [[-2027, -2028], INSUFFICIENT_MARGIN, 'CUT_SIZE'],
  [[-4003, -4005, -4013, -4014, -4016, -4023, -4024], FILTER, 'RELOAD_INSTRUMENT'],
  [[-4015], OTHER, 'FIX'],
  [[-4059], OTHER, 'NONE'],
  [[-4060, -4061, -4062, -4067, -4068], OTHER, 'READ_POSITION_MODE'],
  [[-4082, -4120], OTHER, 'FIX'],
  [[-4087, -4088], OTHER, 'STOP'],
  [[-4116], DUPLICATE_ID, 'QUERY', 'UNKNOWN'],
  [[-4118], REDUCE_ONLY, 'CUT_SIZE'],
  [[-4131], OTHER, 'BACK_OFF'],
  [[-4140, -4141, -5024], MARKET_CLOSED, 'RELOAD_INSTRUMENT'],
  [[-4164], FILTER, 'RELOAD_INSTRUMENT'],
  [[-4192, -4400, -4401], RATE_LIMIT, 'BACK_OFF'],
  [[-5021], ReportReason.FOK_UNFILLABLE, 'NONE'],
  [[-5022], ReportReason.POST_ONLY_WOULD_CROSS, 'REPRICE'],
  [[-5025, -5026, -5027, -5028, -5029], ReportReason.AMEND_REFUSED, 'NONE'],
  [[...span(-5037, -5041), -5047], OTHER, 'FIX'],
];

/** The texts that tell the refusals of -2010 apart. The first that is contained counts. */
const REFUSED_TEXTS: readonly (readonly [text: string, Reaction])[] = [
  ['immediately match and take', refused(ReportReason.POST_ONLY_WOULD_CROSS, 'REPRICE')],
  ['insufficient balance', refused(INSUFFICIENT_BALANCE, 'RECONCILE')],
  // The id is open already: an earlier send of the same order worked.
  ['Duplicate order', { proof: 'UNKNOWN', reason: DUPLICATE_ID, remedy: 'QUERY' }],
  ['Market is closed', refused(MARKET_CLOSED, 'RELOAD_INSTRUMENT')],
  ['trading phase', refused(MARKET_CLOSED, 'RELOAD_INSTRUMENT')],
  ['disabled on this account', refused(OTHER, 'STOP')],
  ['may not place or cancel', refused(OTHER, 'STOP')],
  ['symbol is not permitted', refused(OTHER, 'STOP')],
  ['symbol is restricted', refused(OTHER, 'STOP')],
  ['liquidity is too low', refused(OTHER, 'REPRICE')],
  ['QTY is zero or less', refused(FILTER, 'FIX')],
  ['Unsupported order combination', refused(OTHER, 'FIX')],
];

const REACTIONS = new Map([
  [Market.SPOT, tableOf([...COMMON, ...SPOT])],
  [Market.PERPETUAL, tableOf([...COMMON, ...USDM])],
]);

const TOO_MANY_ORDERS = -1015;
const OVERLOADED = -1008;
const CANCEL_RESTRICTED = 'cancel restrictions';
const IN_DOUBT: Reaction = { proof: 'UNKNOWN', reason: OUTCOME_UNKNOWN, remedy: 'QUERY' };

/** True when the code has a row of its own. */
export function isListed(market: Market, code: number): boolean {
  return REACTIONS.get(market)?.has(code) ?? false;
}

/**
 * What a failure proves, and what to do. Whatever no row knows: a status below 500 proves that nothing
 * was done, any other proves nothing.
 */
export function reactionTo(market: Market, failure: Failure): Reaction {
  const { status, code } = failure;
  const told = byStatus(failure) ?? byText(market, failure);
  if (told !== null) return told;
  const listed = REACTIONS.get(market)?.get(code);
  const isOverloaded = status === 503 && code === OVERLOADED;
  if (listed !== undefined && (status < 500 || isOverloaded)) return listed;
  const isRefused = status >= 400 && status < 500 && status !== 408 && code < 0;
  return isRefused ? refused(OTHER, 'RECONCILE') : IN_DOUBT;
}

/** Statuses that say more than any code. */
function byStatus({ status, code }: Failure): Reaction | null {
  if (status === 429 || status === 418) {
    return refused(RATE_LIMIT, code === TOO_MANY_ORDERS ? 'WAIT_ORDERS' : 'WAIT');
  }
  return status === 403 ? refused(RATE_LIMIT, 'STOP') : null;
}

/** Codes whose text changes what they mean. */
function byText(market: Market, failure: Failure): Reaction | null {
  const { status, code, message } = failure;
  if (market === Market.PERPETUAL && isProvenFailure(failure)) return refused(OTHER, 'BACK_OFF');
  if (status >= 500) return null;
  if (code === -2011 && message.includes(CANCEL_RESTRICTED)) return refused(OTHER, 'RECONCILE');
  if (code !== -2010) return null;
  return REFUSED_TEXTS.find(([text]) => message.includes(text))?.[1] ?? null;
}

/** A 503 of USD-M has three meanings, told apart by its text: two of them say that nothing was done. */
function isProvenFailure({ status, code, message }: Failure): boolean {
  if (status !== 503) return false;
  if (message.startsWith('Service Unavailable')) return true;
  return code === -1001 && message.includes('unable to process your request');
}

function refused(reason: ReportReason, remedy: Remedy): Reaction {
  return { proof: 'REFUSED', reason, remedy };
}

function tableOf(rows: readonly Row[]): ReadonlyMap<number, Reaction> {
  const table = new Map<number, Reaction>();
  for (const [codes, reason, remedy, proof = 'REFUSED'] of rows) {
    for (const code of codes) table.set(code, { proof, reason, remedy });
  }
  return table;
}
