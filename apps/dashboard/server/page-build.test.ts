/**
 * Goal: the page builds from its sources, stays small, and a build that cannot be made says why.
 * Method: the real page, and a folder that is no page.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { PageBuild, waitingPage } from './page-build.ts';

const SIZE_MAX = 250_000;

test('the built page is under 250 kB gzipped and asks nothing of another site', async () => {
  const build = new PageBuild();
  await build.prepare();
  assert.equal(build.failure, null);
  const index = build.file('index.html');
  assert.ok(index !== null);
  const html = index.bytes.toString('utf8');
  assert.doesNotMatch(html, /(src|href)="https?:/);
  const names = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]);
  assert.equal(names.length, 2);
  let size = gzipSync(index.bytes).length;
  for (const name of names) {
    const file = build.file(name ?? '');
    assert.ok(file?.isImmutable === true);
    size += gzipSync(file.bytes).length;
  }
  assert.ok(size < SIZE_MAX, `${size} bytes gzipped`);
});

test('a current build is taken as it is', async () => {
  const first = new PageBuild();
  await first.prepare();
  const again = new PageBuild();
  await again.prepare();
  assert.deepEqual(again.file('index.html')?.bytes, first.file('index.html')?.bytes);
});

test('a folder that is not there is said, not thrown', async () => {
  const build = new PageBuild(join(tmpdir(), 'doge-mm-no-such-folder'));
  await build.prepare();
  assert.match(build.failure ?? '', /doge-mm-no-such-folder/);
});

test('a build that fails says what failed, and serves no half page', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'doge-mm-no-page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'vite.config.ts'), 'throw new Error("no page here");');
  const build = new PageBuild(folder);
  await build.prepare();
  assert.match(build.failure ?? '', /no page here/);
  assert.equal(build.file('index.html'), null);
  assert.match(waitingPage(build.failure), /no page here/);
});
