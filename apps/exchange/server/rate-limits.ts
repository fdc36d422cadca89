/**
 * Counts what addresses and accounts use up, in windows aligned to the clock, and says when it is too
 * much: 429 with the time to wait, 418 for who goes on after it.
 */
import type { RateLimitRow, RateLimitTable } from '#apps/exchange/api/rate-limit-table.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { type EpochMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';

const MICROS_OF = {
  SECOND: MICROS_PER_SECOND,
  MINUTE: 60 * MICROS_PER_SECOND,
  DAY: 86_400 * MICROS_PER_SECOND,
} as const;
/** Refused requests after a 429 that the venue bears with before it bans. */
const PATIENCE = 20;
const FIRST_BAN_MICROS = 120 * MICROS_PER_SECOND;
const LONGEST_BAN_MICROS = 3 * 86_400 * MICROS_PER_SECOND;
const CONNECTION_WINDOW_MICROS = 300 * MICROS_PER_SECOND;
/** Addresses are forgotten beyond this: memory stays bounded. */
const ADDRESSES_MAX = 10_000;

/** One counter of one window. */
export class WindowCounter {
  readonly lengthMicros: number;
  readonly limit: number;
  private startMicros = 0;
  private used = 0;

  constructor(lengthMicros: number, limit: number) {
    this.lengthMicros = lengthMicros;
    this.limit = limit;
  }

  count(nowMicros: number): number {
    this.roll(nowMicros);
    return this.used;
  }

  /** Adds, or with a negative number gives back; never below zero. */
  add(amount: number, nowMicros: number): void {
    this.roll(nowMicros);
    this.used = Math.max(0, this.used + amount);
  }

  wouldExceed(amount: number, nowMicros: number): boolean {
    return this.count(nowMicros) + amount > this.limit;
  }

  endsAtMicros(nowMicros: number): number {
    this.roll(nowMicros);
    return this.startMicros + this.lengthMicros;
  }

  private roll(nowMicros: number): void {
    const start = nowMicros - (nowMicros % this.lengthMicros);
    if (start <= this.startMicros) return;
    this.startMicros = start;
    this.used = 0;
  }
}

interface AddressState {
  readonly weight: WindowCounter;
  readonly raw: WindowCounter | null;
  readonly connections: WindowCounter;
  blockedUntilMicros: number;
  bannedUntilMicros: number;
  refusals: number;
  bans: number;
}

/** The limits by address of one market: request weight, raw requests, new connections, bans. */
export class AddressLimits {
  private readonly table: RateLimitTable;
  private readonly states = new Map<string, AddressState>();

  constructor(table: RateLimitTable) {
    this.table = table;
  }

  /** A request came in. Throws 418 or 429 while the address is banned or blocked, or over its raw limit. */
  enter(address: string, nowMicros: number): void {
    const state = this.stateOf(address);
    if (nowMicros < state.bannedUntilMicros)
      throw banned(address, state.bannedUntilMicros, nowMicros);
    state.raw?.add(1, nowMicros);
    if (state.raw?.wouldExceed(0, nowMicros) === true) {
      state.blockedUntilMicros = Math.max(
        state.blockedUntilMicros,
        state.raw.endsAtMicros(nowMicros),
      );
    }
    if (nowMicros < state.blockedUntilMicros) this.refuse(address, state, nowMicros);
    state.refusals = 0;
  }

  /** Counts weight. Throws 429 when it no longer fits; then every request waits for the window's end. */
  addWeight(address: string, weight: number, nowMicros: number): void {
    const state = this.stateOf(address);
    state.weight.add(weight, nowMicros);
    if (!state.weight.wouldExceed(0, nowMicros)) return;
    state.blockedUntilMicros = state.weight.endsAtMicros(nowMicros);
    this.refuse(address, state, nowMicros);
  }

