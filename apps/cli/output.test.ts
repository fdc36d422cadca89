/**
 * Goal: an error for people is three lines, the exit code is what the action says or its error means.
 * Method: actions that succeed and fail, listened to on stderr.
 */
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { ExitCode, usageError } from './cli-error.ts';
import { reportError, runCommand } from './output.ts';

let words = '';
function listenToStderr(): void {
  words = '';
  mock.method(process.stderr, 'write', (text: string | Uint8Array) => {
    words += String(text);
    return true;
  });
}
afterEach(() => {
  mock.restoreAll();
  process.exitCode = undefined;
});

test('an error says what, where and what to do', () => {
  listenToStderr();
  const exitCode = reportError(usageError('no such speed', '--speed', 'give a number'), false);
  assert.equal(exitCode, ExitCode.USAGE);
  assert.equal(words, 'error: no such speed\n  where:  --speed\n  remedy: give a number\n');
});

test('the exit code is the action’s own', async () => {
  await runCommand(false, async () => ExitCode.FOUND_BAD);
  assert.equal(process.exitCode, ExitCode.FOUND_BAD);
  process.exitCode = undefined;
});

test('an action that fails ends with the meaning of its error', async () => {
  listenToStderr();
  await runCommand(false, async () => {
    throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  });
  assert.equal(process.exitCode, ExitCode.ENVIRONMENT);
  process.exitCode = undefined;
  assert.match(words, /^error: no room\n/);
});
