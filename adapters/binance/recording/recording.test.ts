/**
 * Goal: recordings become events with honest times, file after file, and bad lines are named.
 * Method: small files of every kind in a temporary folder, then the four real recordings, on which the
 * two frame decoders must agree line by line.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  AT,
  plain,
  recordingPath,
  skipWithoutRecordings,
  testInstrument,
} from '#adapters/binance/decoding.test-support.ts';
import { DecodedKind } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { Market } from '#contracts/instrument.ts';
import { type DurationMicros, durationMicros } from '#units/integers.ts';
import { identifyRecording } from './identify.ts';
import { LineFile } from './lines.ts';
import { commonClockOffset, RecordingReader, type RecordingReaderOptions } from './recording.ts';
import { RecordingError, type RecordingErrorCode } from './recording-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'recording-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SPOT = testInstrument(Market.SPOT);
const PERPETUAL = testInstrument(Market.PERPETUAL);
const ticker = (id: number) =>
  `{"stream":"dogeusdt@bookTicker","data":{"u":${id},"s":"DOGEUSDT","b":"0.16","B":"4","a":"0.17","A":"5"}}`;
const trade = (id: number, time: number) =>
  `{"e":"trade","E":${time},"s":"DOGEUSDT","t":${id},"p":"0.16","q":"5","T":${time},"m":true,"M":true}`;
const perpetualTrade = (id: number, time: number) =>
  `{"e":"trade","E":${time},"T":${time},"s":"DOGEUSDT","t":${id},"p":"0.16","q":"5","X":"MARKET","m":true}`;
/** Milliseconds 1795305600000 + offset as a receive stamp in nanoseconds. */
const stamp = (millis: number, nanos = 0) =>
  `${1_795_305_600_000 + millis}${String(nanos).padStart(6, '0')}`;
const venue = (millis: number) => 1_795_305_600_000 + millis;

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TWO_LINES = `${stamp(10, 123_999)} ${ticker(1)}\n${stamp(20)} ${trade(7, venue(15))}\n`;

async function open(
  files: readonly string[],
  options: Partial<RecordingReaderOptions> = {},
): Promise<RecordingReader> {
  return RecordingReader.open({ files, instrument: SPOT, ...options });
}

async function refuses(code: RecordingErrorCode, what: RegExp, action: () => unknown) {
  await assert.rejects(
    async () => action(),
    (error) => {
      assert.ok(error instanceof RecordingError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, what);
      assert.ok(error.remedy.length > 10);
      return true;
    },
  );
}

test('gzip, plain, CRLF and a missing last line feed read the same', async () => {
  const variants = [
    file('a.txt', TWO_LINES),
    file('a.gz', gzipSync(TWO_LINES)),
    file('crlf.txt', TWO_LINES.replaceAll('\n', '\r\n')),
    file('open-end.txt', TWO_LINES.trimEnd()),
  ];
  for (const path of variants) {
    const reader = await open([path]);
    const seen: unknown[] = [];
    reader.forEach((message) => {
      seen.push([message.kind, message.receiveMicros, message.lineNumber, plain(message.event)]);
    });
    assert.equal(seen.length, 2, path);
    const [first, second] = seen as [number, number, number, Record<string, unknown>][];
    assert.deepEqual(first?.slice(0, 3), [EventKind.BOOK_TICKER, 1_795_305_600_010_123, 1]);
    assert.equal(first?.[3]['atMicros'], 1_795_305_600_010_123);
    assert.equal(second?.[3]['tradeId'], 7);
    assert.equal(reader.next(), false);
    reader.close();
  }
});

test('damaged and missing files are errors with a remedy', async () => {
  const packed = gzipSync(TWO_LINES.repeat(50));
  await refuses('FILE_NOT_READABLE', /nowhere/, () => open([join(folder, 'nowhere.gz')]));
  await refuses('DAMAGED_FILE', /cut\.gz/, () => open([file('cut.gz', packed.subarray(0, -20))]));
  await refuses('DAMAGED_FILE', /cut\.gz/, () =>
    LineFile.open(file('cut.gz', packed.subarray(0, -20)), {
      gzipSizeInMemoryMax: 1,
      blockSize: 100,
      lineSizeMax: 100,
    }),
  );
  await refuses('EMPTY_RECORDING', /empty/, () => open([file('empty.txt', '')]));
  await refuses('NOT_A_RECORDING', /none of the first 2 lines/, () =>
    open([file('prose.txt', 'To be,\n{"or":"not"}\n')]),
  );
  await refuses('MIXED_RECORDING', /holds USD-M DOGEUSDT, not spot DOGEUSDT/, () =>
    open([file('usdm.txt', `${stamp(1)} ${perpetualTrade(1, venue(0))}\n`)]),
  );
});

