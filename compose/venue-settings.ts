import type { Configuration } from '#adapters/config/configuration-schema.ts';
import { findFeeTier } from '#adapters/config/fee-tiers.ts';
import { DEFAULT_MARGIN, type MarginSettings } from '#simulation/venue/venue.ts';
import { type FeeSettings, PLAIN_FEES } from '#simulation/venue/wallets.ts';
import { type PriceUnits, RATE_UNITS_PER_ONE, type RateUnits } from '#units/integers.ts';

/**
 * How the simulated venue takes commission. With a "+BNB" tier the account pays in the fee asset at
 * the discount while it lasts, and in full from the received asset when it has run out.
 */
export function venueFees(configuration: Configuration): FeeSettings {
  const tier = findFeeTier(configuration.fees.tier);
  if (tier === null || !tier.name.endsWith('+BNB')) return PLAIN_FEES;
  const { feeAssetPriceUnits } = {
    feeAssetPriceUnits: Number(configuration.accountState['feeAssetPrice']),
  };
  return {
    paysWithFeeAsset: feeAssetPriceUnits > 0,
    feeAssetDiscount: Math.round((1 - tier.spotFeeAssetFactor) * RATE_UNITS_PER_ONE) as RateUnits,
    feeAssetPriceUnits: feeAssetPriceUnits as PriceUnits,
  };
}

export function marginSettings(configuration: Configuration): MarginSettings {
  return { ...DEFAULT_MARGIN, leverage: configuration.account.leverage };
}
