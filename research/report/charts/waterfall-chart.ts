import { escapeHtml } from '#research/report/html-text.ts';
import type { Bilingual } from '#research/report/report-words.ts';
import { niceTicks, numberText, tickDecimals } from './chart-scale.ts';
import { PALETTE } from './palette.ts';

/** One step of a waterfall; a total starts from zero again. */
export interface WaterfallStep {
  readonly name: Bilingual;
  readonly value: number;
  readonly isTotal: boolean;
}

const WIDTH = 1040;
const HEIGHT = 300;
const LEFT = 78;
const RIGHT = WIDTH - 14;
const TOP = 22;
const BOTTOM = HEIGHT - 30;
const BAR_SHARE = 0.62;

/** How parts add up to a total: each bar begins where the one before it ended. */
export function waterfallSvg(
  steps: readonly WaterfallStep[],
  unit: string,
  decimals: number,
): string {
  const bars = place(steps);
  let low = 0;
  let high = 0;
  for (const { from, to } of bars) {
    low = Math.min(low, from, to);
    high = Math.max(high, from, to);
  }
  const room = (high - low) * 0.08 || 1;
  const y = (value: number): number =>
    BOTTOM - ((value - low + room) / (high - low + 2 * room)) * (BOTTOM - TOP);
  const ticks = niceTicks(low - room, high + room, 5);
  const tickPlaces = tickDecimals(ticks);
  const parts = ticks.map((value) => {
    const at = y(value).toFixed(1);
    return `<line class="${Math.abs(value) < 1e-12 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${RIGHT}" y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 7}" y="${at}" dy="0.32em" text-anchor="end">${numberText(value, tickPlaces)}</text>`;
  });
  parts.push(
    `<text class="unit" transform="translate(13 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(unit)}</text>`,
  );
  const slot = (RIGHT - LEFT) / Math.max(1, bars.length);
  for (const [index, bar] of bars.entries()) {
    const centre = LEFT + slot * (index + 0.5);
    const half = (slot * BAR_SHARE) / 2;
    const top = Math.min(y(bar.from), y(bar.to));
    const height = Math.max(1, Math.abs(y(bar.from) - y(bar.to)));
    const colour = bar.isTotal ? PALETTE.net : bar.to >= bar.from ? PALETTE.good : PALETTE.bad;
    const labelY = bar.to >= bar.from ? top - 6 : top + height + 14;
    parts.push(
      `<rect x="${(centre - half).toFixed(1)}" y="${top.toFixed(1)}" width="${(2 * half).toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}"/>`,
      `<text class="value" x="${centre.toFixed(1)}" y="${labelY.toFixed(1)}" text-anchor="middle">${numberText(bar.value, decimals)}</text>`,
      label(bar.name, centre),
    );
    if (index < bars.length - 1) {
      const at = y(bar.to).toFixed(1);
      parts.push(
        `<line class="joint" x1="${(centre + half).toFixed(1)}" x2="${(centre + slot - half).toFixed(1)}" y1="${at}" y2="${at}"/>`,
      );
    }
  }
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts.join('')}</svg>`;
}

interface PlacedBar extends WaterfallStep {
  readonly from: number;
  readonly to: number;
}

function place(steps: readonly WaterfallStep[]): PlacedBar[] {
  let running = 0;
  return steps.map((step) => {
    const from = step.isTotal ? 0 : running;
    running = step.isTotal ? step.value : running + step.value;
    return { ...step, from, to: running };
  });
}

function label(name: Bilingual, x: number): string {
  const at = `x="${x.toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle"`;
  return `<text class="tick en" ${at}>${escapeHtml(name.en)}</text><text class="tick zh" ${at}>${escapeHtml(name.zh)}</text>`;
}
