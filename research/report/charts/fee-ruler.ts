import { escapeHtml } from '#research/report/html-text.ts';
import { niceTicks, numberText, tickDecimals } from './chart-scale.ts';
import { PALETTE } from './palette.ts';

export interface FeeRulerOptions {
  /** Break-even spot maker fee, bp; null: unknown. */
  readonly breakEvenBps: number | null;
  readonly lowBps: number | null;
  readonly highBps: number | null;
  /** Maker fees of tiers, bp. */
  readonly tiers: readonly { readonly name: string; readonly bps: number }[];
  readonly paidBps: number;
}

const WIDTH = 1040;
const HEIGHT = 124;
const LEFT = 30;
const RIGHT = WIDTH - 30;
const LINE = 78;
/** Names nearer to each other than this are put on two rows. */
const NAME_GAP = 74;

/** Where the fills would have broken even, against what the tiers charge: one scale of basis points. */
export function feeRulerSvg(options: FeeRulerOptions): string {
  const { breakEvenBps, lowBps, highBps, tiers, paidBps } = options;
  const values = [paidBps, breakEvenBps, lowBps, highBps, ...tiers.map((tier) => tier.bps), 0];
  const known = values.filter((value): value is number => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const room = (high - low) * 0.06 || 1;
  const x = (bps: number): number =>
    LEFT + ((bps - low + room) / (high - low + 2 * room)) * (RIGHT - LEFT);
  const ticks = niceTicks(low - room, high + room, 12);
  const decimals = tickDecimals(ticks);
  const parts = [`<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${LINE}" y2="${LINE}"/>`];
  for (const tick of ticks) {
    const at = x(tick).toFixed(1);
    parts.push(
      `<line class="axis" x1="${at}" x2="${at}" y1="${LINE}" y2="${LINE + 5}"/>`,
      `<text class="tick" x="${at}" y="${LINE + 20}" text-anchor="middle">${numberText(tick, decimals)}</text>`,
    );
  }
  parts.push(`<text class="unit" x="${RIGHT}" y="${LINE + 38}" text-anchor="end">bp</text>`);
  parts.push(...tierNames(tiers, paidBps, x));
  if (lowBps !== null && highBps !== null) {
    const width = x(highBps) - x(lowBps);
    parts.push(
      `<rect x="${x(lowBps).toFixed(1)}" y="${LINE - 7}" width="${width.toFixed(1)}" height="14" rx="7" fill="${PALETTE.buy}" opacity="0.28"/>`,
    );
  }
  if (breakEvenBps !== null) {
    const at = x(breakEvenBps);
    parts.push(
      `<circle cx="${at.toFixed(1)}" cy="${LINE}" r="7" fill="${PALETTE.buy}" stroke="#fff" stroke-width="2"/>`,
      `<text class="value" x="${at.toFixed(1)}" y="${LINE - 15}" text-anchor="middle" fill="${PALETTE.buy}">${numberText(breakEvenBps, 2)}</text>`,
    );
  }
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts.join('')}</svg>`;
}

function tierNames(
  tiers: FeeRulerOptions['tiers'],
  paidBps: number,
  x: (bps: number) => number,
): string[] {
  const ordered = [...tiers].sort((left, right) => left.bps - right.bps);
  let lastX = Number.NEGATIVE_INFINITY;
  let row = 0;
  return ordered.map(({ name, bps }) => {
    const at = x(bps);
    row = at - lastX < NAME_GAP ? 1 - row : 0;
    lastX = at;
    const y = row === 0 ? 14 : 32;
    const isPaid = bps === paidBps;
    return `<line class="${isPaid ? 'paid' : 'joint'}" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${y + 5}" y2="${LINE}"/><text class="tick${isPaid ? ' strong' : ''}" x="${at.toFixed(1)}" y="${y}" text-anchor="middle">${escapeHtml(name)} ${numberText(bps, 2)}</text>`;
  });
}
