import type { Persistent } from './state-codec.ts';

/**
 * What a quote model may look at. Pricing refills one object; it is valid during the call only.
 *
 * Everything is in ticks, seconds and order units (one order unit is the neutral size of layer L0),
 * so gamma x sigma^2 x q x seconds is a price in ticks (MODELS 0, dimension test).
 */
export class ModelInput {
  /** Event time in microseconds since 1970. */
  nowMicros = 0;
  /** Fair value, a real number of ticks. */
  fairTicks = 0;
  /** Best prices of the others (our own orders are out), whole ticks above zero. */
  bidPriceTicks = 0;
  askPriceTicks = 0;
  /** Share of the bid in the size at the touch, 0..1. */
  imbalance = 0.5;
  /** Inventory above its target, in order units, signed. */
  inventoryUnits = 0;
  /** Allowed deviation from the target in order units, above zero. */
  maxInventoryUnits = 1;
  /** 0..1 on the toxicity signal's own distribution. */
  toxicitySignal = 0;
  /**
   * Rises when one of the fields below changed. They move on a slow grid only, so a model may cache
   * whatever it derives from them under this number.
   */
  parametersVersion = 0;
  /** Volatility, ticks per square root second, above zero. */
  volatilityTicks = 1;
  /** Fill intensity lambda(d) = A x e^(-k d): A per second and k per tick, both above zero. */
  intensityPerSecond = 1;
  decayPerTick = 1;
  /** Farthest distance the intensity fit holds, in ticks. */
  fittedBandTicks = 0;
  /** Risk aversion gamma, per tick and order unit, above zero. */
  riskAversionPerTick = 0;
  /** Maker fee of one fill, in ticks; a rebate is negative. */
  makerFeeTicks = 0;
  /** Mean move of the mid against us after a fill, in ticks. */
  impactTicks = 0;
  /** Rolling horizon of finite-horizon models, in seconds. */
  horizonSeconds = 60;
  /** Least distance between our layers, in ticks. */
  layerStepTicks = 1;
}

/**
 * What a model answers: where layer L0 should rest, as distances from fair (positive: away from the
 * market). `Infinity` means: do not quote this side.
 */
export class ModelQuote {
  bidDistanceTicks = 0;
  askDistanceTicks = 0;
  /** Distance from one layer to the next, in ticks. Pricing never uses less than the input's step. */
  layerStepTicks = 1;
}

/**
 * A pricing model: one of the built-in ones, or a user's own in one TypeScript file (see
 * `research/models/example-model.ts`).
 *
 * A user's file exports `createModel(): QuoteModel`; configuration selects it with model `user`. It
 * decides distances and nothing else: quantities, outward rounding, the post-only clamp, inventory
 * bounds, reasons and risk stay outside its reach. A distance that is NaN is a bug and trips an
 * assertion.
 *
 * Determinism: no clock, no randomness, no I/O. State a later answer depends on goes through
 * `writeState` and `readState`; a model without any writes nothing.
 */
export interface QuoteModel extends Persistent {
  /** Stable name for reports. */
  readonly name: string;
  /** Hot: every priced event. Fills every field of `quote`; must not allocate. */
  quote(input: Readonly<ModelInput>, quote: ModelQuote): void;
}
