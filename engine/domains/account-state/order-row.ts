import { type ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import type { OwnOrderView } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { EpochMicros } from '#units/integers.ts';

/** Not ended yet. Above every venue time. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** One order as the venue says. `leavesBefore` was true until `leavesChangedAtMicros`. */
export class OrderRow implements OwnOrderView {
  clientOrderId = 0;
  instrument = -1;
  side: Side = Side.BUY;
  priceTicks = 0;
  totalLots = 0;
  /** What the venue says was filled, and what of it we were told as trades. */
  filledLots = 0;
  tradedLots = 0;
  /** Venue time of the word that raised `filledLots`. */
  filledAtMicros = 0;
  leavesLots = 0;
  leavesBeforeLots = 0;
  leavesChangedAtMicros = 0;
  restsSinceMicros = 0 as EpochMicros;
  endedAtMicros = NEVER;
  /** Event time of the end: decides when the row is forgotten. */
  endedStampMicros = 0;
  /** Event time at which we first heard of it, and when the last question was asked whose answer showed it alive. */
  knownSinceMicros = 0;
  shownAtMicros = 0;
  notFoundCount = 0;
}

/** A query's answer that the venue has no such order. */
export function isNotFound(report: Readonly<ExecutionReport>): boolean {
  return (
    report.channel === ReportChannel.QUERY &&
    report.status === ReportStatus.REJECTED &&
    report.reason === ReportReason.UNKNOWN_ORDER
  );
}

/** Zero book time means "now": spot bookTicker carries no venue time. */
export function lotsInBook(row: OrderRow, bookTimeMicros: number): number {
  const atMicros = bookTimeMicros === 0 ? NEVER - 1 : bookTimeMicros;
  if (atMicros < row.restsSinceMicros || atMicros >= row.endedAtMicros) return 0;
  return atMicros < row.leavesChangedAtMicros ? row.leavesBeforeLots : row.leavesLots;
}

export function setLeaves(row: OrderRow, leavesLots: number, venueMicros: number): void {
  row.leavesBeforeLots = row.leavesLots;
  row.leavesLots = leavesLots;
  row.leavesChangedAtMicros = venueMicros;
}

export function writeRow(row: OrderRow, writer: StateWriter): void {
  writer.integer(row.clientOrderId);
  writer.integer(row.instrument);
  writer.integer(row.side);
  writer.integer(row.priceTicks);
  writer.integer(row.totalLots);
  writer.integer(row.filledLots);
  writer.integer(row.leavesLots);
  writer.integer(row.leavesBeforeLots);
  writer.integer(row.leavesChangedAtMicros);
  writer.integer(row.restsSinceMicros);
  writer.integer(row.endedAtMicros);
  writer.integer(row.endedStampMicros);
  writer.integer(row.tradedLots);
  writer.integer(row.filledAtMicros);
  writer.integer(row.knownSinceMicros);
  writer.integer(row.shownAtMicros);
  writer.integer(row.notFoundCount);
}

export function readRow(row: OrderRow, reader: StateReader): void {
  row.clientOrderId = reader.integer();
  row.instrument = reader.integer();
  row.side = reader.integer() as Side;
  row.priceTicks = reader.integer();
  row.totalLots = reader.integer();
  row.filledLots = reader.integer();
  row.leavesLots = reader.integer();
  row.leavesBeforeLots = reader.integer();
  row.leavesChangedAtMicros = reader.integer();
  row.restsSinceMicros = reader.integer() as EpochMicros;
  row.endedAtMicros = reader.integer();
  row.endedStampMicros = reader.integer();
  row.tradedLots = reader.integer();
  row.filledAtMicros = reader.integer();
  row.knownSinceMicros = reader.integer();
  row.shownAtMicros = reader.integer();
  row.notFoundCount = reader.integer();
}
