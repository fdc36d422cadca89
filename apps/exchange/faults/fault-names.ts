/** Every fault the exchange can put in, and what it does. The order is the order of the documentation. */
export const FAULT_MEANINGS = {
  SLOW_ANSWER: 'an answer comes up to two seconds late',
  ANSWER_UNKNOWN: 'the work is done, the answer says that its outcome is unknown (-1007, 503)',
  ANSWER_LOST: 'the work is done, the connection is cut in the place of an answer',
  REFUSED_OVERLOAD: 'a request is refused before any work (-1008)',
  RATE_LIMITED: 'everybody is told 429 with Retry-After for two seconds',
  BANNED: 'everybody is told 418 with Retry-After for three seconds',
  CLOCK_JUMP: "the venue's clock is ten seconds ahead for two seconds (-1021)",
  ORDER_HIDDEN: 'a new order cannot be queried for half a second (-2013)',
  CANCEL_RACE: 'an order is filled just before its cancel arrives (-2011)',
  SOCKET_CUT: 'a socket is cut without a word',
  SHUTDOWN_NOTICE: 'a socket is told serverShutdown, and is closed two seconds later',
  PONG_UNHEARD: 'a PONG is not heard, and the socket is cut for it',
  SUBSCRIPTION_SILENT: 'a stream is acknowledged and stays silent until the next connection',
  STREAM_GAP: 'a frame of a stream is missing',
  EVENT_LATE: 'a private event comes up to a second late, and all behind it',
  EVENT_DOUBLED: 'a private event comes twice',
  EVENTS_SWAPPED: 'two private events change places',
  SYMBOL_HALT: 'a symbol takes no orders for two seconds',
  FILTER_CHANGED: 'the least notional of a symbol is ten times as large for two seconds',
  BALANCE_MOVED: 'a deposit changes a balance',
  UNKNOWN_FIELD: 'an answer or a private event has a field nobody knows',
  LISTEN_KEY_EXPIRED: 'a listen key of the perpetual dies early',
} as const;

export type FaultName = keyof typeof FAULT_MEANINGS;

export const FAULT_NAMES = Object.keys(FAULT_MEANINGS) as readonly FaultName[];

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULT_MEANINGS, text);
}
