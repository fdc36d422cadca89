import {
  type AssetUnits,
  type DurationMicros,
  durationMicros,
  type RateUnits,
} from '#units/integers.ts';

/** How and when the net delta is hedged. Ratios are shares of the band. */
export interface HedgingConfiguration {
  /** False: nothing is ever hedged; the session shows its delta and leaves it. */
  readonly isEnabled: boolean;
  /** Least band, in quote units. Twice the hedge's minimum notional is kept in any case. */
  readonly bandMinQuoteUnits: AssetUnits;
  /** Largest band, in quote units. At most three top-layer quotes. */
  readonly bandMaxQuoteUnits: AssetUnits;
  /** Above 0: this band instead of the model's, still bounded. In quote units. */
  readonly bandFixedQuoteUnits: AssetUnits;
  /** Absolute risk aversion in 1/quote: higher hedges earlier. 0.0001 to 1. */
  readonly riskAversion: number;
  readonly fillVarianceHalfLifeMicros: DurationMicros;
  readonly volatilityHalfLifeMicros: DurationMicros;
  /** Spacing of the mids that volatility is measured from. 100 ms to 10 s. */
  readonly volatilitySampleMicros: DurationMicros;
  /** Work starts here, inside the band, so that an order's way to the venue does not leave it. 0.2 to 1. */
  readonly triggerRatio: number;
  /** Work ends here. Below `triggerRatio`. 0 goes all the way to the target. */
  readonly restRatio: number;
  /** Beyond this multiple of the band, hedging is aggressive at once. Above 1. */
  readonly hardRatio: number;
  /** Volatility in percent a minute under which resting orders are patient. */
  readonly passiveBelowPercentPerMinute: number;
  /** Volatility in percent a minute above which nothing rests. */
  readonly activeAbovePercentPerMinute: number;
  /** A mode is left only this share beyond its threshold. 0 to 0.5. */
  readonly modeHysteresis: number;
  /** Opposing quoting fills get this long to net before an obligation opens (not beyond the band). */
  readonly nettingDwellMicros: DurationMicros;
  /** How long a resting leg may wait, in passive and in hybrid mode. */
  readonly passivePatienceMicros: DurationMicros;
  readonly hybridPatienceMicros: DurationMicros;
  /** An obligation this old is aggressive. */
  readonly aggressiveAfterMicros: DurationMicros;
  /** Outside the band for this long is aggressive, and for the second, panic. */
  readonly outsideAggressiveMicros: DurationMicros;
  readonly outsidePanicMicros: DurationMicros;
  /** Beyond the hard band for this long wakes someone. */
  readonly hardBandDeadlineMicros: DurationMicros;
  /** An obligation open for this long is overdue: alert. */
  readonly overdueMicros: DurationMicros;
  /** Farthest from the mid a taking leg may pay, in basis points, by urgency. */
  readonly slippageNormalBps: number;
  readonly slippageAggressiveBps: number;
  readonly slippagePanicBps: number;
  /** Share of the depth inside the cap that one slice takes. 0.05 to 1. */
  readonly depthShare: number;
  /** Budgets in any minute. What is out of budget waits unless it is aggressive or outside the band. */
  readonly fillsPerMinute: number;
  readonly repricesPerMinute: number;
  readonly cancelsPerMinute: number;
  /** Least time between two prices of a resting leg. */
  readonly repriceIntervalMicros: DurationMicros;
  /** No obligation opens this long before and after a funding instant while inside the band. */
  readonly fundingQuietMicros: DurationMicros;
  /** Margin one unit of new position takes, 1e-8 of its notional: 5 % is 5_000_000. */
  readonly initialMarginRate: RateUnits;
  /** Kept free on top, in basis points of the margin needed. */
  readonly marginBufferBps: number;
}

export const DEFAULT_HEDGING_CONFIGURATION: HedgingConfiguration = {
  isEnabled: true,
  bandMinQuoteUnits: 0 as AssetUnits,
  bandMaxQuoteUnits: 60_000_000_000 as AssetUnits,
  bandFixedQuoteUnits: 0 as AssetUnits,
  riskAversion: 0.01,
  fillVarianceHalfLifeMicros: durationMicros(300_000_000),
  volatilityHalfLifeMicros: durationMicros(60_000_000),
  volatilitySampleMicros: durationMicros(1_000_000),
  triggerRatio: 0.5,
  restRatio: 0.2,
  hardRatio: 2,
  passiveBelowPercentPerMinute: 0.07,
  activeAbovePercentPerMinute: 0.15,
  modeHysteresis: 0.2,
  nettingDwellMicros: durationMicros(150_000),
  passivePatienceMicros: durationMicros(3_000_000),
  hybridPatienceMicros: durationMicros(800_000),
  aggressiveAfterMicros: durationMicros(8_000_000),
  outsideAggressiveMicros: durationMicros(300_000),
  outsidePanicMicros: durationMicros(5_000_000),
  hardBandDeadlineMicros: durationMicros(10_000_000),
  overdueMicros: durationMicros(20_000_000),
  slippageNormalBps: 5,
  slippageAggressiveBps: 15,
  slippagePanicBps: 50,
  depthShare: 0.5,
  fillsPerMinute: 12,
  repricesPerMinute: 12,
  cancelsPerMinute: 40,
  repriceIntervalMicros: durationMicros(250_000),
  fundingQuietMicros: durationMicros(30_000_000),
  initialMarginRate: 5_000_000 as RateUnits,
  marginBufferBps: 2_000,
};
