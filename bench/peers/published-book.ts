import { OrderBook, type OrderBookLevelState } from 'orderbooks';
import type { LevelColumn } from '#contracts/events.ts';

const SYMBOL = 'PEER';

/** One depth message as the package takes it: levels to delete, levels to set. */
export interface PublishedFrame {
  readonly gone: OrderBookLevelState[];
  readonly set: OrderBookLevelState[];
}

/** Turns a message into the package's own form; done beforehand, outside the time of a comparison. */
export function publishedFrame(bids: LevelColumn, asks: LevelColumn): PublishedFrame {
  const frame: PublishedFrame = { gone: [], set: [] };
  addSide(frame, bids, 'Buy');
  addSide(frame, asks, 'Sell');
  return frame;
}

function addSide(frame: PublishedFrame, column: LevelColumn, side: 'Buy' | 'Sell'): void {
  for (let index = 0; index < column.count; index++) {
    const price = column.pricesTicks[index] as number;
    const quantity = column.quantitiesLots[index] as number;
    (quantity === 0 ? frame.gone : frame.set).push([SYMBOL, price, side, quantity]);
  }
}

/**
 * The book of the npm package `orderbooks`: one array of levels for both sides, searched from its
 * start and sorted after each message. `levelsMax` counts both sides; the package's own default is
 * 250, the most favourable setting for it: it forgets every level beyond.
 */
export class PublishedBook {
  private readonly book: OrderBook;

  constructor(levelsMax = 250) {
    this.book = new OrderBook(SYMBOL, { maxDepth: levelsMax });
  }

  get count(): number {
    return this.book.book.length;
  }

  /** 0 when the side is empty. */
  get bestBid(): number {
    return this.book.getBestBid() ?? 0;
  }

  get bestAsk(): number {
    return this.book.getBestAsk() ?? 0;
  }

  apply(frame: PublishedFrame): void {
    this.book.handleDelta(frame.gone, frame.set);
  }
}
