/**
 * Private events of spot on WebSocket API connections: who subscribed hears what happens to its
 * account. Nothing is replayed: who comes late has missed it.
 */
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { eventInMicros, type TimeUnit } from './time-unit.ts';

const ACTIVE_MAX = 1_000;
const IDS_PER_CONNECTION_MAX = 65_535;

type PrivateEvent = { readonly e: string; readonly [key: string]: Json | undefined };

interface Subscription {
  readonly id: number;
  readonly accountId: number;
  /** True: it ends with the session's logout. */
  readonly isOfSession: boolean;
}

/** The subscriptions of one connection. */
export class ConnectionSubscriptions {
  readonly unit: TimeUnit;
  private readonly hub: UserDataHub;
  private readonly sendFrame: (frame: string) => void;
  private readonly active = new Map<number, Subscription>();
  private nextId = 0;

  constructor(hub: UserDataHub, unit: TimeUnit, sendFrame: (frame: string) => void) {
    this.hub = hub;
    this.unit = unit;
    this.sendFrame = sendFrame;
  }

  /** Throws -2035 when the account is subscribed here already, -2042 when the ids are used up. */
  subscribe(accountId: number, isOfSession: boolean): number {
    for (const subscription of this.active.values()) {
      if (subscription.accountId === accountId) {
        throw new VenueError(400, -2035, 'User Data Stream subscription already active.');
      }
    }
    if (this.nextId >= IDS_PER_CONNECTION_MAX || this.active.size >= ACTIVE_MAX) {
      throw new VenueError(400, -2042, 'No more subscriptions are possible on this connection.');
    }
    const id = this.nextId++;
    this.active.set(id, { id, accountId, isOfSession });
    this.hub.add(accountId, this);
    return id;
  }

  /** One subscription, or all without an id. Throws -2036 when there is none. */
  unsubscribe(id: number | undefined): void {
    const ended = [...this.active.values()].filter((each) => id === undefined || each.id === id);
    if (ended.length === 0) {
      throw new VenueError(400, -2036, 'User Data Stream subscription not active.');
    }
    for (const each of ended) this.end(each);
  }

  endOfSession(): void {
    for (const each of [...this.active.values()]) if (each.isOfSession) this.end(each);
  }

  close(): void {
    for (const each of [...this.active.values()]) this.end(each);
  }

  /** Does a subscription of this account live here? */
  has(accountId: number): boolean {
    return [...this.active.values()].some((each) => each.accountId === accountId);
  }

  list(): readonly Json[] {
    return [...this.active.values()].map((each) => ({ subscriptionId: each.id }));
  }

  deliver(accountId: number, event: string): void {
    for (const each of this.active.values()) {
      if (each.accountId === accountId) {
        this.sendFrame(`{"subscriptionId":${each.id},"event":${event}}`);
      }
    }
  }

  private end(subscription: Subscription): void {
    this.active.delete(subscription.id);
    if (!this.has(subscription.accountId)) this.hub.remove(subscription.accountId, this);
  }
}

export class UserDataHub implements PrivateEvents {
  private readonly byAccount = new Map<number, Set<ConnectionSubscriptions>>();

  add(accountId: number, connection: ConnectionSubscriptions): void {
    const known = this.byAccount.get(accountId);
    if (known === undefined) this.byAccount.set(accountId, new Set([connection]));
    else known.add(connection);
  }

  remove(accountId: number, connection: ConnectionSubscriptions): void {
    this.byAccount.get(accountId)?.delete(connection);
  }

  send(accountId: number, event: PrivateEvent): void {
    const connections = this.byAccount.get(accountId);
    if (connections === undefined || connections.size === 0) return;
    let inMillis: string | null = null;
    let inMicros: string | null = null;
    for (const connection of connections) {
      if (connection.unit === 'MILLISECOND') {
        inMillis ??= JSON.stringify(event);
        connection.deliver(accountId, inMillis);
      } else {
        inMicros ??= JSON.stringify(eventInMicros(event));
        connection.deliver(accountId, inMicros);
      }
    }
  }
}
