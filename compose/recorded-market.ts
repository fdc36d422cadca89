import type { RecordingReader } from '#adapters/binance/recording/recording.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  FeedStatusEvent,
  type MarketEvent,
  MarkPriceEvent,
  TradeEvent,
} from '#contracts/events.ts';
import type { QueueBook } from '#simulation/queue/queue-book.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** How far ahead of the clock a recording is read: longer than any message was under way. */
const READ_AHEAD_MICROS = 6 * MICROS_PER_SECOND;
const REFILL_MICROS = MICROS_PER_SECOND;

/**
 * Messages of one kind that happened at the venue in the same microsecond: the trade caused the rest,
 * the book ticker is sent at once, the depth afterwards. One microsecond apart keeps that order.
 */
const VENUE_ORDER_MICROS = { trade: 0, other: 1, depth: 2 } as const;

/** One recorded message: first the venue's book sees it, later we do. */
class Message implements Task {
  readonly event: MarketEvent;
  receiveMicros = 0 as EpochMicros;
  isAtVenue = true;
  private readonly market: RecordedMarket;

  constructor(event: MarketEvent, market: RecordedMarket) {
    this.event = event;
    this.market = market;
  }

  run(now: EpochMicros): void {
    this.market.deliver(this, now);
  }
}

export interface RecordedMarketOptions {
  readonly clock: VirtualClock;
  readonly sink: EventSink;
  readonly reader: RecordingReader;
  readonly book: QueueBook;
  /** Messages before and after are not delivered (Infinity: to the end). */
  readonly toMicros: number;
}

/**
 * Plays one recording: each message reaches the simulated venue's book at venue time and the engine
 * at (corrected) receive time. Reads a few seconds ahead, so memory stays bounded.
 */
export class RecordedMarket {
  private readonly options: RecordedMarketOptions;
  private readonly idle = new Map<number, Message[]>();
  private hasNext: boolean;
  private underWay = 0;

  constructor(options: RecordedMarketOptions) {
    this.options = options;
    this.hasNext = options.reader.next();
  }

  /** Corrected receive time of the next message; Infinity at the end. */
  get nextMicros(): number {
    return this.hasNext ? this.options.reader.receiveMicros : Number.POSITIVE_INFINITY;
  }

  get isExhausted(): boolean {
    return !this.hasNext && this.underWay === 0;
  }

  start(): void {
    const { clock } = this.options;
    const refill: Task = {
      run: (now) => {
        this.readAhead(now + READ_AHEAD_MICROS);
        if (this.hasNext) clock.schedule((now + REFILL_MICROS) as EpochMicros, refill);
      },
    };
    refill.run(clock.nowMicros);
  }

  /** For the messages: the venue first, then us. */
  deliver(message: Message, now: EpochMicros): void {
    const { book, clock, sink } = this.options;
    if (message.isAtVenue) {
      message.isAtVenue = false;
      book.onMarketEvent(message.event, now);
      clock.schedule(message.receiveMicros, message);
      return;
    }
    message.event.atMicros = now;
    sink.publish(message.event);
    this.underWay -= 1;
    this.shelf(message.event.kind).push(message);
  }

  private readAhead(untilMicros: number): void {
    const { reader, clock, toMicros } = this.options;
    while (this.hasNext && reader.receiveMicros <= untilMicros) {
      if (reader.receiveMicros > toMicros) {
        this.hasNext = false;
        return;
      }
      const message =
        this.shelf(reader.event.kind).pop() ?? new Message(emptyLike(reader.event), this);
      copyEvent(reader.event, message.event);
      message.receiveMicros = reader.receiveMicros;
      message.isAtVenue = true;
      this.underWay += 1;
      const at = reader.venueMicros + venueOrder(reader.event);
      clock.schedule(Math.min(at, reader.receiveMicros) as EpochMicros, message);
      this.hasNext = reader.next();
    }
  }

  private shelf(kind: number): Message[] {
    let shelf = this.idle.get(kind);
    if (shelf === undefined) {
      shelf = [];
      this.idle.set(kind, shelf);
    }
    return shelf;
  }
}

function venueOrder(event: MarketEvent): number {
  if (event.kind === EventKind.TRADE) return VENUE_ORDER_MICROS.trade;
  return event.kind === EventKind.DEPTH_DELTA ? VENUE_ORDER_MICROS.depth : VENUE_ORDER_MICROS.other;
}

function emptyLike(event: MarketEvent): MarketEvent {
  switch (event.kind) {
    case EventKind.DEPTH_DELTA:
      return new DepthDeltaEvent();
    case EventKind.DEPTH_SNAPSHOT:
      return new DepthSnapshotEvent();
    case EventKind.BOOK_TICKER:
      return new BookTickerEvent();
    case EventKind.TRADE:
      return new TradeEvent();
    case EventKind.MARK_PRICE:
      return new MarkPriceEvent();
    case EventKind.FEED_STATUS:
      return new FeedStatusEvent();
  }
}

/** Copies every field; both events are of the same kind. */
function copyEvent(from: MarketEvent, to: MarketEvent): void {
  if (from.kind === EventKind.DEPTH_DELTA || from.kind === EventKind.DEPTH_SNAPSHOT) {
    const target = to as DepthDeltaEvent | DepthSnapshotEvent;
    target.bids.copyFrom(from.bids);
    target.asks.copyFrom(from.asks);
    target.instrument = from.instrument;
    target.venueTimeMicros = from.venueTimeMicros;
    target.lastUpdateId = from.lastUpdateId;
    if (from.kind === EventKind.DEPTH_DELTA) {
      const delta = to as DepthDeltaEvent;
      delta.firstUpdateId = from.firstUpdateId;
      delta.previousUpdateId = from.previousUpdateId;
    }
    return;
  }
  Object.assign(to, from);
}
