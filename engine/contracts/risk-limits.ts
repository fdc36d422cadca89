import type { AssetUnits, DurationMicros, QuantityLots } from '#units/integers.ts';

/**
 * Limits granted with a lease. Zero means "nothing allowed", never "no limit".
 * Per-instrument arrays are indexed by InstrumentIndex.
 */
export interface RiskLimits {
  readonly maxOrderLots: readonly QuantityLots[];
  readonly maxOrderNotionalUnits: readonly AssetUnits[];
  readonly maxOpenOrders: readonly number[];
  /** Worst case (held + everything that might still fill) per instrument, in base units; short as a positive number. */
  readonly maxLongBaseUnits: readonly AssetUnits[];
  readonly maxShortBaseUnits: readonly AssetUnits[];
  /** Gross notional over all instruments, held + open, in quote units. */
  readonly maxGrossNotionalUnits: AssetUnits;
  /** Collar for new risk: farthest a price may be from the independent reference. */
  readonly priceCollarBps: number;
  /** Oldest reference the collar accepts. */
  readonly referenceAgeMaxMicros: DurationMicros;
  /** Order placements (new + replace) allowed in any ten seconds, per instrument. */
  readonly ordersPerTenSeconds: readonly number[];
  /** Placements of that budget no quote may use: kept for hedges. Cancels are never limited here. */
  readonly reservedForHedges: number;
  /** Share of free balance no quote may reserve, and the margin on top of each reservation, in basis points. */
  readonly balanceReserveBps: number;
  readonly safetyMarginBps: number;
}

/** The limits before any grant: nothing is allowed. */
export const NO_LIMITS: RiskLimits = {
  maxOrderLots: [],
  maxOrderNotionalUnits: [],
  maxOpenOrders: [],
  maxLongBaseUnits: [],
  maxShortBaseUnits: [],
  maxGrossNotionalUnits: 0 as AssetUnits,
  priceCollarBps: 0,
  referenceAgeMaxMicros: 0 as DurationMicros,
  ordersPerTenSeconds: [],
  reservedForHedges: 0,
  balanceReserveBps: 0,
  safetyMarginBps: 0,
};
