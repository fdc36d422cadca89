/**
 * Goal: scripts can rely on `simulate`: exit codes, one JSON object of a stated shape, a campaign that
 * goes on where it was stopped, and a failing seed that becomes a test.
 * Method: the program as a child process over a few minutes of market time; results that a campaign
 * would have to fail for are written into its resume file, so that no bug is needed to see it fail.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildInfo } from '#apps/cli/build-info.ts';
import { simulate } from '#compose/simulated.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { regressionName, regressionTest } from '#research/fault-campaign/regression-test.ts';
import { writeScript } from '#research/fault-campaign/script-file.ts';
import type { ShrunkSeed } from '#research/fault-campaign/shrink-seed.ts';
import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import {
  type ErrorAnswer,
  PROJECT,
  run,
  runJson,
  temporaryFolder,
} from '#tests/integration/command-line.test-support.ts';

const HOURS = '0.15';
const folder = temporaryFolder();

interface Answer {
  readonly seeds: number;
  readonly hours: number;
  readonly violations: readonly {
    readonly seed: number;
    readonly invariant: number;
    readonly event: number;
    readonly repeat: string;
  }[];
  readonly faults: Readonly<Record<string, number>>;
  readonly cells: {
    readonly hit: number;
    readonly total: number;
    readonly unhit: readonly string[];
    readonly unreachable: readonly { readonly cells: readonly string[] }[];
    readonly unexpected: readonly string[];
  };
  readonly speed: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly shortcomings: readonly string[];
  readonly invariants: readonly { readonly number: number; readonly count: number }[];
  readonly runs: readonly {
    readonly seed: number;
    readonly hashes: object;
    readonly repeat: string;
  }[];
  readonly build: string;
  readonly shrunk: null | {
    readonly seed: number;
    readonly windows: number;
    readonly isReproduced: boolean;
    readonly test: string | null;
    readonly script: string | null;
  };
}

/** One real result, from which others are made. */
const sound = simulate({ seed: 4, hours: 0.15, faults: FAULT_NAMES, build: buildInfo() });

function failed(outcome: SimulationOutcome, runMicros = 75_000_000): SimulationResult {
  const violation = {
    ...{ seed: 4, invariant: 27, title: 'unknown is not failed', detail: 'made up', event: 7 },
    ...{ atMicros: 1, runMicros, repeat: sound.repeat },
  };
  return { ...sound, outcome, violations: [violation] };
}

