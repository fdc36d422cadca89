/**
 * Goal: one seed is one sequence, streams and seeds share nothing, each distribution has its moments.
 * Method: equal and unequal generators side by side; large samples against the exact mean and
 * variance, within five standard errors.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from './random.ts';

const COUNT = 100_000;

function draw(count: number, next: () => number): Float64Array {
  return Float64Array.from({ length: count }, next);
}

function moments(values: Float64Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: squares / values.length - mean * mean };
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);
}

test('the same seed and stream give the same numbers', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(300), (seed, stream) => {
      const left = new SeededRandom(seed, stream);
      const right = new SeededRandom(seed, stream);
      for (let index = 0; index < 20; index++) {
        assert.equal(left.nextUint32(), right.nextUint32());
        assert.equal(left.normal(), right.normal());
      }
    }),
  );
});

test('neighbouring seeds, and streams under one seed, are uncorrelated', () => {
  const first = draw(COUNT, sourceOf(7, 0));
  for (const [seed, stream] of [
    [8, 0],
    [7, 1],
    [7, 100],
    [7 + 2 ** 32, 0],
    [-7, 0],
  ] as const) {
    const other = draw(COUNT, sourceOf(seed, stream));
    const product = moments(
      first.map((value, index) => (value - 0.5) * ((other[index] as number) - 0.5)),
    );
    assertNear(product.mean * 12, 0, 5 / Math.sqrt(COUNT), `seed ${seed}, stream ${stream}`);
  }
});

function sourceOf(seed: number, stream: number): () => number {
  const random = new SeededRandom(seed, stream);
  return () => random.uniform();
}

test('uniform numbers fill [0, 1) evenly', () => {
  const random = new SeededRandom(1);
  const bins = new Float64Array(20);
  for (let index = 0; index < COUNT; index++) {
    const value = random.uniform();
    assert.ok(value >= 0 && value < 1);
    const bin = Math.floor(value * bins.length);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const expected = COUNT / bins.length;
  const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 19 degrees of freedom: mean 19, deviation 6.2.
  assert.ok(chiSquare < 50, `chi square ${chiSquare}`);
});

test('whole numbers reach both ends and never leave them', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(5), fc.nat(), (from, span, seed) => {
      const random = new SeededRandom(seed);
      const seen = new Set<number>();
      for (let index = 0; index < 300; index++) seen.add(random.integer(from, from + span));
      assert.equal(seen.size, span + 1);
      for (const value of seen) assert.ok(value >= from && value <= from + span);
    }),
  );
});

for (const [name, mean, variance, next] of [
  ['exponential', 3, 9, (random: SeededRandom) => random.exponential(3)],
  ['normal', 0, 1, (random: SeededRandom) => random.normal()],
  ['uniform', 0.5, 1 / 12, (random: SeededRandom) => random.uniform()],
] as const) {
  test(`the ${name} distribution has its mean and variance`, () => {
    const random = new SeededRandom(11);
    const sample = moments(draw(COUNT, () => next(random)));
    assertNear(sample.mean, mean, 5 * Math.sqrt(variance / COUNT), 'mean');
    assertNear(sample.variance, variance, 0.05 * variance, 'variance');
  });
}

test('normal numbers have the tails of a normal distribution', () => {
  const random = new SeededRandom(5);
  let beyondTwo = 0;
  let fourth = 0;
  for (let index = 0; index < COUNT; index++) {
    const value = random.normal();
    if (Math.abs(value) > 2) beyondTwo += 1;
    fourth += value ** 4 / COUNT;
  }
  assertNear(beyondTwo / COUNT, 0.0455, 0.003, 'share beyond two deviations');
  assertNear(fourth, 3, 0.15, 'fourth moment');
});

test('pareto numbers start at the least and fall with the tail exponent', () => {
  const random = new SeededRandom(3);
  let beyond = 0;
  for (let index = 0; index < COUNT; index++) {
    const value = random.pareto(40, 1.5);
    assert.ok(value >= 40);
    if (value > 400) beyond += 1;
  }
  assertNear(beyond / COUNT, 10 ** -1.5, 0.003, 'share beyond ten times the least');
});

test('a chance of zero never happens, of one always, of a third every third time', () => {
  const random = new SeededRandom(9);
  let hits = 0;
  for (let index = 0; index < COUNT; index++) {
    assert.equal(random.chance(0), false);
    assert.equal(random.chance(1), true);
    if (random.chance(1 / 3)) hits += 1;
  }
  assertNear(hits / COUNT, 1 / 3, 0.008, 'share of hits');
});
