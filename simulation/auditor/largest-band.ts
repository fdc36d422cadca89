/** 21: the widest band that configuration lets the net delta move in, by own prices: the engine's word may narrow it. */
import type { AccountBooks } from './account-books.ts';
import { WHOLE } from './amounts.ts';
import type { ReferencePrices } from './reference-prices.ts';
import { HEDGE, type Situation } from './situation.ts';

/** A band that no order can serve helps nobody: it is never under so many least orders. */
const LEAST_ORDERS = 2;
/** The engine's price may be a little older than ours, and lower. */
const LOWER_PRICE = 0.98;

export class LargestBand {
  private readonly quoteUnits: number;
  private readonly account: AccountBooks;
  private readonly prices: ReferencePrices;
  private readonly situation: Situation;

  /** `quoteUnits`: largest configured half width. */
  constructor(
    quoteUnits: number,
    parts: {
      readonly account: AccountBooks;
      readonly prices: ReferencePrices;
      readonly situation: Situation;
    },
  ) {
    this.quoteUnits = quoteUnits;
    this.account = parts.account;
    this.prices = parts.prices;
    this.situation = parts.situation;
  }

  /** The engine's own half width, which may only be narrower: base units, 0 while neither is known. */
  within(ownBaseUnits: number): number {
    const widest = this.baseUnits;
    if (widest === 0) return ownBaseUnits;
    return ownBaseUnits > 0 ? Math.min(ownBaseUnits, widest) : widest;
  }

  private get baseUnits(): number {
    const definition = this.account.instrument(HEDGE);
    const price = this.prices.low(HEDGE, this.situation.nowMicros) * LOWER_PRICE;
    if (definition === null || price === 0) return 0;
    const leastUnits = LEAST_ORDERS * definition.filters.minNotionalUnits;
    const widest = (Math.max(this.quoteUnits, leastUnits) * WHOLE) / price;
    return Math.max(widest, LEAST_ORDERS * definition.baseUnitsPerLot);
  }
}
