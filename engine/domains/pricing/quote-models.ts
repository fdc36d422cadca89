import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import type { ModelInput, ModelQuote, QuoteModel } from '#contracts/quote-model.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { optimalSpread } from './avellaneda-stoikov.ts';
import { GlftExactTable, type GlftParameters, glftClosedForm } from './glft.ts';

/** Largest inventory bound of the exact table, in orders: 100 units hold any sane limit. */
const EXACT_BOUND_MAX = 100;
/** The exact table is solved anew when a parameter moved by more than this share. */
const EXACT_TOLERANCE = 0.02;

/** Builds the model that configuration names; `user` takes the injected one. Throws a RangeError without it. */
export function createQuoteModel(
  configuration: PricingConfiguration,
  userModel: QuoteModel | undefined,
): QuoteModel {
  switch (configuration.model) {
    case 'touch':
      return new TouchModel();
    case 'glft':
      return new GlftModel(configuration);
    case 'glft-exact':
      return new GlftExactModel(configuration);
    case 'avellaneda-stoikov':
      return new AvellanedaStoikovModel(configuration);
    case 'user':
      if (userModel === undefined) {
        throw new RangeError(
          "pricing.model is 'user' but no model was loaded: name the model's file in the configuration",
        );
      }
      return userModel;
  }
}

/** Joins the best bid and ask. No skew: inventory acts through size and the limit alone. */
class TouchModel implements QuoteModel {
  readonly name = 'touch';

  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    quote.bidDistanceTicks = input.fairTicks - input.bidPriceTicks;
    quote.askDistanceTicks = input.askPriceTicks - input.fairTicks;
    quote.layerStepTicks = input.layerStepTicks;
  }

  writeState(): void {}
  readState(): void {}
}

/** Parameters of the GLFT formulas from the slow fields of a ModelInput; order size is one unit. */
function glftParameters(input: Readonly<ModelInput>, isCara: boolean): GlftParameters {
  return {
    intensity: input.intensityPerSecond,
    decay: input.decayPerTick,
    sigma: input.volatilityTicks,
    gamma: input.riskAversionPerTick,
    xi: isCara ? input.riskAversionPerTick : 0,
    delta: 1,
  };
}

/**
 * The fee as far as the fit holds: e^(k f / 2) beyond the fitted band would be an extrapolation, and
 * an explosive one (x 12 at 10 bp for k = 0.5/bp).
 */
function feeInsideBand(input: Readonly<ModelInput>): number {
  return Math.min(input.makerFeeTicks, input.fittedBandTicks);
}

/** GLFT closed form. The costly terms are kept per parameters version. */
class GlftModel implements QuoteModel {
  readonly name = 'glft';
  private readonly isCara: boolean;
  private readonly appliesFee: boolean;
  private readonly halfMultiplier: number;
  private readonly skewMultiplier: number;
  private version = -1;
  private halfTicks = 0;
  private skewTicks = 0;

  constructor(configuration: PricingConfiguration) {
    this.isCara = configuration.riskMode === 'cara';
    this.appliesFee = configuration.applyFeeShift;
    this.halfMultiplier = configuration.halfSpreadMultiplier;
    this.skewMultiplier = configuration.skewMultiplier;
  }

  /** Hot. */
  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    if (input.parametersVersion !== this.version) this.refresh(input);
    const shift = this.skewTicks * input.inventoryUnits;
    quote.bidDistanceTicks = this.halfTicks + shift;
    quote.askDistanceTicks = this.halfTicks - shift;
    quote.layerStepTicks = Math.max(input.layerStepTicks, this.skewTicks);
  }

  /** The cache follows from the input alone, so nothing is stored and a restored model starts cold. */
  writeState(): void {}

  readState(): void {
    this.version = -1;
  }

  private refresh(input: Readonly<ModelInput>): void {
    const feeTicks = this.appliesFee ? input.makerFeeTicks : 0;
    const boundedFee = this.appliesFee ? feeInsideBand(input) : 0;
    const form = glftClosedForm(
      glftParameters(input, this.isCara),
      boundedFee,
      this.appliesFee ? input.impactTicks : 0,
    );
    this.halfTicks = (form.halfSpread - boundedFee) * this.halfMultiplier + feeTicks;
    this.skewTicks = form.skew * this.skewMultiplier;
    this.version = input.parametersVersion;
  }
}

/**
 * GLFT exact, from the table, linear between whole inventories. The table is anchored at the
 * parameters it was solved for; the anchor is state, because a drift inside the tolerance must give
 * the same table after a restart.
 */
