/** The vocabulary of orders, shared by events, commands and DTOs. Numbers are journal format: never renumber. */

export const Side = { BUY: 0, SELL: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** Quote layers: L0 rests nearest the touch. Hedge legs carry HEDGE, others NONE. */
export const Layer = { L0: 0, L1: 1, L2: 2, HEDGE: 3, NONE: 4 } as const;
export type Layer = (typeof Layer)[keyof typeof Layer];
export const QUOTE_LAYER_COUNT = 3;

export const OrderType = { LIMIT_MAKER: 0, LIMIT: 1, MARKET: 2 } as const;
export type OrderType = (typeof OrderType)[keyof typeof OrderType];

/** GTX is the perpetual's post-only. LIMIT_MAKER orders carry GTC here and send none on spot. */
export const TimeInForce = { GTC: 0, IOC: 1, FOK: 2, GTX: 3 } as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

export const SelfTradeMode = {
  NONE: 0,
  EXPIRE_TAKER: 1,
  EXPIRE_MAKER: 2,
  EXPIRE_BOTH: 3,
  DECREMENT: 4,
} as const;
export type SelfTradeMode = (typeof SelfTradeMode)[keyof typeof SelfTradeMode];

/**
 * Life of an order. Pending states are ours; the venue never names them. UNKNOWN counts as live.
 * PENDING_NEW -> NEW -> PARTIALLY_FILLED -> FILLED, and the ends CANCELED, REJECTED, EXPIRED.
 */
export const OrderState = {
  PENDING_NEW: 0,
  NEW: 1,
  PARTIALLY_FILLED: 2,
  PENDING_CANCEL: 3,
  PENDING_REPLACE: 4,
  UNKNOWN: 5,
  FILLED: 6,
  CANCELED: 7,
  REJECTED: 8,
  EXPIRED: 9,
} as const;
export type OrderState = (typeof OrderState)[keyof typeof OrderState];

/** True for the four ends. Ends are the highest codes, so this is one comparison. */
export function isTerminal(state: OrderState): boolean {
  return state >= OrderState.FILLED;
}

/** Where a fill's commission was taken. BASE: a spot buy. QUOTE: a spot sell. FEE_ASSET: BNB. MARGIN: perpetual. */
export const CommissionAsset = { BASE: 0, QUOTE: 1, FEE_ASSET: 2, MARGIN: 3, NONE: 4 } as const;
export type CommissionAsset = (typeof CommissionAsset)[keyof typeof CommissionAsset];

/** The balances one session has. Generic over symbols: names come from the instruments. */
export const BalanceSlot = {
  SPOT_BASE: 0,
  SPOT_QUOTE: 1,
  SPOT_FEE_ASSET: 2,
  PERP_MARGIN: 3,
} as const;
export type BalanceSlot = (typeof BalanceSlot)[keyof typeof BalanceSlot];
export const BALANCE_SLOT_COUNT = 4;

/** Why an order ended or was refused: our code; the venue's own number stands beside it in the report. */
export const ReportReason = {
  NONE: 0,
  /** Post-only would have taken liquidity (-2010, -5022). Normal flow: a lost chance, not an error. */
  POST_ONLY_WOULD_CROSS: 1,
  INSUFFICIENT_BALANCE: 2,
  FILTER: 3,
  RATE_LIMIT: 4,
  SELF_TRADE: 5,
  /** IOC or MARKET remainder with nothing left to take. */
  UNFILLED_REMAINDER: 6,
  FOK_UNFILLABLE: 7,
  /** A cancel or amend came too late: the order is already closed (-2011). */
  UNKNOWN_ORDER: 8,
  DUPLICATE_ID: 9,
  MARKET_CLOSED: 10,
  REDUCE_ONLY: 11,
  INSUFFICIENT_MARGIN: 12,
  /** Refused at our own edge: lease, epoch or kill latch. Never reached the venue. */
  NOT_SENT: 13,
  VENUE_CANCELED: 14,
  LIQUIDATION: 15,
  AMEND_REFUSED: 16,
  OUTCOME_UNKNOWN: 17,
  OTHER: 18,
  /** The cancel half of a cancel-replace failed, so the new order was not attempted. */
  REPLACE_NOT_ATTEMPTED: 19,
} as const;
export type ReportReason = (typeof ReportReason)[keyof typeof ReportReason];
