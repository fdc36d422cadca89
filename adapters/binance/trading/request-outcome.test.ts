/**
 * Goal: answers are read exactly, or refused as what they are; nothing unproven becomes a refusal.
 * Method: bodies at the edges of JSON.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Market } from '#contracts/instrument.ts';
import { judge, parseExact } from './request-outcome.ts';

test('whole numbers beyond 2^53 keep every digit, others stay numbers', () => {
  assert.deepEqual(parseExact('{"a":9223372036854775807,"b":9007199254740991,"c":1.5e300}'), {
    a: 9_223_372_036_854_775_807n,
    b: 9_007_199_254_740_991,
    c: 1.5e300,
  });
});

test('what is no JSON, or nested beyond reason, is a SyntaxError and nothing else', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const text of ['', '{', '<html>', deep]) assert.throws(() => parseExact(text), SyntaxError);
});

test('an answer that could not be read proves nothing, whatever its status', () => {
  for (const status of [200, 400, 500, 504]) {
    const outcome = judge(Market.SPOT, { kind: 'ANSWER', status, body: null });
    assert.equal(outcome.kind, 'UNKNOWN', String(status));
  }
});