test('a bad line stops the reader with file, line and reason, or is counted', async () => {
  const content = `${stamp(1)} ${ticker(1)}\n${stamp(2)} {"u":}\nnoise\n${stamp(3)} ${ticker(2)}\n`;
  const path = file('bad.txt', content);
  await refuses('BAD_LINE', /bad\.txt:2: MALFORMED_JSON/, () => open([path]));
  const reader = await open([path], { badLines: 'count' });
  let count = 0;
  while (reader.next()) count += 1;
  assert.equal(count, 2);
  assert.equal(reader.badLinesOf(0).count, 2);
  assert.match(reader.badLinesOf(0).last?.message ?? '', /bad\.txt:3: .*19 digits/);
  const useless = file('useless.txt', `${stamp(1)} ${ticker(1).replace('0.16', '0.1600001')}\n`);
  await refuses('EMPTY_RECORDING', /no usable message.*useless\.txt:1: /, () =>
    open([useless], { badLines: 'count' }),
  );
  const millis = file('millis.txt', `${venue(1)} ${ticker(1)}\n`);
  await refuses('BAD_LINE', /millis\.txt:1: .*13 digits.*19 digits of nanoseconds/, () =>
    open([millis]),
  );
  for (const line of ['noise', `${stamp(4)}${ticker(3)}`, `0${stamp(4).slice(1)} ${ticker(3)}`]) {
    await refuses('BAD_LINE', /:2: /, () =>
      open([file('stamp.txt', `${stamp(1)} ${ticker(1)}\n${line}\nx`)]),
    );
  }
});

test('a message sent long after it was received is a bad line and does not move the clock', async () => {
  const future = `${stamp(15)} ${trade(8, venue(2 * 86_400_000))}\n`;
  const path = file(
    'future.txt',
    `${stamp(10)} ${ticker(1)}\n${future}${stamp(20)} ${ticker(2)}\n`,
  );
  await refuses('BAD_LINE', /future\.txt:2: .*more than a day after/, () => open([path]));
  const reader = await open([path], { badLines: 'count' });
  assert.equal(reader.clockOffsetMicros, 0);
  assert.equal(readAll(reader).length, 2);
  assert.equal(reader.badLinesOf(0).count, 1);
  reader.close();
});

/** What a reader delivers, and which line of which file each message is. */
function readAll(reader: RecordingReader): { kind: number; line: number; event: unknown }[] {
  const seen: { kind: number; line: number; event: unknown }[] = [];
  reader.forEach((message) => {
    seen.push({ kind: message.kind, line: message.lineNumber, event: plain(message.event) });
  });
  return seen;
}

test('blank lines and a byte order mark are no lines, in any form and place', async () => {
  const expected = readAll(await open([file('as-is.txt', TWO_LINES)])).map(({ event }) => event);
  const [first = '', second = ''] = TWO_LINES.split('\n');
  const mark = '\uFEFF';
  for (const content of [
    `${mark}${TWO_LINES}`,
    `\n\n${TWO_LINES}`,
    `${first}\n\n \t \r\n${second}\n\n`,
    `${mark}\r\n${first}\r\n\r\n${second}\n   `,
  ]) {
    for (const path of [file('loose.txt', content), file('loose.gz', gzipSync(content))]) {
      const reader = await open([path]);
      for (let pass = 0; pass < 2; pass++) {
        assert.deepEqual(
          readAll(reader).map(({ event }) => event),
          expected,
          JSON.stringify(content),
        );
        reader.rewind();
      }
      assert.deepEqual(reader.warnings, []);
      assert.equal(reader.badLinesOf(0).count, 0);
      assert.deepEqual(await identifyRecording(path), {
        market: Market.SPOT,
        symbol: 'DOGEUSDT',
        firstStamp: stamp(10, 123_999),
      });
    }
  }
  const marks = file('marks.txt', `${TWO_LINES}${mark}${TWO_LINES}`);
  await refuses('BAD_LINE', /marks\.txt:3: /, () => open([marks]));
});

