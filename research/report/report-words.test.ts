/**
 * Goal: both languages say everything, with the same places to fill.
 * Method: the two files against each other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, escapeHtml, scriptJson } from './html-text.ts';
import { plain, words } from './report-words.ts';
import { CHINESE } from './words-chinese.ts';
import { ENGLISH, type WordKey } from './words-english.ts';

const KEYS = Object.keys(ENGLISH) as WordKey[];
const places = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([all]) => all).sort();

test('both languages have the same keys and the same places', () => {
  assert.deepEqual(Object.keys(CHINESE).sort(), [...KEYS].sort());
  for (const key of KEYS) assert.deepEqual(places(CHINESE[key]), places(ENGLISH[key]), key);
});

test('Chinese texts are Chinese', () => {
  const same = KEYS.filter((key) => !/[\u4e00-\u9fff]/.test(CHINESE[key]));
  assert.deepEqual(same, ['reportOf', 'switchLanguage']);
});

test('values are filled in, and a missing one is an error', () => {
  assert.equal(words('ofTurnover', { bps: '-3' }).en, '-3 bp of turnover');
  assert.throws(() => words('ofTurnover'), /wants a value for \{bps\}/);
});

test('texts are escaped, and equal ones are written once', () => {
  assert.equal(both(plain('a<b & "c"')), 'a&lt;b &amp; &quot;c&quot;');
  assert.match(both({ en: 'net', zh: '净额' }), /class="en".*net.*class="zh".*净额/);
  assert.equal(escapeHtml("it's"), 'it&#39;s');
});

test('data in a script cannot end the script', () => {
  const json = scriptJson({ text: '</script><!--' });
  assert.doesNotMatch(json, /[<>]/);
  assert.deepEqual(JSON.parse(json), { text: '</script><!--' });
});
