import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

/** A band is left at this share of where it was entered (MODELS 8, hysteresis). */
const LEAVE_SHARE = 0.6;
/** Size of the growing side moves in eighths. */
const SIZE_STEPS = 8;
/** Two of our fills on one side within this time are one sweep. */
const SWEEP_MICROS = 50_000;
/** Half-life of the burst that lengthens the cool-down, and how much each fill in it counts. */
const BURST_HALF_LIFE_SECONDS = 2;
const BURST_GROWTH = 0.5;
/** kappa x T of the reduction schedule: 0 would be a straight line. */
const SCHEDULE_CURVATURE = 2;

/** How far inventory is out: the bands of MODULES 3.4. */
export const InventoryBand = { INSIDE: 0, SOFT: 1, MEDIUM: 2, HARD: 3 } as const;
export type InventoryBand = (typeof InventoryBand)[keyof typeof InventoryBand];

/**
 * Excess that should be left after `elapsed` of `total` seconds: X sinh(k (T - t)) / sinh(k T), with
 * k T = curvature; a straight line at curvature 0 (MODELS 8; Almgren and Chriss 2001).
 */
export function plannedExcess(
  excess: number,
  elapsed: number,
  total: number,
  curvature: number,
): number {
  const left = Math.min(1, Math.max(0, 1 - elapsed / total));
  if (curvature < 1e-6) return excess * left;
  return (excess * Math.sinh(curvature * left)) / Math.sinh(curvature);
}

/**
 * Inventory control at three time scales (MODELS 8). Milliseconds: after an own fill that side rests
 * deeper for a cool-down, longer in a burst and in a sweep. Seconds: the growing side shrinks outside
 * the soft band (prices are skewed by the model). Minutes: outside the soft band for too long, the
 * reducing side is pressed toward the touch along a schedule, maker-only.
 */
export class ThreeDomainInventory implements Persistent {
  /** (spot - target) / allowed deviation; outside -1..1 when the limit is broken. */
  ratio = 0;
  band: InventoryBand = InventoryBand.INSIDE;
  private readonly targetUnits: number;
  private readonly deviationUnits: number;
  private readonly softBand: number;
  private readonly mediumBand: number;
  private readonly cooldownMicros: number;
  private readonly dwellMicros: number;
  private readonly horizonSeconds: number;
  private readonly lastFillMicros = new Float64Array(2);
  private readonly cooldownUntilMicros = new Float64Array(2);
  private readonly burst = new Float64Array(2);
  private readonly deeperSteps = new Float64Array(2);
  private outsideSinceMicros = 0;
  private reductionStartMicros = 0;
  private reductionExcess = 0;

  constructor(inventory: InventoryConfiguration, configuration: PricingConfiguration) {
    if (!(inventory.maxDeviationBaseUnits > 0)) {
      throw new RangeError(
        `inventory.maxDeviationBaseUnits must be above zero: ${inventory.maxDeviationBaseUnits}`,
      );
    }
    this.targetUnits = inventory.targetSpotBaseUnits;
    this.deviationUnits = inventory.maxDeviationBaseUnits;
    this.softBand = configuration.softBandRatio;
    this.mediumBand = configuration.mediumBandRatio;
    this.cooldownMicros = configuration.refillCooldownMicros;
    this.dwellMicros = configuration.reductionDwellMicros;
    this.horizonSeconds = configuration.reductionHorizonSeconds;
  }

  /** Takes the spot stock in base units. Hot. */
  update(nowMicros: number, spotBaseUnits: number): void {
    this.ratio = (spotBaseUnits - this.targetUnits) / this.deviationUnits;
    const size = Math.abs(this.ratio);
    this.band = this.bandOf(size);
    if (this.band === InventoryBand.INSIDE) {
      this.outsideSinceMicros = 0;
      this.reductionStartMicros = 0;
      return;
    }
    if (this.outsideSinceMicros === 0) this.outsideSinceMicros = nowMicros;
    if (this.dwellMicros === 0 || this.reductionStartMicros !== 0) return;
    if (nowMicros - this.outsideSinceMicros < this.dwellMicros) return;
    this.reductionStartMicros = nowMicros;
    this.reductionExcess = size - this.softBand * LEAVE_SHARE;
  }

