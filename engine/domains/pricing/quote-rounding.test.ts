/**
 * Goal: rounding never improves a quote, forgives the last bits of a sum, and the clamps keep quotes
 * from taking liquidity.
 * Method: random fairs and distances; the touch at large prices.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  clampAskTicks,
  clampBidTicks,
  ROUNDING_SLACK_TICKS,
  roundAskTicks,
  roundBidTicks,
} from './quote-rounding.ts';

const anyFair = fc.double({ min: 1, max: 1e8, noNaN: true });
const anyDistance = fc.double({ min: -10, max: 1e4, noNaN: true });

test('a bid is rounded down and an ask up, by less than a tick', () => {
  fc.assert(
    fc.property(anyFair, anyDistance, (fair, distance) => {
      const bid = roundBidTicks(fair, distance);
      const ask = roundAskTicks(fair, distance);
      assert.ok(Number.isInteger(bid) && Number.isInteger(ask));
      assert.ok(bid <= fair - distance + ROUNDING_SLACK_TICKS && bid > fair - distance - 1);
      assert.ok(ask >= fair + distance - ROUNDING_SLACK_TICKS && ask < fair + distance + 1);
    }),
  );
});

test('asking for the touch gives the touch, whatever fair is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e8 }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (touch, away) => {
        assert.equal(roundBidTicks(touch + away, touch + away - touch), touch);
        assert.equal(roundAskTicks(touch - away, touch - (touch - away)), touch);
      },
    ),
  );
});

test('post-only stays a tick inside the other side, joining stays at its own', () => {
  assert.equal(clampBidTicks(105, 100, 103, false), 102);
  assert.equal(clampBidTicks(105, 100, 103, true), 100);
  assert.equal(clampBidTicks(99, 100, 103, true), 99);
  assert.equal(clampAskTicks(98, 100, 103, false), 101);
  assert.equal(clampAskTicks(98, 100, 103, true), 103);
  assert.equal(clampAskTicks(104, 100, 103, true), 104);
});
