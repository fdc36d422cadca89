/**
 * Goal: scripts find what the contract names, and equal campaigns have equal hashes.
 * Method: the answer for made-up results.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulationResult } from '#compose/simulation-result.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { summarize } from './campaign.ts';
import { campaignJson, speedOf } from './campaign-json.ts';
import { failedResult, soundResult } from './results.test-support.ts';

interface Answer {
  readonly violations: readonly { readonly seed: number; readonly repeat: string }[];
  readonly hashes: Readonly<Record<string, string>>;
  readonly runs: readonly {
    readonly seed: number;
    readonly hashes: Readonly<Record<string, string>>;
  }[];
}

function answerOf(results: readonly SimulationResult[]): Answer {
  const summary = summarize(results, { hours: 1, faults: FAULT_NAMES });
  return JSON.parse(JSON.stringify(campaignJson(summary, 4))) as Answer;
}

test('the names of the contract are there', () => {
  const names = Object.keys(answerOf([soundResult(1)]));
  for (const name of [
    'seeds',
    'hours',
    'violations',
    'violationCount',
    'badFrames',
    'faults',
    'cells',
    'speed',
    'hashes',
  ]) {
    assert.ok(names.includes(name), name);
  }
});

test('each violation says its seed and how to see it again', () => {
  const { violations } = answerOf([soundResult(1), failedResult(2)]);
  assert.deepEqual(
    violations.map(({ seed, repeat }) => [seed, repeat]),
    [[2, 'npx --no-install doge-mm simulate --seed 2 --hours 1']],
  );
});

test('one hash of each kind stands for all seeds: any other result of any seed changes it', () => {
  const { hashes } = answerOf([soundResult(1), soundResult(2)]);
  assert.deepEqual(answerOf([soundResult(1), soundResult(2)]).hashes, hashes);
  assert.deepEqual(Object.keys(hashes), ['journal', 'state', 'commands', 'trace']);
  const changed = answerOf([soundResult(1), soundResult(2, { trace: 'x' })]).hashes;
  assert.notEqual(changed['trace'], hashes['trace']);
  assert.equal(changed['journal'], hashes['journal']);
});

test('each run keeps its own hashes', () => {
  const [run] = answerOf([soundResult(8)]).runs;
  assert.deepEqual(run?.hashes, { journal: 'j8', state: 's8', commands: 'c8', trace: 't8' });
});

test('speed is simulated seconds for each second of the wall clock, also of no time', () => {
  const summary = summarize([soundResult(1), soundResult(2)], { hours: 1, faults: [] });
  assert.equal(speedOf(summary, 4), 1_800);
  assert.ok(Number.isFinite(speedOf(summary, 0)));
});
