/** 14 and 15: the engine's live book against the venue's, and each of its steps against what it was given. */
import {
  type DepthDeltaEvent,
  type DepthSnapshotEvent,
  LevelColumn,
  NO_PREVIOUS_UPDATE,
} from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import type { EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { TruthBook } from './truth-book.ts';

const DELTAS = 8_192;
const SNAPSHOTS = 16;
/** Longest chain of messages one step of the engine may have taken: all it can hold back. */
const CHAIN_MAX = 4_096;
const DEEP_EVERY = 32;
const DEEP_LEVELS = 24;

/** One instrument. Hot: every applied event; no allocation. */
export class BookAudit {
  private readonly instrument: number;
  private readonly truth: TruthBook;
  private readonly findings: Findings;
  private readonly deltaIds = new Float64Array(DELTAS).fill(-1);
  private readonly deltaBefore = new Float64Array(DELTAS);
  private readonly snapshotIds = new Float64Array(SNAPSHOTS).fill(-1);
  private snapshotCount = 0;
  private readonly levels = new LevelColumn(DEEP_LEVELS * 2);
  private engineUpdateId = 0;
  private wasLive = false;
  /** The process was given content that the venue never sent: equality proves nothing until a true snapshot. */
  private isDeceived = false;
  /** Update id after the message that is being handled, and before it; 0: it is none of this book. */
  private givenId = 0;
  private givenBefore = 0;
  private looks = 0;

  constructor(instrument: number, truth: TruthBook, findings: Findings) {
    this.instrument = instrument;
    this.truth = truth;
    this.findings = findings;
  }

  onDeliveredDelta(event: Readonly<DepthDeltaEvent>): void {
    if (!this.truth.sentDelta(event)) this.isDeceived = true;
    const slot = event.lastUpdateId & (DELTAS - 1);
    const before =
      event.previousUpdateId === NO_PREVIOUS_UPDATE
        ? event.firstUpdateId - 1
        : event.previousUpdateId;
    this.deltaIds[slot] = event.lastUpdateId;
    this.deltaBefore[slot] = before;
    this.givenId = event.lastUpdateId;
    this.givenBefore = before;
  }

  onDeliveredSnapshot(event: Readonly<DepthSnapshotEvent>): void {
    this.snapshotIds[this.snapshotCount % SNAPSHOTS] = event.lastUpdateId;
    this.snapshotCount += 1;
    if (!this.truth.sentSnapshot(event)) this.isDeceived = true;
    // A live book does not load it; one that is not live is built anew from it.
    else if (!this.wasLive) this.isDeceived = false;
  }

  /** What the process was given hides a part of the book: no message of its own shows that. */
  onDistorted(): void {
    this.isDeceived = true;
  }

  /** A life begins: what the recovered book stands on was given to an older one. */
  onStarted(): void {
    this.wasLive = false;
    this.engineUpdateId = 0;
    this.givenId = 0;
  }

  /** Returns true when the book was live and is not any more. */
  onApplied(view: EngineView): boolean {
    const isLive = view.isBookLive(this.instrument);
    const hasFallen = this.wasLive && !isLive;
    if (this.givenId > 0) this.checkTaken(view, isLive);
    if (isLive) this.checkLive(view);
    this.wasLive = isLive;
    return hasFallen;
  }

  /** The connection was lost and that was handled: whatever the book shows cannot be continued. */
  onDisconnected(view: EngineView): void {
    this.findings.count(15);
    if (!view.isBookLive(this.instrument)) return;
    this.findings.violate(
      15,
      `instrument ${this.instrument}: the book of a broken connection is still live`,
    );
  }

  /** The touch of the live book is the venue's at this moment. */
  isCurrent(view: EngineView): boolean {
    const { instrument, truth } = this;
    if (!view.isBookLive(instrument)) return false;
    return (
      view.bookBidTicks(instrument) === truth.bids.bestTicks &&
      view.bookAskTicks(instrument) === truth.asks.bestTicks
    );
  }

  /** A message was handled: a live book holds it, and one that it continues does not fall over it. */
  private checkTaken(view: EngineView, isLive: boolean): void {
    const { givenId, givenBefore, instrument, findings } = this;
    this.givenId = 0;
    findings.count(15);
    const standsAt = view.bookUpdateId(instrument);
    if (isLive && standsAt < givenId) {
      findings.violate(
        15,
        `instrument ${instrument}: the live book stands at update ${standsAt}, it was given ${givenId}`,
      );
    }
    const isContinued = this.wasLive && givenBefore === this.engineUpdateId;
    if (isLive || !isContinued || this.isDeceived) return;
    findings.violate(
      15,
      `instrument ${instrument}: a live book at update ${this.engineUpdateId} was given up over ${givenId}, which follows it`,
    );
  }

  private checkLive(view: EngineView): void {
    const updateId = view.bookUpdateId(this.instrument);
    if (updateId === this.engineUpdateId && this.wasLive) return;
    if (this.wasLive && updateId < this.engineUpdateId) {
      this.findings.violate(
        15,
        `instrument ${this.instrument}: the live book went back from update ${this.engineUpdateId} to ${updateId}`,
      );
    }
    this.checkStep(updateId);
    this.engineUpdateId = updateId;
    this.checkTop(view, updateId);
    if (updateId !== this.truth.lastUpdateId || !this.truth.isWhole || this.isDeceived) return;
    this.looks += 1;
    if (this.looks % DEEP_EVERY !== 1) return;
    this.checkDeep(view, Side.BUY);
    this.checkDeep(view, Side.SELL);
  }

  private checkTop(view: EngineView, updateId: number): void {
    const { instrument, truth, findings } = this;
    const bid = view.bookBidTicks(instrument);
    const bidLots = view.bookBidLots(instrument);
    const ask = view.bookAskTicks(instrument);
    const askLots = view.bookAskLots(instrument);
    findings.count(14);
    const isCrossed = bid > 0 && ask > 0 && bid >= ask;
    const hasEmptyLevel = (bid > 0 && !(bidLots > 0)) || (ask > 0 && !(askLots > 0));
    if (isCrossed || hasEmptyLevel) {
      findings.violate(
        14,
        `instrument ${instrument}: live book ${bidLots} at ${bid} / ${askLots} at ${ask}, update ${updateId}`,
      );
      return;
    }
    if (!truth.knowsTop(updateId)) return;
    if (this.isDeceived) {
      findings.excuse(14);
      return;
    }
    const isEqual =
      truth.topField(updateId, 0) === bid &&
      truth.topField(updateId, 1) === bidLots &&
      truth.topField(updateId, 2) === ask &&
      truth.topField(updateId, 3) === askLots;
    if (isEqual) return;
    findings.violate(
      14,
      `instrument ${instrument} at update ${updateId}: engine ${bidLots} at ${bid} / ${askLots} at ${ask}, ` +
        `venue ${truth.topField(updateId, 1)} at ${truth.topField(updateId, 0)} / ` +
        `${truth.topField(updateId, 3)} at ${truth.topField(updateId, 2)}`,
    );
  }

  private checkDeep(view: EngineView, side: number): void {
    const { instrument, truth, levels } = this;
    const own = side === Side.BUY ? truth.bids : truth.asks;
    levels.clear();
    view.readBook(instrument, side, DEEP_LEVELS, levels);
    const count = Math.min(levels.count, DEEP_LEVELS);
    const expected = Math.min(own.count, DEEP_LEVELS);
    for (let index = 0; index < Math.max(count, expected); index++) {
      const place = own.count - 1 - index;
      const price = index < expected ? own.prices[place] : 0;
      const lots = index < expected ? own.lots[place] : 0;
      const hasPrice = index < count ? levels.pricesTicks[index] : 0;
      const hasLots = index < count ? levels.quantitiesLots[index] : 0;
      if (price === hasPrice && lots === hasLots) continue;
      this.findings.violate(
        14,
        `instrument ${instrument} side ${side} level ${index}: engine ${hasLots} at ${hasPrice}, venue ${lots} at ${price}`,
      );
      return;
    }
  }

  /** Walks back from where the book stands over delivered messages to where it stood, or to a snapshot. */
  private checkStep(updateId: number): void {
    // What a recovered book stands on was given to an older life: its content is compared, its way is not.
    if (this.engineUpdateId === 0 && !this.isSnapshot(updateId)) {
      this.findings.excuse(15);
      return;
    }
    this.findings.count(15);
    let at = updateId;
    for (let step = 0; step < CHAIN_MAX; step++) {
      if (at === this.engineUpdateId || this.isSnapshot(at)) return;
      const slot = at & (DELTAS - 1);
      if (this.deltaIds[slot] !== at) break;
      const before = this.deltaBefore[slot] as number;
      if (this.coversBase(before, at)) return;
      at = before;
    }
    this.findings.violate(
      15,
      `instrument ${this.instrument}: the live book went from update ${this.engineUpdateId} to ${updateId}, ` +
        `no delivered message reaches ${at}`,
    );
  }

  private isSnapshot(updateId: number): boolean {
    for (let index = 0; index < SNAPSHOTS; index++) {
      if (this.snapshotIds[index] === updateId) return true;
    }
    return false;
  }

  /** A message from `before` to `at` continues a snapshot, or the older book, that stands between. */
  private coversBase(before: number, at: number): boolean {
    if (this.engineUpdateId >= before && this.engineUpdateId < at && this.engineUpdateId > 0) {
      return true;
    }
    for (let index = 0; index < SNAPSHOTS; index++) {
      const id = this.snapshotIds[index] as number;
      if (id >= before && id < at) return true;
    }
    return false;
  }
}
