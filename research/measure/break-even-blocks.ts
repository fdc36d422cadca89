import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { feeUnits, notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { Rounding } from '#units/multiply-divide.ts';
import type { BreakEvenBlock } from './break-even.ts';
import { savedByFeeAsset } from './fee-repricing.ts';
import type { FillRecord } from './fill-tape.ts';
import type { SeriesSample } from './session-series.ts';

/** Blocks of equal time a session is cut into: enough for an interval, long enough to hold a hedge. */
const BLOCK_COUNT = 20;

/**
 * Cuts a session into blocks: what each added before spot maker fees, and its spot maker notional.
 * The fee of a fill is its account's rate times its notional, whatever asset it was paid in.
 */
export function blocksOf(
  samples: readonly SeriesSample[],
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): BreakEvenBlock[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMicros <= first.atMicros) return [];
  const span = (last.atMicros - first.atMicros) / BLOCK_COUNT;
  const blockOf = (atMicros: number): number =>
    Math.max(0, Math.min(BLOCK_COUNT - 1, Math.floor((atMicros - first.atMicros) / span)));
  const gained = new Float64Array(BLOCK_COUNT);
  const notional = new Float64Array(BLOCK_COUNT);
  let before = first.totalUnits;
  for (const sample of samples) {
    const block = blockOf(sample.atMicros);
    gained[block] = (gained[block] ?? 0) + sample.totalUnits - before;
    before = sample.totalUnits;
  }
  for (const fill of fills) {
    const instrument = instruments[fill.instrument];
    if (instrument === undefined || instrument.role !== InstrumentRole.QUOTED) continue;
    if (!fill.isMaker) continue;
    const block = blockOf(fill.atMicros);
    const traded = notionalUnits(instrument, fill.priceTicks, fill.lots, Rounding.DOWN);
    const paid = feeUnits(traded, instrument.makerFeeRate, Rounding.DOWN);
    gained[block] = (gained[block] ?? 0) + paid - savedByFeeAsset([fill], instruments);
    notional[block] = (notional[block] ?? 0) + traded;
  }
  return Array.from(gained, (beforeMakerFeesUnits, block) => ({
    beforeMakerFeesUnits,
    makerNotionalUnits: notional[block] ?? 0,
  }));
}
