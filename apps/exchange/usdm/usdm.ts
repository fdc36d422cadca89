/** The door of USD-M trading: its operations and private streams, ready to be served. */
import type { ExchangeServices, MarketParts } from '#apps/exchange/api/exchange-services.ts';
import { accountOperations } from './account-operations.ts';
import { Countdowns } from './countdowns.ts';
import { IncomeBook } from './income-book.ts';
import { listenKeyOperations } from './listen-key-operations.ts';
import { ListenKeys } from './listen-keys.ts';
import { MarginWatch } from './margin-watch.ts';
import { orderOperations } from './order-operations.ts';
import { orderQueries } from './order-queries.ts';
import { privateDoor } from './private-door.ts';
import { UsdmDesk } from './usdm-desk.ts';

/** Opens the desk on every perpetual. */
export function openUsdm(services: ExchangeServices): MarketParts {
  const { markets, accounts, faults, usdmOrders, isLegacy } = services;
  const keys = new ListenKeys(markets, faults);
  const desk = new UsdmDesk({ markets, accounts, events: keys, counters: usdmOrders, faults });
  const income = new IncomeBook();
  // It hears of funding and looks at margins by itself as long as the markets run.
  new MarginWatch(desk, income).begin();
  return {
    operations: [
      ...orderOperations(desk, new Countdowns(desk)),
      ...orderQueries(desk),
      ...accountOperations(desk, income),
      ...listenKeyOperations(keys),
    ],
    doors: [privateDoor(keys, isLegacy)],
    liveOrderCount: () => desk.liveOrderCount,
    moveBalance: (accountId, asset, deltaUnits) => desk.moveBalance(accountId, asset, deltaUnits),
  };
}
