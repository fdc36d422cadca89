/**
 * Every event as fixed little-endian bytes and back. Canonical: equal events give equal bytes, so
 * the bytes can be hashed. Sequence, kind and stamp stand in the frame around the payload.
 */
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
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import type { EpochMicros, Sequence } from '#units/integers.ts';
import {
  readBalance,
  readFunding,
  readPerpPosition,
  readPrivateFeedStatus,
  readQueryCompleted,
  readReport,
  readVenueSilence,
  writeBalance,
  writeFunding,
  writePerpPosition,
  writePrivateFeedStatus,
  writeQueryCompleted,
  writeReport,
  writeVenueSilence,
} from './account-codec.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import {
  instrumentSizeBound,
  leaseSizeBound,
  readInstrument,
  readLease,
  readMeasurement,
  readOperator,
  readSessionStart,
  writeInstrument,
  writeLease,
  writeMeasurement,
  writeOperator,
  writeSessionStart,
} from './control-codec.ts';
import {
  readBookTicker,
  readDepthDelta,
  readDepthSnapshot,
  readFeedStatus,
  readMarkPrice,
  readTrade,
  writeBookTicker,
  writeDepthDelta,
  writeDepthSnapshot,
  writeFeedStatus,
  writeMarkPrice,
  writeTrade,
} from './market-codec.ts';

export { ByteReader, ByteWriter };

/** The largest payload without levels, texts or columns (an execution report), rounded up. */
const FIXED_PAYLOAD_BOUND = 128;
const LEVEL_SIZE = 16;

/** Bytes that are enough for the payload of this event, padding included. Hot: every event. */
export function payloadSizeBound(event: Readonly<EngineEvent>): number {
  switch (event.kind) {
    case EventKind.DEPTH_DELTA:
    case EventKind.DEPTH_SNAPSHOT:
      return FIXED_PAYLOAD_BOUND + LEVEL_SIZE * (event.bids.count + event.asks.count);
    case EventKind.INSTRUMENT_DEFINED:
      return event.instrument === null
        ? FIXED_PAYLOAD_BOUND
        : instrumentSizeBound(event.instrument);
    case EventKind.RISK_LEASE:
      return leaseSizeBound(event.limits);
    default:
      return FIXED_PAYLOAD_BOUND;
  }
}

/**
 * Writes the payload of one event: everything but kind, sequence and stamp.
 * Throws a RangeError when a field is no safe integer or a code is out of range: our bug, found
 * before it is on disk.
 *
 * Hot: every event. No allocation, except for instruments.
 */
export function writePayload(writer: ByteWriter, event: Readonly<EngineEvent>): void {
  switch (event.kind) {
    case EventKind.TIMER:
      return;
    case EventKind.DEPTH_DELTA:
      writeDepthDelta(writer, event);
      return;
    case EventKind.DEPTH_SNAPSHOT:
      writeDepthSnapshot(writer, event);
      return;
    case EventKind.BOOK_TICKER:
      writeBookTicker(writer, event);
      return;
    case EventKind.TRADE:
      writeTrade(writer, event);
      return;
    case EventKind.MARK_PRICE:
      writeMarkPrice(writer, event);
      return;
    case EventKind.FEED_STATUS:
      writeFeedStatus(writer, event);
      return;
    case EventKind.EXECUTION_REPORT:
      writeReport(writer, event);
      return;
    case EventKind.BALANCE:
      writeBalance(writer, event);
      return;
    case EventKind.PERP_POSITION:
      writePerpPosition(writer, event);
      return;
    case EventKind.FUNDING_PAYMENT:
      writeFunding(writer, event);
      return;
    case EventKind.QUERY_COMPLETED:
      writeQueryCompleted(writer, event);
      return;
    case EventKind.PRIVATE_FEED_STATUS:
      writePrivateFeedStatus(writer, event);
      return;
    case EventKind.VENUE_SILENCE:
      writeVenueSilence(writer, event);
      return;
    case EventKind.SESSION_START:
      writeSessionStart(writer, event);
      return;
    case EventKind.INSTRUMENT_DEFINED:
      writeInstrument(writer, event);
      return;
    case EventKind.RISK_LEASE:
      writeLease(writer, event);
      return;
    case EventKind.OPERATOR:
      writeOperator(writer, event);
      return;
    case EventKind.HOST_MEASUREMENT:
      writeMeasurement(writer, event);
      return;
  }
}

