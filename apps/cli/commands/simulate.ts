import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildInfo } from '#apps/cli/build-info.ts';
import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { readSeeds } from '#apps/cli/seed-range.ts';
import { describeCampaign } from '#apps/cli/simulation-text.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { type CampaignSummary, runCampaign } from '#research/fault-campaign/campaign.ts';
import { campaignJson } from '#research/fault-campaign/campaign-json.ts';
import { regressionName, regressionTest } from '#research/fault-campaign/regression-test.ts';
import { ResumeFile, ResumeFileError } from '#research/fault-campaign/resume-file.ts';
import {
  readScript,
  type ScriptedRun,
  ScriptFileError,
  writeScript,
} from '#research/fault-campaign/script-file.ts';
import { type ShrinkSeedOptions, shrinkSeed } from '#research/fault-campaign/shrink-seed.ts';
import { FAULT_NAMES, type FaultName } from '#simulation/faults/fault-table.ts';

export interface SimulateOptions {
  readonly seed?: string;
  readonly seeds?: string;
  readonly hours: string;
  readonly faults: readonly string[];
  readonly shrink: boolean;
  readonly stopAtFirst: boolean;
  readonly resume?: string;
  /** A file that says what to run instead of a seed. */
  readonly script?: string;
  readonly workers?: string;
  readonly testDir: string;
  readonly json?: boolean;
  /** The production connectors are in between, over simulated sockets. */
  readonly sockets?: boolean;
}

/** The shortest run with room for a storm and the calm behind it. */
const HOURS_MIN = 0.12;
const HOURS_MAX = 48;
/** Wall time for a failing seed and its shrinking together, and what of it the seeds may use up. */
const SHRINK_MILLIS = 52_000;
const SEARCH_MILLIS_MOST = 25_000;

/** `simulate`: the fault world. Exit 1 wrong or too quiet, 4 crash, 5 stuck. */
export async function runSimulate(options: SimulateOptions): Promise<ExitCode> {
  refuseWithSockets(options);
  const scripted = askedScript(options);
  const seeds = scripted === null ? askedSeeds(options) : [scripted.seed];
  const hours = scripted === null ? readHours(options.hours) : scripted.hours;
  const faults = readFaults(options.faults);
  const build = buildInfo();
  const startedAt = performance.now();
  const summary = await runCampaign({
    seeds,
    hours,
    faults,
    build,
    resume: openResume(options.resume, { build, hours, faults }),
    stopAtFirst: options.stopAtFirst,
    sockets: options.sockets === true,
    ...(scripted === null ? {} : { scripted }),
    ...(options.workers === undefined ? {} : { workers: readWorkers(options.workers) }),
    onResult: (result, doneCount) => showResult(result, doneCount, seeds.length),
  });
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  const budgetMillis = SHRINK_MILLIS - Math.min(SEARCH_MILLIS_MOST, wallSeconds * 1_000);
  const shrunk = options.shrink
    ? shrinkFirst(summary, options, { faults, build, budgetMillis })
    : null;
  if (options.json === true) writeJson({ ...campaignJson(summary, wallSeconds), build, shrunk });
  else {
    describeCampaign(summary, wallSeconds, build);
    say(`program: ${build}`);
  }
  return exitCodeOf(summary);
}

/** Scripts and their shrinking know the faults of the network only; a resume file does not say which mode it holds. */
function refuseWithSockets(options: SimulateOptions): void {
  if (options.sockets !== true) return;
  for (const [name, value] of [
    ['--script', options.script],
    ['--shrink', options.shrink ? 'shrink' : undefined],
    ['--resume', options.resume],
  ] as const) {
    if (value === undefined) continue;
    throw usageError(`both --sockets and ${name}`, name, 'leave one of them out');
  }
}

/** Crash before wrong before stuck: the worst is told. */
function exitCodeOf({ outcome, shortcomings }: CampaignSummary): ExitCode {
  switch (outcome) {
    case SimulationOutcome.CRASH:
      return ExitCode.CRASHED;
    case SimulationOutcome.WRONG:
      return ExitCode.FOUND_BAD;
    case SimulationOutcome.STUCK:
      return ExitCode.STUCK;
    case SimulationOutcome.OK:
      return shortcomings.length === 0 ? ExitCode.OK : ExitCode.FOUND_BAD;
  }
}

interface Shrunk {
  readonly seed: number;
  /** False: the failure did not come back, and no test was written. */
  readonly isReproduced: boolean;
  readonly isMinimal: boolean;
  readonly windows: number;
  readonly runs: number;
  readonly seconds: number;
  /** The test that was written, the script beside it, and the command that runs that script; null: not reproduced. */
  readonly test: string | null;
  readonly script: string | null;
  readonly repeat: string | null;
}

