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
  fundingUnits: 0,
  currency: 'USDT',
  makerFeeBps: 10,
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

test('a loss through fees says by how much they exceed what was earned, and the fee that was needed', () => {
  const { colour, text } = judge(LOSS);
  assert.equal(colour, 'red');
  assert.equal(
    text,
    'net -4.0000: fees of 6.0000 exceed what was earned (2.0000) by 4.0000 USDT; maker fee paid 10.00 bp, break-even 1.23 bp',
  );
});

test('a loss before fees says the same, and that fees alone are not to blame', () => {
  const { colour, text } = judge({
    ...LOSS,
    netUnits: -11_390_990_000,
    feesUnits: -10_604_400_000,
    breakEven: { feeBps: -4.56, lowBps: null, highBps: null },
  });
  assert.equal(colour, 'red');
  assert.equal(
    text,
    'net -113.9099: fees of 106.0440 exceed what was earned (-7.8659) by 113.9099 USDT; maker fee paid 10.00 bp, break-even -4.56 bp; lost 7.8659 before fees too: adverse selection and hedging took more than the spread gave',
  );
});

test('a loss before fees that funding alone made is not called adverse selection', () => {
  const { text } = judge({ ...LOSS, netUnits: -9e8, fundingUnits: -4e8 });
  assert.match(text, /lost 3\.0000 before fees too: funding took more than the rest earned$/);
});

test('a loss in spite of rebates names both, and blames no fees', () => {
  const { text } = judge({ ...LOSS, netUnits: -1e8, feesUnits: 2e8, makerFeeBps: -0.5 });
  assert.match(
    text,
    /lost 3\.0000 before fees, rebates gave 2\.0000 back; maker fee paid -0\.50 bp/,
  );
  assert.doesNotMatch(text, /exceed/);
});

test('a loss without any fee blames none', () => {
  const { text } = judge({ ...LOSS, feesUnits: 0, makerFeeBps: 0 });
  assert.match(text, /^net -4\.0000: lost 4\.0000 before fees, no fees were paid;/);
});

test('without maker fills no maker fee is named', () => {
  const breakEven = { feeBps: null, lowBps: null, highBps: null };
  const { text } = judge({ ...LOSS, makerFeeBps: null, breakEven });
  assert.doesNotMatch(text, /break-even|maker fee/);
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
