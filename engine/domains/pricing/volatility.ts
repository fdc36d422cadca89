import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { durationMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { gridStep, NO_GRID, newWeight } from './time-decay.ts';

export interface VolatilityOptions {
  /** Sampling step, microseconds above zero. */
  readonly gridMicros: number;
  readonly fastHalfLifeSeconds: number;
  readonly slowHalfLifeSeconds: number;
}

/**
 * Fast and slow EWMA of the mid's variance on a fixed grid in event time, the last mid carried
 * forward (MODELS 2; RiskMetrics 1996). Mids, not trade prices: bid-ask bounce is no volatility.
 * Unit: ticks per square root second.
 */
export class VolatilityEstimator implements Persistent {
  private readonly gridMicros: number;
  private readonly gridSeconds: number;
  private readonly fastWeight: number;
  private readonly slowWeight: number;
  private fastVariance = 0;
  private slowVariance = 0;
  private lastStep = NO_GRID;
  private sampledTicks = 0;
  private lastTicks = 0;

  constructor(options: VolatilityOptions) {
    this.gridMicros = durationMicros(options.gridMicros);
    this.gridSeconds = options.gridMicros / MICROS_PER_SECOND;
    this.fastWeight = newWeight(this.gridSeconds, options.fastHalfLifeSeconds);
    this.slowWeight = newWeight(this.gridSeconds, options.slowHalfLifeSeconds);
  }

  /** Starts both averages at an assumed volatility, in ticks per square root second, above zero. */
  seed(sigmaTicks: number): void {
    this.fastVariance = sigmaTicks * sigmaTicks;
    this.slowVariance = this.fastVariance;
    this.skipGap();
  }

  /** The market was away: the jump across the gap is not counted. */
  skipGap(): void {
    this.lastStep = NO_GRID;
  }

  /**
   * Takes the mid as of `nowMicros`, in ticks. Time never goes back.
   *
   * Hot: every priced event; one comparison off the grid.
   */
  update(nowMicros: number, midTicks: number): void {
    const step = gridStep(nowMicros, this.gridMicros);
    if (this.lastStep === NO_GRID) {
      this.sampledTicks = midTicks;
      this.lastStep = step;
    } else if (step > this.lastStep) {
      this.sample(step - this.lastStep);
      this.lastStep = step;
    }
    this.lastTicks = midTicks;
  }

  /** max(fast, slow), and never under `floorTicks` (one tick per floor horizon). */
  sigmaTicks(floorTicks: number): number {
    return Math.max(Math.sqrt(Math.max(this.fastVariance, this.slowVariance)), floorTicks);
  }

  get fastTicks(): number {
    return Math.sqrt(this.fastVariance);
  }

  get slowTicks(): number {
    return Math.sqrt(this.slowVariance);
  }

  writeState(writer: StateWriter): void {
    writer.float(this.fastVariance);
    writer.float(this.slowVariance);
    writer.integer(this.lastStep);
    writer.float(this.sampledTicks);
    writer.float(this.lastTicks);
  }

  readState(reader: StateReader): void {
    this.fastVariance = reader.float();
    this.slowVariance = reader.float();
    this.lastStep = reader.integer();
    this.sampledTicks = reader.float();
    this.lastTicks = reader.float();
  }

  /**
   * `steps` grid points went by: the first one shows the move so far, the others show none, because
   * the mid that stood before this event stood at all of them.
   */
  private sample(steps: number): void {
    const move = this.lastTicks - this.sampledTicks;
    const variance = (move * move) / this.gridSeconds;
    this.fastVariance += this.fastWeight * (variance - this.fastVariance);
    this.slowVariance += this.slowWeight * (variance - this.slowVariance);
    if (steps > 1) {
      this.fastVariance *= (1 - this.fastWeight) ** (steps - 1);
      this.slowVariance *= (1 - this.slowWeight) ** (steps - 1);
    }
    this.sampledTicks = this.lastTicks;
  }
}
