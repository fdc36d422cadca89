/**
 * The money side of spot: what is locked for an order, what a fill moves, what commission takes. All in
 * whole 1e-8 units.
 */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { leavesLots } from '#simulation/venue/venue-book.ts';
import { quoteUnits } from './amounts.ts';
import {
  commissionInFeeAsset,
  commissionUnits,
  FEE_ASSET,
  FEE_ASSET_PRICE_UNITS,
  feeRates,
} from './commission.ts';
import { SpotBalances } from './spot-balances.ts';
import type { SpotOrder } from './spot-order.ts';

export interface Commission {
  readonly units: number;
  readonly asset: string;
}

export class SpotLedger {
  private readonly accounts: Accounts;
  private readonly markets: ReadonlyMap<string, SymbolMarket>;
  private readonly balances: readonly SpotBalances[];

  constructor(accounts: Accounts, markets: ReadonlyMap<string, SymbolMarket>) {
    this.accounts = accounts;
    this.markets = markets;
    this.balances = accounts.all.map((account) => new SpotBalances(account));
  }

  of(accountId: number): SpotBalances {
    const balances = this.balances[accountId];
    if (balances === undefined) throw new RangeError(`no account ${accountId}`);
    return balances;
  }

  /** Asset that an order locks: quote for a buy, base for a sell. */
  lockedAsset(order: SpotOrder): string {
    const { baseAsset, quoteAsset } = order.market.instrument;
    return order.isBuy ? quoteAsset : baseAsset;
  }

  /** Locks what the order needs. False, and nothing changes, when the account has less. */
  lock(order: SpotOrder, units: number): boolean {
    if (!this.of(order.accountId).lock(this.lockedAsset(order), units)) return false;
    order.lockedUnits = units;
    return true;
  }

  /** What a resting order needs for what is left of it. */
  neededUnits(order: SpotOrder): number {
    const { instrument } = order.market;
    const lots = leavesLots(order);
    return order.isBuy
      ? quoteUnits(instrument, order.priceTicks, lots)
      : lots * instrument.baseUnitsPerLot;
  }

  /** Gives back what is locked beyond `units`. */
  relock(order: SpotOrder, units: number): void {
    const surplus = order.lockedUnits - units;
    if (surplus === 0) return;
    order.lockedUnits = units;
    this.of(order.accountId).unlock(this.lockedAsset(order), surplus);
  }

  /** Moves base and quote of one execution and takes its commission. `filledLots` is updated already. */
  settle(order: SpotOrder, priceTicks: number, lots: number, isMaker: boolean): Commission {
    const { instrument } = order.market;
    const balances = this.of(order.accountId);
    const baseUnits = lots * instrument.baseUnitsPerLot;
    const paidQuote = quoteUnits(instrument, priceTicks, lots);
    const spent = order.isBuy ? paidQuote : baseUnits;
    const received = order.isBuy ? baseUnits : paidQuote;
    const receivedAsset = order.isBuy ? instrument.baseAsset : instrument.quoteAsset;
    // A market buy has no price of its own: its lock shrinks by what it pays, the rest goes at its end.
    const isUnpriced = order.isBuy && order.request.type === 'MARKET';
    const still = isUnpriced ? Math.max(0, order.lockedUnits - spent) : this.neededUnits(order);
    this.relock(order, still);
    balances.add(this.lockedAsset(order), -spent);
    const commission = this.commission(order, paidQuote, received, receivedAsset, isMaker);
    balances.add(receivedAsset, received);
    balances.add(commission.asset, -commission.units);
    return commission;
  }

  /** Price of one BNB in 1e-8 of the symbol's quote asset: the last one, or a fixed one without a market. */
  private feeAssetPriceUnits(quoteAsset: string): number {
    const market = this.markets.get(FEE_ASSET + quoteAsset);
    const last = (market?.lastPriceTicks ?? 0) * (market?.instrument.priceUnitsPerTick ?? 0);
    return last === 0 ? FEE_ASSET_PRICE_UNITS : last;
  }

  private commission(
    order: SpotOrder,
    paidQuote: number,
    received: number,
    receivedAsset: string,
    isMaker: boolean,
  ): Commission {
    const { instrument } = order.market;
    const account = this.accounts.account(order.accountId);
    const rates = feeRates(account, instrument);
    const rate = isMaker ? rates.maker : rates.taker;
    if (account.paysFeesInBnb && rate > 0) {
      const price = this.feeAssetPriceUnits(instrument.quoteAsset);
      const units = commissionInFeeAsset(paidQuote, rate, price);
      if (units <= this.of(order.accountId).of(FEE_ASSET).free) return { units, asset: FEE_ASSET };
    }
    return { units: commissionUnits(received, rate), asset: receivedAsset };
  }
}
