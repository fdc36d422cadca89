/**
 * Goal: files and memory keep the same promises, and every failure says which file.
 * Method: one script of operations over both storages; then the errors of real files.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Storage } from '#contracts/edge-ports.ts';
import { FileStorage } from './file-storage.ts';
import { InlineCommit } from './inline-commit.ts';
import { JournalError } from './journal-error.ts';
import { recordSession, SAMPLE_HEADER } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter } from './segment-writer.ts';
import { readSession } from './session-reader.ts';
import { recoverSession } from './session-recovery.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-'));
after(() => rmSync(root, { recursive: true }));

const isStorageFailure = (error: unknown) =>
  error instanceof JournalError && error.code === 'STORAGE_FAILED';

for (const [title, make] of [
  ['files', (): Storage => new FileStorage(join(root, 'contract'))],
  ['memory', (): Storage => new MemoryStorage()],
] as const) {
  test(`${title}: append, sync, rename, truncate, remove, list and read keep the port's promises`, () => {
    const storage = make();
    assert.deepEqual(storage.list(), []);
    storage.append('b', Uint8Array.of(1, 2));
    storage.append('b', Uint8Array.of(3));
    storage.append('a', new Uint8Array(5_000).fill(9));
    storage.sync('b');
    assert.deepEqual(storage.list(), ['a', 'b']);
    assert.deepEqual([...storage.read('b')], [1, 2, 3]);
    storage.rename('b', 'a');
    assert.deepEqual(storage.list(), ['a']);
    storage.append('a', Uint8Array.of(4));
    assert.deepEqual([...storage.read('a')], [1, 2, 3, 4]);
    storage.truncate('a', 2);
    storage.append('a', Uint8Array.of(7));
    storage.sync('a');
    assert.deepEqual([...storage.read('a')], [1, 2, 7]);
    storage.remove('a');
    assert.deepEqual(storage.list(), []);
    assert.throws(() => storage.read('a'), isStorageFailure);
  });
}

test('a whole session on files reads back, and its torn tail is cut from the file', () => {
  const storage = new FileStorage(join(root, 'session'));
  const { sessionId } = SAMPLE_HEADER;
  const writer = new SegmentWriter({ storage, sessionId, segmentSizeMax: 8_192 });
  recordSession(new InlineCommit({ writer }), 200);
  storage.close();
  assert.equal(readSession(storage).isClosed, true);
  const last = storage.list().at(-1) as string;
  const { length } = storage.read(last);
  storage.truncate(last, length - 3);
  assert.equal(recoverSession(storage).isClosed, false);
  assert.ok(storage.read(last).length < length - 3);
  assert.equal(readSession(storage).tornTail, null);
});

test('names must be flat, and a directory that cannot be made is an error that names it', () => {
  const storage = new FileStorage(join(root, 'flat'));
  for (const name of ['../x', 'a/b', '', '.hidden', 'a\\b']) {
    assert.throws(() => storage.read(name), /flat file name/);
  }
  writeFileSync(join(root, 'file'), '');
  assert.throws(() => new FileStorage(join(root, 'file', 'below')), isStorageFailure);
  assert.throws(() => storage.rename('missing', 'other'), isStorageFailure);
  assert.throws(() => storage.truncate('missing', 1), isStorageFailure);
});

test('missing directories above are made, and one that exists is used', () => {
  const directory = join(root, 'one', 'two', 'three');
  new FileStorage(directory).append('a', Uint8Array.of(1));
  assert.deepEqual(new FileStorage(directory).list(), ['a']);
});

test('where a file system refuses new names the answer is an error, not a wait for ever', {
  skip: !existsSync('/proc/self') && 'no /proc on this system',
}, () => {
  for (const directory of ['/proc/no-such-name', '/proc/no-such-name/below']) {
    assert.throws(() => new FileStorage(directory), isStorageFailure);
  }
});

test('the memory disk refuses what no disk can do', () => {
  const storage = new MemoryStorage();
  storage.append('a', Uint8Array.of(1));
  assert.throws(() => storage.truncate('a', 2), RangeError);
  assert.throws(() => storage.flipBits('a', 1, 1), RangeError);
});
