/**
 * Goal: the documents say what the program is, not what it was: codes, links, commands, flags, keys,
 * files and packages named in them exist, and none of the codes is left unexplained.
 * Method: reads all Markdown as text and holds it against the source and the program's own help.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configurationSchema } from '#adapters/config/configuration-schema.ts';
import { AlertCode } from '#contracts/commands.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { KillReason } from '#contracts/system-health.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOP_FOLDERS =
  'engine|adapters|simulation|compose|apps|research|tests|docs|bench|configs|deploy';
const DOMAINS =
  'reference|market-data|account-state|risk|pricing|execution|hedging|ops|contracts|loop|units';
const MODULES_NUMBERED = 54;

interface Page {
  readonly path: string;
  readonly text: string;
}

const pages: readonly Page[] = globSync(
  ['README*.md', 'docs/**/*.md', `{${TOP_FOLDERS.replaceAll('|', ',')}}/**/README.md`],
  { cwd: ROOT, exclude: (name) => name === 'node_modules' },
)
  .filter((path, index, all) => all.indexOf(path) === index)
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: read(path) }));

const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};

test('the glossary explains every code, and no code that does not exist', () => {
  const glossary = read('docs/glossary.md');
  const tables = {
    NoQuoteReason,
    RiskCode,
    KillReason,
    AlertCode,
    ReportReason,
    OrderState,
    HedgeUrgency,
  };
  for (const [name, codes] of Object.entries(tables)) {
    const rows = tableRows(sectionOf(glossary, `(\`${name}\`)`));
    assert.deepEqual(rows.map(codeOf), Object.keys(codes), `${name} in docs/glossary.md`);
    for (const row of rows) {
      assert.ok(
        row.slice(1).every((cell) => cell !== ''),
        `${name}: an empty cell beside ${row[0]}`,
      );
      assert.match(row.at(-1) ?? '', /\p{Script=Han}/u, `${name}: ${row[0]} without its Chinese`);
    }
  }
});

test('the runbooks say what to do about every reason for no quote and for a kill', () => {
  const quotes = tableRows(sectionOf(read('docs/runbooks/quotes-pulled.md'), 'The reasons'));
  const kills = tableRows(sectionOf(read('docs/runbooks/kill.md'), 'The reasons'));
  assert.deepEqual(quotes.map(codeOf), Object.keys(NoQuoteReason));
  assert.deepEqual(kills.map(codeOf), Object.keys(KillReason));
  for (const row of [...quotes, ...kills]) assert.ok((row.at(-1) ?? '') !== '', String(row[0]));
});

test('the glossary calls exactly those alerts "not raised yet" that no domain raises', () => {
  const source = globSync('engine/domains/*/*.ts', { cwd: ROOT })
    .filter((path) => !path.endsWith('.test.ts'))
    .map(read)
    .join('\n');
  for (const row of tableRows(sectionOf(read('docs/glossary.md'), '(`AlertCode`)'))) {
    const code = codeOf(row);
    const isRaised = new RegExp(`AlertCode\\.${code}\\b|\\{ ${code} \\} = AlertCode`).test(source);
    assert.equal(row.join(' ').includes('not raised yet'), !isRaised, code);
  }
});

test('every relative link leads to a file, and to a heading where it names one', () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const target of linksOf(page)) {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page.path : join(dirname(page.path), decodeURIComponent(file));
      const isThere = existsSync(join(ROOT, path));
      const hasHeading = anchor === undefined || (isThere && slugsOf(read(path)).includes(anchor));
      if (!isThere || !hasHeading) broken.push(`${page.path} -> ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('every document is linked from another one', () => {
  const linked = new Set(
    pages.flatMap((page) =>
      linksOf(page).map((target) => join(dirname(page.path), target.split('#')[0] ?? '')),
    ),
  );
  const orphans = pages
    .map((page) => page.path)
    .filter((path) => path.startsWith('docs/') && !linked.has(path));
  assert.deepEqual(orphans, []);
});

test('every npm script named in a document exists', () => {
  for (const { path, text } of pages) {
    for (const match of text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)) {
      const script = match[1] ?? match[2] ?? '';
      assert.ok(script in manifest.scripts, `${path}: npm script ${script}`);
    }
  }
});

test('every command and flag of doge-mm named in a document exists', () => {
  const helps = new Map<string, string>();
  for (const { path, text } of pages) {
    for (const line of commandLines(text)) {
      const command = commandOf(line);
      if (command === '') continue;
      let help = helps.get(command);
      if (help === undefined) {
        help = helpOf(command);
        helps.set(command, help);
      }
      assert.ok(help !== '', `${path}: no command "doge-mm ${command}"`);
      for (const flag of line.match(/(?<=\s)--[a-z-]+/g) ?? []) {
        assert.ok(help.includes(`${flag} `), `${path}: doge-mm ${command} has no ${flag}`);
      }
    }
  }
  assert.ok(helps.size >= 6, 'the documents name the commands');
});

test('every configuration key named in a document exists', () => {
  const sections = configurationSchema.toJSONSchema({ io: 'input' }) as SchemaNode;
  const root = sections.$defs?.['doge-mm-configuration'] ?? sections;
  const isSection = (name: string): boolean => root.properties?.[name]?.properties !== undefined;
  let count = 0;
  for (const { path, text } of pages) {
    // Methods of the venue's API have dots, too.
    if (path.startsWith('docs/reference/exchange-')) continue;
    // Rows of the benchmark have names of the same form.
    if (path === 'docs/performance.md') continue;
    for (const match of text.matchAll(/(?:`|--set '?)([a-zA-Z]+)\.([a-zA-Z0-9]+)(?![\w.(])/g)) {
      const [, section = '', key = ''] = match;
      if (!isSection(section) || key === 'ts') continue;
      count += 1;
      const known = root.properties?.[section]?.properties ?? {};
      assert.ok(key in known, `${path}: no configuration key ${section}.${key}`);
    }
  }
  assert.ok(count > 20, 'the documents name configuration keys');
});

