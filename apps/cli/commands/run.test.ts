/**
 * Goal: `run` trades, tells people what came of it, and judges a run in which nothing happened.
 * Method: short sessions at full speed in this process, listened to on stderr.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { verifyReplay } from '#compose/replay.ts';
import { listen, quietRun, temporaryFolder } from './commands.test-support.ts';
import { runSessionCommand } from './run.ts';

const folder = temporaryFolder();

/** Settings that trade with a model whose `quote` has this body. */
function usingModel(name: string, body: string): string[] {
  const file = join(folder, name);
  writeFileSync(
    file,
    `export const createModel = () => ({ name: 'test', writeState() {}, readState() {}, quote(input, q) { ${body} } });\n`,
  );
  return ['pricing.model=user', `modelFile=${file}`];
}

test('a session ends well and its summary is for people', async () => {
  const session = join(folder, 'well');
  const { result, words } = await listen(() => runSessionCommand(quietRun(session)));
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
  const set = usingModel('idle.ts', 'q.bidDistanceTicks = q.askDistanceTicks = Infinity;');
  const options = quietRun(session, { set });
  const { result, words } = await listen(() => runSessionCommand(options));
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
      runSessionCommand(quietRun(session, change)),
      (error) =>
        error instanceof CliError && error.exitCode === ExitCode.USAGE && error.where === where,
    );
    assert.ok(!existsSync(session));
  });
}

test('a model that fails while it trades ends the session as what it is', async () => {
  const session = join(folder, 'failing');
  const body = `if (input.nowMicros > ${Date.parse('2026-01-05T07:55:20Z') * 1000} && input.nowMicros < ${Date.parse('2026-01-05T07:59:00Z') * 1000}) throw new Error('out of ideas'); q.bidDistanceTicks = q.askDistanceTicks = 1;`;
  await assert.rejects(
    runSessionCommand(quietRun(session, { set: usingModel('failing.ts', body) })),
    (error) => {
      assert.ok(error instanceof CliError, String(error));
      assert.equal(error.exitCode, ExitCode.FOUND_BAD);
      assert.equal(error.code, 'MODEL_FAILED');
      assert.equal(error.where, join(folder, 'failing.ts'));
      assert.match(error.message, /quote\(\) at 2026-01-05T07:55:2\d.* threw: out of ideas/);
      assert.match(error.remedy, /mend the model/);
      return true;
    },
  );
  assert.ok(existsSync(session), 'what was recorded until then stays');
});

test('a session of a model replays with that model, and refuses it once it was edited', async () => {
  const session = join(folder, 'modelled');
  const set = usingModel('still.ts', 'q.bidDistanceTicks = q.askDistanceTicks = 3;');
  await listen(() => runSessionCommand(quietRun(session, { set, duration: '5s' })));
  const { result } = await verifyReplay(session);
  assert.equal(result.difference, null);
  usingModel('still.ts', 'q.bidDistanceTicks = q.askDistanceTicks = 4;');
  await assert.rejects(verifyReplay(session), {
    code: 'MODEL_CHANGED',
    message: /still\.ts: the model file changed since the session began/,
  });
});

for (const [name, body, reason] of [
  ['nan.ts', 'q.bidDistanceTicks = q.askDistanceTicks = NaN;', /NaN/],
  ['throws.ts', "throw new Error('never');", /never/],
] as const) {
  test(`a model that never works is refused before a session exists: ${name}`, async () => {
    const session = join(folder, `refused-${name}`);
    await assert.rejects(
      runSessionCommand(quietRun(session, { set: usingModel(name, body) })),
      (error) => {
        assert.ok(error instanceof CliError, String(error));
        assert.equal(error.exitCode, ExitCode.USAGE);
        assert.equal(error.code, 'BAD_MODEL_FILE');
        assert.equal(error.where, join(folder, name));
        assert.match(error.message, reason);
        return true;
      },
    );
    assert.ok(!existsSync(session));
  });
}

test('a model file that is not there is refused by its key', async () => {
  const set = ['pricing.model=user', `modelFile=${join(folder, 'gone.ts')}`];
  await assert.rejects(
    runSessionCommand(quietRun(join(folder, 'refused'), { set })),
    (error) =>
      error instanceof CliError &&
      error.exitCode === ExitCode.USAGE &&
      error.where === '--set modelFile' &&
      /cannot be read \(ENOENT\)/.test(error.message),
  );
});

test('a busy port of the live page leaves no session behind', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const session = join(folder, 'portless');
  const options = quietRun(session, { dashboard: true, speed: '1', port: String(port) });
  try {
    await assert.rejects(
      runSessionCommand(options),
      (error) =>
        error instanceof CliError &&
        error.exitCode === ExitCode.ENVIRONMENT &&
        error.code === 'EADDRINUSE' &&
        error.message.includes(String(port)),
    );
  } finally {
    server.close();
  }
  assert.ok(!existsSync(session));
});

test('a feed without a spot recording cannot be quoted on', async () => {
  const file = join(folder, 'usdm.txt');
  const lines = [
    '1795305600200000000 {"stream":"dogeusdt@bookTicker","data":{"e":"bookTicker","u":101,"s":"DOGEUSDT","b":"0.16000","B":"5","a":"0.16001","A":"6","T":1795305600199,"E":1795305600199}}',
    '1795305600210000000 {"stream":"dogeusdt@depth","data":{"e":"depthUpdate","E":1795305600200,"T":1795305600200,"s":"DOGEUSDT","U":101,"u":101,"pu":100,"b":[["0.16000","5"]],"a":[]}}',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const options = quietRun(join(folder, 'refused'), { feed: `recording:${file}` });
  await assert.rejects(
    runSessionCommand(options),
    (error) => error instanceof CliError && /no spot recording/.test(error.message),
  );
});
