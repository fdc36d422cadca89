/** How quotes and hedge legs become orders. Plain values in engine units. */
export interface ExecutionConfiguration {
  /** Carried by every plan; tells strategies of one account apart. 1 or more. */
  readonly strategyId: number;
  /** Fewest ticks a quote must be off on the safe side before it is repriced. 1 or more. */
  readonly hysteresisTicks: number;
  /** The same in basis points of the price; the larger of the two counts. 0..5. */
  readonly hysteresisBps: number;
  /** How far a resting quote may be better than wanted before it is moved at once, in ticks. 0 or more. */
  readonly aggressiveToleranceTicks: number;
  /** The same in basis points of the price; the larger of the two counts. 0..2. */
  readonly aggressiveToleranceBps: number;
  /** A quote may be off either way by this share of its distance from fair. Its margin must cover it. 0..0.5. */
  readonly distanceSlackRatio: number;
  /** Worth of the very front of a queue against its very end, in ticks (MODELS 3.6). 0: place is worth nothing. */
  readonly queueValueTicksMax: number;
  /** A quote may be this share too small before it is replaced, which loses its queue place. 0..1. */
  readonly growToleranceRatio: number;
  /** A quote may be this share too large before it is amended down, which keeps its place. 0..1. */
  readonly shrinkToleranceRatio: number;
  /** Child orders one layer is split into, so that a fill refreshes only a part. 1..4. */
  readonly microLotCount: number;
  /** Safety backstops: oldest an order of the layer may become, in microseconds. */
  readonly quoteTtlMicrosL0: number;
  readonly quoteTtlMicrosL1: number;
  readonly quoteTtlMicrosL2: number;
  /** The backstop of all quotes while toxicity is EXTREME, in microseconds. */
  readonly emergencyTtlMicros: number;
  /** The backstop of a resting hedge leg, in microseconds. */
  readonly hedgeTtlMicros: number;
  /** Ticks a resting hedge leg may be off before it is moved. 1 or more. */
  readonly hedgeRepriceTicks: number;
  /** A request without an answer for so long makes the order UNKNOWN and queries it, in microseconds. */
  readonly pendingTimeoutMicros: number;
  /** First pause between two queries of one order; doubles up to the maximum. Microseconds. */
  readonly queryBackoffMicros: number;
  readonly queryBackoffMicrosMax: number;
  /** What our requests allow the venue as age, in microseconds (recvWindow). */
  readonly receiveWindowMicros: number;
  /** Past the receive window, what must elapse before "not found" may mean "never existed". Microseconds. */
  readonly notFoundMarginMicros: number;
  /** A refused action is not planned again for so long, in microseconds. */
  readonly refusalBackoffMicros: number;
  /** A post-only refusal bars its price for so long unless the opposite best moves, in microseconds. */
  readonly postOnlyBackoffMicros: number;
  /** After a kill, cancels are repeated this often until nothing lives, in microseconds. */
  readonly recancelMicros: number;
  /** Placements our own budget gives quotes in ten seconds: about 10 % of the venue's limit. */
  readonly budgetPlacementsPerTenSeconds: number;
  /** Most placements the budget saves up. 1 or more. */
  readonly budgetBurst: number;
}

export const DEFAULT_EXECUTION_CONFIGURATION: ExecutionConfiguration = {
  strategyId: 1,
  hysteresisTicks: 1,
  hysteresisBps: 0.2,
  aggressiveToleranceTicks: 0,
  aggressiveToleranceBps: 0.3,
  distanceSlackRatio: 0.1,
  queueValueTicksMax: 1.5,
  growToleranceRatio: 0.5,
  shrinkToleranceRatio: 0.1,
  microLotCount: 1,
  quoteTtlMicrosL0: 10_000_000,
  quoteTtlMicrosL1: 30_000_000,
  quoteTtlMicrosL2: 75_000_000,
  emergencyTtlMicros: 250_000,
  hedgeTtlMicros: 30_000_000,
  hedgeRepriceTicks: 1,
  pendingTimeoutMicros: 500_000,
  queryBackoffMicros: 500_000,
  queryBackoffMicrosMax: 8_000_000,
  receiveWindowMicros: 1_000_000,
  notFoundMarginMicros: 11_000_000,
  refusalBackoffMicros: 250_000,
  postOnlyBackoffMicros: 200_000,
  recancelMicros: 250_000,
  budgetPlacementsPerTenSeconds: 10,
  budgetBurst: 12,
};
