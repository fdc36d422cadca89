/** What can go wrong at the sockets and the HTTP between connectors and venue, beside the faults of the network. */

export interface SocketFaultDefinition {
  readonly name: string;
  readonly does: string;
  /** How a client notices it. */
  readonly notice: string;
  /** Of each chance; once at the start of a window where it is 1 and `isOnce`. */
  readonly probability: number;
  readonly isOnce: boolean;
  /** Length of a window in seconds: least and most. */
  readonly seconds: readonly [number, number];
  /** Bounds of `strength`, microseconds. */
  readonly strength: readonly [number, number];
}

type Row = readonly [
  does: string,
  notice: string,
  probability: number,
  seconds: readonly [number, number],
  strength?: readonly [number, number],
];

const SECOND = 1_000_000;

const ONCE = {
  'order-socket-cut': [
    'the order socket of a market breaks with requests under way',
    'the connection says so; their outcome is unknown',
    ...([1, [1, 10]] as const),
  ],
  'logon-refused': [
    'the order socket breaks and its log-on is refused for the window',
    'the refusals; orders go over HTTP',
    ...([1, [2, 20]] as const),
  ],
  'private-channel-cut': [
    'one of the two private channels of a market breaks and is refused for the window',
    'the connection says so; the other channel tells everything',
    ...([1, [2, 30]] as const),
  ],
  'private-channels-cut': [
    'both private channels of a market break and are refused for the window',
    'the connections say so; queries tell the rest',
    ...([1, [1, 15]] as const),
  ],
  'listen-key-expired': [
    'the listenKey of the perpetual expires, with the channels that live by it',
    'listenKeyExpired, then the broken connections',
    ...([1, [1, 5]] as const),
  ],
  'socket-shutdown': [
    'the venue announces that it ends the sockets of a market, and does so strength microseconds later',
    'serverShutdown, then the broken connections',
    ...([1, [2, 12], [SECOND / 5, 8 * SECOND]] as const),
  ],
} as const satisfies Record<string, Row>;

const EACH = {
  'answer-after-timeout': [
    'an answer comes strength microseconds late, when its request was given up',
    'no answer in time; a stray one later',
    ...([0.1, [20, 90], [3.1 * SECOND, 6 * SECOND]] as const),
  ],
  'primary-silent': [
    'the first private channel of a market says nothing while its connection stands',
    'the drop copy tells what it does not',
    ...([1, [5, 40]] as const),
  ],
  'drop-copy-silent': [
    'the second private channel of a market says nothing while its connection stands',
    'the primary tells what it does not',
    ...([1, [5, 40]] as const),
  ],
  'frame-doubled': [
    'a frame of a socket, answer or private event, comes twice',
    'its id or its content is not new',
    ...([0.1, [20, 120]] as const),
  ],
  'frame-damaged': [
    'the text of a frame, answer or private event, is cut or broken',
    'it cannot be read',
    ...([0.03, [20, 120]] as const),
  ],
  'http-answer-lost': [
    'order sockets are refused and one HTTP answer in three is lost',
    'no answer in time',
    ...([0.33, [5, 20]] as const),
  ],
  'http-503-unknown': [
    'order sockets are refused and one HTTP request in three is done and answered 503, execution unknown',
    'the status and its words; a query tells',
    ...([0.33, [5, 20]] as const),
  ],
  'http-503-failed': [
    'order sockets are refused and one HTTP request in three is not done and answered 503, service unavailable',
    'the status and its words',
    ...([0.33, [5, 20]] as const),
  ],
  'clock-refused': [
    'requests of a market are refused for their time (-1021) until the clock was measured again',
    'the refusals',
    ...([1, [3, 10]] as const),
  ],
} as const satisfies Record<string, Row>;

export type SocketFaultName = keyof typeof ONCE | keyof typeof EACH;

function define(rows: Readonly<Record<string, Row>>, isOnce: boolean): SocketFaultDefinition[] {
  return Object.entries(rows).map(([name, [does, notice, probability, seconds, strength]]) => ({
    ...{ name, does, notice, probability, isOnce, seconds },
    strength: strength ?? [1, 1],
  }));
}

/** All of them, in the order of the guide. */
export const SOCKET_FAULTS: readonly SocketFaultDefinition[] = [
  ...define(ONCE, true),
  ...define(EACH, false),
];
export const SOCKET_FAULT_NAMES = SOCKET_FAULTS.map(
  ({ name }) => name,
) as readonly SocketFaultName[];
