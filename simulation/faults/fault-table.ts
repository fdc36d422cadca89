/**
 * Every fault the world can have: what it does, how a client can notice it, and within which bounds
 * its windows are drawn. No fault changes what no engine could notice: a plausible wrong number
 * inside a valid message is not among them, except where a sure sign follows.
 */

/** What a fault strikes. */
export const FaultTarget = {
  MARKET: 'market',
  ORDER: 'order',
  ACCOUNT: 'account',
  TIME: 'time',
  DISK: 'disk',
  PROCESS: 'process',
  AUTHORITY: 'authority',
} as const;
export type FaultTarget = (typeof FaultTarget)[keyof typeof FaultTarget];

/** When a window gets its chances: per message, per quarter of a second, or once at its start. */
export type FaultChance = 'message' | 'pulse' | 'once';

export interface FaultDefinition {
  readonly name: string;
  /** Faults of one family can stand in for each other. */
  readonly family: string;
  readonly hits: FaultTarget;
  /** What it does, in one sentence. */
  readonly does: string;
  /** How a client can notice it. */
  readonly notice: string;
  readonly chance: FaultChance;
  /** Default probability per chance, 0..1. */
  readonly probability: number;
  /** Length of a window, microseconds: least and most. */
  readonly leastMicros: number;
  readonly mostMicros: number;
  /** Bounds of `strength`; its meaning is in `does`. */
  readonly strengthFrom: number;
  readonly strengthTo: number;
  /** Windows in one storm at most; 1: never two at once. */
  readonly windowsMax: number;
}

const SECOND = 1_000_000;
const MILLI = 1_000;
const MINUTE = 60 * SECOND;

type Row = readonly [
  does: string,
  notice: string,
  chance: FaultChance,
  probability: number,
  length: readonly [number, number],
  strength?: readonly [number, number],
  windowsMax?: number,
];

const SHORT = [5 * SECOND, MINUTE] as const;
const LONG = [30 * SECOND, 4 * MINUTE] as const;
const ONCE = [SECOND, 20 * SECOND] as const;

const MARKET = {
  'market-gap': ['loses a public message', 'a hole in the update ids', 'message', 0.02, LONG],
  'market-duplicate': [
    'sends a public message twice',
    'its update id is not new',
    'message',
    0.05,
    LONG,
  ],
  'market-reorder': [
    'lets the next public message overtake this one, strength microseconds at most',
    'update ids fall',
    ...(['message', 0.03, LONG, [MILLI, 50 * MILLI]] as const),
  ],
  'market-stale': [
    'a feed goes silent while its connection stands',
    'nothing comes for longer than the market is ever silent',
    ...(['message', 1, [2 * SECOND, 40 * SECOND]] as const),
  ],
  'market-one-side-frozen': [
    'depth and top of one side stop changing; the feed breaks and comes back at the end',
    'the frozen side crosses the moving one or trades pass it; then the broken connection',
    ...(['message', 1, [3 * SECOND, 20 * SECOND]] as const),
  ],
  'market-crossed': [
    'a top of book or a depth message has its best bid above its best ask',
    'bid >= ask',
    ...(['message', 0.02, SHORT] as const),
  ],
  'market-malformed': [
    'damages the bytes of a message: cut, stray byte, broken text, huge number, doubled key',
    'it cannot be read, and the next one shows a hole',
    ...(['message', 0.02, LONG] as const),
  ],
  'market-bad-price': [
    'a top of book or a trade has a price of zero or a thousand times the real one',
    'far from every other price; the next message corrects it',
    ...(['message', 0.02, SHORT] as const),
  ],
  'snapshot-old': [
    'a depth snapshot is answered with an older one',
    'its update id is before the first buffered message or before the last snapshot',
    ...(['message', 0.7, LONG] as const),
  ],
  'wrong-symbol': [
    'a message of another symbol, with its prices and ids, arrives in place of one of ours',
    'its symbol',
    ...(['message', 0.02, LONG] as const),
  ],
  'market-disconnect': [
    'the connection of a public feed breaks for the window',
    'the connection says so',
    ...(['once', 1, [300 * MILLI, 20 * SECOND], [1, 1], 3] as const),
  ],
  'cut-24h': [
    'the venue cuts every connection of a market at its age of 24 hours',
    'the connections say so, at a known hour',
    ...(['once', 1, [300 * MILLI, 2 * SECOND], [1, 1], 1] as const),
  ],
  'server-shutdown': [
    'the venue announces that a server goes away and cuts the feed strength microseconds later',
    'the notice, then the broken connection',
    ...(['once', 1, [3 * SECOND, 15 * SECOND], [200 * MILLI, 10 * SECOND], 2] as const),
  ],
  'market-burst': [
    'everybody acts strength times as often',
    'the rate of messages',
    ...(['once', 1, [3 * SECOND, 15 * SECOND], [10, 10], 1] as const),
  ],
  'tick-size-change': [
    'the venue cancels what rests, halts, and comes back with a tick of 1/strength and a new book',
    'the new definition of the instrument',
    ...(['once', 1, [8 * SECOND, 30 * SECOND], [2, 10], 1] as const),
  ],
} as const satisfies Record<string, Row>;

