import type { AssetUnits } from '#units/integers.ts';

/** What inventory the session calls neutral. Spot cannot short, so the target is above zero. */
export interface InventoryConfiguration {
  /** Spot stock held in the neutral state (q*), in base units. Its mirror is the perpetual short. */
  readonly targetSpotBaseUnits: AssetUnits;
  /** Allowed deviation of the spot stock from the target, in base units. Above zero. */
  readonly maxDeviationBaseUnits: AssetUnits;
  /** Net delta (spot + perpetual) the hedger steers to, in base units. Usually 0. */
  readonly targetDeltaBaseUnits: AssetUnits;
}
