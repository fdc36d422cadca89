/**
 * Axes. These functions run on the server and, as source text, in the page: each uses its arguments
 * and the others of this file, nothing else.
 */

/** Round numbers that cut `low..high` into about `count` parts; both ends finite, low below high. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  const factor = ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10;
  const step = factor * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index++) {
    ticks.push(index * step);
  }
  return ticks;
}

/**
 * Moments within `from..to` (seconds after `startMillis`) at which a clock shows something round, about
 * `count` of them.
 */
export function timeTicks(startMillis: number, from: number, to: number, count: number): number[] {
  const steps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
  ];
  const rough = (to - from) / count;
  let step = steps.find((one) => one >= rough) ?? 86400 * Math.ceil(rough / 86400);
  if (rough < 0.5) step = 10 ** Math.ceil(Math.log10(rough));
  const ticks: number[] = [];
  // Seconds of the day at the start, so that ticks fall on the clock's own steps.
  const offset = (startMillis / 1000) % 86400;
  for (let index = Math.ceil((from + offset) / step); index * step - offset <= to; index++) {
    ticks.push(index * step - offset);
  }
  return ticks;
}

/** Time of day in UTC of a moment `seconds` after `startMillis`; tenths when the span is short. */
export function clockText(startMillis: number, seconds: number, spanSeconds: number): string {
  const text = new Date(Math.round(startMillis + seconds * 1000)).toISOString();
  if (spanSeconds > 172_800) return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
  return spanSeconds < 10 ? text.slice(11, 21) : text.slice(11, 19);
}

/** A number with thin groups of thousands and at least as many decimals as the step needs. */
export function numberText(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const isZero = Number(text) === 0;
  const sign = value < 0 && !isZero ? '\u2212' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Decimals that tell neighbouring ticks apart. */
export function tickDecimals(ticks: readonly number[]): number {
  const first = ticks[0] ?? 0;
  const second = ticks[1] ?? first + 1;
  return Math.max(0, Math.min(8, -Math.floor(Math.log10(Math.abs(second - first)) + 1e-9)));
}
