/**
 * Goal: worse shows at once, better only after it has held without a break.
 * Method: one walk.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthStatus } from '#contracts/system-health.ts';
import { HealthBoard } from './health-board.ts';

test('a break in the better time starts it anew', () => {
  const board = new HealthBoard([], 100);
  const { HEALTHY, DEGRADED, CRITICAL } = HealthStatus;
  for (const [status, now, shown] of [
    [CRITICAL, 1, CRITICAL],
    [HEALTHY, 10, CRITICAL],
    [HEALTHY, 109, CRITICAL],
    [CRITICAL, 110, CRITICAL],
    [DEGRADED, 120, CRITICAL],
    [HEALTHY, 220, HEALTHY],
    [DEGRADED, 221, DEGRADED],
  ] as const) {
    board.show(status, now);
    assert.equal(board.status, shown, `at ${now}`);
  }
});
