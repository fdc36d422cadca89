import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { gridStep, NO_GRID } from './time-decay.ts';

const LEVEL_COUNT = 16;
/** Levels are spaced evenly in ln d, from this share of the band (never under half a tick) to the band's end. */
const FIRST_LEVEL_SHARE = 1 / 128;
const FIRST_LEVEL_MIN_TICKS = 0.5;
/** Acceptance of a fit (MODELS 3.4). */
const COUNT_MIN = 10;
const LEVELS_MIN = 5;
const R_SQUARED_MIN = 0.8;
/** Least fall of ln lambda over the fitted levels: with less there is no slope to speak of. */
const DECLINE_MIN = 0.05;
/** Weight of an accepted fit in (ln A, k). */
const FIT_WEIGHT = 0.3;
/** Each refused fit in a row widens by this share, up to the limit. */
const WIDENING_STEP = 0.05;
const WIDENING_MAX = 1.5;
/** A longer silence than this many grid steps is a gap, not a time without trades. */
const GAP_STEPS_MAX = 600;

export interface IntensityOptions {
  readonly gridMicros: number;
  readonly refitMicros: number;
  readonly halfLifeSeconds: number;
}

/**
 * Online calibration of the fill intensity A e^(-k d) by trade-depth exceedance (MODELS 3.4).
 *
 * On each grid step and side only the deepest trade counts, measured from the mid at the step's
 * start; level j was exceeded in n_j of N steps, so lambda_j = -ln(1 - n_j / N) / dt. ln lambda is
 * fitted on d with Poisson weights n_j over the quoted band only. A bad fit is refused: the old one
 * stays and quotes widen a little with each refusal in a row.
 */
export class IntensityEstimator implements Persistent {
  /** A, fills per second at distance zero; k per tick; farthest distance the fit holds, ticks. */
  intensityPerSecond = 1;
  decayPerTick = 1;
  bandTicks = 0;
  /** Fits accepted, and refused in a row. */
  fitCount = 0;
  refusedInRow = 0;
  private readonly gridMicros: number;
  private readonly gridSeconds: number;
  private readonly refitMicros: number;
  private readonly fade: number;
  private readonly exceeded = new Float64Array(LEVEL_COUNT);
  private sideSteps = 0;
  /** Width of the band the levels were laid over, and the levels themselves, ticks. */
  private seededBandTicks = 0;
  private readonly levels = new Float64Array(LEVEL_COUNT);
  private lastStep = NO_GRID;
  private refitStep = NO_GRID;
  private referenceTicks = 0;
  /** Deepest distance of this step by aggressor side; negative: no trade. */
  private deepestBuyTicks = -1;
  private deepestSellTicks = -1;

  constructor(options: IntensityOptions) {
    this.gridMicros = options.gridMicros;
    this.gridSeconds = options.gridMicros / MICROS_PER_SECOND;
    this.refitMicros = options.refitMicros;
    this.fade = 2 ** (-options.refitMicros / MICROS_PER_SECOND / options.halfLifeSeconds);
  }

  /** Starts from assumed values; all above zero. Forgets what was observed. */
  seed(intensityPerSecond: number, decayPerTick: number, bandTicks: number): void {
    this.intensityPerSecond = intensityPerSecond;
    this.decayPerTick = decayPerTick;
    this.bandTicks = bandTicks;
    this.layLevels(bandTicks);
    this.exceeded.fill(0);
    this.sideSteps = 0;
    this.skipGap();
  }

  skipGap(): void {
    this.lastStep = NO_GRID;
    this.deepestBuyTicks = -1;
    this.deepestSellTicks = -1;
  }

  /** Factor on the half spread, 1..1.5: distrust after refused fits. */
  get widening(): number {
    return Math.min(WIDENING_MAX, 1 + WIDENING_STEP * this.refusedInRow);
  }

  /** Fills per second expected at a distance, at the current fit. */
  fillRate(distanceTicks: number): number {
    return this.intensityPerSecond * Math.exp(-this.decayPerTick * distanceTicks);
  }

  /** Distance of level `index`, ticks from the mid. */
  levelTicks(index: number): number {
    return this.levels[index] as number;
  }

  /** One trade, measured from the mid at the start of its grid step. Call after `update`. Hot. */
  onTrade(aggressor: Side, priceTicks: number): void {
    if (this.lastStep === NO_GRID) return;
    if (aggressor === Side.BUY) {
      this.deepestBuyTicks = Math.max(this.deepestBuyTicks, priceTicks - this.referenceTicks);
    } else {
      this.deepestSellTicks = Math.max(this.deepestSellTicks, this.referenceTicks - priceTicks);
    }
  }

  /**
   * Moves the grid to now. `midBeforeTicks` is the mid before this event: the reference of the step
   * that begins. Hot: one division off the grid; a fit every refit interval.
   */
  update(nowMicros: number, midBeforeTicks: number): void {
    const step = gridStep(nowMicros, this.gridMicros);
    if (step === this.lastStep) return;
    if (this.lastStep !== NO_GRID) this.closeSteps(step - this.lastStep);
    this.lastStep = step;
    this.referenceTicks = midBeforeTicks;
    const refitStep = gridStep(nowMicros, this.refitMicros);
    if (refitStep === this.refitStep) return;
    if (this.refitStep !== NO_GRID) this.refit();
    this.refitStep = refitStep;
  }

