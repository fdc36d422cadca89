/**
 * Goal: decimals from the venue become integers exactly and come back as the same text; nothing is
 * rounded or guessed.
 * Method: there and back over random values; a table of texts that must be refused.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  DecimalTextError,
  formatScaled,
  formatSteps,
  formatTurnover,
  parseScaled,
  parseStep,
  parseSteps,
} from './decimal-text.ts';

test('formatting and parsing are each other inverse for every safe integer and scale', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }), (value, decimals) => {
      const text = formatScaled(value, decimals);
      assert.equal(parseScaled(text, decimals), value + 0);
      const [, fraction = ''] = text.split('.');
      assert.equal(fraction.length, decimals);
      assert.equal(parseScaled(`${text}${decimals === 0 ? '.' : ''}000`, decimals), value + 0);
    }),
  );
});

for (const [text, decimals, expected] of [
  ['0.16233', 5, 16_233],
  ['0.162330000', 5, 16_233],
  ['+1.5', 1, 15],
  ['-0.00', 2, 0],
  ['7.', 2, 700],
  ['007', 0, 7],
  ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
] as const) {
  test(`"${text}" with ${decimals} decimals is ${expected}`, () => {
    assert.ok(Object.is(parseScaled(text, decimals), expected));
  });
}

for (const [text, decimals, why] of [
  ['', 2, 'is empty'],
  ['.5', 2, 'has no whole part'],
  ['1e5', 2, 'has an exponent'],
  ['1,5', 2, 'has a comma'],
  [' 1', 2, 'has a space'],
  ['NaN', 2, 'is not a number'],
  ['--1', 0, 'has two signs'],
  ['1.234', 2, 'has too many decimals'],
  ['9007199254740992', 0, 'is too large'],
  ['90071992547409.92', 2, 'is too large after scaling'],
] as const) {
  test(`"${text}" is refused: it ${why}`, () => {
    assert.throws(() => parseScaled(text, decimals), DecimalTextError);
  });
}

test('what is no safe integer is not formatted', () => {
  assert.throws(() => formatScaled(0.5, 2), RangeError);
  assert.throws(() => formatScaled(Number.NaN, 2), RangeError);
});

test('turnover is exact while it can be and whole beyond', () => {
  assert.equal(formatTurnover(-123, 8), '-0.00000123');
  assert.equal(formatTurnover(Number.MAX_SAFE_INTEGER, 8), '90071992.54740991');
  assert.equal(formatTurnover(12_740_873_017_000_000, 8), '127408730');
  assert.throws(() => formatTurnover(Number.NaN, 8), RangeError);
});

test('steps parse to their shortest form', () => {
  assert.deepEqual(parseStep('0.00010'), { mantissa: 1, decimals: 4 });
  assert.deepEqual(parseStep('5.00'), { mantissa: 5, decimals: 0 });
  assert.deepEqual(parseStep('0.25'), { mantissa: 25, decimals: 2 });
  for (const text of ['0', '0.000', '-0.1', 'one']) {
    assert.throws(() => parseStep(text), DecimalTextError);
  }
});

test('counts of a step come back as counts, and what lies between two steps is refused', () => {
  const steps = fc.constantFrom('0.00001', '0.25', '5', '1000', '0.005').map(parseStep);
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), steps, (count, step) => {
      const text = formatSteps(count, step);
      assert.equal(parseSteps(text, step), count + 0);
    }),
  );
  assert.throws(() => parseSteps('0.30', parseStep('0.25')), /not a multiple of 0.25/);
  assert.throws(() => parseSteps('0.123456', parseStep('0.00001')), DecimalTextError);
});
