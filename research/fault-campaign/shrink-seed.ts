import { type SimulationOptions, simulate } from '#compose/simulated.ts';
import {
  SimulationOutcome,
  type SimulationResult,
  type SimulationViolation,
} from '#compose/simulation-result.ts';
import { drawScript, type FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import { shrink } from './shrink.ts';

export interface ShrinkSeedOptions {
  readonly seed: number;
  readonly hours: number;
  readonly faults: readonly FaultName[];
  readonly build: string;
  /** The failed run of this seed. */
  readonly failed: SimulationResult;
  /** Wall time that may be spent. Default 45 s. */
  readonly budgetMillis?: number;
}

/** A fault script cut down, and what it still breaks. */
export interface ShrunkSeed {
  readonly seed: number;
  readonly hours: number;
  readonly script: readonly FaultWindow[];
  /** Fault events of the whole script. */
  readonly before: number;
  readonly runs: number;
  readonly seconds: number;
  /** False when the failure did not come back: the script is the whole one, and nothing is known of it. */
  readonly isReproduced: boolean;
  /** True when no event of the script can be left out. False when the time ran out before that was seen. */
  readonly isMinimal: boolean;
  /** The run is over then, since its start; null: it is run to its end. */
  readonly endMicros: number | null;
  /** What breaks. */
  readonly invariant: number;
  readonly title: string;
  readonly detail: string;
  readonly outcome: SimulationOutcome;
}

const BUDGET_MILLIS = 45_000;
/** How long after the first sight of the failure a shorter script may still show it. */
const MARGIN_MICROS = 30_000_000;
const SHORTER = [0.1, 0.3];
/** Windows nearest to a failure that are tried at the start of a run: short runs, if they fail there too. */
const MOVED_COUNTS = [1, 3, 8];
/** The first storm begins then. */
const FIRST_STORM_MICROS = 61_000_000;

/** Cuts the script of a failed seed down to a few fault events that break the same promise. */
export function shrinkSeed(options: ShrinkSeedOptions): ShrunkSeed {
  return new SeedShrinker(options).run();
}

/** A script, when its run ends, and how it failed. */
interface Failure {
  readonly script: readonly FaultWindow[];
  readonly endMicros: number | null;
  readonly result: SimulationResult;
}

class SeedShrinker {
  private readonly options: ShrinkSeedOptions;
  private readonly startedAt = performance.now();
  private readonly whole: readonly FaultWindow[];
  private readonly wanted: number | undefined;
  private runs = 0;

  constructor(options: ShrinkSeedOptions) {
    this.options = options;
    const { seed, hours, faults, failed } = options;
    this.whole = drawScript({ seed, hours, names: faults });
    this.wanted = failed.violations[0]?.invariant;
  }

  run(): ShrunkSeed {
    const failure = this.reproduce();
    if (failure === null) {
      const { failed } = this.options;
      return this.describe({ script: this.whole, endMicros: null, result: failed }, false, false);
    }
    return this.cutDown(this.moveToStart(failure) ?? failure);
  }

  /**
   * The failure once more: with what began before it and an end soon after it, or, where it only shows
   * at rest, with everything. Null when it does not come back.
   */
  private reproduce(): Failure | null {
    const { failed, hours } = this.options;
    const end = hours * 3_600_000_000;
    const failedAt = failed.violations[0]?.runMicros ?? end;
    const before = this.whole.filter((window) => window.fromMicros <= failedAt);
    const soonAfter = failedAt + MARGIN_MICROS;
    const early = soonAfter < end ? this.tryOut(before, soonAfter) : null;
    return early ?? this.tryOut(this.whole, null);
  }

  /** The windows nearest to the failure at the start of a run; null when it does not fail there. */
  private moveToStart({ script, result }: Failure): Failure | null {
    const failedAt = momentOf(result);
    if (failedAt === null) return null;
    const byDistance = [...script].sort(
      (one, other) => distanceOf(one, failedAt) - distanceOf(other, failedAt),
    );
    for (const count of MOVED_COUNTS) {
      const nearest = new Set(byDistance.slice(0, count));
      const kept = script.filter((window) => nearest.has(window));
      const shift = Math.min(...kept.map(({ fromMicros }) => fromMicros)) - FIRST_STORM_MICROS;
      if (!(shift > 0) || !this.mayGoOn) return null;
      const moved = kept.map((one) => ({ ...one, fromMicros: one.fromMicros - shift }));
      const found = this.tryOut(moved, failedAt - shift + MARGIN_MICROS);
      if (found !== null) return found;
    }
    return null;
  }

  private cutDown(failure: Failure): ShrunkSeed {
    let last = failure;
    const failedAt = momentOf(failure.result) ?? Number.POSITIVE_INFINITY;
    const shrunk = shrink<FaultWindow>({
      items: failure.script,
      fails: (script) => {
        const found = this.tryOut(script, last.endMicros);
        if (found === null) return false;
        last = found;
        return true;
      },
      distance: (window) => distanceOf(window, failedAt),
      gentler: (window) =>
        SHORTER.map((share) => ({
          ...window,
          lengthMicros: Math.ceil(window.lengthMicros * share),
        })),
      mayGoOn: () => this.mayGoOn,
    });
    return this.describe(last, true, shrunk.isMinimal);
  }

  private get mayGoOn(): boolean {
    return performance.now() - this.startedAt < (this.options.budgetMillis ?? BUDGET_MILLIS);
  }

  /** Runs a script; null when it does not break the same promise. An earlier failure ends later runs earlier. */
  private tryOut(script: readonly FaultWindow[], endMicros: number | null): Failure | null {
    const { seed, hours, faults, build, failed } = this.options;
    this.runs += 1;
    const run: SimulationOptions = {
      ...{ seed, hours, faults, build, script, endMicros },
      ...(this.wanted === undefined ? {} : { stopAtInvariant: this.wanted }),
    };
    const result = simulate(run);
    if (!breaksSame(result, failed)) return null;
    const moment = endMicros === null ? null : momentOf(result);
    const end = moment === null ? endMicros : Math.min(endMicros ?? 0, moment + MARGIN_MICROS);
    return { script, endMicros: end, result };
  }

  private describe(failure: Failure, isReproduced: boolean, isMinimal: boolean): ShrunkSeed {
    const { seed, hours } = this.options;
    const { script, endMicros, result } = failure;
    const violation = this.wantedOf(result);
    return {
      ...{ seed, hours, script, endMicros, isReproduced, isMinimal },
      before: this.whole.length,
      runs: this.runs,
      seconds: (performance.now() - this.startedAt) / 1_000,
      invariant: violation?.invariant ?? 0,
      title: violation?.title ?? result.outcome,
      detail: violation?.detail ?? '',
      outcome: result.outcome,
    };
  }

  private wantedOf({ violations }: SimulationResult): SimulationViolation | undefined {
    return violations.find(({ invariant }) => invariant === this.wanted) ?? violations[0];
  }
}

/** When the first promise broke, since the start of the run; null when none did. */
function momentOf({ violations }: SimulationResult): number | null {
  return violations[0]?.runMicros ?? null;
}

/** How long before a moment a window was over; 0 for one that was open then or later. */
function distanceOf({ fromMicros, lengthMicros }: FaultWindow, atMicros: number): number {
  return Math.max(0, atMicros - fromMicros - lengthMicros);
}

/** The same promise broken, or the same kind of end. */
function breaksSame(result: SimulationResult, failed: SimulationResult): boolean {
  if (result.outcome === SimulationOutcome.OK) return false;
  const wanted = failed.violations[0]?.invariant;
  if (wanted === undefined) return result.outcome === failed.outcome;
  return result.violations.some(({ invariant }) => invariant === wanted);
}
