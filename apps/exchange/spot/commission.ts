import type { Account } from '#apps/exchange/accounts/accounts.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

export const FEE_ASSET = 'BNB';
/** What one BNB counts for in a symbol's quote asset where the exchange lists no market for it, in 1e-8. */
export const FEE_ASSET_PRICE_UNITS = 600 * 100_000_000;
/** What is saved while commission is paid in BNB: a quarter. */
export const FEE_ASSET_DISCOUNT_RATE = 25_000_000;

export interface FeeRates {
  readonly maker: number;
  readonly taker: number;
}

/** The account's own rates, or else the instrument's, in 1e-8. */
export function feeRates(account: Account, instrument: Instrument): FeeRates {
  return {
    maker: account.makerFeeRate ?? instrument.makerFeeRate,
    taker: account.takerFeeRate ?? instrument.takerFeeRate,
  };
}

/** A rate of an amount, in its units; fractions of a unit are dropped. */
export function commissionUnits(receivedUnits: number, rate: number): number {
  return multiplyDivide(receivedUnits, rate, RATE_UNITS_PER_ONE, Rounding.TOWARD_ZERO);
}

/** The same commission in BNB, with its discount, at a price of BNB in 1e-8 quote. */
export function commissionInFeeAsset(
  quoteUnits: number,
  rate: number,
  feeAssetPriceUnits: number,
): number {
  const fee = commissionUnits(quoteUnits, rate);
  const reduced = commissionUnits(fee, RATE_UNITS_PER_ONE - FEE_ASSET_DISCOUNT_RATE);
  return multiplyDivide(reduced, RATE_UNITS_PER_ONE, feeAssetPriceUnits, Rounding.TOWARD_ZERO);
}
