/**
 * Goal: why we do not quote, and how well the system is, read as sentences with their units.
 * Method: one reason of each unit and form.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SideState } from '#apps/dashboard/protocol.ts';
import { SAMPLE_FACTS } from '#apps/dashboard/server/sample-source.test-support.ts';
import { sayIn } from '#apps/dashboard/web/language/language.ts';
import { healthReasonText, noQuoteText } from './reason-text.ts';

const say = sayIn('en');

/** Units stand after a narrow space that does not break. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

for (const [reason, needed, available, unit, expected] of [
  ['FEE_FLOOR', 14.2, 0.3, 'bps', 'too little edge: needed 14.2 bp, achievable 0.3 bp'],
  ['STALE_MARKET', 1_000_000, 3_000_000, 'micros', 'spot book too old: 3.0 s, allowed 1.0 s'],
  ['PERP_LED_MOVE', 3.2, 5, 'ticks', 'the perp moved 5.0 ticks ahead of spot, allowed 3.2 ticks'],
  ['INVENTORY_LIMIT', 900, 950, 'lots', 'inventory limit: 950 ABC held, allowed 900 ABC'],
  ['NO_BALANCE', 5, 1, 'quote', 'balance too small: needed 5.00 USDT, have 1.00 USDT'],
  ['TOXIC_FLOW', 0.9, 0.95, 'ratio', 'toxic flow: 0.95, threshold 0.90'],
  ['PULLED_BY_OPERATOR', 1, 0, 'none', 'pulled by the operator'],
] as const) {
  test(`${reason} says what blocks`, () => {
    const side: SideState = {
      reason,
      needed,
      available,
      unit,
      layers: 0,
      topTicks: 0,
      edge: null,
    };
    assert.equal(plainSpaces(noQuoteText(say, side, SAMPLE_FACTS)), expected);
  });
}

for (const [code, values, expected] of [
  ['DOMAINS_UP', [8], '8 domains up'],
  ['MARKET_FRESH', [12.4], 'spot book 12 ms old'],
  ['KILLED', ['DRAWDOWN', 120.5, 100], 'killed: drawdown (is 120.50, limit 100.00)'],
  ['ADVICE', ['WIDEN'], 'advice: widen'],
  ['LOOP_OVER_BUDGET', [459, 20], 'loop p99 459 µs, budget 20 µs'],
] as const) {
  test(`${code} reads as a sentence`, () => {
    const shown = healthReasonText(say, { code, isBad: false, values });
    assert.equal(plainSpaces(shown), expected);
  });
}
