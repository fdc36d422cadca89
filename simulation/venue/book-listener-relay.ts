import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import type { VenueBookListener, VenueEnd, VenueOrder } from './venue-book.ts';

/**
 * Stands between a book and the venue shell: a book wants its listener when it is built, and the
 * venue wants its books. Give the relay to the book, then both to the venue, which binds itself.
 */
export class BookListenerRelay implements VenueBookListener {
  private target: VenueBookListener | null = null;

  /** Called once by the venue. Throws when it was bound before: one book has one venue. */
  bind(target: VenueBookListener): void {
    if (this.target !== null) throw new Error('this relay is already bound to a venue');
    this.target = target;
  }

  onRested(order: VenueOrder): void {
    this.bound().onRested(order);
  }

  onFill(
    order: VenueOrder,
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    this.bound().onFill(order, priceTicks, quantityLots, isMaker, tradeId);
  }

  onEnded(order: VenueOrder, end: VenueEnd): void {
    this.bound().onEnded(order, end);
  }

  private bound(): VenueBookListener {
    if (this.target === null) throw new Error('the book worked before the venue was built');
    return this.target;
  }
}
