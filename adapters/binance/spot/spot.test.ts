/**
 * Goal: every spot message becomes the exact event or a coded error, whichever of the two decoders runs.
 * Method: the documented example frames, a table of damaged ones, and generated frames in strict,
 * reordered, spaced and extended spelling through both decoders.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AT,
  decodeText,
  decodeTextByJson,
  testInstrument,
} from '#adapters/binance/decoding.test-support.ts';
import { DecodedKind } from '#adapters/binance/frames/frames.ts';
import { Market } from '#contracts/instrument.ts';
import { SpotFrameDecoder } from './spot.ts';

const DEPTH =
  '{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":9000000124,"u":9000000130,"b":[["0.16233000","47000.00000000"],["0.16230000","0.00000000"]],"a":[["0.16234000","53000.00000000"]]}';
const SNAPSHOT =
  '{"lastUpdateId":9000000130,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}';
const TICKER =
  '{"u":9000000130,"s":"DOGEUSDT","b":"0.16233000","B":"47000.00000000","a":"0.16234000","A":"53000.00000000"}';
const TRADE =
  '{"e":"trade","E":1795305600124,"s":"DOGEUSDT","t":1200000001,"p":"0.16234000","q":"1500.00000000","T":1795305600123,"m":false,"M":true}';
const AGGREGATE =
  '{"e":"aggTrade","E":1795305600124,"s":"DOGEUSDT","a":810000007,"p":"0.16234000","q":"2320.00000000","f":1200000001,"l":1200000002,"T":1795305600123,"m":true,"M":true}';

const decoder = new SpotFrameDecoder(testInstrument(Market.SPOT, 'DOGEUSDT', 3));
const both = (text: string) =>
  [decodeText(decoder, text), decodeTextByJson(decoder, text)] as const;
const enveloped = (stream: string, text: string) => `{"stream":"${stream}","data":${text}}`;

const GOLDEN = [
  [
    'depthUpdate',
    DEPTH,
    DecodedKind.DEPTH_DELTA,
    {
      venueTimeMicros: 1_795_305_600_123_000,
      firstUpdateId: 9_000_000_124,
      lastUpdateId: 9_000_000_130,
      previousUpdateId: -1,
      bids: [
        [16_233, 47_000],
        [16_230, 0],
      ],
      asks: [[16_234, 53_000]],
    },
  ],
  [
    'the REST snapshot',
    SNAPSHOT,
    DecodedKind.DEPTH_SNAPSHOT,
    {
      venueTimeMicros: 0,
      lastUpdateId: 9_000_000_130,
      bids: [[16_233, 47_000]],
      asks: [[16_234, 53_000]],
    },
  ],
  [
    'bookTicker',
    TICKER,
    DecodedKind.BOOK_TICKER,
    {
      venueTimeMicros: 0,
      updateId: 9_000_000_130,
      bidPriceTicks: 16_233,
      bidQuantityLots: 47_000,
      askPriceTicks: 16_234,
      askQuantityLots: 53_000,
    },
  ],
  [
    'trade',
    TRADE,
    DecodedKind.TRADE,
    {
      venueTimeMicros: 1_795_305_600_123_000,
      tradeId: 1_200_000_001,
      priceTicks: 16_234,
      quantityLots: 1_500,
      aggressor: 0,
    },
  ],
  [
    'aggTrade',
    AGGREGATE,
    DecodedKind.TRADE,
    {
      venueTimeMicros: 1_795_305_600_123_000,
      tradeId: 810_000_007,
      priceTicks: 16_234,
      quantityLots: 2_320,
      aggressor: 1,
    },
  ],
] as const;

for (const [name, text, kind, fields] of GOLDEN) {
  test(`${name} is decoded exactly by both decoders without a fallback`, () => {
    const before = decoder.fallbackCount;
    for (const decoded of both(text)) {
      assert.ok('kind' in decoded);
      assert.equal(decoded.kind, kind);
      const { kind: eventKind, ...event } = decoded.event as Record<string, unknown>;
      assert.equal(eventKind, kind);
      assert.deepEqual(event, { sequence: 0, atMicros: AT, instrument: 3, ...fields });
    }
    assert.equal(decoder.fallbackCount, before);
  });
}

test('the combined-stream envelope changes nothing', () => {
  for (const [stream, text] of [
    ['dogeusdt@depth@100ms', DEPTH],
    ['dogeusdt@depth', DEPTH],
    ['dogeusdt@bookTicker', TICKER],
    ['dogeusdt@trade', TRADE],
  ] as const) {
    const before = decoder.fallbackCount;
    assert.deepEqual(decodeText(decoder, enveloped(stream, text)), decodeText(decoder, text));
    assert.equal(decoder.fallbackCount, before, stream);
  }
});

test('microsecond timestamps are taken as they are', () => {
  for (const decoded of both(TRADE.replaceAll('1795305600123', '1795305600123456'))) {
    assert.ok('kind' in decoded);
    assert.equal(
      (decoded.event as { venueTimeMicros: number }).venueTimeMicros,
      1_795_305_600_123_456,
    );
  }
});

test('the newest time of a message is told apart from the time of the event', () => {
  const decoded = decodeText(decoder, TRADE);
  assert.ok('kind' in decoded);
  assert.equal(decoded.published, 1_795_305_600_124_000);
});

test('an empty side of a bookTicker is price and quantity zero', () => {
  const empty = TICKER.replace(
    '"b":"0.16233000","B":"47000.00000000"',
    '"b":"0.00000000","B":"0.0"',
  );
  for (const decoded of both(empty)) {
    assert.ok('kind' in decoded);
    assert.equal((decoded.event as { bidPriceTicks: number }).bidPriceTicks, 0);
  }
});

test('book quantities finer than the step are cut to whole lots, one at least, and counted', () => {
  const before = decoder.dustCount;
  const dusty = DEPTH.replace('47000.00000000', '47000.50000000').replace('53000.0', '0.5');
  const decoded = decodeText(decoder, dusty);
  assert.ok('kind' in decoded);
  const { bids, asks } = decoded.event as { bids: number[][]; asks: number[][] };
  assert.deepEqual(bids[0], [16_233, 47_000]);
  assert.deepEqual(asks[0], [16_234, 1]);
  assert.equal(decoder.dustCount, before + 2);
});

const BAD = [
  ['MALFORMED_JSON', ''],
  ['MALFORMED_JSON', '[]'],
  ['MALFORMED_JSON', 'null'],
  ['MALFORMED_JSON', DEPTH.slice(0, -1)],
  ['MALFORMED_JSON', `${TICKER}}`],
  ['MALFORMED_JSON', TICKER.replace('9000000130', '09000000130')],
  ['MALFORMED_JSON', enveloped('dogeusdt@depth', 'null')],
  ['MALFORMED_JSON', enveloped('dogeusdt@trade\n', TRADE)],
  ['UNKNOWN_EVENT', '{}'],
  ['UNKNOWN_EVENT', '{"e":"candle","s":"DOGEUSDT"}'],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@depth20', SNAPSHOT)],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@depth', SNAPSHOT)],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@depth5@100ms', DEPTH)],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@rpiDepth@500ms', DEPTH)],
  ['WRONG_MARKET', DEPTH.replace('"b":', '"pu":1,"b":')],
  ['WRONG_MARKET', TRADE.replace('"m":', '"X":"MARKET","m":')],
  ['WRONG_MARKET', '{"e":"bookTicker"}'],
  ['WRONG_MARKET', SNAPSHOT.replace('"bids"', '"E":1795305600123,"bids"')],
  ['WRONG_SYMBOL', TICKER.replace('DOGEUSDT', 'DOGEUSDC')],
  ['WRONG_SYMBOL', TRADE.replace('DOGEUSDT', 'DOGEUSDTX')],
  ['MISSING_FIELD', TICKER.replace('"B"', '"Bx"')],
  ['MISSING_FIELD', TRADE.replace('"m":false', '"m":0')],
  ['MISSING_FIELD', DEPTH.replace('[["0.16234000","53000.00000000"]]', '{}')],
  ['MISSING_FIELD', DEPTH.replace('["0.16234000","53000.00000000"]', '["0.16234000"]')],
  ['MISSING_FIELD', TICKER.replace('"DOGEUSDT"', '7')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '0.16233')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '"NaN"')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '""')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '"1e-3"')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '"0."')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '".5"')],
  ['NOT_A_NUMBER', TICKER.replace('"0.16233000"', '"+0.16233"')],
  ['NOT_A_NUMBER', TICKER.replace('9000000130', '9000000130.5')],
  ['NOT_A_NUMBER', TICKER.replace('9000000130', '"9000000130"')],
  ['NOT_A_NUMBER', TICKER.replace('9000000130', '1e999')],
  ['NOT_A_NUMBER', TRADE.replace('1500.00000000', '-')],
  ['NEGATIVE', TICKER.replace('"0.16233000"', '"-0.16233000"')],
  ['NEGATIVE', TICKER.replace('47000.00000000', '-47000.00000000')],
  ['NEGATIVE', TICKER.replace('9000000130', '-9000000130')],
  ['ZERO_PRICE', TRADE.replace('0.16234000', '0.00000000')],
  ['ZERO_PRICE', DEPTH.replace('0.16233000', '0')],
  ['OFF_TICK', TICKER.replace('0.16233000', '0.16233100')],
  ['OFF_TICK', DEPTH.replace('0.16234000', '0.16234001')],
  ['OFF_STEP', TRADE.replace('1500.00000000', '1500.50000000')],
  ['TOO_LARGE', TICKER.replace('9000000130', '9007199254740992')],
  ['TOO_LARGE', TICKER.replace('9000000130', '9007199254740993')],
  ['TOO_LARGE', TICKER.replace('0.16233000', '90071992547.40993')],
  ['TOO_LARGE', TICKER.replace('47000.0', '99007199254740993.0')],
  ['BAD_TIME', TRADE.replace('1795305600123', '1795305600')],
  ['BAD_TIME', TRADE.replace('1795305600123', '17953056001234')],
  ['BAD_TIME', DEPTH.replace('1795305600123', '9007199254741')],
  ['BAD_RANGE', DEPTH.replace('9000000124', '9000000131')],
  [
    'TOO_MANY_LEVELS',
    DEPTH.replace('["0.16234000","53000.00000000"]', Array(10_001).fill('["1","1"]').join()),
  ],
  ['UNSORTED_SNAPSHOT', SNAPSHOT.replace('"bids":[', '"bids":[["0.16233","1"],')],
  ['UNSORTED_SNAPSHOT', SNAPSHOT.replace('"asks":[', '"asks":[["0.16235","1"],')],
] as const;

test('a frame that cannot be an event is refused by both decoders with the same code', () => {
  for (const [code, text] of BAD) {
    for (const decoded of both(text)) assert.deepEqual(decoded, { code }, text.slice(0, 200));
  }
});

const price = fc.integer({ min: 1, max: 99_999_999 }).map((ticks) => (ticks / 1e5).toFixed(5));
const quantity = fc.integer({ min: 0, max: 9_000_000 }).map((lots) => `${lots}.00000000`);
const levels = fc.array(fc.tuple(price, quantity), { maxLength: 30 });
const id = fc.maxSafeNat();
const time = fc.oneof(
  fc.integer({ min: 1_000_000_000_000, max: 9_007_199_254_740 }),
  fc.integer({ min: 1_000_000_000_000_000, max: Number.MAX_SAFE_INTEGER }),
);
const symbol = fc.constant('DOGEUSDT');
const frame = fc.oneof(
  fc
    .record({
      e: fc.constant('depthUpdate'),
      E: time,
      s: symbol,
      U: id,
      u: id,
      b: levels,
      a: levels,
    })
    .map(({ U, u, ...rest }) => {
      const { e, E, s, b, a } = rest;
      return { e, E, s, U: Math.min(U, u), u: Math.max(U, u), b, a };
    }),
  fc.record({ u: id, s: symbol, b: price, B: quantity, a: price, A: quantity }),
  fc.record({
    e: fc.constant('trade'),
    E: time,
    s: symbol,
    t: id,
    p: price,
    q: quantity,
    T: time,
    m: fc.boolean(),
    M: fc.boolean(),
  }),
);

test('generated frames need no fallback and are the same to both decoders', () => {
  fc.assert(
    fc.property(frame, fc.boolean(), (fields, isEnveloped) => {
      const text = JSON.stringify(fields);
      const wire = isEnveloped ? enveloped('dogeusdt@depth@100ms', text) : text;
      const before = decoder.fallbackCount;
      const [fast, slow] = both(wire);
      assert.ok('kind' in fast);
      assert.deepEqual(fast, slow);
      assert.equal(decoder.fallbackCount, before);
    }),
    { numRuns: 500 },
  );
});

test('reordered, spaced and extended frames fall back and give the same event', () => {
  fc.assert(
    fc.property(frame, fc.integer(), fc.boolean(), (fields, seed, isSpaced) => {
      const strict = decodeText(decoder, JSON.stringify(fields));
      const entries = Object.entries({ ...fields, zz: { new: [seed] } });
      const turn = Math.abs(seed) % entries.length;
      const rotated = Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]);
      const before = decoder.fallbackCount;
      const loose = decodeText(decoder, JSON.stringify(rotated, null, isSpaced ? 2 : 0));
      assert.deepEqual(loose, strict);
      assert.equal(decoder.fallbackCount, before + 1);
    }),
    { numRuns: 300 },
  );
});

test('a damaged byte gives the same answer by both decoders, and never another error', () => {
  const samples = [DEPTH, SNAPSHOT, TICKER, TRADE, AGGREGATE, enveloped('dogeusdt@trade', TRADE)];
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.nat(),
      fc.constantFrom(...'"\\{}[],:.-+0129eEusT \n\u0000é'),
      fc.integer({ min: 0, max: 2 }),
      (sample, position, character, removed) => {
        const at = position % sample.length;
        const text = sample.slice(0, at) + character + sample.slice(at + removed);
        const [fast, slow] = both(text);
        assert.deepEqual(fast, slow, text);
      },
    ),
    { numRuns: 4_000 },
  );
});
