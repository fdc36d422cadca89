/**
 * Amounts of the base asset are integers of 1e-8 below 2^53: 90 million coins. Of a coin that costs a
 * thousandth of a cent that is little money, and of one that costs a house less than a lot may be much.
 * What a session cannot count, or cannot trade, is refused by its key before anything runs.
 */
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { ConfigProblem } from '#adapters/config/config-error.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { ASSET_UNITS_PER_WHOLE, type AssetUnits, type PriceUnits } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** The lot cap of an order is twice its notional cap at the start price. */
const ROOM = 2;

/** The first amount that cannot be counted or traded at this price, or null. */
export function uncountableAmount(
  loaded: LoadedConfiguration,
  quoted: Instrument,
  startPriceUnits: PriceUnits,
): ConfigProblem | null {
  const { account, inventory, limits } = loaded.configuration;
  const most = largestQuoteUnits(startPriceUnits);
  const price = formatScaled(startPriceUnits, 8);
  const amounts: readonly (readonly [path: string, quoteUnits: AssetUnits])[] = [
    ['account.baseNotional', account.baseNotional],
    ['inventory.targetNotional', inventory.targetNotional],
    ['inventory.maxDeviationNotional', inventory.maxDeviationNotional],
    ['limits.maxLongNotional', limits.maxLongNotional],
    ['limits.maxPerpNotional', limits.maxPerpNotional],
    ['limits.maxOrderNotional', limits.maxOrderNotional],
    ['limits.maxHedgeOrderNotional', limits.maxHedgeOrderNotional],
  ];
  for (const [path, quoteUnits] of amounts) {
    if (quoteUnits <= most) continue;
    return loaded.problemAt(
      path,
      `${formatScaled(quoteUnits, 8)} at a price of ${price} is more ${quoted.baseAsset} than can be counted exactly`,
      `Set ${path} to at most "${formatScaled(most, 8)}"`,
    );
  }
  const lotUnits = multiplyDivide(
    quoted.baseUnitsPerLot,
    startPriceUnits,
    ASSET_UNITS_PER_WHOLE,
    Rounding.UP,
  );
  if (inventory.maxDeviationNotional >= lotUnits) return null;
  return loaded.problemAt(
    'inventory.maxDeviationNotional',
    `${formatScaled(inventory.maxDeviationNotional, 8)} is less than one lot, which costs ${formatScaled(lotUnits, 8)} at a price of ${price}`,
    `Set inventory.maxDeviationNotional to at least "${formatScaled(lotUnits, 8)}"`,
  );
}

/** Whole quote units whose worth of the base asset still leaves room below 2^53. */
function largestQuoteUnits(startPriceUnits: PriceUnits): number {
  const baseUnits = Math.floor(Number.MAX_SAFE_INTEGER / ROOM);
  const whole = Math.floor(
    (baseUnits / ASSET_UNITS_PER_WHOLE) * (startPriceUnits / ASSET_UNITS_PER_WHOLE),
  );
  return Math.min(whole * ASSET_UNITS_PER_WHOLE, Number.MAX_SAFE_INTEGER);
}
