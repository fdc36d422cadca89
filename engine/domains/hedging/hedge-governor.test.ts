/**
 * Goal: no minute ever holds more allowed uses than the budget.
 * Method: random uses against a list of times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { MinuteBudget } from './hedge-governor.ts';

const MINUTE = 60_000_000;

test('no window of a minute exceeds the budget', () => {
  const seed = 5;
  const random = new SeededRandom(seed);
  const budget = new MinuteBudget(7);
  const times: number[] = [];
  let now = MINUTE;
  for (let round = 0; round < 2_000; round++) {
    now += random.integer(0, 10_000_000);
    const recent = times.filter((time) => now - time < MINUTE).length;
    assert.equal(budget.allows(now), recent < 7, `seed ${seed}, round ${round}`);
    if (!budget.allows(now)) continue;
    budget.use(now);
    times.push(now);
  }
});

test('a budget of zero allows nothing', () => {
  const budget = new MinuteBudget(0);
  budget.use(1);
  assert.equal(budget.allows(MINUTE * 2), false);
});

test('urgent uses beyond the budget count', () => {
  const budget = new MinuteBudget(1);
  budget.use(0);
  budget.use(30_000_000);
  assert.equal(budget.allows(MINUTE), false);
  assert.equal(budget.allows(MINUTE + 30_000_000), true);
});
