/**
 * Goal: `run` ends in order however it is asked to, answers in one JSON object, and refuses bad
 * wishes with the exit code, the place and the remedy of its contract.
 * Method: the real program as a child process, with signals.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  type ErrorAnswer,
  oneObject,
  Program,
  run,
  runJson,
  temporaryFolder,
} from './command-line.test-support.ts';

const folder = temporaryFolder();
const QUOTING = ['--no-dashboard', '--set', 'profile=naive-touch', '--seed', '7'];

interface Summary {
  readonly orders: { readonly sent: number; readonly openAtEnd: number };
  readonly fills: { readonly count: number };
  readonly hashes: { readonly journal: string };
  readonly balances: Readonly<Record<string, { readonly locked: string }>>;
  readonly session: string;
}

/** Journaled so far: by then it has quoted for a while. */
const TRADING_BYTES = 300_000;

/** Starts a session paced at 40 times real time and waits until it is trading. */
async function startPaced(name: string, ...more: string[]): Promise<Program> {
  const session = join(folder, name);
  const program = new Program(['run', ...QUOTING, '--speed', '40', '--session', session, ...more]);
  const segment = join(session, 'segment-000001.journal');
  const isTrading = (): boolean => existsSync(segment) && statSync(segment).size >= TRADING_BYTES;
  while (!isTrading() && program.child.exitCode === null) await setTimeout(20);
  return program;
}

test('Ctrl-C pulls the quotes, prints the summary and ends with 130, also when pressed twice', async () => {
  const program = await startPaced('interrupted', '--json');
  program.child.kill('SIGINT');
  await setTimeout(5);
  program.child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await program.ended;
  assert.equal(exitCode, 130, stderr);
  const summary = oneObject<Summary>(stdout, stderr);
  assert.ok(summary.orders.sent > 0, 'it was trading');
  assert.equal(summary.orders.openAtEnd, 0);
  assert.equal(summary.balances['USDT']?.locked, '0.00000000');
  const { exitCode: proven } = await runJson(['replay', summary.session, '--verify']);
  assert.equal(proven, 0, 'an interrupted session is whole');
});

test('SIGTERM ends in order with 0 and a summary for people', async () => {
  const program = await startPaced('terminated');
  program.child.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await program.ended;
  assert.equal(exitCode, 0, stderr);
  assert.equal(stdout, '', 'words for people go to stderr');
  assert.match(stderr, / 0 open at the end/);
  assert.match(stderr, /hashes {6}journal [0-9a-f]{64}/);
});

test('a session of given length answers with one object and proves itself', async () => {
  const session = join(folder, 'short');
  const args = ['run', ...QUOTING, '--duration', '20s', '--speed', 'max', '--session', session];
  const { exitCode, answer } = await runJson<Summary>(args);
  assert.equal(exitCode, 0);
  assert.equal(answer.session, session);
  assert.equal(answer.orders.openAtEnd, 0);
  assert.match(answer.hashes.journal, /^[0-9a-f]{64}$/);

  const again = await runJson<ErrorAnswer>(args);
  assert.equal(again.exitCode, 3, 'a recorded session is never written over');
  assert.equal(again.answer.error.code, 'SESSION_EXISTS');
  assert.equal(again.answer.error.where, session);
  assert.match(again.answer.error.remedy, /--session/);

  const why = await runJson<{ sides: { side: string; words: string }[] }>(['why', session]);
  assert.equal(why.exitCode, 0);
  assert.deepEqual(
    why.answer.sides.map((side) => side.side),
    ['bid', 'ask'],
  );
});

test('a refused configuration names line, reason and remedy, and leaves nothing behind', async () => {
  const file = join(folder, 'refused.yaml');
  writeFileSync(file, 'symbol: DOGEUSDT\nlimits:\n  maxOrderNotional: "-5"\n  maxOpenOrder: 3\n');
  const session = join(folder, 'never');
  const args = ['run', '--config', file, '--session', session, '--no-dashboard'];
  const { exitCode, answer } = await runJson<ErrorAnswer>(args);
  assert.equal(exitCode, 2);
  const { code, message, where, remedy } = answer.error;
  assert.equal(code, 'BAD_CONFIGURATION');
  assert.ok(where.startsWith(`${file}:3`), where);
  assert.match(message, /refused\.yaml:3:\d+ limits\.maxOrderNotional/);
  assert.match(message, /refused\.yaml:4:\d+ limits\.maxOpenOrder: unknown key/);
  assert.notEqual(remedy, '');
  assert.ok(!readdirSync(folder).includes('never'));
});