/** A resume file that holds these results of the campaign that `--hours 0.15` is. */
function resumeFile(name: string, results: readonly SimulationResult[]): string {
  const path = join(folder, name);
  const identity = { build: buildInfo(), hours: 0.15, faults: FAULT_NAMES };
  writeFileSync(path, [identity, ...results].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('a sound campaign ends with 0 and tells what it did in one object', async () => {
  const path = join(folder, 'sound');
  const { exitCode, answer } = await runJson<Answer>([
    ...['simulate', '--seeds', '3..4', '--hours', HOURS, '--resume', path],
  ]);
  assert.deepEqual(answer.violations, []);
  assert.equal(exitCode, 0, answer.shortcomings.join());
  assert.deepEqual([answer.seeds, answer.hours, answer.outcome], [2, 0.15, 'ok']);
  assert.equal(answer.build, buildInfo());
  assert.equal(answer.shrunk, null);
  assert.ok(Object.keys(answer.faults).every((name) => FAULT_NAMES.includes(name as never)));
  const { hit, total, unhit, unreachable, unexpected } = answer.cells;
  const outOfReach = unreachable.flatMap(({ cells }) => cells).length;
  assert.equal(total + outOfReach, FAULT_NAMES.length * 6);
  assert.equal(hit + unhit.length, total);
  assert.deepEqual(unexpected, []);
  assert.ok(answer.speed > 0);
  for (const name of ['journal', 'state', 'commands', 'trace']) {
    assert.match(answer.hashes[name] ?? '', /^[0-9a-f]{64}$/, name);
  }
  assert.deepEqual(
    answer.runs.map(({ seed }) => seed),
    [3, 4],
  );
  assert.equal(linesOf(path).length, 3, 'its identity and two results');
});

test('a stopped campaign runs only the seeds that are left, and comes to the same', async () => {
  const path = resumeFile('stopped', [sound]);
  const { exitCode, answer, stderr } = await runJson<Answer>([
    ...['simulate', '--seeds', '3..4', '--hours', HOURS, '--resume', path],
  ]);
  assert.equal(exitCode, 0);
  assert.match(stderr, /\[2\/2\] seed 3 ok/);
  assert.doesNotMatch(stderr, /seed 4 /);
  const again = await runJson<Answer>([
    ...['simulate', '--seeds', '3..4', '--hours', HOURS, '--resume', join(folder, 'sound')],
  ]);
  assert.deepEqual(again.answer.hashes, answer.hashes);
  assert.equal(linesOf(path).length, 3);
});

for (const [outcome, code] of [
  [SimulationOutcome.WRONG, 1],
  [SimulationOutcome.CRASH, 4],
  [SimulationOutcome.STUCK, 5],
] as const) {
  test(`a campaign with a seed that ended ${outcome} exits with ${code} and says how to repeat it`, async () => {
    const path = resumeFile(outcome, [failed(outcome)]);
    const args = ['simulate', '--seed', '4', '--hours', HOURS, '--resume', path];
    const { exitCode, stderr, stdout } = await run(args);
    assert.equal(exitCode, code);
    assert.equal(stdout, '');
    assert.match(stderr, /invariant 27 \(unknown is not failed\): made up/);
    assert.match(stderr, /again: npx --no-install doge-mm simulate --seed 4 --hours 0\.15/);
    assert.match(stderr, new RegExp(`result: ${outcome}`));
  });
}

test('a campaign in which too little happened fails, and says what was too little', async () => {
  const path = resumeFile('quiet', [{ ...sound, ownFills: 3 }]);
  const { exitCode, answer } = await runJson<Answer>([
    ...['simulate', '--seed', '4', '--hours', HOURS, '--resume', path],
  ]);
  assert.equal(exitCode, 1);
  assert.equal(answer.outcome, 'ok');
  assert.match(answer.shortcomings.join(), /20 own fills an hour/);
});

test('--shrink says when a failure does not come back, and writes nothing', async () => {
  const path = resumeFile('shrunk', [failed(SimulationOutcome.WRONG)]);
  const tests = join(folder, 'nothing');
  const { exitCode, answer } = await runJson<Answer>([
    ...['simulate', '--seed', '4', '--hours', HOURS, '--resume', path],
    ...['--shrink', '--test-dir', tests],
  ]);
  assert.equal(exitCode, 1);
  assert.deepEqual(
    [answer.shrunk?.isReproduced, answer.shrunk?.test, answer.shrunk?.script],
    [false, null, null],
  );
  assert.equal(existsSync(tests), false);
});

test('a shrunk script runs again, and its test passes where nothing is wrong', async () => {
  const found: ShrunkSeed = {
    ...{ seed: 4, hours: Number(HOURS), endMicros: 120_000_000, before: 9, runs: 3, seconds: 1 },
    script: drawScript({ seed: 4, hours: Number(HOURS), names: FAULT_NAMES }).slice(0, 2),
    ...{ isReproduced: true, isMinimal: true, outcome: SimulationOutcome.WRONG },
    ...{ invariant: 27, title: 'unknown is not failed', detail: 'made up' },
  };
  const tests = join(folder, 'regressions');
  const file = join(tests, `${regressionName(found)}.test.ts`);
  const script = join(tests, `${regressionName(found)}.json`);
  writeScript(script, found);
  writeFileSync(file, regressionTest(found));
  const again = await runJson<Answer>(['simulate', '--script', script]);
  assert.deepEqual([again.exitCode, again.answer.outcome], [0, 'ok'], 'here nothing is wrong');
  assert.equal(
    again.answer.runs[0]?.repeat,
    `npx --no-install doge-mm simulate --script ${script}`,
  );
  // Outside of the project its short names lead nowhere: these links stand in for the project's.
  const names = { '#compose/*': './compose/*', '#simulation/*': './simulation/*' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports: names }));
  for (const name of ['compose', 'simulation'])
    symlinkSync(join(PROJECT, name), join(folder, name));
  const child = spawnSync(process.execPath, ['--test', file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  assert.equal(child.status, 0, child.stdout);
  assert.match(child.stdout, /keeps invariant 27: unknown is not failed/);
});

for (const [what, args, where, remedy] of [
  ['an unknown fault', ['--faults', 'sunshine'], '--faults', /all, none, or some of: market-gap/],
  ['both ways to name seeds', ['--seed', '1', '--seeds', '1..2'], '--seed', /one of them/],
  ['no range', ['--seeds', '5..3'], '--seeds', /1\.\.300/],
  ['no hours', ['--hours', 'soon'], '--hours', /from 0\.12/],
  ['no number of threads', ['--workers', '0'], '--workers', /1 to 64/],
  ['no time for a storm', ['--hours', '0.01'], '--hours', /from 0\.12/],
] as const) {
  test(`${what} is bad usage and names the flag`, async () => {
    const { exitCode, answer } = await runJson<ErrorAnswer>(['simulate', ...args]);
    assert.equal(exitCode, 2);
    assert.equal(answer.error.where, where);
    assert.match(answer.error.remedy, remedy);
  });
}

test('the resume file of another campaign is refused and left as it is', async () => {
  const path = resumeFile('other', [sound]);
  const before = readFileSync(path, 'utf8');
  const args = ['simulate', '--seed', '4', '--hours', '0.2', '--resume', path];
  const { exitCode, answer } = await runJson<ErrorAnswer>(args);
  assert.equal(exitCode, 2);
  assert.equal(answer.error.where, '--resume');
  assert.equal(readFileSync(path, 'utf8'), before);
});
