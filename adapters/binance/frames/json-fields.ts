/**
 * Checked access to a parsed frame: the slow way, which has the last word on what a frame says and
 * names the field when it says something impossible.
 */
import type { LevelColumn } from '#contracts/events.ts';
import {
  type DecimalStep,
  DecimalTextError,
  formatSteps,
  parseScaled,
  parseSteps,
} from '#units/decimal-text.ts';
import { LEVEL_COUNT_MAX, TIME_MICROS_MIN, TIME_MILLIS_MAX, TIME_MILLIS_MIN } from './scanner.ts';

/** What can be wrong with a frame. Stable; each has its remedy in `frames.ts`. */
export type FrameErrorCode =
  | 'MALFORMED_JSON'
  | 'UNKNOWN_EVENT'
  | 'UNSUPPORTED_STREAM'
  | 'WRONG_MARKET'
  | 'WRONG_SYMBOL'
  | 'MISSING_FIELD'
  | 'NOT_A_NUMBER'
  | 'NEGATIVE'
  | 'ZERO_PRICE'
  | 'OFF_TICK'
  | 'OFF_STEP'
  | 'TOO_LARGE'
  | 'BAD_TIME'
  | 'BAD_RANGE'
  | 'TOO_MANY_LEVELS'
  | 'UNSORTED_SNAPSHOT';

/** The path of a field, and what made it fail. */
export interface FieldPlace extends ErrorOptions {
  readonly field: string;
}

/** One field of a frame is wrong. `FrameDecoder` turns it into a FrameError that knows the place. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: FrameErrorCode;
  readonly field: string;

  constructor(code: FrameErrorCode, place: FieldPlace, message: string) {
    super(message, place);
    this.code = code;
    this.field = place.field;
  }
}

const UNSIGNED_DECIMAL = /^\d+(?:\.\d+)?$/;
const SIGNED_DECIMAL = /^-?\d+(?:\.\d+)?$/;
const SHOWN_LENGTH_MAX = 60;
const UNIT_STEP: DecimalStep = { mantissa: 1, decimals: 8 };

type JsonObject = Readonly<Record<string, unknown>>;

/** Counts what was forgiven while reading one frame. */
export interface ReadingTally {
  /** Book quantities cut to whole lots. */
  dustCount: number;
}

export class JsonFields {
  private readonly values: JsonObject;
  private readonly path: string;
  private readonly tally: ReadingTally;

