import type { CommissionAsset, Side } from '#contracts/order.ts';
import type {
  AssetUnits,
  ClientOrderId,
  EpochMicros,
  PriceTicks,
  QuantityLots,
} from '#units/integers.ts';
import type { OwnOrder } from './own-order.ts';
import type { Commission } from './wallets.ts';

/** One line of the account's trade list in one market. */
export interface OwnTrade {
  readonly tradeId: number;
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: number;
  readonly side: Side;
  priceTicks: PriceTicks;
  readonly quantityLots: QuantityLots;
  readonly isMaker: boolean;
  readonly commissionUnits: AssetUnits;
  readonly commissionAsset: CommissionAsset;
  readonly venueTimeMicros: EpochMicros;
}

/** More than a week at five hundred trades an hour; the oldest are forgotten, as on the venue. */
export const TRADE_HISTORY_MAX = 100_000;

/** The account's own trades of one market, oldest first, trade ids rising. Bounded. */
export class TradeHistory {
  private readonly trades: OwnTrade[] = [];
  private readonly capacity: number;
  /** Place of the oldest trade once the ring is full. */
  private oldest = 0;

  /** Throws a RangeError on a capacity below one. */
  constructor(capacity = TRADE_HISTORY_MAX) {
    if (!(capacity >= 1)) throw new RangeError(`a trade history needs room: ${capacity}`);
    this.capacity = capacity;
  }

  get count(): number {
    return this.trades.length;
  }

  record(
    order: Readonly<OwnOrder>,
    tradeId: number,
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    isMaker: boolean,
    commission: Readonly<Commission>,
    nowMicros: EpochMicros,
  ): void {
    const trade: OwnTrade = {
      tradeId,
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId,
      side: order.side,
      priceTicks,
      quantityLots,
      isMaker,
      commissionUnits: commission.units,
      commissionAsset: commission.asset,
      venueTimeMicros: nowMicros,
    };
    if (this.trades.length < this.capacity) {
      this.trades.push(trade);
      return;
    }
    this.trades[this.oldest] = trade;
    this.oldest = (this.oldest + 1) % this.capacity;
  }

  /** Prices in the finer ticks of a new grid. */
  refineTick(divisor: number): void {
    for (const trade of this.trades) trade.priceTicks = (trade.priceTicks * divisor) as PriceTicks;
  }

  /** The trade at a place, 0 the oldest kept. Throws outside of what is kept. */
  at(place: number): OwnTrade {
    const trade = this.trades[(this.oldest + place) % this.trades.length];
    if (trade === undefined || !(place >= 0 && place < this.trades.length)) {
      throw new RangeError(`no trade at place ${place} of ${this.trades.length}`);
    }
    return trade;
  }

  /** Place of the first kept trade with this id or above; `count` when there is none. */
  placeFrom(tradeId: number): number {
    let low = 0;
    let high = this.trades.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle).tradeId < tradeId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
