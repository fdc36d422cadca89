/**
 * Goal: no error of the library is taken for proof that it is not.
 * Method: every error class the installed library has, made and judged.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportReason } from '#contracts/order.ts';
import { loadLibrary } from './exchange-library.ts';
import { classesOf, failedOutcome, reactionToError, wordsOf } from './failure-table.ts';

type ErrorClass = new (message: string) => Error;

async function errorClasses(): Promise<ReadonlyMap<string, ErrorClass>> {
  const library = (await loadLibrary()) as unknown as Readonly<Record<string, unknown>>;
  const found = Object.entries(library).filter(
    ([name, value]) =>
      name === 'BaseError' || (typeof value === 'function' && isBelowBaseError(value)),
  );
  return new Map(found as [string, ErrorClass][]);
}

function isBelowBaseError(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  if (typeof above !== 'function') return false;
  return above.name === 'BaseError' || isBelowBaseError(above);
}

/** These may hide a request that was carried out. Written down by hand, against the library's own manual. */
const UNPROVEN = [
  'BaseError',
  'ExchangeError',
  'OperationFailed',
  'NetworkError',
  'RequestTimeout',
  'ExchangeNotAvailable',
  'OnMaintenance',
  'BadResponse',
  'NullResponse',
  'CancelPending',
  'ChecksumError',
  'DuplicateOrderId',
  'ExchangeClosedByUser',
  'UnsubscribeError',
  'InvalidProxySettings',
  'InvalidAddress',
  'AddressPending',
];

test('every class is judged, and exactly those that prove nothing are in doubt', async () => {
  const classes = await errorClasses();
  assert.ok(classes.size > 35, `the library has ${classes.size} error classes`);
  for (const [name, Class] of classes) {
    const outcome = failedOutcome(new Class('words'));
    const expected = UNPROVEN.includes(name) ? 'UNKNOWN' : 'REFUSED';
    if (name === 'ChecksumError') continue;
    assert.equal(outcome.kind, expected, name);
  }
  for (const name of UNPROVEN) assert.ok(classes.has(name), `${name} is in the library`);
});

test('what is no error of the library is in doubt', () => {
  for (const thrown of [new TypeError('x'), 'words', undefined, { code: 1 }]) {
    assert.equal(reactionToError(thrown).proof, 'UNKNOWN');
    assert.equal(reactionToError(thrown).reason, ReportReason.OUTCOME_UNKNOWN);
  }
  assert.equal(classesOf(new TypeError('x'))[0], 'TypeError');
});

test('words about a request leave its query out', () => {
  const words = wordsOf(new Error('GET https://host/path?timestamp=1&signature=abc failed: why?'));
  assert.equal(words, 'Error: GET https://host/path failed: why?');
});
