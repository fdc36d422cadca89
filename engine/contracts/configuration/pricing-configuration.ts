import type { AssetUnits, DurationMicros, RateUnits } from '#units/integers.ts';

/** `touch` joins the best prices; `user` is an injected QuoteModel. */
export type PricingModelName = 'glft' | 'glft-exact' | 'avellaneda-stoikov' | 'touch' | 'user';
export type FairModelName = 'mid' | 'weighted-mid' | 'micro-price' | 'perp-led';
type PricingProfileName = 'floor' | 'naive-touch' | 'rebate';

/**
 * How quotes are made. Everything that depends on the instrument's tick is given in basis points of
 * fair, so that one configuration serves any symbol.
 */
export interface PricingConfiguration {
  /** Copied to QuoteSet.parameterVersion: which parameters made a quote. */
  readonly parameterVersion: number;
  /** Name for reports; every behaviour is in the fields below. */
  readonly profile: PricingProfileName;
  readonly model: PricingModelName;
  /** True: without a live hedge market nothing is quoted. False where the session has none. */
  readonly requireHedgeMarket: boolean;
  /** Hard bound on a market's age on top of market data's own judgement. 1 s .. 60 s. */
  readonly marketAgeMaxMicros: DurationMicros;

  /** Where fair comes from. `perp-led` falls back to the micro-price while the perpetual is stale. */
  readonly fairModel: FairModelName;
  /** Share of the perpetual's implied fair in the blend, 0..1. */
  readonly perpWeight: number;
  /** Time scale on which the perpetual's weight dies with its age, microseconds above zero. */
  readonly perpStalenessMicros: DurationMicros;
  /** Half-life of the log basis, 30 .. 300 s. */
  readonly basisHalfLifeSeconds: number;
  /** Fair is clipped to the touch plus this many spreads on each side, 0.5 .. 20. */
  readonly clipSpreads: number;
  /** The band reaches at least this far beyond the touch, bp of the price: on fine ticks spreads mean nothing. 0 .. 50. */
  readonly clipMinBps: number;
  /** True: fair outside the clip band pulls the endangered side. */
  readonly pullOutsideClipBand: boolean;
  /** The perpetual moved this far within half a second while spot did not follow: pull the endangered side. 0: off. */
  readonly perpLedMoveMaxBps: number;

  /** Sampling grid of the volatility, 100_000 .. 1_000_000. */
  readonly volatilityGridMicros: DurationMicros;
  readonly volatilityFastHalfLifeSeconds: number;
  readonly volatilitySlowHalfLifeSeconds: number;
  /** Volatility assumed before anything was measured, bp per square root second, above zero. */
  readonly volatilityPriorBps: number;
  /** Floor: at least one tick per this many seconds, above zero. */
  readonly volatilityFloorSeconds: number;

  /** False: A and k stay at their priors. */
  readonly calibrateIntensity: boolean;
  /** A: fills per second at distance zero assumed at start, above zero. */
  readonly intensityPriorPerSecond: number;
  /** k: decay per bp assumed at start, above zero. */
  readonly decayPriorPerBp: number;
  /** Grid step of the calibration, and how often it is refitted. */
  readonly intensityGridMicros: DurationMicros;
  readonly intensityRefitMicros: DurationMicros;
  /** Half-life of the observations behind a fit, 300 .. 3600 s. */
  readonly intensityHalfLifeSeconds: number;
  /** Width of the band in which A and k are fitted, bp. Quotes farther out are refused. Above zero. */
  readonly fittedBandBps: number;

  /** gamma per bp and order unit (the neutral L0 size), above zero. */
  readonly riskAversionPerBp: number;
  /** `cara`: xi = gamma. `variance`: xi -> 0 (MODELS 3.3, models A and B). */
  readonly riskMode: 'cara' | 'variance';
  /** Rolling horizon of Avellaneda-Stoikov, 10 .. 600 s. */
  readonly horizonSeconds: number;
  /** adj1 and adj2 of MODELS 3.3: shown, never hidden in gamma. Above zero; 0 or more. */
  readonly halfSpreadMultiplier: number;
  readonly skewMultiplier: number;
  /** True: the model knows the maker fee (MODELS 3.3, fee shift). */
  readonly applyFeeShift: boolean;

