/**
 * Goal: a campaign runs every seed once, takes over what an earlier sitting did, and sums up so that
 * neither a failure nor an empty proof hides in a mean.
 * Method: made-up results added up by hand; one short campaign on real threads.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import { INVARIANTS } from '#simulation/auditor/invariants.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { type CampaignOptions, runCampaign, SeedQueue, summarize } from './campaign.ts';
import { failedResult, soundResult } from './results.test-support.ts';
import { ResumeFile } from './resume-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'campaign-test-'));
after(() => rmSync(folder, { recursive: true }));

const FACTS = { hours: 1, faults: FAULT_NAMES };
const { CRASH, WRONG, STUCK, OK } = SimulationOutcome;

function optionsOf(change: Partial<CampaignOptions>): CampaignOptions {
  return {
    ...{ seeds: [1], hours: 0.12, faults: FAULT_NAMES, build: 'test', resume: null },
    ...{ workers: 2, stopAtFirst: false, onResult: () => undefined },
    ...change,
  };
}

test('the worst end is the end of the campaign: crash before wrong before stuck', () => {
  const outcomeOf = (...outcomes: SimulationOutcome[]): SimulationOutcome =>
    summarize(
      outcomes.map((outcome, seed) =>
        outcome === OK ? soundResult(seed) : failedResult(seed, outcome),
      ),
      FACTS,
    ).outcome;
  assert.equal(outcomeOf(OK, OK), OK);
  assert.equal(outcomeOf(OK, STUCK), STUCK);
  assert.equal(outcomeOf(STUCK, WRONG, OK), WRONG);
  assert.equal(outcomeOf(WRONG, CRASH, STUCK), CRASH);
});

test('counts add up over seeds', () => {
  const other = soundResult(2, { faults: { halt: 1, 'ack-lost': 4 }, lives: 5, kills: 1 });
  const summary = summarize([soundResult(1), other], FACTS);
  assert.deepEqual(summary.faults, { halt: 3, 'ack-lost': 4 });
  const { seeds, lives, kills, faultsOnLiveOrders, ownFills, events } = summary;
  assert.deepEqual([seeds, lives, kills, faultsOnLiveOrders], [2, 7, 1, 10]);
  assert.deepEqual(ownFills, { total: 600, medianPerHour: 300 });
  assert.equal(summary.badFrames, 14);
  assert.deepEqual([events.total, events.market], [260_000, 240_000]);
});

test('ten hours with all faults leave no applicable invariant unevaluated, or prove too little', () => {
  const all = Object.fromEntries(INVARIANTS.map(({ number }) => [number, 1]));
  const shortOf = (hours: number, faults = FACTS.faults): readonly string[] => {
    const checks = { ...all, 9: 0, 38: 0 };
    return summarize([soundResult(1, { hours, checks }), soundResult(2, { hours, checks })], {
      hours,
      faults,
    }).shortcomings.filter((one) => one.startsWith('invariant'));
  };
  assert.deepEqual(shortOf(4.9), []);
  assert.deepEqual(shortOf(5, FAULT_NAMES.slice(1)), []);
  // 9 has no subject yet.
  assert.deepEqual(shortOf(5), ['invariant 38 (idempotent reconciliation) was never evaluated']);
});

test('violations without a kept text count, and so do excuses', () => {
  const summary = summarize(
    [{ ...failedResult(1), violationCount: 384_393, excuses: { 20: 3 } }, failedResult(2)],
    FACTS,
  );
  assert.equal(summary.violationCount, 384_394);
  assert.equal(summary.invariants[19]?.excused, 3);
});

test('medians are taken for each hour, so that one loud seed does not speak for quiet ones', () => {
  const fills = (...counts: number[]): readonly [number, readonly string[]] => {
    const results = counts.map((ownFills, seed) => soundResult(seed, { ownFills, hours: 0.5 }));
    const summary = summarize(results, { ...FACTS, hours: 0.5 });
    return [summary.ownFills.medianPerHour, summary.shortcomings];
  };
  assert.deepEqual(fills(10_000, 90, 80)[0], 180);
  assert.match(fills(10_000, 90, 80)[1].join(), /180 own fills an hour \(median\)/);
  assert.deepEqual(fills(100, 300), [400, []]);
});

test('a quiet market proves too little, and so does no run at all', () => {
  const quiet = soundResult(1, { events: { total: 9, market: 9, private: 0, timer: 0 } });
  assert.match(summarize([quiet], FACTS).shortcomings.join(), /9 market events an hour/);
  assert.equal(summarize([], FACTS).shortcomings.length, 2);
});

test('every invariant is listed with how often it was evaluated, also those that never were', () => {
  const { invariants } = summarize([soundResult(1), soundResult(2)], FACTS);
  assert.deepEqual(
    invariants.map(({ number }) => number),
    INVARIANTS.map(({ number }) => number),
  );
  assert.equal(invariants.find(({ number }) => number === 1)?.count, 20);
  assert.equal(invariants.find(({ number }) => number === 2)?.count, 0);
  assert.equal(invariants.find(({ number }) => number === 9)?.isApplicable, false);
});

test('a campaign on threads gives each seed once, in order, the same on one thread as on two', async () => {
  const told: number[] = [];
  const seeds = [6, 4];
  const onResult = ({ seed }: SimulationResult, doneCount: number): void => {
    told.push(seed);
    assert.equal(doneCount, told.length);
  };
  const summary = await runCampaign(optionsOf({ seeds, onResult }));
  assert.deepEqual(told.toSorted(), [4, 6]);
  assert.deepEqual(
    summary.results.map(({ seed }) => seed),
    [4, 6],
  );
  const alone = await runCampaign(optionsOf({ seeds: [6], workers: 1 }));
  assert.equal(alone.results[0]?.trace, summary.results[1]?.trace);
});

test('what an earlier sitting did is not done again, and seeds that are not asked for stay out', async () => {
  const identity = { build: 'test', hours: 0.12, faults: FAULT_NAMES };
  const path = join(folder, 'resume');
  const file = new ResumeFile(path, identity);
  for (const seed of [1, 2, 9]) file.add(soundResult(seed));
  const resume = new ResumeFile(path, identity);
  const onResult = (): void => assert.fail('nothing is left to run');
  const summary = await runCampaign(optionsOf({ seeds: [1, 2], resume, onResult }));
  assert.deepEqual(
    summary.results.map(({ trace }) => trace),
    ['t1', 't2'],
  );
});

test('a worker that dies ends the campaign with its error, and no other seed is begun', async () => {
  const told: number[] = [];
  const onResult = ({ seed }: SimulationResult): number => told.push(seed);
  const campaign = runCampaign(optionsOf({ seeds: [1, 2, 3], hours: 0.01, onResult }));
  await assert.rejects(campaign, /no storm and calm fit into 0\.01 hours/);
  assert.deepEqual(told, []);
});

test('a closed queue gives nobody another seed', () => {
  const queue = new SeedQueue([5, 6, 7]);
  assert.deepEqual([queue.take(), queue.take()], [5, 6]);
  queue.close();
  assert.equal(queue.take(), undefined);
  const short = new SeedQueue([5]);
  assert.deepEqual([short.take(), short.take(), short.take()], [5, undefined, undefined]);
});
