/**
 * Goal: the mode follows volatility and does not flap at a threshold.
 * Method: a walk of values up and down across both thresholds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { HedgeMode, ModeController } from './mode-controller.ts';

test('thresholds work upwards as they stand and downwards a share below', () => {
  const modes = new ModeController(DEFAULT_HEDGING_CONFIGURATION);
  for (const [percent, expected] of [
    [0.07, HedgeMode.PASSIVE],
    [0.071, HedgeMode.HYBRID],
    [0.06, HedgeMode.HYBRID],
    [0.056, HedgeMode.PASSIVE],
    [0.151, HedgeMode.ACTIVE],
    [0.125, HedgeMode.ACTIVE],
    [0.12, HedgeMode.HYBRID],
    [0.149, HedgeMode.HYBRID],
    [0.2, HedgeMode.ACTIVE],
    [0.01, HedgeMode.PASSIVE],
  ] as const) {
    assert.equal(modes.update(percent), expected, `at ${percent} %`);
  }
});

test('a value that dwells around a threshold changes the mode once', () => {
  const modes = new ModeController(DEFAULT_HEDGING_CONFIGURATION);
  let changes = 0;
  let last = modes.mode;
  for (let round = 0; round < 100; round++) {
    const mode = modes.update(round % 2 === 0 ? 0.072 : 0.066);
    if (mode !== last) changes += 1;
    last = mode;
  }
  assert.equal(changes, 1);
});

test('the faster the market, the shorter the patience', () => {
  const modes = new ModeController(DEFAULT_HEDGING_CONFIGURATION);
  const patience = [0, 0.1, 0.2].map((percent) => {
    modes.update(percent);
    return modes.patienceMicros;
  });
  assert.deepEqual(patience, [3_000_000, 800_000, 0]);
});
