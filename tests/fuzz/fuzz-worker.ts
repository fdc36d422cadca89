/** One target in a thread of its own: what hangs or eats the memory there can be ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import { runCases } from './case-runner.ts';
import { TARGETS } from './targets.ts';

/** What the campaign hands in. */
export interface FuzzWork {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** One number: the case that is under way. */
  readonly progress: SharedArrayBuffer;
}

const work = workerData as FuzzWork;
const progress = new Int32Array(work.progress);
const entry = TARGETS.find((one) => one.name === work.target);
if (entry === undefined) throw new Error(`no target ${work.target}`);
const result = await runCases(entry, {
  seed: work.seed,
  from: work.from,
  count: work.count,
  onCase: (index) => Atomics.store(progress, 0, index),
});
parentPort?.postMessage(result);