  /** An own fill on `side` at event time. Hot. */
  onFill(side: Side, nowMicros: number): void {
    const elapsed = nowMicros - (this.lastFillMicros[side] as number);
    const isSweep = (this.lastFillMicros[side] as number) > 0 && elapsed <= SWEEP_MICROS;
    const kept = 2 ** (-elapsed / MICROS_PER_SECOND / BURST_HALF_LIFE_SECONDS);
    const burst = (this.burst[side] as number) * kept;
    const cooldown = this.cooldownMicros * (1 + BURST_GROWTH * burst);
    this.burst[side] = burst + 1;
    this.deeperSteps[side] = isSweep ? 2 : 1;
    this.cooldownUntilMicros[side] = nowMicros + Math.floor(cooldown);
    this.lastFillMicros[side] = nowMicros;
  }

  /** Layer steps by which `side` rests deeper now: 0, or 1 after a fill, 2 after a sweep. Hot. */
  refillSteps(side: Side, nowMicros: number): number {
    return nowMicros < (this.cooldownUntilMicros[side] as number)
      ? (this.deeperSteps[side] as number)
      : 0;
  }

  /** 0..1 on the size of `side`: 1 inside the soft band and for the reducing side, 0 at the limit. Hot. */
  sizeFactor(side: Side): number {
    const grows = side === Side.BUY ? this.ratio : -this.ratio;
    if (grows <= this.softBand) return 1;
    const left = (1 - grows) / (1 - this.softBand);
    return Math.min(1, Math.max(0, Math.ceil(left * SIZE_STEPS) / SIZE_STEPS));
  }

  /** Base units `side` may still trade before the allowed deviation is reached; negative beyond it. Hot. */
  roomBaseUnits(side: Side, spotBaseUnits: number): number {
    const deviation = spotBaseUnits - this.targetUnits;
    return side === Side.BUY ? this.deviationUnits - deviation : this.deviationUnits + deviation;
  }

  /** The side that brings inventory back to its target. */
  get reducingSide(): Side {
    return this.ratio > 0 ? Side.SELL : Side.BUY;
  }

  /** 0..1: how far the reduction is behind its schedule; 0 while none runs. Hot. */
  reductionPressure(nowMicros: number): number {
    if (this.reductionStartMicros === 0 || this.reductionExcess <= 0) return 0;
    const elapsed = (nowMicros - this.reductionStartMicros) / MICROS_PER_SECOND;
    const planned = plannedExcess(
      this.reductionExcess,
      elapsed,
      this.horizonSeconds,
      SCHEDULE_CURVATURE,
    );
    const excess = Math.abs(this.ratio) - this.softBand * LEAVE_SHARE;
    return Math.min(1, Math.max(0, (excess - planned) / this.reductionExcess));
  }

  writeState(writer: StateWriter): void {
    writer.float(this.ratio);
    writer.integer(this.band);
    writer.floats(this.lastFillMicros, 2);
    writer.floats(this.cooldownUntilMicros, 2);
    writer.floats(this.burst, 2);
    writer.floats(this.deeperSteps, 2);
    writer.integer(this.outsideSinceMicros);
    writer.integer(this.reductionStartMicros);
    writer.float(this.reductionExcess);
  }

  readState(reader: StateReader): void {
    this.ratio = reader.float();
    this.band = reader.integer() as InventoryBand;
    reader.floats(this.lastFillMicros);
    reader.floats(this.cooldownUntilMicros);
    reader.floats(this.burst);
    reader.floats(this.deeperSteps);
    this.outsideSinceMicros = reader.integer();
    this.reductionStartMicros = reader.integer();
    this.reductionExcess = reader.float();
  }

  private bandOf(size: number): InventoryBand {
    if (this.isBeyond(size, 1, InventoryBand.HARD)) return InventoryBand.HARD;
    if (this.isBeyond(size, this.mediumBand, InventoryBand.MEDIUM)) return InventoryBand.MEDIUM;
    if (this.isBeyond(size, this.softBand, InventoryBand.SOFT)) return InventoryBand.SOFT;
    return InventoryBand.INSIDE;
  }

  private isBeyond(size: number, threshold: number, band: InventoryBand): boolean {
    return size > (this.band >= band ? threshold * LEAVE_SHARE : threshold);
  }
}
