/**
 * A chart of values over time as SVG text. These functions run on the server and, as source text, in
 * the page: each uses its arguments and the functions of this file and of chart-scale.ts only.
 */
import type { Bilingual } from '#research/report/report-words.ts';
import { clockText, niceTicks, numberText, tickDecimals, timeTicks } from './chart-scale.ts';

/** One line. `values[i]` belongs to `xs[i]` of the chart; null: nothing there. */
export interface LineSeries {
  readonly name: Bilingual;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** A value holds until the next one. */
  readonly isStep: boolean;
  /** SVG dash pattern, "" for a full line. */
  readonly dash: string;
  readonly width: number;
}

/** Single moments, drawn as triangles: up for buys, down for sells. */
export interface ChartMarks {
  readonly name: Bilingual;
  readonly colour: string;
  readonly isUp: boolean;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** A level across the whole chart. It is always within the picture when `isKept`. */
export interface ChartLevel {
  readonly name: Bilingual;
  readonly value: number;
  readonly colour: string;
  readonly dash: string;
  readonly isKept: boolean;
}

export interface LineChart {
  readonly id: string;
  /** Seconds since the start, rising. */
  readonly xs: readonly number[];
  readonly startMillis: number;
  readonly unit: string;
  /** Decimals of values in the tooltip. */
  readonly decimals: number;
  readonly series: readonly LineSeries[];
  readonly marks: readonly ChartMarks[];
  readonly levels: readonly ChartLevel[];
  /** A shaded range of values, or null. */
  readonly band: { readonly low: number; readonly high: number; readonly colour: string } | null;
  readonly height: number;
}

/** The part of a chart that is shown, in seconds, and its width in pixels. */
export interface ChartView {
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** From values to pixels. */
export interface ChartScale {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** Pixels of a moment. */
export function pixelX(scale: ChartScale, seconds: number): number {
  const share = (seconds - scale.from) / (scale.to - scale.from);
  return scale.left + share * (scale.right - scale.left);
}

/** Pixels of a value. */
export function pixelY(scale: ChartScale, value: number): number {
  const share = (value - scale.low) / (scale.high - scale.low);
  return scale.bottom - share * (scale.bottom - scale.top);
}

/** Widens `range` ([low, high]) by the values whose moments are in view. */
export function widenRange(
  range: [number, number],
  xs: readonly number[],
  values: readonly (number | null)[],
  view: ChartView,
): void {
  for (let index = 0; index < xs.length; index++) {
    const x = xs[index] as number;
    const value = values[index];
    if (x < view.from || x > view.to || value === null || value === undefined) continue;
    range[0] = Math.min(range[0], value);
    range[1] = Math.max(range[1], value);
  }
}

/** Scale of a chart at a view: what is in view decides the range of values. */
export function chartScale(chart: LineChart, view: ChartView): ChartScale {
  const range: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of chart.series) widenRange(range, chart.xs, series.values, view);
  for (const marks of chart.marks) widenRange(range, marks.xs, marks.ys, view);
  for (const level of chart.levels) {
    if (level.isKept) widenRange(range, [view.from], [level.value], view);
  }
  const [low, high] = range[0] > range[1] ? [0, 1] : range;
  const room = (high - low) * 0.07 || Math.abs(high) * 0.001 || 1;
  const span = { left: 78, right: view.width - 14, top: 8, bottom: chart.height - 24 };
  return { ...span, from: view.from, to: view.to, low: low - room, high: high + room };
}

/**
 * Indexes of the points that a view needs, end excluded. The neighbours of the view belong to it:
 * lines run out of the picture, they do not end in it.
 */
export function visiblePoints(xs: readonly number[], scale: ChartScale): [number, number] {
  let first = 0;
  while (first + 1 < xs.length && (xs[first + 1] as number) < scale.from) first++;
  let end = first;
  while (end < xs.length && (end === 0 || (xs[end - 1] as number) <= scale.to)) end++;
  return [first, end];
}

/**
 * Path of one line, thinned to one pixel column: of each column the first, lowest, highest and last
 * point stay, so no extreme is lost.
 */
export function linePath(
  xs: readonly number[],
  values: readonly (number | null)[],
  isStep: boolean,
  scale: ChartScale,
): string {
  const [first, end] = visiblePoints(xs, scale);
  let path = '';
  /** The line so far ends at this height; NaN: it has a gap here. */
  let lastY = Number.NaN;
  let waiting: [number, number][] = [];
  const flush = (): void => {
    for (const [x, y] of thinColumn(waiting)) {
      const join = isStep ? `H${x.toFixed(1)}V` : `L${x.toFixed(1)} `;
      path += `${Number.isNaN(lastY) ? `M${x.toFixed(1)} ` : join}${y.toFixed(1)}`;
      lastY = y;
    }
    waiting = [];
  };
  for (let index = first; index < end; index++) {
    const x = pixelX(scale, xs[index] as number);
    const value = values[index];
    const column = waiting[0];
    if (column !== undefined && Math.floor(column[0]) !== Math.floor(x)) flush();
    if (value !== null && value !== undefined) {
      waiting.push([x, pixelY(scale, value)]);
      continue;
    }
    flush();
    if (isStep && !Number.isNaN(lastY)) path += `H${x.toFixed(1)}`;
    lastY = Number.NaN;
  }
  flush();
  return path;
}

/** First, lowest, highest and last of one pixel column, in their order. */
export function thinColumn(points: [number, number][]): [number, number][] {
  if (points.length <= 4) return points;
  let low = 0;
  let high = 0;
  for (let index = 1; index < points.length; index++) {
    const y = (points[index] as [number, number])[1];
    if (y < (points[low] as [number, number])[1]) low = index;
    if (y > (points[high] as [number, number])[1]) high = index;
  }
  const kept = [0, low, high, points.length - 1].sort((left, right) => left - right);
  return kept
    .filter((index, place) => index !== kept[place - 1])
    .map((index) => points[index] as [number, number]);
}

/** Grid and labels of both axes. */
export function axesSvg(chart: LineChart, scale: ChartScale): string {
  const { left, right, top, bottom } = scale;
  const parts: string[] = [];
  const rows = niceTicks(scale.low, scale.high, Math.max(3, Math.round((bottom - top) / 46)));
  const decimals = tickDecimals(rows);
  for (const value of rows) {
    const y = pixelY(scale, value).toFixed(1);
    const kind = Math.abs(value) < 1e-12 ? 'zero' : 'grid';
    parts.push(`<line class="${kind}" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>`);
    parts.push(
      `<text class="tick" x="${left - 7}" y="${y}" dy="0.32em" text-anchor="end">${numberText(value, decimals)}</text>`,
    );
  }
  const columns = timeTicks(
    chart.startMillis,
    scale.from,
    scale.to,
    Math.max(2, Math.floor((right - left) / 110)),
  );
  for (const seconds of columns) {
    const x = pixelX(scale, seconds);
    const text = clockText(chart.startMillis, seconds, scale.to - scale.from);
    const anchor = x > right - 30 ? 'end' : x < left + 30 ? 'start' : 'middle';
    parts.push(
      `<line class="grid" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${top}" y2="${bottom}"/>`,
    );
    parts.push(
      `<text class="tick" x="${x.toFixed(1)}" y="${bottom + 16}" text-anchor="${anchor}">${text}</text>`,
    );
  }
  parts.push(
    `<text class="unit" transform="translate(13 ${((top + bottom) / 2).toFixed(0)}) rotate(-90)" text-anchor="middle">${chart.unit}</text>`,
  );
  return parts.join('');
}

/** Triangles of one kind of marks within the view. */
export function marksPath(marks: ChartMarks, scale: ChartScale): string {
  const parts: string[] = [];
  const size = marks.isUp ? 1 : -1;
  for (let index = 0; index < marks.xs.length; index++) {
    const seconds = marks.xs[index] as number;
    if (seconds < scale.from || seconds > scale.to) continue;
    const x = pixelX(scale, seconds).toFixed(1);
    const y = (pixelY(scale, marks.ys[index] as number) - 4.5 * size).toFixed(1);
    parts.push(`M${x} ${y}l4.2 ${8 * size}h-8.4z`);
  }
  return parts.join('');
}

/** The inside of the chart's SVG element. */
export function lineChartSvg(chart: LineChart, view: ChartView): string {
  const scale = chartScale(chart, view);
  const { left, right, top, bottom } = scale;
  const clip = `clip-${chart.id}`;
  const parts = [
    `<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`,
    axesSvg(chart, scale),
    `<g clip-path="url(#${clip})">`,
  ];
  if (chart.band !== null) {
    const y = pixelY(scale, chart.band.high);
    const height = pixelY(scale, chart.band.low) - y;
    parts.push(
      `<rect x="${left}" y="${y.toFixed(1)}" width="${right - left}" height="${height.toFixed(1)}" fill="${chart.band.colour}" opacity="0.1"/>`,
    );
  }
  for (const { value, colour, dash } of chart.levels) {
    const y = pixelY(scale, value).toFixed(1);
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" stroke="${colour}" stroke-dasharray="${dash}"/>`,
    );
  }
  for (const { colour, dash, width, values, isStep } of chart.series) {
    const path = linePath(chart.xs, values, isStep, scale);
    parts.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dash}" stroke-linejoin="round"/>`,
    );
  }
  for (const marks of chart.marks) {
    parts.push(
      `<path d="${marksPath(marks, scale)}" fill="${marks.colour}" fill-opacity="0.75" stroke="#fff" stroke-width="0.6"/>`,
    );
  }
  parts.push('</g>');
  return parts.join('');
}