const ORDER = {
  'ack-lost': [
    'the answer to a request is lost; the edge gives up strength microseconds later',
    'UNKNOWN from the edge; a query tells',
    ...(['message', 0.05, LONG, [500 * MILLI, 6 * SECOND]] as const),
  ],
  'ack-late': [
    'the answer to a request comes up to strength microseconds late',
    'no answer in time; it comes',
    ...(['message', 0.1, LONG, [50 * MILLI, 5 * SECOND]] as const),
  ],
  'ack-duplicated': ['an answer comes twice', 'it changes nothing', 'message', 0.1, LONG],
  'fill-before-ack': [
    'an acceptance waits for the first fill of its order, a second at most',
    'a fill of an order that was not acknowledged',
    ...(['message', 0.6, LONG] as const),
  ],
  'fill-reordered': [
    'a fill comes up to strength microseconds late, behind later news of the account',
    'cumulative quantities fall',
    ...(['message', 0.3, LONG, [5 * MILLI, 500 * MILLI]] as const),
  ],
  'fill-duplicated': ['a fill is told twice', 'its trade id', 'message', 0.3, LONG],
  'cancel-fill-race': [
    'a stranger takes part or all of an order while its cancel is on the way',
    'the fill; the cancel is refused when nothing is left',
    ...(['message', 0.1, LONG] as const),
  ],
  'unknown-status': [
    'a request or its answer is lost and the outcome is unknown at once (-1007)',
    'UNKNOWN; a query tells',
    ...(['message', 0.04, LONG] as const),
  ],
  'accepted-not-found': [
    'for strength microseconds after it was sent an order is not found by a query',
    'a later query finds it: absence so early proves nothing',
    ...(['message', 0.9, LONG, [500 * MILLI, 5 * SECOND]] as const),
  ],
  'reject-storm': [
    'the venue refuses new orders, replacements and amends as overloaded (-1008)',
    'the refusals',
    ...(['message', 0.5, [5 * SECOND, 40 * SECOND]] as const),
  ],
  'replace-half-success': [
    'a cancel-replace cancels and then refuses the new order',
    'both reports',
    ...(['message', 0.2, LONG] as const),
  ],
  'amend-race': [
    'a stranger takes part or all of an order while its amend is on the way',
    'the fill; the amend is refused or ends the order',
    ...(['message', 0.3, LONG] as const),
  ],
  'stp-expiry': [
    'self-trade prevention against another program of the account ends a resting order',
    'EXPIRED_IN_MATCH by the stream',
    ...(['pulse', 0.05, SHORT] as const),
  ],
  'venue-cancel': [
    'the venue cancels a resting order by itself',
    'an unsolicited CANCELED by the stream',
    ...(['pulse', 0.05, SHORT] as const),
  ],
} as const satisfies Record<string, Row>;

const LIMIT = {
  'rate-429': [
    'the venue refuses every request of a market until the end of the window (-1003)',
    'the refusals, and the release time at the edge',
    ...(['once', 1, [SECOND, 15 * SECOND], [1, 1], 2] as const),
  ],
  'ban-418': [
    'the venue bans the client from a market until the end of the window (-1003)',
    'the refusals, and the release time at the edge',
    ...(['once', 1, [MINUTE, 3 * MINUTE], [1, 1], 1] as const),
  ],
  'order-count': [
    'another program uses up the order count: new orders are refused (-1015)',
    'the refusals',
    ...(['message', 0.6, ONCE] as const),
  ],
  halt: [
    'the venue halts an instrument; the new status is told strength microseconds later',
    'refusals, no market, then the status',
    ...(['once', 1, [5 * SECOND, MINUTE], [50 * MILLI, 2 * SECOND], 1] as const),
  ],
  'cancel-only': [
    'the venue takes cancels only; the new status is told strength microseconds later',
    'refusals, then the status',
    ...(['once', 1, [5 * SECOND, MINUTE], [50 * MILLI, 2 * SECOND], 1] as const),
  ],
} as const satisfies Record<string, Row>;