  /** Counts weight after the fact: it never refuses the call that was already worked on. */
  chargeWeight(address: string, weight: number, nowMicros: number): void {
    const state = this.stateOf(address);
    state.weight.add(weight, nowMicros);
    if (state.weight.wouldExceed(0, nowMicros)) {
      state.blockedUntilMicros = state.weight.endsAtMicros(nowMicros);
    }
  }

  usedWeight(address: string, nowMicros: number): number {
    return this.stateOf(address).weight.count(nowMicros);
  }

  /** A new socket. Throws 429 beyond the limit and 418 while banned. */
  connect(address: string, nowMicros: number): void {
    const state = this.stateOf(address);
    if (nowMicros < state.bannedUntilMicros)
      throw banned(address, state.bannedUntilMicros, nowMicros);
    if (state.connections.wouldExceed(1, nowMicros)) {
      throw tooMany(
        'Too many new connections.',
        state.connections.endsAtMicros(nowMicros),
        nowMicros,
      );
    }
    state.connections.add(1, nowMicros);
  }

  /** For faults and the administrator: 429 or 418 for this long. Address '' means everybody seen so far. */
  block(address: string, untilMicros: number, isBan: boolean): void {
    const states = address === '' ? [...this.states.values()] : [this.stateOf(address)];
    for (const state of states) {
      if (isBan) state.bannedUntilMicros = untilMicros;
      else state.blockedUntilMicros = untilMicros;
    }
  }

  weightRow(address: string, nowMicros: number): Json {
    return { ...this.table.weight, count: this.usedWeight(address, nowMicros) };
  }

  private refuse(address: string, state: AddressState, nowMicros: number): never {
    state.refusals += 1;
    if (state.refusals > PATIENCE) {
      const length = Math.min(FIRST_BAN_MICROS * 2 ** state.bans, LONGEST_BAN_MICROS);
      state.bans += 1;
      state.refusals = 0;
      state.bannedUntilMicros = nowMicros + length;
      throw banned(address, state.bannedUntilMicros, nowMicros);
    }
    const { limit, intervalNum, interval } = this.table.weight;
    throw tooMany(
      `Too much request weight used; current limit is ${limit} request weight per ${intervalNum} ${interval}. Please use WebSocket Streams for live updates to avoid polling the API.`,
      state.blockedUntilMicros,
      nowMicros,
    );
  }

  private stateOf(address: string): AddressState {
    const known = this.states.get(address);
    if (known !== undefined) return known;
    if (this.states.size >= ADDRESSES_MAX) this.states.clear();
    const { weight, rawRequests } = this.table;
    const state: AddressState = {
      weight: counterOf(weight),
      raw: rawRequests === null ? null : counterOf(rawRequests),
      connections: new WindowCounter(
        CONNECTION_WINDOW_MICROS,
        this.table.connectionsPerFiveMinutes,
      ),
      blockedUntilMicros: 0,
      bannedUntilMicros: 0,
      refusals: 0,
      bans: 0,
    };
    this.states.set(address, state);
    return state;
  }
}

/** The order counters of one market's accounts, over all keys and doors. */
export class OrderLimits {
  private readonly rows: readonly RateLimitRow[];
  private readonly counters = new Map<number, readonly WindowCounter[]>();

  constructor(table: RateLimitTable) {
    this.rows = table.orders;
  }

  /** The row that `amount` more orders would break; undefined when they fit. */
  exceeded(accountId: number, amount: number, nowMicros: number): RateLimitRow | undefined {
    const counters = this.countersOf(accountId);
    return this.rows.find((_row, index) => counters[index]?.wouldExceed(amount, nowMicros));
  }

