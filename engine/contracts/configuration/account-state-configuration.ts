import { type AssetUnits, type DurationMicros, durationMicros } from '#units/integers.ts';

/** How account state treats what the venue says. */
export interface AccountStateConfiguration {
  /**
   * Worth of one whole fee asset (BNB) in quote units, 1e-8. 0: commissions taken in it are counted
   * but not valued, and PnL says nothing of them. 0 or above.
   */
  readonly feeAssetPriceUnits: AssetUnits;
  /** Fee asset under this amount raises FEE_ASSET_LOW. 0: never. In fee asset units. */
  readonly feeAssetLowUnits: AssetUnits;
  /**
   * How long an ended order is still taken out of books older than its end. Must exceed the age of
   * the oldest book event that can arrive. 100 ms to 60 s.
   */
  readonly ownOrderMemoryMicros: DurationMicros;
  /** Least time between two account queries asked for by mismatches. 100 ms to 60 s. */
  readonly accountQueryIntervalMicros: DurationMicros;
}

export const DEFAULT_ACCOUNT_STATE_CONFIGURATION: AccountStateConfiguration = {
  feeAssetPriceUnits: 0 as AssetUnits,
  feeAssetLowUnits: 0 as AssetUnits,
  ownOrderMemoryMicros: durationMicros(2_000_000),
  accountQueryIntervalMicros: durationMicros(1_000_000),
};
