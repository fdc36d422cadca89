/** Kinds of events. The numbers are journal format: never renumber, only add. */
export const EventKind = {
  TIMER: 1,
  DEPTH_DELTA: 10,
  DEPTH_SNAPSHOT: 11,
  BOOK_TICKER: 12,
  TRADE: 13,
  MARK_PRICE: 14,
  FEED_STATUS: 15,
  EXECUTION_REPORT: 20,
  BALANCE: 21,
  PERP_POSITION: 22,
  FUNDING_PAYMENT: 23,
  QUERY_COMPLETED: 24,
  PRIVATE_FEED_STATUS: 25,
  VENUE_SILENCE: 26,
  SESSION_START: 30,
  INSTRUMENT_DEFINED: 31,
  RISK_LEASE: 32,
  OPERATOR: 33,
  HOST_MEASUREMENT: 34,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];
