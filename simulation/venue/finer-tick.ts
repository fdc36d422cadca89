import type { Instrument, InstrumentFilters } from '#contracts/instrument.ts';
import type { PriceTicks } from '#units/integers.ts';

/** Decimal places of the finest tick: 1e-8. */
const DECIMALS_MAX = 8;

/**
 * The same instrument, one version later, with a tick of 1/divisor: prices on the old grid are prices
 * on the new one. Throws a RangeError on a divisor other than 2, 5 or 10 and on a tick below 1e-8.
 */
export function finerTick(instrument: Instrument, divisor: number): Instrument {
  if (divisor !== 2 && divisor !== 5 && divisor !== 10) {
    throw new RangeError(`a tick is divided by 2, 5 or 10, not by ${divisor}`);
  }
  const tenth = { mantissa: instrument.tick.mantissa * (10 / divisor), decimals: 1 };
  let { mantissa } = tenth;
  let decimals = instrument.tick.decimals + tenth.decimals;
  while (mantissa % 10 === 0 && decimals > 0) {
    mantissa /= 10;
    decimals -= 1;
  }
  const priceUnitsPerTick = instrument.priceUnitsPerTick / divisor;
  if (decimals > DECIMALS_MAX || !Number.isSafeInteger(priceUnitsPerTick)) {
    throw new RangeError('a tick below 1e-8 cannot be counted');
  }
  const { tickLotNumerator, tickLotDenominator } = instrument;
  const shared = greatestCommonDivisor(tickLotNumerator, tickLotDenominator * divisor);
  return {
    ...instrument,
    version: instrument.version + 1,
    tick: { mantissa, decimals },
    priceUnitsPerTick,
    tickLotNumerator: tickLotNumerator / shared,
    tickLotDenominator: (tickLotDenominator * divisor) / shared,
    filters: finerFilters(instrument.filters, divisor),
  };
}

/** The least price stays what it was in money: the venue widens nothing. */
function finerFilters(filters: InstrumentFilters, divisor: number): InstrumentFilters {
  return {
    ...filters,
    minPriceTicks: (filters.minPriceTicks * divisor) as PriceTicks,
    maxPriceTicks: (filters.maxPriceTicks * divisor) as PriceTicks,
  };
}

function greatestCommonDivisor(left: number, right: number): number {
  let [a, b] = [left, right];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
