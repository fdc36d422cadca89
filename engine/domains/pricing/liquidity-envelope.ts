import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** The price behind the lots follows fair in steps of this share: sizes do not change on each tick. */
const PRICE_STEP_SHARE = 0.005;
/** Inventory acts on sizes in eighths of the allowed deviation: a fill changes them seldom. */
const RATIO_STEPS = 8;

/**
 * How much capital stands on each side and layer (MODULES 3.1): both sides share the capital, between
 * 35 and 65 % each depending on inventory; a side splits 60/25/15 over L0, L1, L2. Whole lots, and
 * the parts sum to the whole exactly.
 */
export class LiquidityEnvelope implements Persistent {
  /** Price, whole ticks, at which capital is turned into lots; 0 before the first. */
  allocationTicks = 0;
  /** Lots on both sides together. */
  totalLots = 0;
  private readonly capitalUnits: number;
  private readonly shareL1: number;
  private readonly shareL2: number;
  private readonly sideShareMin: number;

  constructor(configuration: PricingConfiguration) {
    this.capitalUnits = configuration.capitalQuoteUnits;
    this.shareL1 = configuration.layerShareL1;
    this.shareL2 = Math.max(0, 1 - configuration.layerShareL0 - configuration.layerShareL1);
    this.sideShareMin = configuration.sideShareMin;
  }

  /** Follows fair; true when the lots were computed anew. `fairTicks` above zero. Hot. */
  follow(fairTicks: number, instrument: Instrument): boolean {
    const drift = Math.abs(fairTicks - this.allocationTicks);
    if (this.allocationTicks > 0 && drift <= PRICE_STEP_SHARE * this.allocationTicks) return false;
    this.reprice(Math.max(1, Math.round(fairTicks)), instrument);
    return true;
  }

  /** Turns the capital into lots at a whole price above zero. */
  reprice(priceTicks: number, instrument: Instrument): void {
    this.allocationTicks = priceTicks;
    this.totalLots = multiplyDivide(
      this.capitalUnits,
      instrument.tickLotDenominator,
      priceTicks * instrument.tickLotNumerator,
      Rounding.DOWN,
    );
  }

  /** Lots on the bid side; the ask side has the rest of `totalLots`. `ratio` is the inventory's, -1..1. Hot. */
  bidLots(ratio: number): number {
    const stepped = Math.round(ratio * RATIO_STEPS) / RATIO_STEPS;
    const shifted = 0.5 - stepped * (0.5 - this.sideShareMin);
    const share = Math.min(1 - this.sideShareMin, Math.max(this.sideShareMin, shifted));
    return Math.floor(this.totalLots * share);
  }

  /** The neutral size of L0: one order unit of the models. At least one lot. */
  get unitLots(): number {
    const side = Math.floor(this.totalLots / 2);
    const outer = Math.floor(side * this.shareL1) + Math.floor(side * this.shareL2);
    return Math.max(1, side - outer);
  }

  /**
   * Splits a side's lots over the layers into `into[0..2]`; L0 takes what rounding leaves. A layer
   * under `leastLots` gives its lots to the next one inside; all zero when the side itself is under
   * it. The sum is always `sideLots` or zero. Hot.
   */
  splitLayers(sideLots: number, leastLots: number, into: Float64Array): void {
    if (sideLots < leastLots || sideLots <= 0) {
      into.fill(0);
      return;
    }
    let second = Math.floor(sideLots * this.shareL1);
    let third = Math.floor(sideLots * this.shareL2);
    if (third < leastLots) {
      second += third;
      third = 0;
    }
    if (second < leastLots) second = 0;
    const first = sideLots - second - third;
    if (first < leastLots) {
      // Possible only with lopsided shares: everything rests near.
      into[0] = sideLots;
      into[1] = 0;
      into[2] = 0;
      return;
    }
    into[0] = first;
    into[1] = second;
    into[2] = third;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.allocationTicks);
    writer.integer(this.totalLots);
  }

  readState(reader: StateReader): void {
    this.allocationTicks = reader.integer();
    this.totalLots = reader.integer();
  }
}
