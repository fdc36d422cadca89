import { EventKind } from '#contracts/event-kind.ts';
import { type DepthDeltaEvent, type MarketEvent, NO_PREVIOUS_UPDATE } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';

export const Arbitration = {
  /** First to arrive: it goes on. */
  ADMITTED: 0,
  /** Another source was faster, or something newer is already out. */
  DUPLICATE: 1,
} as const;
export type Arbitration = (typeof Arbitration)[keyof typeof Arbitration];

/** Depth messages remembered beyond a hole, until the other source fills it. */
const AHEAD_MAX = 64;
/** A hole that no source has filled for so long stays one: the book asks for a snapshot. */
const HOLE_MICROS_MAX = 1_000_000;

/**
 * First arrival wins: of the same message from several sources the first goes on, by the venue's own
 * numbers, not by time. What one source misses the other fills, also when it comes later.
 *
 * Depth: everything up to `top` is out without a hole; beyond a hole each message is remembered by its
 * id. A message that overlaps what is out says where it now continues (on the perpetual, whose book
 * wants to be told): quantities are absolute, so it holds all changes after any id within it.
 */
export class FeedArbiter {
  /** Messages that left a hole before them. */
  holeCount = 0;
  /** The last message of each kind admitted: how far behind was who came second? */
  readonly admittedAtMicros = { depth: 0, ticker: 0, trade: 0 };
  private readonly market: Market;
  private top = -1;
  private holeSinceMicros = 0;
  private readonly ahead: { before: number; last: number }[] = [];
  private tickerId = -1;
  private tradeId = -1;
  private markMicros = -1;

  constructor(market: Market) {
    this.market = market;
  }

  /** Highest depth id that is out without a hole before it; -1 before the first. */
  get topUpdateId(): number {
    return this.top;
  }

  /** Every source was lost: ids may begin anew. */
  reset(): void {
    this.top = -1;
    this.tickerId = -1;
    this.tradeId = -1;
    this.markMicros = -1;
    this.ahead.length = 0;
  }

  /** Hot: every message of every source. Changes the event only as said above. */
  admit(event: MarketEvent): Arbitration {
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        return this.admitDepth(event);
      case EventKind.BOOK_TICKER:
        if (event.updateId <= this.tickerId) return Arbitration.DUPLICATE;
        this.tickerId = event.updateId;
        this.admittedAtMicros.ticker = event.atMicros;
        return Arbitration.ADMITTED;
      case EventKind.TRADE:
        if (event.tradeId <= this.tradeId) return Arbitration.DUPLICATE;
        this.tradeId = event.tradeId;
        this.admittedAtMicros.trade = event.atMicros;
        return Arbitration.ADMITTED;
      case EventKind.MARK_PRICE:
        if (event.venueTimeMicros <= this.markMicros) return Arbitration.DUPLICATE;
        this.markMicros = event.venueTimeMicros;
        return Arbitration.ADMITTED;
      case EventKind.DEPTH_SNAPSHOT:
        if (event.lastUpdateId > this.top) this.advance(event.lastUpdateId);
        return Arbitration.ADMITTED;
      case EventKind.FEED_STATUS:
        return Arbitration.ADMITTED;
    }
  }

  private admitDepth(event: DepthDeltaEvent): Arbitration {
    const last = event.lastUpdateId;
    if (this.top < 0) {
      this.top = last;
      this.admittedAtMicros.depth = event.atMicros;
      return Arbitration.ADMITTED;
    }
    if (last <= this.top) return Arbitration.DUPLICATE;
    if (this.ahead.length > 0 && event.atMicros - this.holeSinceMicros > HOLE_MICROS_MAX) {
      this.giveUpHole();
      if (last <= this.top) return Arbitration.DUPLICATE;
    }
    const before = this.market === Market.SPOT ? event.firstUpdateId - 1 : event.previousUpdateId;
    if (before <= this.top) {
      if (this.market !== Market.SPOT && event.previousUpdateId !== NO_PREVIOUS_UPDATE) {
        event.previousUpdateId = this.top;
      }
      this.advance(last);
    } else if (!this.rememberAhead(before, last, event.atMicros)) {
      return Arbitration.DUPLICATE;
    }
    this.admittedAtMicros.depth = event.atMicros;
    return Arbitration.ADMITTED;
  }

  private rememberAhead(before: number, last: number, atMicros: number): boolean {
    for (const one of this.ahead) if (one.last === last) return false;
    if (this.ahead.length === 0) {
      this.holeCount += 1;
      this.holeSinceMicros = atMicros;
    }
    this.ahead.push({ before, last });
    if (this.ahead.length > AHEAD_MAX) this.giveUpHole();
    return true;
  }

  /** Nobody has what is missing: what came after it is the new beginning. */
  private giveUpHole(): void {
    let first = this.ahead[0];
    for (const one of this.ahead) if (first === undefined || one.last < first.last) first = one;
    if (first !== undefined) this.advance(first.last);
    if (this.ahead.length > 0) this.holeSinceMicros += HOLE_MICROS_MAX;
  }

  private advance(last: number): void {
    this.top = last;
    for (let again = this.ahead.length > 0; again; ) {
      again = false;
      for (let index = this.ahead.length - 1; index >= 0; index--) {
        const one = this.ahead[index] as { before: number; last: number };
        if (one.before > this.top) continue;
        this.top = Math.max(this.top, one.last);
        this.ahead.splice(index, 1);
        again = true;
      }
    }
  }
}
