/** Cuts a failing script of events down to a few that still fail. */

export interface ShrinkOptions<Item> {
  /** The script that fails. */
  readonly items: readonly Item[];
  /** True when the run of this script still fails in the same way. */
  readonly fails: (items: readonly Item[]) => boolean;
  /** How near an item stands to the failure: the nearest are tried first. Smaller is nearer. */
  readonly distance: (item: Item) => number;
  /** Gentler versions of one item, the gentlest first. */
  readonly gentler: (item: Item) => readonly Item[];
  /** False when no more time should be spent: the best script so far is the answer. */
  readonly mayGoOn: () => boolean;
}

export interface ShrinkResult<Item> {
  readonly items: readonly Item[];
  /** How many scripts were run. */
  readonly runs: number;
  /** False when the time ran out first. */
  readonly isMinimal: boolean;
}

/**
 * Delta debugging (Zeller and Hildebrandt 2002, Simplifying and isolating failure-inducing input),
 * preceded by a guess: what stands nearest to the failure usually causes it. The result fails; when
 * it is minimal, no single item of it can be left out.
 */
export function shrink<Item>(options: ShrinkOptions<Item>): ShrinkResult<Item> {
  const run = new ShrinkRun(options);
  run.keepNearest();
  run.removeChunks();
  run.soften();
  return { items: run.items, runs: run.runs, isMinimal: options.mayGoOn() };
}

class ShrinkRun<Item> {
  items: readonly Item[];
  runs = 0;
  private readonly options: ShrinkOptions<Item>;

  constructor(options: ShrinkOptions<Item>) {
    this.options = options;
    this.items = options.items;
  }

  /** Tries the nearest one, two, four ... items in the order of the script. */
  keepNearest(): void {
    const { distance } = this.options;
    const byDistance = [...this.items].sort((one, other) => distance(one) - distance(other));
    for (let count = 1; count < this.items.length; count *= 2) {
      const kept = new Set(byDistance.slice(0, count));
      if (this.take(this.items.filter((item) => kept.has(item)))) return;
    }
  }

  /** Leaves out one chunk after the other; chunks get smaller while nothing can be left out. */
  removeChunks(): void {
    if (this.take([])) return;
    let chunkCount = 2;
    while (this.items.length > 1 && this.options.mayGoOn()) {
      const size = Math.ceil(this.items.length / chunkCount);
      if (this.removeOneChunk(size)) chunkCount = Math.max(2, chunkCount - 1);
      else if (size === 1) return;
      else chunkCount = Math.min(this.items.length, chunkCount * 2);
    }
  }

  /** Makes single items gentler while the run still fails. */
  soften(): void {
    for (let index = 0; index < this.items.length; index++) {
      const item = this.items[index] as Item;
      for (const gentler of this.options.gentler(item)) {
        if (this.take(this.items.with(index, gentler))) break;
      }
    }
  }

  private removeOneChunk(size: number): boolean {
    for (let from = 0; from < this.items.length; from += size) {
      const rest = [...this.items.slice(0, from), ...this.items.slice(from + size)];
      if (this.take(rest)) return true;
    }
    return false;
  }

  private take(candidate: readonly Item[]): boolean {
    if (!this.options.mayGoOn()) return false;
    this.runs += 1;
    if (!this.options.fails(candidate)) return false;
    this.items = candidate;
    return true;
  }
}
