/**
 * Goal: what the linter cannot say about the house holds. Doors, names, READMEs, tests beside files.
 * Method: reads the tracked tree as text.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE_FOLDERS = ['engine', 'adapters', 'simulation', 'compose', 'apps', 'research', 'bench'];
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'coverage', 'sessions']);
const BANNED_NAMES = /(^|[-/])(utils?|helpers?|common|misc|shared)([-./]|$)/;
const ALIASES: Readonly<Record<string, string>> = {
  '#units': 'engine/units',
  '#contracts': 'engine/contracts',
  '#loop': 'engine/loop',
  '#domains': 'engine/domains',
};
/** Folders any layer above may reach into: one subject a file, no inside to protect. */
const OPEN_FOLDERS = ['engine/units', 'engine/contracts', 'engine/loop'];

function walk(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder)) {
    if (SKIPPED.has(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) found.push(...walk(path));
    else found.push(path);
  }
  return found;
}

function posix(path: string): string {
  return relative(ROOT, path).split(sep).join('/');
}

const files = SOURCE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
  walk(join(ROOT, folder)),
);
const sources = files.filter((file) => /\.tsx?$/.test(file)).map(posix);
const isTest = (path: string): boolean => /\.(test|bench|contract|test-support)\.ts$/.test(path);

test('no file or folder is a dumping ground by name', () => {
  assert.deepEqual(
    files.map(posix).filter((path) => BANNED_NAMES.test(path)),
    [],
  );
});

test('domains never touch chance, clocks or the process', () => {
  const forbidden =
    /Math\.random|Date\.now|new Date\(|performance\.now|(?<![.\w])process\.|setTimeout|setInterval/;
  const guilty = sources.filter(
    (path) =>
      (path.startsWith('engine/') || path.startsWith('simulation/')) &&
      !isTest(path) &&
      forbidden.test(stripComments(readFileSync(join(ROOT, path), 'utf8'))),
  );
  assert.deepEqual(guilty, []);
});

test('every folder with source has a README that says what it is', () => {
  const folders = new Set(sources.map((path) => dirname(path)));
  const missing = [...folders].filter((folder) => {
    const readme = join(ROOT, folder, 'README.md');
    return !existsSync(readme) || readFileSync(readme, 'utf8').trim().split('\n').length < 3;
  });
  assert.deepEqual(missing.sort(), []);
});

test('every domain file has its test beside it', () => {
  const missing = sources.filter(
    (path) =>
      path.startsWith('engine/domains/') &&
      !isTest(path) &&
      hasRuntimeCode(path) &&
      !existsSync(join(ROOT, path.replace(/\.ts$/, '.test.ts'))),
  );
  assert.deepEqual(missing, []);
});

test('outsiders come in by the door', () => {
  const offences: string[] = [];
  for (const path of sources) {
    if (isTest(path) || path.startsWith('research/papers/') || path.startsWith('bench/')) continue;
    for (const target of imports(path)) {
      const folder = dirname(target);
      if (folder === dirname(path)) continue;
      if (OPEN_FOLDERS.some((open) => folder === open || folder.startsWith(`${open}/`))) continue;
      if (doorsOf(folder).includes(target)) continue;
      offences.push(`${path} -> ${target}`);
    }
  }
  assert.deepEqual(offences, []);
});

/** The door has its folder's name; a folder with more than one subject names its doors in the README. */
function doorsOf(folder: string): string[] {
  const name = folder.split('/').at(-1) ?? '';
  const doors = [`${folder}/${name}.ts`];
  const readme = join(ROOT, folder, 'README.md');
  if (existsSync(readme)) {
    for (const match of readFileSync(readme, 'utf8').matchAll(/^- Doors?: (.*(?:\n {2}.*)*)$/gm)) {
      for (const file of (match[1] ?? '').matchAll(/`([\w.-]+\.tsx?)`/g))
        doors.push(`${folder}/${file[1]}`);
    }
  }
  return doors;
}

function imports(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const found: string[] = [];
  for (const match of text.matchAll(/(?:from|import\()\s*'(#[^']+)'/g)) {
    const [alias = '', ...rest] = (match[1] ?? '').split('/');
    const base = ALIASES[alias] ?? alias.slice(1);
    found.push([base, ...rest].join('/'));
  }
  return found;
}

function hasRuntimeCode(path: string): boolean {
  const text = stripComments(readFileSync(join(ROOT, path), 'utf8'));
  return /\b(function|class)\b|=>/.test(text.replace(/^import .*$/gm, ''));
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
