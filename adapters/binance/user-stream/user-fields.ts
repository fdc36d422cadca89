/** Reading private events: JSON whose 64-bit numbers stay exact, and decimals as whole units. */
import type { Instrument } from '#contracts/instrument.ts';
import {
  type DecimalStep,
  DecimalTextError,
  parseScaled,
  parseSteps,
} from '#units/decimal-text.ts';
import {
  type AssetUnits,
  type EpochMicros,
  MICROS_PER_MILLI,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
} from '#units/integers.ts';

const REMEDY_BY_CODE = {
  MALFORMED_JSON: 'ask the venue for the account: what the message said is lost',
  MISSING_FIELD: 'ask the venue for the account and compare its change log with the decoder',
  BAD_VALUE: 'ask the venue for the account; load the current exchangeInfo if it repeats',
} as const;

export type UserFrameErrorCode = keyof typeof REMEDY_BY_CODE;

/** Path of a field, or "(frame)". */
interface FieldPlace extends ErrorOptions {
  readonly field: string;
}

/** A private message cannot be read. What it said must be asked for. */
export class UserFrameError extends Error {
  override readonly name = 'UserFrameError';
  readonly code: UserFrameErrorCode;
  readonly field: string;

  constructor(code: UserFrameErrorCode, place: FieldPlace, what: string) {
    super(`${code} at ${place.field}: ${what}`, place);
    this.code = code;
    this.field = place.field;
  }

  /** What to do, fixed by the code. */
  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}

const UNIT_DECIMALS = 8;
const ID_HALF = 2n ** 32n;
/** Times of 13 digits are milliseconds, those of 16 microseconds; from here to nine times as much. */
const MILLIS_MIN = 1e12;
const MICROS_MIN = 1e15;
const UNSIGNED = /^\d/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Whole numbers beyond 2^53 become bigints: order ids of the perpetual pass it. */
const keepExact: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/** Parses one message. Throws a UserFrameError unless it is one JSON object. */
export function parseObject(text: string): UserFields {
  let value: unknown;
  try {
    value = JSON.parse(text, keepExact as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserFrameError('MALFORMED_JSON', { field: '(frame)', cause: error }, reason);
  }
  return new UserFields(value, '');
}

/** One object of a message. Every reader throws a UserFrameError that names the field. */
export class UserFields {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UserFrameError(
        'MALFORMED_JSON',
        { field: path === '' ? '(frame)' : path },
        'not an object',
      );
    }
    this.values = value as Record<string, unknown>;
    this.path = path;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.values, key) && this.values[key] !== null;
  }

  object(key: string): UserFields {
    return new UserFields(this.required(key), this.at(key));
  }

  list(key: string): readonly UserFields[] {
    const value = this.required(key);
    if (!Array.isArray(value)) this.refuse(key, 'not a list');
    return value.map((one: unknown, index) => new UserFields(one, `${this.at(key)}[${index}]`));
  }

  text(key: string): string {
    const value = this.required(key);
    if (typeof value !== 'string') this.refuse(key, 'not a text');
    return value;
  }

  /** The text, or "" where the field is missing or null. */
  textOr(key: string): string {
    return this.has(key) ? this.text(key) : '';
  }

  flag(key: string): boolean {
    const value = this.required(key);
    if (typeof value !== 'boolean') this.refuse(key, 'neither true nor false');
    return value;
  }

  integer(key: string): number {
    const value = this.required(key);
    if (!Number.isSafeInteger(value)) this.refuse(key, 'not a whole number below 2^53');
    return value as number;
  }

  /** A 64-bit id as its high and low 32 bits. */
  identity(key: string): { readonly high: number; readonly low: number } {
    const value = this.required(key);
    const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
    const id = isWhole ? BigInt(value as bigint | number) : -1n;
    if (id < 0n || id >= 2n ** 64n) this.refuse(key, 'not a 64-bit id');
    return { high: Number(id / ID_HALF), low: Number(id % ID_HALF) };
  }

  /** 0 stays 0: the venue's word for never. */
  timeMicros(key: string): EpochMicros {
    const value = this.integer(key);
    const isMillis = value >= MILLIS_MIN && value < 9 * MILLIS_MIN;
    const isMicros = value >= MICROS_MIN && value < 9 * MICROS_MIN;
    if (value !== 0 && !isMillis && !isMicros) this.refuse(key, 'not a time of 13 or 16 digits');
    return (value >= MICROS_MIN ? value : value * MICROS_PER_MILLI) as EpochMicros;
  }

  /**
   * What remains of a total after a part that is taken off it; a part beyond it is a refusal. `partKey` may
   * be missing.
   */
  remainingLots(totalKey: string, partKey: string, instrument: Instrument): QuantityLots {
    const part = this.has(partKey) ? this.lots(partKey, instrument) : 0;
    const rest = this.lots(totalKey, instrument) - part;
    if (rest < 0) this.refuse(partKey, `more than ${totalKey}`);
    return rest as QuantityLots;
  }

  priceTicks(key: string, { tick }: Instrument): PriceTicks {
    return this.steps(key, tick) as PriceTicks;
  }

  lots(key: string, { step }: Instrument): QuantityLots {
    return this.steps(key, step) as QuantityLots;
  }

  /** A decimal in 1e-8, with or without a minus sign; finer digits are a refusal. */
  units(key: string): AssetUnits {
    const text = this.text(key);
    const isNegative = text.startsWith('-');
    const bare = isNegative ? text.slice(1) : text;
    if (/^[+-]/.test(bare)) this.refuse(key, 'two signs');
    // Averages carry more digits than any amount does; what is below 1e-8 is no money.
    const cut = /^(\d+\.\d{8})\d+$/.exec(bare)?.[1] ?? bare;
    if (!UNSIGNED.test(cut)) this.refuse(key, 'not a decimal');
    const units = this.exact(key, () => parseScaled(cut, UNIT_DECIMALS));
    return (isNegative ? 0 - units : units) as AssetUnits;
  }

  /** A price in 1e-8 that need not lie on a tick: an average. From zero. */
  priceUnits(key: string): PriceUnits {
    const units = this.units(key);
    if (units < 0) this.refuse(key, 'a price below zero');
    return units as number as PriceUnits;
  }

  /** A signed number of steps: a position. */
  signedLots(key: string, instrument: Instrument): QuantityLots {
    const text = this.text(key);
    if (!text.startsWith('-')) return this.lots(key, instrument);
    return (0 - this.stepsOf(key, text.slice(1), instrument.step)) as QuantityLots;
  }

  private steps(key: string, step: DecimalStep): number {
    return this.stepsOf(key, this.text(key), step);
  }

  private stepsOf(key: string, text: string, step: DecimalStep): number {
    if (!UNSIGNED.test(text)) this.refuse(key, 'not a decimal from zero');
    return this.exact(key, () => parseSteps(text, step));
  }

  private exact(key: string, parse: () => number): number {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof DecimalTextError)) throw error;
      throw new UserFrameError('BAD_VALUE', { field: this.at(key), cause: error }, error.message);
    }
  }

  private required(key: string): unknown {
    if (this.has(key)) return this.values[key];
    throw new UserFrameError('MISSING_FIELD', { field: this.at(key) }, 'the field is not there');
  }

  private refuse(key: string, what: string): never {
    throw new UserFrameError('BAD_VALUE', { field: this.at(key) }, what);
  }

  private at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }
}