class GlftExactModel implements QuoteModel {
  readonly name = 'glft-exact';
  private readonly isCara: boolean;
  private readonly appliesFee: boolean;
  private readonly halfMultiplier: number;
  private readonly table = new GlftExactTable(EXACT_BOUND_MAX);
  /** A, k, sigma, gamma, Q of the table; Q = 0: never solved. */
  private readonly anchor = new Float64Array(5);
  private version = -1;

  constructor(configuration: PricingConfiguration) {
    this.isCara = configuration.riskMode === 'cara';
    this.appliesFee = configuration.applyFeeShift;
    this.halfMultiplier = configuration.halfSpreadMultiplier;
  }

  /** Hot. */
  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    if (input.parametersVersion !== this.version) this.refresh(input);
    const q = input.inventoryUnits;
    const feeTicks = this.appliesFee ? input.makerFeeTicks : 0;
    quote.bidDistanceTicks = this.between(q) * this.halfMultiplier + feeTicks;
    quote.askDistanceTicks = this.between(-q) * this.halfMultiplier + feeTicks;
    quote.layerStepTicks = input.layerStepTicks;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.anchor, this.anchor.length);
  }

  readState(reader: StateReader): void {
    reader.floats(this.anchor);
    this.version = -1;
    if ((this.anchor[4] as number) > 0) this.solve();
  }

  /** Between the last two inventories the inner distance holds: the next one has no quote to lean to. */
  private between(q: number): number {
    const lower = Math.floor(q);
    const low = this.table.bidDistance(lower);
    const high = this.table.bidDistance(lower + 1);
    return high === Number.POSITIVE_INFINITY ? low : low + (q - lower) * (high - low);
  }

  private refresh(input: Readonly<ModelInput>): void {
    this.version = input.parametersVersion;
    const fee = this.appliesFee ? feeInsideBand(input) : 0;
    const intensity = input.intensityPerSecond * Math.exp(-input.decayPerTick * fee);
    const bound = Math.min(EXACT_BOUND_MAX, Math.max(1, Math.floor(input.maxInventoryUnits)));
    const moved =
      this.hasMoved(0, intensity) ||
      this.hasMoved(1, input.decayPerTick) ||
      this.hasMoved(2, input.volatilityTicks) ||
      this.hasMoved(3, input.riskAversionPerTick) ||
      this.anchor[4] !== bound;
    if (!moved) return;
    this.anchor[0] = intensity;
    this.anchor[1] = input.decayPerTick;
    this.anchor[2] = input.volatilityTicks;
    this.anchor[3] = input.riskAversionPerTick;
    this.anchor[4] = bound;
    this.solve();
  }

  private hasMoved(slot: number, value: number): boolean {
    const anchored = this.anchor[slot] as number;
    return Math.abs(value - anchored) > EXACT_TOLERANCE * anchored;
  }

  private solve(): void {
    const gamma = this.anchor[3] as number;
    this.table.compute(
      {
        intensity: this.anchor[0] as number,
        decay: this.anchor[1] as number,
        sigma: this.anchor[2] as number,
        gamma,
        xi: this.isCara ? gamma : 0,
        delta: 1,
      },
      this.anchor[4] as number,
    );
  }
}

/** Avellaneda-Stoikov with a rolling constant horizon, so that the skew never vanishes at a session's end. */
class AvellanedaStoikovModel implements QuoteModel {
  readonly name = 'avellaneda-stoikov';
  private readonly appliesFee: boolean;
  private readonly halfMultiplier: number;
  private readonly skewMultiplier: number;
  private version = -1;
  private halfTicks = 0;
  private skewTicks = 0;

  constructor(configuration: PricingConfiguration) {
    this.appliesFee = configuration.applyFeeShift;
    this.halfMultiplier = configuration.halfSpreadMultiplier;
    this.skewMultiplier = configuration.skewMultiplier;
  }

  /** Hot. */
  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    if (input.parametersVersion !== this.version) this.refresh(input);
    const shift = this.skewTicks * input.inventoryUnits;
    quote.bidDistanceTicks = this.halfTicks + shift;
    quote.askDistanceTicks = this.halfTicks - shift;
    quote.layerStepTicks = Math.max(input.layerStepTicks, this.skewTicks);
  }

  writeState(): void {}

  readState(): void {
    this.version = -1;
  }

  private refresh(input: Readonly<ModelInput>): void {
    const { riskAversionPerTick: gamma, volatilityTicks: sigma, horizonSeconds } = input;
    const spread = optimalSpread(gamma, sigma, input.decayPerTick, horizonSeconds);
    this.halfTicks =
      (spread / 2) * this.halfMultiplier + (this.appliesFee ? input.makerFeeTicks : 0);
    this.skewTicks = gamma * sigma * sigma * horizonSeconds * this.skewMultiplier;
    this.version = input.parametersVersion;
  }
}
