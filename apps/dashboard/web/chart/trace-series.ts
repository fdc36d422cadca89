/**
 * A line, or a band between two lines, that breaks where data is missing: the library's own line
 * draws across a gap, which would show a price that nobody saw.
 */
import {
  type CustomData,
  type CustomSeriesOptions,
  customSeriesDefaultOptions,
  type ICustomSeriesPaneRenderer,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type PriceToCoordinateConverter,
  type UTCTimestamp,
} from 'lightweight-charts';

/** One point. `low` and `high` are equal for a line; null: that edge is missing here. */
export interface TracePoint extends CustomData<UTCTimestamp> {
  low: number | null;
  high: number | null;
  /** True where the line begins anew: there is a gap before this point. */
  isFirst: boolean;
}

export interface TraceOptions extends CustomSeriesOptions {
  lowColor: string;
  highColor: string;
  /** Empty: no fill between the edges. */
  fillColor: string;
  /** True: holds its value until the next point, as an order's price does. */
  isStepped: boolean;
  dash: number[];
  width: number;
}

const DEFAULTS: TraceOptions = {
  ...customSeriesDefaultOptions,
  lowColor: '#888888',
  highColor: '#888888',
  fillColor: '',
  isStepped: false,
  dash: [],
  width: 1.25,
};

type Target = Parameters<ICustomSeriesPaneRenderer['draw']>[0];
type Bars = PaneRendererCustomData<UTCTimestamp, TracePoint>;
type Edge = 'low' | 'high';

/** A corner in device pixels; `isFirst` lifts the pen. */
interface Corner {
  readonly x: number;
  readonly y: number;
  readonly isFirst: boolean;
}

export class TraceSeries implements ICustomSeriesPaneView<UTCTimestamp, TracePoint, TraceOptions> {
  private bars: Bars | null = null;
  private options: TraceOptions = DEFAULTS;
  private readonly paneRenderer: ICustomSeriesPaneRenderer = {
    draw: (target, toY) => this.draw(target, toY),
  };

  renderer(): ICustomSeriesPaneRenderer {
    return this.paneRenderer;
  }

  update(bars: Bars, options: TraceOptions): void {
    this.bars = bars;
    this.options = options;
  }

  priceValueBuilder({ low, high }: TracePoint): number[] {
    const values = [low, high].filter((value) => value !== null);
    return values.length === 0 ? [] : [Math.min(...values), Math.max(...values), values[0] ?? 0];
  }

  isWhitespace(data: TracePoint | { time: UTCTimestamp }): data is { time: UTCTimestamp } {
    const point = data as Partial<TracePoint>;
    return (point.low ?? null) === null && (point.high ?? null) === null;
  }

  defaultOptions(): TraceOptions {
    return DEFAULTS;
  }

  private draw(target: Target, toY: PriceToCoordinateConverter): void {
    const { options } = this;
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio, verticalPixelRatio }) => {
      const scale = { x: horizontalPixelRatio, y: verticalPixelRatio };
      const low = this.corners('low', toY, scale);
      const isBand = options.fillColor !== '';
      const high =
        isBand || options.highColor !== options.lowColor ? this.corners('high', toY, scale) : [];
      context.save();
      context.lineWidth = options.width * verticalPixelRatio;
      context.lineJoin = 'round';
      context.setLineDash(options.dash.map((length) => length * horizontalPixelRatio));
      if (isBand) this.fill(context, scale, toY);
      stroke(context, low, options.lowColor);
      stroke(context, high, options.highColor);
      context.restore();
    });
  }

  /** Visible corners of one edge, one point beyond on each side. */
  private corners(
    edge: Edge,
    toY: PriceToCoordinateConverter,
    scale: { x: number; y: number },
  ): readonly Corner[] {
    const pen = new Pen(this.options.isStepped);
    const range = this.bars?.visibleRange ?? null;
    if (this.bars === null || range === null) return pen.corners;
    for (let index = Math.max(0, range.from - 1); index <= range.to; index++) {
      const bar = this.bars.bars[index];
      if (bar === undefined) continue;
      const value = bar.originalData[edge];
      const y = value === null ? null : toY(value);
      const x = bar.x * scale.x;
      if (y === null) pen.lift(x);
      else pen.moveTo(x, y * scale.y, bar.originalData.isFirst);
    }
    return pen.corners;
  }

  /** Column by column, so that a missing edge or a gap leaves an honest hole. */
  private fill(
    context: CanvasRenderingContext2D,
    scale: { x: number; y: number },
    toY: PriceToCoordinateConverter,
  ): void {
    const range = this.bars?.visibleRange ?? null;
    if (this.bars === null || range === null) return;
    context.fillStyle = this.options.fillColor;
    for (let index = Math.max(0, range.from - 1); index < range.to; index++) {
      const left = this.bars.bars[index];
      const right = this.bars.bars[index + 1];
      if (left === undefined || right === undefined || right.originalData.isFirst) continue;
      const { low, high } = left.originalData;
      const top = high === null ? null : toY(high);
      const bottom = low === null ? null : toY(low);
      if (top === null || bottom === null) continue;
      const x = left.x * scale.x;
      context.fillRect(x, top * scale.y, right.x * scale.x - x, (bottom - top) * scale.y);
    }
  }
}

/** Collects the corners of a line that may break. */
class Pen {
  readonly corners: Corner[] = [];
  private readonly isStepped: boolean;
  private isUp = true;

  constructor(isStepped: boolean) {
    this.isStepped = isStepped;
  }

  /** A value is there; `isFirst`: nothing connects it to the one before. */
  moveTo(x: number, y: number, isFirst: boolean): void {
    const isBroken = this.isUp || isFirst;
    if (!isBroken) this.hold(x);
    this.corners.push({ x, y, isFirst: isBroken });
    this.isUp = false;
  }

  /** No value here: an order's price held until it was gone. */
  lift(x: number): void {
    if (!this.isUp) this.hold(x);
    this.isUp = true;
  }

  private hold(x: number): void {
    const last = this.corners.at(-1);
    if (this.isStepped && last !== undefined) this.corners.push({ x, y: last.y, isFirst: false });
  }
}

function stroke(
  context: CanvasRenderingContext2D,
  corners: readonly Corner[],
  color: string,
): void {
  if (color === '') return;
  context.strokeStyle = color;
  context.beginPath();
  for (const { x, y, isFirst } of corners) {
    if (isFirst) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
