/**
 * Goal: `replay` and `why` tell people the truth about a session: proven, cut, damaged, and why a
 * side was not quoted at a moment.
 * Method: one recorded session, read whole, then spoiled.
 */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { listen, quietRun, temporaryFolder } from './commands.test-support.ts';
import { runReplay } from './replay.ts';
import { runPaper } from './run.ts';
import { runWhy } from './why.ts';

const folder = temporaryFolder();
const session = join(folder, 'recorded');

before(async () => {
  const options = quietRun(session, { profile: 'floor', duration: '30s' });
  const { result } = await listen(() => runPaper(options));
  assert.equal(result, ExitCode.OK);
});

function copy(name: string): string {
  const directory = join(folder, name);
  cpSync(session, directory, { recursive: true });
  return directory;
}

test('a whole session is proven at its checkpoints', async () => {
  const { result, words } = await listen(() => runReplay(session, { verify: true }));
  assert.equal(result, ExitCode.OK);
  assert.match(words, /same commands and state at all [1-9]\d* checkpoints, up to event \d+/);
  assert.match(words, /commands [0-9a-f]{64}/);
});

test('without --verify it says how far it got, and stops where it is told', async () => {
  const whole = await listen(() => runReplay(session, {}));
  assert.equal(whole.result, ExitCode.OK);
  const events = (words: string): number => Number(/ (\d+) events replayed/.exec(words)?.[1]);
  const part = await listen(() => runReplay(session, { until: '2026-01-05T07:55:10Z' }));
  assert.ok(events(part.words) < events(whole.words));
  assert.match(part.words, /up to 2026-01-05T07:55:(10\.000|09\.\d+)Z/);
  await assert.rejects(
    runReplay(session, { until: 'noon' }),
    (error) => error instanceof CliError && error.where === '--until',
  );
});

test('a cut session is replayed as far as it goes and is not called good', async () => {
  const directory = copy('cut');
  const segment = join(directory, 'segment-000001.journal');
  truncateSync(segment, readFileSync(segment).length - 70);
  const { result, words } = await listen(() => runReplay(directory, { verify: true }));
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /closing record is missing/);
  assert.match(words, /torn tail in segment-000001\.journal at byte \d+/);
});

test('a damaged session is named with segment, offset and event', async () => {
  const directory = copy('damaged');
  const segment = join(directory, 'segment-000001.journal');
  const bytes = readFileSync(segment);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(segment, bytes);
  const { result, words } = await listen(() => runReplay(directory, { verify: true }));
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /DAMAGED/);
  assert.match(words, /segment segment-000001\.journal, offset \d+, after event \d+/);
  await assert.rejects(
    runWhy(directory, {}),
    (error) =>
      error instanceof CliError &&
      error.exitCode === ExitCode.FOUND_BAD &&
      error.code === 'JOURNAL_DAMAGED' &&
      error.where === directory,
  );
});

test('why names each side with the number that blocks it or the price it stands at', async () => {
  const { result, words } = await listen(() => runWhy(session, {}));
  assert.equal(result, ExitCode.OK);
  assert.match(words, /DOGEUSDT, profile floor, at 2026-01-05T07:55:/);
  for (const side of ['bid', 'ask']) {
    assert.match(words, new RegExp(` ${side}: (quoted at L\\d|not quoted)`));
  }
  assert.match(words, /from fair: fee 10\.00 \+ adverse selection/);
});

test('why of one side and one moment speaks of nothing else', async () => {
  // The very first moment: the session has started, the market has not been seen.
  const at = '2026-01-05T07:55:00.000Z';
  const { words } = await listen(() => runWhy(session, { side: 'bid', at }));
  assert.match(words, / bid: not quoted/);
  assert.doesNotMatch(words, / ask: /);
  assert.match(words, /[A-Z_]{5,}: \S/, 'a reason with its words');
});
