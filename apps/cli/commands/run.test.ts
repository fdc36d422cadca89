/**
 * Goal: `run` trades, tells people what came of it, and judges a run in which nothing happened.
 * Method: short sessions at full speed in this process, listened to on stderr.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { listen, quietRun, temporaryFolder } from './commands.test-support.ts';
import { runPaper } from './run.ts';

const folder = temporaryFolder();

test('a session ends well and its summary is for people', async () => {
  const session = join(folder, 'well');
  const { result, words } = await listen(() => runPaper(quietRun(session)));
  assert.equal(result, ExitCode.OK);
  for (const line of [
    /DOGEUSDT paper, profile naive-touch, seed 7, feed synthetic/,
    /events {6}\d+/,
    /0 open at the end/,
    /own fills {3}[1-9]\d*/,
    /net PnL .*residual -?0\.0000000\d/,
    /verdict {5}(red|green): /,
    /synthetic: not evidence/,
    /state [0-9a-f]{64}/,
  ]) {
    assert.match(words, line);
  }
  assert.ok(words.includes(session));
});

test('a run without own fills where fills must come is a failed run', async () => {
  const session = join(folder, 'idle');
  // No open order is allowed, so none is ever sent.
  const options = quietRun(session, { set: ['limits.maxOpenOrders=0'] });
  const { result, words } = await listen(() => runPaper(options));
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /FAILED {6}below the minimum/);
});

for (const [change, where] of [
  [{ speed: '0' }, '--speed'],
  [{ speed: 'NaN' }, '--speed'],
  [{ duration: '-5s' }, '--duration'],
  [{ duration: 'soon' }, '--duration'],
] as const) {
  test(`${JSON.stringify(change)} is refused by its flag`, async () => {
    const session = join(folder, 'refused');
    await assert.rejects(
      runPaper(quietRun(session, change)),
      (error) =>
        error instanceof CliError && error.exitCode === ExitCode.USAGE && error.where === where,
    );
    assert.ok(!existsSync(session));
  });
}

test('a feed without a spot recording cannot be quoted on', async () => {
  const file = join(folder, 'usdm.txt');
  const lines = [
    '1795305600200000000 {"stream":"dogeusdt@bookTicker","data":{"e":"bookTicker","u":101,"s":"DOGEUSDT","b":"0.16000","B":"5","a":"0.16001","A":"6","T":1795305600199,"E":1795305600199}}',
    '1795305600210000000 {"stream":"dogeusdt@depth","data":{"e":"depthUpdate","E":1795305600200,"T":1795305600200,"s":"DOGEUSDT","U":101,"u":101,"pu":100,"b":[["0.16000","5"]],"a":[]}}',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const options = quietRun(join(folder, 'refused'), { feed: `recording:${file}` });
  await assert.rejects(
    runPaper(options),
    (error) => error instanceof CliError && /no spot recording/.test(error.message),
  );
});