test('a last line torn at any byte is stepped over and told, in both modes', async () => {
  const depth = `{"stream":"dogeusdt@depth@100ms","data":{"e":"depthUpdate","E":${venue(24)},"s":"DOGEUSDT","U":5,"u":9,"b":[["0.16","4"]],"a":[]}}`;
  for (const message of [ticker(2), trade(8, venue(25)), depth]) {
    const line = `${stamp(30)} ${message}`;
    for (let length = 1; length < line.length; length++) {
      const path = file('torn.txt', TWO_LINES + line.slice(0, length));
      const reader = await open([path], { badLines: length % 2 === 0 ? 'stop' : 'count' });
      assert.deepEqual(
        readAll(reader).map((seen) => seen.line),
        [1, 2],
        line.slice(0, length),
      );
      assert.equal(reader.badLinesOf(0).count, 0);
      assert.match(reader.tornLineOf(0)?.message ?? '', /torn\.txt:3: /);
      assert.equal(reader.warnings.length, 1);
      assert.match(reader.warnings[0] ?? '', /torn\.txt:3: the file ends inside this line/);
    }
    const whole = await open([file('whole.txt', TWO_LINES + line)]);
    assert.equal(readAll(whole).length, 3);
    assert.equal(whole.tornLineOf(0), null);
  }
});

test('each file of a recording may end torn; a torn line elsewhere is a bad line', async () => {
  const half = `${stamp(21)} {"u":5`;
  const later = `${stamp(40)} ${ticker(3)}\n${stamp(50)} {"u`;
  const reader = await open([file('t1.txt', TWO_LINES + half), file('t2.gz', gzipSync(later))]);
  assert.equal(readAll(reader).length, 3);
  assert.deepEqual(
    reader.warnings.map((warning) => /t\d\.\w+:\d/.exec(warning)?.[0]),
    ['t1.txt:3', 't2.gz:2'],
  );
  await refuses('BAD_LINE', /mid\.txt:3: MALFORMED_JSON/, () =>
    open([file('mid.txt', `${TWO_LINES}${half}\n`)]),
  );
  // Not torn: whole, but of no use.
  const wrongTick = `${stamp(30)} ${ticker(3).replace('0.16', '0.1600001')}`;
  for (const last of [wrongTick, 'noise', `${stamp(30)}${ticker(3)}`]) {
    await refuses('BAD_LINE', /unended\.txt:3: /, () =>
      open([file('unended.txt', TWO_LINES + last)]),
    );
  }
});

test('control answers are stepped over, ignored frames are delivered only when counting', async () => {
  const insurance = perpetualTrade(2, venue(2)).replace('MARKET', 'INSURANCE_FUND');
  const content = `${stamp(1)} {"result":null,"id":1}\n${stamp(2)} ${perpetualTrade(1, venue(1))}\n${stamp(3)} ${insurance}\n`;
  const path = file('control.txt', content);
  const count = async (badLines: 'stop' | 'count') => {
    const reader = await open([path], { instrument: PERPETUAL, badLines });
    const kinds: DecodedKind[] = [];
    while (reader.next()) kinds.push(reader.kind);
    return kinds;
  };
  assert.deepEqual(await count('stop'), [DecodedKind.TRADE]);
  assert.deepEqual(await count('count'), [DecodedKind.TRADE, DecodedKind.IGNORED]);
});

