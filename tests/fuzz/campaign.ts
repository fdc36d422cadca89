/** Deals the cases out to the targets and watches each one from outside. */
import { Worker } from 'node:worker_threads';
import { BLOCK_CASES, type Finding, findingOf, type TargetResult } from './case-runner.ts';
import type { FuzzWork } from './fuzz-worker.ts';
import type { TargetEntry } from './target.ts';

/** A case that takes longer hangs. Far above the slowest, so that a busy machine is no finding. */
const CASE_MILLIS_MAX = 20_000;
const LOOK_MILLIS = 200;
const HEAP_MEBIBYTES_MAX = 512;

export interface CampaignOptions {
  readonly targets: readonly TargetEntry[];
  readonly seed: number;
  /** Over all targets. */
  readonly cases: number;
  /** Only this case, and what stands before it in its block. */
  readonly onlyCase: number | null;
  readonly onTarget: (result: TargetResult) => void;
}

export interface CampaignResult {
  readonly seed: number;
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  readonly slowest: { readonly target: string; readonly case: number; readonly millis: number };
  readonly targets: readonly Omit<TargetResult, 'findings'>[];
  readonly findings: readonly Finding[];
}

/** Runs every target after the other. Never rejects because of a finding. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { targets, seed, cases, onlyCase } = options;
  const began = performance.now();
  const shares = targets.reduce((sum, one) => sum + one.share, 0);
  const results: TargetResult[] = [];
  for (const entry of targets) {
    const dealt = Math.max(1, Math.round((cases * entry.share) / shares));
    const from = onlyCase === null ? 0 : onlyCase - (onlyCase % BLOCK_CASES);
    const count = onlyCase === null ? dealt : onlyCase - from + 1;
    const result = await runTarget(entry.name, seed, from, count);
    options.onTarget(result);
    results.push(result);
  }
  const sum = (count: (result: TargetResult) => number): number =>
    results.reduce((total, one) => total + count(one), 0);
  const slowest = results.toSorted((left, right) => right.slowestMillis - left.slowestMillis)[0];
  return {
    seed,
    cases: sum((one) => one.cases),
    accepted: sum((one) => one.accepted),
    refused: sum((one) => one.refused),
    seconds: Math.round((performance.now() - began) / 100) / 10,
    slowest: {
      target: slowest?.target ?? '',
      case: slowest?.slowestCase ?? -1,
      millis: slowest?.slowestMillis ?? 0,
    },
    targets: results.map(({ findings: _, ...counts }) => counts),
    findings: results.flatMap((one) => one.findings),
  };
}

function runTarget(
  target: string,
  seed: number,
  from: number,
  count: number,
): Promise<TargetResult> {
  const progress = new SharedArrayBuffer(4);
  const under = new Int32Array(progress);
  const work: FuzzWork = { target, seed, from, count, progress };
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES_MAX },
    });
    let last = -1;
    let sinceMillis = performance.now();
    const end = (result: TargetResult): void => {
      clearInterval(watch);
      resolve(result);
      // The thread has said all it will.
      worker.terminate().catch(() => undefined);
    };
    const broken = (what: string): void => {
      const index = Atomics.load(under, 0);
      end(brokenOff(target, index - from, findingOf(target, seed, index, what, new Uint8Array())));
    };
    const watch = setInterval(() => {
      const now = Atomics.load(under, 0);
      if (now !== last) {
        last = now;
        sinceMillis = performance.now();
      } else if (performance.now() - sinceMillis > CASE_MILLIS_MAX) {
        broken(`a case takes longer than ${CASE_MILLIS_MAX} ms`);
      }
    }, LOOK_MILLIS);
    worker.on('message', (result: TargetResult) => end(result));
    worker.on('error', (error) => broken(`the thread ended: ${error.name}: ${error.message}`));
    worker.on('exit', (code) => {
      if (code !== 0) broken(`the thread ended with code ${code}`);
    });
  });
}

function brokenOff(target: string, cases: number, finding: Finding): TargetResult {
  return {
    target,
    cases,
    accepted: 0,
    refused: 0,
    slowestMillis: 0,
    slowestCase: -1,
    heapGrowthBytes: 0,
    findings: [finding],
  };
}
