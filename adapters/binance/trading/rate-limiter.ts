/**
 * How much we may still ask. Counts what we send, corrects itself by what the venue says it counted
 * (headers, rateLimits rows), and keeps a reserve for cancels. One for each address and account.
 *
 * Below 70 % of a limit everything goes; from 70 % reads that can wait do not go; from 90 % no new orders;
 * from 92 % no questions about one order, which must be answerable as long as any order may rest; from
 * 95 % nothing. A refusal by rate closes the door until the time it names: by weight for everything,
 * cancels too, because going on earns a ban; by the count of orders for new orders only.
 */
import { type EpochMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';

/**
 * What a request is for. Cancels have the reserve; then questions about one order, because an order in
 * doubt is exposure; then orders; then all other questions.
 */
export const Purpose = { CANCEL: 0, ORDER: 1, QUESTION: 2, ORDER_QUERY: 3 } as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

export type LimitKind = 'REQUEST_WEIGHT' | 'ORDERS' | 'RAW_REQUESTS';

/** One limit, as exchangeInfo and `rateLimits` rows write it. */
export interface RateLimit {
  readonly kind: LimitKind;
  readonly intervalMicros: number;
  readonly limit: number;
}

/** What one request counts, before it is sent. */
export interface RequestCost {
  readonly purpose: Purpose;
  readonly weight: number;
  readonly orders: number;
}

const SLOW_SHARE = 0.7;
const NO_ORDERS_SHARE = 0.9;
const NO_QUERIES_SHARE = 0.92;
const STOP_SHARE = 0.95;
/** A refusal that does not say until when. */
const PAUSE_MICROS = 10 * MICROS_PER_SECOND;
const BAN_MICROS = 120 * MICROS_PER_SECOND;
/** The venue's longest ban. A release later than this is no time but a damaged number. */
const CLOSED_MICROS_MAX = 3 * 86_400 * MICROS_PER_SECOND;
/** So many digits are a safe number. */
const COUNT = /^\d{1,15}$/;

const UNIT_MICROS: Readonly<Record<string, number>> = {
  S: MICROS_PER_SECOND,
  M: 60 * MICROS_PER_SECOND,
  H: 3_600 * MICROS_PER_SECOND,
  D: 86_400 * MICROS_PER_SECOND,
};

class Window {
  limit: RateLimit;
  private usedCount = 0;
  private index = -1;

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  used(nowMicros: number): number {
    this.roll(nowMicros);
    return this.usedCount;
  }

  add(count: number, nowMicros: number): void {
    this.roll(nowMicros);
    this.usedCount += count;
  }

  /** The venue's count; ours may be ahead by what is under way, so it only rises within a window. */
  observe(count: number, nowMicros: number, mayFall: boolean): void {
    this.roll(nowMicros);
    this.usedCount = mayFall ? count : Math.max(this.usedCount, count);
  }

  /** The venue's windows are aligned to the clock. */
  private roll(nowMicros: number): void {
    const index = Math.floor(nowMicros / this.limit.intervalMicros);
    if (index === this.index) return;
    this.index = index;
    this.usedCount = 0;
  }
}

export class APIRateLimiter {
  private windows: Window[];
  private readonly venueOffsetMicros: () => number;
  private closedUntilMicros = 0;
  private ordersClosedUntilMicros = 0;
  private underWayCount = 0;
  /** Requests held back, by the purpose's number. */
  readonly heldBackCounts = [0, 0, 0, 0];

  /**
   * `limits`: from exchangeInfo, or the defaults below. `venueOffsetMicros`: the venue's clock minus ours;
   * its windows end by its clock.
   */
  constructor(limits: readonly RateLimit[], venueOffsetMicros: () => number = () => 0) {
    this.windows = limits.map((limit) => new Window(limit));
    this.venueOffsetMicros = venueOffsetMicros;
  }

  /** The limits as they are now: from exchangeInfo. What was counted in a window of the same kind stays. */
  useLimits(limits: readonly RateLimit[]): void {
    this.windows = limits.map((limit) => {
      const known = this.windowOf(limit) ?? new Window(limit);
      known.limit = limit;
      return known;
    });
  }

  get limits(): readonly RateLimit[] {
    return this.windows.map((window) => window.limit);
  }

  /** When the venue listens again; 0 when it does. */
  closedUntil(nowMicros: EpochMicros): EpochMicros {
    return (this.closedUntilMicros > nowMicros ? this.closedUntilMicros : 0) as EpochMicros;
  }

  /** Counts the request and returns true, or returns false and counts nothing. */
  tryTake(cost: RequestCost, nowMicros: EpochMicros): boolean {
    if (!this.allows(cost, nowMicros)) {
      this.heldBackCounts[cost.purpose] = (this.heldBackCounts[cost.purpose] ?? 0) + 1;
      return false;
    }
    const venueMicros = this.venueTime(nowMicros);
    for (const window of this.windows) window.add(costIn(window.limit.kind, cost), venueMicros);
    this.underWayCount += 1;
    return true;
  }

  /** A request that was taken was answered, or will not be. */
  settle(): void {
    this.underWayCount = Math.max(0, this.underWayCount - 1);
  }

  /** Reads `x-mbx-used-weight-1m` and `x-mbx-order-count-10s`; names in lower case. */
  observeHeaders(headers: Readonly<Record<string, string>>, nowMicros: EpochMicros): void {
    for (const [name, value] of Object.entries(headers)) {
      const match = /^x-mbx-(used-weight|order-count)-(\d+)([smhd])$/.exec(name);
      if (match === null || !COUNT.test(value)) continue;
      const [, what, number, unit = ''] = match;
      const kind = what === 'used-weight' ? 'REQUEST_WEIGHT' : 'ORDERS';
      const interval = Number(number) * (UNIT_MICROS[unit.toUpperCase()] ?? 0);
      this.observe(kind, interval, Number(value), nowMicros);
    }
  }

  /**
   * Reads the `rateLimits` rows of a WebSocket answer, their limits and counts; what is no such row is
   * left out.
   */
  observeRows(rows: unknown, nowMicros: EpochMicros): void {
    if (!Array.isArray(rows)) return;
    for (const row of rows as readonly unknown[]) {
      const limit = readRateLimit(row);
      if (limit === null) continue;
      const count = (row as { readonly count?: unknown }).count;
      if (!Number.isSafeInteger(count) || (count as number) < 0) continue;
      const known = this.windowOf(limit);
      // The venue's own figure of its limit wins over what we started with.
      if (known === undefined) this.windows.push(new Window(limit));
      else known.limit = limit;
      this.observe(limit.kind, limit.intervalMicros, count as number, nowMicros);
    }
  }

  /**
   * The venue refused by rate. `untilMicros` 0: it did not say until when. `ordersOnly`: new orders are
   * refused, all else goes on. Returns the time of release, three days from now at the most.
   */
  refuse(
    untilMicros: number,
    { isBan, ordersOnly }: { readonly isBan: boolean; readonly ordersOnly: boolean },
    nowMicros: EpochMicros,
  ): EpochMicros {
    const told = untilMicros > 0 ? untilMicros : nowMicros + (isBan ? BAN_MICROS : PAUSE_MICROS);
    const until = Math.min(told, nowMicros + CLOSED_MICROS_MAX);
    if (ordersOnly) {
      this.ordersClosedUntilMicros = Math.max(this.ordersClosedUntilMicros, until);
    } else {
      this.closedUntilMicros = Math.max(this.closedUntilMicros, until);
    }
    return until as EpochMicros;
  }

  /** Largest share of any limit that is used now: 1 is all of it. */
  usedShare(nowMicros: EpochMicros): number {
    let share = 0;
    const venueMicros = this.venueTime(nowMicros);
    for (const window of this.windows) {
      share = Math.max(share, window.used(venueMicros) / window.limit.limit);
    }
    return share;
  }

  private allows(cost: RequestCost, nowMicros: EpochMicros): boolean {
    if (nowMicros < this.closedUntilMicros) return false;
    if (cost.orders > 0 && nowMicros < this.ordersClosedUntilMicros) return false;
    const share = shareFor(cost.purpose);
    const venueMicros = this.venueTime(nowMicros);
    return this.windows.every((window) => {
      const added = costIn(window.limit.kind, cost);
      return added === 0 || window.used(venueMicros) + added <= share * window.limit.limit;
    });
  }

  private observe(kind: LimitKind, interval: number, count: number, nowMicros: EpochMicros): void {
    const window = this.windowOf({ kind, intervalMicros: interval });
    // With nothing else under way the venue's count is the whole truth: free requests, credits.
    window?.observe(count, this.venueTime(nowMicros), this.underWayCount <= 1);
  }

  private windowOf(limit: Omit<RateLimit, 'limit'>): Window | undefined {
    return this.windows.find(
      (window) =>
        window.limit.kind === limit.kind && window.limit.intervalMicros === limit.intervalMicros,
    );
  }

  private venueTime(nowMicros: number): number {
    return nowMicros + this.venueOffsetMicros();
  }
}

/** The limits of an exchangeInfo answer (parsed JSON), spot or USD-M; none when it has none. */
export function rateLimitsOf(exchangeInfo: unknown): RateLimit[] {
  const rows = (exchangeInfo as { readonly rateLimits?: unknown } | null)?.rateLimits;
  if (!Array.isArray(rows)) return [];
  return rows.map(readRateLimit).filter((limit) => limit !== null);
}

/** One row of `rateLimits`, or null when it is none that we know. */
export function readRateLimit(row: unknown): RateLimit | null {
  if (typeof row !== 'object' || row === null) return null;
  const { rateLimitType, interval, intervalNum, limit } = row as Readonly<Record<string, unknown>>;
  const isKind =
    rateLimitType === 'REQUEST_WEIGHT' ||
    rateLimitType === 'ORDERS' ||
    rateLimitType === 'RAW_REQUESTS';
  const unitMicros = typeof interval === 'string' ? UNIT_MICROS[interval.slice(0, 1)] : undefined;
  const isCounted = Number.isSafeInteger(intervalNum) && Number.isSafeInteger(limit);
  if (!isKind || unitMicros === undefined || !isCounted || (limit as number) <= 0) return null;
  const intervalMicros = (intervalNum as number) * unitMicros;
  if (intervalMicros <= 0 || !Number.isSafeInteger(intervalMicros)) return null;
  return { kind: rateLimitType, intervalMicros, limit: limit as number };
}

const MINUTE = 60 * MICROS_PER_SECOND;

/** Used until exchangeInfo was read: the lower of what is documented and observed. */
export const SPOT_RATE_LIMITS: readonly RateLimit[] = [
  { kind: 'REQUEST_WEIGHT', intervalMicros: MINUTE, limit: 6_000 },
  { kind: 'ORDERS', intervalMicros: 10 * MICROS_PER_SECOND, limit: 50 },
  { kind: 'ORDERS', intervalMicros: 1_440 * MINUTE, limit: 160_000 },
  { kind: 'RAW_REQUESTS', intervalMicros: 5 * MINUTE, limit: 61_000 },
];
export const USDM_RATE_LIMITS: readonly RateLimit[] = [
  { kind: 'REQUEST_WEIGHT', intervalMicros: MINUTE, limit: 2_400 },
  { kind: 'ORDERS', intervalMicros: 10 * MICROS_PER_SECOND, limit: 300 },
  { kind: 'ORDERS', intervalMicros: MINUTE, limit: 1_200 },
];

/** `Retry-After` in seconds as the time of release; 0 when there is none. */
export function retryAfterMicros(seconds: string | undefined, nowMicros: EpochMicros): number {
  if (seconds === undefined || !COUNT.test(seconds)) return 0;
  return nowMicros + Math.min(Number(seconds) * MICROS_PER_SECOND, CLOSED_MICROS_MAX);
}

/**
 * `retryAfter` of a WebSocket answer, epoch milliseconds, counted from its `serverTime` or, without one,
 * from our clock; 0 for none.
 */
export function releaseMicros(data: unknown, nowMicros: EpochMicros): number {
  if (typeof data !== 'object' || data === null) return 0;
  const { retryAfter, serverTime } = data as Readonly<Record<string, unknown>>;
  if (typeof retryAfter !== 'number') return 0;
  const now = typeof serverTime === 'number' ? serverTime : nowMicros / MICROS_PER_MILLI;
  const wait = retryAfter - now;
  if (!(wait > 0)) return 0;
  return nowMicros + Math.min(Math.ceil(wait) * MICROS_PER_MILLI, CLOSED_MICROS_MAX);
}

function shareFor(purpose: Purpose): number {
  switch (purpose) {
    case Purpose.CANCEL:
      return STOP_SHARE;
    case Purpose.ORDER_QUERY:
      return NO_QUERIES_SHARE;
    case Purpose.ORDER:
      return NO_ORDERS_SHARE;
    case Purpose.QUESTION:
      return SLOW_SHARE;
  }
}

function costIn(kind: LimitKind, cost: RequestCost): number {
  switch (kind) {
    case 'REQUEST_WEIGHT':
      return cost.weight;
    case 'ORDERS':
      return cost.orders;
    case 'RAW_REQUESTS':
      return 1;
  }
}
