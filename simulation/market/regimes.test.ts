/**
 * Goal: moods are drawn by weight, last as long as they say, and a fixed mood stays one.
 * Method: long walks through the switch on a one-second grid.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  REGIME_NAMES,
  type RegimeName,
} from '#contracts/configuration/simulation-configuration.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { REGIMES, RegimeSwitch } from './regimes.ts';

function walk(seed: number, seconds: number): RegimeName[] {
  const regimes = new RegimeSwitch(new SeededRandom(seed), null);
  return Array.from({ length: seconds }, (_, second) => {
    regimes.advance(second);
    return regimes.regime.name;
  });
}

test('a session starts calm and every mood holds its share of time', () => {
  const seconds = 2_000_000;
  const names = walk(7, seconds);
  assert.equal(names[0], 'calm');
  const total = REGIME_NAMES.reduce(
    (sum, name) => sum + REGIMES[name].weight * REGIMES[name].meanSeconds,
    0,
  );
  for (const name of REGIME_NAMES) {
    const expected = (REGIMES[name].weight * REGIMES[name].meanSeconds) / total;
    const actual = names.filter((one) => one === name).length / seconds;
    assert.ok(Math.abs(actual - expected) < 0.03, `${name}: ${actual}, not ${expected}`);
    assert.ok(actual > 0, `${name} never came`);
  }
});

test('the same seed gives the same moods, another seed others', () => {
  assert.deepEqual(walk(7, 5_000), walk(7, 5_000));
  assert.notDeepEqual(walk(7, 5_000), walk(8, 5_000));
});

for (const name of REGIME_NAMES) {
  test(`a fixed ${name} market never leaves its mood and turns both ways`, () => {
    const regimes = new RegimeSwitch(new SeededRandom(3), name);
    const directions = new Set<number>();
    for (let second = 0; second < 50_000; second++) {
      regimes.advance(second);
      assert.equal(regimes.regime.name, name);
      directions.add(Math.sign(regimes.driftBpsPerSecond));
    }
    const drifts = REGIMES[name].driftBpsPerSecond > 0;
    // A market without drift has the sign 0 of both directions.
    assert.equal(directions.has(1) && directions.has(-1), drifts);
  });
}

test('a crash falls first, a rebound follows in a market that is fixed on it', () => {
  for (let seed = 0; seed < 20; seed++) {
    const regimes = new RegimeSwitch(new SeededRandom(seed), 'crash');
    assert.ok(regimes.driftBpsPerSecond < 0);
    assert.ok(regimes.downJumpChance > 0.5);
    let second = 1;
    while (!regimes.advance(second)) second += 1;
    assert.ok(regimes.driftBpsPerSecond > 0);
    assert.ok(regimes.downJumpChance < 0.5);
  }
});

test('outside a crash jumps go both ways alike', () => {
  for (const name of REGIME_NAMES) {
    if (name === 'crash') continue;
    assert.equal(new RegimeSwitch(new SeededRandom(1), name).downJumpChance, 0.5);
  }
});

test('advance says when a mood was entered, and only then', () => {
  const regimes = new RegimeSwitch(new SeededRandom(5), null);
  let entries = 0;
  const seconds = 100_000;
  for (let second = 0; second < seconds; second++) {
    const before = regimes.regime;
    const entered = regimes.advance(second);
    if (entered) entries += 1;
    else assert.equal(regimes.regime, before);
  }
  const weight = REGIME_NAMES.reduce((sum, name) => sum + REGIMES[name].weight, 0);
  const stay =
    REGIME_NAMES.reduce((sum, name) => sum + REGIMES[name].weight * REGIMES[name].meanSeconds, 0) /
    weight;
  assert.ok(Math.abs(entries - seconds / stay) < 120, `${entries} entries`);
});
