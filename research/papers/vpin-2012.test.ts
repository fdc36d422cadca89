/**
 * Goal: the program prints every closed bucket and the production estimator's value after each trade.
 * Method: hand-computed lists and refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { runPaper } from './paper-command.ts';
import { vpinPaper } from './vpin-2012.ts';

interface Output {
  readonly bucketImbalances: readonly number[];
  readonly values: readonly (number | null)[];
  readonly value: number | null;
}

function run(...args: string[]): Output {
  const outcome = runPaper(vpinPaper, args);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout) as Output;
}

test('overfilling trades are split and the value waits for n buckets', () => {
  const output = run('--bucket', '100', '--n', '2', '--trades', '60,-25,40,-75,300');
  assert.deepEqual(output.bucketImbalances, [50, 50, 100, 100, 100]);
  assert.deepEqual(output.values, [null, null, null, 0.5, 1]);
  assert.equal(output.value, 1);
});

test('decimal volumes and a leading sell are exact', () => {
  const output = run('--bucket', '0.3', '--n', '1', '--trades', '-0.1,-0.1,0.1,0.2');
  assert.deepEqual(output.bucketImbalances, [0.1]);
  assert.deepEqual(output.values, [null, null, 1 / 3, 1 / 3]);
});

for (const [args, message] of [
  [['--bucket', '0', '--n', '1', '--trades', '1'], /--bucket must be above zero/],
  [['--bucket', 'x', '--n', '1', '--trades', '1'], /--bucket: not a decimal number/],
  [['--bucket', '1', '--n', '0', '--trades', '1'], /--n must be at least 1/],
  [['--bucket', '1', '--n', '1', '--trades', ','], /--trades is empty/],
  [['--bucket', '1', '--n', '1', '--trades', '1,b'], /--trades: not a decimal number/],
  [['--bucket', '1', '--n', '1', '--trades', '9000000'], /choose a larger --bucket/],
] as const) {
  test(`"${args.join(' ')}" is refused`, () => {
    const outcome = runPaper(vpinPaper, args);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
