/** What one seed showed of a copy with a bug in it. */
export interface SeedLook {
  readonly seed: number;
  readonly hours: number;
  /** A `SimulationOutcome`. */
  readonly outcome: string;
  /** Number and title of what broke, the first first. Number 0: the program threw. */
  readonly broken: readonly string[];
  /** The words of the first. */
  readonly detail: string;
  /** Market time from the start of the run to the first. */
  readonly marketSeconds: number;
  /** Hash of all commands: equal to that of the sound program where the bug changed nothing. */
  readonly commands: string;
  readonly wallSeconds: number;
}

/** Seeds of one length, in the order in which they are tried. */
export interface Round {
  readonly seeds: readonly number[];
  readonly hours: number;
}
