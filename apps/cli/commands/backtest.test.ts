/**
 * Goal: `backtest` trades a recording, writes what it was asked to write, and reads times strictly.
 * Method: the first half minute of a real recording, where it is there; times by a table.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { splitByMarket } from '#apps/cli/recording-files.ts';
import { needsRecordings, recording } from '#tests/integration/recordings.test-support.ts';
import { readTime, runBacktest } from './backtest.ts';
import { listen, temporaryFolder } from './commands.test-support.ts';

const folder = temporaryFolder();

test(
  'half a minute of a recording is traded, reported and listed fill by fill',
  needsRecordings,
  async () => {
    const report = join(folder, 'report.html');
    const fills = join(folder, 'fills.csv');
    const { result, words } = await listen(() =>
      runBacktest({
        data: [recording('spot', 'BTCUSDT')],
        hedgeData: [recording('usdm', 'BTCUSDT')],
        symbol: 'BTCUSDT',
        profile: 'naive-touch',
        from: '2024-08-08T23:55:00Z',
        to: '2024-08-08T23:55:45Z',
        session: join(folder, 'session'),
        report,
        fills,
      }),
    );
    assert.equal(result, ExitCode.OK, words);
    assert.match(words, /BTCUSDT backtest, profile naive-touch/);
    const rows = readFileSync(fills, 'utf8').trim().split('\n');
    assert.ok(rows.length > 1, 'a heading and fills');
    const html = readFileSync(report, 'utf8');
    assert.match(html, /^<!doctype html>/i);
    assert.doesNotMatch(html, /(src|href)="https?:/, 'one file that needs nothing else');
  },
);

test(
  'recordings are told apart by what they hold, not by their names',
  needsRecordings,
  async () => {
    const spot = recording('spot', 'ETHUSDT');
    const usdm = recording('usdm', 'ETHUSDT');
    assert.deepEqual(await splitByMarket([usdm, spot]), { spot: [spot], perpetual: [usdm] });
  },
);

for (const [change, where, exitCode] of [
  [{ queueModel: 'foo' }, '--queue-model', ExitCode.USAGE],
  [{ queueModel: 'power:0' }, '--queue-model', ExitCode.USAGE],
  [{ report: join(folder, 'gone', 'r.html') }, `--report ${join(folder, 'gone', 'r.html')}`, 3],
  [{ fills: folder }, `--fills ${folder}`, ExitCode.ENVIRONMENT],
] as const) {
  test(`${Object.keys(change)[0]} is refused by its flag before anything is read`, async () => {
    const session = join(folder, 'refused');
    await assert.rejects(
      runBacktest({ data: [join(folder, 'no-such.gz')], session, ...change }),
      (error) => error instanceof CliError && error.exitCode === exitCode && error.where === where,
    );
    assert.ok(!existsSync(session));
  });
}

test('a time is read as ISO in microseconds, nothing as nothing, and words are refused', () => {
  assert.equal(readTime(undefined, '--from'), null);
  assert.equal(readTime('1970-01-01T00:00:01.5Z', '--from'), 1_500_000);
  assert.throws(
    () => readTime('noon', '--to'),
    (error) =>
      error instanceof CliError && error.exitCode === ExitCode.USAGE && error.where === '--to',
  );
});
