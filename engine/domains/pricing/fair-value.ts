import type {
  FairModelName,
  PricingConfiguration,
} from '#contracts/configuration/pricing-configuration.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MicroPriceTable } from './micro-price-table.ts';
import { gridStep, NO_GRID, newWeight } from './time-decay.ts';

const BASIS_GRID_MICROS = 100_000;
const BASIS_GRID_SECONDS = 0.1;
/** Samples before the perpetual may lead: three seconds. */
const BASIS_SAMPLES_MIN = 30;
/** The basis is frozen on moves beyond this many standard deviations (MODELS 1, guards) ... */
const OUTLIER_DEVIATIONS = 5;
/** ... of at least half a basis point, so that a very quiet market does not freeze itself ... */
const DEVIATION_MIN = 5e-5;
/** ... and taken as it is when it stayed away this long: 30 s of grid steps. */
const OUTLIER_STEPS_MAX = 300;
/** Frozen this long around a funding settlement. */
const FUNDING_FREEZE_MICROS = 2_000_000;

/** What fair value needs of one event, refilled by the pricing manager. */
export class FairValueInput {
  nowMicros = 0;
  /** Quoted ticks in one tick of the hedge market: its tick size over ours. */
  ticksPerHedgeTick = 1;
  /** The hedge market is live, fresh and two-sided. */
  isHedgeUsable = false;
  /** Microseconds to the nearest funding instant. */
  fundingDistanceMicros = Number.POSITIVE_INFINITY;
}

const BPS_PER_ONE = 10_000;

/**
 * Fair value of the quoted instrument in ticks: mid, weighted mid, micro-price or led by the
 * perpetual through an EWMA of the log basis (MODELS 1).
 *
 * fair = w F_perp e^basis + (1 - w) micro, w dying with the perpetual's age, then clipped to the touch
 * plus `clipSpreads` spreads, or `clipMinBps` of the price where a spread is next to nothing. How far
 * it wanted beyond the band is kept: pricing pulls the endangered side then, instead of quoting the
 * clipped price.
 */
export class FairValue implements Persistent {
  readonly microPrice = new MicroPriceTable();
  /** The clipped fair in ticks; 0 while unknown. */
  fairTicks = 0;
  /** Fair implied by the perpetual alone; 0 while unknown. */
  hedgeImpliedTicks = 0;
  /** Ticks by which the unclipped fair stands above (positive) or below (negative) the clip band. */
  outsideBandTicks = 0;
  /** How far beyond the touch the clip band reaches, ticks. */
  clipRoomTicks = 0;
  private readonly model: FairModelName;
  private readonly perpWeight: number;
  private readonly perpStalenessMicros: number;
  private readonly clipSpreads: number;
  private readonly clipMinRatio: number;
  private readonly basisWeight: number;
  private logBasis = 0;
  private basisVariance = 0;
  private basisSamples = 0;
  private outlierSteps = 0;
  private lastStep = NO_GRID;
  /** e^logBasis, refreshed with it. */
  private basisRatio = 1;

  constructor(configuration: PricingConfiguration) {
    this.model = configuration.fairModel;
    this.perpWeight = configuration.perpWeight;
    this.perpStalenessMicros = configuration.perpStalenessMicros;
    this.clipSpreads = configuration.clipSpreads;
    this.clipMinRatio = configuration.clipMinBps / BPS_PER_ONE;
    this.basisWeight = newWeight(BASIS_GRID_SECONDS, configuration.basisHalfLifeSeconds);
  }

  /** Learned basis, ln(quoted / hedge). */
  get basis(): number {
    return this.logBasis;
  }

  /** Takes both books; `quoted` must be two-sided. Hot: every priced event. */
  update(input: Readonly<FairValueInput>, quoted: MarketSnapshot, hedge: MarketSnapshot): void {
    const midTicks = quoted.midHalfTicks / 2;
    this.microPrice.update(
      input.nowMicros,
      quoted.imbalance,
      quoted.spreadTicks,
      quoted.midHalfTicks,
    );
    const hedgeTicks = (hedge.midHalfTicks / 2) * input.ticksPerHedgeTick;
    if (input.isHedgeUsable && hedgeTicks > 0) {
      this.learnBasis(input, midTicks, hedgeTicks);
      this.hedgeImpliedTicks = hedgeTicks * this.basisRatio;
    } else {
      this.hedgeImpliedTicks = 0;
    }
    const ageMicros = Math.max(0, input.nowMicros - hedge.receiveTimeMicros);
    this.clip(this.unclipped(quoted, midTicks, ageMicros), quoted);
  }

