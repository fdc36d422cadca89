/**
 * Goal: nothing inside a simulated run reaches the real world unnoticed, and the world is whole again
 * afterwards, whatever happened.
 * Method: each forbidden call inside a sealed run, then the same calls outside.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runSealed, SealBrokenError } from './sealed-surroundings.ts';

const CALLS: readonly (readonly [string, () => unknown])[] = [
  ['Date.now', () => Date.now()],
  ['new Date', () => new Date()],
  ['Math.random', () => Math.random()],
  ['performance.now', () => performance.now()],
  ['process.hrtime', () => process.hrtime()],
  ['setTimeout', () => clearTimeout(setTimeout(() => undefined, 0))],
  ['setImmediate', () => clearImmediate(setImmediate(() => undefined))],
  ['randomBytes', () => randomBytes(4)],
  ['randomUUID', () => randomUUID()],
  ['readFileSync', () => readFileSync(new URL(import.meta.url))],
  ['existsSync', () => existsSync('.')],
];

for (const [name, call] of CALLS) {
  test(`${name} throws inside and works outside`, () => {
    assert.throws(() => runSealed(call), SealBrokenError);
    assert.notEqual(call(), null);
  });
}

test('fetch is refused before anything leaves', () => {
  assert.throws(() => runSealed(() => fetch('http://127.0.0.1:1/')), SealBrokenError);
});

test('a date of a given moment is arithmetic and allowed', () => {
  const text = runSealed(() => new Date(86_400_000).toISOString());
  assert.equal(text, '1970-01-02T00:00:00.000Z');
  assert.equal(
    runSealed(() => Date.parse('1970-01-02T00:00:00Z')),
    86_400_000,
  );
});

test('the result comes back, and an error of the work leaves the world whole', () => {
  assert.equal(
    runSealed(() => 42),
    42,
  );
  assert.throws(() => runSealed(() => assert.fail('inside')), { message: 'inside' });
  assert.ok(Date.now() > 0);
});
