/**
 * A cursor over the bytes of one frame that knows one strict grammar: compact JSON, fixed key order,
 * plain digits. On any surprise it goes to "not ok" and stays there; the caller then lets JSON decide.
 * So this file needs no error text: it never has the last word on a bad frame.
 */
import type { LevelColumn } from '#contracts/events.ts';
import type { DecimalStep } from '#units/decimal-text.ts';

const QUOTE = 0x22;
const MINUS = 0x2d;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const AT = 0x40;
const BRACKET_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_CLOSE = 0x5d;
const LOWER_D = 0x64;
const LOWER_R = 0x72;
const SPACE = 0x20;
const ASCII_END = 0x7f;

/** Levels one message may carry per side. The venue's largest snapshot has 5 000. */
export const LEVEL_COUNT_MAX = 10_000;
/** Milliseconds with 13 digits, up to what fits in safe microseconds (2001 to 2255). */
export const TIME_MILLIS_MIN = 1_000_000_000_000;
export const TIME_MILLIS_MAX = 9_007_199_254_740;
/** Microseconds with 16 digits, from 2001. */
export const TIME_MICROS_MIN = 1_000_000_000_000_000;

const DEPTH = Uint8Array.of(0x64, 0x65, 0x70, 0x74, 0x68);
const TRUE = Uint8Array.of(0x74, 0x72, 0x75, 0x65);
const FALSE = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65);

export class FrameScanner {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  /** False from the first surprise on; every method then does nothing and returns zero. */
  ok = false;

  /** Hot: every frame. The range must lie inside `bytes`. */
  start(bytes: Uint8Array, offset: number, length: number): void {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
    this.ok = true;
  }

  /** True when everything was as expected and the whole frame was read, no byte more or less. */
  get isComplete(): boolean {
    return this.ok && this.position === this.end;
  }

  /** Gives up; returns zero so that number readers can end with it. */
  fail(): number {
    this.ok = false;
    return 0;
  }

  /** The byte under the cursor, or 0 at the end. */
  peek(): number {
    return this.position < this.end ? (this.bytes[this.position] as number) : 0;
  }

