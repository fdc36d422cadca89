import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { BlockRatio } from '#research/economics/block-ratio.ts';
import {
  type FillRecord,
  MARKOUT_HORIZONS_MICROS,
  markoutTicks,
} from '#research/measure/fill-tape.ts';

/** Half the width of a 95 % interval in standard errors. */
const INTERVAL_95 = 1.96;
const BPS_PER_ONE = 10_000;

/** Mean markout of one side at one horizon; positive is good for us. */
export interface SideMarkout {
  readonly side: Side;
  readonly count: number;
  /** bp of the fill's price, weighted by notional; NaN without fills. */
  readonly meanBps: number;
  /** Half of the 95 % interval; NaN with fewer than two blocks of 30 s. */
  readonly marginBps: number;
}

export interface HorizonMarkouts {
  readonly seconds: number;
  readonly sides: readonly SideMarkout[];
}

/** Markouts of the maker fills on the quoted market, by horizon and side. */
export function markoutStatistics(
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): HorizonMarkouts[] {
  const makers = fills.filter(
    (fill) => fill.isMaker && instruments[fill.instrument]?.role === InstrumentRole.QUOTED,
  );
  return MARKOUT_HORIZONS_MICROS.map((micros, horizon) => ({
    seconds: micros / 1e6,
    sides: [Side.BUY, Side.SELL].map((side) => sideMarkout(makers, side, horizon)),
  }));
}

/** Markout of one fill, bp of its price; NaN where it is not known. */
export function fillMarkoutBps(fill: FillRecord, horizon: number): number {
  return (markoutTicks(fill, horizon) / fill.priceTicks) * BPS_PER_ONE;
}

function sideMarkout(makers: readonly FillRecord[], side: Side, horizon: number): SideMarkout {
  const ratio = new BlockRatio();
  for (const fill of makers) {
    const bps = fillMarkoutBps(fill, horizon);
    if (fill.side !== side || Number.isNaN(bps)) continue;
    ratio.add(fill.atMicros, bps, fill.priceTicks * fill.lots);
  }
  return {
    side,
    count: ratio.count,
    meanBps: ratio.mean,
    marginBps: INTERVAL_95 * ratio.standardError,
  };
}
