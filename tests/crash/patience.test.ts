/**
 * Goal: a process is waited for as long as it shows life, and a wait in vain says what for.
 * Method: looks and words by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from './patience.ts';

test('looks without a word add up to a complaint, and a word starts them anew', async () => {
  const patience = new Patience(3);
  assert.equal(patience.look(), null, 'nobody waits');
  const { promise, resolve } = Promise.withResolvers<number>();
  const answer = patience.until('an answer', promise);
  patience.look();
  assert.equal(patience.look(), null);
  patience.hear();
  patience.look();
  assert.equal(patience.look(), null);
  assert.equal(patience.look(), 'waited 3 s for an answer');
  resolve(7);
  assert.equal(await answer, 7);
  assert.equal(patience.look(), null, 'nobody waits any more');
});

test('what breaks first is told to everybody who waits, and to whoever comes later', async () => {
  const patience = new Patience();
  const never = new Promise<never>(() => undefined);
  const early = patience.until('one thing', never);
  patience.break(new Error('first'));
  patience.break(new Error('second'));
  await assert.rejects(early, /^Error: first$/);
  await assert.rejects(patience.until('another thing', never), /^Error: first$/);
  assert.ok(patience.isBroken);
});
