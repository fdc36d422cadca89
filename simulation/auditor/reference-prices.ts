/**
 * Recent mids of both markets and the auditor's own independent reference: lows and highs per second
 * over half a minute, and the slow ratio of both markets. A range, because the engine's own reference
 * may be some seconds old: what lies outside of the whole range is off by any measure.
 */
import { HEDGE, INSTRUMENTS_MAX, QUOTED } from './situation.ts';

const SECOND = 1_000_000;
const BUCKETS = 32;
/** Time constant of the ratio's slow average. */
const RATIO_MICROS = 60 * SECOND;

export class ReferencePrices {
  /** Price units of the mid, 0 before the first. */
  readonly mids = new Float64Array(INSTRUMENTS_MAX);
  private readonly lows = new Float64Array(INSTRUMENTS_MAX * BUCKETS);
  private readonly highs = new Float64Array(INSTRUMENTS_MAX * BUCKETS);
  private readonly seconds = new Float64Array(INSTRUMENTS_MAX * BUCKETS).fill(-1);
  /** Slow ratio of the quoted mid to the hedge mid over the time in which the process saw both; 0: none yet. */
  private ratio = 0;
  private ratioAtMicros = 0;
  private readonly hasHedge: boolean;

  constructor(hasHedge: boolean) {
    this.hasHedge = hasHedge;
  }

  /** A price of an instrument in price units: a mid, or a mark. Hot: no allocation. */
  observe(instrument: number, priceUnits: number, nowMicros: number): void {
    if (!(priceUnits > 0)) return;
    const second = Math.floor(nowMicros / SECOND);
    const index = instrument * BUCKETS + (second % BUCKETS);
    this.mids[instrument] = priceUnits;
    if (this.seconds[index] !== second) {
      this.seconds[index] = second;
      this.lows[index] = priceUnits;
      this.highs[index] = priceUnits;
    } else {
      if (priceUnits < (this.lows[index] as number)) this.lows[index] = priceUnits;
      if (priceUnits > (this.highs[index] as number)) this.highs[index] = priceUnits;
    }
  }

  /** A life begins. `isFresh`: it remembers no ratio. */
  onStarted(isFresh: boolean): void {
    if (isFresh) this.ratio = 0;
  }

  /** With every timer at which the process sees both markets. */
  sampleRatio(nowMicros: number): void {
    const quoted = this.mids[QUOTED] as number;
    const hedge = this.mids[HEDGE] as number;
    if (!this.hasHedge || quoted === 0 || hedge === 0) return;
    const now = quoted / hedge;
    const elapsed = nowMicros - this.ratioAtMicros;
    this.ratioAtMicros = nowMicros;
    if (this.ratio === 0) this.ratio = now;
    else this.ratio += ((now - this.ratio) * elapsed) / (elapsed + RATIO_MICROS);
  }

  /** Lowest price of the last half minute, 0 when there was none. */
  low(instrument: number, nowMicros: number): number {
    return this.extreme(this.lows, instrument, nowMicros, -1);
  }

  high(instrument: number, nowMicros: number): number {
    return this.extreme(this.highs, instrument, nowMicros, 1);
  }

  /** Least and most the independent reference of the quoted instrument can be; 0 while unknown. */
  referenceLow(nowMicros: number): number {
    if (!this.hasHedge) return this.low(QUOTED, nowMicros);
    return this.low(HEDGE, nowMicros) * this.ratio;
  }

  referenceHigh(nowMicros: number): number {
    if (!this.hasHedge) return this.high(QUOTED, nowMicros);
    return this.high(HEDGE, nowMicros) * this.ratio;
  }

  private extreme(
    values: Float64Array,
    instrument: number,
    nowMicros: number,
    direction: number,
  ): number {
    const oldest = Math.floor(nowMicros / SECOND) - BUCKETS + 1;
    let found = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const index = instrument * BUCKETS + bucket;
      if ((this.seconds[index] as number) < oldest) continue;
      const value = values[index] as number;
      if (found === 0 || (value - found) * direction > 0) found = value;
    }
    // A market that stood still has no recent bucket: its last price still holds.
    return found === 0 ? (this.mids[instrument] as number) : found;
  }
}
