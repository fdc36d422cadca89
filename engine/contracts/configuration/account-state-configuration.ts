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
  /** Least time between two rounds of account queries asked for by anomalies. 100 ms to 60 s. */
  readonly accountQueryIntervalMicros: DurationMicros;
  /** Time from the end of one full reconciliation to the start of the next. 1 s to 10 min. */
  readonly reconcileIntervalMicros: DurationMicros;
  /**
   * An account query without an answer for so long is asked again; the wait doubles up to eight times
   * this. 100 ms to 60 s.
   */
  readonly queryTimeoutMicros: DurationMicros;
}

export const DEFAULT_ACCOUNT_STATE_CONFIGURATION: AccountStateConfiguration = {
  feeAssetPriceUnits: 0 as AssetUnits,
  feeAssetLowUnits: 0 as AssetUnits,
  ownOrderMemoryMicros: durationMicros(2_000_000),
  accountQueryIntervalMicros: durationMicros(1_000_000),
  reconcileIntervalMicros: durationMicros(30_000_000),
  queryTimeoutMicros: durationMicros(1_000_000),
};
