import { simulate } from '#compose/simulated.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
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
  /** Wall time that may be spent. Default 50 s. */
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
  /** False when the time ran out before nothing could be left out any more. */
  readonly isMinimal: boolean;
  /** The run is over then, since its start. */
  readonly endMicros: number;
  /** What breaks. */
  readonly invariant: number;
  readonly title: string;
  readonly detail: string;
  readonly outcome: SimulationOutcome;
}

const BUDGET_MILLIS = 50_000;
/** How long after the first sight of the failure a shorter script may still show it. */
const MARGIN_MICROS = 30_000_000;
const SHORTER = [0.1, 0.3];

/** Cuts the script of a failed seed down to a few fault events that break the same promise. */
export function shrinkSeed(options: ShrinkSeedOptions): ShrunkSeed {
  const { seed, hours, faults, build, failed } = options;
  const startedAt = performance.now();
  const deadline = startedAt + (options.budgetMillis ?? BUDGET_MILLIS);
  const script = drawScript({ seed, hours, names: faults });
  const [first] = failed.violations;
  const failedAt = first === undefined ? hours * 3_600_000_000 : first.runMicros;
  const endMicros = Math.min(hours * 3_600_000_000, failedAt + MARGIN_MICROS);
  let last = failed;
  const shrunk = shrink<FaultWindow>({
    items: script.filter((window) => window.fromMicros <= failedAt),
    fails: (items) => {
      const result = simulate({ seed, hours, faults, build, script: items, endMicros });
      const isSame = breaksSame(result, failed);
      if (isSame) last = result;
      return isSame;
    },
    distance: ({ fromMicros, lengthMicros }) => Math.max(0, failedAt - fromMicros - lengthMicros),
    gentler: (window) =>
      SHORTER.map((share) => ({
        ...window,
        lengthMicros: Math.ceil(window.lengthMicros * share),
      })),
    mayGoOn: () => performance.now() < deadline,
  });
  const [violation] = last.violations;
  return {
    seed,
    hours,
    script: shrunk.items,
    before: script.length,
    runs: shrunk.runs,
    seconds: (performance.now() - startedAt) / 1_000,
    isMinimal: shrunk.isMinimal,
    endMicros,
    invariant: violation?.invariant ?? 0,
    title: violation?.title ?? last.outcome,
    detail: violation?.detail ?? '',
    outcome: last.outcome,
  };
}

/** The same promise broken, or the same kind of end. */
function breaksSame(result: SimulationResult, failed: SimulationResult): boolean {
  if (result.outcome === SimulationOutcome.OK) return false;
  const wanted = failed.violations[0]?.invariant;
  if (wanted === undefined) return result.outcome === failed.outcome;
  return result.violations.some(({ invariant }) => invariant === wanted);
}
