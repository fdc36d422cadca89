/**
 * Goal: every code of the venue's lists has a reaction of its own, and nothing is called failed that is
 * not proven to have failed.
 * Method: the two lists of codes written out; the texts and statuses that change a meaning.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import { isListed, REMEDIES, reactionTo } from './error-table.ts';

const COMMON = [
  -1000, -1001, -1002, -1003, -1006, -1007, -1008, -1013, -1014, -1015, -1016, -1020, -1021, -1022,
  -1034, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1107, -1108, -1111, -1112, -1113, -1114,
  -1115, -1116, -1117, -1118, -1119, -1121, -1122, -1128, -1130, -1145, -1193, -1194, -1220, -2010,
  -2011, -2013, -2014, -2015,
];
const SPOT = [-2021, -2022, -2026, -2028, -2035, -2036, -2038, -2039, -2042, -2043];
const USDM = [
  -1125, -2018, -2019, -2020, -2021, -2022, -2023, -2024, -2025, -2026, -2027, -2028, -4003, -4005,
  -4013, -4014, -4015, -4016, -4023, -4024, -4059, -4060, -4061, -4062, -4067, -4068, -4082, -4087,
  -4088, -4116, -4118, -4120, -4131, -4140, -4141, -4164, -4192, -4400, -4401, -5021, -5022, -5024,
  -5025, -5026, -5027, -5028, -5029, -5037, -5038, -5039, -5040, -5041, -5047,
];
const UNPROVEN = new Set([-1000, -1001, -1006, -1007]);

for (const [name, market, codes] of [
  ['spot', Market.SPOT, [...COMMON, ...SPOT]],
  ['USD-M', Market.PERPETUAL, [...COMMON, ...USDM]],
] as const) {
  test(`every listed code of ${name} has a reaction`, () => {
    for (const code of codes) {
      assert.ok(isListed(market, code), `${name} ${code}`);
      const reaction = reactionTo(market, { status: 400, code, message: '' });
      assert.ok(reaction.remedy in REMEDIES);
      const isUnproven = UNPROVEN.has(code) || code === -4116;
      assert.equal(reaction.proof, isUnproven ? 'UNKNOWN' : 'REFUSED', `${name} ${code}`);
    }
  });
}

const at = (status: number, code: number, message = '') => ({ status, code, message });

test('the text tells refusals of -2010 apart, and a duplicate is no failure', () => {
  const crossing = at(400, -2010, 'Order would immediately match and take.');
  assert.equal(reactionTo(Market.SPOT, crossing).reason, ReportReason.POST_ONLY_WOULD_CROSS);
  const poor = at(400, -2010, 'Account has insufficient balance for requested action.');
  assert.equal(reactionTo(Market.SPOT, poor).reason, ReportReason.INSUFFICIENT_BALANCE);
  const duplicate = reactionTo(Market.SPOT, at(400, -2010, 'Duplicate order sent.'));
  assert.deepEqual([duplicate.proof, duplicate.reason], ['UNKNOWN', ReportReason.DUPLICATE_ID]);
  const disabled = at(400, -2010, 'This action is disabled on this account.');
  assert.equal(reactionTo(Market.SPOT, disabled).remedy, 'STOP');
});

test('a server error proves nothing, whatever its code, but an overload does', () => {
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    for (const [status, code] of [
      [500, 0],
      [502, 0],
      [504, -1007],
      [500, -2010],
      [408, 0],
      [503, -9999],
    ]) {
      assert.equal(
        reactionTo(market, at(status ?? 0, code ?? 0)).proof,
        'UNKNOWN',
        `${status} ${code}`,
      );
    }
    assert.equal(reactionTo(market, at(503, -1008)).proof, 'REFUSED');
    assert.equal(reactionTo(market, at(504, -1008)).proof, 'UNKNOWN');
  }
});

test('a 503 of USD-M is read by its text', () => {
  const reaction = (code: number, text: string) =>
    reactionTo(Market.PERPETUAL, at(503, code, text)).proof;
  assert.equal(
    reaction(0, 'Unknown error, please check your request or try again later.'),
    'UNKNOWN',
  );
  assert.equal(reaction(0, 'Service Unavailable.'), 'REFUSED');
  const internal = 'Internal error; unable to process your request. Please try again.';
  assert.equal(reaction(-1001, internal), 'REFUSED');
  assert.equal(reactionTo(Market.SPOT, at(503, -1001, internal)).proof, 'UNKNOWN');
});

test('rate refusals: orders stop placing only, weight and bans stop everything', () => {
  assert.equal(reactionTo(Market.SPOT, at(429, -1015)).remedy, 'WAIT_ORDERS');
  assert.equal(reactionTo(Market.SPOT, at(429, -1003)).remedy, 'WAIT');
  assert.equal(reactionTo(Market.SPOT, at(418, -1003)).remedy, 'WAIT');
  assert.equal(reactionTo(Market.SPOT, at(403, 0)).remedy, 'STOP');
});

test('the same number means different things in the two markets', () => {
  assert.equal(reactionTo(Market.SPOT, at(409, -2021)).remedy, 'READ_LEGS');
  assert.equal(reactionTo(Market.PERPETUAL, at(400, -2022)).reason, ReportReason.REDUCE_ONLY);
});

test('an unlisted code below 500 is a refusal, without a code it is in doubt', () => {
  assert.equal(reactionTo(Market.SPOT, at(400, -9123)).proof, 'REFUSED');
  assert.equal(reactionTo(Market.SPOT, at(400, 0)).proof, 'UNKNOWN');
});