  /** Throws a FieldError when `value` is not a JSON object. */
  constructor(value: unknown, tally: ReadingTally, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldError(
        'MALFORMED_JSON',
        { field: path || '(frame)' },
        `not an object: ${shown(value)}`,
      );
    }
    this.values = value as JsonObject;
    this.path = path;
    this.tally = tally;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.values, key);
  }

  object(key: string): JsonFields {
    return new JsonFields(this.required(key), this.tally, this.at(key));
  }

  text(key: string): string {
    const value = this.required(key);
    if (typeof value === 'string') return value;
    throw new FieldError('MISSING_FIELD', { field: this.at(key) }, `not a text: ${shown(value)}`);
  }

  /** A text or a number, as text: ids of control requests. "null" for null. */
  label(key: string): string {
    const value = this.required(key);
    if (value === null || typeof value === 'string' || typeof value === 'number') {
      return String(value);
    }
    throw new FieldError(
      'MISSING_FIELD',
      { field: this.at(key) },
      `not a text or number: ${shown(value)}`,
    );
  }

  flag(key: string): boolean {
    const value = this.required(key);
    if (typeof value === 'boolean') return value;
    throw new FieldError(
      'MISSING_FIELD',
      { field: this.at(key) },
      `not true or false: ${shown(value)}`,
    );
  }

  /** A whole number from 0 to 2^53 - 1. */
  integer(key: string): number {
    const value = this.required(key);
    if (typeof value !== 'number') {
      throw new FieldError(
        'NOT_A_NUMBER',
        { field: this.at(key) },
        `not a number: ${shown(value)}`,
      );
    }
    if (value < 0)
      throw new FieldError('NEGATIVE', { field: this.at(key) }, `below zero: ${value}`);
    if (!Number.isInteger(value)) {
      throw new FieldError('NOT_A_NUMBER', { field: this.at(key) }, `not a whole number: ${value}`);
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new FieldError('TOO_LARGE', { field: this.at(key) }, `not below 2^53: ${value}`);
    }
    // Turns -0 into 0.
    return value + 0;
  }

  /** 13 digits are milliseconds, 16 microseconds; anything else is no time of this century. */
  timeMicros(key: string): number {
    const value = this.integer(key);
    if (value >= TIME_MICROS_MIN) return value;
    if (value >= TIME_MILLIS_MIN && value <= TIME_MILLIS_MAX) return value * 1_000;
    throw new FieldError(
      'BAD_TIME',
      { field: this.at(key) },
      `neither 13 digits of milliseconds nor 16 of microseconds: ${value}`,
    );
  }

  /** A price in ticks; zero is allowed (an empty side). */
  priceTicks(key: string, tick: DecimalStep): number {
    return steps(this.required(key), this.at(key), tick, 'OFF_TICK');
  }

  /**
   * A quantity resting in the book, in lots; zero is allowed. Orders from before a change of the step
   * still rest with finer quantities (the 2024 recordings hold five): such a sum is cut to whole lots,
   * to one lot at least so that the price stays visible, and counted.
   */
  bookLots(key: string, step: DecimalStep): number {
    return this.cutLots(this.required(key), this.at(key), step);
  }

  /** A traded quantity in lots; zero is allowed. */
  quantityLots(key: string, step: DecimalStep): number {
    return steps(this.required(key), this.at(key), step, 'OFF_STEP');
  }

  /** A decimal in 1e-8 units; `signed` allows a minus sign. */
  scaledUnits(key: string, signed: boolean): number {
    const value = this.required(key);
    if (signed && typeof value === 'string' && value.startsWith('-')) {
      if (!SIGNED_DECIMAL.test(value)) {
        throw new FieldError(
          'NOT_A_NUMBER',
          { field: this.at(key) },
          `not a decimal: ${shown(value)}`,
        );
      }
      return 0 - steps(value.slice(1), this.at(key), UNIT_STEP, 'OFF_STEP');
    }
    return steps(value, this.at(key), UNIT_STEP, 'OFF_STEP');
  }

  /** Appends `[["price","quantity"],…]`. Prices above zero; more entries than two are ignored. */
  levels(key: string, column: LevelColumn, tick: DecimalStep, step: DecimalStep): void {
    const rows = this.required(key);
    if (!Array.isArray(rows)) {
      throw new FieldError('MISSING_FIELD', { field: this.at(key) }, `not a list: ${shown(rows)}`);
    }
    if (rows.length > LEVEL_COUNT_MAX) {
      throw new FieldError(
        'TOO_MANY_LEVELS',
        { field: this.at(key) },
        `${rows.length} levels, at most ${LEVEL_COUNT_MAX}`,
      );
    }
    for (let index = 0; index < rows.length; index++) {
      const row: unknown = rows[index];
      const at = `${this.at(key)}[${index}]`;
      if (!Array.isArray(row) || row.length < 2) {
        throw new FieldError(
          'MISSING_FIELD',
          { field: at },
          `not a [price, quantity]: ${shown(row)}`,
        );
      }
      const price = steps(row[0], `${at}[0]`, tick, 'OFF_TICK');
      if (price === 0)
        throw new FieldError('ZERO_PRICE', { field: `${at}[0]` }, 'a level needs a price');
      column.push(price, this.cutLots(row[1], `${at}[1]`, step));
    }
  }

  /** The path of a field, for errors. */
  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  private cutLots(value: unknown, field: string, step: DecimalStep): number {
    const text = unsignedDecimal(value, field);
    const [whole = '', fraction = ''] = text.split('.');
    const lots = Math.floor(
      scaled(`${whole}.${fraction.slice(0, step.decimals)}`, field, step.decimals) / step.mantissa,
    );
    const kept = formatSteps(lots, step);
    if (isSameDecimal(kept, text)) return lots;
    this.tally.dustCount += 1;
    return Math.max(lots, 1);
  }

  /** Anything, present. */
  required(key: string): unknown {
    if (this.has(key)) return this.values[key];
    throw new FieldError('MISSING_FIELD', { field: this.at(key) }, 'the field is not there');
  }
}

function steps(
  value: unknown,
  field: string,
  step: DecimalStep,
  offCode: 'OFF_TICK' | 'OFF_STEP',
): number {
  const text = unsignedDecimal(value, field);
  try {
    return parseSteps(text, step);
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    const isTooLarge = error.message.startsWith('too large');
    throw new FieldError(
      isTooLarge ? 'TOO_LARGE' : offCode,
      { field, cause: error },
      isTooLarge
        ? `does not fit in 2^53 steps: ${shown(value)}`
        : `${shown(value)} is not a whole number of ${formatSteps(1, step)}`,
    );
  }
}

/** A quoted decimal without sign or exponent. */
function unsignedDecimal(value: unknown, field: string): string {
  if (typeof value !== 'string') {
    throw new FieldError('NOT_A_NUMBER', { field }, `not a quoted decimal: ${shown(value)}`);
  }
  if (UNSIGNED_DECIMAL.test(value)) return value;
  const isNegative = SIGNED_DECIMAL.test(value);
  throw new FieldError(
    isNegative ? 'NEGATIVE' : 'NOT_A_NUMBER',
    { field },
    isNegative ? `below zero: ${shown(value)}` : `not a decimal: ${shown(value)}`,
  );
}

function scaled(text: string, field: string, decimals: number): number {
  try {
    return parseScaled(text, decimals);
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    throw new FieldError(
      'TOO_LARGE',
      { field, cause: error },
      `does not fit in 2^53: ${shown(text)}`,
    );
  }
}

/** Equal but for zeros in front and at the end. */
function isSameDecimal(a: string, b: string): boolean {
  const bare = (text: string): string =>
    (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace(/^0+(?=\d)/, '');
  return bare(a) === bare(b);
}

/** A value as people may see it in an error, cut to a bounded length. Nested values are not shown: their depth has no bound. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
