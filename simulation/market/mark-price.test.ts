/**
 * Goal: mark price and funding follow MODELS 7: median of three, premium weighted 1, 2, 3 ..., rate
 * from the clamp formula, settlements on whole intervals.
 * Method: each formula once more, written out over all samples instead of step by step.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EpochMicros } from '#units/integers.ts';
import { MarkPrice } from './mark-price.ts';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const INTERVAL = 8 * HOUR;
/** A whole multiple of the interval. */
const MIDNIGHT = 60_000 * INTERVAL;

const at = (micros: number): EpochMicros => micros as EpochMicros;

/** The formula of the venue on the 8-hour scale, in 1e-8. */
function rateUnits(premium: number): number {
  const clamped = Math.min(0.0005, Math.max(-0.0005, 0.0001 - premium));
  return Math.round(Math.min(0.02, Math.max(-0.02, premium + clamped)) * 1e8);
}

test('the index is the spot mid and the mark lies between index and perpetual', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000_000, max: 100_000_000 }),
      fc.array(fc.integer({ min: -50_000, max: 50_000 }), { minLength: 1, maxLength: 80 }),
      (spot, differences) => {
        const mark = new MarkPrice(at(MIDNIGHT + SECOND), INTERVAL);
        let average = 0;
        differences.forEach((difference, index) => {
          mark.step(at(MIDNIGHT + (index + 2) * SECOND), spot, spot + difference);
          const share = Math.max(1 / 30, 1 / (index + 1));
          average += share * (difference - average);
          assert.equal(mark.indexPriceUnits, spot);
          // Before the first settlement the rate is zero: the first of the three prices is the index.
          const three = [spot, spot + average, spot + difference].sort((a, b) => a - b);
          assert.equal(mark.markPriceUnits, Math.round(three[1] as number));
        });
      },
    ),
  );
});

test('later premiums weigh more, in proportion to their number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -200_000, max: 200_000 }), { minLength: 1, maxLength: 60 }),
      (differences) => {
        const spot = 16_000_000;
        const mark = new MarkPrice(at(MIDNIGHT), INTERVAL);
        let sum = 0;
        let weights = 0;
        differences.forEach((difference, index) => {
          mark.step(at(MIDNIGHT + (index + 1) * SECOND), spot, spot + difference);
          sum += (index + 1) * (difference / spot);
          weights += index + 1;
          assert.ok(Math.abs(mark.fundingRate - rateUnits(sum / weights)) <= 1);
        });
      },
    ),
  );
});

test('inside the clamp the rate is the interest, 0.01 % in eight hours', () => {
  const mark = new MarkPrice(at(MIDNIGHT), INTERVAL);
  mark.step(at(MIDNIGHT + SECOND), 16_000_000, 16_000_000 * 1.0003);
  assert.equal(mark.fundingRate, 10_000);
});

test('a shorter interval pays the share of its length', () => {
  const mark = new MarkPrice(at(MIDNIGHT), HOUR);
  mark.step(at(MIDNIGHT + SECOND), 16_000_000, 16_000_000 * 1.002);
  // (0.2 % - 0.05 %) / 8.
  assert.equal(mark.fundingRate, 18_750);
});

test('settlements fall on whole intervals and start a new average', () => {
  const mark = new MarkPrice(at(MIDNIGHT - 10 * SECOND), INTERVAL);
  assert.equal(mark.nextFundingMicros, MIDNIGHT);
  mark.step(at(MIDNIGHT - 5 * SECOND), 16_000_000, 16_000_000 * 1.01);
  const settled = mark.fundingRate;
  assert.equal(settled, rateUnits(0.01));
  mark.step(at(MIDNIGHT), 16_000_000, 16_000_000);
  assert.equal(mark.nextFundingMicros, MIDNIGHT + INTERVAL);
  assert.equal(mark.fundingRate, 10_000, 'the old premium counts no more');
});

test('after a settlement the mark carries the funding still to come', () => {
  const spot = 16_000_000;
  const mark = new MarkPrice(at(MIDNIGHT - SECOND), INTERVAL);
  mark.step(at(MIDNIGHT - SECOND), spot, spot * 1.002);
  const rate = mark.fundingRate / 1e8;
  // A perpetual far above both others: the median is the larger of index-with-funding and average.
  mark.step(at(MIDNIGHT + INTERVAL / 2), spot, spot);
  mark.step(at(MIDNIGHT + INTERVAL / 2), spot, spot * 1.05);
  const withFunding = spot * (1 + rate / 2);
  const differences = [spot * 0.002, 0, spot * 0.05];
  let average = 0;
  differences.forEach((difference, index) => {
    average += (difference - average) / (index + 1);
  });
  assert.equal(mark.markPriceUnits, Math.round(Math.max(withFunding, spot + average)));
});

test('a start on a settlement instant belongs to the next one', () => {
  assert.equal(new MarkPrice(at(MIDNIGHT), INTERVAL).nextFundingMicros, MIDNIGHT + INTERVAL);
});
