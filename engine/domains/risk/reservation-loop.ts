/**
 * Risk's own life of each order, from the venue's words alone: when a reservation shrinks, when it
 * goes back, when it must be asked after. Independent of execution's table on purpose: whoever loses
 * an order there still has it here.
 *
 * Pessimistic by rule: silence, refused cancels and unknown outcomes release nothing.
 */
import { CommandKind, type CommandSink, OrderCommand } from '#contracts/commands.ts';
import type { RiskConfiguration } from '#contracts/configuration/risk-configuration.ts';
import {
  type ExecutionReport,
  isTradeRecord,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { ReportReason } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { VenueLimit, venueLimitOf, venueLimitPauseMicros } from '#contracts/venue-limits.ts';
import { type ClientOrderId, type InstrumentIndex, NO_ORDER } from '#units/integers.ts';
import {
  NO_RESERVATION,
  type PessimisticReservation,
  RESERVATIONS_MAX,
} from './pessimistic-reservation.ts';

/**
 * Where an order stands for risk. Ends have no stage: their row is free. UNKNOWN is for orders that
 * were acknowledged once; what was only sent is unproven anyway.
 */
const ReservationStage = { SENT: 0, OPEN: 1, UNKNOWN: 2 } as const;
const NOT_FOUND_COUNT_MIN = 2;
/** Ends that the venue itself told, remembered so that an old word reserves nothing again. */
const ENDED_MAX = 256;

export class ReservationLoop implements Persistent {
  /** Reports about orders that hold no reservation: ended before, or not ours. */
  strangerCount = 0;
  readonly stages = new Float64Array(RESERVATIONS_MAX);
  /** When the order was sent, and when anything was last heard or asked of it. */
  readonly sentAtMicros = new Float64Array(RESERVATIONS_MAX);
  readonly touchedAtMicros = new Float64Array(RESERVATIONS_MAX);
  /** When a cancel was last let through; 0: never. */
  readonly canceledAtMicros = new Float64Array(RESERVATIONS_MAX);
  private readonly notFoundCounts = new Float64Array(RESERVATIONS_MAX);
  /** When we first heard that it lives, and when the last question was asked whose answer showed it. */
  private readonly openedAtMicros = new Float64Array(RESERVATIONS_MAX);
  private readonly shownAtMicros = new Float64Array(RESERVATIONS_MAX);
  /** What trades add up to, each counted at most once: ids above `tradeIds` only. */
  private readonly tradedLots = new Float64Array(RESERVATIONS_MAX);
  private readonly tradeIds = new Float64Array(RESERVATIONS_MAX);
  private readonly columns: readonly Float64Array[] = [
    this.stages,
    this.sentAtMicros,
    this.touchedAtMicros,
    this.canceledAtMicros,
    this.notFoundCounts,
    this.openedAtMicros,
    this.shownAtMicros,
    this.tradedLots,
    this.tradeIds,
  ];
  private readonly endedIds = new Float64Array(ENDED_MAX);
  private endedNext = 0;
  /** The venue counts requests against us: no question of ours before this time. */
  private askFromMicros = 0;
  private readonly configuration: RiskConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly reservations: PessimisticReservation;
  private readonly output: CommandSink;
  private readonly query = new OrderCommand();

  constructor(options: {
    readonly configuration: RiskConfiguration;
    readonly instruments: InstrumentTable;
    readonly reservations: PessimisticReservation;
    readonly output: CommandSink;
  }) {
    this.configuration = options.configuration;
    this.instruments = options.instruments;
    this.reservations = options.reservations;
    this.output = options.output;
    this.query.kind = CommandKind.QUERY_ORDER;
    this.query.reducesRisk = true;
    this.query.reason = ActionReason.NONE;
  }

  /** A reservation was made and its order leaves now. */
  open(row: number, nowMicros: number): void {
    for (let index = 0; index < this.columns.length; index++) {
      (this.columns[index] as Float64Array)[row] = 0;
    }
    this.sentAtMicros[row] = nowMicros;
    this.touchedAtMicros[row] = nowMicros;
  }

  /** Hot: every report. Applying one twice, or late, changes nothing. */
  settle(report: Readonly<ExecutionReport>, nowMicros: number): void {
    const limit = venueLimitOf(report);
    if (limit >= VenueLimit.REQUESTS) {
      this.onVenueSilence(nowMicros + venueLimitPauseMicros(limit));
    }
    // The venue's own orders and other people's hold nothing here.
    if (report.clientOrderId === NO_ORDER) return;
    const row = this.reservations.rowOf(report.clientOrderId);
    if (row === NO_RESERVATION) {
      this.strangerCount += 1;
      this.adopt(report, nowMicros);
      return;
    }
    this.touchedAtMicros[row] = nowMicros;
    if (isRefusedQuery(report)) {
      // Only "not found" says something of the order; another refusal is about the question.
      if (report.reason === ReportReason.UNKNOWN_ORDER) this.settleNotFound(row, nowMicros);
      return;
    }
    // Only a word about the order itself proves that the venue knows it.
    if (!isRefusal(report)) this.notFoundCounts[row] = 0;
    this.shrink(row, report);
    if (isTradeRecord(report)) return;
    this.noteShown(row, report);
    if (this.isEnd(row, report)) this.endProven(row);
    else this.move(row, report, nowMicros);
  }

  /** A session starts on what an earlier one left: nothing of it is proven any more. */
  doubtAll(): void {
    for (let row = 0; row < this.reservations.rowEnd; row++) this.doubt(row);
  }

  /** A list of open orders does not show what it should: it ended, and we were not told. */
  doubtUnlisted(instrument: number, requestedMicros: number, nowMicros: number): void {
    const { ids, instruments } = this.reservations;
    for (let row = 0; row < this.reservations.rowEnd; row++) {
      if (ids[row] === 0 || instruments[row] !== instrument) continue;
      if (this.stages[row] !== ReservationStage.OPEN) continue;
      if ((this.openedAtMicros[row] as number) >= requestedMicros) continue;
      if ((this.shownAtMicros[row] as number) >= requestedMicros) continue;
      // Others ask at once; should nobody, we do when the patience for an answer is over.
      this.doubt(row);
      this.touchedAtMicros[row] = nowMicros;
    }
  }

  /** The venue listens to nobody until then. */
  onVenueSilence(untilMicros: number): void {
    if (untilMicros > this.askFromMicros) this.askFromMicros = untilMicros;
  }

  /** Asks after reservations that heard nothing for too long. */
  onTimer(nowMicros: number): void {
    if (nowMicros < this.askFromMicros) return;
    const { ids, instruments } = this.reservations;
    for (let row = 0; row < this.reservations.rowEnd; row++) {
      if (ids[row] === 0 || !this.isSilent(row, nowMicros)) continue;
      this.touchedAtMicros[row] = nowMicros;
      this.query.clientOrderId = ids[row] as ClientOrderId;
      this.query.targetOrderId = this.query.clientOrderId;
      this.query.instrument = instruments[row] as InstrumentIndex;
      this.output.emit(this.query);
    }
  }

  writeState(writer: StateWriter): void {
    writer.section('reservation-loop');
    writer.integer(this.strangerCount);
    for (const values of this.columns) writer.floats(values, RESERVATIONS_MAX);
    writer.floats(this.endedIds, ENDED_MAX);
    writer.integer(this.endedNext);
    writer.integer(this.askFromMicros);
  }

  readState(reader: StateReader): void {
    reader.section('reservation-loop');
    this.strangerCount = reader.integer();
    for (const values of this.columns) reader.floats(values);
    reader.floats(this.endedIds);
    this.endedNext = reader.integer();
    this.askFromMicros = reader.integer();
  }

  /** Sent without an answer, unknown, or a cancel without an end: someone owes us news. */
  private isSilent(row: number, nowMicros: number): boolean {
    const isOwedNews =
      this.stages[row] !== ReservationStage.OPEN || (this.canceledAtMicros[row] as number) > 0;
    const silence = nowMicros - (this.touchedAtMicros[row] as number);
    return isOwedNews && silence >= this.configuration.reservationTimeoutMicros;
  }

  private shrink(row: number, report: Readonly<ExecutionReport>): void {
    const { reservations } = this;
    const instrument = this.instruments.get(reservations.instruments[row] as InstrumentIndex);
    if (instrument === null) return;
    const known = reservations.totalsLots[row] as number;
    // Totals only shrink, and only when the venue says that it did so.
    const isTold = report.status === ReportStatus.AMENDED || report.channel === ReportChannel.QUERY;
    const told = isTold && report.quantityLots > 0 ? report.quantityLots : known;
    const filled = Math.max(report.filledLots, this.countTrade(row, report));
    reservations.update(row, instrument, Math.min(known, told), filled);
  }

  /** Lots of all trades counted so far. A trade that comes after a higher one is left out: pessimistic. */
  private countTrade(row: number, report: Readonly<ExecutionReport>): number {
    const { tradeId } = report;
    if (tradeId !== NO_TRADE && tradeId + 1 > (this.tradeIds[row] as number)) {
      this.tradeIds[row] = tradeId + 1;
      this.tradedLots[row] = (this.tradedLots[row] as number) + report.lastQuantityLots;
    }
    return this.tradedLots[row] as number;
  }

  /**
   * An order of ours lives at the venue that no reservation knows: a crash lost the record of it. It can
   * fill, so it is reserved for until its end is told.
   */
  private adopt(report: Readonly<ExecutionReport>, nowMicros: number): void {
    const { reservations } = this;
    const instrument = this.instruments.get(report.instrument);
    if (instrument === null || reservations.isFull || !showsLife(report)) return;
    if (this.endedIds.includes(report.clientOrderId)) return;
    const row = reservations.reserve(report, instrument, report.priceTicks, 0, false);
    this.open(row, nowMicros);
    reservations.update(row, instrument, report.quantityLots, report.filledLots);
    this.stages[row] = ReservationStage.OPEN;
    this.openedAtMicros[row] = nowMicros;
  }

  private noteShown(row: number, report: Readonly<ExecutionReport>): void {
    if (report.channel !== ReportChannel.QUERY) return;
    if (report.requestedAtMicros > (this.shownAtMicros[row] as number)) {
      this.shownAtMicros[row] = report.requestedAtMicros;
    }
  }

  private isEnd(row: number, report: Readonly<ExecutionReport>): boolean {
    switch (report.status) {
      case ReportStatus.FILLED:
      case ReportStatus.CANCELED:
      case ReportStatus.EXPIRED:
      case ReportStatus.EXPIRED_IN_MATCH:
        return true;
      case ReportStatus.REJECTED:
        // What the venue once acknowledged cannot be rejected: then a later request was refused.
        return this.stages[row] === ReservationStage.SENT;
      case ReportStatus.ACCEPTED:
      case ReportStatus.PARTIALLY_FILLED:
      case ReportStatus.AMENDED:
      case ReportStatus.UNKNOWN:
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        return false;
    }
  }

  private move(row: number, report: Readonly<ExecutionReport>, nowMicros: number): void {
    const { status } = report;
    const isAlive =
      status === ReportStatus.ACCEPTED ||
      status === ReportStatus.PARTIALLY_FILLED ||
      status === ReportStatus.AMENDED;
    if (isAlive) this.live(row, nowMicros);
    else if (status === ReportStatus.UNKNOWN) this.doubt(row);
    else if (status === ReportStatus.CANCEL_REJECTED) this.onCancelRefused(row, report.reason);
  }

  private live(row: number, nowMicros: number): void {
    this.stages[row] = ReservationStage.OPEN;
    if (this.openedAtMicros[row] === 0) this.openedAtMicros[row] = nowMicros;
  }

  /** Too late means that the end is on its way; any other refusal leaves the order as it was. */
  private onCancelRefused(row: number, reason: ReportReason): void {
    if (reason === ReportReason.UNKNOWN_ORDER) this.doubt(row);
    else this.canceledAtMicros[row] = 0;
  }

  private doubt(row: number): void {
    if (this.stages[row] === ReservationStage.OPEN) this.stages[row] = ReservationStage.UNKNOWN;
  }

  /** "Never existed" needs two answers, and time enough that a late arrival would have been refused. */
  private settleNotFound(row: number, nowMicros: number): void {
    this.notFoundCounts[row] = (this.notFoundCounts[row] as number) + 1;
    const { receiveWindowMicros, notFoundMarginMicros } = this.configuration;
    const elapsed = nowMicros - (this.sentAtMicros[row] as number);
    const isProven = elapsed >= receiveWindowMicros + notFoundMarginMicros;
    if (isProven && (this.notFoundCounts[row] as number) >= NOT_FOUND_COUNT_MIN) this.end(row);
  }

  private endProven(row: number): void {
    this.endedIds[this.endedNext] = this.reservations.ids[row] as number;
    this.endedNext = (this.endedNext + 1) % ENDED_MAX;
    this.end(row);
  }

  private end(row: number): void {
    this.reservations.release(row);
    for (let index = 0; index < this.columns.length; index++) {
      (this.columns[index] as Float64Array)[row] = 0;
    }
  }
}

/** A query came back without an order: not found, or the question itself was refused. */
function isRefusedQuery(report: Readonly<ExecutionReport>): boolean {
  return report.channel === ReportChannel.QUERY && report.status === ReportStatus.REJECTED;
}

/** The answer to a request that the venue did not carry out, or did not answer. */
function isRefusal(report: Readonly<ExecutionReport>): boolean {
  const { status } = report;
  return (
    status === ReportStatus.CANCEL_REJECTED ||
    status === ReportStatus.AMEND_REJECTED ||
    status === ReportStatus.UNKNOWN
  );
}

/** The report shows an order that can still fill. */
function showsLife(report: Readonly<ExecutionReport>): boolean {
  const { status } = report;
  const isAlive =
    status === ReportStatus.ACCEPTED ||
    status === ReportStatus.PARTIALLY_FILLED ||
    status === ReportStatus.AMENDED;
  return isAlive && report.quantityLots > report.filledLots;
}
