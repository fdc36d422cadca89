/**
 * Goal: a file that could not be written after an hour of work is refused before it, and nothing is
 * made by asking.
 * Method: a temporary folder with a file and a folder in it.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CliError, ExitCode } from './cli-error.ts';
import { assertWritable } from './output-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-file-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'file.html'), 'old');
mkdirSync(join(folder, 'inner'));

test('a new name, a file that is there, and no name at all are fine', () => {
  const before = readdirSync(folder);
  assertWritable(join(folder, 'new.html'), '--report');
  assertWritable(join(folder, 'file.html'), '--report');
  assertWritable('new.csv', '--fills');
  assertWritable(undefined, '--fills');
  assert.deepEqual(readdirSync(folder), before);
});

for (const [name, reason] of [
  ['missing/report.html', /there is no folder .*missing/],
  ['file.html/report.html', /there is no folder .*file\.html/],
  ['inner', /this is a folder/],
] as const) {
  test(`${name} is refused with flag, path and remedy`, () => {
    const path = join(folder, name);
    assert.throws(
      () => assertWritable(path, '--report'),
      (error) => {
        assert.ok(error instanceof CliError);
        assert.equal(error.exitCode, ExitCode.ENVIRONMENT);
        assert.equal(error.code, 'FILE_NOT_WRITABLE');
        assert.equal(error.where, `--report ${path}`);
        assert.match(error.message, reason);
        assert.match(error.remedy, /folder|file/);
        return true;
      },
    );
  });
}
