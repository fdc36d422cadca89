/**
 * Goal: what is written in YAML becomes the engine's units and back, for every field of every domain.
 * Method: each section's own defaults around the circle; one small section by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ACCOUNT_STATE_CONFIGURATION } from '#contracts/configuration/account-state-configuration.ts';
import { DEFAULT_EXECUTION_CONFIGURATION } from '#contracts/configuration/execution-configuration.ts';
import { DEFAULT_HEDGING_CONFIGURATION } from '#contracts/configuration/hedging-configuration.ts';
import { DEFAULT_MARKET_DATA_CONFIGURATION } from '#contracts/configuration/market-data-configuration.ts';
import { DEFAULT_OPS_CONFIGURATION } from '#contracts/configuration/ops-configuration.ts';
import {
  DEFAULT_PRICING_CONFIGURATION,
  NAIVE_TOUCH_PRICING_CONFIGURATION,
  REBATE_PRICING_CONFIGURATION,
} from '#contracts/configuration/pricing-configuration.ts';
import { DEFAULT_RISK_CONFIGURATION } from '#contracts/configuration/risk-configuration.ts';
import { accountStateSection } from './account-state-section.ts';
import { type DomainSection, domainSection, key } from './domain-section.ts';
import { executionSection } from './execution-section.ts';
import { hedgingSection } from './hedging-section.ts';
import { marketDataSection } from './market-data-section.ts';
import { opsSection } from './ops-section.ts';
import { pricingSection } from './pricing-section.ts';
import { riskSection } from './risk-section.ts';

function roundTrip<T extends object>(name: string, section: DomainSection<T>, values: T): void {
  test(`${name} survives the way into YAML and back`, () => {
    assert.deepEqual(
      section.toConfiguration(section.schema.parse(section.written(values))),
      values,
      name,
    );
  });
}

roundTrip('accountState', accountStateSection, DEFAULT_ACCOUNT_STATE_CONFIGURATION);
roundTrip('execution', executionSection, DEFAULT_EXECUTION_CONFIGURATION);
roundTrip('hedging', hedgingSection, DEFAULT_HEDGING_CONFIGURATION);
roundTrip('marketData', marketDataSection, DEFAULT_MARKET_DATA_CONFIGURATION);
roundTrip('ops', opsSection, DEFAULT_OPS_CONFIGURATION);
roundTrip('pricing', pricingSection, DEFAULT_PRICING_CONFIGURATION);
roundTrip('risk', riskSection, DEFAULT_RISK_CONFIGURATION);

test('nothing written means the defaults', () => {
  assert.deepEqual(
    pricingSection.toConfiguration(pricingSection.schema.parse(undefined)),
    DEFAULT_PRICING_CONFIGURATION,
  );
});

test('the other profiles keep all their values but the derived ones', () => {
  for (const values of [NAIVE_TOUCH_PRICING_CONFIGURATION, REBATE_PRICING_CONFIGURATION]) {
    const back = pricingSection.toConfiguration(
      pricingSection.schema.parse(pricingSection.written(values)),
    );
    assert.deepEqual({ ...back, profile: values.profile }, values);
  }
});

test('each kind of field has its unit', () => {
  const defaults = {
    wait: 1_000,
    worth: 5,
    fee: 10_000,
    ratio: 0.5,
    most: 3,
    on: true,
    mode: 'a',
    own: 9,
  };
  const section = domainSection('A part.', defaults, {
    wait: key.duration('wait', '1ms', '1s', 'Wait.'),
    worth: key.money('worth', '0', '1', 'Worth.'),
    fee: key.rate('feeBps', -1, 10, 'Fee.'),
    ratio: key.number('ratio', 0, 1, 'Ratio.'),
    most: key.count('most', 1, 9, 'Most.'),
    on: key.flag('on', 'On.'),
    mode: key.choice('mode', ['a', 'b'], 'Mode.'),
    own: key.derived(),
  });
  assert.deepEqual(section.written(defaults), {
    wait: '1ms',
    worth: '0.00000005',
    feeBps: 1,
    ratio: 0.5,
    most: 3,
    on: true,
    mode: 'a',
  });
  const parsed = section.schema.parse({ wait: '2ms', feeBps: -0.5, worth: '1' });
  assert.deepEqual(section.toConfiguration(parsed), {
    ...defaults,
    wait: 2_000,
    fee: -5_000,
    worth: 100_000_000,
  });
  assert.equal(section.schema.safeParse({ own: 1 }).success, false, 'derived keys are not written');
});
