import { OrderBook, Side as PublishedSide } from 'nodejs-order-book';
import { Side } from '#contracts/order.ts';

/**
 * The matching engine of the npm package `nodejs-order-book`: a red-black tree of prices, a queue of
 * orders at each, ids that are texts. Its journal is off, as by default. It answers each order with
 * an object that says what was done; that is its interface and stays in the time.
 */
export class PublishedMatching {
  private readonly book = new OrderBook();
  /** Texts of the ids 0 to `idMax`, made beforehand. */
  private readonly texts: readonly string[];

  constructor(idMax: number) {
    this.texts = Array.from({ length: idMax + 1 }, (_, id) => String(id));
  }

  /** 0 when the side is empty. Slow: for tests. */
  bestPrice(side: Side): number {
    const [asks, bids] = this.book.depth();
    const [best] = (side === Side.BUY ? bids : asks) as readonly (readonly number[])[];
    return best?.[0] ?? 0;
  }

  /**
   * A plain limit order, good till cancelled. Returns in how many trades it took part. Throws when the
   * package refuses it.
   */
  place(id: number, side: Side, price: number, quantity: number): number {
    const text = this.texts[id] as string;
    const { done, partial, err } = this.book.limit({
      side: side === Side.BUY ? PublishedSide.BUY : PublishedSide.SELL,
      id: text,
      size: quantity,
      price,
    });
    if (err !== null) throw err;
    // Makers that are done, then the taker if it is; a maker that was hit but stays is "partial".
    const makersDone = done.length - (done.at(-1)?.id === text ? 1 : 0);
    return partial === null || partial.id === text ? makersDone : makersDone + 1;
  }

  cancel(id: number): void {
    this.book.cancel(this.texts[id] as string);
  }
}
