import type { LevelColumn } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { PriceLadder } from './price-ladder.ts';

export interface BookOptions {
  /** See MarketDataConfiguration. */
  readonly ladderTicks: number;
  readonly farLevelsMax: number;
}

/**
 * The price book of one instrument, exactly as the venue's absolute quantities say; own orders
 * included. Knows nothing of update ids.
 *
 * `bidHorizonRank` and `askHorizonRank` are ranks of the worst level the reader shows: a change there
 * or better sets `touchedBids` or `touchedAsks`, so that a reader need not look after other changes.
 */
export class Book implements Persistent {
  readonly bids: PriceLadder;
  readonly asks: PriceLadder;
  bidHorizonRank = Number.NEGATIVE_INFINITY;
  askHorizonRank = Number.NEGATIVE_INFINITY;
  touchedBids = true;
  touchedAsks = true;

  constructor(options: BookOptions) {
    this.bids = new PriceLadder({ ...options, side: Side.BUY });
    this.asks = new PriceLadder({ ...options, side: Side.SELL });
  }

  /** True when the best bid is at or above the best ask: the book is broken. */
  get isCrossed(): boolean {
    // The ask's rank is minus its price, so the sum of the best ranks is bid minus ask.
    return this.bids.bestRank + this.asks.bestRank >= 0;
  }

  /**
   * Sets each level of one depth message to its absolute quantity.
   *
   * Hot: every depth event. No allocation inside the dense ladders.
   */
  apply(bids: LevelColumn, asks: LevelColumn): void {
    if (applySide(this.bids, bids, this.bidHorizonRank)) this.touchedBids = true;
    if (applySide(this.asks, asks, this.askHorizonRank)) this.touchedAsks = true;
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.touchedBids = true;
    this.touchedAsks = true;
  }

  /** Content only: the horizons belong to the reader, who restores them. */
  writeState(writer: StateWriter): void {
    this.bids.writeState(writer);
    this.asks.writeState(writer);
  }

  readState(reader: StateReader): void {
    this.bids.readState(reader);
    this.asks.readState(reader);
  }
}

/** Applies one column; true when a level at or above the horizon was set. */
function applySide(ladder: PriceLadder, column: LevelColumn, horizonRank: number): boolean {
  const { count, pricesTicks, quantitiesLots } = column;
  let touched = false;
  for (let index = 0; index < count; index++) {
    // `as number` is safe: a column keeps count within both arrays.
    const rank = ladder.rankOf(pricesTicks[index] as number);
    ladder.set(rank, quantitiesLots[index] as number);
    if (rank >= horizonRank) touched = true;
  }
  return touched;
}
