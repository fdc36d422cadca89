import { EventKind } from '#contracts/event-kind.ts';
import {
  BalanceEvent,
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  FeedStatusEvent,
  FundingPaymentEvent,
  HostMeasurementEvent,
  InstrumentDefinedEvent,
  MarkPriceEvent,
  PerpPositionEvent,
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';

/**
 * Copies of events that are kept beyond the call that brought them: events are refilled objects.
 * Copies go back to their pool and are used again.
 */
export class EventCopies {
  private readonly pools = new Map<number, EngineEvent[]>();

  /** A copy, stamps included. Throws on a kind that no world sends. */
  take<Event extends EngineEvent>(event: Event): Event {
    const copy = (this.poolOf(event.kind).pop() ?? makeEvent(event.kind)) as Event;
    copyInto(event, copy);
    return copy;
  }

  /** The copy is not used any more. */
  give(copy: EngineEvent): void {
    this.poolOf(copy.kind).push(copy);
  }

  private poolOf(kind: number): EngineEvent[] {
    const known = this.pools.get(kind);
    if (known !== undefined) return known;
    const pool: EngineEvent[] = [];
    this.pools.set(kind, pool);
    return pool;
  }
}

function copyInto(from: Readonly<EngineEvent>, to: EngineEvent): void {
  if (from.kind === EventKind.DEPTH_DELTA && to.kind === EventKind.DEPTH_DELTA) {
    to.firstUpdateId = from.firstUpdateId;
    to.lastUpdateId = from.lastUpdateId;
    to.previousUpdateId = from.previousUpdateId;
    copyBook(from, to);
  } else if (from.kind === EventKind.DEPTH_SNAPSHOT && to.kind === EventKind.DEPTH_SNAPSHOT) {
    to.lastUpdateId = from.lastUpdateId;
    copyBook(from, to);
  } else {
    Object.assign(to, from);
  }
}

type BookEvent = DepthDeltaEvent | DepthSnapshotEvent;

function copyBook(from: Readonly<BookEvent>, to: BookEvent): void {
  to.sequence = from.sequence;
  to.atMicros = from.atMicros;
  to.instrument = from.instrument;
  to.venueTimeMicros = from.venueTimeMicros;
  to.bids.copyFrom(from.bids);
  to.asks.copyFrom(from.asks);
}

const MAKERS: Readonly<Partial<Record<number, () => EngineEvent>>> = {
  [EventKind.DEPTH_DELTA]: () => new DepthDeltaEvent(),
  [EventKind.DEPTH_SNAPSHOT]: () => new DepthSnapshotEvent(),
  [EventKind.BOOK_TICKER]: () => new BookTickerEvent(),
  [EventKind.TRADE]: () => new TradeEvent(),
  [EventKind.MARK_PRICE]: () => new MarkPriceEvent(),
  [EventKind.FEED_STATUS]: () => new FeedStatusEvent(),
  [EventKind.EXECUTION_REPORT]: () => new ExecutionReport(),
  [EventKind.BALANCE]: () => new BalanceEvent(),
  [EventKind.PERP_POSITION]: () => new PerpPositionEvent(),
  [EventKind.FUNDING_PAYMENT]: () => new FundingPaymentEvent(),
  [EventKind.QUERY_COMPLETED]: () => new QueryCompletedEvent(),
  [EventKind.PRIVATE_FEED_STATUS]: () => new PrivateFeedStatusEvent(),
  [EventKind.INSTRUMENT_DEFINED]: () => new InstrumentDefinedEvent(),
  [EventKind.HOST_MEASUREMENT]: () => new HostMeasurementEvent(),
};

function makeEvent(kind: number): EngineEvent {
  const make = MAKERS[kind];
  if (make === undefined) throw new RangeError(`no world sends events of kind ${kind}`);
  return make();
}
