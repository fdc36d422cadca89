/** Units to the venue's eight-decimal text and back, exactly. */
import type { Instrument } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';
import type { AssetUnits, PriceTicks, QuantityLots } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

const DECIMALS = 8;

/** 150000000 -> "1.50000000". */
export function amountText(units: number): string {
  return formatScaled(units, DECIMALS);
}

export function quantityText(instrument: Instrument, lots: number): string {
  return formatScaled(lots * instrument.baseUnitsPerLot, DECIMALS);
}

export function priceText(instrument: Instrument, ticks: number): string {
  return formatScaled(ticks * instrument.priceUnitsPerTick, DECIMALS);
}

/**
 * Price times quantity in quote units, rounded down. Throws a RangeError beyond the safe integers: who
 * checks requests asks `isCountable` first.
 */
export function quoteUnits(instrument: Instrument, ticks: number, lots: number): AssetUnits {
  const { tickLotNumerator, tickLotDenominator } = instrument;
  return multiplyDivide(
    ticks * lots,
    tickLotNumerator,
    tickLotDenominator,
    Rounding.DOWN,
  ) as AssetUnits;
}

/** False: price times quantity is more than the exchange can count. */
export function isCountable(instrument: Instrument, ticks: number, lots: number): boolean {
  const { tickLotNumerator, tickLotDenominator, baseUnitsPerLot } = instrument;
  return (
    Number.isSafeInteger(ticks * lots) &&
    ((ticks * lots) / tickLotDenominator) * tickLotNumerator < Number.MAX_SAFE_INTEGER &&
    Number.isSafeInteger(lots * baseUnitsPerLot)
  );
}

/** Text of at most eight decimals in 1e-8 units; null: it has more, or is too large. */
export function parseUnits(text: string): number | null {
  const [whole = '', fraction = ''] = text.split('.');
  if (fraction.length > DECIMALS && /[1-9]/.test(fraction.slice(DECIMALS))) return null;
  const units = Number(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
  return Number.isSafeInteger(units) ? units : null;
}

/** Units in whole steps; null: it is no multiple of the step. */
export function lotsOf(instrument: Instrument, units: number): QuantityLots | null {
  return units % instrument.baseUnitsPerLot === 0
    ? ((units / instrument.baseUnitsPerLot) as QuantityLots)
    : null;
}

/** Price units in whole ticks; null: it is no multiple of the tick. */
export function ticksOf(instrument: Instrument, units: number): PriceTicks | null {
  return units % instrument.priceUnitsPerTick === 0
    ? ((units / instrument.priceUnitsPerTick) as PriceTicks)
    : null;
}
