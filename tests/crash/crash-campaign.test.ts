/**
 * Goal: a trading process may die at any moment; the next one has all that was promised, knows all that
 * rests, and no order or fill counts twice.
 * Method: one account, twenty processes killed with SIGKILL on the real disk, and a damaged journal.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interruption } from './interruption.ts';
import { runChapter } from './run-chapter.ts';

const KILLS = 20;

test(`${KILLS} processes are killed at all moments, and the account adds up at the end`, async (context) => {
  const signal = AbortSignal.any([context.signal, interruption()]);
  const result = await runChapter({ seed: 3, kills: KILLS, signal });
  for (const [moment, count] of Object.entries(result.byMoment)) {
    assert.ok(count > 0, `no kill at ${moment}`);
  }
  assert.ok(result.recoveries >= 5, JSON.stringify(result));
  assert.ok(result.fromSnapshots > 0, JSON.stringify(result));
  assert.ok(result.orphans > 0, 'orders rested while nobody was there');
  assert.ok(result.lostEvents > 0, 'a kill fell while events were under way');
  assert.equal(result.quarantined, 1);
});
