/**
 * A growing byte buffer with a cursor, and the numbers of JSON texts as a venue prints them. Nothing
 * here makes a string. Hot: every frame.
 */

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const QUOTE = 0x22;
/** Numbers are split here, so that digits come from 32-bit arithmetic. */
const SPLIT = 100_000_000;
const SPLIT_DIGITS = 8;
/** Longest number: sign, 16 digits, a point, zeros behind it, two quotes. */
export const NUMBER_SIZE_MAX = 40;

/** 10^0 to 10^15, exact. */
const POWERS: readonly number[] = Array.from({ length: 16 }, (_, index) => 10 ** index);

/** The bytes of an ASCII text. Throws a RangeError on anything else. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) throw new RangeError(`not an ASCII text: ${text}`);
    bytes[index] = code;
  }
  return bytes;
}

export class ByteWriter {
  bytes = new Uint8Array(4096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many more bytes: call it before writing, the writers do not look. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.bytes[this.length] = value;
    this.length += 1;
  }

  literal(text: Uint8Array): void {
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index++) {
      bytes[at] = text[index] as number;
      at += 1;
    }
    this.length = at;
  }

  /** A whole number from 0 to 2^53 - 1 without leading zeros. */
  integer(value: number): void {
    if (value < SPLIT) {
      this.digits(value, digitCount(value));
      return;
    }
    const high = Math.floor(value / SPLIT);
    this.integer(high);
    this.digits(value - high * SPLIT, SPLIT_DIGITS);
  }

  /**
   * `scaled` / 10^decimals in quotes with exactly `places` digits after the point (none: no point).
   * `places` must not be below `decimals`. `scaled` is a whole number within 2^53.
   */
  quotedDecimal(scaled: number, decimals: number, places: number): void {
    this.byte(QUOTE);
    let value = scaled;
    if (value < 0) {
      this.byte(MINUS);
      value = -value;
    }
    const power = POWERS[decimals] as number;
    const whole = decimals === 0 ? value : Math.floor(value / power);
    this.integer(whole);
    if (places > 0) {
      this.byte(POINT);
      this.fraction(value - whole * power, decimals);
      for (let place = decimals; place < places; place++) this.byte(ZERO);
    }
    this.byte(QUOTE);
  }

  /** A number below 10^decimals with leading zeros. */
  private fraction(value: number, decimals: number): void {
    if (decimals <= SPLIT_DIGITS) {
      this.digits(value, decimals);
      return;
    }
    const high = Math.floor(value / SPLIT);
    this.digits(high, decimals - SPLIT_DIGITS);
    this.digits(value - high * SPLIT, SPLIT_DIGITS);
  }

  /** The last `count` digits of a number below 10^8. */
  private digits(value: number, count: number): void {
    const { bytes } = this;
    let rest = value | 0;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.length += count;
  }
}

/** Digits of a whole number below 10^8. */
function digitCount(value: number): number {
  if (value < 10_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    return value < 1_000 ? 3 : 4;
  }
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : 8;
}
