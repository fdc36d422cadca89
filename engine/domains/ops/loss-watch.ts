import type { PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

const BPS_PER_ONE = 10_000;
const DAY_MICROS = 86_400 * MICROS_PER_SECOND;
/** Samples of equity kept for the velocity of losses. */
const SAMPLES = 60;

/** Measures losses in basis points: since the start of the UTC day, from the peak, and within a window. */
export class LossWatch {
  dailyLossBps = 0;
  drawdownBps = 0;
  velocityBps = 0;
  /** The most lost at any time of the UTC day, in basis points: what a pull for the day is judged by. */
  worstDailyLossBps = 0;
  private readonly sampleMicros: number;
  private readonly windowMicros: number;
  private readonly samples = new Float64Array(SAMPLES);
  private readonly sampleTimes = new Float64Array(SAMPLES);
  private sampleCount = 0;
  private nextSample = 0;
  private sampledAtMicros = 0;
  private day = -1;
  private dayEquityUnits = 0;

  /** `windowMicros`: how far back a fast loss is looked for. */
  constructor(windowMicros: number) {
    this.windowMicros = windowMicros;
    this.sampleMicros = Math.max(1, Math.floor(windowMicros / SAMPLES));
  }

  /**
   * Takes the equity of now. Nothing is measured before equity is known, nor while its parts are of
   * different moments: after a restart or a broken stream one balance is told before the other.
   */
  update(position: PositionState, nowMicros: number): void {
    const equity = position.equityUnits;
    if (position.startEquityUnits <= 0 || !isWhole(position)) return;
    const day = Math.floor(nowMicros / DAY_MICROS);
    if (day !== this.day) {
      this.day = day;
      this.dayEquityUnits = equity;
      this.worstDailyLossBps = 0;
    }
    this.dailyLossBps = lossBps(this.dayEquityUnits, equity);
    this.worstDailyLossBps = Math.max(this.worstDailyLossBps, this.dailyLossBps);
    this.drawdownBps = lossBps(position.peakEquityUnits, equity);
    if (nowMicros - this.sampledAtMicros >= this.sampleMicros) this.sample(equity, nowMicros);
    let highest = equity as number;
    for (let index = 0; index < this.sampleCount; index++) {
      const age = nowMicros - (this.sampleTimes[index] as number);
      if (age <= this.windowMicros) highest = Math.max(highest, this.samples[index] as number);
    }
    this.velocityBps = lossBps(highest, equity);
  }

  writeState(writer: StateWriter): void {
    writer.float(this.dailyLossBps);
    writer.float(this.drawdownBps);
    writer.float(this.velocityBps);
    writer.float(this.worstDailyLossBps);
    writer.floats(this.samples, this.sampleCount);
    writer.floats(this.sampleTimes, this.sampleCount);
    writer.integer(this.nextSample);
    writer.integer(this.sampledAtMicros);
    writer.integer(this.day);
    writer.integer(this.dayEquityUnits);
  }

  readState(reader: StateReader): void {
    this.dailyLossBps = reader.float();
    this.drawdownBps = reader.float();
    this.velocityBps = reader.float();
    this.worstDailyLossBps = reader.float();
    this.sampleCount = reader.floats(this.samples);
    reader.floats(this.sampleTimes);
    this.nextSample = reader.integer();
    this.sampledAtMicros = reader.integer();
    this.day = reader.integer();
    this.dayEquityUnits = reader.integer();
  }

  private sample(equityUnits: number, nowMicros: number): void {
    this.samples[this.nextSample] = equityUnits;
    this.sampleTimes[this.nextSample] = nowMicros;
    this.nextSample = (this.nextSample + 1) % SAMPLES;
    if (this.sampleCount < SAMPLES) this.sampleCount += 1;
    this.sampledAtMicros = nowMicros;
  }
}

/** True while the venue tells all of the account and contradicts none of it. */
function isWhole(position: PositionState): boolean {
  const { isReconciled, quotedBlindSinceMicros, hedgeBlindSinceMicros } = position;
  return isReconciled && quotedBlindSinceMicros === 0 && hedgeBlindSinceMicros === 0;
}

/** Positive: lost. 0 when there was nothing to lose. */
function lossBps(fromUnits: number, toUnits: number): number {
  return fromUnits > 0 ? ((fromUnits - toUnits) / fromUnits) * BPS_PER_ONE : 0;
}
