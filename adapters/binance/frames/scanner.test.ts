/**
 * Goal: the scanner reads numbers exactly or gives up, and never reads on after a surprise.
 * Method: tables of edges, then random decimals against the exact text conversion of units.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LevelColumn } from '#contracts/events.ts';
import { parseStep, parseSteps } from '#units/decimal-text.ts';
import { FrameScanner } from './scanner.ts';

const scanner = new FrameScanner();

/** The value that `read` gives for a text, or null when the scanner gave up or left something unread. */
function read<Value>(text: string, how: (scanner: FrameScanner) => Value): Value | null {
  const bytes = Buffer.from(text);
  scanner.start(bytes, 0, bytes.length);
  const value = how(scanner);
  return scanner.isComplete ? value : null;
}

test('whole numbers are read up to 2^53 - 1 and refused beyond or in another spelling', () => {
  for (const [text, expected] of [
    ['0', 0],
    ['7', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', null],
    ['9007199254740993', null],
    ['99999999999999999999999', null],
    ['', null],
    ['-1', null],
    ['007', null],
    ['1.0', null],
    ['1e3', null],
  ] as const) {
    assert.equal(
      read(text, (cursor) => cursor.integer()),
      expected,
      text,
    );
  }
});

test('times are 13 digits of milliseconds or 16 of microseconds', () => {
  for (const [text, expected] of [
    ['1795305600123', 1_795_305_600_123_000],
    ['1795305600123456', 1_795_305_600_123_456],
    ['9007199254740', 9_007_199_254_740_000],
    ['9007199254741', null],
    ['999999999999', null],
    ['17953056001234', null],
    ['0', null],
  ] as const) {
    assert.equal(
      read(text, (cursor) => cursor.timeMicros()),
      expected,
      text,
    );
  }
});

test('signed decimals keep their sign', () => {
  for (const [text, expected] of [
    ['"-0.5"', -50_000_000],
    ['"-2"', -200_000_000],
    ['"0.00000001"', 1],
    ['"-"', null],
    ['"-.5"', null],
    ['"-1.x"', null],
    ['x-1"', null],
    ['"-99999999999"', null],
  ] as const) {
    assert.equal(
      read(text, (cursor) => cursor.quotedSignedScaled(8)),
      expected,
      text,
    );
  }
});

test('a quoted decimal in steps agrees with the exact conversion, or both refuse', () => {
  const decimal = fc
    .tuple(fc.nat(10 ** 9), fc.nat(10 ** 8 - 1), fc.nat(9))
    .map(([whole, fraction, places]) => {
      const digits = String(fraction).padStart(8, '0').slice(0, places);
      return digits === '' ? String(whole) : `${whole}.${digits}`;
    });
  const step = fc.constantFrom('1', '0.5', '0.00001', '0.1', '0.025', '10', '0.00000001');
  fc.assert(
    fc.property(decimal, step, (text, stepText) => {
      const exact = parseStep(stepText);
      assert.equal(
        read(`"${text}"`, (cursor) => cursor.quotedSteps(exact)),
        stepsOrNull(text, exact),
      );
    }),
    { numRuns: 2_000 },
  );
});

function stepsOrNull(text: string, step: ReturnType<typeof parseStep>): number | null {
  try {
    return parseSteps(text, step);
  } catch {
    // The model's refusal is the expected answer here.
    return null;
  }
}

test('levels fill a column and any other bracket is a surprise', () => {
  const step = parseStep('1');
  for (const [text, count] of [
    ['[]', 0],
    ['[["3","4"]]', 1],
    ['[["3","4"],["5","0"]]', 2],
    ['[["3","4"],]', null],
    ['[["3","4"]', null],
    ['[["3"]]', null],
    ['[["3","4","5"]]', null],
    ['[["0","4"]]', null],
    ['{}', null],
    ['', null],
  ] as const) {
    const column = new LevelColumn(1);
    const isRead = read(text, (cursor) => {
      cursor.levels(column, step, step);
      return true;
    });
    assert.equal(isRead === null ? null : column.count, count, text);
  }
});

test('only plain text and flags are stepped over', () => {
  for (const [text, isGood] of [
    ['"DOGEUSDT"', true],
    ['""', true],
    ['"a\\u0041"', false],
    ['"a\tb"', false],
    ['"é"', false],
    ['"open', false],
    ['DOGE', false],
  ] as const) {
    const isRead = read(text, (cursor) => {
      cursor.skipText();
      return true;
    });
    assert.equal(isRead === true, isGood, text);
  }
  assert.equal(
    read('true', (cursor) => cursor.flag()),
    true,
  );
  assert.equal(
    read('false', (cursor) => cursor.flag()),
    false,
  );
  assert.equal(
    read('falsy', (cursor) => cursor.flag()),
    null,
  );
});

test('after a surprise nothing is read any more', () => {
  scanner.start(Buffer.from('x12'), 0, 3);
  scanner.expect(Buffer.from('y'));
  assert.equal(scanner.integer(), 0);
  assert.equal(scanner.quotedScaled(2), 0);
  assert.equal(scanner.flag(), false);
  assert.equal(scanner.position, 0);
  assert.equal(scanner.isComplete, false);
});
