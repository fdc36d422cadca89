import type {
  ClientOrderId,
  DurationMicros,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  Sequence,
} from '#units/integers.ts';
import type { Layer, OrderType, SelfTradeMode, Side, TimeInForce } from './order.ts';

/** Most actions one plan may hold: all layers of both sides replaced, and every hedge leg. */
export const PLAN_ACTIONS_MAX = 32;

export const ActionKind = { KEEP: 0, NEW: 1, AMEND: 2, REPLACE: 3, CANCEL: 4 } as const;
export type ActionKind = (typeof ActionKind)[keyof typeof ActionKind];

/** Why an action is planned. Codes are stable. */
export const ActionReason = {
  NONE: 0,
  /** A wanted quote has no order yet. */
  MISSING: 1,
  /** Price is off by more than the hysteresis and worth more than the queue place. */
  REPRICE: 2,
  /** Only the quantity shrinks: amend keeps the queue place. */
  SHRINK: 3,
  GROW: 4,
  /** The side or layer is not wanted any more. */
  UNWANTED: 5,
  TTL_EXPIRED: 6,
  /** Edge fell under the floor at the resting price. */
  EDGE_GONE: 7,
  DUPLICATE: 8,
  HEDGE: 9,
  HEDGE_REPRICE: 10,
  HEDGE_DONE: 11,
  KILL: 12,
  SHUTDOWN: 13,
  OPERATOR: 14,
  REFILL: 15,
} as const;
export type ActionReason = (typeof ActionReason)[keyof typeof ActionReason];

/** One planned action. For AMEND, REPLACE and CANCEL, `targetOrderId` is the live order. */
export interface PlannedAction {
  readonly kind: ActionKind;
  /** The new order's id (NEW, REPLACE), else the target's. */
  readonly clientOrderId: ClientOrderId;
  readonly targetOrderId: ClientOrderId;
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  /** Limit price; 0 for MARKET. */
  readonly priceTicks: PriceTicks;
  /** Total order quantity (AMEND: the new total, filled part included, as the venue counts). */
  readonly quantityLots: QuantityLots;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly layer: Layer;
  readonly ttlMicros: DurationMicros;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** True when the action cannot add risk on net delta: hedges and reductions pass collars and a lost lease. */
  readonly reducesRisk: boolean;
  readonly selfTradeMode: SelfTradeMode;
  readonly reason: ActionReason;
}

/**
 * What execution wants sent now. Writer: execution. Readers: risk, execution.submit.
 * `actions[0 .. count-1]` are meaningful, cancels first. Kept orders are only counted.
 */
export interface OrderPlan {
  readonly strategyId: number;
  readonly causedBy: Sequence;
  readonly atMicros: EpochMicros;
  readonly count: number;
  readonly actions: readonly PlannedAction[];
  readonly keptCount: number;
}
