import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Fills that may wait for their horizon at once. When more come, the oldest is not measured. */
const PENDING_MAX = 256;
/** A measured fill's least weight in the average. */
const WEIGHT_MIN = 0.02;

export interface MarkoutOptions {
  readonly horizonMicros: number;
  /** Belief before the first fill, bp, and how many fills it is worth. */
  readonly priorBps: number;
  readonly priorFills: number;
}

/**
 * Adverse selection of our own fills at one horizon: AS = e (M_fill - M_later) in bp of the mid, e = +1
 * for our buy (MODELS 4). Positive is a cost. One running mean per side, starting at a prior.
 */
export class MarkoutTracker implements Persistent {
  /** Fills that were dropped because too many waited. */
  droppedCount = 0;
  private readonly horizonMicros: number;
  private readonly priorFills: number;
  private readonly meanBps = new Float64Array(2);
  private readonly measured = new Float64Array(2);
  private readonly dueMicros = new Float64Array(PENDING_MAX);
  private readonly midTicks = new Float64Array(PENDING_MAX);
  private readonly sides = new Float64Array(PENDING_MAX);
  private first = 0;
  private pending = 0;
  /** The mid before the event being handled. */
  private lastMidTicks = 0;

  constructor(options: MarkoutOptions) {
    this.horizonMicros = options.horizonMicros;
    this.priorFills = Math.max(1, options.priorFills);
    this.meanBps.fill(options.priorBps);
  }

  /** Mean adverse selection of our fills on `side`, bp. */
  adverseBps(side: Side): number {
    return this.meanBps[side] as number;
  }

  /** Fills measured on `side` so far. */
  measuredCount(side: Side): number {
    return this.measured[side] as number;
  }

  /** An own maker fill; counts once the horizon has passed. Ignored before the first mid. Hot. */
  onFill(side: Side, nowMicros: number): void {
    if (this.lastMidTicks === 0) return;
    if (this.pending === PENDING_MAX) {
      this.first = (this.first + 1) % PENDING_MAX;
      this.pending -= 1;
      this.droppedCount += 1;
    }
    const slot = (this.first + this.pending) % PENDING_MAX;
    this.dueMicros[slot] = nowMicros + this.horizonMicros;
    this.midTicks[slot] = this.lastMidTicks;
    this.sides[slot] = side;
    this.pending += 1;
  }

  /** Takes the current mid: fills whose horizon has passed are measured at the mid before it. Hot. */
  update(nowMicros: number, midTicks: number): void {
    while (this.pending > 0 && (this.dueMicros[this.first] as number) <= nowMicros) {
      this.measure(this.first);
      this.first = (this.first + 1) % PENDING_MAX;
      this.pending -= 1;
    }
    this.lastMidTicks = midTicks;
  }

  /** The market was away: waiting fills have no honest mid at their horizon and are dropped. */
  skipGap(): void {
    this.droppedCount += this.pending;
    this.pending = 0;
    this.lastMidTicks = 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.droppedCount);
    writer.floats(this.meanBps, 2);
    writer.floats(this.measured, 2);
    writer.integer(this.pending);
    writer.float(this.lastMidTicks);
    for (let index = 0; index < this.pending; index++) {
      const slot = (this.first + index) % PENDING_MAX;
      writer.float(this.dueMicros[slot] as number);
      writer.float(this.midTicks[slot] as number);
      writer.integer(this.sides[slot] as number);
    }
  }

  readState(reader: StateReader): void {
    this.droppedCount = reader.integer();
    reader.floats(this.meanBps);
    reader.floats(this.measured);
    this.first = 0;
    this.pending = reader.integer();
    this.lastMidTicks = reader.float();
    for (let slot = 0; slot < this.pending; slot++) {
      this.dueMicros[slot] = reader.float();
      this.midTicks[slot] = reader.float();
      this.sides[slot] = reader.integer();
    }
  }

  private measure(slot: number): void {
    const side = this.sides[slot] as number;
    const before = this.midTicks[slot] as number;
    const direction = side === Side.BUY ? 1 : -1;
    const adverse = (direction * (before - this.lastMidTicks) * 10_000) / before;
    const count = (this.measured[side] as number) + 1;
    this.measured[side] = count;
    const weight = Math.max(WEIGHT_MIN, 1 / (this.priorFills + count));
    const mean = this.meanBps[side] as number;
    this.meanBps[side] = mean + weight * (adverse - mean);
  }
}
