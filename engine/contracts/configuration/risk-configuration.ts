import type { AssetUnits } from '#units/integers.ts';

/**
 * What the gate does when a new order would meet an own one: `reject` refuses the new one; `warn`
 * lets it pass with an alert; `cancel-oldest` refuses and cancels the resting one; `cancel-smallest`
 * refuses and cancels the resting one when it is the smaller of the two.
 */
export type SelfTradePolicy = 'reject' | 'warn' | 'cancel-oldest' | 'cancel-smallest';

/** How the gate measures. The limits themselves come with the lease, never from here. */
export interface RiskConfiguration {
  readonly selfTradePolicy: SelfTradePolicy;
  /** Initial margin of the perpetual, in basis points of notional: 2000 is five times leverage. 50..10000. */
  readonly initialMarginBps: number;
  /** Net delta that counts as flat, in base units: the inventory's target delta. Usually 0. */
  readonly targetDeltaBaseUnits: AssetUnits;
  /** Lots by which hedges may pass the flat point: rounding to whole lots. 0..2. */
  readonly reducesRiskSlackLots: number;
  /** Time constant of the slow spot / hedge price ratio behind the collar, in microseconds. */
  readonly basisTimeConstantMicros: number;
  /** Time constant of the slow own mid, the collar's reference without a hedge market. Microseconds. */
  readonly slowMidTimeConstantMicros: number;
  /** A reservation without news for so long is queried; it is never released blindly. Microseconds. */
  readonly reservationTimeoutMicros: number;
  /** A repeated cancel of one order within this time is a duplicate, in microseconds. */
  readonly recancelMicros: number;
  /** As in execution: what a request may be late, and what must elapse on top before "not found" is believed. */
  readonly receiveWindowMicros: number;
  readonly notFoundMarginMicros: number;
  /** At most one alert of each refusal code in this time, in microseconds. */
  readonly alertPauseMicros: number;
}

export const DEFAULT_RISK_CONFIGURATION: RiskConfiguration = {
  selfTradePolicy: 'reject',
  initialMarginBps: 2_000,
  targetDeltaBaseUnits: 0 as AssetUnits,
  reducesRiskSlackLots: 1,
  basisTimeConstantMicros: 60_000_000,
  slowMidTimeConstantMicros: 10_000_000,
  reservationTimeoutMicros: 30_000_000,
  recancelMicros: 250_000,
  receiveWindowMicros: 1_000_000,
  notFoundMarginMicros: 11_000_000,
  alertPauseMicros: 1_000_000,
};
