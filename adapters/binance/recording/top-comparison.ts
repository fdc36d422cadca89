import type { BookTop } from './plain-book.ts';

/**
 * Compares the top of the depth-built book with bookTicker, in two ways.
 *
 * At equal update ids: a depth message that ends at `u` leaves the book as it was at `u`, and a
 * bookTicker with the id `u` says what the top was at `u`. The two must agree in price and quantity,
 * whatever else was recorded.
 *
 * In force: the venue sends a bookTicker on every change of the top, so the top at `u` is the newest
 * bookTicker with an id at or below `u`. That holds as long as no bookTicker is missing: in a
 * recording whose bookTickers were thinned it fails although nothing is wrong.
 *
 * The streams race, so a depth top waits until a bookTicker at or beyond `u` was seen (then none at or
 * below is missing), and bookTickers are kept until the depth has passed them. Not comparable: before
 * the first bookTicker, after the last one, and where one stream was so far ahead that the history was
 * cut.
 */
export class TopComparison {
  /** At equal update ids. */
  comparedCount = 0;
  mismatchedCount = 0;
  /** With the bookTicker in force, those at equal ids included. */
  inForceCount = 0;
  inForceMismatchCount = 0;
  /** BookTickers that came after one with a higher id, or with the same id again. */
  outdatedTickerCount = 0;
  /** The first at equal update ids. */
  firstMismatch: TopMismatch | null = null;
  private tickers: TopAtUpdate[] = [];
  private waiting: TopAtUpdate[] = [];

  /** The venue says so: this is the top since `updateId`. */
  onTicker(updateId: number, top: BookTop): void {
    const newest = this.tickers.at(-1);
    if (newest !== undefined && updateId <= newest.updateId) {
      this.outdatedTickerCount += 1;
      return;
    }
    this.tickers.push({ updateId, top });
    this.settle(updateId);
    if (this.tickers.length > HISTORY_MAX) this.tickers.splice(0, HISTORY_MAX / 2);
  }

  /** The depth says so: this is the top at `updateId`, which rises from call to call. */
  onDepth(updateId: number, top: BookTop): void {
    this.waiting.push({ updateId, top });
    const newest = this.tickers.at(-1);
    if (newest !== undefined) this.settle(newest.updateId);
    if (this.waiting.length > HISTORY_MAX) this.waiting.splice(0, HISTORY_MAX / 2);
  }

  /** The stream was cut: what waits can no longer be compared. */
  reset(): void {
    this.tickers = [];
    this.waiting = [];
  }

  /** Compares all waiting tops up to the newest bookTicker's id. */
  private settle(newestTickerId: number): void {
    let settled = 0;
    for (const depth of this.waiting) {
      if (depth.updateId > newestTickerId) break;
      settled += 1;
      const ticker = this.tickerAt(depth.updateId);
      if (ticker !== null) this.compare(depth, ticker);
    }
    if (settled > 0) this.waiting.splice(0, settled);
  }

  /** The newest bookTicker at or below an update id, or null; drops all before it. */
  private tickerAt(updateId: number): TopAtUpdate | null {
    let count = 0;
    while (count < this.tickers.length) {
      const next = this.tickers[count] as TopAtUpdate;
      if (next.updateId > updateId) break;
      count += 1;
    }
    if (count === 0) return null;
    if (count > 1) this.tickers.splice(0, count - 1);
    return this.tickers[0] as TopAtUpdate;
  }

  private compare(depth: TopAtUpdate, ticker: TopAtUpdate): void {
    const isSame = isSameTop(depth.top, ticker.top);
    this.inForceCount += 1;
    if (!isSame) this.inForceMismatchCount += 1;
    if (depth.updateId !== ticker.updateId) return;
    this.comparedCount += 1;
    if (isSame) return;
    this.mismatchedCount += 1;
    this.firstMismatch ??= { updateId: depth.updateId, depth: depth.top, ticker: ticker.top };
  }
}

/** What the depth-built book showed at an update id, and what bookTicker said. */
export interface TopMismatch {
  readonly updateId: number;
  readonly depth: BookTop;
  readonly ticker: BookTop;
}

interface TopAtUpdate {
  readonly updateId: number;
  readonly top: BookTop;
}

/** Messages one stream may be ahead of the other: minutes, where milliseconds are usual. */
const HISTORY_MAX = 100_000;

function isSameTop(a: BookTop, b: BookTop): boolean {
  return (
    a.bidPriceTicks === b.bidPriceTicks &&
    a.bidQuantityLots === b.bidQuantityLots &&
    a.askPriceTicks === b.askPriceTicks &&
    a.askQuantityLots === b.askQuantityLots
  );
}
