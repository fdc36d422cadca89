/**
 * Goal: every reason has words with units; nobody has to read microseconds or 1e-8 units.
 * Method: each code once, with numbers whose raw form would be seen.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { KillReason } from '#contracts/system-health.ts';
import { killWords, reasonUnit, reasonWords, shareWords } from './reason-words.ts';

for (const [reason, measured, limit, words] of [
  ['OPERATOR', 1, 0, 'OPERATOR: a person said stop'],
  ['DAILY_LOSS', 31.25, 30, 'DAILY_LOSS 31.25 bp since the start of the UTC day, allowed 30 bp'],
  ['DRAWDOWN', 5.18, 5, 'DRAWDOWN 5.18 bp from the peak of the session, allowed 5 bp'],
  ['LOSS_VELOCITY', 12, 10, 'LOSS_VELOCITY 12 bp within its window, allowed 10 bp'],
  ['CLOCK_DRIFT', -501_000, 500_000, 'CLOCK_DRIFT -501 ms, allowed 500 ms'],
  ['LOOP_LATENCY', 51_500, 50_000, 'LOOP_LATENCY 51.5 ms at the 99th percentile, allowed 50 ms'],
  ['POSITION_MISMATCH', 5_050_000, 5_000_000, 'POSITION_MISMATCH for 5.05 s, allowed 5 s'],
  ['UNKNOWN_ORDERS', 60_050_000, 60_000_000, 'UNKNOWN_ORDERS for 60.05 s, allowed 60 s'],
  ['REJECT_STORM', 21, 20, 'REJECT_STORM of 21 refusals within its window, allowed 20'],
  ['MARGIN', 0, 0.1, 'MARGIN 0 % of the margin wallet free, at least 10 % wanted'],
  ['DELTA_LIMIT', 10_050_000, 10_000_000, 'DELTA_LIMIT exceeded for 10.05 s, allowed 10 s'],
  ['JOURNAL', 2_000_000, 500_000, 'JOURNAL 2 s behind, allowed 500 ms'],
] as const) {
  test(`a kill for ${reason} is named with its unit`, () => {
    assert.equal(killWords(KillReason[reason], measured, limit), words);
  });
}

test('no kill reason is without words', () => {
  for (const reason of Object.values(KillReason)) assert.notEqual(killWords(reason, 1, 2), '');
});

test('a killed side names the kill, an operator’s stop, and never bare numbers', () => {
  const kill = { reason: KillReason.DELTA_LIMIT, measured: 10_050_000, limit: 10_000_000 };
  assert.equal(
    reasonWords(NoQuoteReason.KILLED, 10_000_000, 10_050_000, kill),
    'killed for the rest of this session: DELTA_LIMIT exceeded for 10.05 s, allowed 10 s',
  );
  const stopped = 'stopped by an operator: nothing is quoted for the rest of this session';
  assert.equal(reasonWords(NoQuoteReason.KILLED, 1, 0), stopped);
  const operator = { reason: KillReason.OPERATOR, measured: 1, limit: 0 };
  assert.equal(reasonWords(NoQuoteReason.KILLED, 1, 0, operator), stopped);
});

test('a margin that is gone is no operator’s stop', () => {
  const kill = { reason: KillReason.MARGIN, measured: 0, limit: 0.1 };
  assert.match(reasonWords(NoQuoteReason.KILLED, 0.1, 0, kill), /MARGIN 0 % of the margin wallet/);
});

test('no words show microseconds or 1e-8 units', () => {
  for (const reason of Object.values(NoQuoteReason)) {
    const isRaw = reasonUnit(reason, Side.BUY) !== null || reason === NoQuoteReason.NO_LEASE;
    if (!isRaw) continue;
    const scale = /ms|asset/.test(reasonUnit(reason, Side.BUY) ?? 'ms') ? 1e8 : 1;
    const words = reasonWords(reason, 3 * scale, 7 * scale);
    assert.doesNotMatch(words, /00000000/, words);
  }
});

test('the calendar says how far the instant is', () => {
  assert.equal(
    reasonWords(NoQuoteReason.CALENDAR, 30_000_000, 12_500_000),
    'a funding instant is 12.5 s away, inside the window of 30 s',
  );
});

for (const [share, words] of [
  [
    { reason: 'FEE_FLOOR', share: 0.9, needed: 14.912, available: 0.0151, unit: 'bp' },
    'FEE_FLOOR 90 % (needs 14.9 bp, 0.0151 bp achievable)',
  ],
  [
    { reason: 'FAIR_OUTSIDE_BAND', share: 0.081, needed: 4, available: 192.4, unit: 'ticks' },
    'FAIR_OUTSIDE_BAND 8 % (192 ticks, allowed 4 ticks)',
  ],
  [
    { reason: 'NO_BALANCE', share: 0.004, needed: 5, available: 1, unit: 'quote asset' },
    'NO_BALANCE under 1 % (needs 5, has 1 of the quote asset)',
  ],
  [
    { reason: 'CALENDAR', share: 0.5, needed: 30_000, available: 12_500, unit: 'ms' },
    'CALENDAR 50 % (12.5 s, window 30 s)',
  ],
  [
    { reason: 'TOXIC_FLOW', share: 0.5, needed: 0.8, available: 0.914, unit: 'ratio' },
    'TOXIC_FLOW 50 % (0.914, allowed 0.8)',
  ],
  [
    { reason: 'WARMING_UP', share: 1, needed: null, available: null, unit: null },
    'WARMING_UP 100 %',
  ],
] as const) {
  test(`a share of time reads "${words}"`, () => assert.equal(shareWords(share), words));
}
