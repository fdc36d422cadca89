/**
 * Decimal text to scaled integers and back, exactly. Decimals live only in codecs and reports.
 */

/** A decimal number was not what the caller needs; `message` says what and why. */
export class DecimalTextError extends Error {
  override readonly name = 'DecimalTextError';
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/**
 * "0.16233" with 5 decimals -> 16233. Trailing zeros beyond the scale are fine, other digits are an
 * error: nothing is rounded silently. Throws DecimalTextError on bad syntax, excess precision or a
 * result beyond the safe integers. No exponent form.
 */
export function parseScaled(text: string, decimals: number): number {
  const match = DECIMAL.exec(text);
  if (match === null) throw new DecimalTextError(`not a decimal number: "${text}"`);
  const [, sign, whole = '', fraction = ''] = match;
  const excess = fraction.slice(decimals);
  if (/[1-9]/.test(excess)) {
    throw new DecimalTextError(`more than ${decimals} decimals: "${text}"`);
  }
  const digits = whole + fraction.slice(0, decimals).padEnd(decimals, '0');
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) throw new DecimalTextError(`too large: "${text}"`);
  return sign === '-' && value !== 0 ? -value : value;
}

/** 16233 with 5 decimals -> "0.16233". Exactly `decimals` digits after the point. */
export function formatScaled(value: number, decimals: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  const digits = Math.abs(value)
    .toString()
    .padStart(decimals + 1, '0');
  const sign = value < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  const point = digits.length - decimals;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * A sum over a long session as text: exact where a double counts exactly, rounded to whole assets where
 * it does not. Any finite number.
 */
export function formatTurnover(value: number, decimals: number): string {
  if (Number.isSafeInteger(value)) return formatScaled(value, decimals);
  return BigInt(Math.round(value / 10 ** decimals)).toString();
}

/** A positive decimal as mantissa x 10^-decimals with no trailing zeros: "0.00010" -> 1, 4. */
export interface DecimalStep {
  readonly mantissa: number;
  readonly decimals: number;
}

/** Parses a tick or step size. Throws DecimalTextError when it is not above zero. */
export function parseStep(text: string): DecimalStep {
  const match = DECIMAL.exec(text);
  const trimmed = (match?.[3] ?? '').replace(/0+$/, '');
  const decimals = trimmed.length;
  const mantissa = parseScaled(text, decimals);
  if (mantissa <= 0) throw new DecimalTextError(`a step must be above zero: "${text}"`);
  return { mantissa, decimals };
}

/**
 * "0.16233" in steps of 0.00001 -> 16233. Throws DecimalTextError when the value is not a whole
 * number of steps.
 */
export function parseSteps(text: string, step: DecimalStep): number {
  const scaled = parseScaled(text, step.decimals);
  if (scaled % step.mantissa !== 0) {
    throw new DecimalTextError(`"${text}" is not a multiple of ${formatSteps(1, step)}`);
  }
  return scaled / step.mantissa;
}

/** 16233 steps of 0.00001 -> "0.16233". */
export function formatSteps(count: number, step: DecimalStep): string {
  return formatScaled(count * step.mantissa, step.decimals);
}
