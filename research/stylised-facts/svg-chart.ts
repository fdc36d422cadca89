import type { Scale } from './scale.ts';

/** Colours that keep their contrast on white and on black. */
export const COLOURS = ['#3b82c4', '#d9822b', '#3f9c6b', '#c4557a', '#8a6fc9', '#8c8c3a'] as const;
const INK = '#7d8590';
const GRID = '#7d859040';

export interface ChartOptions {
  readonly title: string;
  /** With its unit. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: Scale;
  readonly y: Scale;
  /** Names at the marks of the x axis instead of numbers, centred on 0, 1, 2 ... */
  readonly xNames?: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDTH = 640;
const HEIGHT = 340;
const LEFT = 62;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 50;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
/** Entries of a legend stand this far apart. */
const LEGEND_STEP = 16;

/**
 * One small chart as SVG text: two axes with units, lines, bars, marks, a legend. No style sheet and
 * no background, so that it reads on light and on dark pages.
 */
export class SvgChart {
  private readonly options: ChartOptions;
  private readonly shapes: string[] = [];
  private readonly legend: { readonly name: string; readonly colour: string }[] = [];

  constructor(options: ChartOptions) {
    this.options = options;
  }

  /** A line through the points; those that are not finite break it. */
  line(points: readonly Point[], colour: string, name = '', dashed = false): this {
    let path = '';
    let isDown = false;
    for (const point of points) {
      if (!(Number.isFinite(point.x) && Number.isFinite(point.y))) {
        isDown = false;
        continue;
      }
      path += `${isDown ? 'L' : 'M'}${this.spot(point)}`;
      isDown = true;
    }
    const dash = dashed ? ' stroke-dasharray="5 4"' : '';
    this.shapes.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"${dash}/>`,
    );
    this.explain(name, colour);
    return this;
  }

  dots(points: readonly Point[], colour: string, name = ''): this {
    for (const point of points) {
      const [x, y] = this.spot(point).split(' ');
      this.shapes.push(`<circle cx="${x}" cy="${y}" r="2.6" fill="${colour}"/>`);
    }
    this.explain(name, colour);
    return this;
  }

  /** Bars from `base` to each point, `width` wide in x units. */
  bars(points: readonly Point[], width: number, base: number, colour: string, name = ''): this {
    for (const point of points) {
      const left = this.across(point.x - width / 2);
      const right = this.across(point.x + width / 2);
      const high = Math.min(this.down(point.y), this.down(base));
      const low = Math.max(this.down(point.y), this.down(base));
      this.shapes.push(
        `<rect x="${text(left)}" y="${text(high)}" width="${text(right - left)}" height="${text(low - high)}" fill="${colour}" fill-opacity="0.75"/>`,
      );
    }
    this.explain(name, colour);
    return this;
  }

  /** A vertical stroke from `low` to `high`: an error bar. Nothing where the error is not known. */
  whisker(x: number, low: number, high: number, colour: string): this {
    if (!(Number.isFinite(low) && Number.isFinite(high))) return this;
    const place = text(this.across(x));
    this.shapes.push(
      `<line x1="${place}" y1="${text(this.down(low))}" x2="${place}" y2="${text(this.down(high))}" stroke="${colour}" stroke-width="1.2"/>`,
    );
    return this;
  }

  /** Shades a stretch of the x axis over the whole height. */
  band(from: number, to: number, colour: string, name = ''): this {
    const left = this.across(from);
    this.shapes.unshift(
      `<rect x="${text(left)}" y="${TOP}" width="${text(this.across(to) - left)}" height="${PLOT_HEIGHT}" fill="${colour}" fill-opacity="0.22"/>`,
    );
    this.explain(name, colour);
    return this;
  }

  /** A thin line across the plot at `y`. */
  rule(y: number): this {
    const place = text(this.down(y));
    this.shapes.unshift(
      `<line x1="${LEFT}" y1="${place}" x2="${LEFT + PLOT_WIDTH}" y2="${place}" stroke="${INK}"/>`,
    );
    return this;
  }

  /** The finished picture. */
  toSvg(): string {
    const { title, xLabel, yLabel } = this.options;
    const middle = LEFT + PLOT_WIDTH / 2;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="11" fill="${INK}">`,
      `<title>${escaped(title)}</title>`,
      `<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${PLOT_WIDTH}" height="${PLOT_HEIGHT}"/></clipPath>`,
      ...this.gridLines(),
      `<g clip-path="url(#plot)">`,
      ...this.shapes,
      '</g>',
      `<text x="${LEFT}" y="18" font-size="13" font-weight="600">${escaped(title)}</text>`,
      `<text x="${middle}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xLabel)}</text>`,
      `<text transform="translate(14 ${TOP + PLOT_HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
      ...this.legendLines(),
      '</svg>',
      '',
    ].join('\n');
  }

  private gridLines(): string[] {
    const { x, y, xNames } = this.options;
    const bottom = TOP + PLOT_HEIGHT;
    const lines: string[] = [];
    for (const mark of y.marks) {
      const place = text(this.down(mark));
      lines.push(
        `<line x1="${LEFT}" y1="${place}" x2="${LEFT + PLOT_WIDTH}" y2="${place}" stroke="${GRID}"/>`,
        `<text x="${LEFT - 6}" y="${place}" text-anchor="end" dominant-baseline="middle">${label(mark)}</text>`,
      );
    }
    if (xNames !== undefined) {
      xNames.forEach((name, index) => {
        lines.push(
          `<text x="${text(this.across(index))}" y="${bottom + 16}" text-anchor="middle">${escaped(name)}</text>`,
        );
      });
    } else {
      for (const mark of x.marks) {
        const place = text(this.across(mark));
        lines.push(
          `<line x1="${place}" y1="${TOP}" x2="${place}" y2="${bottom}" stroke="${GRID}"/>`,
          `<text x="${place}" y="${bottom + 16}" text-anchor="middle">${label(mark)}</text>`,
        );
      }
    }
    lines.push(
      `<path d="M${LEFT} ${TOP}V${bottom}H${LEFT + PLOT_WIDTH}" fill="none" stroke="${INK}"/>`,
    );
    return lines;
  }

  private legendLines(): string[] {
    const right = LEFT + PLOT_WIDTH - 8;
    return this.legend.flatMap((entry, index) => {
      const y = TOP + 12 + index * LEGEND_STEP;
      return [
        `<text x="${right - 14}" y="${y}" text-anchor="end" dominant-baseline="middle">${escaped(entry.name)}</text>`,
        `<rect x="${right - 9}" y="${y - 5}" width="9" height="9" fill="${entry.colour}"/>`,
      ];
    });
  }

  private explain(name: string, colour: string): void {
    if (name === '' || this.legend.some((entry) => entry.name === name)) return;
    this.legend.push({ name, colour });
  }

  private spot(point: Point): string {
    return `${text(this.across(point.x))} ${text(this.down(point.y))}`;
  }

  private across(value: number): number {
    return LEFT + bounded(this.options.x.place(value)) * PLOT_WIDTH;
  }

  private down(value: number): number {
    return TOP + (1 - bounded(this.options.y.place(value))) * PLOT_HEIGHT;
  }
}

/** Far outside is as invisible as just outside, and keeps infinities out of the picture. */
function bounded(place: number): number {
  return Math.max(-0.5, Math.min(1.5, place));
}

/** Coordinates with two decimals: smaller files, the same on every machine. */
function text(value: number): string {
  return Number(value.toFixed(2)).toString();
}

function label(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(6))}k`;
  if (size !== 0 && size < 0.001) return value.toExponential(0);
  return String(Number(value.toPrecision(6)));
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
