/** The door of spot trading: its operations, ready to be served. */
import type { ExchangeServices, MarketParts } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { accountQueries } from './account-queries.ts';
import { orderOperations } from './order-operations.ts';
import { orderQueries } from './order-queries.ts';
import { SpotDesk } from './spot-desk.ts';

/** Opens the desk on every spot market. `events` takes what happens to accounts to their subscribers. */
export function openSpot(services: ExchangeServices, events: PrivateEvents): MarketParts {
  const desk = new SpotDesk({
    markets: services.markets,
    accounts: services.accounts,
    events,
    counters: services.spotOrders,
    faults: services.faults,
  });
  return {
    operations: [...orderOperations(desk), ...orderQueries(desk), ...accountQueries(desk)],
    doors: [],
    liveOrderCount: () => desk.liveOrderCount,
    moveBalance: (accountId, asset, deltaUnits) => desk.moveBalance(accountId, asset, deltaUnits),
  };
}
