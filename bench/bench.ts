/**
 * The bench: runs suites one at a time, each in a process of its own, and puts their rows together.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNoisy, type NoiseReading, readNoise } from './noise.ts';
import type { BenchRow } from './row.ts';
import { RUN_LOCK_FILE, takeRunLock } from './run-lock.ts';
import type { SuiteAnswer, SuiteRequest } from './suite-process.ts';
import { SUITES, type Suite, selectSuites } from './suites.ts';
import { type Workload, workloadOrigin } from './workload.ts';

export type { BenchRow, NoiseReading };

const CHILD = fileURLToPath(new URL('./suite-process.ts', import.meta.url));
/** The longest suite, a day of events, takes a few minutes on a slow machine. */
const SUITE_MILLIS_MAX = 20 * 60 * 1_000;
/** More suites than this that began on a noisy machine make the whole run a noisy one. */
const NOISY_SUITES_SHARE_MAX = 0.25;
const BYTES_PER_GIBIBYTE = 1024 ** 3;

/** All of one run; what `bench --json` prints. */
export interface BenchResult {
  /** Processor, cores, memory, system. */
  readonly machine: string;
  readonly node: string;
  /** Version and commit of what was measured. */
  readonly build: string;
  /** ISO, UTC. */
  readonly measuredAt: string;
  readonly noise: { readonly before: NoiseReading; readonly after: NoiseReading };
  /**
   * The machine was too busy before, after or before a quarter of the suites: ratios may be read,
   * numbers should not be compared.
   */
  readonly isNoisy: boolean;
  /** Suites that began while the machine was too busy. */
  readonly noisySuites: readonly string[];
  readonly rows: readonly BenchRow[];
  /** Suites that gave no rows, and why. */
  readonly failures: readonly { readonly suite: string; readonly reason: string }[];
}

export interface BenchOptions {
  /** Rows whose name starts with this; null for all. */
  readonly only: string | null;
  /** Suites of minutes too. Without it they run only when `only` is the full name of one of their rows. */
  readonly withLong: boolean;
  readonly build: string;
  /** Told before each suite. */
  readonly onSuite: (name: string, index: number, count: number) => void;
  /** Held while it runs; one for the machine when not given. */
  readonly lockFile?: string;
}

/** Names of all rows. */
export function benchRowNames(): readonly string[] {
  return SUITES.flatMap(({ rows }) => rows);
}

/**
 * Measures. A suite that fails is reported in `failures` and does not stop the others. Throws when
 * the session that suites read cannot be recorded, and a BenchBusyError when another bench runs.
 */
export async function runBenches(options: BenchOptions): Promise<BenchResult> {
  const release = takeRunLock(options.lockFile ?? RUN_LOCK_FILE);
  const scratchDirectory = mkdtempSync(join(tmpdir(), 'doge-mm-bench-'));
  const workload: Workload = {
    sessionDirectory: join(scratchDirectory, 'session'),
    scratchDirectory,
    origin: workloadOrigin(),
  };
  try {
    return await measureAll(options, workload);
  } finally {
    rmSync(scratchDirectory, { recursive: true, force: true });
    release();
  }
}

async function measureAll(options: BenchOptions, workload: Workload): Promise<BenchResult> {
  const suites = selectSuites(options.only, options.withLong);
  const before = readNoise();
  if (suites.some(({ needsSession }) => needsSession)) await record(workload);
  const rows: BenchRow[] = [];
  const failures: { suite: string; reason: string }[] = [];
  const noisySuites: string[] = [];
  for (const [index, suite] of suites.entries()) {
    options.onSuite(suite.name, index, suites.length);
    if (isNoisy(readNoise())) noisySuites.push(suite.name);
    const answer = await measure(suite, workload);
    rows.push(...answer.rows.filter(({ name }) => name.startsWith(options.only ?? '')));
    if (answer.failure !== null) failures.push({ suite: suite.name, reason: answer.failure });
  }
  const after = readNoise();
  const isMostlyNoisy = noisySuites.length > suites.length * NOISY_SUITES_SHARE_MAX;
  return {
    machine: describeMachine(),
    node: process.versions.node,
    build: options.build,
    measuredAt: new Date().toISOString(),
    noise: { before, after },
    isNoisy: isNoisy(before) || isNoisy(after) || isMostlyNoisy,
    noisySuites,
    rows,
    failures,
  };
}

async function record(workload: Workload): Promise<void> {
  const { failure } = await inChild({ kind: 'record', workload }, []);
  if (failure !== null) throw new Error(`the session to measure could not be recorded: ${failure}`);
}

function measure(suite: Suite, workload: Workload): Promise<SuiteAnswer> {
  return inChild({ kind: 'measure', suite: suite.name, workload }, suite.nodeOptions ?? []);
}

/** Asks a fresh process and waits for its answer or its end. */
function inChild(request: SuiteRequest, nodeOptions: readonly string[]): Promise<SuiteAnswer> {
  return new Promise((resolve) => {
    const child = fork(CHILD, [], {
      execArgv: [...nodeOptions],
      // What a suite loads may print; the answer comes over the channel.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: SUITE_MILLIS_MAX,
    });
    let answer: SuiteAnswer = { rows: [], failure: 'the process ended without an answer' };
    child.on('message', (message) => {
      answer = message as SuiteAnswer;
    });
    child.on('error', (error) => {
      answer = { rows: [], failure: error.message };
    });
    child.on('close', () => resolve(answer));
    child.send(request);
  });
}

function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / BYTES_PER_GIBIBYTE);
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} x ${model}, ${memory} GiB, ${process.platform} ${process.arch}`;
}