const ACCOUNT = {
  'balance-drift': [
    'strength basis points of a balance are moved out of or into the account, told or silently',
    'the balance told, or the next account query',
    ...(['pulse', 0.02, SHORT, [1, 30]] as const),
  ],
  'foreign-order': [
    'somebody places an order of strength least sizes on the account; rests go at the end',
    'reports without an id of ours; balances, open orders and trades that are not explained',
    ...(['pulse', 0.03, SHORT, [1, 4]] as const),
  ],
  'user-stream-silent': [
    'the private stream of a market says nothing while its connection stands; answers come',
    'fills and balances that queries tell and the stream did not',
    ...(['message', 1, [2 * SECOND, MINUTE]] as const),
  ],
  'user-stream-cut': [
    'the private stream of a market breaks for the window; what happens is not told later',
    'the connection says so; queries tell the rest',
    ...(['once', 1, [300 * MILLI, 30 * SECOND], [1, 1], 3] as const),
  ],
} as const satisfies Record<string, Row>;

const TIME = {
  'clock-step': [
    "the host's clock stands strength milliseconds ahead or behind; requests outside of recvWindow are refused (-1021)",
    'the measured clock offset; the refusals',
    ...(['once', 1, [5 * SECOND, MINUTE], [200, 3_600_000], 1] as const),
  ],
  'clock-drift': [
    "the host's clock gains or loses strength milliseconds a second",
    'the measured clock offset; the refusals',
    ...(['once', 1, [20 * SECOND, 3 * MINUTE], [1, 100], 1] as const),
  ],
} as const satisfies Record<string, Row>;

const PROCESS = {
  'process-pause': [
    'the process stands still and then hears everything in a heap; after a minute its connections are gone',
    'a jump of time between two events',
    ...(['once', 1, [100 * MILLI, 75 * SECOND], [1, 1], 2] as const),
  ],
  'process-crash': [
    'the process dies before one of the next strength events and is started again',
    'the restart',
    ...(['once', 1, [SECOND, 2 * SECOND], [1, 200], 3] as const),
  ],
  'process-hang': [
    'the process stands still until it is killed and started again',
    'the restart',
    ...(['once', 1, [2 * SECOND, 20 * SECOND], [1, 1], 1] as const),
  ],
} as const satisfies Record<string, Row>;

const DISK = {
  'disk-crash-at-write': [
    'the machine stops in one of the next strength operations of the disk',
    'the restart; a torn tail',
    ...(['once', 1, ONCE, [1, 40], 2] as const),
  ],
  'disk-power-loss': [
    'the power fails: unsynced bytes are lost, torn or kept, each file for itself',
    'the restart; a shorter or torn tail',
    ...(['once', 1, ONCE, [1, 1], 2] as const),
  ],
  'disk-sync-error': [
    'the next sync fails and loses its bytes',
    'the error of the sync',
    ...(['once', 1, ONCE, [1, 1], 1] as const),
  ],
  'disk-full': [
    'there is no room until the end of the window',
    'the error of the write',
    ...(['once', 1, [2 * SECOND, 20 * SECOND], [1, 1], 1] as const),
  ],
  'disk-bit-flip': [
    'one bit at rest changes, and the process is started again',
    'a checksum that does not fit',
    ...(['once', 1, ONCE, [1, 1], 1] as const),
  ],
} as const satisfies Record<string, Row>;

// What came later stands behind: the place of a row seeds its draws.

const MORE_MARKET = {
  'market-depth-stale': [
    'the depth stream of a feed goes silent while tops and trades go on',
    'the touch runs ahead of the book; then a hole in the update ids',
    ...(['message', 1, [2 * SECOND, 30 * SECOND]] as const),
  ],
  'snapshot-late': [
    'a depth snapshot comes strength microseconds late, when another may have been asked for',
    'its update id is before that of the live book',
    ...(['message', 0.6, LONG, [100 * MILLI, 4 * SECOND]] as const),
  ],
  'market-dislocation': [
    'the people of one market see the price strength basis points off, up or down; spot follows the perpetual',
    'both prices; no message is wrong',
    ...(['once', 1, [3 * SECOND, 20 * SECOND], [200, 400], 1] as const),
  ],
} as const satisfies Record<string, Row>;

