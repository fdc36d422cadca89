/** The orders and trades of one account in one symbol: what is open, and a bounded past. */
import type { PreventedMatch, SpotOrder, SpotTrade } from './spot-order.ts';

/** Closed orders, trades and prevented matches that can still be asked for. The oldest go first. */
const PAST_MAX = 50_000;
/** The past is cut back this much at once: cheap on average. */
const PAST_SLACK = 5_000;

export class OrderArchive {
  readonly open = new Map<number, SpotOrder>();
  private readonly openByClientId = new Map<string, SpotOrder>();
  private readonly byId = new Map<number, SpotOrder>();
  private readonly byClientId = new Map<string, SpotOrder>();
  private readonly orders: SpotOrder[] = [];
  private readonly tradeRows: SpotTrade[] = [];
  private readonly preventedRows: PreventedMatch[] = [];

  add(order: SpotOrder): void {
    this.open.set(order.venueOrderId, order);
    this.openByClientId.set(order.clientId, order);
    this.byId.set(order.venueOrderId, order);
    this.byClientId.set(order.clientId, order);
    this.orders.push(order);
    if (this.orders.length > PAST_MAX + PAST_SLACK) this.forget();
  }

  close(order: SpotOrder): void {
    this.open.delete(order.venueOrderId);
    if (this.openByClientId.get(order.clientId) === order) {
      this.openByClientId.delete(order.clientId);
    }
  }

  /** The order goes by another client id from now on; the old one still finds it. */
  rename(order: SpotOrder, clientId: string): void {
    if (this.openByClientId.get(order.clientId) === order) {
      this.openByClientId.delete(order.clientId);
      this.openByClientId.set(clientId, order);
    }
    order.clientId = clientId;
    order.clientIds.push(clientId);
    this.byClientId.set(clientId, order);
  }

  isClientIdOpen(clientId: string): boolean {
    return this.openByClientId.has(clientId);
  }

  find(orderId: number): SpotOrder | undefined {
    return this.byId.get(orderId);
  }

  /** The open order of that name, or else the last one that had it. */
  findByClientId(clientId: string): SpotOrder | undefined {
    return this.openByClientId.get(clientId) ?? this.byClientId.get(clientId);
  }

  addTrade(trade: SpotTrade): void {
    this.tradeRows.push(trade);
    if (this.tradeRows.length > PAST_MAX + PAST_SLACK) this.tradeRows.splice(0, PAST_SLACK);
  }

  addPrevented(match: PreventedMatch): void {
    this.preventedRows.push(match);
    if (this.preventedRows.length > PAST_MAX + PAST_SLACK) this.preventedRows.splice(0, PAST_SLACK);
  }

  /** Oldest first. */
  get all(): readonly SpotOrder[] {
    return this.orders;
  }

  get trades(): readonly SpotTrade[] {
    return this.tradeRows;
  }

  get prevented(): readonly PreventedMatch[] {
    return this.preventedRows;
  }

  private forget(): void {
    const past = this.orders.splice(0, PAST_SLACK);
    this.orders.unshift(...past.filter((order) => order.isOpen));
    for (const order of past) {
      if (order.isOpen) continue;
      this.byId.delete(order.venueOrderId);
      for (const name of order.clientIds) {
        if (this.byClientId.get(name) === order) this.byClientId.delete(name);
      }
    }
  }
}
