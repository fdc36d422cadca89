import type { Instrument } from '#contracts/instrument.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { CommissionAsset } from '#contracts/order.ts';
import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { ExactSum, multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { FillRecord } from './fill-tape.ts';

/** What a fee depends on: the market and who was the maker. */
const FEE_CLASSES = ['spotMaker', 'spotTaker', 'perpMaker', 'perpTaker'] as const;
type FeeClass = (typeof FEE_CLASSES)[number];

/**
 * Traded notional by what the fee depends on. The sums are exact however long the session was: a
 * week of quoting passes what a double can count in 1e-8 units. The getters round to doubles.
 */
export class TurnoverByFee {
  private readonly sums: Readonly<Record<FeeClass, ExactSum>> = {
    spotMaker: new ExactSum(),
    spotTaker: new ExactSum(),
    perpMaker: new ExactSum(),
    perpTaker: new ExactSum(),
  };

  get spotMaker(): number {
    return asNumber(this.sums.spotMaker);
  }

  get spotTaker(): number {
    return asNumber(this.sums.spotTaker);
  }

  get perpMaker(): number {
    return asNumber(this.sums.perpMaker);
  }

  get perpTaker(): number {
    return asNumber(this.sums.perpTaker);
  }

  add(feeClass: FeeClass, notionalUnits: number): void {
    this.sums[feeClass].addProduct(notionalUnits, 1);
  }

  /** (rate x notional) of one class in quote units, rounded once. `rate` in 1e-8. */
  feeUnits(feeClass: FeeClass, rate: number): number {
    return this.sums[feeClass].scaled(rate, RATE_UNITS_PER_ONE, Rounding.HALF_AWAY);
  }
}

function asNumber(sum: ExactSum): number {
  const [high, low] = sum.parts;
  return high * 2 ** 52 + low;
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
  const turnover = new TurnoverByFee();
  for (const fill of fills) {
    const instrument = instruments[fill.instrument];
    if (instrument === undefined)
      throw new RangeError(`fill of unknown instrument ${fill.instrument}`);
    const notional = notionalUnits(instrument, fill.priceTicks, fill.lots, Rounding.DOWN);
    const isSpot = instrument.role === InstrumentRole.QUOTED;
    if (fill.isMaker) turnover.add(isSpot ? 'spotMaker' : 'perpMaker', notional);
    else turnover.add(isSpot ? 'spotTaker' : 'perpTaker', notional);
  }
  return turnover;
}

/**
 * What paying in the fee asset saved against the account's listed rates, in quote units: the discount
 * times the listed fee of every fill whose commission was taken there. Fills after it ran out paid in
 * full and saved nothing.
 */
export function savedByFeeAsset(
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): number {
  let saved = 0;
  for (const fill of fills) {
    if (fill.commissionAsset !== CommissionAsset.FEE_ASSET) continue;
    const instrument = instruments[fill.instrument];
    if (instrument === undefined) {
      throw new RangeError(`fill of unknown instrument ${fill.instrument}`);
    }
    const notional = notionalUnits(instrument, fill.priceTicks, fill.lots, Rounding.DOWN);
    const rate = fill.isMaker ? instrument.makerFeeRate : instrument.takerFeeRate;
    const listed = multiplyDivide(notional, rate, RATE_UNITS_PER_ONE, Rounding.HALF_AWAY);
    const discount = instrument.feeAssetDiscountRate;
    saved += multiplyDivide(listed, discount, RATE_UNITS_PER_ONE, Rounding.HALF_AWAY);
  }
  return saved;
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
  let repriced = netUnits;
  for (const feeClass of FEE_CLASSES) {
    repriced -= turnover.feeUnits(feeClass, wanted[feeClass] - paid[feeClass]);
  }
  return repriced;
}
