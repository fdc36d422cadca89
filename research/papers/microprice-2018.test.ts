/**
 * Goal: the program estimates the table from a seeded book or a file, and its checks hold.
 * Method: the synthetic book's known lean; a small file written for the test; refusals.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { micropricePaper } from './microprice-2018.ts';
import { runPaper } from './paper-command.ts';

interface Output {
  readonly transitions: number;
  readonly droppedJumps: number;
  readonly table: readonly {
    readonly spreadTicks: number;
    readonly adjustmentTicks: readonly number[];
  }[];
  readonly checks: Readonly<Record<string, number>>;
}

function run(...args: string[]): Output {
  const outcome = runPaper(micropricePaper, args);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout) as Output;
}

test('the synthetic book leans to its heavy side, within half a spread, and every check is zero', () => {
  const output = run('--observations', '50000', '--seed', '3');
  assert.equal(output.transitions, 49_999);
  for (const error of Object.values(output.checks)) assert.ok(error < 1e-9);
  for (const { spreadTicks, adjustmentTicks } of output.table) {
    assert.ok((adjustmentTicks[9] ?? 0) > (adjustmentTicks[5] ?? 0));
    assert.ok(Math.abs(adjustmentTicks[9] ?? 9) < spreadTicks / 2);
  }
  assert.deepEqual(run('--observations', '50000', '--seed', '3'), output);
});

test('a file of states is read, comments skipped and bad lines named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'microprice-'));
  try {
    const good = join(folder, 'states.csv');
    writeFileSync(good, '# imbalance,spread,mid\n0.9,1,100\n0.2,1,102\n\n0.5,1,110\n');
    const output = run('--data', good, '--buckets', '4', '--spreads', '1');
    assert.deepEqual([output.transitions, output.droppedJumps], [1, 1]);
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, '0.9,1,100\n1.9,1,100\n');
    const outcome = runPaper(micropricePaper, ['--data', bad]);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, /line 2 of .*1\.9,1,100/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const [line, message] of [
  ['--buckets 50 --spreads 3', /--buckets x --spreads must be 1 to 100/],
  ['--observations 1', /--observations must be/],
  ['--data /nowhere/at-all.csv', /--data: cannot read/],
] as const) {
  test(`"${line}" is refused`, () => {
    const outcome = runPaper(micropricePaper, line.split(' '));
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
