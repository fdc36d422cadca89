/**
 * Damage to the bytes of one frame that a reader notices or that changes nothing: never a plausible
 * other number inside a valid frame. What kind and where comes from a number that the caller drew.
 */

/** The kinds of damage, in the order of `kind`. */
export const DAMAGE_KINDS = [
  'truncated',
  'control byte',
  'cut utf-8',
  'huge number',
  'duplicated key',
  'missing bracket',
] as const;

const BACKSPACE = 0x08;
/** First byte of a two-byte character, without its second. */
const LONE_LEAD = 0xc3;
const NINE = 0x39;
const QUOTE = 0x22;
const COMMA = 0x2c;
/** More digits than any number that can be read exactly. */
const HUGE_DIGITS = 400;
/** What damage adds at most. */
export const DAMAGE_SIZE_MAX = 512;

/**
 * Writes a damaged copy of bytes[0..length) into `into`, which must have room for `length` +
 * DAMAGE_SIZE_MAX, and returns its length. `kind` and `place` are any whole numbers from zero on.
 */
export function damageFrame(
  bytes: Uint8Array,
  length: number,
  kind: number,
  place: number,
  into: Uint8Array,
): number {
  into.set(bytes.subarray(0, length));
  const at = 1 + (place % Math.max(1, length - 2));
  switch (DAMAGE_KINDS[kind % DAMAGE_KINDS.length]) {
    case 'truncated':
      return at;
    case 'control byte':
      into[at] = BACKSPACE;
      return length;
    case 'cut utf-8':
      // Inside a text or not: the byte after it is ASCII, so that the character has no end.
      into[at] = LONE_LEAD;
      return length;
    case 'huge number':
      return growNumber(into, length);
    case 'duplicated key':
      return doubleFirstKey(into, length);
    default:
      into[length - 1] = COMMA;
      return length;
  }
}

/** The first quoted number becomes one of 400 digits. Without one the frame is cut. */
function growNumber(into: Uint8Array, length: number): number {
  for (let at = 1; at < length; at++) {
    const digit = into[at] as number;
    if (into[at - 1] !== QUOTE || digit < 0x30 || digit > NINE) continue;
    into.copyWithin(at + HUGE_DIGITS, at, length);
    into.fill(NINE, at, at + HUGE_DIGITS);
    return length + HUGE_DIGITS;
  }
  return length - 1;
}

/** {"a":1,"b":2} becomes {"a":1,"a":1,"b":2}: readable, and no strict reader takes it for the usual. */
function doubleFirstKey(into: Uint8Array, length: number): number {
  const end = into.indexOf(COMMA);
  if (end < 0 || end >= length || end > DAMAGE_SIZE_MAX) {
    into[length - 1] = COMMA;
    return length;
  }
  into.copyWithin(end + 1, 1, length);
  return length + end;
}
