import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import type { DepthDeltaEvent, DepthSnapshotEvent, LevelColumn } from '#contracts/events.ts';
import type { Market } from '#contracts/instrument.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { Book } from './book.ts';
import { GapFill } from './gap-fill.ts';
import { ChainVerdict, idBefore, judgeChain } from './incremental-stream.ts';
import { HoldOutcome, Sequencer } from './sequencer.ts';

export interface LocalBookOptions {
  readonly instrument: InstrumentIndex;
  readonly market: Market;
  readonly configuration: MarketDataConfiguration;
  readonly output: CommandSink;
}

/** One side of the depth book. A rank orders prices from best to worst. */
export interface LadderView {
  /** 0 while the side is empty. */
  readonly bestPriceTicks: number;
  readonly bestRank: number;
  readonly count: number;
  lotsAt(rank: number): number;
  priceOf(rank: number): number;
  nextWorse(rank: number): number;
}

/** The depth book as the venue's messages made it, own orders included, for pages and checks. */
export interface DepthBookView {
  readonly status: BookStatus;
  /** Of the newest change in it. */
  readonly lastUpdateId: number;
  readonly book: { readonly bids: LadderView; readonly asks: LadderView };
  /** Messages that wait for what is missing before them, and the most that may. */
  readonly heldCount: number;
  readonly heldCapacity: number;
}

/**
 * A book kept by the venue's procedure: buffer the stream, load a snapshot, replay what came after it,
 * then follow the chain of update ids. EMPTY until the first message, LIVE while the chain is whole,
 * SYNCING otherwise.
 *
 * A broken chain is seen at the first bad message. The book is not LIVE from then on, and is either
 * repaired by the late message, when it comes within the reorder window, or by a new snapshot.
 */
export class LocalBook implements Persistent, DepthBookView {
  readonly book: Book;
  status: BookStatus = BookStatus.EMPTY;
  /** Id and venue time of the newest change in the book; 0 before the first. */
  lastUpdateId = 0;
  venueTimeMicros = 0 as EpochMicros;
  gapCount = 0;
  crossedCount = 0;
  /** Messages that said nothing new. */
  oldCount = 0;
  /** Times the buffer was full and everything held was thrown away. */
  overflowCount = 0;
  private readonly market: Market;
  private readonly configuration: MarketDataConfiguration;
  private readonly output: CommandSink;
  private readonly alert = new AlertCommand();
  private readonly sequencer: Sequencer;
  private readonly gapFill: GapFill;
  /** The book's content stands at lastUpdateId and may be continued from there. */
  private hasBase = false;
  private isFirstAfterSnapshot = false;

  constructor(options: LocalBookOptions) {
    const { configuration, instrument, output } = options;
    this.market = options.market;
    this.configuration = configuration;
    this.output = output;
    this.book = new Book(configuration);
    this.sequencer = new Sequencer(configuration.pendingDeltasMax);
    this.gapFill = new GapFill({
      instrument,
      retryMicrosMin: configuration.snapshotRetryMicrosMin,
      retryMicrosMax: configuration.snapshotRetryMicrosMax,
      output,
    });
    this.alert.instrument = instrument;
    this.alert.severity = AlertSeverity.WARNING;
  }

  /** True when the newest change came with a snapshot. */
  get isFromSnapshot(): boolean {
    return this.isFirstAfterSnapshot;
  }

  get heldCount(): number {
    return this.sequencer.count;
  }

  get heldCapacity(): number {
    return this.configuration.pendingDeltasMax;
  }

  get snapshotRequestCount(): number {
    return this.gapFill.requestCount;
  }

  /**
   * Applies or holds one depth message. True when the book changed.
   *
   * Hot: every depth event while LIVE. No allocation of its own.
   */
  onDelta(event: Readonly<DepthDeltaEvent>): boolean {
    const before = idBefore(this.market, event.firstUpdateId, event.previousUpdateId);
    if (this.status !== BookStatus.LIVE) return this.holdAndTry(event, before);
    const verdict = this.judge(before, event.lastUpdateId);
    if (verdict === ChainVerdict.OLD) {
      this.oldCount += 1;
      return false;
    }
    if (verdict === ChainVerdict.GAP) {
      this.openGap(event, before);
      return false;
    }
    this.take(event.lastUpdateId, event.venueTimeMicros, event.bids, event.asks);
    return this.checkCrossed(event.atMicros);
  }

  /** Loads a snapshot, if it serves. True when the book changed. */
  onSnapshot(event: Readonly<DepthSnapshotEvent>): boolean {
    // A late answer to an old question; the chain we have is whole.
    if (this.status === BookStatus.LIVE) return false;
    this.dropHeldUpTo(event.lastUpdateId);
    const isTooOld =
      this.sequencer.count > 0 && this.sequencer.first.beforeUpdateId > event.lastUpdateId;
    if (isTooOld) {
      this.startSyncing(event.atMicros);
      return false;
    }
    this.book.clear();
    this.isFirstAfterSnapshot = true;
    this.hasBase = true;
    this.lastUpdateId = event.lastUpdateId;
    this.venueTimeMicros = event.venueTimeMicros;
    this.book.apply(event.bids, event.asks);
    this.replayHeld(event.atMicros);
    return true;
  }

  /** Messages were lost: what is held and what the book shows can no longer be continued. */
  onFeedLost(): void {
    this.sequencer.clear();
    this.hasBase = false;
    this.gapFill.settle();
    if (this.status !== BookStatus.EMPTY) this.status = BookStatus.SYNCING;
  }

