import { niceTicks, numberText, tickDecimals } from './chart-scale.ts';

/** A mean with its interval at one place of the horizontal axis. */
export interface IntervalPoint {
  readonly mean: number;
  /** Half the width of the interval; NaN: not known. */
  readonly margin: number;
  readonly count: number;
  readonly colour: string;
  /** Circle or square: told apart without colour. */
  readonly isSquare: boolean;
}

export interface IntervalGroup {
  readonly name: string;
  readonly points: readonly IntervalPoint[];
}

const WIDTH = 1040;
const HEIGHT = 270;
const LEFT = 78;
const RIGHT = WIDTH - 14;
const TOP = 12;
const BOTTOM = HEIGHT - 42;
const POINT_GAP = 70;
/** A point that reaches this many times farther than the middle one is drawn at the edge. */
const FAR_MULTIPLE = 4;

/** Means with intervals side by side in groups; the count stands under each. */
export function intervalSvg(groups: readonly IntervalGroup[], unit: string): string {
  const shown = groups.flatMap((group) => group.points).filter((point) => point.count > 0);
  const [low, high] = range(shown);
  const y = (value: number): number => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
  const ticks = niceTicks(low, high, 5);
  const decimals = tickDecimals(ticks);
  const parts = ticks.map((value) => {
    const at = y(value).toFixed(1);
    return `<line class="${Math.abs(value) < 1e-12 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${RIGHT}" y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 7}" y="${at}" dy="0.32em" text-anchor="end">${numberText(value, decimals)}</text>`;
  });
  parts.push(
    `<text class="unit" transform="translate(13 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${unit}</text>`,
  );
  const slot = (RIGHT - LEFT) / Math.max(1, groups.length);
  for (const [index, group] of groups.entries()) {
    const centre = LEFT + slot * (index + 0.5);
    parts.push(
      `<text class="tick strong" x="${centre.toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${group.name}</text>`,
    );
    for (const [place, point] of group.points.entries()) {
      const x = centre + (place - (group.points.length - 1) / 2) * POINT_GAP;
      parts.push(pointSvg(point, x, y));
    }
  }
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts.join('')}</svg>`;
}

/**
 * Range of values that shows most points well. Points that reach several times farther than usual
 * are left to the edges: one wild horizon must not flatten all the others.
 */
function range(points: readonly IntervalPoint[]): [number, number] {
  const reaches = points.map(reach).sort((left, right) => left - right);
  const usual = reaches[Math.floor(reaches.length / 2)] ?? 0;
  let low = 0;
  let high = 0;
  for (const point of points) {
    if (reach(point) > FAR_MULTIPLE * usual) continue;
    low = Math.min(low, point.mean - marginOf(point));
    high = Math.max(high, point.mean + marginOf(point));
  }
  const room = (high - low) * 0.12 || 1;
  return [low - room, high + room];
}

function reach(point: IntervalPoint): number {
  return Math.abs(point.mean) + marginOf(point);
}

function marginOf({ margin }: IntervalPoint): number {
  return Number.isNaN(margin) ? 0 : margin;
}

function pointSvg(point: IntervalPoint, x: number, y: (value: number) => number): string {
  const at = x.toFixed(1);
  const count = `<text class="tick" x="${at}" y="${BOTTOM + 16}" text-anchor="middle">n = ${point.count}</text>`;
  if (point.count === 0) return count;
  const middle = y(point.mean);
  const value = (height: number): string =>
    `<text class="value" x="${(x + 11).toFixed(1)}" y="${height.toFixed(1)}" dy="0.32em">${numberText(point.mean, 2)}</text>`;
  if (middle < TOP || middle > BOTTOM) {
    const edge = middle < TOP ? TOP + 9 : BOTTOM - 12;
    const size = middle < TOP ? 8 : -8;
    const arrow = `<path d="M${at} ${edge - size}l5 ${size}h-10z" fill="${point.colour}"/>`;
    return `${arrow}${value(edge)}${count}`;
  }
  return `${barSvg(point, x, y)}${shapeSvg(point, x, middle)}${value(middle)}${count}`;
}

function barSvg(point: IntervalPoint, x: number, y: (value: number) => number): string {
  if (Number.isNaN(point.margin)) return '';
  const top = clamp(y(point.mean + point.margin)).toFixed(1);
  const bottom = clamp(y(point.mean - point.margin)).toFixed(1);
  const left = (x - 6).toFixed(1);
  return `<path d="M${x.toFixed(1)} ${top}V${bottom}M${left} ${top}h12M${left} ${bottom}h12" stroke="${point.colour}" stroke-width="1.6" fill="none"/>`;
}

function shapeSvg({ isSquare, colour }: IntervalPoint, x: number, middle: number): string {
  return isSquare
    ? `<rect x="${(x - 5).toFixed(1)}" y="${(middle - 5).toFixed(1)}" width="10" height="10" fill="${colour}"/>`
    : `<circle cx="${x.toFixed(1)}" cy="${middle.toFixed(1)}" r="5.5" fill="${colour}"/>`;
}

function clamp(pixels: number): number {
  return Math.max(TOP, Math.min(BOTTOM, pixels));
}
