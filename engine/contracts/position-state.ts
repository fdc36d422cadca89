import type { AssetUnits, EpochMicros, PriceUnits } from '#units/integers.ts';

/** Exact PnL in quote units over the session (MODELS 9). The six parts sum to `totalUnits` to the rounding. */
export interface PnlAttribution {
  /** Equity now minus equity at start, from balances, position and marks alone. */
  readonly totalUnits: AssetUnits;
  readonly spreadCaptureUnits: AssetUnits;
  readonly inventoryUnits: AssetUnits;
  readonly hedgeExecutionUnits: AssetUnits;
  /** Negative when fees were paid. */
  readonly feesUnits: AssetUnits;
  readonly fundingUnits: AssetUnits;
  /** total - the five others: what the attribution could not explain. Never assigned anything. */
  readonly residualUnits: AssetUnits;
}

/**
 * What we hold, as the venue says. Writer: account state. Readers: pricing, hedging, risk, ops.
 * Amounts are in asset units (1e-8), so commissions taken in the base asset stay exact.
 */
export interface PositionState {
  readonly version: number;
  readonly atMicros: EpochMicros;
  /** False until balances and positions were reported, and while a correction is pending. */
  readonly isReconciled: boolean;
  /**
   * Since when fills of the market may happen without our being told: its private stream broke, or a
   * session started, and the venue has not answered for everything since. 0: we are told.
   */
  readonly quotedBlindSinceMicros: EpochMicros;
  readonly hedgeBlindSinceMicros: EpochMicros;
  /** A hedge order filled more than the fills that were told: the position is about to move. */
  readonly isHedgeFillMissing: boolean;
  /** Base units that quoted orders bought and sold of which no trade was told yet: not in the stock. */
  readonly quotedUntoldBuyUnits: AssetUnits;
  readonly quotedUntoldSellUnits: AssetUnits;
  /** Spot stock, free + locked, in base units. */
  readonly spotBaseUnits: AssetUnits;
  readonly freeBaseUnits: AssetUnits;
  readonly freeQuoteUnits: AssetUnits;
  readonly totalQuoteUnits: AssetUnits;
  /** Fee asset (BNB) on the spot wallet: while some is left, fees are discounted. */
  readonly feeAssetUnits: AssetUnits;
  /** Signed perpetual position in base units. */
  readonly perpBaseUnits: AssetUnits;
  readonly spotAveragePrice: PriceUnits;
  readonly perpAveragePrice: PriceUnits;
  /** Margin wallet of the perpetual and what of it is free for new positions. */
  readonly marginWalletUnits: AssetUnits;
  readonly marginFreeUnits: AssetUnits;
  /** Spot + perpetual, in base units and in quote units at the spot mid. */
  readonly netDeltaBaseUnits: AssetUnits;
  readonly netDeltaQuoteUnits: AssetUnits;
  /** -1..1: (spot - target) / allowed deviation; can leave the range when a limit is broken. */
  readonly inventoryRatio: number;
  readonly realizedPnlUnits: AssetUnits;
  readonly unrealizedPnlUnits: AssetUnits;
  readonly equityUnits: AssetUnits;
  readonly peakEquityUnits: AssetUnits;
  readonly startEquityUnits: AssetUnits;
}

/** One live order as the venue last confirmed it. */
export interface OwnOrderView {
  readonly priceTicks: number;
  readonly leavesLots: number;
  /** Venue time from which the order stands in the public book. */
  readonly restsSinceMicros: EpochMicros;
}
