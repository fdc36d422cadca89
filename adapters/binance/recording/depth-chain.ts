import { DepthDeltaEvent, type DepthSnapshotEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { PlainBook } from './plain-book.ts';

/** What became of one depth message. */
export const ChainOutcome = {
  /** In the book; the book is as the venue's at the message's last update id. */
  APPLIED: 0,
  /** Kept until a snapshot comes. */
  BUFFERED: 1,
  /** The book was already past it. */
  OUTDATED: 2,
  /** A message is missing in front of it. The book is void until the next snapshot. */
  GAP: 3,
} as const;
export type ChainOutcome = (typeof ChainOutcome)[keyof typeof ChainOutcome];

/** Told of every state of the book that equals the venue's. */
export interface BookListener {
  onBook(updateId: number, book: PlainBook): void;
}

/** Messages kept while waiting for a snapshot: minutes at the fastest stream. */
const BUFFERED_MAX = 20_000;
const NONE = -1;

/**
 * The venue's procedure for a local book, written down from its documentation for checking only.
 *
 * Spot: messages chain by `U == previous u + 1`; after a snapshot the first one used straddles it
 * (`U <= id + 1 <= u`), those with `u <= id` fall away. USD-M: messages chain by `pu == previous u`;
 * the first one used has `U <= id <= u`, those with `u < id` fall away.
 */
export class DepthChain {
  readonly book = new PlainBook();
  gapCount = 0;
  /** Messages that repeat or go back. */
  outdatedCount = 0;
  /** Snapshots older than the book or the first message, or not joined to the next one. */
  unusedSnapshotCount = 0;
  private readonly market: Market;
  private readonly listener: BookListener;
  private buffered: DepthDeltaEvent[] = [];
  /** Newest update id of the stream, with or without a book. */
  private streamId = NONE;
  /** Update id of the book; NONE: no book. */
  private bookId = NONE;
  /** The book is a bare snapshot: the next message joins by straddling instead of chaining. */
  private isJoining = false;

  constructor(market: Market, listener: BookListener) {
    this.market = market;
    this.listener = listener;
  }

  get hasBook(): boolean {
    return this.bookId !== NONE;
  }

  onDepth(event: Readonly<DepthDeltaEvent>): ChainOutcome {
    const previous = this.streamId;
    if (previous !== NONE && event.lastUpdateId <= previous) {
      this.outdatedCount += 1;
      return ChainOutcome.OUTDATED;
    }
    this.streamId = event.lastUpdateId;
    if (previous !== NONE && !this.isNext(event, previous)) {
      this.gapCount += 1;
      this.dropBook();
      this.keep(event);
      return ChainOutcome.GAP;
    }
    if (this.hasBook) return this.join(event);
    this.keep(event);
    return ChainOutcome.BUFFERED;
  }

  /** Starts the book anew from a snapshot and what was buffered. */
  onSnapshot(snapshot: Readonly<DepthSnapshotEvent>): void {
    if (this.hasBook && snapshot.lastUpdateId < this.bookId) {
      this.unusedSnapshotCount += 1;
      return;
    }
    const waiting = this.buffered;
    this.dropBook();
    const first = waiting[0];
    if (first !== undefined && this.isTooOld(snapshot.lastUpdateId, first)) {
      this.unusedSnapshotCount += 1;
      this.buffered = waiting;
      return;
    }
    this.book.apply(snapshot.bids, snapshot.asks);
    this.bookId = snapshot.lastUpdateId;
    this.isJoining = true;
    this.listener.onBook(this.bookId, this.book);
    for (const event of waiting) if (this.hasBook) this.join(event);
  }

  /** Does `event` follow the message that ended at `previous`? */
  private isNext(event: Readonly<DepthDeltaEvent>, previous: number): boolean {
    if (this.market === Market.PERPETUAL) return event.previousUpdateId === previous;
    // An overlap misses nothing; only a hole does.
    return event.firstUpdateId <= previous + 1;
  }

  /** Puts a message into a book that exists. */
  private join(event: Readonly<DepthDeltaEvent>): ChainOutcome {
    if (this.isJoining) {
      if (this.isBefore(event)) return ChainOutcome.OUTDATED;
      if (!this.isStraddling(event)) {
        this.unusedSnapshotCount += 1;
        this.dropBook();
        this.keep(event);
        return ChainOutcome.BUFFERED;
      }
      this.isJoining = false;
    }
    this.book.apply(event.bids, event.asks);
    this.bookId = event.lastUpdateId;
    this.listener.onBook(this.bookId, this.book);
    return ChainOutcome.APPLIED;
  }

  private isBefore(event: Readonly<DepthDeltaEvent>): boolean {
    return this.market === Market.PERPETUAL
      ? event.lastUpdateId < this.bookId
      : event.lastUpdateId <= this.bookId;
  }

  private isStraddling(event: Readonly<DepthDeltaEvent>): boolean {
    return this.market === Market.PERPETUAL
      ? event.firstUpdateId <= this.bookId
      : event.firstUpdateId <= this.bookId + 1;
  }

  private isTooOld(snapshotId: number, first: Readonly<DepthDeltaEvent>): boolean {
    const joins = this.market === Market.PERPETUAL ? snapshotId : snapshotId + 1;
    return joins < first.firstUpdateId;
  }

  private keep(event: Readonly<DepthDeltaEvent>): void {
    if (this.buffered.length === BUFFERED_MAX) this.buffered.splice(0, BUFFERED_MAX / 2);
    const copy = new DepthDeltaEvent();
    copy.firstUpdateId = event.firstUpdateId;
    copy.lastUpdateId = event.lastUpdateId;
    copy.previousUpdateId = event.previousUpdateId;
    copy.bids.copyFrom(event.bids);
    copy.asks.copyFrom(event.asks);
    this.buffered.push(copy);
  }

  private dropBook(): void {
    this.book.clear();
    this.bookId = NONE;
    this.isJoining = false;
    this.buffered = [];
  }
}
