/**
 * Goal: a change is called one only beyond the noise of both measurements.
 * Method: made-up rows with known spreads.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchResult } from './bench.ts';
import { type ComparedRow, compareResults } from './compare.ts';
import { type MeasuredRow, summarise } from './row.ts';

const READING = { gapsPerSecond: 0, longGapsPerSecond: 0, lostShare: 0, loadAverage: null };

function result(samples: readonly number[], unit = 'µs', isNoisy = false): BenchResult {
  const row: MeasuredRow = { name: 'row', unit, samples };
  return {
    machine: 'm',
    node: '24',
    build: 'b',
    measuredAt: '2026-01-05T07:55:00.000Z',
    noise: { before: READING, after: READING },
    isNoisy,
    noisySuites: [],
    rows: [summarise(row, 0)],
    failures: [],
  };
}

function compared(now: BenchResult, earlier: BenchResult): ComparedRow {
  const [row] = compareResults(now, earlier);
  assert.ok(row !== undefined);
  return row;
}

test('a time that halved is better, a rate that halved is worse', () => {
  const time = compared(result([1]), result([2]));
  assert.deepEqual([time.before, time.now, time.ratio, time.verdict], [2, 1, 2, 'better']);
  const rate = compared(result([1], 'events/s'), result([2], 'events/s'));
  assert.deepEqual([rate.ratio, rate.verdict], [0.5, 'worse']);
});

test('a difference below the tolerance or the spread of either says nothing', () => {
  assert.equal(compared(result([100]), result([104])).verdict, 'within noise');
  assert.equal(compared(result([100]), result([107])).verdict, 'better');
  const spread = result([80, 80, 100, 120, 120]);
  assert.equal(compared(spread, result([130])).verdict, 'within noise');
  assert.equal(compared(result([130]), spread).verdict, 'within noise');
});

test('on a noisy machine more is needed', () => {
  assert.equal(compared(result([100], 'µs', true), result([115])).verdict, 'within noise');
  assert.equal(compared(result([100]), result([115], 'µs', true)).verdict, 'within noise');
  assert.equal(compared(result([100], 'µs', true), result([130])).verdict, 'better');
});

test('a row that was not there, or in another unit, is new', () => {
  const fresh = compared(result([1]), { ...result([1]), rows: [] });
  assert.deepEqual([fresh.before, fresh.ratio, fresh.verdict], [null, null, 'new']);
  assert.equal(compared(result([1]), result([1], 'ms')).verdict, 'new');
});

test('numbers around zero have no ratio that means anything', () => {
  assert.equal(compared(result([-5]), result([5])).verdict, 'within noise');
  assert.equal(compared(result([0]), result([5])).verdict, 'within noise');
});

test('a result of a build that knew no spread can still be compared', () => {
  const earlier = result([2]);
  const rows = earlier.rows.map((row) => ({ ...row, spread: undefined as unknown as number }));
  assert.equal(compared(result([1]), { ...earlier, rows }).verdict, 'better');
});
