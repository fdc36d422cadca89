/**
 * Goal: a run that is written down is the same run when it is read, and nothing else passes for one.
 * Method: written and read again; files with one thing wrong.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { readScript, ScriptFileError, writeScript } from './script-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'script-file-'));
after(() => rmSync(folder, { recursive: true }));

const RUN = {
  ...{ seed: 7, hours: 0.2, endMicros: 300_000_000 },
  script: drawScript({ seed: 7, hours: 0.2, names: FAULT_NAMES }),
};

test('what is written is read again, in a folder that was not there', () => {
  const file = join(folder, 'new', 'seed-7.json');
  for (const run of [RUN, { ...RUN, script: [] }, { ...RUN, endMicros: null }]) {
    writeScript(file, run);
    assert.deepEqual(readScript(file), run);
  }
});

test('a window a line, so that people can take one out', () => {
  const file = join(folder, 'lines.json');
  writeScript(file, RUN);
  const lines = readFileSync(file, 'utf8').split('\n');
  assert.equal(lines.filter((line) => line.includes('"salt"')).length, RUN.script.length);
});

const [window] = RUN.script;
for (const [why, content] of [
  ['cannot be read', '{'],
  ['it is no object', '7'],
  ['"seed" is no number', JSON.stringify({ ...RUN, seed: '7' })],
  ['"endMicros" is no number', JSON.stringify({ ...RUN, endMicros: '1' })],
  ['"script" is no list', JSON.stringify({ ...RUN, script: {} })],
  [
    'window 1 is of no known fault: rain',
    JSON.stringify({ ...RUN, script: [{ ...window, name: 'rain' }] }),
  ],
  [
    'window 2 has no number "salt"',
    JSON.stringify({ ...RUN, script: [window, { ...window, salt: 'x' }] }),
  ],
] as const) {
  test(`a file is refused with the reason: ${why}`, () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, content);
    assert.throws(
      () => readScript(file),
      (error) => error instanceof ScriptFileError && error.message.includes(why),
    );
  });
}

test('a file that is not there is refused by its name', () => {
  assert.throws(() => readScript(join(folder, 'none.json')), ScriptFileError);
});
