/** The door of spot trading: its operations, ready to be served. */
import type { ExchangeServices, MarketParts } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { accountQueries } from './account-queries.ts';
import { LegacyListenKeys } from './legacy-listen-keys.ts';
import { orderOperations } from './order-operations.ts';
import { orderQueries } from './order-queries.ts';
import { SpotDesk } from './spot-desk.ts';

/** Opens the desk on every spot market. `events` takes what happens to accounts to their subscribers. */
export function openSpot(services: ExchangeServices, events: PrivateEvents): MarketParts {
  const { markets, isLegacy } = services;
  const listenKeys = new LegacyListenKeys(() => markets.workingMicros);
  const desk = new SpotDesk({
    markets,
    accounts: services.accounts,
    events: isLegacy ? toBoth(events, listenKeys) : events,
    counters: services.spotOrders,
    faults: services.faults,
  });
  return {
    operations: [
      ...orderOperations(desk),
      ...orderQueries(desk),
      ...accountQueries(desk),
      ...(isLegacy ? listenKeys.operations() : []),
    ],
    doors: isLegacy ? [listenKeys] : [],
    liveOrderCount: () => desk.liveOrderCount,
    moveBalance: (accountId, asset, deltaUnits) => desk.moveBalance(accountId, asset, deltaUnits),
  };
}

function toBoth(first: PrivateEvents, second: PrivateEvents): PrivateEvents {
  return {
    send(accountId, event) {
      first.send(accountId, event);
      second.send(accountId, event);
    },
  };
}
