/** The orders and trades of one account in one symbol: what is open, and a bounded past. */
import type { UsdmOrder, UsdmTrade } from './usdm-order.ts';

/** Rows that can still be asked for; the oldest go first, many at once. */
const PAST_MAX = 100_000;
const PAST_SLACK = 10_000;

export class UsdmArchive {
  readonly open = new Map<number, UsdmOrder>();
  orders: UsdmOrder[] = [];
  trades: UsdmTrade[] = [];
  private readonly byId = new Map<number, UsdmOrder>();
  private readonly byClientId = new Map<string, UsdmOrder>();

  add(order: UsdmOrder): void {
    this.open.set(order.venueOrderId, order);
    this.byId.set(order.venueOrderId, order);
    this.byClientId.set(order.request.clientId, order);
    this.orders.push(order);
    if (this.orders.length > PAST_MAX + PAST_SLACK) this.forget();
  }

  close(order: UsdmOrder): void {
    this.open.delete(order.venueOrderId);
  }

  addTrade(trade: UsdmTrade): void {
    this.trades.push(trade);
    if (this.trades.length > PAST_MAX + PAST_SLACK) this.trades = this.trades.slice(-PAST_MAX);
  }

  isClientIdOpen(clientId: string): boolean {
    return this.byClientId.get(clientId)?.isOpen ?? false;
  }

  byOrderId(orderId: number): UsdmOrder | undefined {
    return this.byId.get(orderId);
  }

  /** The latest order of that client id. */
  byClient(clientId: string): UsdmOrder | undefined {
    return this.byClientId.get(clientId);
  }

  private forget(): void {
    const gone = this.orders.slice(0, PAST_SLACK).filter((order) => !order.isOpen);
    this.orders = this.orders.slice(PAST_SLACK);
    for (const order of gone) {
      this.byId.delete(order.venueOrderId);
      const { clientId } = order.request;
      if (this.byClientId.get(clientId) === order) this.byClientId.delete(clientId);
    }
  }
}
