import { LevelColumn } from '#contracts/events.ts';
import type { BookRow, DepthChanges, DepthCollector } from './symbol-market.ts';

/** A book that gathers which of its levels changed: one list, for one reader. */
export interface ChangingBook {
  readonly lastUpdateId: number;
  readonly hasUnpublishedChanges: boolean;
  /** Appends the changed levels with what rests there now (0: gone), and forgets them. */
  drainChanges(bids: LevelColumn, asks: LevelColumn): void;
}

/** Hands the one list of changes of a book to any number of collectors. */
export class DepthCollectors {
  private readonly book: ChangingBook;
  private readonly collectors = new Set<ChangeCollector>();
  private readonly bids = new LevelColumn();
  private readonly asks = new LevelColumn();

  constructor(book: ChangingBook) {
    this.book = book;
  }

  open(): DepthCollector {
    // What came before belongs to those who were there.
    this.pump();
    const collector = new ChangeCollector(this.book.lastUpdateId, {
      pump: () => {
        this.pump();
        return this.book.lastUpdateId;
      },
      remove: () => this.collectors.delete(collector),
    });
    this.collectors.add(collector);
    return collector;
  }

  private pump(): void {
    const { book, bids, asks } = this;
    if (!book.hasUnpublishedChanges) return;
    bids.clear();
    asks.clear();
    book.drainChanges(bids, asks);
    for (const collector of this.collectors) collector.take(bids, asks);
  }
}

interface CollectorOwner {
  /** Hands out what changed; returns the last update id. */
  pump(): number;
  remove(): void;
}

class ChangeCollector implements DepthCollector {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();
  private readonly owner: CollectorOwner;
  private lastUpdateId: number;

  constructor(lastUpdateId: number, owner: CollectorOwner) {
    this.lastUpdateId = lastUpdateId;
    this.owner = owner;
  }

  close(): void {
    this.owner.remove();
  }

  take(bids: LevelColumn, asks: LevelColumn): void {
    merge(bids, this.bids);
    merge(asks, this.asks);
  }

  drain(): DepthChanges | null {
    const lastUpdateId = this.owner.pump();
    if (this.bids.size === 0 && this.asks.size === 0) return null;
    const changes = {
      firstUpdateId: this.lastUpdateId + 1,
      lastUpdateId,
      bids: rowsOf(this.bids, -1),
      asks: rowsOf(this.asks, 1),
    };
    this.bids.clear();
    this.asks.clear();
    this.lastUpdateId = lastUpdateId;
    return changes;
  }
}

function merge(column: LevelColumn, into: Map<number, number>): void {
  for (let index = 0; index < column.count; index++) {
    into.set(column.pricesTicks[index] as number, column.quantitiesLots[index] as number);
  }
}

/** Best price first, as the venue writes them. */
function rowsOf(levels: ReadonlyMap<number, number>, direction: 1 | -1): readonly BookRow[] {
  return [...levels].sort(([left], [right]) => direction * (left - right));
}
