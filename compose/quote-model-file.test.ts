/**
 * Goal: a user's model is loaded when asked for, and a file that is none is refused with its name.
 * Method: small files in a temporary folder, and the example that is shipped.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ModelInput, ModelQuote } from '#contracts/quote-model.ts';
import { loadQuoteModel, ModelFileError } from './quote-model-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'quote-model-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const STATELESS = 'writeState() {}, readState() {},';
const GOOD = `export const createModel = () => ({ ${STATELESS} quote(_, q) { q.bidDistanceTicks = 1; q.askDistanceTicks = 1; } });`;

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('without model `user` no file is touched', async () => {
  assert.equal(await loadQuoteModel('/nowhere/model.ts', 'glft'), null);
});

test('the shipped example loads and quotes', async () => {
  const example = fileURLToPath(new URL('../research/models/example-model.ts', import.meta.url));
  const model = await loadQuoteModel(example, 'user');
  assert.ok(model !== null);
  assert.equal(typeof model.name, 'string');
});

for (const [name, content, reason] of [
  ['empty.ts', 'export const nothing = 1;', /does not export a function createModel/],
  ['value.ts', 'export const createModel = 5;', /does not export a function createModel/],
  ['quoteless.ts', 'export const createModel = () => ({});', /without quote\(\)/],
  [
    'stateless.ts',
    'export const createModel = () => ({ quote() {}, writeState() {} });',
    /without readState\(\)/,
  ],
  ['nothing.ts', 'export const createModel = () => null;', /returned no object/],
  [
    'allergic.ts',
    `export const createModel = () => ({ ${STATELESS} quote() { throw new Error('not today'); } });`,
    /trial of the model failed: quote\(\) at 2026-.* threw: not today/,
  ],
  [
    'not-a-number.ts',
    `export const createModel = () => ({ ${STATELESS} quote(_, q) { q.bidDistanceTicks = 1; q.askDistanceTicks = NaN; } });`,
    /answered askDistanceTicks = NaN/,
  ],
  [
    'silent.ts',
    `export const createModel = () => ({ ${STATELESS} quote() {} });`,
    /answered bidDistanceTicks = NaN/,
  ],
  ['failing.ts', 'export const createModel = () => { throw new Error("no data"); };', /no data/],
  ['broken.ts', 'export const createModel = (', /cannot be loaded/],
  ['throwing.ts', 'throw new Error("no licence");', /cannot be loaded \(no licence\)/],
] as const) {
  test(`${name} is refused with its place and what to do`, async () => {
    const path = file(name, content);
    await assert.rejects(loadQuoteModel(path, 'user'), (error) => {
      assert.ok(error instanceof ModelFileError);
      assert.match(error.message, reason);
      assert.equal(error.where, path);
      assert.match(error.remedy, /createModel/);
      return true;
    });
  });
}

test('a missing file is refused, and its cause is kept', async () => {
  await assert.rejects(loadQuoteModel(join(folder, 'missing.ts'), 'user'), (error) => {
    assert.ok(error instanceof ModelFileError);
    assert.equal(error.code, 'BAD_MODEL_FILE');
    assert.ok(error.cause instanceof Error);
    return true;
  });
});

test('the content a session began with loads; another one is refused as changed', async () => {
  const path = file('recorded.ts', GOOD);
  const sha256 = createHash('sha256').update(GOOD).digest('hex');
  assert.ok((await loadQuoteModel(path, 'user', sha256)) !== null);
  writeFileSync(path, `${GOOD} // edited`);
  await assert.rejects(loadQuoteModel(path, 'user', sha256), (error) => {
    assert.ok(error instanceof ModelFileError);
    assert.equal(error.code, 'MODEL_CHANGED');
    assert.match(
      error.message,
      new RegExp(`changed since the session began: SHA-256 was ${sha256}`),
    );
    assert.match(error.remedy, /as it was/);
    return true;
  });
});

test('a recorded model that is not here says from where it was looked for', async () => {
  await assert.rejects(loadQuoteModel('no/such/model.ts', 'user', 'a'.repeat(64)), (error) => {
    assert.ok(error instanceof ModelFileError);
    assert.equal(error.code, 'MODEL_MISSING');
    assert.ok(error.message.includes(process.cwd()));
    assert.match(error.remedy, /folder the path begins at/);
    return true;
  });
});

test('the trial leaves the model that trades untouched', async () => {
  const path = file(
    'counting.ts',
    `export const createModel = () => { let calls = 0; return { ${STATELESS} quote(_, q) { calls += 1; q.bidDistanceTicks = calls; q.askDistanceTicks = calls; } }; };`,
  );
  const model = await loadQuoteModel(path, 'user');
  const quote = new ModelQuote();
  model?.quote(new ModelInput(), quote);
  assert.equal(quote.bidDistanceTicks, 1);
});
