/**
 * Who may call the exchange: accounts with what they begin with, and their keys. What an account
 * holds while it trades is kept by the desk of each market.
 */
import type { KeyObject } from 'node:crypto';
import type { AssetUnits, RateUnits } from '#units/integers.ts';

export type KeyKind = 'HMAC' | 'ED25519';
export type Permission = 'READ' | 'TRADE' | 'WITHDRAW';

export interface ApiKey {
  /** For people: `demo-1-hmac`. */
  readonly name: string;
  readonly kind: KeyKind;
  /** What clients send as X-MBX-APIKEY. */
  readonly apiKey: string;
  readonly accountId: number;
  /** Checks signatures: the secret (HMAC) or the public key (Ed25519). */
  readonly verifier: KeyObject;
  /** What its owner signs with, where the exchange made the key or the key file says it; '' otherwise. */
  readonly secret: string;
  readonly privateKeyPem: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Addresses it may be used from; empty: any. */
  readonly addresses: readonly string[];
}

/** One account of the exchange, the same on both markets. */
export interface Account {
  /** Counts from 0; the owner id of its orders is `ownerOf(id)`. */
  readonly id: number;
  readonly name: string;
  /** Opening balances by asset. */
  readonly spotBalances: ReadonlyMap<string, AssetUnits>;
  readonly usdmBalances: ReadonlyMap<string, AssetUnits>;
  /** Fee rates in the place of the instrument's; null: the instrument's. */
  readonly makerFeeRate: RateUnits | null;
  readonly takerFeeRate: RateUnits | null;
  /** True: commission is paid in BNB while there is enough of it. */
  readonly paysFeesInBnb: boolean;
}

export class Accounts {
  readonly all: readonly Account[];
  private readonly keys = new Map<string, ApiKey>();
  private readonly listeners: ((key: ApiKey) => void)[] = [];

  /** Throws a RangeError when two keys are the same or a key's account does not exist. */
  constructor(accounts: readonly Account[], keys: readonly ApiKey[]) {
    this.all = accounts;
    for (const key of keys) {
      if (this.keys.has(key.apiKey)) throw new RangeError(`API key given twice: ${key.name}`);
      if (accounts[key.accountId] === undefined) {
        throw new RangeError(`no account ${key.accountId} for the key ${key.name}`);
      }
      this.keys.set(key.apiKey, key);
    }
  }

  get allKeys(): readonly ApiKey[] {
    return [...this.keys.values()];
  }

  keyOf(apiKey: string): ApiKey | undefined {
    return this.keys.get(apiKey);
  }

  /** Throws a RangeError for an id that was never given. */
  account(id: number): Account {
    const account = this.all[id];
    if (account === undefined) throw new RangeError(`no account ${id}`);
    return account;
  }

  /** From now on the key is refused; sessions that use it hear of it. False when there is none. */
  revoke(apiKey: string): boolean {
    const key = this.keys.get(apiKey);
    if (key === undefined) return false;
    this.keys.delete(apiKey);
    for (const listener of this.listeners) listener(key);
    return true;
  }

  onRevoked(listener: (key: ApiKey) => void): void {
    this.listeners.push(listener);
  }
}
