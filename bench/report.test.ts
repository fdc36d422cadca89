/**
 * Goal: people see the same numbers as scripts, and a noisy machine or a missing suite is never hidden.
 * Method: a made-up result as lines and as the document.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { BenchResult } from './bench.ts';
import { performanceDocument } from './performance-document.ts';
import { describeBench, figure } from './report.ts';
import { summarise } from './row.ts';
import { ROW_TEXTS } from './row-texts.ts';
import { SUITES } from './suites.ts';

const QUIET = { gapsPerSecond: 1, longGapsPerSecond: 0, lostShare: 0.001, loadAverage: null };

function resultOf(median: number, isNoisy = false): BenchResult {
  const peer = { name: 'plain way', samples: [10] };
  const note = 'what must be known';
  return {
    machine: 'two cores',
    node: '24.0.0',
    build: '0.0.1',
    measuredAt: '2026-01-05T07:55:00.000Z',
    noise: { before: QUIET, after: QUIET },
    isNoisy,
    noisySuites: isNoisy ? ['replay'] : [],
    rows: [
      summarise({ name: 'loop.tick_to_plan', unit: 'µs', samples: [median], peer, note }, 0.01),
      summarise({ name: 'engine.replay', unit: 'events/s', samples: [median * 1e5] }, 0),
    ],
    failures: [{ suite: 'start', reason: 'no quote' }],
  };
}

test('the table shows medians, what stands beside them, notes and failures', () => {
  const text = describeBench(resultOf(2.5), null).join('\n');
  assert.match(text, /loop\.tick_to_plan\s+µs\s+2\.5\s.*4x plain way \(10 µs\)/);
  assert.match(text, /engine\.replay\s+events\/s\s+250 000/);
  assert.match(text, /loop\.tick_to_plan: what must be known/);
  assert.match(text, /! suite start gave no numbers: no quote/);
  assert.doesNotMatch(text, /noisy/);
});

test('an earlier result stands beside the new one, better being above one for times and rates', () => {
  const text = describeBench(resultOf(2), resultOf(4)).join('\n');
  assert.match(text, /loop\.tick_to_plan +µs +4 +2 +2x +5\.0 % +better$/m);
  assert.match(text, /engine\.replay +events\/s +400 000 +200 000 +0\.5x +5\.0 % +worse$/m);
  const other = { ...resultOf(4), rows: [] };
  assert.match(describeBench(resultOf(2), other).join('\n'), /engine\.replay .*- .* new$/m);
});

test('a noisy machine is named in the table and in the document', () => {
  assert.match(describeBench(resultOf(2, true), null).join('\n'), /! the machine was too noisy/);
  assert.match(
    describeBench(resultOf(2, true), null).join('\n'),
    /! noisy when they began: replay/,
  );
  const document = performanceDocument(resultOf(2, true));
  assert.match(document, /\*\*The machine was shared and noisy/);
  assert.match(document, /Noisy when these suites began: replay\./);
});

test('the document holds aims, numbers and how to repeat them', () => {
  const text = performanceDocument(resultOf(2.5));
  assert.match(text, /\| tick in → plan out, p50 below 5 µs \| 2\.5 µs \| met \|/);
  assert.match(
    text,
    /replay of the recordings, all in: 300 000 events\/s by processor time \| 250 000 events\/s \| missed/,
  );
  assert.match(text, /\| `engine\.replay` \| events\/s \| 250 000 \|/);
  assert.match(text, /doge-mm bench --only loop\.tick_to_plan/);
  assert.doesNotMatch(text, /memory\.growth/);
});

test('the document holds the stage budget: met, or above with the reason', () => {
  const result = resultOf(1);
  const measured = (name: string, samples: number[]) => summarise({ name, unit: 'µs', samples }, 0);
  const rows = [measured('risk.check', [0.5]), measured('loop.stage.risk', [1.25])];
  const text = performanceDocument({ ...result, rows });
  assert.match(
    text,
    /\| risk \| 1 µs \| 0\.5 µs \| met alone; above in a session, .*`loop\.stage\.risk` 1\.25 µs \|/,
  );
  const both = [measured('risk.check', [0.5]), measured('loop.stage.risk', [0.75])];
  assert.match(
    performanceDocument({ ...result, rows: both }),
    /\| risk \| 1 µs \| 0\.5 µs \| met \|/,
  );
  const slow = performanceDocument({ ...result, rows: [measured('risk.check', [1.5])] });
  assert.match(slow, /\| risk \| 1 µs \| 1\.5 µs \| above: exact notionals/);
  const parts = [measured('loop.stage.journal', [0.25]), measured('loop.stage.hedge', [0.5])];
  const sum = performanceDocument({ ...result, rows: parts });
  assert.match(sum, /\| everything else \| 1 µs \| 0\.75 µs \| met \|/);
  const half = performanceDocument({ ...result, rows: parts.slice(1) });
  assert.doesNotMatch(half, /everything else/);
  assert.doesNotMatch(performanceDocument(resultOf(1)), /Stage budget/);
});

test('every row of every suite is explained, and no text explains a row that is not there', () => {
  const names = SUITES.flatMap(({ rows }) => rows);
  assert.deepEqual(Object.keys(ROW_TEXTS).sort(), [...names].sort());
  assert.equal(new Set(names).size, names.length);
});

test('figures have three digits and no more', () => {
  assert.deepEqual([1234567, 123.4, 12.34, 0.01234, 0, -4321, Number.NaN].map(figure), [
    '1 234 567',
    '123',
    '12.3',
    '0.0123',
    '0',
    '-4 321',
    '-',
  ]);
});
