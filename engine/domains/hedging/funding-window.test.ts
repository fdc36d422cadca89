/**
 * Goal: the quiet time lies on both sides of each funding instant.
 * Method: one settlement with the next announcement following it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FundingWindow } from './funding-window.ts';

test('quiet before and after the instant, also once the next is announced', () => {
  const window = new FundingWindow(30);
  assert.equal(window.isQuiet(0), false);
  window.observe(1_000);
  assert.equal(window.isQuiet(969), false);
  assert.equal(window.isQuiet(970), true);
  assert.equal(window.isQuiet(1_010), true);
  window.observe(9_000);
  window.observe(0);
  assert.equal(window.isQuiet(1_030), true);
  assert.equal(window.isQuiet(1_031), false);
  assert.equal(window.isQuiet(8_970), true);
});

test('a window of zero is never quiet', () => {
  const window = new FundingWindow(0);
  window.observe(1_000);
  assert.equal(window.isQuiet(1_000), false);
});