const MORE_ORDER = {
  'question-refused': [
    'the venue refuses questions about single orders as overloaded (-1008)',
    'the refusals: they prove nothing of the order',
    ...(['message', 0.6, LONG] as const),
  ],
} as const satisfies Record<string, Row>;

const MORE_ACCOUNT = {
  'account-answer-late': [
    'the answers to questions about the account come strength microseconds late, behind later news',
    'their venue time, and when they were asked for',
    ...(['message', 1, LONG, [50 * MILLI, 3 * SECOND], 2] as const),
  ],
  'statement-late': [
    'a balance or position of the stream comes up to strength microseconds late, behind later fills',
    'its venue time is before that of a fill',
    ...(['message', 0.3, LONG, [5 * MILLI, 2 * SECOND]] as const),
  ],
  'position-moved': [
    'strength least sizes of position come into the account at its entry price, without a trade, told or silently',
    'the position told, or the next account query; no trade explains it',
    ...(['pulse', 0.02, SHORT, [1, 4], 1] as const),
  ],
  'account-question-lost': [
    'a question about the account as a whole is lost, or its answer is',
    'no answer in time',
    ...(['message', 0.2, LONG] as const),
  ],
} as const satisfies Record<string, Row>;

const AUTHORITY = {
  'limits-tightened': [
    'whoever grants the limits lets the stock grow by strength basis points at most from what it was at first',
    'the limits of the lease',
    ...(['once', 1, [20 * SECOND, 2 * MINUTE], [1, 200], 1] as const),
  ],
  'lease-lost': [
    'whoever grants the limits is not heard for the window',
    'the lease runs out',
    ...(['once', 1, [1_500 * MILLI, 20 * SECOND], [1, 1], 1] as const),
  ],
} as const satisfies Record<string, Row>;

/** Names are data: scripts carry them. */
export type FaultName =
  | keyof typeof MARKET
  | keyof typeof ORDER
  | keyof typeof LIMIT
  | keyof typeof ACCOUNT
  | keyof typeof TIME
  | keyof typeof PROCESS
  | keyof typeof DISK
  | keyof typeof MORE_MARKET
  | keyof typeof MORE_ORDER
  | keyof typeof MORE_ACCOUNT
  | keyof typeof AUTHORITY;

function definitions(
  family: string,
  hits: FaultTarget,
  rows: Readonly<Record<string, Row>>,
): (FaultDefinition & { readonly name: FaultName })[] {
  return Object.entries(rows).map(([name, row]) => {
    const [does, notice, chance, probability, length, strength = [1, 1], windowsMax = 4] = row;
    return {
      ...{ name: name as FaultName, family, hits, does, notice, chance, probability, windowsMax },
      ...{ leastMicros: length[0], mostMicros: length[1] },
      ...{ strengthFrom: strength[0], strengthTo: strength[1] },
    };
  });
}

/** Every fault there is, in a fixed order. */
export const FAULTS: readonly (FaultDefinition & { readonly name: FaultName })[] = [
  ...definitions('market data', FaultTarget.MARKET, MARKET),
  ...definitions('orders', FaultTarget.ORDER, ORDER),
  ...definitions('venue limits', FaultTarget.ORDER, LIMIT),
  ...definitions('account', FaultTarget.ACCOUNT, ACCOUNT),
  ...definitions('time', FaultTarget.TIME, TIME),
  ...definitions('process', FaultTarget.PROCESS, PROCESS),
  ...definitions('disk', FaultTarget.DISK, DISK),
  ...definitions('market data', FaultTarget.MARKET, MORE_MARKET),
  ...definitions('orders', FaultTarget.ORDER, MORE_ORDER),
  ...definitions('account', FaultTarget.ACCOUNT, MORE_ACCOUNT),
  ...definitions('authority', FaultTarget.AUTHORITY, AUTHORITY),
];

export const FAULT_NAMES: readonly FaultName[] = FAULTS.map(({ name }) => name);

/** The row of a fault. Throws a RangeError on a name that is none. */
export function faultOf(name: string): FaultDefinition & { readonly name: FaultName } {
  const found = FAULTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no fault is called "${name}"`);
  return found;
}
