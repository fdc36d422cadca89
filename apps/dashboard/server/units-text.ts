import type { DecimalText } from '#apps/dashboard/protocol.ts';
import { formatTurnover } from '#units/decimal-text.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';

const ASSET_DECIMALS = 8;

/** Asset units (1e-8) as exact decimal text. */
export function amountText(units: number): DecimalText {
  return formatTurnover(Math.round(units) + 0, ASSET_DECIMALS);
}

/** Asset units as a number of whole assets, for charts and bars. */
export function wholeAssets(units: number): number {
  return units / ASSET_UNITS_PER_WHOLE;
}

/** A ratio of two amounts in basis points; null without a base. */
export function ratioBps(part: number, base: number): number | null {
  return base === 0 ? null : (part / base) * 10_000;
}

/** A share; null without a base. */
export function share(part: number, base: number): number | null {
  return base === 0 ? null : part / base;
}
