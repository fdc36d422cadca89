import {
  type BookTickerEvent,
  DepthDeltaEvent,
  type DepthSnapshotEvent,
  type LevelColumn,
  NO_PREVIOUS_UPDATE,
} from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { RecordedSide } from './recorded-side.ts';

/** Told of every reported change while the book applies an event. */
export interface RecordedBookListener {
  /** A level's reported quantity changed. */
  onLevel(side: Side, priceTicks: number, previousLots: number, newLots: number): void;
  /** All levels were replaced: a snapshot after a gap, or the first one. */
  onReset(): void;
}

/** Deltas kept while waiting for a snapshot. More than this is a recording without one. */
const WAITING_DELTAS_MAX = 10_000;

/**
 * The recorded market's book as the venue had it: one snapshot, depth deltas in a gapless chain, and
 * bookTicker, which is fresher at the top. Kept apart from the engine's own book on purpose: what
 * judges our fills must not share its mistakes.
 *
 * Source: Binance, "How to manage a local order book correctly", spot and USD-M.
 */
export class RecordedBook {
  readonly bids = new RecordedSide(Side.BUY);
  readonly asks = new RecordedSide(Side.SELL);
  private readonly listener: RecordedBookListener;
  private readonly waiting: DepthDeltaEvent[] = [];
  private isSynchronised = false;
  private isFirstDelta = true;
  private depthUpdateId = 0;
  private tickerUpdateId = 0;
  private tickerBidTicks = 0;
  private tickerAskTicks = 0;
  private gaps = 0;

  constructor(listener: RecordedBookListener) {
    this.listener = listener;
  }

  /** A snapshot was applied and the chain of deltas has not broken since. */
  get isReady(): boolean {
    return this.isSynchronised;
  }

  /** Breaks of the chain so far. */
  get gapCount(): number {
    return this.gaps;
  }

  sideOf(side: Side): RecordedSide {
    return side === Side.BUY ? this.bids : this.asks;
  }

  /**
   * True when the quantity shown at a price is known to the moment, because bookTicker reports each
   * change at the top. Elsewhere it is as old as the last depth message.
   */
  isFreshAt(side: Side, priceTicks: number): boolean {
    if (this.tickerUpdateId === 0) return false;
    const own = this.sideOf(side);
    return !own.isBetter(own.bestTicks, priceTicks);
  }

  /** The feed broke: nothing is known until the next snapshot. */
  disconnect(): void {
    this.isSynchronised = false;
    this.waiting.length = 0;
  }

  /** Returns true when the book changed. */
  applyDelta(delta: Readonly<DepthDeltaEvent>): boolean {
    if (!this.isSynchronised) {
      this.keep(delta);
      return false;
    }
    if (delta.lastUpdateId <= this.depthUpdateId) return false;
    if (!this.continuesWith(delta)) {
      this.gaps += 1;
      this.disconnect();
      this.keep(delta);
      return false;
    }
    this.isFirstDelta = false;
    const isBehindTicker = delta.lastUpdateId < this.tickerUpdateId;
    this.applyLevels(this.bids, delta.bids, isBehindTicker, this.tickerBidTicks);
    this.applyLevels(this.asks, delta.asks, isBehindTicker, this.tickerAskTicks);
    this.depthUpdateId = delta.lastUpdateId;
    return true;
  }

  /** Returns true when the book changed: not when it is newer than the snapshot already. */
  applySnapshot(snapshot: Readonly<DepthSnapshotEvent>): boolean {
    if (this.isSynchronised && snapshot.lastUpdateId <= this.depthUpdateId) return false;
    this.load(this.bids, snapshot.bids);
    this.load(this.asks, snapshot.asks);
    this.depthUpdateId = snapshot.lastUpdateId;
    this.isSynchronised = true;
    this.isFirstDelta = true;
    this.tickerUpdateId = 0;
    this.listener.onReset();
    const waiting = this.waiting.splice(0);
    for (const delta of waiting) this.applyDelta(delta);
    return true;
  }

  /** The top of book. Returns true when it was newer than what is known. */
  applyTicker(ticker: Readonly<BookTickerEvent>): boolean {
    if (!this.isSynchronised) return false;
    if (ticker.updateId <= this.depthUpdateId || ticker.updateId <= this.tickerUpdateId) {
      return false;
    }
    this.tickerUpdateId = ticker.updateId;
    this.tickerBidTicks = ticker.bidPriceTicks;
    this.tickerAskTicks = ticker.askPriceTicks;
    this.applyTop(this.bids, ticker.bidPriceTicks, ticker.bidQuantityLots);
    this.applyTop(this.asks, ticker.askPriceTicks, ticker.askQuantityLots);
    return true;
  }

  /**
   * Spot chains by ids in a row (U = u + 1), the perpetual by `pu`. The first delta after a snapshot
   * may overlap it.
   */
  private continuesWith(delta: Readonly<DepthDeltaEvent>): boolean {
    if (delta.previousUpdateId === NO_PREVIOUS_UPDATE) {
      return delta.firstUpdateId <= this.depthUpdateId + 1;
    }
    if (this.isFirstDelta) return delta.previousUpdateId <= this.depthUpdateId;
    return delta.previousUpdateId === this.depthUpdateId;
  }

  private keep(delta: Readonly<DepthDeltaEvent>): void {
    if (this.waiting.length === WAITING_DELTAS_MAX) this.waiting.shift();
    const copy = new DepthDeltaEvent();
    copy.firstUpdateId = delta.firstUpdateId;
    copy.lastUpdateId = delta.lastUpdateId;
    copy.previousUpdateId = delta.previousUpdateId;
    copy.bids.copyFrom(delta.bids);
    copy.asks.copyFrom(delta.asks);
    this.waiting.push(copy);
  }

  private load(side: RecordedSide, levels: LevelColumn): void {
    side.clear();
    for (let index = 0; index < levels.count; index++) {
      side.set(levels.pricesTicks[index] as number, levels.quantitiesLots[index] as number);
    }
  }

  /** Levels at or above a fresher top are left alone: the ticker knows better. */
  private applyLevels(
    side: RecordedSide,
    levels: LevelColumn,
    isBehindTicker: boolean,
    tickerTicks: number,
  ): void {
    for (let index = 0; index < levels.count; index++) {
      const priceTicks = levels.pricesTicks[index] as number;
      if (isBehindTicker && !side.isBetter(tickerTicks, priceTicks)) continue;
      this.report(side, priceTicks, levels.quantitiesLots[index] as number);
    }
  }

  private applyTop(side: RecordedSide, priceTicks: number, lots: number): void {
    // A side without a price is empty: every level is better than none.
    while (side.count > 0 && (priceTicks === 0 || side.isBetter(side.bestTicks, priceTicks))) {
      this.report(side, side.bestTicks, 0);
    }
    if (priceTicks > 0) this.report(side, priceTicks, lots);
  }

  private report(side: RecordedSide, priceTicks: number, lots: number): void {
    const previousLots = side.set(priceTicks, lots);
    // An unchanged level may not have seen the last trade yet: its queue is judged at the next change.
    if (previousLots !== lots) this.listener.onLevel(side.side, priceTicks, previousLots, lots);
  }
}
