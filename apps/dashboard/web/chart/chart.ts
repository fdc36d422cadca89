/**
 * Price with our quotes and fills, inventory, and net delta with its band: three panes, one time
 * axis. Draws what it is told; the page owns the words around it.
 */
import {
  type CustomSeriesPricePlotValues,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type MouseEventParams,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts';
import type {
  ChartColumns,
  ChartMark,
  ChartPoint,
  InstrumentFacts,
  SessionFacts,
} from '#apps/dashboard/protocol.ts';
import type { ChartListener } from '#apps/dashboard/web/live/live.ts';
import { type ChartColors, chartColors } from './chart-colors.ts';
import { type TraceOptions, type TracePoint, TraceSeries } from './trace-series.ts';

const PANE_HEIGHTS = [3.2, 1, 1] as const;
/** Seconds without a point that make a gap; coarse history is ten seconds and more apart. */
const GAP_SECONDS = 4;
/** Longest gap that is kept to scale on the axis. */
const GAP_KEPT_SECONDS = 3_600;
const MARKS_MAX = 1_500;
const FIRST_VIEW_SECONDS = 120;

type Trace = ISeriesApi<
  'Custom',
  UTCTimestamp,
  TracePoint | { time: UTCTimestamp },
  TraceOptions,
  Partial<TraceOptions>
>;
type Marker = SeriesMarker<UTCTimestamp>;
type TraceName = 'ours' | 'mid' | 'fair' | 'inventory' | 'band' | 'delta';
const TRACE_NAMES: readonly TraceName[] = ['ours', 'mid', 'fair', 'inventory', 'band', 'delta'];

/** What the crosshair, or the newest point, says. Prices in quote, amounts in base. */
export interface ChartReading {
  readonly atMillis: number;
  readonly isLive: boolean;
  readonly point: ChartPoint;
}

export interface ChartEvents {
  onReading(reading: ChartReading): void;
  /** Tops of the three panes in pixels, after each change of size. */
  onPanes(tops: readonly number[]): void;
  onFollowing(isFollowing: boolean): void;
  /** Words for a mark that is no trade. */
  nameMark(mark: ChartMark): string;
}

export class SessionChart implements ChartListener {
  private readonly chart: IChartApi;
  private readonly container: HTMLElement;
  private readonly events: ChartEvents;
  private readonly traces: Readonly<Record<TraceName, Trace>>;
  private readonly fills: ISeriesMarkersPluginApi<UTCTimestamp>;
  private readonly hedges: ISeriesMarkersPluginApi<UTCTimestamp>;
  private readonly sizes: ResizeObserver;
  private readonly bySecond = new Map<number, ChartPoint>();
  private facts: SessionFacts | null = null;
  private colors: ChartColors;
  private marks: ChartMark[] = [];
  private last: ChartPoint | null = null;
  private spacingSeconds = 1;
  private isHovering = false;
  private isFollowing = true;

  constructor(container: HTMLElement, events: ChartEvents) {
    this.container = container;
    this.events = events;
    this.colors = chartColors(container);
    this.chart = createChart(container, { autoSize: true, ...layoutOptions(this.colors) });
    this.traces = {
      ours: this.addTrace(0),
      fair: this.addTrace(0),
      mid: this.addTrace(0),
      inventory: this.addTrace(1),
      band: this.addTrace(2),
      delta: this.addTrace(2),
    };
    this.fills = createSeriesMarkers(this.traces.mid, [], { autoScale: false, zOrder: 'top' });
    this.hedges = createSeriesMarkers(this.traces.delta, [], { autoScale: false, zOrder: 'top' });
    this.chart.panes().forEach((pane, index) => {
      pane.setStretchFactor(PANE_HEIGHTS[index] ?? 1);
    });
    this.paint();
    this.chart.subscribeCrosshairMove((move) => this.onCrosshair(move));
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.watchFollowing());
    this.sizes = new ResizeObserver(() => requestAnimationFrame(() => this.reportPanes()));
    this.sizes.observe(container);
  }

  onHistory(facts: SessionFacts, columns: ChartColumns, marks: readonly ChartMark[]): void {
    this.facts = facts;
    this.marks = [...marks];
    this.last = null;
    this.bySecond.clear();
    this.setScales(facts);
    const data: Record<TraceName, (TracePoint | { time: UTCTimestamp })[]> = {
      ours: [],
      mid: [],
      fair: [],
      inventory: [],
      band: [],
      delta: [],
    };
    columns.atMillis.forEach((_, index) => {
      const point = pointAt(columns, index);
      const isFirst = this.step(point, (time) => {
        for (const name of TRACE_NAMES) data[name].push({ time });
      });
      for (const name of TRACE_NAMES) data[name].push(this.tracePoint(name, point, isFirst));
    });
    for (const name of TRACE_NAMES) this.traces[name].setData(data[name]);
    this.drawMarks();
    this.showLast(FIRST_VIEW_SECONDS);
    this.report(this.last, true);
    this.reportPanes();
  }

  onPoints(points: readonly ChartPoint[], marks: readonly ChartMark[]): void {
    if (this.facts === null) return;
    for (const point of points) {
      if (this.last !== null && secondOf(point) < secondOf(this.last)) continue;
      const isFirst = this.step(point, (time) => {
        for (const name of TRACE_NAMES) this.traces[name].update({ time });
      });
      for (const name of TRACE_NAMES) {
        this.traces[name].update(this.tracePoint(name, point, isFirst));
      }
    }
    if (marks.length > 0) {
      this.marks = [...this.marks, ...marks].slice(-MARKS_MAX);
      this.drawMarks();
    }
    if (!this.isHovering) this.report(this.last, true);
  }

  /** The newest `seconds` up to now, and along with it from here on; 0 shows everything. */
  showLast(seconds: number): void {
    const scale = this.chart.timeScale();
    if (seconds === 0) {
      scale.fitContent();
      return;
    }
    const newest =
      this.last === null ? null : scale.timeToIndex(secondOf(this.last) as UTCTimestamp, true);
    if (newest === null) return;
    scale.setVisibleLogicalRange({ from: newest - seconds, to: newest + seconds * 0.04 });
  }

  follow(): void {
    this.chart.timeScale().scrollToRealTime();
  }

  /** Takes the colours of the page's theme anew. */
  repaint(): void {
    this.colors = chartColors(this.container);
    this.chart.applyOptions(layoutOptions(this.colors));
    this.paint();
    this.drawMarks();
  }

  destroy(): void {
    this.sizes.disconnect();
    this.chart.remove();
  }

  private addTrace(pane: number): Trace {
    const options: Partial<TraceOptions> = { lastValueVisible: false, priceLineVisible: false };
    return this.chart.addCustomSeries(new TraceSeries(), options, pane) as unknown as Trace;
  }

  private paint(): void {
    const { colors, traces } = this;
    traces.ours.applyOptions({
      lowColor: colors.bid,
      highColor: colors.ask,
      fillColor: colors.band,
      isStepped: true,
      width: 1.5,
    });
    const fair = { lowColor: colors.fair, highColor: colors.fair, dash: [4, 3], width: 1 };
    traces.fair.applyOptions(fair);
    const mid = { lowColor: colors.text, highColor: colors.text, width: 1.25 };
    traces.mid.applyOptions({ ...mid, lastValueVisible: true, color: colors.text });
    const stock = { lowColor: colors.inventory, highColor: colors.inventory, isStepped: true };
    traces.inventory.applyOptions({ ...stock, lastValueVisible: true, color: colors.inventory });
    const edge = { lowColor: colors.bandEdge, highColor: colors.bandEdge, fillColor: colors.band };
    traces.band.applyOptions({ ...edge, dash: [3, 3], width: 1 });
    const delta = { lowColor: colors.delta, highColor: colors.delta, isStepped: true };
    traces.delta.applyOptions({ ...delta, lastValueVisible: true, color: colors.delta });
  }

  private setScales({ quoted }: SessionFacts): void {
    const tick = quoted.tickMantissa / 10 ** quoted.priceDecimals;
    for (const name of ['ours', 'mid', 'fair'] as const) {
      this.traces[name].applyOptions({
        priceFormat: { type: 'price', precision: quoted.priceDecimals, minMove: tick },
      });
    }
    for (const name of ['inventory', 'band', 'delta'] as const) {
      this.traces[name].applyOptions({
        priceFormat: { type: 'custom', minMove: 1e-8, formatter: compact },
      });
    }
  }

  /**
   * Moves on to a point; hands missing seconds to `fill` so that the axis stays to scale. Returns
   * whether a gap lies before the point.
   */
  private step(point: ChartPoint, fill: (time: UTCTimestamp) => void): boolean {
    const second = secondOf(point);
    const { last } = this;
    this.last = point;
    this.bySecond.set(second, point);
    if (last === null) return true;
    const missing = second - secondOf(last) - 1;
    const isGap = missing >= GAP_SECONDS && missing + 1 > this.spacingSeconds * 2.5;
    if (missing >= 0) this.spacingSeconds = isGap ? 1 : missing + 1;
    if (missing <= GAP_KEPT_SECONDS) {
      for (let gap = second - missing; gap < second; gap++) fill(gap as UTCTimestamp);
    }
    return isGap;
  }

  private tracePoint(name: TraceName, point: ChartPoint, isFirst: boolean): TracePoint {
    const time = secondOf(point) as UTCTimestamp;
    const { quoted } = this.facts as SessionFacts;
    switch (name) {
      case 'ours':
        return {
          time,
          low: toPrice(point.ownBidTicks, quoted),
          high: toPrice(point.ownAskTicks, quoted),
          isFirst,
        };
      case 'mid':
        return same(time, toPrice(point.midTicks, quoted), isFirst);
      case 'fair':
        return same(time, toPrice(point.fairTicks, quoted), isFirst);
      case 'inventory':
        return same(time, point.spotBase, isFirst);
      case 'delta':
        return same(time, point.deltaBase, isFirst);
      case 'band':
        return { time, low: -point.bandBase, high: point.bandBase, isFirst };
    }
  }

  private drawMarks(): void {
    const onPrice: Marker[] = [];
    const onDelta: Marker[] = [];
    for (const mark of this.marks) {
      const marker = this.markerOf(mark);
      if (marker === null) continue;
      if (mark.kind === 'HEDGE') onDelta.push(marker);
      else onPrice.push(marker);
    }
    this.fills.setMarkers(onPrice);
    this.hedges.setMarkers(onDelta);
  }

  /** A fill at its price, a hedge on the delta line, anything else as a sign with its name. */
  private markerOf(mark: ChartMark): Marker | null {
    if (this.facts === null) return null;
    const { quoted } = this.facts;
    const second = Math.floor(mark.atMillis / 1_000);
    const time = second as UTCTimestamp;
    const color = mark.side === 'bid' ? this.colors.bid : this.colors.ask;
    if (mark.kind === 'FILL') {
      const shape = mark.side === 'bid' ? 'arrowUp' : 'arrowDown';
      const price = toPrice(mark.priceTicks, quoted) ?? 0;
      return { time, position: 'atPriceMiddle', price, color, shape, size: 0.7 };
    }
    const point = this.bySecond.get(second) ?? this.bySecond.get(second - 1) ?? this.last;
    if (point === null) return null;
    if (mark.kind === 'HEDGE') {
      const price = point.deltaBase;
      return { time, position: 'atPriceMiddle', price, color, shape: 'square', size: 0.4 };
    }
    const price = toPrice(point.midTicks, quoted) ?? 0;
    const text = this.events.nameMark(mark);
    const { note } = this.colors;
    return {
      time,
      position: 'atPriceBottom',
      price,
      text,
      color: note,
      shape: 'square',
      size: 0.5,
    };
  }

  private onCrosshair(move: MouseEventParams): void {
    const point = move.time === undefined ? undefined : this.bySecond.get(move.time as number);
    this.isHovering = point !== undefined;
    this.report(point ?? this.last, point === undefined);
  }

  private report(point: ChartPoint | null, isLive: boolean): void {
    if (point !== null) this.events.onReading({ atMillis: point.atMillis, isLive, point });
  }

  private reportPanes(): void {
    const tops: number[] = [];
    let top = 0;
    for (const pane of this.chart.panes()) {
      tops.push(top);
      top += pane.getHeight() + 1;
    }
    this.events.onPanes(tops);
  }

  private watchFollowing(): void {
    const isFollowing = this.chart.timeScale().scrollPosition() > -1;
    if (isFollowing === this.isFollowing) return;
    this.isFollowing = isFollowing;
    this.events.onFollowing(isFollowing);
  }
}

