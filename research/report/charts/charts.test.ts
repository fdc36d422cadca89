/**
 * Goal: axes are round, lines lose no extreme, pictures show the numbers they are given.
 * Method: tables of ranges, random series, small charts read back from their SVG.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockText, niceTicks, numberText, tickDecimals, timeTicks } from './chart-scale.ts';
import { feeRulerSvg } from './fee-ruler.ts';
import { intervalSvg } from './interval-chart.ts';
import { latencySvg } from './latency-chart.ts';
import { type LineChart, lineChartSvg, linePath, thinColumn } from './line-chart.ts';
import { waterfallSvg } from './waterfall-chart.ts';

const SCALE = { left: 0, right: 100, top: 0, bottom: 100, from: 0, to: 100, low: 0, high: 100 };
const START = Date.UTC(2026, 0, 5, 7, 55, 14);

function chart(own: Partial<LineChart> = {}): LineChart {
  return {
    id: 'chart-test',
    xs: [0, 1, 2, 3],
    startMillis: START,
    unit: 'USDT',
    decimals: 2,
    series: [
      {
        name: { en: 'net', zh: '净额' },
        colour: '#000',
        values: [1, null, 3, 2],
        isStep: true,
        dash: '',
        width: 1,
      },
    ],
    marks: [{ name: { en: 'b', zh: 'b' }, colour: '#00f', isUp: true, xs: [1, 9], ys: [2, 50] }],
    levels: [{ name: { en: 'l', zh: 'l' }, value: -5, colour: '#f00', dash: '', isKept: true }],
    band: { low: -1, high: 1, colour: '#0f0' },
    height: 200,
    ...own,
  };
}

test('ticks are round, in range and about as many as asked for', () => {
  assert.deepEqual(niceTicks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(
    niceTicks(-0.3, 0.7, 4).map((tick) => Number(tick.toFixed(6))),
    [0, 0.5],
  );
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (low, span) => {
        const ticks = niceTicks(low, low + span, 5);
        assert.ok(ticks.length >= 2 && ticks.length <= 12, String(ticks));
        assert.ok((ticks[0] ?? 0) >= low - span * 1e-6);
      },
    ),
  );
});

test('time ticks fall on steps of the clock, not of the session', () => {
  const ticks = timeTicks(START, 0, 300, 5);
  assert.deepEqual(
    ticks.map((seconds) => clockText(START, seconds, 300)),
    ['07:56:00', '07:57:00', '07:58:00', '07:59:00', '08:00:00'],
  );
  // A start between two milliseconds must not show a second less.
  const between = START + 0.104;
  const round = timeTicks(between, 0, 300, 5).map((seconds) => clockText(between, seconds, 300));
  assert.deepEqual(round[0], '07:56:00');
  const short = timeTicks(START, 1, 1.5, 5);
  assert.ok(short.length >= 4 && short.every((tick) => tick >= 1 && tick <= 1.5));
  const days = timeTicks(START, 0, 10 * 86_400, 5);
  assert.equal(clockText(START, days[0] ?? 0, 10 * 86_400), '01-07 00:00');
});

test('numbers are grouped, signed and never minus zero', () => {
  assert.equal(numberText(1234567.891, 2), '1\u202f234\u202f567.89');
  assert.equal(numberText(-12, 0), '\u221212');
  assert.equal(numberText(-0.001, 2), '0.00');
  assert.equal(tickDecimals([0, 0.25]), 1);
  assert.equal(tickDecimals([0, 50]), 0);
  assert.equal(tickDecimals([1]), 0);
});

test('a path keeps the extremes of every pixel column', () => {
  const series = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 50, maxLength: 2_000 });
  fc.assert(
    fc.property(series, (values) => {
      const xs = values.map((_, index) => (index / (values.length - 1)) * 99);
      const path = linePath(xs, values, false, SCALE);
      const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => 100 - Number(y));
      assert.equal(Math.max(...heights), Math.max(...values));
      assert.equal(Math.min(...heights), Math.min(...values));
      assert.ok(heights.length <= 4 * 101);
    }),
  );
});

test('a gap breaks a line, and a step holds its value until the gap', () => {
  assert.equal(
    linePath([0, 10, 20, 30], [1, null, 3, 4], true, SCALE),
    'M0.0 99.0H10.0M20.0 97.0H30.0V96.0',
  );
  assert.equal(linePath([0, 10], [1, 2], false, SCALE), 'M0.0 99.0L10.0 98.0');
  assert.equal(linePath([], [], false, SCALE), '');
});

test('only the view and its neighbours are drawn', () => {
  const xs = [0, 10, 20, 30, 40];
  const view = { ...SCALE, from: 15, to: 25 };
  const path = linePath(xs, [1, 2, 3, 4, 5], false, view);
  assert.equal((path.match(/[ML]/g) ?? []).length, 3);
});

test('a thinned column keeps first, lowest, highest and last in order', () => {
  const points: [number, number][] = [
    [0, 5],
    [0.1, 9],
    [0.2, 1],
    [0.3, 4],
    [0.4, 6],
  ];
  assert.deepEqual(thinColumn(points), [points[0], points[1], points[2], points[4]]);
  assert.deepEqual(thinColumn(points.slice(0, 2)), points.slice(0, 2));
});

test('a chart fits its view, shows marks in it, and keeps the levels it must', () => {
  const svg = lineChartSvg(chart(), { width: 600, from: 0, to: 3 });
  assert.match(svg, /−5|−4/, 'the kept level is on the axis');
  assert.equal((svg.match(/l4\.2 8/g) ?? []).length, 1, 'the mark outside the view is not drawn');
  assert.match(svg, /07:55:1\d/);
  const empty = lineChartSvg(chart({ xs: [], series: [], marks: [], levels: [], band: null }), {
    width: 600,
    from: 0,
    to: 1,
  });
  assert.doesNotMatch(empty, /NaN|Infinity/);
  const flat = chart({ xs: [0, 1], marks: [], levels: [] });
  assert.doesNotMatch(lineChartSvg(flat, { width: 600, from: 0, to: 1 }), /NaN/);
});

test('a waterfall ends where its parts end', () => {
  const name = { en: 'part', zh: '部分' };
  const svg = waterfallSvg(
    [
      { name, value: 5, isTotal: false },
      { name, value: -8, isTotal: false },
      { name, value: -3, isTotal: true },
    ],
    'USDT',
    2,
  );
  const bars = [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g)];
  assert.equal(bars.length, 3);
  const bottom = (index: number): number => Number(bars[index]?.[1]) + Number(bars[index]?.[2]);
  assert.ok(Math.abs(bottom(1) - bottom(2)) < 0.2, 'the last part ends where the total ends');
  assert.ok(Math.abs(Number(bars[0]?.[1]) - Number(bars[1]?.[1])) < 0.2, 'the second starts there');
  assert.match(svg, /−8\.00/);
});

test('intervals show counts, shapes and what lies off the scale', () => {
  const point = { margin: 0.5, count: 9, colour: '#000', isSquare: false };
  const svg = intervalSvg(
    [
      {
        name: '1 s',
        points: [
          { ...point, mean: -1 },
          { ...point, mean: 1, isSquare: true },
        ],
      },
      { name: '5 s', points: [{ ...point, mean: 1, margin: Number.NaN }] },
      {
        name: '300 s',
        points: [
          { ...point, mean: 40 },
          { ...point, mean: -40 },
        ],
      },
      { name: 'none', points: [{ ...point, count: 0, mean: Number.NaN }] },
    ],
    'bp',
  );
  assert.match(svg, /n = 9/);
  assert.match(svg, /n = 0/);
  assert.match(svg, /40\.00/);
  assert.equal((svg.match(/<circle/g) ?? []).length, 2);
  assert.doesNotMatch(svg, /NaN/);
  assert.match(intervalSvg([], 'bp'), /^<svg/);
});

test('the fee ruler marks break-even, its interval, the tiers and the paid one', () => {
  const tiers = [
    { name: 'VIP0', bps: 10 },
    { name: 'ZERO', bps: 0 },
    { name: 'REBATE', bps: -0.5 },
  ];
  const svg = feeRulerSvg({ breakEvenBps: -4.56, lowBps: -6, highBps: -3, tiers, paidBps: 10 });
  assert.match(svg, /−4\.56/);
  assert.match(svg, /class="paid"/);
  assert.match(svg, /VIP0 10\.00/);
  const none = feeRulerSvg({ breakEvenBps: null, lowBps: null, highBps: null, tiers, paidBps: 10 });
  assert.doesNotMatch(none, /<circle|NaN/);
});

test('latencies stand on a logarithmic axis with their units', () => {
  const svg = latencySvg([
    { name: 'loop', p50: 4.5, p99: 60, p999: 1_200, max: 2_000_000 },
    { name: 'risk', p50: 0, p99: 0.4, p999: 20, max: 15_000 },
  ]);
  for (const text of ['4.5 µs', '60 µs', '1.2 ms', '15 ms', '2 s', 'loop']) {
    assert.ok(svg.includes(text), text);
  }
  assert.doesNotMatch(svg, /NaN/);
});