  /** Something of this market arrived: without a book we need a snapshot, and may ask for it now. */
  ensureSyncing(nowMicros: number): void {
    if (this.status === BookStatus.LIVE) return;
    if (!this.hasBase) this.startSyncing(nowMicros);
    this.gapFill.poll(nowMicros);
  }

  /** Event time before which no snapshot is asked for. */
  get nextRequestMicros(): number {
    return this.gapFill.nextRequestMicros;
  }

  /** The venue listens to no request until then. */
  onVenueSilence(untilMicros: number): void {
    this.gapFill.rest(untilMicros);
  }

  onTimer(nowMicros: number): void {
    if (this.status === BookStatus.SYNCING) this.gapFill.poll(nowMicros);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.status);
    writer.integer(this.lastUpdateId);
    writer.integer(this.venueTimeMicros);
    writer.integer(this.gapCount);
    writer.integer(this.crossedCount);
    writer.integer(this.oldCount);
    writer.integer(this.overflowCount);
    writer.flag(this.hasBase);
    writer.flag(this.isFirstAfterSnapshot);
    this.book.writeState(writer);
    this.sequencer.writeState(writer);
    this.gapFill.writeState(writer);
  }

  readState(reader: StateReader): void {
    this.status = reader.integer() as BookStatus;
    this.lastUpdateId = reader.integer();
    this.venueTimeMicros = reader.integer() as EpochMicros;
    this.gapCount = reader.integer();
    this.crossedCount = reader.integer();
    this.oldCount = reader.integer();
    this.overflowCount = reader.integer();
    this.hasBase = reader.flag();
    this.isFirstAfterSnapshot = reader.flag();
    this.book.readState(reader);
    this.sequencer.readState(reader);
    this.gapFill.readState(reader);
  }

  private judge(before: number, last: number): ChainVerdict {
    return judgeChain(this.market, this.lastUpdateId, before, last, this.isFirstAfterSnapshot);
  }

  private take(
    lastUpdateId: number,
    venueTimeMicros: EpochMicros,
    bids: LevelColumn,
    asks: LevelColumn,
  ): void {
    this.book.apply(bids, asks);
    this.lastUpdateId = lastUpdateId;
    this.venueTimeMicros = venueTimeMicros;
    this.isFirstAfterSnapshot = false;
  }

  private openGap(event: Readonly<DepthDeltaEvent>, before: number): void {
    this.gapCount += 1;
    this.raise(AlertCode.BOOK_GAP, before, this.lastUpdateId);
    this.startSyncing(event.atMicros + this.configuration.reorderWindowMicros);
    this.hold(event, before);
    this.gapFill.poll(event.atMicros);
  }

  private holdAndTry(event: Readonly<DepthDeltaEvent>, before: number): boolean {
    if (!this.hasBase) this.startSyncing(event.atMicros);
    this.hold(event, before);
    const isRepaired = this.hasBase && this.replayHeld(event.atMicros);
    if (!isRepaired) this.gapFill.poll(event.atMicros);
    return isRepaired;
  }

  private hold(event: Readonly<DepthDeltaEvent>, before: number): void {
    const outcome = this.sequencer.hold(event, before);
    if (outcome === HoldOutcome.DUPLICATE) this.oldCount += 1;
    if (outcome !== HoldOutcome.FULL) return;
    // What was held is useless with a hole in it: only a snapshot newer than all of it serves.
    this.overflowCount += 1;
    this.sequencer.clear();
    this.hasBase = false;
    this.startSyncing(event.atMicros);
    this.sequencer.hold(event, before);
  }

  private dropHeldUpTo(updateId: number): void {
    let count = 0;
    while (count < this.sequencer.count && this.sequencer.at(count).lastUpdateId <= updateId) {
      count += 1;
    }
    this.sequencer.drop(count);
  }

  /** Applies held messages as far as the chain reaches. True when that brought the book to life. */
  private replayHeld(nowMicros: number): boolean {
    let count = 0;
    for (; count < this.sequencer.count; count++) {
      const held = this.sequencer.at(count);
      const verdict = this.judge(held.beforeUpdateId, held.lastUpdateId);
      if (verdict === ChainVerdict.GAP) break;
      if (verdict === ChainVerdict.OLD) this.oldCount += 1;
      else this.take(held.lastUpdateId, held.venueTimeMicros, held.bids, held.asks);
    }
    this.sequencer.drop(count);
    if (this.sequencer.count > 0) {
      this.startSyncing(nowMicros);
      return false;
    }
    this.status = BookStatus.LIVE;
    this.gapFill.settle();
    return this.checkCrossed(nowMicros);
  }

  private startSyncing(earliestRequestMicros: number): void {
    this.status = BookStatus.SYNCING;
    this.gapFill.want(earliestRequestMicros);
  }

  /** A crossed book is a wrong book: starts over. False when it was crossed. */
  private checkCrossed(nowMicros: number): boolean {
    if (!this.book.isCrossed) return true;
    this.crossedCount += 1;
    this.raise(
      AlertCode.BOOK_CROSSED,
      this.book.bids.bestPriceTicks,
      this.book.asks.bestPriceTicks,
    );
    this.book.clear();
    this.hasBase = false;
    this.startSyncing(nowMicros);
    this.gapFill.poll(nowMicros);
    return false;
  }

  private raise(code: AlertCode, measured: number, limit: number): void {
    this.alert.code = code;
    this.alert.measured = measured;
    this.alert.limit = limit;
    this.output.emit(this.alert);
  }
}
