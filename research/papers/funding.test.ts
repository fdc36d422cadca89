/**
 * Goal: the program prints the production formula's rate and payment.
 * Method: worked numbers and refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fundingPaper } from './funding.ts';
import { runPaper } from './paper-command.ts';

interface Output {
  readonly rate: number;
  readonly cap: number | null;
  readonly payment?: number;
}

function run(...args: string[]): Output {
  const outcome = runPaper(fundingPaper, args);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout) as Output;
}

test('the rate is divided once, at the end, and then limited', () => {
  assert.equal(run('--premium', '0').rate, 0.0001);
  assert.ok(Math.abs(run('--premium', '0.0012', '--interval', '1').rate - 0.0000875) < 1e-15);
  assert.equal(run('--premium', '0.0012', '--interest', '0.0012').rate, 0.0012);
  const limited = run('--premium', '-0.1', '--interval', '4', '--cap', '0.02', '--floor', '-0.02');
  assert.equal(limited.rate, -0.02);
  assert.equal(run('--premium', '0').cap, null);
});

test('a long pays a positive rate', () => {
  const output = run('--premium', '0', '--mark', '0.16', '--position', '1000');
  assert.ok(Math.abs((output.payment ?? 0) + 0.016) < 1e-12);
});

for (const [args, message] of [
  [[], /--premium is missing/],
  [['--premium', '0', '--interval', '0'], /--interval must be above zero/],
  [['--premium', '0', '--cap', '-1', '--floor', '1'], /--floor 1 is above --cap -1/],
  [['--premium', '0', '--mark', '1'], /go together/],
] as const) {
  test(`"${args.join(' ')}" is refused`, () => {
    const outcome = runPaper(fundingPaper, args);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
