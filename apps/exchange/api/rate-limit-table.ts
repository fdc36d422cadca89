/** One row as `exchangeInfo.rateLimits` prints it. */
export interface RateLimitRow {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS' | 'RAW_REQUESTS';
  readonly interval: 'SECOND' | 'MINUTE' | 'DAY';
  readonly intervalNum: number;
  readonly limit: number;
}

/** All limits of one market: by address (weight, raw requests, connections) and by account (orders). */
export interface RateLimitTable {
  readonly weight: RateLimitRow;
  /** Null: not counted. */
  readonly rawRequests: RateLimitRow | null;
  readonly orders: readonly RateLimitRow[];
  /** New sockets of one address in five minutes. */
  readonly connectionsPerFiveMinutes: number;
  /** Weight of opening a WebSocket API connection. */
  readonly handshakeWeight: number;
}

export const SPOT_RATE_LIMITS: RateLimitTable = {
  weight: { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
  rawRequests: {
    rateLimitType: 'RAW_REQUESTS',
    interval: 'MINUTE',
    intervalNum: 5,
    limit: 300_000,
  },
  orders: [
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
    { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
  ],
  connectionsPerFiveMinutes: 300,
  handshakeWeight: 2,
};

export const USDM_RATE_LIMITS: RateLimitTable = {
  weight: { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2_400 },
  rawRequests: null,
  orders: [
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
    { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1_200 },
  ],
  connectionsPerFiveMinutes: 300,
  handshakeWeight: 5,
};

/** Rows in the order in which the venue prints them. */
export function rateLimitRows(table: RateLimitTable): readonly RateLimitRow[] {
  const rows = [table.weight, ...table.orders];
  return table.rawRequests === null ? rows : [...rows, table.rawRequests];
}
