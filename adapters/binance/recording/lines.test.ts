/**
 * Goal: lines are the same however a file is stored and in whatever blocks it is read.
 * Method: small files, plain and packed, read with limits so small that every way of reading is used.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LineFile } from './lines.ts';
import { RecordingError } from './recording-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'lines-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = { gzipSizeInMemoryMax: 10, blockSize: 64, lineSizeMax: 1_000 };

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('small blocks and a temporary file for large gzip files give the same lines', async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(index)}`);
  const content = lines.join('\n');
  for (const path of [file('lines.txt', content), file('lines.gz', gzipSync(content))]) {
    const reader = await LineFile.open(path, SMALL);
    for (let pass = 0; pass < 2; pass++) {
      const seen: string[] = [];
      while (reader.next()) seen.push(reader.bytes.toString('utf8', reader.start, reader.end));
      assert.deepEqual(seen, lines);
      assert.equal(reader.lineNumber, lines.length);
      reader.rewind();
    }
    const { plainPath } = reader as unknown as { plainPath: string };
    reader.close();
    if (path.endsWith('.gz')) assert.equal(existsSync(dirname(plainPath)), false);
  }
});

test('a line longer than the limit is refused instead of filling the memory', async () => {
  const path = file('long.txt', `short\n${'x'.repeat(5_000)}`);
  const limits = { gzipSizeInMemoryMax: 0, blockSize: 100, lineSizeMax: 900 };
  const reader = await LineFile.open(path, limits);
  assert.equal(reader.next(), true);
  assert.throws(
    () => reader.next(),
    (error) =>
      error instanceof RecordingError &&
      error.code === 'LINE_TOO_LONG' &&
      /long\.txt:2: .*900 bytes/.test(error.message),
  );
  reader.close();
});

test('only a byte order mark at the very start is taken off, and only the last line may be unended', async () => {
  const mark = '\uFEFF';
  for (const [content, lines, isLastEnded] of [
    [`${mark}a\n${mark}b\n`, ['a', `${mark}b`], true],
    [`${mark}\na`, ['', 'a'], false],
    [mark, [''], false],
    ['ab', ['ab'], false],
    ['a\r\n\r\n', ['a', ''], true],
  ] as const) {
    for (const path of [file('mark.txt', content), file('mark.gz', gzipSync(content))]) {
      const reader = await LineFile.open(path, { ...SMALL, blockSize: 4 });
      for (let pass = 0; pass < 2; pass++) {
        const seen: string[] = [];
        const ended: boolean[] = [];
        while (reader.next()) {
          seen.push(reader.bytes.toString('utf8', reader.start, reader.end));
          ended.push(reader.isEnded);
        }
        assert.deepEqual(seen, lines, JSON.stringify(content));
        assert.deepEqual(
          ended,
          lines.map((_, index) => index + 1 < lines.length || isLastEnded),
        );
        reader.rewind();
      }
      reader.close();
    }
  }
});