/** Cuts the script of the first seed that failed and writes it down as a test. */
function shrinkFirst(
  { results, hours }: CampaignSummary,
  options: SimulateOptions,
  terms: Pick<ShrinkSeedOptions, 'faults' | 'build' | 'budgetMillis'>,
): Shrunk | null {
  const failed = results.find(({ outcome }) => outcome !== SimulationOutcome.OK);
  if (failed === undefined) {
    say('nothing to shrink: no seed failed');
    return null;
  }
  say(`shrinking the fault script of seed ${failed.seed}`);
  const found = shrinkSeed({ ...terms, seed: failed.seed, hours, failed });
  const { seed, script, runs, seconds, isReproduced, isMinimal } = found;
  const facts = { seed, isReproduced, isMinimal, windows: script.length, runs, seconds };
  if (!isReproduced) {
    say(`the failure of seed ${seed} did not come back: nothing to shrink, no test is written`);
    return { ...facts, test: null, script: null, repeat: null };
  }
  const files = freeFiles(options.testDir, regressionName(found));
  const repeat = repeatOfScript(files.script);
  writeScript(files.script, found);
  writeFileSync(files.test, regressionTest(found), { flag: 'wx' });
  say(
    `${script.length} of ${found.before} fault events are enough (${runs} runs in ` +
      `${seconds.toFixed(1)} s${isMinimal ? '' : ', then the time was over'}); ` +
      `test: ${files.test}; again: ${repeat}`,
  );
  for (const window of script) say(`  ${JSON.stringify(window)}`);
  return { ...facts, ...files, repeat };
}

function repeatOfScript(file: string): string {
  const isPlain = /^[\w./-]+$/.test(file);
  return `npx --no-install doge-mm simulate --script ${isPlain ? file : `'${file.replaceAll("'", `'\\''`)}'`}`;
}

/** The run that a file describes; null without one. Nothing else may say what to run. */
function askedScript(options: SimulateOptions): (ScriptedRun & { readonly repeat: string }) | null {
  const { script: file } = options;
  if (file === undefined) return null;
  for (const [name, value] of [
    ['--seed', options.seed],
    ['--seeds', options.seeds],
    ['--resume', options.resume],
    ['--shrink', options.shrink ? 'shrink' : undefined],
  ] as const) {
    if (value === undefined) continue;
    throw usageError(`both --script and ${name}`, name, 'the script says what to run');
  }
  try {
    return { ...readScript(file), repeat: repeatOfScript(file) };
  } catch (error) {
    if (!(error instanceof ScriptFileError)) throw error;
    throw usageError(error.message, '--script', 'give a file that simulate --shrink wrote');
  }
}

/** With a number behind the name when an older regression of that name stands there. */
function freeFiles(
  folder: string,
  name: string,
): { readonly test: string; readonly script: string } {
  for (let number = 1; ; number++) {
    const base = join(folder, `${name}${number === 1 ? '' : `-${number}`}`);
    const files = { test: `${base}.test.ts`, script: `${base}.json` };
    if (!existsSync(files.test) && !existsSync(files.script)) return files;
  }
}

function showResult(result: SimulationResult, doneCount: number, seedCount: number): void {
  const [violation] = result.violations;
  const what =
    violation === undefined
      ? ''
      : ` · ${violation.title} (${violation.invariant}): ${violation.detail}`;
  const isShown =
    result.outcome !== SimulationOutcome.OK || seedCount <= 20 || doneCount % 10 === 0;
  if (!isShown) return;
  say(
    `[${doneCount}/${seedCount}] seed ${result.seed} ${result.outcome}: ${result.events.market} market events, ` +
      `${result.ownFills} own fills, ${result.faultsOnLiveOrders} faults on live orders, ` +
      `${result.lives} lives, ${result.wallSeconds.toFixed(1)} s${what}`,
  );
}

function askedSeeds(options: SimulateOptions): number[] {
  if (options.seed !== undefined && options.seeds !== undefined) {
    throw usageError('both --seed and --seeds', '--seed', 'give one of them');
  }
  if (options.seeds !== undefined) return readSeeds(options.seeds, '--seeds');
  return readSeeds(options.seed ?? '1', '--seed');
}

function readHours(text: string): number {
  const hours = Number(text);
  if (hours >= HOURS_MIN && hours <= HOURS_MAX) return hours;
  throw usageError(
    `no number of hours: "${text}"`,
    '--hours',
    `give one from ${HOURS_MIN} to ${HOURS_MAX}`,
  );
}

function readWorkers(text: string): number {
  const workers = Number(text);
  if (Number.isSafeInteger(workers) && workers > 0 && workers <= 64) return workers;
  throw usageError(`no number of threads: "${text}"`, '--workers', 'give a whole number, 1 to 64');
}

function readFaults(names: readonly string[]): readonly FaultName[] {
  const words: readonly string[] = ['all', 'none', ...FAULT_NAMES];
  for (const name of names) {
    if (words.includes(name)) continue;
    throw usageError(
      `no fault is called "${name}"`,
      '--faults',
      `all, none, or some of: ${FAULT_NAMES.join(', ')}`,
    );
  }
  const whole = names.find((name) => name === 'all' || name === 'none');
  if (whole === undefined) return FAULT_NAMES.filter((name) => names.includes(name));
  const other = names.find((name) => name !== whole);
  if (other === undefined) return whole === 'all' ? FAULT_NAMES : [];
  throw usageError(
    `"${whole}" and "${other}" contradict each other`,
    '--faults',
    'give "all", "none", or names of faults',
  );
}

function openResume(
  file: string | undefined,
  identity: { readonly build: string; readonly hours: number; readonly faults: readonly string[] },
): ResumeFile | null {
  if (file === undefined) return null;
  try {
    return new ResumeFile(file, identity);
  } catch (error) {
    if (!(error instanceof ResumeFileError)) throw error;
    throw usageError(error.message, '--resume', error.remedy);
  }
}
