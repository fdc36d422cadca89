import { escapeHtml } from '#research/report/html-text.ts';
import { numberText } from './chart-scale.ts';
import { PALETTE } from './palette.ts';

/** One stage's latencies in microseconds. */
export interface StageLatency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const WIDTH = 1040;
const ROW = 30;
const LEFT = 110;
const RIGHT = WIDTH - 250;
const TOP = 26;
/** The axis ends at powers of ten around the data, never below this. */
const LEAST_MICROS = 0.01;

/** Stages on one logarithmic axis: median to p99 as a bar, p99.9 and the largest as marks. */
export function latencySvg(stages: readonly StageLatency[]): string {
  const low = Math.floor(Math.log10(Math.max(LEAST_MICROS, Math.min(...stages.map((s) => s.p50)))));
  const high = Math.ceil(Math.log10(Math.max(1, ...stages.map((stage) => stage.max))));
  const height = TOP + stages.length * ROW + 26;
  const x = (micros: number): number => {
    const power = Math.log10(Math.max(10 ** low, micros));
    return LEFT + ((power - low) / (high - low)) * (RIGHT - LEFT);
  };
  const parts: string[] = [];
  for (let power = low; power <= high; power++) {
    const at = x(10 ** power).toFixed(1);
    parts.push(
      `<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${height - 22}"/>`,
      `<text class="tick" x="${at}" y="${height - 6}" text-anchor="middle">${microsText(10 ** power)}</text>`,
    );
  }
  for (const [index, title] of ['p50', 'p99', 'p99.9', 'max'].entries()) {
    parts.push(
      `<text class="tick strong" x="${RIGHT + 70 + index * 58}" y="14" text-anchor="end">${title}</text>`,
    );
  }
  for (const [index, stage] of stages.entries()) {
    parts.push(stageSvg(stage, TOP + index * ROW + ROW / 2, x));
  }
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${parts.join('')}</svg>`;
}

function stageSvg(stage: StageLatency, y: number, x: (micros: number) => number): string {
  const { name, p50, p99, p999, max } = stage;
  const width = Math.max(1, x(p99) - x(p50));
  const numbers = [p50, p99, p999, max].map(
    (micros, index) =>
      `<text class="tick" x="${RIGHT + 70 + index * 58}" y="${y}" dy="0.32em" text-anchor="end">${microsText(micros)}</text>`,
  );
  return [
    `<text class="tick strong" x="${LEFT - 10}" y="${y}" dy="0.32em" text-anchor="end">${escapeHtml(name)}</text>`,
    `<line class="joint" x1="${x(p99).toFixed(1)}" x2="${x(max).toFixed(1)}" y1="${y}" y2="${y}"/>`,
    `<rect x="${x(p50).toFixed(1)}" y="${y - 6}" width="${width.toFixed(1)}" height="12" rx="3" fill="${PALETTE.buy}" opacity="0.75"/>`,
    `<path d="M${x(p999).toFixed(1)} ${y - 6}v12" stroke="${PALETTE.hedging}" stroke-width="2.5"/>`,
    `<circle cx="${x(max).toFixed(1)}" cy="${y}" r="3.2" fill="${PALETTE.bad}"/>`,
    ...numbers,
  ].join('');
}

/** "0.46 µs", "60 µs", "2.0 ms". */
function microsText(micros: number): string {
  if (micros >= 1_000_000) return `${numberText(micros / 1_000_000, 0)} s`;
  if (micros >= 1_000) return `${numberText(micros / 1_000, micros >= 10_000 ? 0 : 1)} ms`;
  return `${numberText(micros, micros >= 10 ? 0 : micros >= 1 ? 1 : 2)} µs`;
}