  /** Counts orders, one number for all rows or one each. Throws 429 -1015 when they do not fit, and counts nothing then. */
  take(accountId: number, orders: number | readonly number[], nowMicros: number): void {
    const counters = this.countersOf(accountId);
    for (const [index, row] of this.rows.entries()) {
      const counter = counters[index] as WindowCounter;
      const amount = amountOf(orders, index);
      if (amount > 0 && counter.wouldExceed(amount, nowMicros)) {
        throw tooManyOrders(row, counter.endsAtMicros(nowMicros), nowMicros);
      }
    }
    for (const [index, counter] of counters.entries()) {
      counter.add(amountOf(orders, index), nowMicros);
    }
  }

  /** Takes back what `take` counted: the call was refused. */
  giveBack(accountId: number, orders: number | readonly number[], nowMicros: number): void {
    for (const [index, counter] of this.countersOf(accountId).entries()) {
      counter.add(-amountOf(orders, index), nowMicros);
    }
  }

  /** Adds without a look at the limit; negative gives back. Fills and the leg a cancel-replace did not attempt. */
  add(accountId: number, amount: number, nowMicros: number): void {
    for (const counter of this.countersOf(accountId)) counter.add(amount, nowMicros);
  }

  /** Rows with their counts, as `rateLimits` of the WebSocket API and `rateLimit/order` print them. */
  counts(
    accountId: number,
    nowMicros: number,
  ): readonly (RateLimitRow & { readonly count: number })[] {
    const counters = this.countersOf(accountId);
    return this.rows.map((row, index) => ({
      ...row,
      count: counters[index]?.count(nowMicros) ?? 0,
    }));
  }

  private countersOf(accountId: number): readonly WindowCounter[] {
    let counters = this.counters.get(accountId);
    if (counters === undefined) {
      counters = this.rows.map(counterOf);
      this.counters.set(accountId, counters);
    }
    return counters;
  }
}

function amountOf(orders: number | readonly number[], row: number): number {
  return typeof orders === 'number' ? orders : (orders[row] ?? 0);
}

/** `X-MBX-ORDER-COUNT-10S`, `X-MBX-USED-WEIGHT-1M`: the suffix of a row. */
export function headerSuffix(row: RateLimitRow): string {
  return `${row.intervalNum}${row.interval.charAt(0)}`;
}

/** The refusal of an order count: which limit, and when its window ends. */
function tooManyOrders(row: RateLimitRow, untilMicros: number, nowMicros: number): VenueError {
  return new VenueError(
    429,
    -1015,
    `Too many new orders; current limit is ${row.limit} orders per ${row.intervalNum} ${row.interval}.`,
    waiting(untilMicros, nowMicros),
  );
}

function counterOf(row: RateLimitRow): WindowCounter {
  return new WindowCounter(MICROS_OF[row.interval] * row.intervalNum, row.limit);
}

function tooMany(message: string, untilMicros: number, nowMicros: number): VenueError {
  return new VenueError(429, -1003, message, waiting(untilMicros, nowMicros));
}

function banned(address: string, untilMicros: number, nowMicros: number): VenueError {
  const untilMillis = Math.ceil(untilMicros / MICROS_PER_MILLI);
  return new VenueError(
    418,
    -1003,
    `Way too much request weight used; IP ${address} banned until ${untilMillis}. Please use WebSocket Streams for live updates to avoid bans.`,
    waiting(untilMicros, nowMicros),
  );
}

function waiting(untilMicros: number, nowMicros: number): Json {
  return {
    serverTime: Math.floor(nowMicros / MICROS_PER_MILLI),
    retryAfter: Math.ceil(untilMicros / MICROS_PER_MILLI),
  };
}

/** Seconds for the Retry-After header of a 429 or 418; undefined for other refusals. */
export function retryAfterSeconds(error: VenueError, nowMicros: EpochMicros): number | undefined {
  if (error.status !== 429 && error.status !== 418) return undefined;
  const data = error.data as { readonly retryAfter?: number } | undefined;
  if (typeof data?.retryAfter !== 'number') return undefined;
  return Math.max(
    1,
    Math.ceil((data.retryAfter * MICROS_PER_MILLI - nowMicros) / MICROS_PER_SECOND),
  );
}
