/** Many seeds of the fault world on all cores, and what they come to. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type CellVerdict, FaultCellCounter, judgeCells } from '#compose/fault-cells.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { CheckTime, INVARIANTS } from '#simulation/auditor/invariants.ts';
import { FAULT_NAMES, type FaultName } from '#simulation/faults/fault-table.ts';
import type { SeedJob } from './campaign-worker.ts';
import type { ResumeFile } from './resume-file.ts';
import type { ScriptedRun } from './script-file.ts';

export interface CampaignOptions {
  readonly seeds: readonly number[];
  readonly hours: number;
  /** Names of the faults that may happen. */
  readonly faults: readonly FaultName[];
  readonly build: string;
  readonly resume: ResumeFile | null;
  /** The connectors and simulated sockets are in between. */
  readonly sockets?: boolean;
  /** Instead of the drawn script, for its one seed; such a run is not asked to be long and busy. */
  readonly scripted?: ScriptedRun & { readonly repeat: string };
  /** Default: one a core. */
  readonly workers?: number;
  /** True: no further seed is begun once one has failed. */
  readonly stopAtFirst: boolean;
  readonly onResult: (result: SimulationResult, doneCount: number) => void;
}

/** Below this a run tested a quiet world: it fails. */
export const HOURLY_MARKET_EVENTS_MIN = 100_000;
export const HOURLY_OWN_FILLS_MIN = 200;

/** With all faults, so many hours over all seeds leave no invariant without its occasion. */
export const HOURS_FOR_ALL_INVARIANTS = 10;

/** One row of the table of invariants, and how often it was really evaluated. */
export interface InvariantCount {
  readonly number: number;
  readonly title: string;
  readonly isApplicable: boolean;
  /** How it is checked, or why not yet. */
  readonly why: string;
  readonly count: number;
  /** How often its outcome was excused by something broken on purpose. */
  readonly excused: number;
}

export interface CampaignSummary {
  readonly seeds: number;
  readonly hours: number;
  readonly outcome: SimulationOutcome;
  /** Why the campaign proves too little; empty when it does not. */
  readonly shortcomings: readonly string[];
  readonly events: {
    readonly total: number;
    readonly market: number;
    readonly medianMarketPerHour: number;
  };
  /** Public messages that the process could not read and refused. */
  readonly badFrames: number;
  readonly ownFills: { readonly total: number; readonly medianPerHour: number };
  readonly faults: Readonly<Record<string, number>>;
  readonly faultsOnLiveOrders: number;
  readonly cells: CellVerdict;
  readonly invariants: readonly InvariantCount[];
  /** Of all seeds, those included whose text was not kept. */
  readonly violationCount: number;
  readonly lives: number;
  readonly kills: number;
  readonly slowestRecoverySeconds: number;
  readonly results: readonly SimulationResult[];
}

/** Runs every seed that the resume file does not hold. Results come back in the order of seeds. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignSummary> {
  const wanted = new Set(options.seeds);
  const results = (options.resume?.done ?? []).filter(({ seed }) => wanted.has(seed));
  const known = new Set(results.map(({ seed }) => seed));
  const left = options.seeds.filter((seed) => !known.has(seed));
  const count = Math.min(options.workers ?? availableParallelism(), left.length);
  const queue = new SeedQueue(left);
  const keep = (result: SimulationResult): void => {
    options.resume?.add(result);
    results.push(result);
    options.onResult(result, results.length);
  };
  await Promise.all(Array.from({ length: count }, () => workThrough(queue, options, keep)));
  results.sort((one, other) => one.seed - other.seed);
  return summarize(results, options);
}

/** Seeds that nobody has taken yet. */
export class SeedQueue {
  private readonly seeds: readonly number[];
  private taken = 0;

  constructor(seeds: readonly number[]) {
    this.seeds = seeds;
  }

  /** The next seed; undefined when none is left. */
  take(): number | undefined {
    const seed = this.seeds[this.taken];
    this.taken += 1;
    return seed;
  }

  /** Nobody gets another one. */
  close(): void {
    this.taken = this.seeds.length;
  }
}

/** One worker takes seeds until none is left. An error of one worker stops them all. */
async function workThrough(
  queue: SeedQueue,
  options: CampaignOptions,
  keep: (result: SimulationResult) => void,
): Promise<void> {
  const { hours, faults, build, scripted = {}, sockets = false } = options;
  const worker = new Worker(new URL('./campaign-worker.ts', import.meta.url));
  try {
    for (let seed = queue.take(); seed !== undefined; seed = queue.take()) {
      const job: SeedJob = { ...scripted, seed, hours, faults, build, sockets };
      const result = await runOn(worker, job);
      keep(result);
      if (options.stopAtFirst && result.outcome !== SimulationOutcome.OK) queue.close();
    }
  } catch (error) {
    queue.close();
    throw error;
  } finally {
    await worker.terminate();
  }
}

