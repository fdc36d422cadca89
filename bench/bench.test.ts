/**
 * Goal: one real suite runs in its process and answers with the rows it promises; names that scripts
 * know are there.
 * Method: the quickest suite, once.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { benchRowNames, runBenches } from './bench.ts';
import { isNoisy, readNoise } from './noise.ts';
import { selectSuites } from './suites.ts';

// Not the lock of the machine: a real bench may run meanwhile.
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
const lockFile = join(folder, 'lock');
after(() => rmSync(folder, { recursive: true, force: true }));

test('a row asked for by name is measured alone, in a process of its own', async () => {
  const seen: string[] = [];
  const result = await runBenches({
    only: 'execution.plan.idle',
    withLong: false,
    build: 'test',
    lockFile,
    onSuite: (name, index, count) => seen.push(`${name} ${index} ${count}`),
  });
  assert.deepEqual(result.failures, []);
  assert.deepEqual(seen, ['execution 0 1']);
  assert.deepEqual(
    result.rows.map(({ name, unit }) => [name, unit]),
    [['execution.plan.idle', 'µs']],
  );
  const [row] = result.rows;
  assert.ok(row !== undefined && row.median > 0 && row.min <= row.median && row.runs > 1);
  assert.equal(result.build, 'test');
  assert.match(result.machine, /x/);
});

test('the rows that scripts know have kept their names', () => {
  const names = benchRowNames();
  for (const name of [
    ...['loop.tick_to_plan', 'decode.depth', 'decode.bookTicker', 'decode.trade', 'book.apply'],
    ...['pricing.quote', 'execution.plan', 'risk.check', 'engine.replay', 'engine.backtest'],
    ...[
      'journal.append',
      'matching.orders',
      'simulate.speed',
      'memory.growth',
      'start.first_quote',
    ],
  ]) {
    assert.ok(names.includes(name), name);
  }
});

test('a prefix selects the suites that have such a row, none selects all', () => {
  assert.deepEqual(
    selectSuites('loop.', false).map(({ name }) => name),
    ['loop', 'allocation'],
  );
  assert.equal(selectSuites('nothing', true).length, 0);
  assert.ok(selectSuites(null, false).length > 10);
});

test('a suite of minutes runs when it is wished for or called by its full name', () => {
  const names = (only: string | null, withLong: boolean) =>
    selectSuites(only, withLong).map(({ name }) => name);
  assert.deepEqual(names('memory', false), ['memory']);
  assert.deepEqual(names('memory', true), ['memory', 'memory-day']);
  assert.deepEqual(names('memory.day', false), ['memory-day']);
  assert.ok(!names(null, false).includes('memory-day'));
  assert.ok(names(null, true).includes('memory-day'));
});

test('nothing is measured while another bench holds the lock', async () => {
  const held = join(folder, 'held');
  writeFileSync(held, String(process.pid));
  const options = { only: 'execution', withLong: false, build: 'test', lockFile: held };
  const seen: string[] = [];
  await assert.rejects(runBenches({ ...options, onSuite: (name) => seen.push(name) }), {
    code: 'BENCH_BUSY',
  });
  assert.deepEqual(seen, []);
});

test('many long gaps, or much lost time, is noise', () => {
  const quiet = { gapsPerSecond: 100, longGapsPerSecond: 1, lostShare: 0.01, loadAverage: 1 };
  assert.equal(isNoisy(quiet), false);
  assert.equal(isNoisy({ ...quiet, longGapsPerSecond: 100 }), true);
  assert.equal(isNoisy({ ...quiet, lostShare: 0.5 }), true);
  const found = readNoise();
  assert.ok(found.lostShare >= 0 && found.lostShare <= 1);
});
