import {
  type ExecutionReport,
  isTradeRecord,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, MICROS_PER_SECOND, NO_ORDER } from '#units/integers.ts';
import { unattendedMicros } from './attended-time.ts';
import { WindowCount } from './window-count.ts';

/** Orders watched at a time: beyond the venue's 200 open ones per symbol. */
export const WATCHED_ORDERS_MAX = 512;
/** Ended orders remembered: the unknown outcome of a late request about one is no unknown order. */
const ENDED_MAX = 256;
const MINUTE_MICROS = 60 * MICROS_PER_SECOND;
const TEN_SECONDS_MICROS = 10 * MICROS_PER_SECOND;
const QUOTED = 0 as InstrumentIndex;
const FREE = 0;
const OPEN = 1;
const UNKNOWN = 2;

/**
 * Watches our orders through their reports: how many requests worked, which outcomes are unknown and
 * since when, whether both sides stand in the book, maker against taker. Never decides.
 */
export class OrderWatch {
  acceptedCount = 0;
  rejectedCount = 0;
  makerFills = 0;
  takerFills = 0;
  /** Event time of the last accepted quote; 0: none yet. */
  lastQuoteMicros = 0;
  /** Anomalies since the start: unknown outcomes, refusals that are not normal flow, lost connections. */
  anomalyTotal = 0;
  /** Microseconds with both sides in the book, and all since the first quote. */
  twoSidedMicros = 0;
  watchedMicros = 0;
  private readonly rejects: WindowCount;
  private readonly anomalies = new WindowCount(MINUTE_MICROS);
  private readonly placements = new WindowCount(TEN_SECONDS_MICROS);
  private readonly ids = new Float64Array(WATCHED_ORDERS_MAX);
  private readonly states = new Float64Array(WATCHED_ORDERS_MAX);
  private readonly sides = new Float64Array(WATCHED_ORDERS_MAX);
  private readonly since = new Float64Array(WATCHED_ORDERS_MAX);
  private rowEnd = 0;
  private readonly endedIds = new Float64Array(ENDED_MAX);
  private endedCount = 0;
  private endedNext = 0;
  private readonly openBySide = new Float64Array(2);
  private lastMicros = 0;
  private highestTradeId = -1;

  constructor(rejectStormMicros: number) {
    this.rejects = new WindowCount(rejectStormMicros);
  }

  /** Hot: every report; at most one step per watched order, no allocation. */
  onReport(report: Readonly<ExecutionReport>): void {
    const now = report.atMicros;
    this.passTime(now);
    // Lines of the trade list are of the past, and other people's orders are not ours to watch.
    if (isTradeRecord(report)) return;
    if (this.isNewQuotingFill(report)) {
      this.highestTradeId = report.tradeId;
      if (report.isMaker) this.makerFills += 1;
      else this.takerFills += 1;
    }
    if (report.clientOrderId === NO_ORDER) return;
    switch (report.status) {
      case ReportStatus.ACCEPTED:
        if (report.channel === ReportChannel.QUERY) {
          this.set(report, OPEN);
          break;
        }
        this.acceptedCount += 1;
        if (report.instrument === QUOTED) {
          this.placements.add(now);
          this.lastQuoteMicros = now;
        }
        this.set(report, OPEN);
        break;
      case ReportStatus.PARTIALLY_FILLED:
      case ReportStatus.AMENDED:
        this.set(report, OPEN);
        break;
      case ReportStatus.FILLED:
      case ReportStatus.CANCELED:
      case ReportStatus.EXPIRED:
      case ReportStatus.EXPIRED_IN_MATCH:
        this.set(report, FREE);
        break;
      case ReportStatus.REJECTED:
        this.onRejected(report);
        break;
      case ReportStatus.UNKNOWN:
        this.noteAnomaly(now);
        if (!this.hasEnded(report.clientOrderId)) this.set(report, UNKNOWN);
        break;
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        // A cancel that came too late is normal flow; the order's end comes in a report of its own.
        break;
    }
  }

  noteAnomaly(nowMicros: number): void {
    this.anomalyTotal += 1;
    this.anomalies.add(nowMicros);
  }

  /** Adds the time since the last call to two-sided or not. */
  passTime(nowMicros: number): void {
    const elapsed = nowMicros - this.lastMicros;
    if (elapsed <= 0) return;
    const pause = unattendedMicros(this.lastMicros, nowMicros);
    if (pause > 0) this.excuse(pause);
    this.lastMicros = nowMicros;
    if (this.lastQuoteMicros === 0) return;
    this.watchedMicros += elapsed;
    if (this.hasBid && this.hasAsk) this.twoSidedMicros += elapsed;
  }

  get hasBid(): boolean {
    return (this.openBySide[Side.BUY] as number) > 0;
  }

  get hasAsk(): boolean {
    return (this.openBySide[Side.SELL] as number) > 0;
  }

  /** Age of the oldest unknown outcome in microseconds; 0 when every outcome is known. */
  oldestUnknownMicros(nowMicros: number): number {
    let oldest = 0;
    for (let row = 0; row < this.rowEnd; row++) {
      if (this.states[row] !== UNKNOWN) continue;
      oldest = Math.max(oldest, nowMicros - (this.since[row] as number));
    }
    return oldest;
  }

  rejectsInWindow(nowMicros: number): number {
    return this.rejects.total(nowMicros);
  }

