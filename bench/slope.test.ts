/**
 * Goal: growth is found when it is there, flat is flat, and a jump is no slope.
 * Method: lines with known slopes, with and without seeded noise and jumps.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import { type Point, senSlope } from './slope.ts';

const random = new SeededRandom(3);

function line(slope: number, noise: number, count = 40): Point[] {
  return Array.from({ length: count }, (_, index) => ({
    x: index,
    y: 5 + slope * index + noise * (random.uniform() - 0.5),
  }));
}

test('a line without noise has its slope, and an interval of that slope alone', () => {
  const { median, low, high, pairs } = senSlope(line(3, 0));
  for (const value of [median, low, high]) assert.ok(Math.abs(value - 3) < 1e-9, `${value}`);
  assert.equal(pairs.length, (40 * 39) / 2);
});

test('the interval holds the slope behind noise, and zero when nothing grows', () => {
  const growing = senSlope(line(2, 10));
  assert.ok(growing.low < 2 && growing.high > 2);
  assert.ok(growing.low > 0);
  const flat = senSlope(line(0, 10));
  assert.ok(flat.low < 0 && flat.high > 0);
});

test('one reading far off moves the slope hardly at all', () => {
  const points = line(1, 0);
  points[20] = { x: 20, y: 10_000 };
  assert.ok(Math.abs(senSlope(points).median - 1) < 0.01);
});

test('too few readings, or two at one place, are refused', () => {
  assert.throws(() => senSlope(line(1, 0, 4)), /five readings/);
  const twice = [...line(1, 0, 5), { x: 3, y: 0 }];
  assert.throws(() => senSlope(twice), /two readings at 3/);
});
