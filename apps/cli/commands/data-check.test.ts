/**
 * Goal: the command answers with the right exit code and a report people can read.
 * Method: small recordings written to a temporary folder, good, bad and missing.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkRecordings } from '#adapters/binance/recording/check.ts';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { describeDataCheck, runDataCheck } from './data-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-check-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = [
  '1795305600200000000 {"u":101,"s":"DOGEUSDT","b":"0.16000","B":"5","a":"0.16001","A":"6"}',
  '1795305600210000000 {"e":"depthUpdate","E":1795305600200,"s":"DOGEUSDT","U":101,"u":101,"b":[["0.16000","5"]],"a":[]}',
  '1795305600220000000 {"lastUpdateId":100,"bids":[["0.16000","4"]],"asks":[["0.16001","6"]]}',
  '1795305600230000000 {"u":102,"s":"DOGEUSDT","b":"0.16000","B":"7","a":"0.16001","A":"6"}',
];

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

test('a good recording is reported as good, with its book', async () => {
  const path = file('good.txt', GOOD);
  const lines = describeDataCheck(await checkRecordings([path]));
  assert.equal(lines.at(-1), 'good: nothing is missing');
  assert.ok(
    lines.includes(
      '  depth-built book against book ticker at equal update ids: 1 compared, 0 differ',
    ),
    lines.join('\n'),
  );
  assert.ok(lines.includes('  and against the ticker in force: 1 compared, 0 differ'));
  assert.ok(lines.includes('  at the end: 5 @ 0.16000 | 0.16001 @ 6, levels 1 / 1'));
  assert.equal(await runDataCheck([path], {}), ExitCode.OK);
});

test('a recording whose bookTicker contradicts its depth ends with exit code 1 and says so', async () => {
  const path = file('bad.txt', [String(GOOD[0]).replace('"B":"5"', '"B":"9"'), ...GOOD.slice(1)]);
  assert.equal(await runDataCheck([path], {}), ExitCode.FOUND_BAD);
  const lines = describeDataCheck(await checkRecordings([path]));
  assert.match(lines.join('\n'), /! 1 tops unlike bookTicker at the same update id/);
});

test('a book ticker that is missing between two others is told, and no fault', async () => {
  const change = (id: number, bid: number) =>
    `1795305600${200 + id}000000 {"e":"depthUpdate","E":1795305600200,"s":"DOGEUSDT","U":${id},"u":${id},"b":[["0.16000","${bid}"]],"a":[]}`;
  const next =
    '1795305600400000000 {"u":104,"s":"DOGEUSDT","b":"0.16000","B":"8","a":"0.16001","A":"6"}';
  const path = file('thinned.txt', [...GOOD.slice(0, 3), change(102, 7), change(103, 8), next]);
  const lines = describeDataCheck(await checkRecordings([path]));
  assert.ok(
    lines.includes(
      '  and against the ticker in force: 3 compared, 2 differ (book tickers are missing in between; no fault)',
    ),
    lines.join('\n'),
  );
  assert.equal(await runDataCheck([path], {}), ExitCode.OK);
});

test('a recording without a book says that there is none', async () => {
  const lines = describeDataCheck(await checkRecordings([file('no-book.txt', GOOD.slice(0, 2))]));
  assert.match(lines.join('\n'), /at the end: no book/);
});

test('a missing file is a fault of the environment', async () => {
  await assert.rejects(runDataCheck([join(folder, 'missing.gz')], { json: true }), (error) => {
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, ExitCode.ENVIRONMENT);
    assert.equal(error.code, 'FILE_NOT_READABLE');
    assert.match(error.where, /missing\.gz/);
    return true;
  });
});

test('a file that is no recording ends with exit code 1 and a remedy', async () => {
  await assert.rejects(runDataCheck([file('letter.txt', ['Dear venue,'])], {}), (error) => {
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, ExitCode.FOUND_BAD);
    assert.match(error.remedy, /raw recording/);
    return true;
  });
});
