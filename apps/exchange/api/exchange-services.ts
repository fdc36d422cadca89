/** What every part of the exchange may use, and what it gives back to be served. */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import type { Operation, SocketDoor } from './operation.ts';
import type { RateLimitRow } from './rate-limit-table.ts';

/** The order counters of one market, for operations that count for themselves or give back. */
export interface OrderCounters {
  /** The row that `amount` more orders would break; undefined when they fit. */
  exceeded(accountId: number, amount: number, nowMicros: number): RateLimitRow | undefined;
  /** Adds without a look at the limit; a negative amount gives back. */
  add(accountId: number, amount: number, nowMicros: number): void;
  counts(
    accountId: number,
    nowMicros: number,
  ): readonly (RateLimitRow & { readonly count: number })[];
}

export interface ExchangeServices {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly spotOrders: OrderCounters;
  readonly usdmOrders: OrderCounters;
  /** True: what the venue has retired is served too, for old clients. */
  readonly isLegacy: boolean;
}

/** One part of a market's API. `exchange.ts` puts the parts of a market behind its port. */
export interface MarketParts {
  readonly operations: readonly Operation[];
  readonly doors: readonly SocketDoor[];
  /** Open orders of all accounts: tells whether a fault hit somebody who was trading. */
  liveOrderCount?(): number;
  /** For the administrator: adds to (or takes from) a balance of an account. Throws VenueError when it cannot. */
  moveBalance?(accountId: number, asset: string, deltaUnits: number): void;
}
