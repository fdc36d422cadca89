/**
 * Goal: what both markets share holds: control frames, ranges, errors that say what, where and what to
 * do, and answers to hostile bytes.
 * Method: examples through a spot decoder, then random bytes and random JSON through both markets.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AT,
  decodeText,
  outcome,
  testInstrument,
} from '#adapters/binance/decoding.test-support.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import { Market } from '#contracts/instrument.ts';
import { DecodedKind, FrameError } from './frames.ts';

const spot = new SpotFrameDecoder(testInstrument(Market.SPOT));
const usdm = new UsdmFrameDecoder(testInstrument(Market.PERPETUAL));
const TICKER = '{"u":9,"s":"DOGEUSDT","b":"0.16233","B":"4","a":"0.16234","A":"5"}';

test('answers to control requests are told from market data', () => {
  for (const decoder of [spot, usdm]) {
    assert.deepEqual(decodeText(decoder, '{"result":null,"id":17}'), {
      kind: DecodedKind.CONTROL,
      event: {},
      published: 0,
    });
    assert.equal(decoder.controlId, '17');
    assert.equal(decoder.controlMessage, '');
    const refused = decodeText(decoder, '{"error":{"code":2,"msg":"Invalid request"},"id":null}');
    assert.ok('kind' in refused);
    assert.equal(refused.kind, DecodedKind.CONTROL_REFUSED);
    assert.equal(decoder.controlId, 'null');
    assert.equal(decoder.controlMessage, '2 Invalid request');
  }
});

test('the three shapes of serverShutdown are known', () => {
  const bare = '{"e":"serverShutdown","E":1795305600123}';
  for (const text of [bare, `{"stream":"!serverShutdown","data":${bare}}`, `{"event":${bare}}`]) {
    const decoded = decodeText(spot, text);
    assert.ok('kind' in decoded);
    assert.equal(decoded.kind, DecodedKind.SERVER_SHUTDOWN, text);
  }
});

test('control frames are no fallbacks', () => {
  const before = spot.fallbackCount;
  decodeText(spot, '{"result":null,"id":1}');
  assert.equal(spot.fallbackCount, before);
});

test('an error says what, where and what to do', () => {
  const text = `{"stream":"dogeusdt@depth","data":{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":1,"u":2,"b":[],"a":[["0.1","1"],["0.100001","1"]]}}`;
  const bytes = Buffer.from(text);
  assert.throws(
    () => spot.decode(bytes, 0, bytes.length, AT),
    (error) => {
      assert.ok(error instanceof FrameError);
      assert.equal(error.code, 'OFF_TICK');
      assert.equal(error.place.field, 'data.a[1][0]');
      const at = text.indexOf('0.100001');
      assert.ok(Math.abs(error.place.byteOffset - at) < 12, `${error.place.byteOffset}, not ${at}`);
      assert.match(error.message, /"0.100001" is not a whole number of 0.00001/);
      assert.match(error.remedy, /exchangeInfo/);
      return true;
    },
  );
});

test('a frame in the middle of a buffer is read inside its range only', () => {
  const bytes = Buffer.from(`xx${TICKER}}}`);
  assert.equal(spot.decode(bytes, 2, TICKER.length, AT), DecodedKind.BOOK_TICKER);
  assert.equal(spot.bookTicker.updateId, 9);
  for (const length of [TICKER.length - 1, TICKER.length + 1]) {
    assert.throws(() => spot.decode(bytes, 2, length, AT), FrameError);
  }
});

test('a range outside the buffer is a bug of the caller', () => {
  const bytes = Buffer.from(TICKER);
  for (const [offset, length] of [
    [0, bytes.length + 1],
    [-1, 5],
    [0, -1],
    [Number.NaN, 3],
  ] as const) {
    assert.throws(() => spot.decode(bytes, offset, length, AT), RangeError);
  }
});

test('an event is good again after a frame that failed half way', () => {
  const depth = (last: string) =>
    `{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":1,"u":2,"b":[["0.2","1"],["0.1","${last}"]],"a":[]}`;
  assert.deepEqual(decodeText(spot, depth('-1')), { code: 'NEGATIVE' });
  const decoded = decodeText(spot, depth('7'));
  assert.ok('kind' in decoded);
  assert.deepEqual((decoded.event as { bids: unknown }).bids, [
    [20_000, 1],
    [10_000, 7],
  ]);
});

test('deep nesting is an error like any other', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const text of [
    deep,
    `{"u":${deep},"s":"DOGEUSDT"}`,
    `{"id":${deep},"result":null}`,
    `{"error":${deep},"id":1}`,
    TICKER.replace('"0.16233"', deep),
  ]) {
    const decoded = decodeText(spot, text);
    assert.ok('code' in decoded);
  }
});

test('random bytes and random JSON give an event, a control kind or a FrameError', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));
  const dictionary = fc
    .dictionary(
      fc.constantFrom(
        'e',
        's',
        'u',
        'U',
        'b',
        'a',
        'B',
        'A',
        'stream',
        'data',
        'lastUpdateId',
        'bids',
        'id',
        'result',
        'error',
        'event',
        '__proto__',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map((value) => Buffer.from(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.oneof(bytes, json, dictionary), (input) => {
      for (const decoder of [spot, usdm]) {
        const fast = outcome(decoder, () => decoder.decode(input, 0, input.length, AT));
        const slow = outcome(decoder, () => decoder.decodeByJson(input, 0, input.length, AT));
        assert.deepEqual(fast, slow);
      }
    }),
    { numRuns: 2_000 },
  );
});
