/**
 * Goal: every planted bug still fits the code it is planted in; otherwise the proof that the fault
 * world finds bugs would shrink in silence.
 * Method: each patch against the file it names, without running anything.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { patchesOf } from './planted-bug.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { patched, ROOT } from './scratch-copy.ts';

test('there are at least twenty-five, each with a name of its own', () => {
  assert.ok(PLANTED_BUGS.length >= 25, `${PLANTED_BUGS.length} bugs`);
  assert.equal(new Set(PLANTED_BUGS.map(({ name }) => name)).size, PLANTED_BUGS.length);
});

for (const bug of PLANTED_BUGS) {
  test(`${bug.name} fits ${bug.file} in exactly one place and changes it`, () => {
    for (const patch of patchesOf(bug)) {
      const text = readFileSync(join(ROOT, patch.file), 'utf8');
      assert.notEqual(patched(patch, text), text);
    }
  });
}
