/**
 * Goal: numbers read the same everywhere: fixed digits, a true minus, a unit.
 * Method: a table of values at the edges of each form.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstrumentFacts } from '#apps/dashboard/protocol.ts';
import {
  amount,
  bps,
  clock,
  dateAndClock,
  duration,
  fixed,
  nanos,
  orderName,
  percent,
  plainBps,
  price,
  quantity,
  short,
  shortQuantity,
  signed,
  signedAmount,
  wallClock,
} from './format.ts';

/** Units stand after a narrow space that does not break. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

const FACTS: InstrumentFacts = {
  symbol: 'ABCUSDT',
  market: 'spot',
  tickMantissa: 5,
  priceDecimals: 3,
  stepMantissa: 1,
  quantityDecimals: 2,
};

for (const [shown, expected] of [
  [fixed(-1_234.5, 2), '−1,234.50'],
  [fixed(-0.001, 2), '0.00'],
  [signed(0.004, 2), '0.00'],
  [signed(1.5, 1), '+1.5'],
  [price(21_000, FACTS), '105.000'],
  [price(21_000.5, FACTS, 1), '105.0025'],
  [quantity(123_456, FACTS), '1,234.56'],
  [shortQuantity(13_160_000, FACTS), '132k'],
  [short(2_350_000), '2.35M'],
  [short(1_440), '1.44k'],
  [short(54_800), '54.8k'],
  [short(0.25), '0.2500'],
  [short(12.5), '12.50'],
  [bps(-9.37), '−9.4 bp'],
  [bps(null), '–'],
  [plainBps(5.31, 2), '5.31 bp'],
  [percent(0.8836), '88.4 %'],
  [percent(null), '–'],
  [amount('10000.00000000', 'USDT', 0), '10,000 USDT'],
  [signedAmount('-0.42000000', 'USDT'), '−0.42 USDT'],
  [duration(0.4), '400 µs'],
  [duration(3.25), '3.3 ms'],
  [duration(400), '0.4 s'],
  [duration(45_000), '45 s'],
  [duration(600_000), '10 min'],
  [duration(7_500_000), '2 h 5 min'],
  [duration(400_000_000), '4 d'],
  [nanos(16_895), '16.9 µs'],
  [nanos(2_162_687), '2.2 ms'],
  [clock(1_767_599_770_154_738), '07:56:10.154'],
  [dateAndClock(1_767_599_770_154_738), '2026-01-05 07:56:10.154'],
  [wallClock(1_767_599_770_154), '07:56:10'],
  [orderName(2 ** 32 + 42), '1-42'],
] as const) {
  test(`${expected} is written like that`, () => assert.equal(plainSpaces(shown), expected));
}
