import { VenueError } from './venue-error.ts';

const DECIMAL = /^\d{1,20}(\.\d{1,20})?$/;
const INTEGER = /^-?\d{1,19}$/;

/**
 * The parameters of one call, whichever door it came through: query and body of a REST request, or
 * `params` of a WebSocket request. All values are text; signature and key are already taken out.
 */
export class CallParameters {
  private readonly values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  names(): IterableIterator<string> {
    return this.values.keys();
  }

  /** The value, or undefined when the parameter was not sent or is empty. */
  optional(name: string): string | undefined {
    const value = this.values.get(name);
    return value === '' ? undefined : value;
  }

  /** Throws -1102 when it is missing. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** A whole number; throws -1100 when it is something else. Undefined when not sent. */
  optionalInteger(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!INTEGER.test(value) || !Number.isSafeInteger(number)) throw illegal(name, INTEGER.source);
    return number;
  }

  requiredInteger(name: string): number {
    const value = this.optionalInteger(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** A plain decimal without exponent, as text; throws -1100 when it is something else. */
  optionalDecimal(name: string): string | undefined {
    const value = this.optional(name);
    if (value !== undefined && !DECIMAL.test(value)) throw illegal(name, DECIMAL.source);
    return value;
  }

  requiredDecimal(name: string): string {
    const value = this.optionalDecimal(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** One of the allowed words; throws `code` (for example -1117 for a side) when it is another one. */
  optionalWord<const Words extends readonly string[]>(
    name: string,
    words: Words,
    code = -1102,
  ): Words[number] | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!words.includes(value)) throw new VenueError(400, code, `Invalid value for '${name}'.`);
    return value;
  }

  requiredWord<const Words extends readonly string[]>(
    name: string,
    words: Words,
    code = -1102,
  ): Words[number] {
    const value = this.optionalWord(name, words, code);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** `true` or `false` in any case. */
  optionalFlag(name: string): boolean | undefined {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw illegal(name, 'true|false');
    return value === 'true';
  }
}

function missing(name: string): VenueError {
  return new VenueError(
    400,
    -1102,
    `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
  );
}

function illegal(name: string, range: string): VenueError {
  return new VenueError(
    400,
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${range}'.`,
  );
}
