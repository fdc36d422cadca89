/**
 * What a report proves of an order. A venue's word can be old, repeated, or about the question instead
 * of the order; each of these says something else than it seems to.
 */
import { type ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import { type LiveOrders, PendingOperation } from './live-orders.ts';

/** A query's answer that the venue has no such order. */
export function isNotFound(report: Readonly<ExecutionReport>): boolean {
  return isRefusedQuery(report) && report.reason === ReportReason.UNKNOWN_ORDER;
}

/** A query came back without an order: not found, or the question itself was refused. */
export function isRefusedQuery(report: Readonly<ExecutionReport>): boolean {
  return report.channel === ReportChannel.QUERY && report.status === ReportStatus.REJECTED;
}

/** The report proves that the venue knows the order. A refused request and a lost answer do not. */
export function provesExistence(report: Readonly<ExecutionReport>): boolean {
  switch (report.status) {
    case ReportStatus.REJECTED:
    case ReportStatus.UNKNOWN:
    case ReportStatus.CANCEL_REJECTED:
    case ReportStatus.AMEND_REJECTED:
      return false;
    case ReportStatus.ACCEPTED:
    case ReportStatus.PARTIALLY_FILLED:
    case ReportStatus.FILLED:
    case ReportStatus.CANCELED:
    case ReportStatus.AMENDED:
    case ReportStatus.EXPIRED:
    case ReportStatus.EXPIRED_IN_MATCH:
      return true;
  }
}

/** The report shows an order that can still fill. */
export function showsLife(report: Readonly<ExecutionReport>): boolean {
  const { status } = report;
  const isAlive =
    status === ReportStatus.ACCEPTED ||
    status === ReportStatus.PARTIALLY_FILLED ||
    status === ReportStatus.AMENDED;
  return isAlive && report.quantityLots > report.filledLots;
}

/**
 * True when a sign of life says nothing of the request in doubt: an answer to a question from before
 * that request, or a word of the stream about an order that was acknowledged already, which may be a
 * repeated or a late one.
 */
export function isOldNews(
  orders: LiveOrders,
  row: number,
  report: Readonly<ExecutionReport>,
): boolean {
  const { status, channel } = report;
  const isAlive = status === ReportStatus.ACCEPTED || status === ReportStatus.PARTIALLY_FILLED;
  if (!isAlive || orders.acknowledged[row] === 0) return false;
  if (channel !== ReportChannel.QUERY) return orders.state(row) === OrderState.UNKNOWN;
  const operation = orders.operations[row];
  const hasRequest = operation !== PendingOperation.NONE && operation !== PendingOperation.NEW;
  // An answer that does not say when it was asked for is taken as it is.
  const { requestedAtMicros } = report;
  if (!hasRequest || requestedAtMicros === 0) return false;
  return requestedAtMicros < (orders.operationsSinceMicros[row] as number);
}
