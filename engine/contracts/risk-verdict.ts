import type { DurationMicros } from '#units/integers.ts';

/** Outcome of the gate for one action, listed in the order in which the checks run. Stable codes. */
export const RiskCode = {
  APPROVED: 0,
  /** No limits were ever granted: missing limit means no orders. */
  NO_LIMITS: 1,
  LEASE_EXPIRED: 2,
  KILLED: 3,
  INSTRUMENT_NOT_TRADING: 4,
  UNKNOWN_TARGET: 5,
  DUPLICATE_CANCEL: 6,
  FILTER_PRICE: 7,
  FILTER_LOT: 8,
  FILTER_NOTIONAL: 9,
  FILTER_PERCENT_PRICE: 10,
  FILTER_MAX_ORDERS: 11,
  MAX_ORDER_QUANTITY: 12,
  MAX_ORDER_NOTIONAL: 13,
  PRICE_COLLAR: 14,
  /** The independent reference is missing or old. New risk only. */
  NO_REFERENCE: 15,
  SELF_TRADE: 16,
  INSUFFICIENT_BALANCE: 17,
  INSUFFICIENT_MARGIN: 18,
  MAX_LONG: 19,
  MAX_SHORT: 20,
  MAX_GROSS_NOTIONAL: 21,
  RATE_LIMIT: 22,
  /** Our own table of live orders is full. */
  TABLE_FULL: 23,
} as const;
export type RiskCode = (typeof RiskCode)[keyof typeof RiskCode];

/** What the gate suggests instead of a refused action. */
export const RiskAdvice = {
  NONE: 0,
  REDUCE_SIZE: 1,
  WIDEN: 2,
  PAUSE_SIDE: 3,
  SLOW_DOWN: 4,
} as const;
export type RiskAdvice = (typeof RiskAdvice)[keyof typeof RiskAdvice];

export interface ActionVerdict {
  readonly code: RiskCode;
  /** The limit's measure and what this action would have used, in the unit of the check. */
  readonly allowed: number;
  readonly used: number;
  readonly advice: RiskAdvice;
  /** REDUCE_SIZE: lots that would pass. SLOW_DOWN: microseconds to wait. Else 0. */
  readonly adviceValue: number;
  /** Handle of the reservation made for an approved action; -1 for none. */
  readonly reservation: number;
}

/** Verdict on a plan: `actions[i]` answers `plan.actions[i]`. Writer: risk. Reader: execution. */
export interface RiskVerdict {
  readonly count: number;
  readonly actions: readonly ActionVerdict[];
  readonly approvedCount: number;
  readonly leaseVersion: number;
  /** Time left on the lease at the verdict, in event time; negative when expired. */
  readonly leaseLeftMicros: DurationMicros;
}
