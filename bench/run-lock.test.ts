/**
 * Goal: two benches never run at once, and a dead one blocks nobody.
 * Method: locks of a living and of a dead process.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BenchBusyError, takeRunLock } from './run-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-lock-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a second bench is refused while the first holds the lock, and may run after it', () => {
  const file = join(folder, 'held');
  const release = takeRunLock(file);
  assert.equal(readFileSync(file, 'utf8'), String(process.pid));
  assert.throws(
    () => takeRunLock(file),
    (error) => {
      assert.ok(error instanceof BenchBusyError);
      assert.equal(error.code, 'BENCH_BUSY');
      assert.equal(error.where, file);
      assert.match(error.message, new RegExp(String(process.pid)));
      return true;
    },
  );
  release();
  assert.equal(existsSync(file), false);
  takeRunLock(file)();
});

test('the lock of a process that is gone, or of none, is taken over', () => {
  const file = join(folder, 'dead');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const left of [String(pid), 'no number']) {
    writeFileSync(file, left);
    const release = takeRunLock(file);
    assert.equal(readFileSync(file, 'utf8'), String(process.pid));
    release();
  }
});

test('a folder that cannot be written is the error of the file system', () => {
  assert.throws(() => takeRunLock(join(folder, 'missing', 'lock')), { code: 'ENOENT' });
});
