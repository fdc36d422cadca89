/** Refusals that are the same in both markets. The market's own stand in `market-terms.ts`. */
import { ReportReason } from '#contracts/order.ts';
import { type Refusal, VenueCode } from './venue-rules.ts';

export const TOO_MANY_ORDERS: Refusal = {
  reason: ReportReason.RATE_LIMIT,
  venueCode: VenueCode.TOO_MANY_ORDERS,
  rule: 'order count',
};
export const NO_SUCH_OPEN_ORDER: Refusal = {
  reason: ReportReason.UNKNOWN_ORDER,
  venueCode: VenueCode.CANCEL_REFUSED,
  rule: 'not open',
};
export const NO_SUCH_ORDER: Refusal = {
  reason: ReportReason.UNKNOWN_ORDER,
  venueCode: VenueCode.NO_SUCH_ORDER,
  rule: 'never seen',
};
export const AMEND_REFUSED: Refusal = {
  reason: ReportReason.AMEND_REFUSED,
  venueCode: VenueCode.AMEND_REFUSED,
  rule: 'amend',
};
export const NOT_ATTEMPTED: Refusal = {
  reason: ReportReason.REPLACE_NOT_ATTEMPTED,
  venueCode: VenueCode.REPLACE_FAILED,
  rule: 'cancel-replace',
};
export const OVERLOADED: Refusal = {
  reason: ReportReason.OTHER,
  venueCode: VenueCode.OVERLOAD,
  rule: 'overload',
};
export const OUTCOME_UNKNOWN: Refusal = {
  reason: ReportReason.OUTCOME_UNKNOWN,
  venueCode: VenueCode.OUTCOME_UNKNOWN,
  rule: 'answer lost',
};
/** Told to a client that sends more than it may: silence until the release time, or worse follows. */
export const TOO_MANY_REQUESTS: Refusal = {
  reason: ReportReason.RATE_LIMIT,
  venueCode: VenueCode.TOO_MANY_REQUESTS,
  rule: 'request weight',
};
/** The request's time stamp lies outside of what the venue accepts. */
export const BAD_TIME_STAMP: Refusal = {
  reason: ReportReason.OTHER,
  venueCode: VenueCode.BAD_TIME_STAMP,
  rule: 'recvWindow',
};
