import { LevelColumn } from '#contracts/events.ts';
import type { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { BookRow, DepthChanges, DepthCollector } from './symbol-market.ts';

/** Hands the one list of changes of a matching engine to any number of collectors. */
export class DepthCollectors {
  private readonly engine: MatchingEngine;
  private readonly collectors = new Set<ChangeCollector>();
  private readonly bids = new LevelColumn();
  private readonly asks = new LevelColumn();

  constructor(engine: MatchingEngine) {
    this.engine = engine;
  }

  open(): DepthCollector {
    // What came before belongs to those who were there.
    this.pump();
    const collector = new ChangeCollector(this.engine.lastUpdateId, {
      pump: () => {
        this.pump();
        return this.engine.lastUpdateId;
      },
      remove: () => this.collectors.delete(collector),
    });
    this.collectors.add(collector);
    return collector;
  }

  private pump(): void {
    const { engine, bids, asks } = this;
    if (!engine.hasUnpublishedChanges) return;
    bids.clear();
    asks.clear();
    engine.drainChanges(bids, asks);
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
