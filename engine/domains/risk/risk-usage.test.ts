/**
 * Goal: pages see every limit with its use.
 * Method: one order, and the rows by name.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOT_UNITS, RiskDesk, testAction } from './risk-desk.test-support.ts';

test('usage names every limit with its use', () => {
  const desk = new RiskDesk().ready();
  desk.check(testAction());
  const rows = desk.risk.usage;
  assert.equal(rows.length, 11);
  const long = rows.find(({ name }) => name === 'COINUSD spot long baseUnits');
  assert.deepEqual([long?.used, long?.allowed], [10_100 * LOT_UNITS, 1e14]);
  const placed = rows.find(({ name }) => name === 'COINUSD spot placements in ten seconds');
  assert.deepEqual([placed?.used, placed?.allowed], [1, 90]);
});
