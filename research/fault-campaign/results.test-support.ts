/** For the tests of campaigns: results of runs that never were. */
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';

/** A sound hour of one seed. */
export function soundResult(
  seed: number,
  change: Partial<SimulationResult> = {},
): SimulationResult {
  return {
    seed,
    outcome: SimulationOutcome.OK,
    hours: 1,
    events: { total: 130_000, market: 120_000, private: 2_000, timer: 8_000 },
    badFrames: 7,
    ownFills: 300,
    ordersSent: 900,
    faults: { halt: 2 },
    faultsOnLiveOrders: 5,
    cells: {},
    checks: { 1: 10, 25: 1 },
    excuses: {},
    violations: [],
    violationCount: 0,
    repeat: repeatOf(seed),
    lives: 2,
    kills: 0,
    slowestRecoverySeconds: 0,
    hashes: { journal: `j${seed}`, state: `s${seed}`, commands: `c${seed}` },
    trace: `t${seed}`,
    wallSeconds: 3,
    ...change,
  };
}

/** A run that broke a promise. */
export function failedResult(
  seed: number,
  outcome: SimulationOutcome = SimulationOutcome.WRONG,
): SimulationResult {
  const violation = {
    ...{ seed, invariant: 5, title: 'a fill counts once', detail: 'it moved twice', event: 9 },
    ...{ atMicros: 1, runMicros: 70_000_000, repeat: repeatOf(seed) },
  };
  return soundResult(seed, { outcome, violations: [violation], violationCount: 1 });
}

function repeatOf(seed: number): string {
  return `npx --no-install doge-mm simulate --seed ${seed} --hours 1`;
}