/** Bad wishes: what is typed, the exit code, the code and a word that must stand in place or remedy. */
const REFUSALS: readonly [args: string[], exitCode: number, code: string, where: RegExp][] = [
  [['run', '--bogus'], 2, 'BAD_USAGE', /--bogus/],
  [['nonsense'], 2, 'BAD_USAGE', /nonsense/],
  [['run', '--speed', 'fast'], 2, 'BAD_USAGE', /--speed/],
  [['run', '--duration', '10'], 2, 'BAD_USAGE', /--duration/],
  [['run', '--set', 'limits'], 2, 'BAD_USAGE', /--set/],
  [['run', '--symbol', 'NOSUCHUSDT'], 2, 'BAD_CONFIGURATION', /simulation\.startPrice/],
  [['run', '--config', '/nowhere/config.yaml'], 3, 'FILE_NOT_READABLE', /nowhere/],
  [['run', '--feed', 'recording:/nowhere/spot.gz'], 3, 'FILE_NOT_READABLE', /nowhere/],
  [['backtest', '--data', '/nowhere/spot.gz'], 3, 'FILE_NOT_READABLE', /nowhere/],
  [['backtest'], 2, 'BAD_USAGE', /backtest/],
  [['replay', '/nowhere'], 3, 'SESSION_MISSING', /nowhere/],
  [['why', '/nowhere/latest'], 3, 'SESSION_MISSING', /nowhere/],
];

for (const [args, exitCode, code, where] of REFUSALS) {
  test(`\`${args.join(' ')}\` ends with ${exitCode} and says ${code}`, async () => {
    const session = join(folder, 'refused');
    const named = ['run', 'backtest'].includes(args[0] ?? '') ? ['--session', session] : [];
    const ended = await runJson<ErrorAnswer>([...args, ...named]);
    assert.equal(ended.exitCode, exitCode, JSON.stringify(ended.answer));
    const { error } = ended.answer;
    assert.equal(error.code, code);
    assert.match(error.where, where);
    assert.notEqual(error.message, '');
    assert.notEqual(error.remedy, '');
    assert.ok(!readdirSync(folder).includes('refused'), 'no folder of a session that never was');
  });
}

test('a model file that is no model is refused before a session exists', async () => {
  const file = join(folder, 'model.ts');
  writeFileSync(file, 'export const nothing = 1;\n');
  const args = ['run', '--set', 'pricing.model=user', '--set', `modelFile=${file}`];
  const session = join(folder, 'modelless');
  const ended = await runJson<ErrorAnswer>([...args, '--session', session, '--no-dashboard']);
  assert.equal(ended.exitCode, 2);
  assert.equal(ended.answer.error.code, 'BAD_MODEL_FILE');
  assert.equal(ended.answer.error.where, file);
  assert.ok(!readdirSync(folder).includes('modelless'));
});

test('a session folder that cannot be made is the environment’s fault', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const args = ['run', '--duration', '1s', '--speed', 'max', '--no-dashboard'];
  const ended = await runJson<ErrorAnswer>([...args, '--session', join(file, 'inside')]);
  assert.equal(ended.exitCode, 3, JSON.stringify(ended.answer));
  assert.equal(ended.answer.error.code, 'STORAGE_FAILED');
  assert.match(ended.answer.error.where, /a-file/);
});

test('an error for people stands on stderr with its place and its remedy', async () => {
  mkdirSync(join(folder, 'empty'));
  const { exitCode, stdout, stderr } = await run(['replay', join(folder, 'empty'), '--verify']);
  assert.equal(exitCode, 3);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: /);
  assert.match(stderr, /where: .*empty/);
  assert.match(stderr, /remedy: name the folder of a recorded session/);
});
