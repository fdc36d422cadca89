/**
 * Goal: an obligation opens once per episode, closes at rest or beyond the target, and its urgency
 * never falls while nothing improves.
 * Method: one episode by hand, then random deltas.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { Obligation } from './obligation.ts';

function input(excessUnits: number, nowMicros: number, mayOpen = true) {
  return { excessUnits, bandUnits: 100, servableUnits: 10, nowMicros, mayOpen };
}

test('it opens beyond the trigger after the dwell, and closes at rest', () => {
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  obligation.update(input(51, 1));
  obligation.update(input(51, 150_000));
  assert.equal(obligation.isOpen, false);
  obligation.update(input(51, 150_001));
  assert.equal(obligation.isOpen, true);
  obligation.update(input(21, 160_000));
  assert.equal(obligation.isOpen, true);
  obligation.update(input(20, 170_000));
  assert.equal(obligation.isOpen, false);
});

test('it closes when the delta is on the other side, and opens anew there', () => {
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  obligation.update(input(101, 1));
  obligation.update(input(-101, 2));
  assert.equal(obligation.isOpen, true);
  assert.equal(obligation.direction, -1);
  assert.equal(obligation.id, 2);
});

test('it is kept closed on demand inside the band, never outside', () => {
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  obligation.update(input(60, 1, false));
  obligation.update(input(60, 9_000_000, false));
  assert.equal(obligation.isOpen, false);
  obligation.update(input(101, 9_000_001, false));
  assert.equal(obligation.isOpen, true);
});

test('what no order can serve ends the work', () => {
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  assert.equal(obligation.restUnits(100, 31), 31);
  assert.equal(obligation.restUnits(100, 5), 20);
  assert.equal(obligation.restUnits(100, 90), 50);
});

test('an open obligation is always beyond rest on its own side, and ids rise by one', () => {
  const seed = 12;
  const random = new SeededRandom(seed);
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  let excess = 0;
  let lastId = 0;
  for (let round = 1; round < 5_000; round++) {
    excess = Math.trunc(excess * 0.9) + random.integer(-60, 60);
    obligation.update(input(excess, round * 20_000));
    const where = `seed ${seed}, round ${round}`;
    if (obligation.isOpen) assert.ok(excess * obligation.direction > 20, where);
    assert.ok(obligation.id === lastId || obligation.id === lastId + 1, where);
    assert.equal(obligation.outsideSinceMicros > 0, Math.abs(excess) > 100, where);
    lastId = obligation.id;
  }
  assert.ok(lastId > 10);
});

test('urgency does not fall while the delta stays where it is', () => {
  for (const excess of [60, 120, 300]) {
    const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
    let last = 0;
    for (let now = 1; now < 20_000_000; now += 100_000) {
      obligation.update(input(excess, now));
      if (!obligation.isOpen) continue;
      const urgency = obligation.urgency(now, 3_000_000);
      assert.ok(urgency >= last, `${excess} at ${now}`);
      last = urgency;
    }
    assert.ok(last >= 2);
  }
});