  writeState(writer: StateWriter): void {
    writer.float(this.intensityPerSecond);
    writer.float(this.decayPerTick);
    writer.float(this.bandTicks);
    writer.integer(this.fitCount);
    writer.integer(this.refusedInRow);
    writer.floats(this.exceeded, LEVEL_COUNT);
    writer.float(this.sideSteps);
    writer.float(this.seededBandTicks);
    writer.integer(this.lastStep);
    writer.integer(this.refitStep);
    writer.float(this.referenceTicks);
    writer.float(this.deepestBuyTicks);
    writer.float(this.deepestSellTicks);
  }

  readState(reader: StateReader): void {
    this.intensityPerSecond = reader.float();
    this.decayPerTick = reader.float();
    this.bandTicks = reader.float();
    this.fitCount = reader.integer();
    this.refusedInRow = reader.integer();
    reader.floats(this.exceeded);
    this.sideSteps = reader.float();
    this.layLevels(reader.float());
    this.lastStep = reader.integer();
    this.refitStep = reader.integer();
    this.referenceTicks = reader.float();
    this.deepestBuyTicks = reader.float();
    this.deepestSellTicks = reader.float();
  }

  private layLevels(bandTicks: number): void {
    this.seededBandTicks = bandTicks;
    const first = Math.max(FIRST_LEVEL_MIN_TICKS, bandTicks * FIRST_LEVEL_SHARE);
    const last = Math.max(bandTicks, first * 2);
    const ratio = (last / first) ** (1 / (LEVEL_COUNT - 1));
    for (let level = 0; level < LEVEL_COUNT; level++) this.levels[level] = first * ratio ** level;
    // The power of the last one misses the end by a last bit.
    this.levels[LEVEL_COUNT - 1] = last;
  }

  private closeSteps(steps: number): void {
    if (steps <= GAP_STEPS_MAX) {
      this.countSide(this.deepestBuyTicks);
      this.countSide(this.deepestSellTicks);
      this.sideSteps += 2 * steps;
    }
    this.deepestBuyTicks = -1;
    this.deepestSellTicks = -1;
  }

  private countSide(deepestTicks: number): void {
    for (let level = 0; level < LEVEL_COUNT; level++) {
      if (deepestTicks <= this.levelTicks(level)) return;
      this.exceeded[level] = (this.exceeded[level] as number) + 1;
    }
  }

  private refit(): void {
    if (this.fit()) {
      this.fitCount += 1;
      this.refusedInRow = 0;
    } else {
      this.refusedInRow += 1;
    }
    for (let level = 0; level < LEVEL_COUNT; level++) {
      this.exceeded[level] = (this.exceeded[level] as number) * this.fade;
    }
    this.sideSteps *= this.fade;
  }

  /** Weighted least squares of ln lambda on distance. False when the fit is refused. */
  private fit(): boolean {
    let weight = 0;
    let sumX = 0;
    let sumY = 0;
    let sumXX = 0;
    let sumXY = 0;
    let sumYY = 0;
    let usable = 0;
    for (let level = 0; level < LEVEL_COUNT; level++) {
      const count = this.exceeded[level] as number;
      if (count < COUNT_MIN || count >= this.sideSteps) break;
      const x = this.levelTicks(level);
      const y = Math.log(-Math.log1p(-count / this.sideSteps) / this.gridSeconds);
      weight += count;
      sumX += count * x;
      sumY += count * y;
      sumXX += count * x * x;
      sumXY += count * x * y;
      sumYY += count * y * y;
      usable += 1;
    }
    if (usable < LEVELS_MIN) return false;
    const spreadX = sumXX - (sumX * sumX) / weight;
    const spreadY = sumYY - (sumY * sumY) / weight;
    const shared = sumXY - (sumX * sumY) / weight;
    const slope = shared / spreadX;
    const reachTicks = this.levelTicks(usable - 1) - this.levelTicks(0);
    if (!(slope * reachTicks < -DECLINE_MIN)) return false;
    if (!((shared * shared) / (spreadX * spreadY) >= R_SQUARED_MIN)) return false;
    // The band reaches to the next level: the last usable one stands for the room up to it.
    const farthest = this.levelTicks(Math.min(usable, LEVEL_COUNT - 1));
    this.adopt((sumY - slope * sumX) / weight, -slope, farthest);
    return true;
  }

  private adopt(logIntensity: number, decayPerTick: number, bandTicks: number): void {
    const weight = this.fitCount === 0 ? 1 : FIT_WEIGHT;
    const logNow = Math.log(this.intensityPerSecond);
    this.intensityPerSecond = Math.exp(logNow + weight * (logIntensity - logNow));
    this.decayPerTick += weight * (decayPerTick - this.decayPerTick);
    this.bandTicks = bandTicks;
  }
}
