/**
 * The market data of one instrument from two or more independent sources, as one feed: of each message
 * the first to arrive goes on. Losing a source changes nothing that the engine sees; losing all is told
 * to it at once, as a FeedStatusEvent.
 */
import type { Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import type { ConnectionPolicy } from '#adapters/connection/connection.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { FeedState, FeedStatusEvent, type MarketEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { Arbitration, FeedArbiter } from './feed-arbiter.ts';
import { MarketSource, type SourceAddress } from './market-source.ts';
import { MultiSourceGovernor, type SourceQuality } from './source-governor.ts';

export type { SourceAddress } from './market-source.ts';
export type { SourceQuality } from './source-governor.ts';

/** Depth comes, but all of it older than what is out: the venue counts anew, so shall we. */
const RENUMBERED_MICROS = 5 * MICROS_PER_SECOND;

/** Sees the messages that went on, as received. `frame` is null for binary ones. */
export type FrameTap = (event: Readonly<MarketEvent>, frame: Buffer | null) => void;

export interface DualFeedOptions {
  readonly instrument: Instrument;
  /** One each; two for a live session. */
  readonly sources: readonly SourceAddress[];
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly attempts: AttemptBudget;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly sink: EventSink;
  readonly onNote: (note: string) => void;
  readonly tap?: FrameTap;
  readonly policy?: Partial<ConnectionPolicy>;
}

export class DualActiveMarketData {
  private readonly options: DualFeedOptions;
  private readonly arbiter: FeedArbiter;
  private readonly governor: MultiSourceGovernor;
  private readonly sources: readonly MarketSource[];
  private readonly status = new FeedStatusEvent();
  private isTold = false;
  private oldSinceMicros = 0;

  constructor(options: DualFeedOptions) {
    const { instrument } = options;
    this.options = options;
    this.status.instrument = instrument.index;
    this.arbiter = new FeedArbiter(instrument.market);
    const names = options.sources.map((_, index) => `${instrument.symbol}.${'ABCDEFGH'[index]}`);
    this.governor = new MultiSourceGovernor(names);
    this.sources = options.sources.map((address, index) =>
      this.buildSource(address, names[index] as string, index),
    );
  }

  /** How good each source is, now. */
  get quality(): readonly SourceQuality[] {
    return this.governor.quality(this.options.timers.nowMicros());
  }

  /** Messages that left a hole before them, over all sources. */
  get holeCount(): number {
    return this.arbiter.holeCount;
  }

  start(): void {
    for (const source of this.sources) source.start();
  }

  stop(): void {
    for (const source of this.sources) source.stop();
  }

  /** A snapshot that was fetched: it goes the way of all messages. */
  onSnapshot(event: MarketEvent, frame: Buffer): void {
    this.arbiter.admit(event);
    this.hand(event, frame);
  }

  private buildSource(address: SourceAddress, name: string, index: number): MarketSource {
    const { instrument, timers, open, attempts, random, onNote, policy } = this.options;
    return new MarketSource({
      name,
      instrument,
      address,
      timers,
      open,
      attempts,
      random,
      ...(policy === undefined ? {} : { policy }),
      listener: {
        onEvent: (event, frame) => this.onEvent(event, frame, index),
        onUp: () => {
          this.governor.onUp(index);
          this.tellStatus();
        },
        onDown: () => {
          this.governor.onDown(index);
          this.tellStatus();
        },
        onFault: (what) => {
          this.governor.onFault(index, timers.nowMicros());
          onNote(`${name}: ${what}`);
        },
        onNote,
      },
    });
  }

  /** Hot: every message of every source. */
  private onEvent(event: MarketEvent, frame: Buffer | null, index: number): void {
    const { governor, arbiter } = this;
    governor.onFrame(index);
    if (!governor.maySpeak(index, event.atMicros)) return;
    if (arbiter.admit(event) === Arbitration.DUPLICATE) {
      governor.onDuplicate(index, event.atMicros - this.admittedAt(event));
      if (event.kind === EventKind.DEPTH_DELTA) this.suspectRenumbering(event.atMicros);
      return;
    }
    if (event.kind === EventKind.DEPTH_DELTA) this.oldSinceMicros = 0;
    governor.onFirst(index);
    this.hand(event, frame);
  }

  private hand(event: MarketEvent, frame: Buffer | null): void {
    this.options.tap?.(event, frame);
    this.options.sink.publish(event);
  }

  private admittedAt(event: MarketEvent): number {
    const { admittedAtMicros } = this.arbiter;
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        return admittedAtMicros.depth;
      case EventKind.BOOK_TICKER:
        return admittedAtMicros.ticker;
      case EventKind.TRADE:
        return admittedAtMicros.trade;
      default:
        return event.atMicros;
    }
  }

  /** For a while nothing but old depth: a testnet was reset. The book is lost and begins anew. */
  private suspectRenumbering(nowMicros: number): void {
    if (this.oldSinceMicros === 0) this.oldSinceMicros = nowMicros;
    if (nowMicros - this.oldSinceMicros < RENUMBERED_MICROS) return;
    this.oldSinceMicros = 0;
    this.options.onNote(`${this.options.instrument.symbol}: update ids went back, starting anew`);
    this.arbiter.reset();
    this.publishStatus(FeedState.DISCONNECTED);
    this.publishStatus(FeedState.CONNECTED);
  }

  private tellStatus(): void {
    const isUp = this.governor.isAnyUp;
    if (isUp === this.isTold) return;
    this.isTold = isUp;
    if (!isUp) this.arbiter.reset();
    this.publishStatus(isUp ? FeedState.CONNECTED : FeedState.DISCONNECTED);
  }

  private publishStatus(state: FeedState): void {
    this.status.atMicros = this.options.timers.nowMicros();
    this.status.state = state;
    this.options.sink.publish(this.status);
  }
}
