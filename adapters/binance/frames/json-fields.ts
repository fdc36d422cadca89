/**
 * Checked access to a parsed frame: the slow way, which has the last word on what a frame says and
 * names the field when it says something impossible.
 */
import type { LevelColumn } from '#contracts/events.ts';
import {
  type DecimalStep,
  DecimalTextError,
  formatSteps,
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

/** One field of a frame is wrong. `FrameDecoder` turns it into a FrameError that knows the place. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: FrameErrorCode;
  readonly field: string;

  constructor(code: FrameErrorCode, field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.field = field;
  }
}

const UNSIGNED_DECIMAL = /^\d+(?:\.\d+)?$/;
const SIGNED_DECIMAL = /^-?\d+(?:\.\d+)?$/;
const SHOWN_LENGTH_MAX = 60;
const UNIT_STEP: DecimalStep = { mantissa: 1, decimals: 8 };

type JsonObject = Readonly<Record<string, unknown>>;

export class JsonFields {
  private readonly values: JsonObject;
  private readonly path: string;

  /** Throws a FieldError when `value` is not a JSON object. */
  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldError('MALFORMED_JSON', path || '(frame)', `not an object: ${shown(value)}`);
    }
    this.values = value as JsonObject;
    this.path = path;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.values, key);
  }

  object(key: string): JsonFields {
    return new JsonFields(this.required(key), this.at(key));
  }

  text(key: string): string {
    const value = this.required(key);
    if (typeof value === 'string') return value;
    throw new FieldError('MISSING_FIELD', this.at(key), `not a text: ${shown(value)}`);
  }

  /** A text or a number, as text: ids of control requests. "null" for null. */
  label(key: string): string {
    const value = this.required(key);
    if (value === null || typeof value === 'string' || typeof value === 'number') {
      return String(value);
    }
    throw new FieldError('MISSING_FIELD', this.at(key), `not a text or number: ${shown(value)}`);
  }

  flag(key: string): boolean {
    const value = this.required(key);
    if (typeof value === 'boolean') return value;
    throw new FieldError('MISSING_FIELD', this.at(key), `not true or false: ${shown(value)}`);
  }

  /** A whole number from 0 to 2^53 - 1. */
  integer(key: string): number {
    const value = this.required(key);
    if (typeof value !== 'number') {
      throw new FieldError('NOT_A_NUMBER', this.at(key), `not a number: ${shown(value)}`);
    }
    if (value < 0) throw new FieldError('NEGATIVE', this.at(key), `below zero: ${value}`);
    if (!Number.isInteger(value)) {
      throw new FieldError('NOT_A_NUMBER', this.at(key), `not a whole number: ${value}`);
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new FieldError('TOO_LARGE', this.at(key), `not below 2^53: ${value}`);
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
      this.at(key),
      `neither 13 digits of milliseconds nor 16 of microseconds: ${value}`,
    );
  }

  /** A price in ticks; zero is allowed (an empty side). */
  priceTicks(key: string, tick: DecimalStep): number {
    return steps(this.required(key), this.at(key), tick, 'OFF_TICK');
  }

  /** A quantity in lots; zero is allowed. */
  quantityLots(key: string, step: DecimalStep): number {
    return steps(this.required(key), this.at(key), step, 'OFF_STEP');
  }

  /** A decimal in 1e-8 units; `signed` allows a minus sign. */
  scaledUnits(key: string, signed: boolean): number {
    const value = this.required(key);
    if (signed && typeof value === 'string' && value.startsWith('-')) {
      if (!SIGNED_DECIMAL.test(value)) {
        throw new FieldError('NOT_A_NUMBER', this.at(key), `not a decimal: ${shown(value)}`);
      }
      return 0 - steps(value.slice(1), this.at(key), UNIT_STEP, 'OFF_STEP');
    }
    return steps(value, this.at(key), UNIT_STEP, 'OFF_STEP');
  }

  /** Appends `[["price","quantity"],…]`. Prices above zero; more entries than two are ignored. */
  levels(key: string, column: LevelColumn, tick: DecimalStep, step: DecimalStep): void {
    const rows = this.required(key);
    if (!Array.isArray(rows)) {
      throw new FieldError('MISSING_FIELD', this.at(key), `not a list: ${shown(rows)}`);
    }
    if (rows.length > LEVEL_COUNT_MAX) {
      throw new FieldError(
        'TOO_MANY_LEVELS',
        this.at(key),
        `${rows.length} levels, at most ${LEVEL_COUNT_MAX}`,
      );
    }
    for (let index = 0; index < rows.length; index++) {
      const row: unknown = rows[index];
      const at = `${this.at(key)}[${index}]`;
      if (!Array.isArray(row) || row.length < 2) {
        throw new FieldError('MISSING_FIELD', at, `not a [price, quantity]: ${shown(row)}`);
      }
      const price = steps(row[0], `${at}[0]`, tick, 'OFF_TICK');
      if (price === 0) throw new FieldError('ZERO_PRICE', `${at}[0]`, 'a level needs a price');
      column.push(price, steps(row[1], `${at}[1]`, step, 'OFF_STEP'));
    }
  }

  /** The path of a field, for errors. */
  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** Anything, present. */
  required(key: string): unknown {
    if (this.has(key)) return this.values[key];
    throw new FieldError('MISSING_FIELD', this.at(key), 'the field is not there');
  }
}

function steps(
  value: unknown,
  field: string,
  step: DecimalStep,
  offCode: 'OFF_TICK' | 'OFF_STEP',
): number {
  if (typeof value !== 'string') {
    throw new FieldError('NOT_A_NUMBER', field, `not a quoted decimal: ${shown(value)}`);
  }
  if (!UNSIGNED_DECIMAL.test(value)) {
    const isNegative = SIGNED_DECIMAL.test(value);
    throw new FieldError(
      isNegative ? 'NEGATIVE' : 'NOT_A_NUMBER',
      field,
      isNegative ? `below zero: ${shown(value)}` : `not a decimal: ${shown(value)}`,
    );
  }
  try {
    return parseSteps(value, step);
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    const isTooLarge = error.message.startsWith('too large');
    throw new FieldError(
      isTooLarge ? 'TOO_LARGE' : offCode,
      field,
      isTooLarge
        ? `does not fit in 2^53 steps: ${shown(value)}`
        : `${shown(value)} is not a whole number of ${formatSteps(1, step)}`,
      { cause: error },
    );
  }
}

/** A value as people may see it in an error, cut to a bounded length. Nested values are not shown: their depth has no bound. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
