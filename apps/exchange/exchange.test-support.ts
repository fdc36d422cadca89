/** A whole exchange over a quiet spot market, for tests. */
import type { Accounts, ApiKey } from './accounts/accounts.ts';
import { richAccounts } from './accounts/rich-accounts.test-support.ts';
import { type ExchangeOptions, type RunningExchange, startExchange } from './exchange.ts';
import { Faults } from './faults/faults.ts';
import { type QuietMarkets, quietMarkets } from './spot/quiet-market.test-support.ts';

export interface TestExchange {
  readonly exchange: RunningExchange;
  readonly markets: QuietMarkets;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly problems: unknown[];
  key(name: string): ApiKey;
}

export async function openTestExchange(
  options: Partial<ExchangeOptions> = {},
): Promise<TestExchange> {
  const markets = quietMarkets();
  const accounts = richAccounts();
  const faults = options.faults ?? Faults.none();
  const problems: unknown[] = [];
  const exchange = await startExchange({
    markets,
    accounts,
    faults,
    portSpot: 0,
    portUsdm: 0,
    portSbe: 0,
    portAdmin: 0,
    isLegacy: false,
    onProblem: (error) => problems.push(error),
    ...options,
  });
  const key = (name: string): ApiKey =>
    accounts.allKeys.find((each) => each.name === name) as ApiKey;
  return { exchange, markets, accounts, faults, problems, key };
}
