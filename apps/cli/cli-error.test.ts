/**
 * Goal: every error ends with the exit code of the contract, and always with a place and a remedy.
 * Method: a table of the codes of all layers; the ones of the journal and the recordings are held
 * against their own lists, so that a new code cannot be forgotten.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RecordingError } from '#adapters/binance/recording/recording-error.ts';
import { JournalDamagedError, JournalError, JournalFullError } from '#adapters/journal/journal.ts';
import { asCliError, CliError, ExitCode, usageError } from './cli-error.ts';

const { ENVIRONMENT, FOUND_BAD, USAGE } = ExitCode;

for (const [code, exitCode] of [
  ['SESSION_MISSING', ENVIRONMENT],
  ['SESSION_EXISTS', ENVIRONMENT],
  ['SESSION_ENDED', ENVIRONMENT],
  ['SESSION_DIFFERS', ENVIRONMENT],
  ['STORAGE_FAILED', ENVIRONMENT],
  ['JOURNAL_DAMAGED', FOUND_BAD],
  ['JOURNAL_FORMAT', FOUND_BAD],
  ['JOURNAL_FULL', FOUND_BAD],
  ['JOURNAL_WRITE_FAILED', FOUND_BAD],
  ['EPOCH_DAMAGED', FOUND_BAD],
] as const) {
  test(`a journal error ${code} ends with ${exitCode} and its own remedy`, () => {
    const error = asCliError(new JournalError(code, 'what happened'), '/a/session');
    assert.equal(error.exitCode, exitCode);
    assert.equal(error.code, code);
    assert.equal(error.message, 'what happened');
    assert.equal(error.where, '/a/session');
    assert.doesNotMatch(error.remedy, /DOGE_MM_DEBUG/, 'not the remedy of an unknown error');
    assert.ok(error.cause instanceof JournalError);
  });
}

test('no code of the journal is unknown here', () => {
  const source = readFileSync(
    new URL('../../adapters/journal/journal-error.ts', import.meta.url),
    'utf8',
  );
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map((match) => match[1]);
  assert.ok(codes.length >= 8, 'the list of codes was found');
  for (const code of codes) {
    const error = asCliError({ code, message: 'x' });
    assert.doesNotMatch(error.remedy, /DOGE_MM_DEBUG/, code);
  }
});

test('the subclasses of the journal’s error keep their meaning', () => {
  assert.equal(asCliError(new JournalFullError(10, 5)).exitCode, FOUND_BAD);
  const damage = new JournalDamagedError({ segment: 's', offset: 1, sequence: 2 }, 'a flip');
  assert.equal(asCliError(damage).exitCode, FOUND_BAD);
});

test('a recording that cannot be read is the environment’s fault, any other found bad', () => {
  const at = { where: 'spot.gz:17' };
  const missing = asCliError(new RecordingError('FILE_NOT_READABLE', at, 'no such file'));
  assert.equal(missing.exitCode, ENVIRONMENT);
  assert.equal(missing.where, 'spot.gz:17');
  assert.equal(missing.remedy, 'check the path and the permission');
  for (const code of ['BAD_LINE', 'CLOCK_WENT_BACK'] as const) {
    assert.equal(asCliError(new RecordingError(code, at, 'no')).exitCode, FOUND_BAD);
  }
  assert.equal(asCliError(new RecordingError('NO_OVERLAP', at, 'no')).exitCode, USAGE);
});

for (const code of ['ENOENT', 'EACCES', 'EADDRINUSE', 'ENOSPC', 'EISDIR', 'ENOTDIR']) {
  test(`the system’s ${code} is the environment’s fault and names its path`, () => {
    const error = asCliError(Object.assign(new Error('no'), { code, path: '/some/file' }));
    assert.equal(error.exitCode, ENVIRONMENT);
    assert.equal(error.where, '/some/file');
  });
}

test('refused settings are usage, with or without a code', () => {
  for (const code of ['BAD_CONFIGURATION', 'BAD_MODEL_FILE', 'MODEL_MISSING', 'UNKNOWN_SYMBOL']) {
    assert.equal(asCliError({ code, message: 'no' }).exitCode, USAGE, code);
  }
  const unnamed = new Error('unknown queue model "silly"');
  unnamed.name = 'QueueModelError';
  const error = asCliError(unnamed);
  assert.equal(error.exitCode, USAGE);
  assert.equal(error.code, 'BAD_USAGE');
  assert.match(error.remedy, /flag|configuration/);
});

test('an error’s own place and remedy win over the general ones', () => {
  const error = asCliError(
    { code: 'SESSION_MISSING', message: 'm', where: 'w', remedy: 'r' },
    'place',
  );
  assert.deepEqual([error.where, error.remedy], ['w', 'r']);
});

test('a model that failed or changed is found bad, and no bug of ours', () => {
  for (const code of ['MODEL_FAILED', 'MODEL_CHANGED']) {
    const error = asCliError({ code, message: 'no' });
    assert.equal(error.exitCode, FOUND_BAD, code);
    assert.match(error.remedy, /model file/);
  }
});

test('what nobody knows is a bug: found bad, with the way to its stack', () => {
  for (const thrown of [new RangeError('broken'), 'a text', null, undefined, { message: 5 }]) {
    const error = asCliError(thrown);
    assert.equal(error.exitCode, FOUND_BAD);
    assert.equal(error.code, 'INTERNAL');
    assert.notEqual(error.message, '');
    assert.match(error.remedy, /DOGE_MM_DEBUG=1/);
  }
});

test('an error that already is one stays as it is', () => {
  const error = usageError('what', 'where', 'remedy');
  assert.equal(asCliError(error, 'elsewhere'), error);
  assert.equal(error.exitCode, USAGE);
  assert.ok(error instanceof CliError);
});