function runOn(worker: Worker, job: SeedJob): Promise<SimulationResult> {
  return new Promise((resolve, reject) => {
    const onMessage = (result: SimulationResult): void => settle(() => resolve(result));
    const onError = (cause: Error): void =>
      settle(() => reject(new Error(`seed ${job.seed}: ${cause.message}`, { cause })));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`the worker of seed ${job.seed} ended with code ${code}`)));
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    worker.once('message', onMessage).once('error', onError).once('exit', onExit);
    worker.postMessage(job);
  });
}

/** All results as one. Pure. */
export function summarize(
  results: readonly SimulationResult[],
  options: Pick<CampaignOptions, 'hours' | 'faults' | 'scripted'>,
): CampaignSummary {
  const cells = new FaultCellCounter(options.faults);
  for (const result of results) cells.add(result.cells);
  const medianMarketPerHour = median(results.map(({ events, hours }) => events.market / hours));
  const medianFillsPerHour = median(results.map(({ ownFills, hours }) => ownFills / hours));
  const sum = (of: (result: SimulationResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const invariants = countInvariants(results);
  const found = [
    ...shortcomings(medianMarketPerHour, medianFillsPerHour),
    ...(isLongEnough(results, options.faults) ? missedInvariants(invariants) : []),
  ];
  return {
    seeds: results.length,
    hours: options.hours,
    outcome: worst(results),
    shortcomings: options.scripted === undefined ? found : [],
    events: {
      total: sum(({ events }) => events.total),
      market: sum(({ events }) => events.market),
      medianMarketPerHour: Math.round(medianMarketPerHour),
    },
    badFrames: sum(({ badFrames }) => badFrames),
    ownFills: {
      total: sum(({ ownFills }) => ownFills),
      medianPerHour: Math.round(medianFillsPerHour),
    },
    faults: addUp(results.map(({ faults }) => faults)),
    faultsOnLiveOrders: sum((result) => result.faultsOnLiveOrders),
    cells: judgeCells(cells.cells),
    invariants,
    violationCount: sum(({ violationCount }) => violationCount),
    lives: sum(({ lives }) => lives),
    kills: sum(({ kills }) => kills),
    slowestRecoverySeconds: Math.max(0, ...results.map((one) => one.slowestRecoverySeconds)),
    results,
  };
}

function countInvariants(results: readonly SimulationResult[]): InvariantCount[] {
  const counts = addUp(results.map(({ checks }) => checks));
  const excuses = addUp(results.map(({ excuses }) => excuses));
  return INVARIANTS.map(({ number, title, checkTime, note }) => ({
    number,
    title,
    isApplicable: checkTime !== CheckTime.NOT_YET,
    why: note,
    count: counts[number] ?? 0,
    excused: excuses[number] ?? 0,
  }));
}

/** True when each invariant must have had its occasion. */
function isLongEnough(results: readonly SimulationResult[], faults: readonly FaultName[]): boolean {
  const hours = results.reduce((sum, result) => sum + result.hours, 0);
  return hours >= HOURS_FOR_ALL_INVARIANTS && faults.length === FAULT_NAMES.length;
}

function missedInvariants(invariants: readonly InvariantCount[]): string[] {
  return invariants
    .filter(({ isApplicable, count }) => isApplicable && count === 0)
    .map(({ number, title }) => `invariant ${number} (${title}) was never evaluated`);
}

function worst(results: readonly SimulationResult[]): SimulationOutcome {
  const { CRASH, WRONG, STUCK, OK } = SimulationOutcome;
  for (const outcome of [CRASH, WRONG, STUCK]) {
    if (results.some((result) => result.outcome === outcome)) return outcome;
  }
  return OK;
}

function shortcomings(marketPerHour: number, fillsPerHour: number): string[] {
  const found: string[] = [];
  if (marketPerHour < HOURLY_MARKET_EVENTS_MIN) {
    found.push(
      `${Math.round(marketPerHour)} market events an hour (median): at least ${HOURLY_MARKET_EVENTS_MIN} are needed`,
    );
  }
  if (fillsPerHour < HOURLY_OWN_FILLS_MIN) {
    found.push(
      `${Math.round(fillsPerHour)} own fills an hour (median): at least ${HOURLY_OWN_FILLS_MIN} are needed`,
    );
  }
  return found;
}

function addUp(rows: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, count] of Object.entries(row)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return 0;
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
