/**
 * Goal: the latency model is what configuration and flag say, and a wrong flag says how to write it.
 * Method: models drawn from, and a table of refusals.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import type { EpochMicros } from '#units/integers.ts';
import { buildLatency, LatencyModelError } from './latency-model.ts';

const NOW = 1_700_000_000_000_000 as EpochMicros;
const folder = mkdtempSync(join(tmpdir(), 'latency-model-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function configuration(settings: Readonly<Record<string, string | number>> = {}) {
  const overrides = Object.entries(settings).map(([path, value]) => ({
    path: `simulation.${path}`,
    value: String(value),
  }));
  return loadConfiguration({ file: null, overrides }).configuration;
}

test('the configured constant latency is what it says', () => {
  const model = buildLatency(
    configuration({ latency: 'constant', entryLatency: '3ms', responseLatency: '7ms' }),
    null,
  );
  assert.equal(model.entryMicros(NOW), 3_000);
  assert.equal(model.responseMicros(NOW), 7_000);
});

test('the flag wins over the configuration and the multiple stretches both', () => {
  const plain = buildLatency(configuration(), 'constant:2ms, 4ms');
  assert.deepEqual([plain.entryMicros(NOW), plain.responseMicros(NOW)], [2_000, 4_000]);
  const slow = buildLatency(configuration({ latencyMultiple: 5 }), 'constant:2ms,4ms');
  assert.deepEqual([slow.entryMicros(NOW), slow.responseMicros(NOW)], [10_000, 20_000]);
});

test('the stochastic model depends on the seed alone', () => {
  const draws = (seed: number): number[] => {
    const overrides = [{ path: 'seed', value: String(seed) }];
    const model = buildLatency(loadConfiguration({ file: null, overrides }).configuration, null);
    return Array.from({ length: 50 }, (_, step) =>
      model.entryMicros((NOW + step * 10_000) as EpochMicros),
    );
  };
  assert.deepEqual(draws(4), draws(4));
  assert.notDeepEqual(draws(4), draws(5));
  assert.ok(new Set(draws(4)).size > 10, 'it varies');
});

test('measured round trips are interpolated', () => {
  const file = join(folder, 'rows.csv');
  const row = (seconds: number, there: number, back: number): string => {
    const request = NOW + seconds * 1_000_000;
    return `${request},${request + there},${request + there + back}`;
  };
  writeFileSync(
    file,
    `request,exchange,response\n${row(0, 1_000, 2_000)}\n${row(10, 3_000, 4_000)}\n`,
  );
  const model = buildLatency(configuration(), `interpolated:${file}`);
  assert.equal(model.entryMicros(NOW), 1_000);
  assert.equal(model.entryMicros((NOW + 5_000_000) as EpochMicros), 2_000);
});

for (const [text, reason] of [
  ['silly', /unknown latency model "silly"/],
  ['', /unknown latency model/],
  ['interpolated', /unknown latency model/],
  ['interpolated:', /unknown latency model/],
  ['constant', /two durations/],
  ['constant:5ms', /two durations/],
  ['constant:5ms,x', /two durations/],
  ['constant:5,5', /two durations/],
  ['constant:5ms,5ms,5ms', /two durations/],
] as const) {
  test(`"--latency ${text}" is refused with how to write it`, () => {
    assert.throws(
      () => buildLatency(configuration(), text),
      (error) => {
        assert.ok(error instanceof LatencyModelError);
        assert.match(error.message, reason);
        assert.equal(error.where, '--latency');
        assert.match(error.remedy, /constant:5ms,5ms/);
        return true;
      },
    );
  });
}

test('a bad row is refused with its file and line, a missing file with its path', () => {
  const file = join(folder, 'bad.csv');
  writeFileSync(file, '1,2\n');
  assert.throws(
    () => buildLatency(configuration(), `interpolated:${file}`),
    (error) => {
      assert.ok(error instanceof LatencyModelError);
      assert.equal(error.where, file);
      assert.match(error.message, /line 1/);
      return true;
    },
  );
  assert.throws(() => buildLatency(configuration(), 'interpolated:/nowhere/rows.csv'), {
    code: 'ENOENT',
    path: '/nowhere/rows.csv',
  });
});
