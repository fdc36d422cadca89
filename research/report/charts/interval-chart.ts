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

function range(points: readonly IntervalPoint[]): [number, number] {
  let low = 0;
  let high = 0;
  for (const { mean, margin } of points) {
    const reach = Number.isNaN(margin) ? 0 : margin;
    low = Math.min(low, mean - reach);
    high = Math.max(high, mean + reach);
  }
  const room = (high - low) * 0.1 || 1;
  return [low - room, high + room];
}

function pointSvg(point: IntervalPoint, x: number, y: (value: number) => number): string {
  const at = x.toFixed(1);
  const count = `<text class="tick" x="${at}" y="${BOTTOM + 16}" text-anchor="middle">n = ${point.count}</text>`;
  if (point.count === 0) return count;
  const { mean, margin, colour } = point;
  const middle = y(mean);
  const bar = Number.isNaN(margin)
    ? ''
    : `<path d="M${at} ${y(mean - margin).toFixed(1)}V${y(mean + margin).toFixed(1)}M${(x - 6).toFixed(1)} ${y(mean - margin).toFixed(1)}h12M${(x - 6).toFixed(1)} ${y(mean + margin).toFixed(1)}h12" stroke="${colour}" stroke-width="1.6" fill="none"/>`;
  const shape = point.isSquare
    ? `<rect x="${(x - 5).toFixed(1)}" y="${(middle - 5).toFixed(1)}" width="10" height="10" fill="${colour}"/>`
    : `<circle cx="${at}" cy="${middle.toFixed(1)}" r="5.5" fill="${colour}"/>`;
  const value = `<text class="value" x="${(x + 11).toFixed(1)}" y="${middle.toFixed(1)}" dy="0.32em">${numberText(mean, 2)}</text>`;
  return `${bar}${shape}${value}${count}`;
}
