/**
 * Goal: a sliding count forgets what left the window, to the precision of a slice.
 * Method: random times against a list.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { WindowCount } from './window-count.ts';

test('the count lies between the exact counts of the window and of one slice less', () => {
  const seed = 8;
  const random = new SeededRandom(seed);
  const count = new WindowCount(2_000);
  const times: number[] = [];
  let now = 10_000;
  for (let round = 0; round < 3_000; round++) {
    now += random.chance(0.02) ? random.integer(0, 9_000) : random.integer(0, 60);
    count.add(now);
    times.push(now);
    const most = times.filter((time) => now - time < 2_000).length;
    const least = times.filter((time) => now - time < 1_900).length;
    const total = count.total(now);
    assert.ok(least <= total && total <= most, `seed ${seed}, round ${round}`);
  }
});
