/**
 * Bad input from good: every mutation a pure function of the input, a source of chance and the corpus.
 * Text is handled byte by byte (latin1), so that invalid UTF-8 survives.
 */
import type { SeededRandom } from '#simulation/random/random.ts';

/** Inputs never grow beyond this: memory is a promise about decoders, not about us. */
const SIZE_MAX = 256 * 1024;
const MUTATIONS_MAX = 4;

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '0.0',
  '1e5',
  '1E-5',
  '1e999',
  '-1e999',
  '1e-999',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999999999',
  '0.00000001',
  '0.000000001',
  '0.1000000000000000000000000000000000000000000001',
  '00',
  '01',
  '+1',
  '.5',
  '5.',
  '0x10',
  '1_000',
  'NaN',
  'Infinity',
  '4294967296',
  '2147483648',
  '253402300800000',
  '8640000000000001',
];
const TEXTS = [
  '',
  ' ',
  '-',
  '-0',
  '-5',
  '+5',
  '.',
  '1e5',
  '1.5.5',
  '٣',
  '１',
  'NaN',
  'null',
  'true',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  'length',
  '\\u0000',
  '\\ud800',
  '\\uDC00\\uD800',
  '\\"',
  '\\\\',
  '\\x',
  'DOGEUSDT',
  'dogeusdt',
  '../../x',
  '%00',
  '\u00c3\u0028',
  '0.16233000',
  '-0.16233000',
  '1500.00000000',
  '0.00000000',
  '99999999999999999999.9',
];
const VALUES = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '""',
  '"x"',
  '0',
  '-1',
  '1.5',
  '[[]]',
  '[null]',
  '{"a":1}',
  '[{}]',
  '"constructor"',
  '{"__proto__":{"x":1}}',
  '{"constructor":1}',
  '[["1","1"]]',
  '[["1"]]',
  '[[1,1]]',
];
/** Not UTF-8: a lone start, a lone continuation, an overlong slash, a surrogate, beyond the last, never used. */
const BAD_UTF8 = [
  [0xc3],
  [0x80],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff],
];
const WORDS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const DEPTHS = [3, 64, 600, 5_000, 60_000];
/** Deep ones cost time; they need not come often. */
const DEPTH_CHANCES = [1, 1, 0.3, 0.05, 0.005];

type Mutation = (input: Buffer, random: SeededRandom, corpus: readonly Uint8Array[]) => Buffer;

const BYTES: readonly Mutation[] = [
  function flipBit(input, random) {
    const at = random.integer(0, Math.max(0, input.length - 1));
    const copy = Buffer.from(input);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(0, 7));
    return copy;
  },
  function setByte(input, random) {
    const copy = Buffer.from(input);
    copy[random.integer(0, Math.max(0, input.length - 1))] = random.integer(0, 255);
    return copy;
  },
  function truncate(input, random) {
    return input.subarray(0, random.integer(0, input.length));
  },
  function behead(input, random) {
    return input.subarray(random.integer(0, input.length));
  },
  function cutOut(input, random) {
    const [from, to] = range(input.length, random);
    return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  },
  function repeat(input, random) {
    const [from, to] = range(input.length, random);
    const times = random.chance(0.05) ? 200 : 1;
    const part = input.subarray(from, to);
    const parts = Array.from({ length: times }, () => part);
    return Buffer.concat([input.subarray(0, to), ...parts, input.subarray(to)]);
  },
  function splice(input, random, corpus) {
    const other = corpus[random.integer(0, corpus.length - 1)] ?? input;
    const [from, to] = range(other.length, random);
    const at = random.integer(0, input.length);
    return Buffer.concat([input.subarray(0, at), other.subarray(from, to), input.subarray(at)]);
  },
  function crossOver(input, random, corpus) {
    const other = corpus[random.integer(0, corpus.length - 1)] ?? input;
    const head = input.subarray(0, random.integer(0, input.length));
    return Buffer.concat([head, other.subarray(random.integer(0, other.length))]);
  },
  function swap(input, random) {
    const [from, to] = range(input.length, random);
    const middle = random.integer(from, to);
    return Buffer.concat([
      input.subarray(0, from),
      input.subarray(middle, to),
      input.subarray(from, middle),
      input.subarray(to),
    ]);
  },
  function overwriteWord(input, random) {
    const copy = Buffer.from(input);
    const size = [1, 2, 4][random.integer(0, 2)] ?? 1;
    if (copy.length < size) return copy;
    const word = WORDS[random.integer(0, WORDS.length - 1)] ?? 0;
    const at = random.integer(0, copy.length - size);
    copy.writeUIntLE(word % 2 ** (8 * size), at, size);
    return copy;
  },
  function insertGarbage(input, random) {
    const at = random.integer(0, input.length);
    const garbage = Buffer.from(
      Array.from({ length: random.integer(1, 16) }, () => random.integer(0, 255)),
    );
    return Buffer.concat([input.subarray(0, at), garbage, input.subarray(at)]);
  },
  function breakUtf8(input, random) {
    const at = random.integer(0, input.length);
    const bad = BAD_UTF8[random.integer(0, BAD_UTF8.length - 1)] ?? [];
    return Buffer.concat([input.subarray(0, at), Buffer.from(bad), input.subarray(at)]);
  },
];

