/**
 * Goal: levels stay sorted and exact, and what traded or was consumed is not there to take.
 * Method: random changes against a plain Map, then worked stories of consumption.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { RecordedSide } from './recorded-side.ts';

test('random levels agree with a plain map on both sides, beyond the first capacity', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(Side.BUY, Side.SELL),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 9 })), {
        maxLength: 3_000,
        size: 'max',
      }),
      (side, changes) => {
        const levels = new RecordedSide(side);
        const naive = new Map<number, number>();
        for (const [price, lots] of changes) {
          assert.equal(levels.set(price, lots), naive.get(price) ?? 0);
          if (lots === 0) naive.delete(price);
          else naive.set(price, lots);
        }
        const prices = [...naive.keys()];
        const best = side === Side.BUY ? Math.max(0, ...prices) : Math.min(...prices, Infinity);
        assert.equal(levels.count, naive.size);
        assert.equal(levels.bestTicks, naive.size === 0 ? 0 : best);
        for (const [price, lots] of naive) assert.equal(levels.lotsAt(price), lots);
      },
    ),
    { numRuns: 30 },
  );
});

test('consumed lots stay consumed while the level only shrinks, and added ones can be taken', () => {
  const asks = new RecordedSide(Side.SELL);
  asks.set(101, 40);
  assert.equal(asks.consume(101, 30), 30);
  assert.equal(asks.availableAt(101), 10);
  asks.set(101, 35);
  assert.equal(asks.availableAt(101), 5);
  assert.equal(asks.consume(101, 50), 5);
  asks.set(101, 20);
  assert.equal(asks.availableAt(101), 0);
  asks.set(101, 32);
  assert.equal(asks.availableAt(101), 12);
  asks.set(101, 0);
  asks.set(101, 9);
  assert.equal(asks.availableAt(101), 9);
  assert.equal(asks.consume(999, 1), 0);
  assert.equal(asks.availableAt(999), 0);
});

test('traded lots are gone until the level is reported with another quantity', () => {
  const bids = new RecordedSide(Side.BUY);
  bids.set(100, 40);
  bids.noteTraded(100, 15);
  bids.noteTraded(77, 15);
  assert.equal(bids.availableAt(100), 25);
  bids.set(100, 40);
  assert.equal(bids.availableAt(100), 25);
  bids.set(100, 25);
  assert.equal(bids.availableAt(100), 25);
});

test('the best price to take skips what is used up and stops at the limit', () => {
  const asks = new RecordedSide(Side.SELL);
  for (const price of [101, 102, 104]) asks.set(price, 10);
  asks.consume(101, 10);
  assert.equal(asks.bestAvailableTicks(Number.POSITIVE_INFINITY), 102);
  assert.equal(asks.bestAvailableTicks(101), 0);
  assert.equal(asks.availableWithin(103, 1_000), 10);
  assert.equal(asks.availableWithin(104, 15), 20);
  asks.clear();
  assert.equal(asks.bestAvailableTicks(1_000), 0);
  assert.equal(asks.bestTicks, 0);
});
