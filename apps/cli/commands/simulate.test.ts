/**
 * Goal: wrong usage is refused before a thread is started, and results of earlier sittings decide the
 * exit code like new ones.
 * Method: the command called directly; campaigns whose seeds are all in their resume file.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildInfo } from '#apps/cli/build-info.ts';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { failedResult, soundResult } from '#research/fault-campaign/results.test-support.ts';
import { ResumeFile } from '#research/fault-campaign/resume-file.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { listen, temporaryFolder } from './commands.test-support.ts';
import { runSimulate, type SimulateOptions } from './simulate.ts';

const folder = temporaryFolder();
const PLAIN: SimulateOptions = {
  ...{ hours: '1', faults: ['all'], shrink: false, stopAtFirst: false, testDir: folder },
};
const { CRASH, WRONG, STUCK, OK } = SimulationOutcome;

/** What the command answers for a campaign that has these results already. */
function answerFor(
  name: string,
  results: readonly SimulationResult[],
  change: Partial<SimulateOptions> = {},
): Promise<{ result: ExitCode; words: string }> {
  const resume = join(folder, name);
  const faults = change.faults?.includes('none') === true ? [] : FAULT_NAMES;
  const file = new ResumeFile(resume, { build: buildInfo(), hours: 1, faults });
  for (const result of results) file.add(result);
  return listen(() => runSimulate({ ...PLAIN, resume, seeds: `1..${results.length}`, ...change }));
}

for (const [outcome, code] of [
  [OK, ExitCode.OK],
  [WRONG, ExitCode.FOUND_BAD],
  [CRASH, ExitCode.CRASHED],
  [STUCK, ExitCode.STUCK],
] as const) {
  test(`a campaign that ended ${outcome} exits with ${code}`, async () => {
    const last = outcome === OK ? soundResult(2) : failedResult(2, outcome);
    const { result, words } = await answerFor(`ended-${outcome}`, [soundResult(1), last]);
    assert.equal(result, code);
    assert.match(words, new RegExp(`result: ${outcome}`));
  });
}

test('a campaign that proves too little fails', async () => {
  const { result, words } = await answerFor('quiet', [soundResult(1, { ownFills: 1 })]);
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /too little/);
});

test('there is nothing to shrink when nothing failed', async () => {
  const { words } = await answerFor('nothing', [soundResult(1)], { shrink: true });
  assert.match(words, /nothing to shrink: no seed failed/);
});

test('no faults at all is a choice, too, and another campaign', async () => {
  const { result } = await answerFor('calm', [soundResult(1)], { faults: ['none'] });
  assert.equal(result, ExitCode.OK);
});

for (const [change, where] of [
  [{ seed: '1', seeds: '1..2' }, '--seed'],
  [{ seeds: '2..1' }, '--seeds'],
  [{ seed: 'x' }, '--seed'],
  [{ hours: '49' }, '--hours'],
  [{ hours: '0.1' }, '--hours'],
  [{ faults: ['halt', 'sunshine'] }, '--faults'],
  [{ faults: ['all', 'nope'] }, '--faults'],
  [{ faults: ['none', 'halt'] }, '--faults'],
  [{ faults: ['none', 'all'] }, '--faults'],
  [{ seed: '4294967296' }, '--seed'],
  [{ resume: folder }, '--resume'],
  [{ workers: '1.5' }, '--workers'],
  [{ script: '/nowhere/seed-1.json' }, '--script'],
  [{ script: 'a.json', seed: '1' }, '--seed'],
  [{ script: 'a.json', seeds: '1..2' }, '--seeds'],
  [{ script: 'a.json', shrink: true }, '--shrink'],
  [{ script: 'a.json', resume: 'b' }, '--resume'],
] as const) {
  test(`${JSON.stringify(change)} is refused by the name of its flag`, async () => {
    await assert.rejects(runSimulate({ ...PLAIN, ...change }), (error) => {
      assert.ok(error instanceof CliError);
      assert.deepEqual([error.exitCode, error.where], [ExitCode.USAGE, where]);
      return true;
    });
  });
}

test('a resume file of another campaign is refused', async () => {
  await answerFor('foreign', [soundResult(1)]);
  await assert.rejects(
    runSimulate({ ...PLAIN, hours: '2', resume: join(folder, 'foreign') }),
    (error) => error instanceof CliError && error.where === '--resume',
  );
});