  /** True: no quote rests nearer to fair than the sum of its costs plus the margin. */
  readonly floorEnabled: boolean;
  readonly floorMarginBps: number;
  /** `quote-at-floor`: move out to the floor. `refuse`: a layer the model wants nearer is not quoted. */
  readonly floorBehaviour: 'quote-at-floor' | 'refuse';
  /** Farthest a layer may rest from fair, bp. Where the floor is farther, the layer is not quoted (FEE_FLOOR). */
  readonly maxDistanceL0Bps: number;
  readonly maxDistanceL1Bps: number;
  readonly maxDistanceL2Bps: number;
  /** True: `makerFeeOverrideRate` stands in for the account's maker fee. Hypothetical, and reported as such. */
  readonly makerFeeOverrideEnabled: boolean;
  readonly makerFeeOverrideRate: RateUnits;
  /** True: never improve the best price, only join it or stay behind. */
  readonly joinOnly: boolean;

  /** Adverse selection assumed before own fills were measured, bp, and how many fills that belief is worth. */
  readonly adverseSelectionPriorBps: number;
  readonly adverseSelectionPriorFills: number;
  /** Horizon at which own fills are marked out. 1 s .. 30 s. */
  readonly markoutHorizonMicros: DurationMicros;
  /** Time from a market move to our cancel at the venue, for the stale-quote cost. */
  readonly reactionLatencyMicros: DurationMicros;
  /** Share of fills that other fills net before they are hedged, 0..1. */
  readonly hedgeNettingShare: number;
  /** Share of hedges done as maker, 0..1. */
  readonly hedgePassiveShare: number;
  /** How long a hedged position is held, for the funding carry. Seconds, above zero. */
  readonly carryHorizonSeconds: number;

  /** Capital behind both sides together, quote units (1e-8). */
  readonly capitalQuoteUnits: AssetUnits;
  /** Shares of a side's capital in L0 and L1; L2 has the rest. */
  readonly layerShareL0: number;
  readonly layerShareL1: number;
  /** Least share of the capital on one side, 0.35 by design; the most is 1 minus it. */
  readonly sideShareMin: number;
  /** Least distance between layers, bp (never under one tick). */
  readonly layerStepBps: number;
  /** Share of each balance that quotes may use, 0..1. */
  readonly balanceUseShare: number;

  /** Inventory bands as shares of the allowed deviation (10 / 15 / 25 % of the portfolio when the limit is 25 %). */
  readonly softBandRatio: number;
  readonly mediumBandRatio: number;
  /** After an own fill its side rests one step deeper for this long. 0: off. */
  readonly refillCooldownMicros: DurationMicros;
  /** Inventory outside the soft band this long starts the maker-only reduction. 0: off. */
  readonly reductionDwellMicros: DurationMicros;
  /** Time in which the reduction should end, seconds. */
  readonly reductionHorizonSeconds: number;

  /** True: EXTREME flow pulls the endangered side. */
  readonly pullOnExtremeFlow: boolean;
  /** Half spread grows by up to this share with toxic flow, and size falls by e^-(this). 0: off. */
  readonly toxicityWidening: number;
  readonly toxicitySizeCut: number;
  /** Quote units in one VPIN bucket, about a fiftieth of a day's volume. */
  readonly vpinBucketQuoteUnits: AssetUnits;

  /** True: the quality score moves the half spread within its bounds. */
  readonly qualityFeedback: boolean;
  /** Quotes are pulled this long before and after a funding instant. 0: off. */
  readonly fundingPullMicros: DurationMicros;
}

/**
 * Profile `floor`: honest account fees, quotes only where they pay. At a 10 bp maker fee the floor is
 * about 14 bp: L0 and L1 may not rest that far out and say FEE_FLOOR with both numbers, L2 rests at
 * the floor and waits for sweeps.
 */
