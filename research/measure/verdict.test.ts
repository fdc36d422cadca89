/**
 * Goal: a result says what it is and what it is worth, and never flatters.
 * Method: one case a wording, the refusals in the order in which they are checked.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type VerdictInput } from './verdict.ts';

const DAY = 86_400_000_000;
const LOSS: VerdictInput = {
  isSynthetic: false,
  fillCount: 900,
  spanMicros: 6 * DAY,
  netUnits: -4e8,
  feesUnits: -6e8,
  breakEven: { feeBps: 1.234, lowBps: null, highBps: null },
  profile: 'naive-touch',
};

test('no fills are neither good nor bad', () => {
  const verdict = judge({ ...LOSS, fillCount: 0, netUnits: 5 });
  assert.equal(verdict.colour, 'grey');
});

test('a gain is green, after fees, with the break-even fee', () => {
  const { colour, text } = judge({ ...LOSS, netUnits: 123_456_789 });
  assert.equal(colour, 'green');
  assert.equal(text, 'net 1.2346 after all fees; break-even spot maker fee 1.23 bp');
});

test('a loss through fees says by how much they exceed what was earned', () => {
  const { colour, text } = judge(LOSS);
  assert.equal(colour, 'red');
  assert.equal(
    text,
    'net -4.0000: fees of 6.0000 exceed what was earned (2.0000) by 4.0000; break-even spot maker fee 1.23 bp',
  );
});

test('a loss before fees is not blamed on them', () => {
  const { text } = judge({ ...LOSS, netUnits: -9e8 });
  assert.match(text, /^net -9\.0000: lost 3\.0000 before fees and paid 6\.0000;/);
});

test('a loss in spite of rebates names both', () => {
  const { text } = judge({ ...LOSS, netUnits: -1e8, feesUnits: 2e8 });
  assert.match(text, /lost 3\.0000 before fees, rebates gave 2\.0000 back/);
});

test('without maker fills no break-even fee is named', () => {
  const { text } = judge({ ...LOSS, breakEven: { feeBps: null, lowBps: null, highBps: null } });
  assert.doesNotMatch(text, /break-even/);
});

for (const [name, changes, expected] of [
  ['synthetic', { isSynthetic: true }, /^synthetic: not evidence$/],
  ['synthetic with a rebate', { isSynthetic: true, profile: 'rebate' }, /^synthetic.*hypothetical/],
  ['a rebate on a recording', { profile: 'rebate' }, /^hypothetical/],
  ['too few fills', { fillCount: 499 }, /^insufficient: 499 fills over 6\.00 days/],
  ['too few days', { spanMicros: 4.9 * DAY }, /^insufficient: 900 fills over 4\.90 days/],
  ['enough', {}, /^one recording: judge over several days/],
] as const) {
  test(`evidence of ${name} is called what it is`, () => {
    assert.match(judge({ ...LOSS, ...changes }).evidence, expected);
  });
}
