/**
 * Goal: after a kill `why` names the limit that tripped, in words and with its unit, and not before.
 * Method: a session at the touch that loses more than it is allowed, asked before and after.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ExitCode } from '#apps/cli/cli-error.ts';
import { listen, quietRun, temporaryFolder } from './commands.test-support.ts';
import { runSessionCommand } from './run.ts';
import { runWhy } from './why.ts';

const session = join(temporaryFolder(), 'killed');
const KILL = /DRAWDOWN \d\.\d+ bp from the peak of the session, allowed 1 bp/;
let told = '';

before(async () => {
  const set = ['ops.drawdownKillBps=1'];
  const { words } = await listen(() =>
    runSessionCommand(quietRun(session, { set, duration: '120s' })),
  );
  told = words;
});

test('the summary of a killed run says what tripped, with its unit', () => {
  assert.match(told, /KILLED {6}at 2026-01-05T07:5\d:\d\d\.\d{3}Z: DRAWDOWN/);
  assert.match(told, KILL);
});

test('why after a kill names reason, number and limit, on each side and for the session', async () => {
  const { result, words } = await listen(() => runWhy(session, {}));
  assert.equal(result, ExitCode.OK);
  assert.match(words, /killed at 2026-01-05T07:5\d:\d\d\.\d{3}Z: DRAWDOWN/);
  const sides = [...words.matchAll(/KILLED: killed for the rest of this session: (.*)/g)];
  assert.equal(sides.length, 2, words);
  for (const [, reason = ''] of sides) assert.match(reason, KILL);
});

test('why before the kill does not know of it', async () => {
  const { words } = await listen(() => runWhy(session, { at: '2026-01-05T07:55:01Z' }));
  assert.doesNotMatch(words, /kill/i);
});
