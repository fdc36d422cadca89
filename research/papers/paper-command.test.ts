/**
 * Goal: every paper's program takes its flags, prints one JSON object, and refuses what it cannot
 * use with exit code 2 and a remedy.
 * Method: the shared runner on a small paper, and one real program started as users start it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Paper, runPaper } from './paper-command.ts';

const paper: Paper = {
  name: 'sample',
  about: 'Adds.',
  example: '--left 1 --right -2',
  flags: {
    left: { placeholder: 'NUMBER', about: 'first', required: true },
    right: { placeholder: 'NUMBER', about: 'second' },
    count: { placeholder: 'COUNT', about: 'times' },
    verbose: { about: 'say more' },
  },
  compute: (flags) => ({
    sum: (flags.number('left') + flags.number('right', 5)) * flags.wholeNumber('count', 1),
    verbose: flags.has('verbose'),
    text: flags.text('right', 'none'),
  }),
};

test('flags become one JSON object, and negative values need no equals sign', () => {
  const outcome = runPaper(paper, ['--left', '1', '--right', '-2.5', '--verbose']);
  assert.equal(outcome.exitCode, 0);
  assert.deepEqual(JSON.parse(outcome.stdout), { sum: -1.5, verbose: true, text: '-2.5' });
  assert.match(outcome.stdout, /^[^\n]+\n$/);
  const left = runPaper(paper, ['--left=-.5']);
  assert.deepEqual(JSON.parse(left.stdout), { sum: 4.5, verbose: false, text: 'none' });
});

test('help names every flag and shows an example', () => {
  const outcome = runPaper(paper, ['--help']);
  assert.equal(outcome.exitCode, 0);
  for (const name of Object.keys(paper.flags))
    assert.match(outcome.stdout, new RegExp(`--${name}`));
  assert.match(outcome.stdout, /node research\/papers\/sample\.ts --left 1 --right -2/);
});

for (const [args, message] of [
  [[], /--left is missing: first/],
  [['--left', 'many'], /--left must be a number, not "many"/],
  [['--left', ''], /--left must be a number/],
  [['--left', '1', '--count', '1.5'], /--count must be a whole number/],
  [['--left', '1', '--up', '2'], /Unknown option '--up'/],
  [['--left', '1', 'loose'], /loose/],
  [['--left'], /left/],
] as const) {
  test(`"${args.join(' ')}" is refused with exit code 2`, () => {
    const outcome = runPaper(paper, args);
    assert.equal(outcome.exitCode, 2);
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, message);
    assert.match(outcome.stderr, /--help/);
  });
}

test('our own bug is not dressed up as a usage error', () => {
  const broken: Paper = {
    ...paper,
    compute: () => {
      throw new Error('broken');
    },
  };
  assert.throws(() => runPaper(broken, ['--left', '1']), /broken/);
});

test('a program started by a user prints to stdout and sets the exit code', () => {
  const file = fileURLToPath(new URL('./funding.ts', import.meta.url));
  const good = spawnSync(process.execPath, [file, '--premium', '-0.0012', '--interval', '8'], {
    encoding: 'utf8',
  });
  assert.equal(good.status, 0);
  assert.ok(Math.abs(JSON.parse(good.stdout).rate + 0.0007) < 1e-15);
  const bad = spawnSync(process.execPath, [file, '--premium'], { encoding: 'utf8' });
  assert.equal(bad.status, 2);
  assert.equal(bad.stdout, '');
});
