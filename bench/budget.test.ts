/** The stage budget's verdict: a stage alone, and the same stage inside a session. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchResult } from './bench.ts';
import { budgetTable } from './budget.ts';

function lineOf(alone: number, inSession: number): string {
  const rows = [
    { name: 'risk.check', median: alone },
    { name: 'loop.stage.risk', median: inSession },
  ];
  const lines = budgetTable({ rows } as unknown as BenchResult);
  return lines.find((line) => line.startsWith('| risk')) ?? '';
}

test('a stage is within its budget only when it is so in a session, too', () => {
  assert.match(lineOf(0.5, 0.9), /\| met \|/);
  assert.match(lineOf(0.5, 1.1), /met alone; above in a session/);
  assert.match(lineOf(1.2, 0.9), /above: exact notionals/);
});

test('a stage that was not measured has no line', () => {
  assert.deepEqual(budgetTable({ rows: [] } as unknown as BenchResult), []);
});
