/** Amounts of the perpetual in exact integers: quote units of 1e-8. */
import type { Instrument } from '#contracts/instrument.ts';
import { ASSET_UNITS_PER_WHOLE, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** Worth of signed lots at a price in 1e-8 quote, towards zero. */
export function worthUnits(instrument: Instrument, lots: number, priceUnits: number): number {
  const base = Math.abs(lots) * instrument.baseUnitsPerLot;
  return Math.sign(lots) * multiplyDivide(base, priceUnits, ASSET_UNITS_PER_WHOLE, Rounding.DOWN);
}

/** Worth of lots at a price in ticks. */
export function tickWorthUnits(instrument: Instrument, lots: number, ticks: number): number {
  return worthUnits(instrument, lots, ticks * instrument.priceUnitsPerTick);
}

/** A share (1e-8) of an amount, towards zero. */
export function shareUnits(units: number, rate: number): number {
  const sign = Math.sign(units) * Math.sign(rate);
  return sign * multiplyDivide(Math.abs(units), Math.abs(rate), RATE_UNITS_PER_ONE, Rounding.DOWN);
}

/** Price in 1e-8 quote at which an amount of lots has this worth, to the nearest unit; 0 for no lots. */
export function priceOfWorth(instrument: Instrument, lots: number, worth: number): number {
  if (lots === 0) return 0;
  const base = Math.abs(lots) * instrument.baseUnitsPerLot;
  return multiplyDivide(Math.abs(worth), ASSET_UNITS_PER_WHOLE, base, Rounding.HALF_AWAY);
}

/** One row of the leverage brackets, the same for every symbol. */
export interface Bracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  /** Whole quote units. */
  readonly notionalFloor: number;
  readonly notionalCap: number;
  /** 1e-8. */
  readonly maintenanceRate: number;
  /** What makes the maintenance continuous at the floor, quote units of 1e-8. */
  readonly cumUnits: number;
}

export const BRACKETS: readonly Bracket[] = brackets([
  [75, 0, 50_000, 600_000],
  [50, 50_000, 250_000, 1_000_000],
  [20, 250_000, 3_000_000, 2_500_000],
  [10, 3_000_000, 20_000_000, 5_000_000],
  [2, 20_000_000, 1_000_000_000, 25_000_000],
]);

export const LEVERAGE_MAX = 75;

/** Maintenance margin of a notional, quote units. */
export function maintenanceUnits(notional: number): number {
  const bracket = BRACKETS.findLast(
    ({ notionalFloor }) => notional >= notionalFloor * ASSET_UNITS_PER_WHOLE,
  ) as Bracket;
  return Math.max(0, shareUnits(notional, bracket.maintenanceRate) - bracket.cumUnits);
}

function brackets(
  rows: readonly (readonly [leverage: number, floor: number, cap: number, rate: number])[],
): readonly Bracket[] {
  let cumUnits = 0;
  let previousRate = rows[0]?.[3] ?? 0;
  return rows.map(([initialLeverage, notionalFloor, notionalCap, maintenanceRate], index) => {
    cumUnits += shareUnits(notionalFloor * ASSET_UNITS_PER_WHOLE, maintenanceRate - previousRate);
    previousRate = maintenanceRate;
    return {
      bracket: index + 1,
      initialLeverage,
      notionalFloor,
      notionalCap,
      maintenanceRate,
      cumUnits,
    };
  });
}
