/**
 * Goal: the chain solves to what its Markov process really does, is antisymmetric by construction,
 * and the live table samples on its grid and answers only once it knows.
 * Method: a two-bucket chain solved by hand; random chains against the checks; a simulated book.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { MicroPriceChain, MicroPriceTable } from './micro-price-table.ts';

test('a chain whose mid always moves once and then forgets has G* = G1', () => {
  const chain = new MicroPriceChain(2, 1);
  // From the high bucket: 3 of 4 moves go up one tick; the next bucket is either, evenly.
  for (let round = 0; round < 1_000; round++) {
    for (const delta of [2, 2, 2, -2]) chain.add(1, round % 2, delta);
  }
  chain.solve();
  assert.ok(Math.abs(chain.lookup(0.9, 1) - 0.5) < 1e-3, `${chain.lookup(0.9, 1)}`);
  assert.ok(Math.abs(chain.lookup(0.1, 1) + 0.5) < 1e-3);
});

test('waiting in a state changes when the mid moves, not where to', () => {
  const chain = new MicroPriceChain(2, 1);
  for (let round = 0; round < 1_000; round++) {
    for (let wait = 0; wait < 9; wait++) chain.add(1, 1, 0);
    for (const delta of [2, 2, 2, -2]) chain.add(1, round % 2, delta);
  }
  chain.solve();
  assert.ok(Math.abs(chain.lookup(0.9, 1) - 0.5) < 2e-3);
});

test('any chain is stochastic and antisymmetric, also where nothing was ever seen', () => {
  const step = fc.tuple(
    fc.integer({ min: 0, max: 11 }),
    fc.integer({ min: 0, max: 11 }),
    fc.integer({ min: -2, max: 2 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const chain = new MicroPriceChain(4, 3);
      for (const [from, to, delta] of steps) chain.add(from, to, delta);
      chain.solve();
      const checks = chain.checks();
      assert.ok(checks.rowSumError < 1e-9, `rows ${checks.rowSumError}`);
      assert.ok(checks.stochasticError < 1e-9, `B ${checks.stochasticError}`);
      assert.ok(checks.antisymmetryError < 1e-9, `G* ${checks.antisymmetryError}`);
    }),
  );
});

test('states outside the table and jumps beyond a tick are left out', () => {
  const chain = new MicroPriceChain(4, 2);
  assert.equal(chain.stateOf(0.5, 3), -1);
  assert.equal(chain.stateOf(0.5, 0), -1);
  assert.equal(chain.stateOf(1, 1), 3);
  assert.equal(chain.stateOf(0, 2), 4);
  assert.equal(chain.add(0, 0, 3), false);
  assert.equal(chain.observationCount, 0);
  assert.throws(() => new MicroPriceChain(11, 10), RangeError);
  assert.throws(() => new MicroPriceChain(0, 10), RangeError);
});

/** A book that moves up with the probability of its imbalance, sampled every 100 ms. */
function feed(table: MicroPriceTable, random: SeededRandom, from: number, to: number): void {
  let mid = 32_467;
  for (let step = from; step < to; step++) {
    const imbalance = random.uniform();
    table.update(step * 100_000, imbalance, 1, mid);
    if (random.chance(0.3)) mid += random.chance(imbalance) ? 2 : -2;
  }
}

test('the live table is silent at first, then leans to the heavy side', () => {
  const table = new MicroPriceTable();
  feed(table, new SeededRandom(4), 0, 500);
  assert.equal(table.adjustmentTicks(0.95, 1), 0);
  feed(table, new SeededRandom(5), 500, 40_000);
  assert.ok(table.fitCount > 50);
  // Imbalance is drawn anew each step, so G* in the top bucket is 0.3 x (2 x 0.9375 - 1) plus nothing.
  assert.ok(Math.abs(table.adjustmentTicks(0.95, 1) - 0.2625) < 0.06);
  assert.ok(Math.abs(table.adjustmentTicks(0.5, 1)) < 0.08);
  assert.equal(table.adjustmentTicks(0.95, 9), table.adjustmentTicks(0.95, 3));
});

test('a gap is not a transition', () => {
  const table = new MicroPriceTable();
  for (let step = 0; step < 5_000; step++) table.update(step * 5_000_000, 0.9, 1, 100 + step);
  assert.equal(table.fitCount, 0);
});

test('a restored table goes on as the original', () => {
  const original = new MicroPriceTable();
  feed(original, new SeededRandom(4), 0, 3_000);
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = new MicroPriceTable();
  restored.readState(new StateBytesReader(writer.written()));
  for (const table of [original, restored]) feed(table, new SeededRandom(6), 3_000, 6_000);
  for (const imbalance of [0.05, 0.3, 0.7, 0.95]) {
    assert.equal(restored.adjustmentTicks(imbalance, 1), original.adjustmentTicks(imbalance, 1));
  }
});
