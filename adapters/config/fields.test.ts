/**
 * Goal: a value without its unit, outside its bounds or of the wrong kind is refused in words that
 * say what is wanted.
 * Method: tables of texts for each kind of value; round trips for durations.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { z } from 'zod';
import {
  choice,
  count,
  duration,
  flag,
  formatDuration,
  money,
  number,
  parseDuration,
  text,
} from './fields.ts';

function refusal(schema: z.ZodType, value: unknown): string {
  const result = schema.safeParse(value);
  assert.equal(result.success, false, `${String(value)} was accepted`);
  return result.error?.issues[0]?.message ?? '';
}

test('durations are read with their unit', () => {
  for (const [written, micros] of [
    ['5us', 5],
    ['250ms', 250_000],
    ['1.5s', 1_500_000],
    ['2m', 120_000_000],
    ['1h', 3_600_000_000],
    ['1d', 86_400_000_000],
  ] as const) {
    assert.equal(parseDuration(written), micros);
  }
  for (const wrong of ['5', '5 s', 's', '-1s', '1sec', '', '0.0000001us', '1e3s']) {
    assert.equal(parseDuration(wrong), null, wrong);
  }
});

test('a duration is written in the largest unit that divides it, and reads back the same', () => {
  assert.equal(formatDuration(250_000), '250ms');
  assert.equal(formatDuration(90_000_000), '90s');
  assert.equal(formatDuration(0), '0us');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (micros) => {
      assert.equal(parseDuration(formatDuration(micros)), micros);
    }),
  );
});

test('a duration field wants a unit and stays within its bounds', () => {
  const field = duration('1s', '250ms', '10s', 'How long.');
  assert.equal(field.parse('250ms'), 250_000);
  assert.equal(field.parse('10s'), 10_000_000);
  assert.equal(field.parse(undefined), 1_000_000);
  assert.match(refusal(field, 1_000), /a number with its unit, like "1s"/);
  assert.match(refusal(field, '1000'), /us ms s m h d/);
  assert.match(refusal(field, '249ms'), /between 250ms and 10s/);
  assert.match(refusal(field, '11s'), /between 250ms and 10s/);
});

test('money is a decimal in quotes and becomes whole units', () => {
  const field = money('10', '0', '1000', 'How much.');
  assert.equal(field.parse('0.00000001'), 1);
  assert.equal(field.parse('1000'), 100_000_000_000);
  assert.equal(field.parse(undefined), 1_000_000_000);
  assert.match(refusal(field, 10), /decimal in quotes/);
  assert.match(refusal(field, '0.000000001'), /at most 8 decimals/);
  assert.match(refusal(field, '1,000'), /decimal in quotes/);
  assert.match(refusal(field, '1000.01'), /between "0" and "1000"/);
  assert.match(refusal(field, '-1'), /between "0" and "1000"/);
});

test('numbers and counts keep their bounds', () => {
  const ratio = number(0.5, 0, 1, 'A share.');
  assert.equal(ratio.parse(1), 1);
  assert.match(refusal(ratio, 1.01), /between 0 and 1/);
  assert.match(refusal(ratio, '0.5'), /a number is wanted/);
  const whole = count(3, 1, 9, 'How many.');
  assert.equal(whole.parse(9), 9);
  assert.match(refusal(whole, 10), /between 1 and 9/);
  assert.match(refusal(whole, 2.5), /whole number/);
});

test('flags, choices and texts say what they take', () => {
  assert.match(refusal(flag(true, 'Whether.'), 'yes'), /true or false/);
  assert.match(refusal(choice(['one', 'two'], 'one', 'Which.'), 'three'), /one of one, two/);
  const word = text('abc', /^[a-z]+$/, 'a small word', 'Word.');
  assert.equal(refusal(word, 'ABC'), 'a small word is wanted here');
  assert.equal(refusal(word, 5), 'a text is wanted here: a small word');
});

test('descriptions carry the bounds', () => {
  assert.equal(count(1, 1, 1, 'Version.').meta()?.description, 'Version. Always 1.');
  assert.equal(number(1, 0, 2, 'Share.').meta()?.description, 'Share. Between 0 and 2.');
});
