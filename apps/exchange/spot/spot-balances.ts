import type { Account } from '#apps/exchange/accounts/accounts.ts';

/** What an account has of one asset, in 1e-8 units. */
export interface AssetBalance {
  readonly asset: string;
  free: number;
  locked: number;
}

/** The balances of one account. `free + locked` changes only by fills, commission and transfers. */
export class SpotBalances {
  private readonly assets = new Map<string, AssetBalance>();
  updatedMillis = 0;

  constructor(account: Account) {
    for (const [asset, units] of account.spotBalances) {
      this.assets.set(asset, { asset, free: units, locked: 0 });
    }
  }

  /** The row of an asset; an empty one when it was never held. */
  of(asset: string): AssetBalance {
    let balance = this.assets.get(asset);
    if (balance === undefined) {
      balance = { asset, free: 0, locked: 0 };
      this.assets.set(asset, balance);
    }
    return balance;
  }

  all(): readonly AssetBalance[] {
    return [...this.assets.values()];
  }

  /** Moves free to locked. False, and nothing moves, when there is not enough. */
  lock(asset: string, units: number): boolean {
    const balance = this.of(asset);
    if (units > balance.free) return false;
    balance.free -= units;
    balance.locked += units;
    return true;
  }

  unlock(asset: string, units: number): void {
    const balance = this.of(asset);
    balance.locked -= units;
    balance.free += units;
  }

  /** Adds to, or with a negative number takes from, what is free. */
  add(asset: string, units: number): void {
    this.of(asset).free += units;
  }
}
