/**
 * Goal: a campaign goes on where it was stopped, and never takes over results that are not its own.
 * Method: files in a temporary folder, whole, torn, damaged and foreign.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { soundResult } from './results.test-support.ts';
import { ResumeFile, ResumeFileError } from './resume-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'campaign-'));
after(() => rmSync(folder, { recursive: true }));

const IDENTITY = { build: 'b', hours: 1, faults: ['a', 'b'] };
const resultOf = soundResult;

test('results of an earlier sitting come back', () => {
  const path = join(folder, 'whole');
  const first = new ResumeFile(path, IDENTITY);
  assert.deepEqual(first.done, []);
  first.add(resultOf(3));
  first.add(resultOf(5));
  assert.deepEqual(new ResumeFile(path, IDENTITY).done, [resultOf(3), resultOf(5)]);
});

test('a last line that was cut is forgotten, and the next result stands on its own line', () => {
  const path = join(folder, 'torn');
  const first = new ResumeFile(path, IDENTITY);
  first.add(resultOf(1));
  appendFileSync(path, '{"seed":2,"outco');
  const second = new ResumeFile(path, IDENTITY);
  assert.deepEqual(second.done, [resultOf(1)]);
  second.add(resultOf(2));
  assert.deepEqual(new ResumeFile(path, IDENTITY).done, [resultOf(1), resultOf(2)]);
});

test('a file of another campaign is refused and left as it is', () => {
  const path = join(folder, 'other');
  new ResumeFile(path, { ...IDENTITY, hours: 2 }).add(resultOf(1));
  const before = readFileSync(path, 'utf8');
  assert.throws(() => new ResumeFile(path, IDENTITY), ResumeFileError);
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('a damaged line is named', () => {
  const path = join(folder, 'damaged');
  const sound = JSON.stringify(resultOf(1));
  for (const damaged of ['nonsense', 'null', '7', '{"seed":4}']) {
    writeFileSync(path, `${JSON.stringify(IDENTITY)}\n${sound}\n${damaged}\n${sound}\n`);
    assert.throws(() => new ResumeFile(path, IDENTITY), /damaged, line 3 is no result/, damaged);
  }
});

test('a line that stands there twice counts once', () => {
  const path = join(folder, 'doubled');
  const first = new ResumeFile(path, IDENTITY);
  for (const seed of [1, 2, 1]) first.add(resultOf(seed));
  assert.deepEqual(new ResumeFile(path, IDENTITY).done, [resultOf(1), resultOf(2)]);
});

test('a folder is refused by its name', () => {
  assert.throws(
    () => new ResumeFile(folder, IDENTITY),
    (error) => error instanceof ResumeFileError && error.message.includes(folder),
  );
});
