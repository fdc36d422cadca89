/** Spot trading without any server: operations are called as the gate would, events are kept. */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import { richAccounts } from '#apps/exchange/accounts/rich-accounts.test-support.ts';
import { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { MarketParts } from '#apps/exchange/api/exchange-services.ts';
import { type RateLimitTable, SPOT_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { Faults } from '#apps/exchange/faults/faults.ts';
import { OrderLimits } from '#apps/exchange/server/rate-limits.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { type QuietMarket, quietMarkets } from './quiet-market.test-support.ts';
import { openSpot } from './spot.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers and events are read freely in tests
export type Free = any;

export class SpotWorld {
  readonly doge: QuietMarket;
  readonly faults: Faults;
  readonly limits: OrderLimits;
  readonly events: { readonly accountId: number; readonly event: Free }[] = [];
  readonly parts: MarketParts;
  private readonly markets;
  private readonly accounts: Accounts;

  constructor(
    filters: Partial<Instrument['filters']> = {},
    table: RateLimitTable = SPOT_RATE_LIMITS,
    accounts = richAccounts(),
  ) {
    this.accounts = accounts;
    this.markets = quietMarkets(filters);
    this.doge = this.markets.doge;
    this.faults = Faults.none();
    this.limits = new OrderLimits(table);
    this.parts = openSpot(
      {
        markets: this.markets,
        accounts: this.accounts,
        faults: this.faults,
        spotOrders: this.limits,
        usdmOrders: this.limits,
        isLegacy: false,
      },
      { send: (accountId, event) => this.events.push({ accountId, event }) },
    );
  }

  /** Calls `order.place` and the like; numbers become texts. Throws VenueError. */
  ask(method: string, values: Readonly<Record<string, string | number>> = {}, accountId = 0): Free {
    const operation = this.parts.operations.find((each) => each.socketMethod === method);
    if (operation === undefined) throw new Error(`no operation ${method}`);
    const all = Object.entries({ symbol: 'DOGEUSDT', ...values });
    const parameters = new CallParameters(new Map(all.map(([name, value]) => [name, `${value}`])));
    const nowMicros = this.markets.nowMicros();
    const orders = operation.orders(parameters);
    this.limits.take(accountId, orders, nowMicros);
    try {
      const { apiKey = '' } =
        this.accounts.allKeys.find((key) => key.accountId === accountId) ?? {};
      return operation.run({ door: 'REST', parameters, accountId, apiKey, nowMicros });
    } catch (error) {
      this.limits.giveBack(accountId, orders, nowMicros);
      throw error;
    }
  }

  /** The refusal of a call; throws when it was not refused. */
  refusal(
    method: string,
    values: Readonly<Record<string, string | number>>,
    accountId = 0,
  ): VenueError {
    try {
      this.ask(method, values, accountId);
    } catch (error) {
      if (error instanceof VenueError) return error;
      throw error;
    }
    throw new Error('it was not refused');
  }

  place(values: Readonly<Record<string, string | number>>, accountId = 0): Free {
    const type = { type: 'LIMIT', timeInForce: 'GTC', newOrderRespType: 'FULL' };
    return this.ask('order.place', { ...type, ...values }, accountId);
  }

  balance(asset: string, accountId = 0): readonly [free: string, locked: string] {
    const { balances } = this.ask('account.status', {}, accountId);
    const { free, locked } = balances.find((row: Free) => row.asset === asset);
    return [free, locked];
  }

  /** What an account heard since the last call: event, execution type, status. */
  heard(accountId = 0): readonly string[] {
    const lines = this.events
      .filter((each) => each.accountId === accountId)
      .map(({ event }) => [event.e, event.x, event.X].filter(Boolean).join(' '));
    this.events.length = 0;
    return lines;
  }
}
