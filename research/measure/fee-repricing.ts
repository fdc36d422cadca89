import type { Instrument } from '#contracts/instrument.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { FillRecord } from './fill-tape.ts';

/** Traded notional in quote units (1e-8), by what the fee depends on. */
export interface TurnoverByFee {
  readonly spotMaker: number;
  readonly spotTaker: number;
  readonly perpMaker: number;
  readonly perpTaker: number;
}

/** Fee rates in 1e-8, costs positive. */
export interface FeeRates {
  readonly spotMaker: number;
  readonly spotTaker: number;
  readonly perpMaker: number;
  readonly perpTaker: number;
}

/** Sums the notional of all fills, each rounded once (down) as the venue does. */
export function turnoverByFee(
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): TurnoverByFee {
  let spotMaker = 0;
  let spotTaker = 0;
  let perpMaker = 0;
  let perpTaker = 0;
  for (const fill of fills) {
    const instrument = instruments[fill.instrument];
    if (instrument === undefined)
      throw new RangeError(`fill of unknown instrument ${fill.instrument}`);
    const notional = notionalUnits(instrument, fill.priceTicks, fill.lots, Rounding.DOWN);
    if (instrument.role === InstrumentRole.QUOTED) {
      if (fill.isMaker) spotMaker += notional;
      else spotTaker += notional;
    } else if (fill.isMaker) perpMaker += notional;
    else perpTaker += notional;
  }
  return { spotMaker, spotTaker, perpMaker, perpTaker };
}

/**
 * Net PnL of the same fills at other fee rates: moves by exactly (fee difference) x notional in each
 * class. Re-quoting at another tier would give other fills: that is another run, never this number.
 */
export function repriceNet(
  netUnits: number,
  turnover: TurnoverByFee,
  paid: FeeRates,
  wanted: FeeRates,
): number {
  return (
    netUnits -
    feeDifference(turnover.spotMaker, paid.spotMaker, wanted.spotMaker) -
    feeDifference(turnover.spotTaker, paid.spotTaker, wanted.spotTaker) -
    feeDifference(turnover.perpMaker, paid.perpMaker, wanted.perpMaker) -
    feeDifference(turnover.perpTaker, paid.perpTaker, wanted.perpTaker)
  );
}

function feeDifference(notional: number, paidRate: number, wantedRate: number): number {
  return multiplyDivide(notional, wantedRate - paidRate, RATE_UNITS_PER_ONE, Rounding.HALF_AWAY);
}
