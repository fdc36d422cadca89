import { Side } from '#contracts/order.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

/** Quarter octaves of the distance in ticks: fine at the touch, and 2^20 ticks still fit. */
const BUCKETS_PER_OCTAVE = 4;
const BUCKETS = 20 * BUCKETS_PER_OCTAVE + 1;
/** Trades are forgotten with this time constant. */
const MEMORY_SECONDS = 120;

/**
 * How many lots a second reach a distance from mid, by side, over the last minutes: the answer to
 * "when would an order there fill". Measures; never decides.
 */
export class FillRates {
  private readonly lots: readonly Float64Array[] = [
    new Float64Array(BUCKETS),
    new Float64Array(BUCKETS),
  ];
  private sinceMicros = 0;
  private decayedAtMicros = 0;

  /** One trade of the market. `distanceTicks` from mid to the trade's price, on the side it hit. */
  onTrade(restingSide: Side, distanceTicks: number, lots: number, atMicros: number): void {
    if (this.sinceMicros === 0) {
      this.sinceMicros = atMicros;
      this.decayedAtMicros = atMicros;
    }
    this.decay(atMicros);
    const column = this.lots[restingSide] as Float64Array;
    const bucket = bucketOf(distanceTicks);
    column[bucket] = (column[bucket] as number) + lots;
  }

  /**
   * Seconds until `lots` have traded at `distanceTicks` or farther, at the rate of the last minutes.
   * Null when nothing came that far, or nothing was seen yet.
   */
  secondsFor(
    restingSide: Side,
    distanceTicks: number,
    lots: number,
    atMicros: number,
  ): number | null {
    if (this.sinceMicros === 0) return null;
    this.decay(atMicros);
    const column = this.lots[restingSide] as Float64Array;
    let reached = 0;
    for (let bucket = bucketOf(distanceTicks); bucket < BUCKETS; bucket++) {
      reached += column[bucket] as number;
    }
    if (reached < 1e-6) return null;
    const seenSeconds = Math.max(1, (atMicros - this.sinceMicros) / MICROS_PER_SECOND);
    const weightSeconds = MEMORY_SECONDS * (1 - Math.exp(-seenSeconds / MEMORY_SECONDS));
    return (lots * weightSeconds) / reached;
  }

  private decay(atMicros: number): void {
    const seconds = (atMicros - this.decayedAtMicros) / MICROS_PER_SECOND;
    if (seconds < 1) return;
    this.decayedAtMicros = atMicros;
    const factor = Math.exp(-seconds / MEMORY_SECONDS);
    for (const column of this.lots) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        column[bucket] = (column[bucket] as number) * factor;
      }
    }
  }
}

/** A trade inside the spread counts as distance zero. */
function bucketOf(distanceTicks: number): number {
  const octaves = Math.log2(1 + Math.max(0, distanceTicks));
  return Math.min(BUCKETS - 1, Math.floor(octaves * BUCKETS_PER_OCTAVE));
}

/** The side whose resting orders an aggressor of `aggressor` trades with. */
export function restingSideOf(aggressor: Side): Side {
  return aggressor === Side.BUY ? Side.SELL : Side.BUY;
}
