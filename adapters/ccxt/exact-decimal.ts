/** The library's numbers as decimal text, exactly or not at all. */
import { DecimalTextError, parseScaled } from '#units/decimal-text.ts';
import type { Numeric } from './library-interface.ts';

/** A decimal with at most so many digits survives the way through a double. */
const DIGITS_EXACT = 15;
const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * 1e-7 -> "0.0000001", "1.50" -> "1.50". Throws a DecimalTextError for what is no number, and for a double
 * with more digits than a decimal keeps in it: the venue's own digits are lost then.
 */
export function exactDecimal(value: Numeric | undefined): string {
  const [, sign, whole, fraction, exponent] = partsOf(value);
  const significant = `${whole}${fraction}`.replace(/^0+/, '').replace(/0+$/, '');
  if (typeof value === 'number' && significant.length > DIGITS_EXACT) {
    throw new DecimalTextError(`a double of ${significant.length} digits is not exact: ${value}`);
  }
  return exponent === '' ? String(value) : sign + shifted(whole, fraction, Number(exponent));
}

/** The same in units of 10^-decimals, cut: for marks and rates, which decide no order. */
export function cutScaled(value: Numeric | undefined, decimals: number): number {
  const [, sign, whole, fraction, exponent] = partsOf(value);
  const [head = '', tail = ''] = shifted(whole, fraction, Number(exponent)).split('.');
  return parseScaled(`${sign}${head}.${tail.slice(0, decimals)}`, decimals);
}

/** Exact product of two unsigned decimals, without trailing zeros. */
export function multiplyDecimals(left: string, right: string): string {
  const [leftDigits, leftPlaces] = parts(left);
  const [rightDigits, rightPlaces] = parts(right);
  return placed(leftDigits * rightDigits, leftPlaces + rightPlaces);
}

/** The exact quotient, or null when it has no end within `decimals` places. */
export function divideDecimals(left: string, right: string, decimals: number): string | null {
  const [leftDigits, leftPlaces] = parts(left);
  const [rightDigits, rightPlaces] = parts(right);
  if (rightDigits === 0n) return null;
  const over = leftDigits * 10n ** BigInt(decimals + rightPlaces);
  const under = rightDigits * 10n ** BigInt(leftPlaces);
  return over % under === 0n ? placed(over / under, decimals) : null;
}

/** What a value shows of itself in an error. The library hands on objects too, of any depth. */
export function shown(value: unknown): string {
  const isPlain = typeof value === 'number' || typeof value === 'string';
  return isPlain ? String(value).slice(0, 40) : typeof value;
}

/** All of it, sign, whole, fraction and exponent; "" where there is none. */
function partsOf(value: unknown): readonly [string, string, string, string, string] {
  const isPlain = typeof value === 'number' || typeof value === 'string';
  const match = isPlain ? NUMBER.exec(String(value)) : null;
  if (match === null) throw new DecimalTextError(`not a number: ${shown(value)}`);
  const [all, sign = '', whole = '', fraction = '', exponent = ''] = match;
  return [all, sign, whole, fraction, exponent];
}

function shifted(whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function parts(text: string): readonly [digits: bigint, places: number] {
  const [whole = '', fraction = ''] = text.split('.');
  return [BigInt(whole + fraction), fraction.length];
}

function placed(digits: bigint, places: number): string {
  const text = digits.toString().padStart(places + 1, '0');
  const point = text.length - places;
  const fraction = text.slice(point).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, point) : `${text.slice(0, point)}.${fraction}`;
}
