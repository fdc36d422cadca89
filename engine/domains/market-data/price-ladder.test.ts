/**
 * Goal: the ladder holds exactly what a map would hold and finds its levels in order, wherever the
 * price drifts.
 * Method: random walks of level changes against a sorted map, on a narrow window so that it moves often.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { NO_RANK, PriceLadder } from './price-ladder.ts';

const NARROW = { ladderTicks: 1024, farLevelsMax: 20_000 };

function ranksOf(ladder: PriceLadder): number[] {
  const ranks: number[] = [];
  for (let rank = ladder.bestRank; rank !== NO_RANK; rank = ladder.nextWorse(rank))
    ranks.push(rank);
  return ranks;
}

/** Prices that stay close, jump by windows and wander far. */
const priceArbitrary = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 50_000, max: 50_040 }) },
  { weight: 3, arbitrary: fc.integer({ min: 49_000, max: 51_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200_000 }) },
);
const changes = fc.array(fc.tuple(priceArbitrary, fc.integer({ min: 0, max: 3 })), {
  maxLength: 200,
  size: 'max',
});

for (const [name, side] of Object.entries(Side)) {
  test(`the ${name} ladder agrees with a sorted map after every change`, () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const ladder = new PriceLadder({ ...NARROW, side });
        const model = new Map<number, number>();
        for (const [price, lots] of steps) {
          ladder.set(ladder.rankOf(price), lots);
          if (lots === 0) model.delete(price);
          else model.set(price, lots);
          const sorted = [...model.keys()].sort((left, right) =>
            side === Side.BUY ? right - left : left - right,
          );
          assert.equal(ladder.count, model.size);
          assert.equal(ladder.bestPriceTicks, sorted[0] ?? 0);
          assert.equal(ladder.lotsAt(ladder.rankOf(price)), lots);
        }
        const prices = ranksOf(ladder).map((rank) => ladder.priceOf(rank));
        const expected = [...model.keys()].sort((left, right) =>
          side === Side.BUY ? right - left : left - right,
        );
        assert.deepEqual(prices, expected);
        for (const price of expected) {
          assert.equal(ladder.lotsAt(ladder.rankOf(price)), model.get(price));
        }
      }),
      { numRuns: 300 },
    );
  });
}

test('a restored ladder has the same bytes and goes on the same way', () => {
  fc.assert(
    fc.property(changes, changes, (before, after) => {
      const original = new PriceLadder({ ...NARROW, side: Side.SELL });
      for (const [price, lots] of before) original.set(original.rankOf(price), lots);
      const restored = new PriceLadder({ ...NARROW, side: Side.SELL });
      restored.set(restored.rankOf(7), 7);
      const writer = new StateBytesWriter();
      original.writeState(writer);
      restored.readState(new StateBytesReader(writer.written()));
      for (const [price, lots] of after) {
        original.set(original.rankOf(price), lots);
        restored.set(restored.rankOf(price), lots);
      }
      const left = new StateBytesWriter();
      const right = new StateBytesWriter();
      original.writeState(left);
      restored.writeState(right);
      assert.deepEqual(left.written(), right.written());
    }),
    { numRuns: 100 },
  );
});

test('beyond its limit the farthest half of the far levels is forgotten, never the near ones', () => {
  const ladder = new PriceLadder({ side: Side.BUY, ladderTicks: 1024, farLevelsMax: 1000 });
  ladder.set(1_000_000, 5);
  for (let price = 1; price <= 1001; price++) ladder.set(price, 1);
  assert.equal(ladder.count, 1 + 501);
  assert.equal(ladder.lotsAt(500), 0);
  assert.equal(ladder.lotsAt(501), 1);
  assert.equal(ladder.bestPriceTicks, 1_000_000);
});

test('the far limit also holds when the window moves away from many levels', () => {
  const ladder = new PriceLadder({ side: Side.BUY, ladderTicks: 2048, farLevelsMax: 1000 });
  for (let price = 10_000; price < 11_500; price++) ladder.set(price, 1);
  ladder.set(1_000_000, 1);
  assert.ok(ladder.count <= 1001);
  assert.equal(ladder.bestPriceTicks, 1_000_000);
});

test('clearing empties both parts', () => {
  const ladder = new PriceLadder({ ...NARROW, side: Side.BUY });
  ladder.set(5_000_000, 1);
  ladder.set(10, 1);
  ladder.clear();
  assert.equal(ladder.count, 0);
  assert.equal(ladder.bestRank, NO_RANK);
  assert.equal(ladder.nextWorse(5_000_000), NO_RANK);
});

test('a width that is not a multiple of 1024 is a bug', () => {
  assert.throws(() => new PriceLadder({ side: Side.BUY, ladderTicks: 1000, farLevelsMax: 1 }));
});
