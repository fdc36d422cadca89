/**
 * Goal: one alert an episode, and a new episode alerts anew.
 * Method: two episodes beyond the hard band, margin over time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { TestOutput } from '#domains/account-state/session-fixture.test-support.ts';
import { instrumentIndex } from '#units/integers.ts';
import { HedgeAlerts } from './hedge-alerts.ts';
import { Obligation } from './obligation.ts';

test('each stay beyond the hard band wakes once', () => {
  const output = new TestOutput();
  const alerts = new HedgeAlerts(DEFAULT_HEDGING_CONFIGURATION, output, instrumentIndex(1));
  const obligation = new Obligation(DEFAULT_HEDGING_CONFIGURATION);
  for (const [excess, now] of [
    [300, 1],
    [300, 10_000_001],
    [300, 11_000_000],
    [50, 12_000_000],
    [300, 13_000_000],
    [300, 23_000_000],
  ] as const) {
    const input = {
      excessUnits: excess,
      bandUnits: 100,
      servableUnits: 0,
      nowMicros: now,
      mayOpen: true,
    };
    obligation.update(input);
    alerts.watch(obligation, excess, 100, now);
  }
  assert.equal(output.alerts(AlertCode.HARD_BAND).length, 2);
  assert.equal(output.alerts(AlertCode.HARD_BAND)[0]?.limit, 200);
});

test('low margin alerts at most once in ten seconds', () => {
  const output = new TestOutput();
  const alerts = new HedgeAlerts(DEFAULT_HEDGING_CONFIGURATION, output, instrumentIndex(1));
  for (const now of [1, 2, 10_000_000, 10_000_001]) alerts.marginLow(3, 9, now);
  assert.equal(output.alerts(AlertCode.MARGIN_LOW).length, 2);
});
