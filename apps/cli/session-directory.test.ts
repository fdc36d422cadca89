/**
 * Goal: new sessions get a folder of their own, recorded ones are found, also by `latest`.
 * Method: a temporary folder with sessions of known age.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { CliError, ExitCode } from './cli-error.ts';
import { findSession, inSession, newSessionDirectory } from './session-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'session-directory-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const NAME = { world: 'paper', symbol: 'AAABBB', seed: 7 };

function isMissing(error: unknown): true {
  assert.ok(error instanceof CliError);
  assert.equal(error.exitCode, ExitCode.ENVIRONMENT);
  assert.equal(error.code, 'SESSION_MISSING');
  assert.notEqual(error.remedy, '');
  return true;
}

test('the folder asked for is taken as it is', () => {
  assert.equal(newSessionDirectory('/wanted', folder, NAME), '/wanted');
});

test('a named folder says when, what and with which seed, and is never one that exists', () => {
  const first = newSessionDirectory(undefined, folder, NAME);
  assert.match(
    basename(first),
    /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-paper-AAABBB-seed7(-\d+)?$/,
    'no character that a file system refuses',
  );
  mkdirSync(first);
  const second = newSessionDirectory(undefined, folder, NAME);
  assert.notEqual(second, first);
  rmSync(first, { recursive: true });
});

test('a session is found by its folder; a file or nothing is not one', () => {
  const session = join(folder, 'one');
  mkdirSync(session);
  assert.equal(findSession(session), session);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assert.throws(() => findSession(file), isMissing);
  assert.throws(() => findSession(join(folder, 'nothing')), isMissing);
});

test('latest means the newest session beside it, and a folder of that name wins', () => {
  const parent = join(folder, 'many');
  assert.throws(() => findSession(join(parent, 'latest')), isMissing);
  mkdirSync(parent);
  assert.throws(() => findSession(join(parent, 'latest')), isMissing);
  for (const [name, age] of [
    ['old', 300],
    ['new', 100],
    ['middle', 200],
  ] as const) {
    mkdirSync(join(parent, name));
    const at = 1_700_000_000 - age;
    utimesSync(join(parent, name), at, at);
  }
  writeFileSync(join(parent, 'a-file'), 'newer than all, but no session');
  assert.equal(findSession(join(parent, 'latest')), join(parent, 'new'));
  mkdirSync(join(parent, 'latest'));
  assert.equal(findSession(join(parent, 'latest')), join(parent, 'latest'));
});

test('work on a session names the folder when it fails, and is handed through when it does not', async () => {
  assert.equal(await inSession('/a/session', async () => 5), 5);
  await assert.rejects(
    inSession('/a/session', async () => {
      throw new Error('broken');
    }),
    (error) => error instanceof CliError && error.where === '/a/session',
  );
});
