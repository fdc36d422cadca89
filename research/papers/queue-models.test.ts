/**
 * Goal: the program walks through the production model, step by step.
 * Method: hand-computed stories in both variants, then refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { runPaper } from './paper-command.ts';
import { queueModelsPaper } from './queue-models.ts';

interface Output {
  readonly model: string;
  readonly variant: string;
  readonly steps: readonly {
    readonly step: string;
    readonly ahead: number;
    readonly executable: number;
    readonly filled: number;
  }[];
}

function run(...args: string[]): Output {
  const outcome = runPaper(queueModelsPaper, args);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout) as Output;
}

test('the variants part after a trade', () => {
  const steps = 'depth:100>90 trade:20 depth:90>60';
  const aheadOf = (variant: string): number[] =>
    run('--model', 'power:2', '--variant', variant, '--ahead', '80', '--steps', steps).steps.map(
      (step) => step.ahead,
    );
  const first = 80 - 10 * (6_400 / 6_800);
  const second = first - 20;
  const published = aheadOf('published');
  const strict = aheadOf('strict');
  const expectThird = (back: number): number =>
    second - 10 * (second ** 2 / (second ** 2 + back ** 2));
  assert.ok(Math.abs((published[0] ?? 0) - first) < 1e-9);
  assert.ok(Math.abs((strict[1] ?? 0) - second) < 1e-9);
  assert.ok(Math.abs((published[2] ?? 0) - expectThird(90 - second)) < 1e-9);
  assert.ok(Math.abs((strict[2] ?? 0) - expectThird(90 - 20 - second)) < 1e-9);
});

test('what reaches us is counted, and capped by the size of the order', () => {
  const args = ['--model', 'risk-averse', '--ahead', '10', '--steps', 'trade:15, trade:4 trade:9'];
  assert.deepEqual(
    run(...args).steps.map((step) => [step.ahead, step.executable, step.filled]),
    [
      [0, 5, 5],
      [0, 4, 9],
      [0, 9, 18],
    ],
  );
  assert.deepEqual(
    run(...args, '--quantity', '7').steps.map((step) => step.executable),
    [5, 2, 0],
  );
  assert.equal(run(...args).variant, 'strict');
  assert.equal(run(...args).model, 'risk-averse');
});

for (const [args, message] of [
  [
    ['--model', 'power:2', '--ahead', '80', '--steps', 'depth:100'],
    /write trade:20 or depth:100>90/,
  ],
  [['--model', 'power:2', '--ahead', '80', '--steps', ' '], /--steps is empty/],
  [['--model', 'fast', '--ahead', '80', '--steps', 'trade:1'], /unknown queue model "fast"/],
  [['--model', 'log', '--ahead', '-1', '--steps', 'trade:1'], /--ahead/],
  [['--model', 'log', '--variant', 'x', '--ahead', '1', '--steps', 'trade:1'], /published, strict/],
] as const) {
  test(`"${args.join(' ')}" is refused`, () => {
    const outcome = runPaper(queueModelsPaper, args);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
