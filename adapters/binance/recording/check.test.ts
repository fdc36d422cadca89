/**
 * Goal: the check finds what is wrong with a recording and nothing else.
 * Method: the four real recordings must be good; damaged copies of one must be found bad in the right
 * column; small made-up recordings of both markets for the rest.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { recordingPath, skipWithoutRecordings } from '#adapters/binance/decoding.test-support.ts';
import { checkRecordings, type FileCheck } from './check.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = skipWithoutRecordings;

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function checkOne(path: string): Promise<FileCheck> {
  const [row] = (await checkRecordings([path])).files;
  assert.ok(row);
  return row;
}

const GOOD = [
  [
    'spot-btcusdt',
    {
      messages: 41_249,
      depth: 3_451,
      bookTicker: 28_040,
      trades: 9_757,
      compared: 564,
      comparedInForce: 3_450,
    },
    { bidPrice: '61685.99', bidQuantity: '1.00870', askPrice: '61686.00', askQuantity: '2.29327' },
  ],
  [
    'spot-ethusdt',
    {
      messages: 33_618,
      depth: 3_434,
      bookTicker: 24_077,
      trades: 6_106,
      compared: 577,
      comparedInForce: 3_433,
    },
    { bidPrice: '2682.50', bidQuantity: '3.3168', askPrice: '2682.51', askQuantity: '48.9739' },
  ],
  [
    'usdm-btcusdt',
    {
      messages: 93_954,
      depth: 6_551,
      bookTicker: 66_089,
      trades: 21_313,
      compared: 629,
      comparedInForce: 6_547,
    },
    { bidPrice: '61659.7', bidQuantity: '1.486', askPrice: '61659.8', askQuantity: '0.981' },
  ],
  [
    'usdm-ethusdt',
    {
      messages: 74_655,
      depth: 6_586,
      bookTicker: 53_992,
      trades: 14_076,
      compared: 551,
      comparedInForce: 6_580,
    },
    { bidPrice: '2681.38', bidQuantity: '8.486', askPrice: '2681.39', askQuantity: '22.624' },
  ],
] as const;

test('the four recordings have no gap and their books agree with bookTicker wherever comparable', {
  skip,
}, async () => {
  const report = await checkRecordings(GOOD.map(([name]) => recordingPath(name)));
  assert.equal(report.ok, true);
  for (const [index, [name, counts, top]] of GOOD.entries()) {
    const row = report.files[index];
    assert.ok(row);
    assert.equal(row.file, recordingPath(name));
    assert.deepEqual({ ...row, ...counts }, row, name);
    assert.deepEqual(row.finalTop, top);
    const { gaps, crossed, tradeIdJumps, malformed, outOfOrder, tornLines } = row;
    assert.deepEqual([gaps, crossed, tradeIdJumps, malformed, outOfOrder], [0, 0, 0, 0, 0]);
    assert.deepEqual([row.mismatched, row.mismatchedInForce, tornLines], [0, 0, 0]);
    assert.ok(row.levels.bid > 1_000 && row.levels.ask > 1_000);
    const { p50, p99 } = row.feedLatencyMicros;
    assert.ok(p50 !== null && p99 !== null && p50 > 0 && p50 < p99);
  }
});

/** The first lines of the spot ETHUSDT recording. */
function realLines(count: number): string[] {
  const text = gunzipSync(readFileSync(recordingPath('spot-ethusdt'))).toString('utf8');
  return text.split('\n').slice(0, count);
}
const isDepth = (line: string) => line.includes('"depthUpdate"');
const isTicker = (line: string) => line.includes('@bookTicker"');
const isTrade = (line: string) => line.includes('"e":"trade"');

/** Index of the nth line of a kind. */
function nth(lines: readonly string[], n: number, is: (line: string) => boolean): number {
  const found = lines.flatMap((line, index) => (is(line) ? [index] : []))[n];
  assert.ok(found !== undefined);
  return found;
}