/**
 * Reads events into objects of its own, one per kind: a result is valid until the next `read`.
 *
 * Hot: every event of a replay. No allocation, except for instruments, leases and growing columns.
 */
export class EventDecoder {
  private readonly timer = new TimerEvent();
  private readonly depthDelta = new DepthDeltaEvent();
  private readonly depthSnapshot = new DepthSnapshotEvent();
  private readonly bookTicker = new BookTickerEvent();
  private readonly trade = new TradeEvent();
  private readonly markPrice = new MarkPriceEvent();
  private readonly feedStatus = new FeedStatusEvent();
  private readonly report = new ExecutionReport();
  private readonly balance = new BalanceEvent();
  private readonly perpPosition = new PerpPositionEvent();
  private readonly funding = new FundingPaymentEvent();
  private readonly queryCompleted = new QueryCompletedEvent();
  private readonly privateFeedStatus = new PrivateFeedStatusEvent();
  private readonly venueSilence = new VenueSilenceEvent();
  private readonly sessionStart = new SessionStartEvent();
  private readonly instrument = new InstrumentDefinedEvent();
  private readonly lease = new RiskLeaseEvent();
  private readonly operator = new OperatorEvent();
  private readonly measurement = new HostMeasurementEvent();

  /** Reads the payload at the reader's position. Throws a RangeError on an unknown kind. */
  read(reader: ByteReader, kind: number, sequence: Sequence, atMicros: EpochMicros): EngineEvent {
    const event = this.readPayload(reader, kind as EventKind);
    event.sequence = sequence;
    event.atMicros = atMicros;
    return event;
  }

  private readPayload(reader: ByteReader, kind: EventKind): EngineEvent {
    switch (kind) {
      case EventKind.TIMER:
        return this.timer;
      case EventKind.DEPTH_DELTA:
        readDepthDelta(reader, this.depthDelta);
        return this.depthDelta;
      case EventKind.DEPTH_SNAPSHOT:
        readDepthSnapshot(reader, this.depthSnapshot);
        return this.depthSnapshot;
      case EventKind.BOOK_TICKER:
        readBookTicker(reader, this.bookTicker);
        return this.bookTicker;
      case EventKind.TRADE:
        readTrade(reader, this.trade);
        return this.trade;
      case EventKind.MARK_PRICE:
        readMarkPrice(reader, this.markPrice);
        return this.markPrice;
      case EventKind.FEED_STATUS:
        readFeedStatus(reader, this.feedStatus);
        return this.feedStatus;
      case EventKind.EXECUTION_REPORT:
        readReport(reader, this.report);
        return this.report;
      case EventKind.BALANCE:
        readBalance(reader, this.balance);
        return this.balance;
      case EventKind.PERP_POSITION:
        readPerpPosition(reader, this.perpPosition);
        return this.perpPosition;
      case EventKind.FUNDING_PAYMENT:
        readFunding(reader, this.funding);
        return this.funding;
      case EventKind.QUERY_COMPLETED:
        readQueryCompleted(reader, this.queryCompleted);
        return this.queryCompleted;
      case EventKind.PRIVATE_FEED_STATUS:
        readPrivateFeedStatus(reader, this.privateFeedStatus);
        return this.privateFeedStatus;
      case EventKind.VENUE_SILENCE:
        readVenueSilence(reader, this.venueSilence);
        return this.venueSilence;
      default:
        return this.readControl(reader, kind);
    }
  }

  private readControl(reader: ByteReader, kind: EventKind): EngineEvent {
    switch (kind) {
      case EventKind.SESSION_START:
        readSessionStart(reader, this.sessionStart);
        return this.sessionStart;
      case EventKind.INSTRUMENT_DEFINED:
        readInstrument(reader, this.instrument);
        return this.instrument;
      case EventKind.RISK_LEASE:
        readLease(reader, this.lease);
        return this.lease;
      case EventKind.OPERATOR:
        readOperator(reader, this.operator);
        return this.operator;
      case EventKind.HOST_MEASUREMENT:
        readMeasurement(reader, this.measurement);
        return this.measurement;
      default:
        throw new RangeError(`unknown event kind ${kind}: journal of a newer version?`);
    }
  }
}
