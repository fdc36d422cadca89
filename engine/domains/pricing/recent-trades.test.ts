/**
 * Goal: a trade id is new once.
 * Method: repeats near and far.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentTrades } from './recent-trades.ts';

test('a repeated id is refused while it is among the last 128', () => {
  const trades = new RecentTrades();
  assert.equal(trades.addIfNew(0), true);
  assert.equal(trades.addIfNew(0), false);
  for (let id = 1; id < 128; id++) assert.equal(trades.addIfNew(id), true);
  assert.equal(trades.addIfNew(0), false);
  assert.equal(trades.addIfNew(128), true);
  assert.equal(trades.addIfNew(0), true, 'pushed out by newer ones');
});