test('a receive clock that runs behind is moved by one constant, with the base latency on top', async () => {
  // The clock is 100 ms behind; the fastest message took 2 ms.
  const content = `${stamp(0)} ${trade(1, venue(95))}\n${stamp(10)} ${trade(2, venue(108))}\n${stamp(30)} ${ticker(1)}\n`;
  const path = file('behind.txt', content);
  const reader = await open([path]);
  assert.equal(reader.clockOffsetMicros, 98_000);
  const times: number[][] = [];
  while (reader.next()) times.push([reader.receiveMicros, reader.venueMicros]);
  const base = venue(0) * 1_000;
  // The bookTicker has no time of its own: it happened no earlier than what was seen before it.
  assert.deepEqual(times, [
    [base + 98_000, base + 95_000],
    [base + 108_000, base + 108_000],
    [base + 128_000, base + 108_000],
  ]);
  const slower = await open([path], { baseLatencyMicros: durationMicros(500) });
  assert.equal(slower.clockOffsetMicros, 98_500);
});

test('a receive clock that is right stays as it is', async () => {
  const reader = await open([file('right.txt', TWO_LINES)]);
  assert.equal(reader.clockOffsetMicros, 0);
});

test('venue time is never later than the receive time, whatever the offset', async () => {
  const reader = await open([file('early.txt', `${stamp(0)} ${trade(1, venue(50))}\n`)]);
  reader.useClockOffset(0 as DurationMicros);
  assert.equal(reader.next(), true);
  assert.equal(reader.venueMicros, reader.receiveMicros);
});

test('two recordings of one machine share the larger offset', async () => {
  const spot = await open([file('pair-spot.txt', `${stamp(0)} ${trade(1, venue(100))}\n`)]);
  const perpetual = await open(
    [file('pair-usdm.txt', `${stamp(0)} ${perpetualTrade(1, venue(98))}\n`)],
    {
      instrument: PERPETUAL,
    },
  );
  const offset = commonClockOffset([spot, perpetual]);
  assert.equal(offset, 100_000);
  for (const reader of [spot, perpetual]) {
    reader.useClockOffset(offset);
    assert.equal(reader.next(), true);
    assert.equal(reader.receiveMicros, (venue(0) + 100) * 1_000);
  }
});

test('a receive time that goes back is held at the time before and counted', async () => {
  const content = `${stamp(20)} ${ticker(1)}\n${stamp(10)} ${ticker(2)}\n${stamp(30)} ${ticker(3)}\n`;
  const reader = await open([file('back.txt', content)]);
  const times: number[] = [];
  while (reader.next()) times.push(reader.receiveMicros - venue(0) * 1_000);
  assert.deepEqual(times, [20_000, 20_000, 30_000]);
  assert.equal(reader.backwardsCount, 1);
  assert.match(reader.warnings.join(), /back\.txt: 1 receive times before the line above/);
});

test('a receive clock that jumps back by more than a second is refused by line, or counted', async () => {
  const jump = (millis: number) =>
    file(
      'jump.txt',
      `${stamp(5_000)} ${ticker(1)}\n${stamp(5_000 - millis)} ${ticker(2)}\n${stamp(6_000)} ${ticker(3)}\n`,
    );
  assert.equal(readAll(await open([jump(1_000)])).length, 3);
  await refuses('CLOCK_WENT_BACK', /jump\.txt:2: the receive clock goes back by 1\.001 s/, () =>
    open([jump(1_001)]),
  );
  await refuses('CLOCK_WENT_BACK', /jump\.txt:2: .* 3600\.000 s/, () => open([jump(3_600_000)]));
  const counted = await open([jump(3_600_000)], { badLines: 'count' });
  assert.equal(readAll(counted).length, 3);
  assert.equal(counted.backwardsCount, 1);
});

test('several files are one recording, in the order of time only', async () => {
  const first = file('1.gz', gzipSync(`${stamp(0)} ${trade(1, venue(5))}\n`));
  const second = file('2.txt', `${stamp(9)} ${ticker(1)}\n${stamp(10)} ${trade(2, venue(12))}\n`);
  const reader = await open([first, second]);
  assert.equal(reader.clockOffsetMicros, 5_000);
  const seen: unknown[] = [];
  while (reader.next()) seen.push([reader.fileIndex, reader.filePath, reader.lineNumber]);
  assert.deepEqual(seen, [
    [0, first, 1],
    [1, second, 1],
    [1, second, 2],
  ]);
  reader.rewind();
  assert.equal(reader.next(), true);
  assert.equal(reader.fileIndex, 0);
  assert.equal(reader.startMicros, venue(5) * 1_000);
  await refuses('OUT_OF_ORDER', /1\.gz/, () => open([second, first]));
  const blankFirst = file('3.txt', `\n\n${stamp(0)} ${ticker(1)}\n`);
  await refuses('OUT_OF_ORDER', /3\.txt/, () => open([second, blankFirst]));
});