test('each kind of damage shows in its own column', { skip }, async () => {
  const lines = realLines(5_000);
  const whole = await checkOne(file('whole.txt', lines));
  assert.deepEqual(whole.problems, []);
  const without = (index: number) => lines.toSpliced(index, 1);
  const depthAt = nth(lines, 300, isDepth);

  const gap = await checkOne(file('gap.txt', without(depthAt)));
  assert.equal(gap.gaps, 1);
  assert.equal(gap.mismatched, 0);
  assert.equal(gap.finalTop, null);
  assert.ok(gap.compared < whole.compared);
  assert.ok(gap.comparedInForce < whole.comparedInForce);

  const missingTrade = await checkOne(file('trade.txt', without(nth(lines, 100, isTrade))));
  assert.equal(missingTrade.tradeIdJumps, 1);
  assert.equal(missingTrade.gaps, 0);

  // A bookTicker with the id at which a depth message ends, as the check's first rows hold them.
  const ids = new Set(lines.filter(isDepth).map((line) => /"u":(\d+)/.exec(line)?.[1]));
  const tickerAt = nth(lines, 50, (line) => isTicker(line) && ids.has(/"u":(\d+)/.exec(line)?.[1]));
  const wrong = (lines[tickerAt] ?? '').replace(/"B":"\d+/, '"B":"987654');
  const contradicted = await checkOne(file('ticker.txt', lines.with(tickerAt, wrong)));
  assert.equal(contradicted.mismatched, 1);
  assert.ok(contradicted.mismatchedInForce >= 1);
  assert.equal(contradicted.compared, whole.compared);
  assert.match(contradicted.problems.join(), /^1 tops unlike bookTicker at the same update id/);

  const repeated = await checkOne(
    file('repeated.txt', lines.toSpliced(depthAt, 0, lines[depthAt] ?? '')),
  );
  assert.equal(repeated.gaps, 0);
  assert.equal(repeated.outOfOrder, 1);

  const noise = await checkOne(file('noise.txt', lines.toSpliced(depthAt, 0, 'noise')));
  assert.equal(noise.malformed, 1);
  assert.match(noise.problems.join(), /1 unusable lines, the last: .*noise\.txt:/);
  assert.equal(noise.messages, whole.messages);
});

test('a correct recording with a thinned bookTicker stream is good: no equal update id disagrees', {
  skip,
}, async () => {
  const lines = realLines(5_000);
  let tickers = 0;
  const thinned = lines.filter((line) => {
    if (!isTicker(line)) return true;
    tickers += 1;
    return tickers % 3 === 0;
  });
  const row = await checkOne(file('thinned.txt', thinned));
  assert.deepEqual(row.problems, []);
  assert.ok(row.compared > 10, String(row.compared));
  assert.equal(row.mismatched, 0);
  assert.ok(row.comparedInForce > row.compared);
  assert.ok(row.mismatchedInForce > 0, 'what was thinned away is missed in between');
});

test('a book that ends at the newest bookTicker is compared without waiting for another', async () => {
  const row = await checkOne(file('last-equal.txt', stamped(PERPETUAL.slice(0, 3))));
  assert.deepEqual([row.compared, row.comparedInForce, row.mismatched], [1, 1, 0]);
});

test('a recording cut in two files is checked as one', { skip }, async () => {
  const lines = realLines(4_000);
  const whole = await checkOne(file('one.txt', lines));
  const parts = [file('part-1.txt', lines.slice(0, 1_500)), file('part-2.txt', lines.slice(1_500))];
  const report = await checkRecordings(parts);
  assert.equal(report.ok, true, JSON.stringify(report.files));
  const keys = ['messages', 'depth', 'compared', 'comparedInForce', 'trades'] as const;
  const sum = (key: (typeof keys)[number]) =>
    report.files.reduce((total, row) => total + row[key], 0);
  for (const key of keys) {
    assert.equal(sum(key), whole[key], key);
  }
  assert.deepEqual(report.files[1]?.finalTop, whole.finalTop);
  assert.equal(report.files[0]?.clockOffsetMicros, whole.clockOffsetMicros);
});

test('blank lines and a byte order mark are nothing; a torn last line is told and counted', async () => {
  const lines = stamped(PERPETUAL);
  const content = `\uFEFF${lines.join('\n\n \r\n')}\n\n`;
  const blank = join(folder, 'blank.txt');
  writeFileSync(blank, content);
  const good = await checkOne(blank);
  assert.deepEqual(good.problems, []);
  assert.deepEqual([good.messages, good.malformed, good.tornLines], [lines.length, 0, 0]);
  const torn = join(folder, 'torn.txt');
  writeFileSync(torn, `${lines.join('\n')}\n${lines[0]?.slice(0, 60)}`);
  const row = await checkOne(torn);
  assert.deepEqual([row.messages, row.malformed, row.tornLines], [lines.length, 0, 1]);
  assert.match(row.problems.join(), /^1 torn last line: .*torn\.txt:11: /);
});

test('a receive clock an hour away from the venue is a problem, and its latency no number', async () => {
  const hourLate = PERPETUAL.map(
    (message, index) => `${1_795_309_200_010 + index}000000 ${message}`,
  );
  const row = await checkOne(file('hour-late.txt', hourLate));
  assert.match(row.problems.join(), /^10 messages took more than 1000 s.*receive clock/);
  assert.deepEqual(row.feedLatencyMicros, { p50: null, p99: null });
});

test('bad lines are counted on the file they stand in', async () => {
  const first = file('bad-1.txt', stamped(PERPETUAL.slice(0, 3)));
  const second = file('bad-2.txt', ['noise', ...stamped(PERPETUAL).slice(3), 'noise']);
  const { files, ok } = await checkRecordings([first, second]);
  assert.equal(ok, false);
  assert.deepEqual(
    files.map((row) => row.malformed),
    [0, 2],
  );
  assert.deepEqual(files[0]?.problems, []);
  // Named twice, a file is read once and answered twice.
  assert.equal((await checkRecordings([first, first])).files.length, 2);
});

/** A USD-M recording of a symbol that is not bundled, with finer prices than any that is. */
const PERPETUAL = [
  '{"e":"depthUpdate","E":1795305600001,"T":1795305600000,"s":"NEWUSDT","U":5,"u":9,"pu":3,"b":[],"a":[]}',
  '{"lastUpdateId":12,"E":1795305600001,"T":1795305600000,"bids":[["0.0012345","10.5"]],"asks":[["0.0012346","7"]]}',
  '{"e":"bookTicker","u":12,"s":"NEWUSDT","b":"0.0012345","B":"10.5","a":"0.0012346","A":"7","T":1795305600002,"E":1795305600002}',
  '{"e":"depthUpdate","E":1795305600003,"T":1795305600003,"s":"NEWUSDT","U":11,"u":14,"pu":9,"b":[["0.0012344","3"]],"a":[]}',
  '{"e":"depthUpdate","E":1795305600004,"T":1795305600004,"s":"NEWUSDT","U":20,"u":22,"pu":14,"b":[["0.0012345","0"]],"a":[]}',
  '{"e":"bookTicker","u":21,"s":"NEWUSDT","b":"0.0012344","B":"3","a":"0.0012346","A":"7","T":1795305600004,"E":1795305600004}',
  '{"e":"trade","E":1795305600004,"T":1795305600004,"s":"NEWUSDT","t":1,"p":"0.0012345","q":"10.5","X":"MARKET","m":true}',
  '{"e":"trade","E":1795305600005,"T":1795305600005,"s":"NEWUSDT","t":2,"p":"0","q":"0","X":"NA","m":true}',
  '{"e":"trade","E":1795305600006,"T":1795305600006,"s":"NEWUSDT","t":3,"p":"0.0012344","q":"1","X":"MARKET","m":true}',
  '{"e":"bookTicker","u":25,"s":"NEWUSDT","b":"0.0012344","B":"2","a":"0.0012346","A":"7","T":1795305600006,"E":1795305600006}',
];
const stamped = (messages: readonly string[]) =>
  messages.map((message, index) => `${1_795_305_600_010 + index}000000 ${message}`);

test('a symbol without bundled rules is checked with the precision found in the file', async () => {
  const row = await checkOne(file('new.txt', stamped(PERPETUAL)));
  assert.deepEqual(row.problems, []);
  assert.equal(row.market, 'usdm');
  assert.equal(row.symbol, 'NEWUSDT');
  // The snapshot at 12, the depth up to 14 and the one up to 22; bookTickers end at 12, 21 and 25.
  assert.equal(row.comparedInForce, 3);
  assert.equal(row.mismatchedInForce, 0);
  assert.equal(row.compared, 1);
  assert.equal(row.mismatched, 0);
  assert.equal(row.trades, 3);
  assert.deepEqual(row.finalTop, {
    bidPrice: '0.0012344',
    bidQuantity: '3.0',
    askPrice: '0.0012346',
    askQuantity: '7.0',
  });
});

test('crossed tops are counted, and an empty side is no cross', async () => {
  const crossed =
    '{"e":"bookTicker","u":30,"s":"NEWUSDT","b":"0.0012346","B":"2","a":"0.0012346","A":"7","T":1795305600006,"E":1795305600006}';
  const empty = crossed.replace('"u":30', '"u":31').replace('"a":"0.0012346"', '"a":"0"');
  const row = await checkOne(file('crossed.txt', stamped([...PERPETUAL, crossed, empty])));
  assert.equal(row.crossed, 1);
});

test('a recording without a snapshot says that nothing could be compared', async () => {
  const row = await checkOne(file('no-snapshot.txt', stamped(PERPETUAL.toSpliced(1, 1))));
  assert.equal(row.comparedInForce, 0);
  assert.equal(row.finalTop, null);
  assert.match(row.problems.join(), /could not be compared once: is there a snapshot/);
});

test('an emptied side of the book is shown as nothing', async () => {
  const emptied =
    '{"e":"depthUpdate","E":1795305600004,"T":1795305600004,"s":"NEWUSDT","U":23,"u":24,"pu":22,"b":[["0.0012344","0"]],"a":[]}';
  const row = await checkOne(file('emptied.txt', stamped([...PERPETUAL, emptied])));
  assert.equal(row.finalTop?.bidPrice, null);
  assert.equal(row.finalTop?.bidQuantity, null);
  assert.equal(row.finalTop?.askPrice, '0.0012346');
});
