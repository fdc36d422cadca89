/** The demo accounts and their keys, with 500 000 DOGE and 100 000 USDT each: round numbers for tests. */
import type { AssetUnits } from '#units/integers.ts';
import { Accounts } from './accounts.ts';
import { demoAccounts } from './demo-accounts.ts';

const WHOLE = 100_000_000;

export function richAccounts(): Accounts {
  const demo = demoAccounts(['DOGE', 'USDT'], 1);
  const spotBalances = new Map([
    ['DOGE', (500_000 * WHOLE) as AssetUnits],
    ['USDT', (100_000 * WHOLE) as AssetUnits],
  ]);
  return new Accounts(
    demo.all.map((account) => ({ ...account, spotBalances })),
    demo.allKeys,
  );
}
