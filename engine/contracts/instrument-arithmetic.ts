/**
 * Conversions between ticks, lots and asset units of one instrument: exact, one rounding each, with
 * its direction named by the caller. Every domain that turns a price and a quantity into money comes
 * through here.
 */
import {
  ASSET_UNITS_PER_WHOLE,
  type AssetUnits,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
  RATE_UNITS_PER_ONE,
  type RateUnits,
} from '#units/integers.ts';
import { multiplyDivide, type Rounding } from '#units/multiply-divide.ts';
import type { Instrument } from './instrument.ts';

/** Price units in one whole quote asset. */
const PRICE_UNITS_PER_WHOLE = ASSET_UNITS_PER_WHOLE;

/**
 * Price x quantity in quote units. Exact for every listed pair (denominator 1): `rounding` matters
 * only for made-up steps. Signed lots give signed notionals. Throws a RangeError beyond 2^53.
 *
 * Hot: no allocation.
 */
export function notionalUnits(
  instrument: Instrument,
  priceTicks: number,
  lots: number,
  rounding: Rounding,
): AssetUnits {
  return multiplyDivide(
    priceTicks * instrument.tickLotNumerator,
    lots,
    instrument.tickLotDenominator,
    rounding,
  ) as AssetUnits;
}

/**
 * Like `notionalUnits`, at a price in half ticks (twice the price): mids are whole in half ticks.
 *
 * Hot: no allocation.
 */
export function notionalAtHalfTicksUnits(
  instrument: Instrument,
  priceHalfTicks: number,
  lots: number,
  rounding: Rounding,
): AssetUnits {
  return multiplyDivide(
    priceHalfTicks * instrument.tickLotNumerator,
    lots,
    instrument.tickLotDenominator * 2,
    rounding,
  ) as AssetUnits;
}

/** Worth of an amount of base at a price that need not lie on a tick (mark, average), in quote units. */
export function valueUnits(
  baseAmountUnits: number,
  price: PriceUnits,
  rounding: Rounding,
): AssetUnits {
  return multiplyDivide(baseAmountUnits, price, PRICE_UNITS_PER_WHOLE, rounding) as AssetUnits;
}

/**
 * Worth of an amount of base (1e-8) at a price in half ticks, in quote units: for spot stock that a
 * commission has left off the lot grid.
 */
export function valueAtHalfTicksUnits(
  instrument: Instrument,
  baseAmountUnits: number,
  priceHalfTicks: number,
  rounding: Rounding,
): AssetUnits {
  return multiplyDivide(
    baseAmountUnits,
    priceHalfTicks * instrument.priceUnitsPerTick,
    PRICE_UNITS_PER_WHOLE * 2,
    rounding,
  ) as AssetUnits;
}

/** Lots as base units (1e-8). Exact. Throws a RangeError beyond 2^53. */
export function baseUnits(instrument: Instrument, lots: number): AssetUnits {
  const units = lots * instrument.baseUnitsPerLot;
  if (!Number.isSafeInteger(units)) throw new RangeError('base amount beyond the safe integers');
  return units as AssetUnits;
}

/** Base units as lots. Signed. DOWN for what may be sold, UP for what must be bought. */
export function lotsFromBaseUnits(
  instrument: Instrument,
  units: number,
  rounding: Rounding,
): QuantityLots {
  return multiplyDivide(units, 1, instrument.baseUnitsPerLot, rounding) as QuantityLots;
}

/**
 * More lots than any venue lets one order hold, and small enough to add to and multiply by two.
 * `lotsFromNotionalUnits` stops here.
 */
export const LOTS_CEILING = 2 ** 52;

/**
 * Lots that `amountUnits` of quote buy at a price: DOWN is the most one can afford, UP the fewest
 * that reach the amount. `priceTicks` must be above zero. Never more than `LOTS_CEILING`: a minimum
 * notional at a price of one tick can need more lots than an integer holds, and the quantity filters
 * refuse that anyway.
 */
export function lotsFromNotionalUnits(
  instrument: Instrument,
  priceTicks: number,
  amountUnits: number,
  rounding: Rounding,
): QuantityLots {
  const { tickLotNumerator, tickLotDenominator } = instrument;
  const lotUnits = priceTicks * tickLotNumerator;
  // The guess is off by its rounding error at most, so what is twice the ceiling is surely above it.
  const guess = (amountUnits / lotUnits) * tickLotDenominator;
  if (guess >= 2 * LOTS_CEILING - 8) return LOTS_CEILING as QuantityLots;
  const lots = multiplyDivide(amountUnits, tickLotDenominator, lotUnits, rounding);
  return Math.min(lots, LOTS_CEILING) as QuantityLots;
}

/** A tick price in 1e-8 of the quote asset. Exact. Throws a RangeError beyond 2^53. */
export function priceUnitsFromTicks(instrument: Instrument, ticks: number): PriceUnits {
  const units = ticks * instrument.priceUnitsPerTick;
  if (!Number.isSafeInteger(units)) throw new RangeError('price beyond the safe integers');
  return units as PriceUnits;
}

/** A price in half ticks (twice the mid) in 1e-8 of the quote asset. */
export function priceUnitsFromHalfTicks(
  instrument: Instrument,
  halfTicks: number,
  rounding: Rounding,
): PriceUnits {
  return multiplyDivide(halfTicks, instrument.priceUnitsPerTick, 2, rounding) as PriceUnits;
}

/** A price in 1e-8 of the quote asset as ticks: DOWN for bids, UP for asks. */
export function ticksFromPriceUnits(
  instrument: Instrument,
  price: PriceUnits,
  rounding: Rounding,
): PriceTicks {
  return multiplyDivide(price, 1, instrument.priceUnitsPerTick, rounding) as PriceTicks;
}

/**
 * Fee on an amount, in the units of that amount: a notional gives quote units, a received quantity
 * gives base units. A negative rate is a rebate and gives a negative fee.
 */
export function feeUnits(amountUnits: number, rate: RateUnits, rounding: Rounding): AssetUnits {
  return multiplyDivide(amountUnits, rate, RATE_UNITS_PER_ONE, rounding) as AssetUnits;
}