const TEXT: readonly Mutation[] = [
  function tamperNumber(input, random) {
    return replaceMatch(input, random, /-?\d[\d.eE+-]*/g, () => pick(NUMBERS, random));
  },
  function tamperDigit(input, random) {
    return replaceMatch(input, random, /\d/g, () => String(random.integer(0, 9)));
  },
  function tamperText(input, random) {
    return replaceMatch(input, random, /"[^"]*"/g, () => `"${pick(TEXTS, random)}"`);
  },
  function tamperValue(input, random) {
    return replaceMatch(
      input,
      random,
      /(?<=[:[,]\s{0,2})("[^"]*"|-?\d[\d.]*|true|false|null)/g,
      () => pick(VALUES, random),
    );
  },
  function longText(input, random) {
    const size = random.chance(0.02) ? 50_000 : random.integer(20, 400);
    const filler = pick(['9', '0', 'a', '\\u00e9', '\\\\'], random);
    return replaceMatch(input, random, /"[^"]*"/g, () => `"${filler.repeat(size)}"`);
  },
  function doubleKey(input, random) {
    return replaceMatch(input, random, /"[^"]*"\s?:\s?("[^"]*"|-?\d+)/g, (pair) => {
      const key = pair.slice(0, pair.indexOf(':'));
      return `${pair},${key}:${pick(VALUES, random)}`;
    });
  },
  function dropKey(input, random) {
    return replaceMatch(input, random, /"[^"]*"\s?:\s?("[^"]*"|-?\d+),?/g, () => '');
  },
  function renameKey(input, random) {
    return replaceMatch(input, random, /"[^"]*"(?=\s?:)/g, () => `"${pick(TEXTS, random)}"`);
  },
  function nest(input, random) {
    const level = random.integer(0, DEPTHS.length - 1);
    if (!random.chance(DEPTH_CHANCES[level] ?? 1)) return input;
    const depth = DEPTHS[level] ?? 1;
    const isList = random.chance(0.5);
    const open = (isList ? '[' : '{"a":').repeat(depth);
    const close = random.chance(0.8) ? (isList ? ']' : '}').repeat(depth) : '';
    return replaceMatch(
      input,
      random,
      /"[^"]*"|-?\d+|\[\]|null/g,
      (value) => `${open}${value}${close}`,
    );
  },
  function blank(input, random) {
    const at = random.integer(0, input.length);
    const white = pick(
      [' ', '\n', '\t', '\r\n', '\u00ef\u00bb\u00bf', '\0', ' '.repeat(300)],
      random,
    );
    return Buffer.concat([input.subarray(0, at), Buffer.from(white, 'latin1'), input.subarray(at)]);
  },
];

/** One to four mutations on an input of the corpus; now and then none, or nothing but chance. */
export function mutate(
  corpus: readonly Uint8Array[],
  form: 'TEXT' | 'BINARY',
  random: SeededRandom,
): Buffer {
  let input: Buffer = Buffer.from(corpus[random.integer(0, corpus.length - 1)] ?? []);
  if (random.chance(0.01)) return input;
  if (random.chance(0.01)) {
    return Buffer.from(
      Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 255)),
    );
  }
  const most = random.chance(0.6) ? 1 : MUTATIONS_MAX;
  for (let count = random.integer(1, most); count > 0; count--) {
    const isText = form === 'TEXT' && random.chance(0.7);
    const mutation = pick(isText ? TEXT : BYTES, random);
    input = mutation(input, random, corpus).subarray(0, SIZE_MAX);
  }
  return input;
}

function pick<Item>(items: readonly Item[], random: SeededRandom): Item {
  return items[random.integer(0, items.length - 1)] as Item;
}

/** A range that is mostly short. */
function range(length: number, random: SeededRandom): readonly [from: number, to: number] {
  const from = random.integer(0, length);
  const most = random.chance(0.7) ? 16 : length;
  return [from, Math.min(length, from + random.integer(0, most))];
}

/** Replaces one match by chance; the input as it is where nothing matches. */
function replaceMatch(
  input: Buffer,
  random: SeededRandom,
  pattern: RegExp,
  replacement: (match: string) => string,
): Buffer {
  const text = input.toString('latin1');
  const matches = [...text.matchAll(pattern)];
  const match = matches[random.integer(0, Math.max(0, matches.length - 1))];
  if (match === undefined) return input;
  const head = text.slice(0, match.index);
  const tail = text.slice(match.index + match[0].length);
  return Buffer.from(head + replacement(match[0]) + tail, 'latin1');
}
