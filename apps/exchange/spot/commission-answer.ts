import type { Account } from '#apps/exchange/accounts/accounts.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { amountText } from './amounts.ts';
import { FEE_ASSET, FEE_ASSET_DISCOUNT_RATE, feeRates } from './commission.ts';

const RATE_ONE = 100_000_000;

/** Commission rates of an account as the venue prints them; `none` is what it prints where nothing is added. */
export function commissionRates(
  account: Account,
  instrument: Instrument,
): { readonly standard: Json; readonly none: Json; readonly discount: Json } {
  const rates = feeRates(account, instrument);
  const zero = amountText(0);
  return {
    standard: {
      maker: amountText(rates.maker),
      taker: amountText(rates.taker),
      buyer: zero,
      seller: zero,
    },
    none: { maker: zero, taker: zero, buyer: zero, seller: zero },
    discount: {
      enabledForAccount: account.paysFeesInBnb,
      enabledForSymbol: true,
      discountAsset: FEE_ASSET,
      discount: amountText(RATE_ONE - FEE_ASSET_DISCOUNT_RATE),
    },
  };
}
