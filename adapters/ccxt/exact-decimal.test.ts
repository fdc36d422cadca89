/**
 * Goal: a number of the library becomes the decimal the venue wrote, or an error.
 * Method: a table, then random decimals through doubles and back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { DecimalTextError, formatScaled } from '#units/decimal-text.ts';
import { cutScaled, divideDecimals, exactDecimal, multiplyDecimals } from './exact-decimal.ts';

for (const [value, expected] of [
  ['0.16233', '0.16233'],
  ['1.50', '1.50'],
  [0.16233, '0.16233'],
  [1e-7, '0.0000001'],
  ['1e-8', '0.00000001'],
  ['1.25e2', '125'],
  [1e21, '1000000000000000000000'],
  ['-0.5', '-0.5'],
  [0, '0'],
] as const) {
  test(`${JSON.stringify(value)} is ${expected}`, () => {
    assert.equal(exactDecimal(value), expected);
  });
}

for (const value of [undefined, '', 'NaN', Number.NaN, Number.POSITIVE_INFINITY, '0x10', '1,5'])
  test(`${String(value)} is refused`, () => {
    assert.throws(() => exactDecimal(value), DecimalTextError);
    assert.throws(() => cutScaled(value, 8), DecimalTextError);
  });

test('a double with more digits than it can keep is refused, the same text is not', () => {
  assert.throws(() => exactDecimal(0.1 + 0.2), /not exact/);
  assert.equal(exactDecimal('0.30000000000000004'), '0.30000000000000004');
});

test('every decimal of fifteen digits survives the way through a double', () => {
  const random = new SeededRandom(11, 1);
  for (let round = 0; round < 5_000; round++) {
    const decimals = Math.floor(random.uniform() * 13);
    const text = formatScaled(Math.floor(random.uniform() * 1e15), decimals);
    const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    assert.equal(exactDecimal(Number(text)), trimmed, `seed 11, round ${round}: ${text}`);
  }
});

test('marks and rates are cut, not refused', () => {
  assert.equal(cutScaled('0.000012345678', 8), 1234);
  assert.equal(cutScaled(-1.5e-5, 8), -1500);
  assert.equal(cutScaled('90000.1', 8), 9_000_010_000_000);
});

test('products and quotients are exact or not there', () => {
  assert.equal(multiplyDecimals('0.001', '1000'), '1');
  assert.equal(multiplyDecimals('12.5', '0.08'), '1');
  assert.equal(divideDecimals('300', '100', 8), '3');
  assert.equal(divideDecimals('1', '8', 8), '0.125');
  assert.equal(divideDecimals('1', '3', 8), null);
  assert.equal(divideDecimals('1', '0', 8), null);
});

test('an object of any depth is no number, and is not shown', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assert.throws(() => exactDecimal(deep as number), /not a number: object/);
});