  /** The quoted market was away: what is sampled across the gap does not count. */
  skipGap(): void {
    this.microPrice.skipGap();
    this.fairTicks = 0;
    this.outsideBandTicks = 0;
  }

  writeState(writer: StateWriter): void {
    this.microPrice.writeState(writer);
    writer.float(this.fairTicks);
    writer.float(this.hedgeImpliedTicks);
    writer.float(this.outsideBandTicks);
    writer.float(this.clipRoomTicks);
    writer.float(this.logBasis);
    writer.float(this.basisVariance);
    writer.integer(this.basisSamples);
    writer.integer(this.outlierSteps);
    writer.integer(this.lastStep);
  }

  readState(reader: StateReader): void {
    this.microPrice.readState(reader);
    this.fairTicks = reader.float();
    this.hedgeImpliedTicks = reader.float();
    this.outsideBandTicks = reader.float();
    this.clipRoomTicks = reader.float();
    this.logBasis = reader.float();
    this.basisVariance = reader.float();
    this.basisSamples = reader.integer();
    this.outlierSteps = reader.integer();
    this.lastStep = reader.integer();
    this.basisRatio = Math.exp(this.logBasis);
  }

  private unclipped(quoted: MarketSnapshot, midTicks: number, hedgeAgeMicros: number): number {
    if (this.model === 'mid') return midTicks;
    if (this.model === 'weighted-mid') return quoted.weightedMidTicks;
    const micro = midTicks + this.microPrice.adjustmentTicks(quoted.imbalance, quoted.spreadTicks);
    if (this.model === 'micro-price' || this.hedgeImpliedTicks === 0) return micro;
    if (this.basisSamples < BASIS_SAMPLES_MIN) return micro;
    const weight = this.perpWeight * Math.exp(-hedgeAgeMicros / this.perpStalenessMicros);
    return micro + weight * (this.hedgeImpliedTicks - micro);
  }

  private clip(fair: number, quoted: MarketSnapshot): void {
    const leastTicks = (this.clipMinRatio * quoted.midHalfTicks) / 2;
    const room = Math.max(this.clipSpreads * quoted.spreadTicks, leastTicks);
    this.clipRoomTicks = room;
    const lowest = quoted.bidPriceTicks - room;
    const highest = quoted.askPriceTicks + room;
    this.outsideBandTicks = fair > highest ? fair - highest : fair < lowest ? fair - lowest : 0;
    this.fairTicks = Math.min(highest, Math.max(lowest, fair));
  }

  private learnBasis(input: Readonly<FairValueInput>, midTicks: number, hedgeTicks: number): void {
    const step = gridStep(input.nowMicros, BASIS_GRID_MICROS);
    if (step === this.lastStep) return;
    this.lastStep = step;
    if (input.fundingDistanceMicros <= FUNDING_FREEZE_MICROS && this.basisSamples > 0) return;
    const observed = Math.log(midTicks / hedgeTicks);
    if (this.basisSamples === 0) this.adoptBasis(observed);
    const difference = observed - this.logBasis;
    const deviation = Math.max(Math.sqrt(this.basisVariance), DEVIATION_MIN);
    if (Math.abs(difference) > OUTLIER_DEVIATIONS * deviation) {
      this.outlierSteps += 1;
      if (this.outlierSteps >= OUTLIER_STEPS_MAX) this.adoptBasis(observed);
      return;
    }
    this.outlierSteps = 0;
    this.logBasis += this.basisWeight * difference;
    this.basisVariance += this.basisWeight * (difference * difference - this.basisVariance);
    this.basisSamples += 1;
    this.basisRatio = Math.exp(this.logBasis);
  }

  private adoptBasis(observed: number): void {
    this.logBasis = observed;
    this.basisVariance = 0;
    this.outlierSteps = 0;
    this.basisSamples = 1;
    this.basisRatio = Math.exp(observed);
  }
}