  /** Steps over an optional literal. Hot. */
  accept(expected: Uint8Array): boolean {
    const bytes = this.bytes;
    const from = this.position;
    const length = expected.length;
    if (from + length > this.end) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[from + index] !== expected[index]) return false;
    }
    this.position = from + length;
    return true;
  }

  /** Steps over a literal that must be there. Hot. */
  expect(expected: Uint8Array): void {
    if (this.ok && !this.accept(expected)) this.ok = false;
  }

  /** A JSON whole number from 0 to 2^53 - 1 without exponent. Hot. */
  integer(): number {
    if (!this.ok) return 0;
    const bytes = this.bytes;
    const from = this.position;
    let at = from;
    let value = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] as number) - ZERO;
    }
    const hasLeadingZero = bytes[from] === ZERO && at - from > 1;
    if (at === from || hasLeadingZero || value > Number.MAX_SAFE_INTEGER) return this.fail();
    this.position = at;
    return value;
  }

  /** A venue time of 13 digits (milliseconds) or 16 (microseconds), as microseconds. Hot. */
  timeMicros(): number {
    const value = this.integer();
    if (value >= TIME_MICROS_MIN) return value;
    if (value < TIME_MILLIS_MIN || value > TIME_MILLIS_MAX) return this.fail();
    return value * 1_000;
  }

  /**
   * A quoted decimal as a whole number of steps; zero is allowed. A value off the step is a surprise.
   * Exact: partial values only grow, so one comparison with 2^53 at the end catches every overflow.
   * Hot: two calls per book level.
   */
  quotedSteps(step: DecimalStep): number {
    const value = this.quotedScaled(step.decimals);
    if (step.mantissa === 1) return value;
    if (value % step.mantissa !== 0) return this.fail();
    return value / step.mantissa;
  }

  /** A quoted decimal times 10^decimals; non-zero digits beyond are a surprise. Hot. */
  quotedScaled(decimals: number): number {
    if (!this.ok) return 0;
    const bytes = this.bytes;
    let at = this.position;
    if (bytes[at] !== QUOTE) return this.fail();
    at += 1;
    const wholeFrom = at;
    let value = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] as number) - ZERO;
    }
    if (at === wholeFrom) return this.fail();
    this.position = at;
    if (bytes[at] === POINT) value = this.fraction(value, decimals);
    else value = shift(value, decimals);
    if (bytes[this.position] !== QUOTE || value > Number.MAX_SAFE_INTEGER) return this.fail();
    this.position += 1;
    return value;
  }

  /** Like `quotedScaled`, with an optional minus sign. Only funding rates are signed. */
  quotedSignedScaled(decimals: number): number {
    if (!this.ok || this.bytes[this.position + 1] !== MINUS) return this.quotedScaled(decimals);
    // The opening quote is looked at here, the digits after the sign as if they were quoted.
    if (this.bytes[this.position] !== QUOTE) return this.fail();
    this.position += 2;
    const from = this.position;
    let value = this.integerDigits();
    if (this.position === from) return this.fail();
    if (this.bytes[this.position] === POINT) value = this.fraction(value, decimals);
    else value = shift(value, decimals);
    if (this.bytes[this.position] !== QUOTE || value > Number.MAX_SAFE_INTEGER) return this.fail();
    this.position += 1;
    // 0 - 0 is 0 while -0 would differ from it in the bytes of a journal.
    return this.ok ? 0 - value : 0;
  }

  /** `true` or `false`. Hot. */
  flag(): boolean {
    if (this.ok && this.accept(TRUE)) return true;
    this.expect(FALSE);
    return false;
  }

  /** Steps over a quoted text of plain ASCII without escapes. */
  skipText(): void {
    this.byte(QUOTE);
    this.skipPlainTo(QUOTE);
    this.byte(QUOTE);
  }

  /**
   * Steps over the stream's name and its closing quote. Channels whose payload looks like a diff but
   * is not one (`@depth20`, `@rpiDepth`) are a surprise. Hot.
   */
  streamName(): void {
    this.skipPlainTo(AT);
    if (this.bytes[this.position] === AT) {
      this.position += 1;
      const channel = this.bytes[this.position];
      if (channel === LOWER_R) this.ok = false;
      if (channel === LOWER_D) this.diffDepthChannel();
    }
    this.skipPlainTo(QUOTE);
    this.byte(QUOTE);
  }

  /** The channel begins with d: only `depth` and `depth@…` are diffs. */
  private diffDepthChannel(): void {
    this.expect(DEPTH);
    const next = this.bytes[this.position];
    if (next !== QUOTE && next !== AT) this.ok = false;
  }

  /** `[["price","quantity"],…]` appended to a column. Prices above zero. Hot: one pass, no allocation. */
  levels(column: LevelColumn, tick: DecimalStep, step: DecimalStep): void {
    this.byte(BRACKET_OPEN);
    if (this.peek() === BRACKET_CLOSE) {
      this.position += 1;
      return;
    }
    while (this.ok) {
      this.level(column, tick, step);
      const separator = this.bytes[this.position];
      this.position += 1;
      if (separator === BRACKET_CLOSE) return;
      if (separator !== COMMA) this.ok = false;
    }
  }

  private level(column: LevelColumn, tick: DecimalStep, step: DecimalStep): void {
    this.byte(BRACKET_OPEN);
    const price = this.quotedSteps(tick);
    this.byte(COMMA);
    const quantity = this.quotedSteps(step);
    this.byte(BRACKET_CLOSE);
    if (price === 0 || column.count === LEVEL_COUNT_MAX) this.ok = false;
    if (this.ok) column.push(price, quantity);
  }

  /** Steps over one byte that must be there. Hot. */
  private byte(expected: number): void {
    if (this.bytes[this.position] === expected) this.position += 1;
    else this.ok = false;
  }

  private integerDigits(): number {
    const bytes = this.bytes;
    let at = this.position;
    let value = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] as number) - ZERO;
    }
    this.position = at;
    return value;
  }

  /** Digits after the point, which is under the cursor. Appends up to `decimals`, the rest must be zeros. */
  private fraction(whole: number, decimals: number): number {
    const bytes = this.bytes;
    const from = this.position + 1;
    let at = from;
    let value = whole;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      if (at - from < decimals) value = value * 10 + digit;
      else if (digit !== 0) return this.fail();
      at += 1;
      digit = (bytes[at] as number) - ZERO;
    }
    const digitCount = at - from;
    if (digitCount === 0) return this.fail();
    this.position = at;
    return shift(value, decimals - digitCount);
  }

  /** Moves to the next byte of this kind or the next quote, over bytes that stand for themselves. */
  private skipPlainTo(stop: number): void {
    const bytes = this.bytes;
    let at = this.position;
    while (at < this.end && bytes[at] !== stop && bytes[at] !== QUOTE) {
      if (!isPlain(bytes[at] as number)) this.ok = false;
      at += 1;
    }
    this.position = at;
  }
}

/** Printable ASCII that stands for itself in JSON text. */
function isPlain(byte: number): boolean {
  return byte >= SPACE && byte < ASCII_END && byte !== BACKSLASH;
}

/** value x 10^places; places below one leave it. Repeated multiplication is exact below 2^53. */
function shift(value: number, places: number): number {
  let shifted = value;
  for (let place = 0; place < places; place++) shifted *= 10;
  return shifted;
}
