/**
 * The promises of the engine under faults, by number: which are checked, when, and which have no
 * subject yet. The numbers are stable and also stand in the README's table.
 */

/** When an invariant is looked at. */
export const CheckTime = {
  /** After every event it concerns. */
  EVENT: 0,
  /** In the calm, and once more when nothing is under way. */
  QUIET: 1,
  /** When the harness hands in what is to be compared. */
  HANDED_IN: 2,
  /** Its subject does not exist yet: `note` says why. */
  NOT_YET: 3,
} as const;
export type CheckTime = (typeof CheckTime)[keyof typeof CheckTime];

export interface Invariant {
  readonly number: number;
  readonly title: string;
  readonly checkTime: CheckTime;
  /** False: it needs an occasion (a kill, a crash) that a run may lack without being vacuous. */
  readonly isAlwaysDue: boolean;
  /** How it is checked, or why not yet. */
  readonly note: string;
}

function onEvent(number: number, title: string, note: string): Invariant {
  return { number, title, checkTime: CheckTime.EVENT, isAlwaysDue: true, note };
}

/** Checked on events that a run may lack. */
function onOccasion(number: number, title: string, note: string): Invariant {
  return { number, title, checkTime: CheckTime.EVENT, isAlwaysDue: false, note };
}

function whenQuiet(number: number, title: string, note: string): Invariant {
  return { number, title, checkTime: CheckTime.QUIET, isAlwaysDue: true, note };
}

function handedIn(number: number, title: string, note: string): Invariant {
  return { number, title, checkTime: CheckTime.HANDED_IN, isAlwaysDue: false, note };
}

function notYet(number: number, title: string, note: string): Invariant {
  return { number, title, checkTime: CheckTime.NOT_YET, isAlwaysDue: false, note };
}

/** Highest number in the table. */
export const INVARIANT_MAX = 38;

/** Every invariant, ascending by number, none left out. */
export const INVARIANTS: readonly Invariant[] = [
  onEvent(1, 'quantity conservation', 'each report of the venue against the sum of its own trades'),
  onEvent(2, 'one intent, one order', 'own table of what was sent, per slot; hedges by their sum'),
  onEvent(3, 'ids are never reused', 'a bit per id over all lives'),
  onEvent(4, 'write-ahead', 'sequence of the cause against the durable one, per command'),
  onEvent(5, 'a fill counts once', 'move of the engine per applied event against own trade list'),
  whenQuiet(6, 'position identity', 'engine, venue and own sum of fills, to the unit'),
  whenQuiet(7, 'balance identity', 'per asset with own fees and funding, to the unit'),
  onEvent(8, 'worst-case exposure', 'own table: sent, unknown and pending cancels all count'),
  notYet(
    9,
    'risk token',
    'orders are judged in line under a lease (18, 37): no order carries a token, no last hop looks',
  ),
  onOccasion(10, 'a kill is absorbing', 'no new risk after the event that killed'),
  onOccasion(11, 'a kill completes', 'orders of ours at the venue after a bounded time'),
  notYet(
    12,
    'dead man',
    'nothing but the process can cancel: no countdown at the venue, no watchdog with a key',
  ),
  onEvent(13, 'staleness gate', 'age of what was delivered at each quote; pulls within a bound'),
  onEvent(14, 'book shape', 'the live book against the venue at its update id'),
  onEvent(
    15,
    'no diff across a gap',
    'each step of the live book is covered by delivered messages',
  ),
  onEvent(16, 'no self match', 'own trades against each other; own orders at each send'),
  onEvent(17, 'collar', 'price of new risk against an own reference from the other market'),
  onEvent(18, 'limits and filters', 'own filters on each outbound order; no lease, no order'),
  onEvent(
    19,
    'rate',
    'placements, weight and repeats in rolling windows; silence after 429 and 418',
  ),
  onEvent(20, 'cancels are never refused', 'each one that the engine emits leaves with its turn'),
  onEvent(21, 'hedge bound', 'time outside of the band; no hedge beyond one lot past flat'),
  onEvent(22, 'single writer', 'epochs rise; each command comes from the living epoch'),
  handedIn(23, 'ledger prefix', 'what was recovered against what was appended and promised'),
  handedIn(
    24,
    'changed bits',
    'a flipped bit is refused where it is, or was the last record; nothing is signed',
  ),
  handedIn(25, 'replay equality', 'state hashes of the run and of its replay'),
  onEvent(26, 'legal order transitions', 'states that execution shows, one look per report'),
  onEvent(27, 'unknown is not failed', 'an order that may live must be held for live'),
  handedIn(28, 'clock independence', 'commands with and without a step of the wall clock'),
  onEvent(29, 'bounded tables', 'size of each table against its most, and that against an own one'),
  onEvent(
    30,
    'whole configurations',
    'limits in force are one granted version; nobody approves one yet',
  ),
  onOccasion(31, 'alert in time', 'each cause of an alert starts a deadline'),
  whenQuiet(
    32,
    'two channels agree',
    'each trade was told by the stream or by an answer; no drop copy',
  ),
  notYet(33, 'no secrets', 'the program has no key: it trades on paper and nothing signs'),
  whenQuiet(34, 'liveness', 'each condition of convergence holds within its bound of the calm'),
  whenQuiet(35, 'PnL identity', 'change of own equity against the engine, residual zero'),
  onEvent(36, 'attribution', 'each order at the venue leads to a command, its cause and its life'),
  onEvent(
    37,
    'hung risk process',
    'own clock of the newest grant at each quote; the granting is in line',
  ),
  handedIn(38, 'idempotent reconciliation', 'a second one changes no state'),
];

/** The row of a number. Throws a RangeError for a number that is not in the table. */
export function invariantOf(number: number): Invariant {
  const row = INVARIANTS[number - 1];
  if (row === undefined) throw new RangeError(`no invariant ${number}`);
  return row;
}
