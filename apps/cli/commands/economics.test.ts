/**
 * Goal: the command keeps the contract: one JSON object on stdout, words on stderr, the right exit
 * code, and the arithmetic of DOGEUSDT at VIP0.
 * Method: the program as its user starts it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../doge-mm.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'economics-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function economics(...args: string[]) {
  const run = spawnSync(process.execPath, [PROGRAM, 'economics', ...args], { encoding: 'utf8' });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

test('DOGEUSDT at VIP0 loses about 15 bp at the touch, on a market called synthetic', () => {
  const run = economics('--symbol', 'DOGEUSDT', '--tier', 'VIP0', '--json');
  assert.equal(run.status, 0, run.stderr);
  const answer = JSON.parse(run.stdout);
  assert.equal(answer.symbol, 'DOGEUSDT');
  assert.equal(answer.synthetic, true);
  const [half, maker, taker] = answer.oneTickTouch.parts;
  assert.ok(Math.abs(half.bps - 0.3125) < 0.02);
  assert.deepEqual([maker.bps, taker.bps], [-10, -5]);
  assert.ok(answer.oneTickTouch.bps < -14.5 && answer.oneTickTouch.bps > -15.6);
  assert.ok(answer.needed.bps > 12 && answer.needed.bps < 18);
  assert.ok(answer.breakEvenMakerFeeBps < 0);
});

test('people read it on stderr, and stdout stays empty', () => {
  const run = economics('--symbol', 'ETHUSDT', '--tier', 'vip9', '--set', 'hedge=none');
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /ETHUSDT at VIP9/);
  assert.match(run.stderr, /synthetic: not evidence/);
});

test('a tier that does not exist, a symbol without a price and a perpetual alone are usage errors', () => {
  const tier = economics('--tier', 'VIP12', '--json');
  assert.equal(tier.status, 2);
  assert.match(JSON.parse(tier.stdout).error.message, /VIP12/);
  const file = join(folder, 'usdm.txt');
  writeFileSync(
    file,
    '1795305600200000000 {"e":"bookTicker","u":1,"s":"DOGEUSDT","b":"0.16000","B":"5","a":"0.16001","A":"6","T":1795305600200,"E":1795305600200}\n',
  );
  const alone = economics('--data', file, '--json');
  assert.equal(alone.status, 2);
  assert.match(JSON.parse(alone.stdout).error.message, /no spot recording/);
  const missing = economics('--data', join(folder, 'missing.gz'), '--json');
  assert.notEqual(missing.status, 0);
  assert.ok(JSON.parse(missing.stdout).error.remedy.length > 0);
});
