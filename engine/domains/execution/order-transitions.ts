/**
 * The life of an order as one table: what each input makes of each state. Anything the table does
 * not name is illegal: an anomaly to be reported and resolved by a query, never a crash.
 */
import { OrderState } from '#contracts/order.ts';

/** What can happen to an order: the venue's words, and our own requests. */
export const OrderInput = {
  ACKNOWLEDGED: 0,
  PARTIALLY_FILLED: 1,
  FILLED: 2,
  CANCELED: 3,
  REJECTED: 4,
  EXPIRED: 5,
  AMENDED: 6,
  /** The venue does not prove what became of a request, or no answer came in time. */
  OUTCOME_UNKNOWN: 7,
  /** A cancel, amend or replace was refused; the order is as it was. */
  OPERATION_REFUSED: 8,
  /** A cancel or amend came too late: the order is closed, the reason is on its way. */
  OPERATION_TOO_LATE: 9,
  CANCEL_REQUESTED: 10,
  REPLACE_REQUESTED: 11,
} as const;
export type OrderInput = (typeof OrderInput)[keyof typeof OrderInput];

const INPUT_COUNT = 12;
const STATE_COUNT = 10;

/** The order goes back to NEW or PARTIALLY_FILLED, whichever its fills say. */
const LIVE = 20;
/** The input changes nothing: a repeated or late word. */
export const SAME = 21;
/** The table does not allow this input in this state. */
export const ILLEGAL = 22;

const { PENDING_NEW, NEW, PARTIALLY_FILLED, PENDING_CANCEL, PENDING_REPLACE, UNKNOWN } = OrderState;
const { FILLED, CANCELED, REJECTED, EXPIRED } = OrderState;

/** Per state, the next state for each input in the order of OrderInput. */
const ROWS: readonly (readonly [OrderState, readonly number[]])[] = [
  //                ack   partial           filled  canceled  rejected  expired  amended  unknown  refused  too late cancel          replace
  [
    PENDING_NEW,
    [
      LIVE,
      PARTIALLY_FILLED,
      FILLED,
      CANCELED,
      REJECTED,
      EXPIRED,
      ILLEGAL,
      UNKNOWN,
      SAME,
      SAME,
      PENDING_CANCEL,
      ILLEGAL,
    ],
  ],
  [
    NEW,
    [
      SAME,
      PARTIALLY_FILLED,
      FILLED,
      CANCELED,
      ILLEGAL,
      EXPIRED,
      LIVE,
      UNKNOWN,
      SAME,
      UNKNOWN,
      PENDING_CANCEL,
      PENDING_REPLACE,
    ],
  ],
  [
    PARTIALLY_FILLED,
    [
      SAME,
      SAME,
      FILLED,
      CANCELED,
      ILLEGAL,
      EXPIRED,
      LIVE,
      UNKNOWN,
      SAME,
      UNKNOWN,
      PENDING_CANCEL,
      PENDING_REPLACE,
    ],
  ],
  [
    PENDING_CANCEL,
    [SAME, SAME, FILLED, CANCELED, REJECTED, EXPIRED, SAME, UNKNOWN, LIVE, UNKNOWN, SAME, ILLEGAL],
  ],
  [
    PENDING_REPLACE,
    [
      SAME,
      SAME,
      FILLED,
      CANCELED,
      ILLEGAL,
      EXPIRED,
      SAME,
      UNKNOWN,
      LIVE,
      UNKNOWN,
      PENDING_CANCEL,
      ILLEGAL,
    ],
  ],
  [
    UNKNOWN,
    [
      LIVE,
      PARTIALLY_FILLED,
      FILLED,
      CANCELED,
      REJECTED,
      EXPIRED,
      LIVE,
      SAME,
      SAME,
      SAME,
      SAME,
      ILLEGAL,
    ],
  ],
  // Ends stay ends. A repeated end and a late acknowledgement are the second channel speaking; fills
  // after an end are looked at by quantity before they get here.
  [FILLED, [SAME, SAME, SAME, ILLEGAL, ILLEGAL, ILLEGAL, SAME, SAME, SAME, SAME, ILLEGAL, ILLEGAL]],
  [CANCELED, [SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, ILLEGAL, ILLEGAL]],
  [
    REJECTED,
    [ILLEGAL, ILLEGAL, ILLEGAL, SAME, SAME, SAME, ILLEGAL, SAME, SAME, SAME, ILLEGAL, ILLEGAL],
  ],
  [EXPIRED, [SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, ILLEGAL, ILLEGAL]],
];

const TABLE = new Int8Array(STATE_COUNT * INPUT_COUNT).fill(ILLEGAL);
for (const [state, row] of ROWS) TABLE.set(row, state * INPUT_COUNT);

/**
 * The state after `input`, or SAME, or ILLEGAL. `hasFills` decides what "live again" means.
 *
 * Hot: one look-up.
 */
export function nextOrderState(
  state: OrderState,
  input: OrderInput,
  hasFills: boolean,
): OrderState | typeof SAME | typeof ILLEGAL {
  const next = TABLE[state * INPUT_COUNT + input] as number;
  if (next === LIVE) return hasFills ? PARTIALLY_FILLED : NEW;
  return next as OrderState | typeof SAME | typeof ILLEGAL;
}
