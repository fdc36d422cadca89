import { FileStorage, readSession, type SessionRecording } from '#adapters/journal/journal.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
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
  OperatorEvent,
  PerpPositionEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';

/** More than any recorded session of the bench has. */
const KEPT_SIZE_MAX = 256 * 1024 * 1024;

/** Opens a session; its first walk costs no second look at the disk. */
export function openRecording(directory: string): SessionRecording {
  return readSession(new FileStorage(directory), { keptSizeMax: KEPT_SIZE_MAX });
}

export function setupOf(recording: SessionRecording): SessionSetup {
  return recording.header.configuration as SessionSetup;
}

/** True for what the market did: the events whose way through the loop is tick to plan. */
export function isMarketKind(kind: EventKind): boolean {
  return kind >= EventKind.DEPTH_DELTA && kind < EventKind.EXECUTION_REPORT;
}

/** Every event of a session as an object of its own, so that reading is not part of what is timed. */
export function copyEvents(recording: SessionRecording): EngineEvent[] {
  const events: EngineEvent[] = [];
  recording.forEachEvent((event) => {
    events.push(copyOf(event));
  });
  return events;
}

function copyOf(event: EngineEvent): EngineEvent {
  if (event.kind === EventKind.DEPTH_DELTA || event.kind === EventKind.DEPTH_SNAPSHOT) {
    const copy =
      event.kind === EventKind.DEPTH_DELTA ? new DepthDeltaEvent() : new DepthSnapshotEvent();
    const { bids, asks, kind: _, ...flat } = event;
    Object.assign(copy, flat);
    copy.bids.copyFrom(bids);
    copy.asks.copyFrom(asks);
    return copy;
  }
  return Object.assign(emptyOf(event.kind), event);
}

function emptyOf(kind: Exclude<EventKind, 10 | 11>): EngineEvent {
  switch (kind) {
    case EventKind.TIMER:
      return new TimerEvent();
    case EventKind.BOOK_TICKER:
      return new BookTickerEvent();
    case EventKind.TRADE:
      return new TradeEvent();
    case EventKind.MARK_PRICE:
      return new MarkPriceEvent();
    case EventKind.FEED_STATUS:
      return new FeedStatusEvent();
    case EventKind.EXECUTION_REPORT:
      return new ExecutionReport();
    case EventKind.BALANCE:
      return new BalanceEvent();
    case EventKind.PERP_POSITION:
      return new PerpPositionEvent();
    case EventKind.FUNDING_PAYMENT:
      return new FundingPaymentEvent();
    case EventKind.SESSION_START:
      return new SessionStartEvent();
    case EventKind.INSTRUMENT_DEFINED:
      return new InstrumentDefinedEvent();
    case EventKind.RISK_LEASE:
      return new RiskLeaseEvent();
    case EventKind.OPERATOR:
      return new OperatorEvent();
    case EventKind.HOST_MEASUREMENT:
      return new HostMeasurementEvent();
  }
}