  anomaliesInMinute(nowMicros: number): number {
    return this.anomalies.total(nowMicros);
  }

  /** Orders placed on the quoted instrument in the last ten seconds. */
  placementsInTenSeconds(nowMicros: number): number {
    return this.placements.total(nowMicros);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.acceptedCount);
    writer.integer(this.rejectedCount);
    writer.integer(this.makerFills);
    writer.integer(this.takerFills);
    writer.integer(this.lastQuoteMicros);
    writer.integer(this.anomalyTotal);
    writer.integer(this.twoSidedMicros);
    writer.integer(this.watchedMicros);
    this.rejects.writeState(writer);
    this.anomalies.writeState(writer);
    this.placements.writeState(writer);
    writer.floats(this.ids, this.rowEnd);
    writer.floats(this.states, this.rowEnd);
    writer.floats(this.sides, this.rowEnd);
    writer.floats(this.since, this.rowEnd);
    writer.floats(this.openBySide, 2);
    writer.floats(this.endedIds, this.endedCount);
    writer.integer(this.endedNext);
    writer.integer(this.lastMicros);
    writer.integer(this.highestTradeId);
  }

  readState(reader: StateReader): void {
    this.acceptedCount = reader.integer();
    this.rejectedCount = reader.integer();
    this.makerFills = reader.integer();
    this.takerFills = reader.integer();
    this.lastQuoteMicros = reader.integer();
    this.anomalyTotal = reader.integer();
    this.twoSidedMicros = reader.integer();
    this.watchedMicros = reader.integer();
    this.rejects.readState(reader);
    this.anomalies.readState(reader);
    this.placements.readState(reader);
    this.rowEnd = reader.floats(this.ids);
    reader.floats(this.states);
    reader.floats(this.sides);
    reader.floats(this.since);
    reader.floats(this.openBySide);
    this.endedCount = reader.floats(this.endedIds);
    this.endedNext = reader.integer();
    this.lastMicros = reader.integer();
    this.highestTradeId = reader.integer();
  }

  /** A fill that a second channel repeats is one fill. */
  private isNewQuotingFill(report: Readonly<ExecutionReport>): boolean {
    const isFill = report.lastQuantityLots > 0 && report.instrument === QUOTED;
    return isFill && report.tradeId > this.highestTradeId;
  }

  private onRejected(report: Readonly<ExecutionReport>): void {
    // The answer to a question about an order is no refusal of one.
    if (report.channel === ReportChannel.QUERY) {
      if (report.reason === ReportReason.UNKNOWN_ORDER) this.set(report, FREE);
      return;
    }
    if (report.instrument === QUOTED) this.placements.add(report.atMicros);
    this.set(report, FREE);
    // A lost post-only race and a refusal at our own edge are normal flow.
    if (report.reason === ReportReason.POST_ONLY_WOULD_CROSS) return;
    if (report.reason === ReportReason.NOT_SENT) return;
    if (report.reason === ReportReason.REPLACE_NOT_ATTEMPTED) return;
    this.rejectedCount += 1;
    this.rejects.add(report.atMicros);
    this.noteAnomaly(report.atMicros);
  }

  private set(report: Readonly<ExecutionReport>, state: number): void {
    if (state === FREE) this.rememberEnded(report.clientOrderId);
    let row = this.find(report.clientOrderId);
    if (row < 0) {
      if (state === FREE || this.rowEnd === WATCHED_ORDERS_MAX) return;
      row = this.rowEnd;
      this.rowEnd += 1;
      this.ids[row] = report.clientOrderId;
      this.states[row] = FREE;
      // Hedge orders are watched for unknown outcomes, but quote on no side.
      this.sides[row] = report.instrument === QUOTED ? report.side : -1;
    }
    const before = this.states[row] as number;
    if (before !== state) this.since[row] = report.atMicros;
    this.states[row] = state;
    this.countSide(this.sides[row] as number, (state === OPEN ? 1 : 0) - (before === OPEN ? 1 : 0));
    if (state === FREE) this.drop(row);
  }

  /** Nobody could ask after unknown orders for so long: they are not older for it. */
  private excuse(pauseMicros: number): void {
    for (let row = 0; row < this.rowEnd; row++) {
      if (this.states[row] === UNKNOWN) this.since[row] = (this.since[row] as number) + pauseMicros;
    }
  }

  private countSide(side: number, change: number): void {
    if (side < 0) return;
    this.openBySide[side] = (this.openBySide[side] as number) + change;
  }

  private rememberEnded(id: number): void {
    if (this.hasEnded(id)) return;
    this.endedIds[this.endedNext] = id;
    this.endedNext = (this.endedNext + 1) % ENDED_MAX;
    if (this.endedCount < ENDED_MAX) this.endedCount += 1;
  }

  private hasEnded(id: number): boolean {
    for (let index = 0; index < this.endedCount; index++) {
      if (this.endedIds[index] === id) return true;
    }
    return false;
  }

  private drop(row: number): void {
    const last = this.rowEnd - 1;
    this.ids[row] = this.ids[last] as number;
    this.states[row] = this.states[last] as number;
    this.sides[row] = this.sides[last] as number;
    this.since[row] = this.since[last] as number;
    this.rowEnd = last;
  }

  private find(id: number): number {
    for (let row = 0; row < this.rowEnd; row++) {
      if (this.ids[row] === id) return row;
    }
    return -1;
  }
}
