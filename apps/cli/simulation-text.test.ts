/**
 * Goal: a person reads off a campaign what failed, how to see it again, and what was not tried.
 * Method: the words for made-up results.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '#apps/cli/commands/commands.test-support.ts';
import { CELL_STATES } from '#compose/fault-cells.ts';
import type { SimulationResult } from '#compose/simulation-result.ts';
import { summarize } from '#research/fault-campaign/campaign.ts';
import { failedResult, soundResult } from '#research/fault-campaign/results.test-support.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { describeCampaign } from './simulation-text.ts';

async function wordsFor(results: readonly SimulationResult[]): Promise<string> {
  const summary = summarize(results, { hours: 1, faults: FAULT_NAMES });
  const { words } = await listen(async () => describeCampaign(summary, 10));
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
  assert.match(words, /seed 2, event 9, invariant 5 \(a fill counts once\): it moved twice/);
  assert.match(words, /again: doge-mm simulate --seed 2 --hours 1/);
  assert.match(words, /result: wrong/);
});

test('violations whose text was not kept are counted', async () => {
  const words = await wordsFor([{ ...failedResult(1), violationCount: 900 }]);
  assert.match(words, /violations: 900 \(text kept of 1\)/);
});

test('what was never tried is said: cells, invariants without a subject, invariants without an occasion', async () => {
  const words = await wordsFor([soundResult(1, { faults: {} })]);
  assert.match(words, /faults: none/);
  const cells = FAULT_NAMES.length * CELL_STATES.length;
  assert.match(words, new RegExp(`cells \\(fault x order state\\): 0 of ${cells} hit`));
  assert.match(words, /not hit: market-gap x PENDING_NEW, .* and \d+ more/);
  assert.match(words, /invariant 9 not yet: /);
  assert.match(words, /invariant 2 \(one intent, one order\) was never evaluated/);
});

test('too little is said', async () => {
  assert.match(
    await wordsFor([soundResult(1, { ownFills: 1 })]),
    /too little: 1 own fills an hour/,
  );
});
