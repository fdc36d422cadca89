import {
  type AssetUnits,
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
  type Sequence,
} from '#units/integers.ts';
import { EventKind } from './event-kind.ts';
import { CommissionAsset, ReportReason, Side } from './order.ts';

/** What a report says happened. UNKNOWN: the outcome of a request is not proven either way. */
export const ReportStatus = {
  ACCEPTED: 0,
  PARTIALLY_FILLED: 1,
  FILLED: 2,
  CANCELED: 3,
  AMENDED: 4,
  REJECTED: 5,
  EXPIRED: 6,
  UNKNOWN: 7,
  /** A cancel was refused; the order itself is as it was (or already closed: UNKNOWN_ORDER). */
  CANCEL_REJECTED: 8,
  /** An amend was refused; the order is unchanged. */
  AMEND_REJECTED: 9,
  /** Self-trade prevention ended the order (EXPIRED_IN_MATCH). */
  EXPIRED_IN_MATCH: 10,
} as const;
export type ReportStatus = (typeof ReportStatus)[keyof typeof ReportStatus];

/** How the report reached us. A fill counts once, whatever the channel. */
export const ReportChannel = {
  RESPONSE: 0,
  USER_STREAM: 1,
  DROP_COPY: 2,
  QUERY: 3,
  LOCAL: 4,
} as const;
export type ReportChannel = (typeof ReportChannel)[keyof typeof ReportChannel];

/** No trade in this report. */
export const NO_TRADE = -1;

/**
 * True for one line of the venue's trade list. It says what was traded and what it cost, and nothing
 * of the order as a whole: its total and cumulative quantities are 0.
 */
export function isTradeRecord(report: Readonly<ExecutionReport>): boolean {
  return (
    report.channel === ReportChannel.QUERY &&
    report.tradeId !== NO_TRADE &&
    report.quantityLots === 0
  );
}

/**
 * Every change of an order: one of the eight DTOs, and an event. Writer: the venue's connector or
 * the simulated venue. Readers: account state, risk, execution, hedging, ops.
 * Writers refill it; readers take `Readonly<ExecutionReport>` and copy to keep.
 */
export class ExecutionReport {
  readonly kind = EventKind.EXECUTION_REPORT;
  sequence = 0 as Sequence;
  /** The event's stamp: when it reached us. */
  atMicros = 0 as EpochMicros;
  status: ReportStatus = 0;
  channel: ReportChannel = 0;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  clientOrderId: ClientOrderId = NO_ORDER;
  /** For a cancel-replace: the order that was replaced. */
  replacedOrderId: ClientOrderId = NO_ORDER;
  /** Venue order id as two 32-bit halves: futures ids pass 2^53. */
  venueOrderIdHigh = 0;
  venueOrderIdLow = 0;
  side: Side = Side.BUY;
  priceTicks = 0 as PriceTicks;
  /** The order's total quantity after this report. */
  quantityLots = 0 as QuantityLots;
  /** Cumulative filled quantity after this report: fills move forward only. */
  filledLots = 0 as QuantityLots;
  /** This fill, or 0. */
  lastPriceTicks = 0 as PriceTicks;
  lastQuantityLots = 0 as QuantityLots;
  tradeId = NO_TRADE;
  isMaker = false;
  /** What this fill cost, in the asset named; positive is paid, negative a rebate. */
  commissionUnits = 0 as AssetUnits;
  commissionAsset: CommissionAsset = CommissionAsset.NONE;
  reason: ReportReason = ReportReason.NONE;
  /** The venue's own error number, 0 for none. */
  venueCode = 0;
  /** Engine time at the venue, 0 where unknown (local refusals). */
  venueTimeMicros = 0 as EpochMicros;
  /** When the request this answers left us, for the latency breakdown; 0 for unsolicited reports. */
  requestedAtMicros = 0 as EpochMicros;
}
