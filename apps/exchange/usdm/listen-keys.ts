import { randomBytes } from 'node:crypto';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import { type EpochMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import type { PrivateEvent } from './usdm-events.ts';

const LIFE_MICROS = 3_600 * MICROS_PER_SECOND;
/** A fault lets a key die this long after it was made or extended. */
const EARLY_DEATH_MICROS = 5 * MICROS_PER_SECOND;

/** Somebody who listens with a key. */
export interface KeyListener {
  onEvent(event: PrivateEvent): void;
}

interface ListenKey {
  readonly text: string;
  readonly accountId: number;
  diesAtMicros: number;
  readonly listeners: Set<KeyListener>;
}

/** Listen keys of accounts: one each, alive for an hour after it was made or extended. */
export class ListenKeys implements PrivateEvents {
  private readonly markets: ExchangeMarkets;
  private readonly faults: Faults;
  private readonly byAccount = new Map<number, ListenKey>();
  private readonly byText = new Map<string, ListenKey>();

  constructor(markets: ExchangeMarkets, faults: Faults) {
    this.markets = markets;
    this.faults = faults;
  }

  /** The account's key: the one that lives is extended. */
  open(accountId: number): string {
    const known = this.byAccount.get(accountId);
    if (known !== undefined) {
      this.extend(known);
      return known.text;
    }
    const key: ListenKey = {
      text: randomBytes(32).toString('hex'),
      accountId,
      diesAtMicros: 0,
      listeners: new Set(),
    };
    this.byAccount.set(accountId, key);
    this.byText.set(key.text, key);
    this.extend(key);
    return key.text;
  }

  /** Throws -1125 when the account has none. */
  keepAlive(accountId: number): string {
    const key = this.byAccount.get(accountId);
    if (key === undefined) throw new VenueError(400, -1125, 'This listenKey does not exist.');
    this.extend(key);
    return key.text;
  }

  close(accountId: number): void {
    const key = this.byAccount.get(accountId);
    if (key !== undefined) this.remove(key);
  }

  /** Returns the way to stop; null: the key is not alive, and nothing will ever come. */
  listen(text: string, listener: KeyListener): (() => void) | null {
    const key = this.byText.get(text);
    if (key === undefined) return null;
    key.listeners.add(listener);
    return () => key.listeners.delete(listener);
  }

  send(accountId: number, event: PrivateEvent): void {
    const key = this.byAccount.get(accountId);
    if (key === undefined) return;
    for (const listener of key.listeners) listener.onEvent(event);
  }

  private extend(key: ListenKey): void {
    const isShort = this.faults.strikes('LISTEN_KEY_EXPIRED');
    const life = isShort ? EARLY_DEATH_MICROS : LIFE_MICROS;
    const dies = this.markets.workingMicros + life;
    key.diesAtMicros = dies;
    this.markets.schedule(dies as EpochMicros, () => {
      if (key.diesAtMicros === dies && this.byText.has(key.text)) this.expire(key);
    });
  }

  private expire(key: ListenKey): void {
    const now = Math.floor(this.markets.workingMicros / MICROS_PER_MILLI);
    const event: PrivateEvent = { e: 'listenKeyExpired', E: now, listenKey: key.text };
    for (const listener of key.listeners) listener.onEvent(event);
    this.remove(key);
  }

  private remove(key: ListenKey): void {
    key.listeners.clear();
    this.byAccount.delete(key.accountId);
    this.byText.delete(key.text);
  }
}
