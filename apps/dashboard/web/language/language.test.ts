/**
 * Goal: both languages say everything, with the same values in it, and know every code the engine has.
 * Method: key by key; the engine's own code tables.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { REGIME_NAMES } from '#contracts/configuration/simulation-configuration.ts';
import { STAGE_NAMES } from '#contracts/edge-ports.ts';
import { OperatorAction } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import { NoQuoteReason, ToxicityLevel } from '#contracts/quote-set.ts';
import { HealthAdvice, KillReason } from '#contracts/system-health.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH, type WordKey } from './english.ts';
import { sayCode, sayIn } from './language.ts';

const keys = Object.keys(ENGLISH) as WordKey[];

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{\d\}/g)].map((match) => match[0]).sort();
}

test('both languages have the same keys, none of them empty', () => {
  assert.deepEqual(Object.keys(CHINESE).sort(), [...keys].sort());
  for (const key of keys) {
    assert.notEqual(ENGLISH[key].trim(), '', key);
    assert.notEqual(CHINESE[key].trim(), '', key);
  }
});

test('both languages put the same values into each text', () => {
  for (const key of keys) {
    assert.deepEqual(placeholders(CHINESE[key]), placeholders(ENGLISH[key]), key);
  }
});

test('the Chinese texts are Chinese, apart from signs and units', () => {
  const bare = keys.filter(
    (key) => /[a-z]{4,}/i.test(ENGLISH[key]) && !/\p{Script=Han}/u.test(CHINESE[key]),
  );
  assert.deepEqual(bare, []);
});

for (const [group, codes] of [
  ['noQuote', NoQuoteReason],
  ['event', AlertCode],
  ['event', ReportStatus],
  ['reason', ReportReason],
  ['reason', OperatorAction],
  ['kill', KillReason],
  ['advice', HealthAdvice],
  ['action', ActionReason],
  ['state', OrderState],
  ['toxicity', ToxicityLevel],
] as const) {
  test(`every code has a word: ${group} of ${Object.keys(codes)[1]} and its kind`, () => {
    const missing = Object.keys(codes).filter(
      (name) => name !== 'NONE' && !Object.hasOwn(ENGLISH, `${group}.${name}`),
    );
    assert.deepEqual(missing, []);
  });
}

test('stages and market moods have words', () => {
  for (const stage of STAGE_NAMES) assert.ok(Object.hasOwn(ENGLISH, `stage.${stage}`), stage);
  for (const regime of REGIME_NAMES) assert.ok(Object.hasOwn(ENGLISH, `regime.${regime}`), regime);
});

test('values go where they belong, and an unknown code is shown as it is', () => {
  const say = sayIn('en');
  assert.equal(say('operator.verified', 12, 12, '0.4 s'), '12/12 cancels verified, 0.4 s');
  assert.equal(sayIn('zh')('bar.seed', 7), '种子 7');
  assert.equal(sayCode(say, 'noQuote', 'BRAND_NEW'), 'BRAND_NEW');
  assert.equal(
    sayCode(say, 'noQuote', 'FEE_FLOOR', '14.2 bp', '0.3 bp'),
    'too little edge: needed 14.2 bp, achievable 0.3 bp',
  );
});
