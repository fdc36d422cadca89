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
/** Times below have 13 digits and are milliseconds, above 16 and are microseconds. */
const MICROS_MIN = 1e15;

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

  timeMicros(key: string): EpochMicros {
    const value = this.integer(key);
    const micros = value >= MICROS_MIN ? value : value * MICROS_PER_MILLI;
    if (micros < 0 || !Number.isSafeInteger(micros)) this.refuse(key, 'not a time');
    return micros as EpochMicros;
  }

  priceTicks(key: string, { tick }: Instrument): PriceTicks {
    return this.steps(key, tick) as PriceTicks;
  }

  lots(key: string, { step }: Instrument): QuantityLots {
    return this.steps(key, step) as QuantityLots;
  }

  /** The lots of `key` without those of `less`, which may be missing. */
  lotsWithout(key: string, less: string, instrument: Instrument): QuantityLots {
    const total = this.lots(key, instrument);
    const taken = this.has(less) ? this.lots(less, instrument) : 0;
    if (taken > total) this.refuse(less, `more than ${key}`);
    return (total - taken) as QuantityLots;
  }

  /** A decimal in 1e-8, with or without a minus sign; finer digits are a refusal. */
  units(key: string): AssetUnits {
    const text = this.text(key);
    const isNegative = text.startsWith('-');
    const bare = isNegative ? text.slice(1) : text;
    if (/^[+-]/.test(bare)) this.refuse(key, 'two signs');
    // Averages carry more digits than any amount does; what is below 1e-8 is no money.
    const cut = /^(\d+\.\d{8})\d+$/.exec(bare)?.[1] ?? bare;
    const units = this.exact(key, () => parseScaled(cut, UNIT_DECIMALS));
    return (isNegative ? 0 - units : units) as AssetUnits;
  }

  /** A signed number of steps: a position. */
  signedLots(key: string, instrument: Instrument): QuantityLots {
    const text = this.text(key);
    if (!text.startsWith('-')) return this.lots(key, instrument);
    const lots = this.exact(key, () => parseSteps(text.slice(1), instrument.step));
    if (lots < 0) this.refuse(key, 'two signs');
    return (0 - lots) as QuantityLots;
  }

  private steps(key: string, step: DecimalStep): number {
    const text = this.text(key);
    const count = this.exact(key, () => parseSteps(text, step));
    if (count < 0) this.refuse(key, 'below zero');
    return count;
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
