import { type ClientOrderId, NO_ORDER, type PriceTicks } from '#units/integers.ts';
import type { OwnOrder } from './own-order.ts';

/** Closed orders a query still finds; older ones are forgotten, as on the venue after days. */
const CLOSED_ORDERS_MAX = 10_000;

/**
 * The account's orders of one instrument: open ones, and the recently closed for queries. An order
 * without a client id (placed by a person, or by the venue itself) is listed but not found by id.
 */
export class OrderTable {
  private readonly open = new Map<number, OwnOrder>();
  private readonly openById = new Map<ClientOrderId, OwnOrder>();
  private readonly closed = new Map<ClientOrderId, OwnOrder>();

  get openCount(): number {
    return this.open.size;
  }

  /** Open orders, oldest first. */
  openOrders(): OwnOrder[] {
    return [...this.open.values()];
  }

  findOpen(id: ClientOrderId): OwnOrder | null {
    return this.openById.get(id) ?? null;
  }

  /** Open or recently closed. An id used again finds the open order. */
  find(id: ClientOrderId): OwnOrder | null {
    return this.openById.get(id) ?? this.closed.get(id) ?? null;
  }

  /** Prices of closed orders in the finer ticks of a new grid. */
  refineTick(divisor: number): void {
    for (const order of this.closed.values()) {
      order.sentPriceTicks = (order.sentPriceTicks * divisor) as PriceTicks;
    }
  }

  add(order: OwnOrder): void {
    this.open.set(order.venueOrderId, order);
    if (order.clientOrderId !== NO_ORDER) this.openById.set(order.clientOrderId, order);
  }

  close(order: OwnOrder): void {
    this.open.delete(order.venueOrderId);
    if (order.clientOrderId === NO_ORDER) return;
    this.openById.delete(order.clientOrderId);
    this.closed.set(order.clientOrderId, order);
    if (this.closed.size <= CLOSED_ORDERS_MAX) return;
    for (const oldest of this.closed.keys()) {
      this.closed.delete(oldest);
      return;
    }
  }
}
