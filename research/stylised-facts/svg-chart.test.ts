/**
 * Goal: axes have round marks at the right places, charts are well-formed and stay inside.
 * Method: scales by hand and by property; the SVG text taken apart.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearScale, logScale } from './scale.ts';
import { SvgChart } from './svg-chart.ts';

test('a linear axis has round marks, both ends included when they are round', () => {
  assert.deepEqual(linearScale(0, 10).marks, [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(linearScale(-0.15, 0.3).marks, [-0.1, 0, 0.1, 0.2, 0.3]);
  assert.equal(linearScale(10, 20).place(15), 0.5);
});

test('a logarithmic axis is marked at powers of ten', () => {
  assert.deepEqual(logScale(0.05, 200).marks, [0.1, 1, 10, 100]);
  assert.ok(Math.abs(logScale(1, 100).place(10) - 0.5) < 1e-12);
});

test('an axis without length is refused', () => {
  for (const [from, to] of [
    [1, 1],
    [2, 1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    assert.throws(() => linearScale(from, to), RangeError);
  }
  assert.throws(() => logScale(0, 10), RangeError);
});

test('whatever the ends, marks lie on the axis in rising order, neither none nor many', () => {
  const ends = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(ends, fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (from, length) => {
      const { marks, place } = linearScale(from, from + length);
      assert.ok(marks.length >= 1 && marks.length <= 13, `${marks.length} marks`);
      for (const [index, mark] of marks.entries()) {
        assert.ok(place(mark) > -1e-3 && place(mark) < 1 + 1e-3);
        if (index > 0) assert.ok(mark > (marks[index - 1] as number));
      }
    }),
  );
});

function chart(): SvgChart {
  return new SvgChart({
    title: 'a < b & c',
    xLabel: 'x (s)',
    yLabel: 'y (bp)',
    x: linearScale(0, 10),
    y: linearScale(-1, 1),
  });
}

test('a chart names its axes and escapes its words', () => {
  const svg = chart().toSvg();
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /a &lt; b &amp; c/);
  assert.match(svg, /x \(s\)/);
  assert.match(svg, /y \(bp\)/);
  assert.equal(svg.match(/<text/g)?.length, svg.match(/<\/text>/g)?.length);
});

test('a line breaks where a point is missing', () => {
  const points = [0, 1, Number.NaN, 3, 4].map((y, x) => ({ x, y }));
  const svg = chart().line(points, '#123456', 'named', true).toSvg();
  const path = /<path d="([^"]*)"[^>]*#123456/.exec(svg)?.[1] ?? '';
  assert.equal(path.match(/M/g)?.length, 2);
  assert.equal(path.match(/L/g)?.length, 2);
  assert.match(svg, /stroke-dasharray/);
});

test('bars hang from their base, up and down', () => {
  const svg = chart()
    .bars(
      [
        { x: 2, y: 0.5 },
        { x: 4, y: -0.5 },
      ],
      1,
      0,
      '#123456',
    )
    .toSvg();
  const boxes = [
    ...svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#123456"/g,
    ),
  ];
  assert.equal(boxes.length, 2);
  const [up, down] = boxes.map((box) => box.slice(1).map(Number));
  assert.ok(up !== undefined && down !== undefined);
  const [, upTop = 0, , upHeight = 0] = up;
  assert.ok(Math.abs(upTop + upHeight - (down[1] ?? 0)) < 0.02, 'both touch the base');
  assert.equal(upHeight, down[3]);
});

test('names appear once in the legend, however often they are drawn', () => {
  const svg = chart()
    .band(0, 1, '#111111', 'calm')
    .band(4, 5, '#111111', 'calm')
    .dots([{ x: 1, y: 0 }], '#222222', 'dots')
    .whisker(1, -0.2, 0.2, '#333333')
    .rule(0)
    .toSvg();
  assert.equal(svg.match(/>calm</g)?.length, 1);
  assert.equal(svg.match(/<circle/g)?.length, 1);
  assert.equal(svg.match(/#333333/g)?.length, 1);
});

test('names stand in for numbers on an axis of categories', () => {
  const svg = new SvgChart({
    title: 't',
    xLabel: 'x',
    yLabel: 'y',
    x: linearScale(-0.5, 2.5),
    y: linearScale(0, 20_000),
    xNames: ['one', 'two', 'three'],
  }).toSvg();
  assert.match(svg, />two</);
  assert.match(svg, />20k</);
  assert.match(svg, />5000</);
});

test('points far outside never leave the picture by more than half of it', () => {
  const svg = chart()
    .line(
      [
        { x: -1e12, y: 1e12 },
        { x: 1e12, y: -1e12 },
      ],
      '#123456',
    )
    .toSvg();
  for (const match of svg.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
    assert.ok(Math.abs(Number(match[1])) < 1_500 && Math.abs(Number(match[2])) < 1_500);
  }
});