test('market and symbol are told from the content of any message', async () => {
  for (const [message, market] of [
    [ticker(1), Market.SPOT],
    [trade(1, venue(0)), Market.SPOT],
    ['{"e":"aggTrade","s":"DOGEUSDT","M":true}', Market.SPOT],
    ['{"e":"depthUpdate","s":"DOGEUSDT","U":1}', Market.SPOT],
    ['{"e":"depthUpdate","s":"DOGEUSDT","pu":1}', Market.PERPETUAL],
    ['{"e":"aggTrade","s":"DOGEUSDT"}', Market.PERPETUAL],
    ['{"e":"bookTicker","s":"DOGEUSDT"}', Market.PERPETUAL],
    ['{"e":"markPriceUpdate","s":"DOGEUSDT"}', Market.PERPETUAL],
  ] as const) {
    const noise = `${stamp(0)} {"result":null,"id":1}\n${stamp(0)} {"e":"kline","s":"X"}\n${stamp(0)} {"s":"X"}\nnoise\n`;
    const path = file('identity.txt', `${noise}${stamp(1)} ${message}\n`);
    assert.deepEqual(await identifyRecording(path), {
      market,
      symbol: 'DOGEUSDT',
      firstStamp: stamp(1),
    });
  }
});

for (const [name, market, symbol, counts, dust] of [
  ['spot-btcusdt', Market.SPOT, 'BTCUSDT', [3_451, 1, 28_040, 9_757], 3],
  ['spot-ethusdt', Market.SPOT, 'ETHUSDT', [3_434, 1, 24_077, 6_106], 2],
  ['usdm-btcusdt', Market.PERPETUAL, 'BTCUSDT', [6_551, 1, 66_089, 21_313], 0],
  ['usdm-ethusdt', Market.PERPETUAL, 'ETHUSDT', [6_586, 1, 53_992, 14_076], 0],
] as const) {
  test(`${name}: the whole recording is read, and almost all of it by the scanner`, {
    skip: skipWithoutRecordings,
  }, async () => {
    const instrument = testInstrument(market, symbol);
    const reader = await RecordingReader.open({ files: [recordingPath(name)], instrument });
    const { decoder } = reader;
    decoder.fallbackCount = 0;
    const dustBefore = decoder.dustCount;
    const seen = new Map<number, number>();
    let last = 0;
    while (reader.next()) {
      seen.set(reader.kind, (seen.get(reader.kind) ?? 0) + 1);
      assert.ok(reader.receiveMicros >= last);
      assert.ok(reader.venueMicros <= reader.receiveMicros);
      last = reader.receiveMicros;
    }
    const kinds = [10, 11, 12, 13].map((kind) => seen.get(kind));
    assert.deepEqual(kinds, counts);
    assert.equal(decoder.fallbackCount, dust);
    assert.equal(decoder.dustCount - dustBefore, dust);
    // The receive clock was about 1.27 s behind.
    assert.ok(
      Math.abs(reader.clockOffsetMicros - 1_273_500) < 3_000,
      String(reader.clockOffsetMicros),
    );
  });

  test(`${name}: both decoders give the same event for every frame`, {
    skip: skipWithoutRecordings,
  }, () => {
    const content = gunzipSync(readFileSync(recordingPath(name)));
    const instrument = testInstrument(market, symbol);
    const make = () =>
      market === Market.SPOT ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
    const fast = make();
    const slow = make();
    let from = 0;
    while (from < content.length) {
      const end = content.indexOf(10, from);
      const at = from + 20;
      const kind = fast.decode(content, at, end - at, AT);
      assert.equal(slow.decodeByJson(content, at, end - at, AT), kind);
      if (!isSame(fast.event, slow.event)) assert.deepEqual(plain(fast.event), plain(slow.event));
      from = end + 1;
    }
  });
}

/** Quick equality of two events; a difference is then shown by deepEqual. */
function isSame(a: object, b: object): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}