function layoutOptions(colors: ChartColors) {
  return {
    layout: {
      background: { color: 'transparent' },
      textColor: colors.muted,
      fontSize: 10,
      fontFamily: 'inherit',
      attributionLogo: true,
      panes: { separatorColor: colors.line, separatorHoverColor: colors.line, enableResize: true },
    },
    grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
    crosshair: {
      vertLine: { color: colors.muted, labelBackgroundColor: colors.label },
      horzLine: { color: colors.muted, labelBackgroundColor: colors.label },
    },
    rightPriceScale: {
      borderVisible: false,
      scaleMargins: { top: 0.12, bottom: 0.08 },
      minimumWidth: 64,
    },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: true, rightOffset: 4 },
    localization: { locale: 'en-GB' },
  };
}

function pointAt(columns: ChartColumns, index: number): ChartPoint {
  return {
    atMillis: columns.atMillis[index] ?? 0,
    midTicks: columns.midTicks[index] ?? null,
    fairTicks: columns.fairTicks[index] ?? null,
    ownBidTicks: columns.ownBidTicks[index] ?? null,
    ownAskTicks: columns.ownAskTicks[index] ?? null,
    spotBase: columns.spotBase[index] ?? 0,
    deltaBase: columns.deltaBase[index] ?? 0,
    bandBase: columns.bandBase[index] ?? 0,
  };
}

function same(time: UTCTimestamp, value: number | null, isFirst: boolean): TracePoint {
  return { time, low: value, high: value, isFirst };
}

function secondOf(point: ChartPoint): number {
  return Math.floor(point.atMillis / 1_000);
}

function toPrice(ticks: number | null, facts: InstrumentFacts): number | null {
  return ticks === null ? null : (ticks * facts.tickMantissa) / 10 ** facts.priceDecimals;
}

/** Axis labels of amounts: 54.8k. */
function compact(value: CustomSeriesPricePlotValues[number]): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (size >= 1e3) return `${(value / 1e3).toFixed(size >= 1e4 ? 1 : 2)}k`;
  return size >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(3);
}
