import type { SeriesSample } from '#research/measure/session-series.ts';

/** Most samples a page carries: charts stay exact when zoomed in some ten times. */
const SAMPLES_MAX = 6_000;
/** Columns whose extremes must survive the thinning. */
const WATCHED = [
  'midTicks',
  'ownBidTicks',
  'ownAskTicks',
  'spotBaseUnits',
  'netDeltaBaseUnits',
  'totalUnits',
] as const;

/**
 * At most some thousand samples that keep, of every stretch of time, each column's lowest and highest
 * value, and the first and last sample of all.
 */
export function thinSamples(
  samples: readonly SeriesSample[],
  samplesMax = SAMPLES_MAX,
): readonly SeriesSample[] {
  if (samples.length <= samplesMax) return samples;
  const stretches = Math.max(1, Math.floor((samplesMax - 2) / (2 * WATCHED.length)));
  const kept = new Set<number>([0, samples.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * samples.length) / stretches);
    const to = Math.floor(((stretch + 1) * samples.length) / stretches);
    for (const column of WATCHED) keepExtremes(samples, column, from, to, kept);
  }
  return samples.filter((_, index) => kept.has(index));
}

function keepExtremes(
  samples: readonly SeriesSample[],
  column: (typeof WATCHED)[number],
  from: number,
  to: number,
  kept: Set<number>,
): void {
  let low = from;
  let high = from;
  for (let index = from + 1; index < to; index++) {
    const value = (samples[index] as SeriesSample)[column];
    if (value < (samples[low] as SeriesSample)[column]) low = index;
    if (value > (samples[high] as SeriesSample)[column]) high = index;
  }
  kept.add(low);
  kept.add(high);
}
