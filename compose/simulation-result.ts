import type { SessionHashes } from '#adapters/journal/journal.ts';

/** How a run of the fault world ended. WRONG: an invariant broke. STUCK: it did not recover in the calm. */
export const SimulationOutcome = {
  OK: 'ok',
  WRONG: 'wrong',
  CRASH: 'crash',
  STUCK: 'stuck',
} as const;
export type SimulationOutcome = (typeof SimulationOutcome)[keyof typeof SimulationOutcome];

/** One broken invariant. */
export interface SimulationViolation {
  readonly seed: number;
  /** Number in the catalogue of invariants; 0 for an exception in the product. */
  readonly invariant: number;
  readonly title: string;
  readonly detail: string;
  /** Sequence of the event after which it was seen. */
  readonly event: number;
  readonly atMicros: number;
  /** The same, since the start of the run. */
  readonly runMicros: number;
  /** The command that shows it again. */
  readonly repeat: string;
}

/** What one seed did. Plain data: it crosses threads and is kept in files. */
export interface SimulationResult {
  readonly seed: number;
  readonly outcome: SimulationOutcome;
  readonly hours: number;
  readonly events: {
    readonly total: number;
    readonly market: number;
    readonly private: number;
    readonly timer: number;
  };
  /** Public messages that the process could not read and refused, in all lives. */
  readonly badFrames: number;
  readonly ownFills: number;
  readonly ordersSent: number;
  /** How often each fault took effect. */
  readonly faults: Readonly<Record<string, number>>;
  /** Effects that met at least one live order of ours. */
  readonly faultsOnLiveOrders: number;
  readonly cells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often each invariant was really evaluated. */
  readonly checks: Readonly<Record<string, number>>;
  /** How often something broken on purpose excused an evaluation. */
  readonly excuses: Readonly<Record<string, number>>;
  readonly violations: readonly SimulationViolation[];
  /** All of them, those included whose text was not kept. */
  readonly violationCount: number;
  /** The command that is the same run again, with the same program. */
  readonly repeat: string;
  readonly lives: number;
  readonly kills: number;
  /** Longest time from the end of a storm until all was reconciled, seconds of market time. */
  readonly slowestRecoverySeconds: number;
  readonly hashes: SessionHashes;
  /** Hash over everything the run did, all lives and the market included. */
  readonly trace: string;
  /** Seconds of the wall clock the run took. */
  readonly wallSeconds: number;
}
