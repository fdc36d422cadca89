/**
 * What moves in the report: redrawing at the width of the window, hovering, zooming, the language.
 * The functions are written here with types, run in the page, and get there as their own source
 * text together with the drawing functions, so there is one way to draw a chart.
 */
import { clockText, niceTicks, numberText, tickDecimals, timeTicks } from './chart-scale.ts';
import {
  axesSvg,
  type ChartScale,
  chartScale,
  type LineChart,
  lineChartSvg,
  linePath,
  marksPath,
  pixelX,
  pixelY,
  thinColumn,
  visiblePoints,
  widenRange,
} from './line-chart.ts';

/** What all charts of the page share: the part of time that is shown. */
interface PageState {
  readonly charts: readonly LineChart[];
  readonly from: number;
  readonly to: number;
  view: { from: number; to: number };
}

/** Where the pointer is, in seconds, from its place in a chart. */
function secondsAt(scale: ChartScale, holder: HTMLElement, clientX: number): number {
  const x = clientX - holder.getBoundingClientRect().left;
  const share = (x - scale.left) / (scale.right - scale.left);
  return scale.from + Math.max(0, Math.min(1, share)) * (scale.to - scale.from);
}

/** Index of the value that holds at `seconds`. */
function indexAt(xs: readonly number[], seconds: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] as number) <= seconds) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Draws every chart at the width its place has. */
function drawCharts(state: PageState): void {
  for (const chart of state.charts) {
    const holder = document.getElementById(chart.id);
    const svg = holder?.querySelector('svg');
    if (holder === null || svg === null || svg === undefined) continue;
    const width = Math.max(320, holder.clientWidth);
    svg.setAttribute('viewBox', `0 0 ${width} ${chart.height}`);
    svg.innerHTML = `${lineChartSvg(chart, { width, ...state.view })}<line class="cross"/><rect class="chosen"/>`;
  }
  const reset = document.getElementById('reset-zoom');
  const isWhole = state.view.from === state.from && state.view.to === state.to;
  if (reset !== null) reset.hidden = isWhole;
}

function scaleNow(chart: LineChart, holder: HTMLElement, state: PageState): ChartScale {
  return chartScale(chart, { width: Math.max(320, holder.clientWidth), ...state.view });
}

/** Values at the pointer, as the tooltip shows them. */
function tipHtml(chart: LineChart, seconds: number): string {
  const index = indexAt(chart.xs, seconds);
  const language = document.documentElement.lang === 'zh' ? 'zh' : 'en';
  const time = clockText(chart.startMillis, chart.xs[index] ?? 0, 1);
  const rows = chart.series.map((series) => {
    const value = series.values[index];
    const text = typeof value === 'number' ? numberText(value, chart.decimals) : '–';
    return `<div><i style="background:${series.colour}"></i>${series.name[language]} <b>${text}</b></div>`;
  });
  return `<div>${time}</div>${rows.join('')}`;
}

/** Shows the same moment in all charts. Null: nowhere. */
function showCross(state: PageState, seconds: number | null, pointed: string): void {
  for (const chart of state.charts) {
    const holder = document.getElementById(chart.id);
    const cross = holder?.querySelector('.cross');
    const tip = holder?.querySelector<HTMLElement>('.tip');
    if (holder === null || !cross || !tip) continue;
    cross.classList.toggle('shown', seconds !== null);
    tip.hidden = seconds === null || chart.id !== pointed;
    if (seconds === null) continue;
    const scale = scaleNow(chart, holder, state);
    const x = pixelX(scale, seconds);
    cross.setAttribute('x1', String(x));
    cross.setAttribute('x2', String(x));
    cross.setAttribute('y1', String(scale.top));
    cross.setAttribute('y2', String(scale.bottom));
    if (tip.hidden) continue;
    tip.innerHTML = tipHtml(chart, seconds);
    const isRight = x > holder.clientWidth / 2;
    tip.style.left = isRight ? 'auto' : `${x + 12}px`;
    tip.style.right = isRight ? `${holder.clientWidth - x + 12}px` : 'auto';
  }
}

/** Hovering and dragging on one chart. */
function listenToChart(chart: LineChart, state: PageState): void {
  const holder = document.getElementById(chart.id);
  if (holder === null) return;
  let pressed: number | null = null;
  const at = (event: MouseEvent): number =>
    secondsAt(scaleNow(chart, holder, state), holder, event.clientX);
  holder.addEventListener('mousemove', (event) => {
    showCross(state, at(event), chart.id);
    if (pressed === null) return;
    const scale = scaleNow(chart, holder, state);
    const chosen = holder.querySelector('.chosen');
    const first = pixelX(scale, Math.min(pressed, at(event)));
    const last = pixelX(scale, Math.max(pressed, at(event)));
    chosen?.setAttribute('x', String(first));
    chosen?.setAttribute('width', String(last - first));
    chosen?.setAttribute('y', String(scale.top));
    chosen?.setAttribute('height', String(scale.bottom - scale.top));
  });
  holder.addEventListener('mouseleave', () => showCross(state, null, chart.id));
  holder.addEventListener('mousedown', (event) => {
    pressed = at(event);
    event.preventDefault();
  });
  window.addEventListener('mouseup', (event) => {
    if (pressed === null) return;
    const from = Math.min(pressed, at(event));
    const to = Math.max(pressed, at(event));
    pressed = null;
    // A click is no choice of a range.
    if ((to - from) / (state.view.to - state.view.from) > 0.005) state.view = { from, to };
    drawCharts(state);
  });
  holder.addEventListener('dblclick', () => {
    state.view = { from: state.from, to: state.to };
    drawCharts(state);
  });
}

/** Starts everything. Called once, at the end of the page. */
export function startPage(charts: readonly LineChart[]): void {
  const ends = charts.map((chart) => chart.xs.at(-1) ?? 1);
  const to = Math.max(1e-6, ...ends);
  const state: PageState = { charts, from: 0, to, view: { from: 0, to } };
  for (const chart of charts) listenToChart(chart, state);
  window.addEventListener('resize', () => drawCharts(state));
  document.getElementById('reset-zoom')?.addEventListener('click', () => {
    state.view = { from: state.from, to: state.to };
    drawCharts(state);
  });
  document.getElementById('switch-language')?.addEventListener('click', () => {
    const { documentElement } = document;
    documentElement.lang = documentElement.lang === 'zh' ? 'en' : 'zh';
  });
  drawCharts(state);
}

/** Everything the page runs, as one script that reads the charts from the element `chart-data`. */
export function pageScript(): string {
  const functions = [
    niceTicks,
    timeTicks,
    clockText,
    numberText,
    tickDecimals,
    pixelX,
    pixelY,
    widenRange,
    chartScale,
    visiblePoints,
    thinColumn,
    linePath,
    axesSvg,
    marksPath,
    lineChartSvg,
    secondsAt,
    indexAt,
    drawCharts,
    scaleNow,
    tipHtml,
    showCross,
    listenToChart,
    startPage,
  ];
  const sources = functions.map((one) => tidySource(one.toString()));
  return `'use strict';\n${sources.join('\n')}\nstartPage(JSON.parse(document.getElementById('chart-data').textContent));\n`;
}

/** Types leave blanks behind where they were: they need not travel. */
function tidySource(source: string): string {
  return source
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
