/**
 * Goal: wrong usage is refused before anything is measured, with what would be right.
 * Method: an unknown row, files that are no results.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { runBench } from './bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-command-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a row that is not there is bad usage, and the remedy lists those that are', async () => {
  await assert.rejects(runBench({ only: 'warp.speed' }), (error) => {
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, ExitCode.USAGE);
    assert.match(error.remedy, /loop\.tick_to_plan/);
    return true;
  });
});

for (const [name, text] of [
  ['an object without rows', '{"machine":"x"}'],
  ['no JSON', 'rows: none'],
] as const) {
  test(`${name} is refused as an earlier result`, async () => {
    const file = join(folder, 'earlier.json');
    writeFileSync(file, text);
    await assert.rejects(runBench({ only: 'execution', compare: file }), (error) => {
      assert.ok(error instanceof CliError);
      assert.equal(error.code, 'BAD_BENCH_FILE');
      assert.equal(error.where, file);
      return true;
    });
  });
}

test('an earlier result that cannot be read stops the command before it measures', async () => {
  const file = join(folder, 'missing.json');
  await assert.rejects(runBench({ only: 'execution', compare: file }), { code: 'ENOENT' });
});
