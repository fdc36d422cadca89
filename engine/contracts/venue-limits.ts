/**
 * What a refusal by rate asks of us. A report carries the venue's own code and not the time of release,
 * so the pauses are the venue's windows: orders are counted in ten seconds; request weight is counted by
 * the minute, and a first refusal is tried again sooner because most of the window has usually passed. An
 * address is banned for two minutes at first. Source: Binance, limits of the spot and the USD-M API.
 */
import { type ExecutionReport, ReportChannel } from './execution-report.ts';
import { ReportReason } from './order.ts';

/** Too many new orders: only placements are counted. */
const TOO_MANY_ORDERS = -1015;
/** HTTP status of a ban, where the connector knows it. */
const BANNED = 418;

const ORDER_WINDOW_MICROS = 10_000_000;
const REQUEST_PAUSE_MICROS = 10_000_000;
const BAN_MICROS = 120_000_000;

export const VenueLimit = { NONE: 0, ORDERS: 1, REQUESTS: 2, BAN: 3 } as const;
export type VenueLimit = (typeof VenueLimit)[keyof typeof VenueLimit];

/** Which limit of the venue a report says that we hit. Refusals at our own edge are none. */
export function venueLimitOf(report: Readonly<ExecutionReport>): VenueLimit {
  if (report.reason !== ReportReason.RATE_LIMIT) return VenueLimit.NONE;
  if (report.channel === ReportChannel.LOCAL) return VenueLimit.NONE;
  if (report.venueCode === TOO_MANY_ORDERS) return VenueLimit.ORDERS;
  return report.venueCode === BANNED ? VenueLimit.BAN : VenueLimit.REQUESTS;
}

/** How long to leave the venue alone after it, in microseconds; 0 for none. */
export function venueLimitPauseMicros(limit: VenueLimit): number {
  switch (limit) {
    case VenueLimit.NONE:
      return 0;
    case VenueLimit.ORDERS:
      return ORDER_WINDOW_MICROS;
    case VenueLimit.REQUESTS:
      return REQUEST_PAUSE_MICROS;
    case VenueLimit.BAN:
      return BAN_MICROS;
  }
}