test('every file named in a document exists', () => {
  const missing: string[] = [];
  for (const { path, text } of pages) {
    for (const [, span = ''] of text.matchAll(/`([^`\n]+)`/g)) {
      for (const word of span.split(/[\s'"]+/)) {
        if (!isPath(word) || isOnDisk(word)) continue;
        missing.push(`${path}: ${word}`);
      }
    }
  }
  assert.deepEqual(missing, []);
});

test('the module map has each module once and names code, call and test for what is there', () => {
  const rows = tableRows(read('docs/reference/module-map.md')).filter((row) => row.length === 6);
  const ids = rows.map((row) => row[0] ?? '').filter((id) => /^-?\d/.test(id));
  assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
  assert.equal(ids.length, MODULES_NUMBERED);
  for (const [id, name, state = '', ...places] of rows) {
    assert.match(state, /^(works|in part|not yet)\b/, `${id} ${name}`);
    const isThere = !state.startsWith('not yet');
    for (const place of places) assert.equal(place !== '', isThere, `${id} ${name}: ${state}`);
    if (isThere) assert.match(places[2] ?? '', /\.test\.ts/, `${id} ${name} without a test`);
  }
});

test('the decision on dependencies explains every one, and decisions are numbered in a row', () => {
  const record = read('docs/decisions/0008-dependencies.md');
  const { dependencies, optionalDependencies } = manifest;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    assert.ok(record.includes(`\`${name}\``), `${name} is not in the record`);
  }
  const numbers = globSync('docs/decisions/*.md', { cwd: ROOT })
    .map((path) => Number(/(\d{4})-/.exec(path)?.[1]))
    .sort((left, right) => left - right);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
});

test('the English and the Chinese README say the same', () => {
  const shape = (text: string) => ({
    commands: fencesOf(text),
    headings: [...text.matchAll(/^(#+) /gm)].map((match) => match[1]),
    links: [...text.matchAll(/\]\(([^)]+)\)/g)]
      .map((match) => (match[1] ?? '').replace(/-(en|zh)(?=\.)/, ''))
      .filter((target) => !target.startsWith('README')),
    rows: tableRows(text).map((row) => row.length),
  });
  assert.deepEqual(shape(read('README.zh-CN.md')), shape(read('README.md')));
});

test('no document speaks of one machine', () => {
  for (const { path, text } of pages) {
    assert.doesNotMatch(text, /(^|[\s`"'(])\/(tmp|work|home|root|Users)\//m, path);
  }
});

interface SchemaNode {
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Text from the heading that holds `title` to the next heading of the same or a higher level. */
function sectionOf(text: string, title: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.includes(title));
  assert.notEqual(start, -1, `no heading with ${title}`);
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const end = lines.findIndex(
    (line, index) => index > start && new RegExp(`^#{1,${level}} `).test(line),
  );
  return lines.slice(start, end === -1 ? undefined : end).join('\n');
}

/** Cells of the body rows of all tables in a text. */
function tableRows(text: string): string[][] {
  const rows: string[][] = [];
  let isBody = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) isBody = false;
    else if (/^\|[\s|:-]+\|$/.test(line)) isBody = true;
    else if (isBody)
      rows.push(
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  }
  return rows;
}

function codeOf(row: readonly string[]): string {
  return (row[0] ?? '').replaceAll('`', '');
}

function linksOf({ text }: Page): string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors as GitHub makes them of headings. */
function slugsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Shell blocks of a text, without comments. */
function fencesOf(text: string): string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

/** Each use of the program in code spans and shell blocks, from its name on, a line each. */
function commandLines(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  const shell = fencesOf(text).flatMap((fence) => fence.replaceAll('\\\n', ' ').split('\n'));
  return [...spans, ...shell]
    .filter((line) => /(^|\s)doge-mm\s/.test(line))
    .map((line) => line.slice(line.indexOf('doge-mm') + 'doge-mm'.length));
}

/** "run", "data check", or "" when only the program is meant. */
function commandOf(line: string): string {
  const [first = '', second = ''] = line.trim().split(/\s+/);
  if (first.startsWith('-')) return '';
  return first === 'data' ? `${first} ${second}` : first;
}

/** What the program says of a command; empty when it does not know it. */
function helpOf(command: string): string {
  const child = spawnSync(
    process.execPath,
    [join(ROOT, 'apps/cli/doge-mm.js'), ...command.split(' '), '--help'],
    { encoding: 'utf8' },
  );
  const isKnown = child.status === 0 && child.stdout.includes(`Usage: doge-mm ${command}`);
  return isKnown ? child.stdout : '';
}

/** A path from the root or a domain. A segment in capitals is a placeholder. */
function isPath(word: string): boolean {
  if (/(^|\/)(?!README)[A-Z]+(?=[./]|$)/.test(word)) return false;
  return new RegExp(`^(${TOP_FOLDERS}|${DOMAINS})/[\\w.*{},/-]*[\\w*}/]$`).test(word);
}

/** From the project root; a domain's file also by the domain's name. */
function isOnDisk(word: string): boolean {
  return ['', 'engine/domains/', 'engine/'].some(
    (prefix) => globSync(`${prefix}${word}`, { cwd: ROOT }).length > 0,
  );
}
