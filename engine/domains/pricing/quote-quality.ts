import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { gridStep, NO_GRID, newWeight } from './time-decay.ts';

const GRID_MICROS = 1_000_000;
const GRID_SECONDS = 1;
/** The score remembers with this half-life; feedback moves every ten seconds. */
const WEIGHT = newWeight(GRID_SECONDS, 120);
const FEEDBACK_STEPS = 10;
const WIDEN_STEP = 1.02;
const NARROW_STEP = 0.99;
/** Bounds of the feedback on the half spread: it corrects a model, it does not replace one. */
export const QUALITY_FACTOR_MIN = 0.85;
export const QUALITY_FACTOR_MAX = 1.25;
/** A part of the score below LOW calls for action, above HIGH allows it. */
const PART_LOW = 10;
const PART_HIGH = 18;
const PART_MAX = 25;

/** One second of our quoting, refilled by the pricing manager. */
export class QualitySample {
  /** Both sides are shown. */
  isTwoSided = false;
  /** Half spread of the others, and ours at L0, ticks. */
  marketHalfTicks = 0;
  ownHalfTicks = 0;
  /** Fills a second the fitted intensity expects at our distance, both sides. */
  expectedFillRate = 0;
  /** Mean adverse selection and half spread, bp. */
  adverseBps = 0;
  halfSpreadBps = 0;
  inventoryRatio = 0;
}

/**
 * How good our quotes are, 0..100 (MODULES 5.2): spread competitiveness, fill rate, avoidance of
 * adverse selection and inventory, 25 each. It feeds back as a bounded factor on the half spread:
 * wider when fills cost too much, nearer when they do not come.
 */
export class QuoteQuality implements Persistent {
  /** Factor on the half spread, within its bounds. */
  factor = 1;
  /** Share of seconds with both sides shown, 0..1. */
  uptime = 0;
  private readonly parts = new Float64Array(4);
  private fillRate = 0;
  private fillsThisSecond = 0;
  private lastStep = NO_GRID;

  get score(): number {
    let sum = 0;
    for (let part = 0; part < 4; part++) sum += this.parts[part] as number;
    return sum;
  }

  onFill(): void {
    this.fillsThisSecond += 1;
  }

  /** True when a second began and `observe` wants a sample. Hot. */
  isDue(nowMicros: number): boolean {
    return gridStep(nowMicros, GRID_MICROS) !== this.lastStep;
  }

  /** Takes one sample per second. */
  observe(nowMicros: number, sample: Readonly<QualitySample>): void {
    const step = gridStep(nowMicros, GRID_MICROS);
    this.lastStep = step;
    this.uptime += WEIGHT * ((sample.isTwoSided ? 1 : 0) - this.uptime);
    this.fillRate += WEIGHT * (this.fillsThisSecond - this.fillRate);
    this.fillsThisSecond = 0;
    const competitive =
      sample.isTwoSided && sample.ownHalfTicks > 0
        ? sample.marketHalfTicks / sample.ownHalfTicks
        : 0;
    const filled = sample.expectedFillRate > 0 ? this.fillRate / sample.expectedFillRate : 0;
    const kept =
      sample.halfSpreadBps > 0 ? 1 - Math.max(0, sample.adverseBps) / sample.halfSpreadBps : 0;
    this.blend(0, competitive);
    this.blend(1, filled);
    this.blend(2, kept);
    this.blend(3, 1 - Math.abs(sample.inventoryRatio));
    if (step % FEEDBACK_STEPS === 0 && sample.isTwoSided) this.feedBack();
  }

  writeState(writer: StateWriter): void {
    writer.float(this.factor);
    writer.float(this.uptime);
    writer.floats(this.parts, 4);
    writer.float(this.fillRate);
    writer.integer(this.fillsThisSecond);
    writer.integer(this.lastStep);
  }

  readState(reader: StateReader): void {
    this.factor = reader.float();
    this.uptime = reader.float();
    reader.floats(this.parts);
    this.fillRate = reader.float();
    this.fillsThisSecond = reader.integer();
    this.lastStep = reader.integer();
  }

  private blend(part: number, ratio: number): void {
    const points = PART_MAX * Math.min(1, Math.max(0, ratio));
    const before = this.parts[part] as number;
    this.parts[part] = before + WEIGHT * (points - before);
  }

  private feedBack(): void {
    const filled = this.parts[1] as number;
    const kept = this.parts[2] as number;
    if (kept < PART_LOW && filled > PART_LOW) {
      this.factor = Math.min(QUALITY_FACTOR_MAX, this.factor * WIDEN_STEP);
    } else if (kept > PART_HIGH && filled < PART_LOW) {
      this.factor = Math.max(QUALITY_FACTOR_MIN, this.factor * NARROW_STEP);
    }
  }
}
