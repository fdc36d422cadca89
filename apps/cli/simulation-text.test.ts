/**
 * Goal: a person reads off a campaign what failed, how to see it again, and what was not tried.
 * Method: the words for made-up results.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '#apps/cli/commands/commands.test-support.ts';
import { FaultCellCounter, judgeCells } from '#compose/fault-cells.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { summarize } from '#research/fault-campaign/campaign.ts';
import { failedResult, soundResult } from '#research/fault-campaign/results.test-support.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { describeCampaign } from './simulation-text.ts';

async function wordsFor(results: readonly SimulationResult[]): Promise<string> {
  const summary = summarize(results, { hours: 1, faults: FAULT_NAMES });
  const { words } = await listen(async () => describeCampaign(summary, 10, '1.2.3+abc'));
  return words;
}

test('a sound campaign says what it did and ends with its result', async () => {
  const words = await wordsFor([soundResult(1)]);
  assert.match(words, /1 seed x 1 h in 10 s \(360 x real time\)/);
  assert.match(words, /own fills 300 \(median 300 an hour\)/);
  assert.match(words, /could not be read and were refused: 7\n/);
  assert.match(words, /faults: halt 2/);
  assert.match(words, /violations: 0\nresult: ok\n$/);
});

test('a violation is told with its seed, its event and the command that repeats it', async () => {
  const words = await wordsFor([soundResult(1), failedResult(2)]);
  assert.match(words, /2 seeds/);
  assert.match(words, /seed 2 of program 1\.2\.3\+abc ended wrong; again: npx/);
  assert.match(words, /event 9, invariant 5 \(a fill counts once\): it moved twice/);
  assert.match(words, /again: npx --no-install doge-mm simulate --seed 2 --hours 1/);
  assert.match(words, /result: wrong/);
});

test('violations whose text was not kept are counted', async () => {
  const words = await wordsFor([{ ...failedResult(1), violationCount: 900 }]);
  assert.match(words, /violations: 900 \(text kept of 1\)/);
});

test('a seed that failed without a word of the auditor is told, too, once and with its command', async () => {
  const words = await wordsFor([soundResult(7, { outcome: SimulationOutcome.STUCK })]);
  assert.match(words, /seed 7 of program .* ended stuck; again: npx .* --seed 7 --hours 1\n/);
  assert.match(words, /no process was left running/);
  const many = failedResult(2);
  const twice = { ...many, violations: [...many.violations, ...many.violations] };
  assert.equal((await wordsFor([twice])).match(/again:/g)?.length, 1);
});

test('what was never tried is said: cells, invariants without a subject, invariants without an occasion', async () => {
  const words = await wordsFor([soundResult(1, { faults: {} })]);
  assert.match(words, /faults: none/);
  const { total, unhit, unreachable } = judgeCells(new FaultCellCounter(FAULT_NAMES).cells);
  assert.ok(words.includes(`cells (fault x order state): 0 of the ${total} that can be hit`));
  for (const cell of unhit) assert.ok(words.includes(cell), cell);
  for (const { why, cells } of unreachable) {
    assert.ok(words.includes(`out of reach: ${cells.join(', ')} (${why})`));
  }
  assert.match(words, /invariant 9 not yet: /);
  assert.match(words, /invariant 2 \(one intent, one order\) was never evaluated/);
});

test('too little is said', async () => {
  assert.match(
    await wordsFor([soundResult(1, { ownFills: 1 })]),
    /too little: 1 own fills an hour/,
  );
});
