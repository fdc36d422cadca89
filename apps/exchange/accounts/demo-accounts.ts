import { ASSET_UNITS_PER_WHOLE, type AssetUnits } from '#units/integers.ts';
import { type Account, Accounts, type ApiKey, type Permission } from './accounts.ts';
import { keySource, makeKey } from './key-making.ts';

const DEMO_ACCOUNT_COUNT = 2;
const QUOTE_WHOLE = 20_000;
/** Worth of each base asset the demo accounts begin with, roughly, in whole base assets. */
const BASE_WHOLE: Readonly<Record<string, number>> = { DOGE: 125_000, BTC: 2, ETH: 30, BNB: 100 };
const BASE_WHOLE_OTHERWISE = 10_000;

/**
 * The accounts of an exchange without a key file: two, alike, each with an HMAC key, an Ed25519 key
 * and a key that may only read, so that every flow can be tried at once.
 */
export function demoAccounts(assets: readonly string[], seed: number | null): Accounts {
  const source = keySource(seed);
  const accounts: Account[] = [];
  const keys: ApiKey[] = [];
  for (let id = 0; id < DEMO_ACCOUNT_COUNT; id++) {
    const name = `demo-${id + 1}`;
    accounts.push({
      id,
      name,
      spotBalances: new Map(assets.map((asset) => [asset, openingUnits(asset)])),
      usdmBalances: new Map([['USDT', whole(QUOTE_WHOLE)]]),
      makerFeeRate: null,
      takerFeeRate: null,
      paysFeesInBnb: false,
    });
    const permissions: readonly Permission[] = ['READ', 'TRADE'];
    const rest = { accountId: id, addresses: [] };
    keys.push(
      makeKey({ ...rest, name: `${name}-hmac`, kind: 'HMAC', permissions }, source),
      makeKey({ ...rest, name: `${name}-ed25519`, kind: 'ED25519', permissions }, source),
      makeKey({ ...rest, name: `${name}-read`, kind: 'HMAC', permissions: ['READ'] }, source),
    );
  }
  return new Accounts(accounts, keys);
}

function openingUnits(asset: string): AssetUnits {
  const isQuote = asset === 'USDT' || asset === 'USDC' || asset === 'FDUSD';
  return whole(isQuote ? QUOTE_WHOLE : (BASE_WHOLE[asset] ?? BASE_WHOLE_OTHERWISE));
}

function whole(count: number): AssetUnits {
  return (count * ASSET_UNITS_PER_WHOLE) as AssetUnits;
}