export const DEFAULT_PRICING_CONFIGURATION: PricingConfiguration = {
  parameterVersion: 1,
  profile: 'floor',
  model: 'glft',
  requireHedgeMarket: true,
  marketAgeMaxMicros: 10_000_000 as DurationMicros,
  fairModel: 'perp-led',
  perpWeight: 0.7,
  perpStalenessMicros: 1_000_000 as DurationMicros,
  basisHalfLifeSeconds: 120,
  clipSpreads: 3,
  clipMinBps: 3,
  pullOutsideClipBand: true,
  perpLedMoveMaxBps: 4,
  volatilityGridMicros: 500_000 as DurationMicros,
  volatilityFastHalfLifeSeconds: 15,
  volatilitySlowHalfLifeSeconds: 600,
  volatilityPriorBps: 1.5,
  volatilityFloorSeconds: 60,
  calibrateIntensity: true,
  intensityPriorPerSecond: 1,
  decayPriorPerBp: 0.5,
  intensityGridMicros: 100_000 as DurationMicros,
  intensityRefitMicros: 10_000_000 as DurationMicros,
  intensityHalfLifeSeconds: 900,
  fittedBandBps: 40,
  riskAversionPerBp: 0.05,
  riskMode: 'cara',
  horizonSeconds: 120,
  halfSpreadMultiplier: 1,
  skewMultiplier: 0.2,
  applyFeeShift: false,
  floorEnabled: true,
  floorMarginBps: 2,
  floorBehaviour: 'quote-at-floor',
  maxDistanceL0Bps: 5,
  maxDistanceL1Bps: 8,
  maxDistanceL2Bps: 30,
  makerFeeOverrideEnabled: false,
  makerFeeOverrideRate: 0 as RateUnits,
  joinOnly: false,
  adverseSelectionPriorBps: 0.8,
  adverseSelectionPriorFills: 20,
  markoutHorizonMicros: 5_000_000 as DurationMicros,
  reactionLatencyMicros: 20_000 as DurationMicros,
  hedgeNettingShare: 0.3,
  hedgePassiveShare: 0.05,
  carryHorizonSeconds: 600,
  capitalQuoteUnits: 100_000_000_000 as AssetUnits,
  layerShareL0: 0.6,
  layerShareL1: 0.25,
  sideShareMin: 0.35,
  layerStepBps: 0.6,
  balanceUseShare: 0.9,
  softBandRatio: 0.4,
  mediumBandRatio: 0.6,
  refillCooldownMicros: 200_000 as DurationMicros,
  reductionDwellMicros: 60_000_000 as DurationMicros,
  reductionHorizonSeconds: 600,
  pullOnExtremeFlow: true,
  toxicityWidening: 1,
  toxicitySizeCut: 0.7,
  vpinBucketQuoteUnits: 25_000_000_000_000 as AssetUnits,
  qualityFeedback: true,
  fundingPullMicros: 60_000_000 as DurationMicros,
};

/** Profile `naive-touch`: joins the best bid and ask whatever it costs. Must end red, and say by how much. */
export const NAIVE_TOUCH_PRICING_CONFIGURATION: PricingConfiguration = {
  ...DEFAULT_PRICING_CONFIGURATION,
  profile: 'naive-touch',
  model: 'touch',
  fairModel: 'mid',
  pullOutsideClipBand: false,
  perpLedMoveMaxBps: 0,
  floorEnabled: false,
  maxDistanceL0Bps: 1_000,
  maxDistanceL1Bps: 1_000,
  maxDistanceL2Bps: 1_000,
  fittedBandBps: 1_000,
  calibrateIntensity: false,
  joinOnly: true,
  layerStepBps: 0,
  refillCooldownMicros: 0 as DurationMicros,
  reductionDwellMicros: 0 as DurationMicros,
  pullOnExtremeFlow: false,
  toxicityWidening: 0,
  toxicitySizeCut: 0,
  qualityFeedback: false,
  fundingPullMicros: 0 as DurationMicros,
};

/** Profile `rebate`: a hypothetical maker rebate of 0.5 bp, GLFT with the floor on. */
export const REBATE_PRICING_CONFIGURATION: PricingConfiguration = {
  ...DEFAULT_PRICING_CONFIGURATION,
  profile: 'rebate',
  applyFeeShift: true,
  makerFeeOverrideEnabled: true,
  makerFeeOverrideRate: -5_000 as RateUnits,
  maxDistanceL0Bps: 20,
  maxDistanceL1Bps: 25,
  maxDistanceL2Bps: 30,
};
