/** Goal: seeds are read as people write them, and nothing else is taken for a seed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from './cli-error.ts';
import { readSeeds } from './seed-range.ts';

test('one number is one seed, a range includes both ends', () => {
  assert.deepEqual(readSeeds('7', '--seed'), [7]);
  assert.deepEqual(readSeeds('3..6', '--seeds'), [3, 4, 5, 6]);
  assert.deepEqual(readSeeds('5..5', '--seeds'), [5]);
});

for (const text of ['', 'x', '-1', '1.5', '5..3', '1..', '1...3', '1..99999999', '1-3', '1e3']) {
  test(`"${text}" is refused with the flag's name`, () => {
    assert.throws(
      () => readSeeds(text, '--seeds'),
      (error) => error instanceof CliError && error.where === '--seeds' && error.exitCode === 2,
    );
  });
}
