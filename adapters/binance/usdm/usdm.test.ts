/**
 * Goal: every USD-M message, in the shapes of 2024 and 2026, becomes the exact event or a coded error,
 * whichever of the two decoders runs.
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
import { UsdmFrameDecoder } from './usdm.ts';

const DEPTH =
  '{"e":"depthUpdate","E":1795305600151,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","U":10871223400120,"u":10871223405544,"pu":10871223400087,"b":[["0.162310","120344"]],"a":[["0.162320","0"],["0.162330","88110"]],"st":1}';
const TICKER =
  '{"e":"bookTicker","u":10871223405544,"E":1795305600141,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","b":"0.162310","B":"120344","a":"0.162330","A":"88110","st":1}';
const TICKER_2024 =
  '{"e":"bookTicker","u":10871223405544,"s":"DOGEUSDT","b":"0.162310","B":"120344","a":"0.162330","A":"88110","T":1795305600140,"E":1795305600141}';
const TRADE =
  '{"e":"trade","E":1795305600322,"T":1795305600321,"s":"DOGEUSDT","t":5266583935,"p":"0.162330","q":"600","X":"MARKET","m":false}';
const AGGREGATE =
  '{"e":"aggTrade","E":1795305600160,"a":2900000001,"s":"DOGEUSDT","p":"0.162330","q":"4100","nq":"4000","f":5100000001,"l":5100000004,"T":1795305600012,"m":false,"st":1}';
// The venue's example marks; funding may be below zero.
const MARK =
  '{"e":"markPriceUpdate","E":1795305601000,"s":"DOGEUSDT","p":"0.162315","ap":"0.162309","i":"0.162300","P":"0.162411","r":"0.00010000","T":1795334400000,"st":1}';
const SNAPSHOT =
  '{"lastUpdateId":10871223405544,"E":1795305600151,"T":1795305600140,"bids":[["0.162310","120344"]],"asks":[["0.162330","88110"]]}';

const decoder = new UsdmFrameDecoder(testInstrument(Market.PERPETUAL, 'DOGEUSDT', 1));
const both = (text: string) =>
  [decodeText(decoder, text), decodeTextByJson(decoder, text)] as const;

const TOP = {
  venueTimeMicros: 1_795_305_600_140_000,
  updateId: 10_871_223_405_544,
  bidPriceTicks: 16_231,
  bidQuantityLots: 120_344,
  askPriceTicks: 16_233,
  askQuantityLots: 88_110,
};
const GOLDEN = [
  [
    'depthUpdate',
    DEPTH,
    DecodedKind.DEPTH_DELTA,
    {
      venueTimeMicros: 1_795_305_600_140_000,
      firstUpdateId: 10_871_223_400_120,
      lastUpdateId: 10_871_223_405_544,
      previousUpdateId: 10_871_223_400_087,
      bids: [[16_231, 120_344]],
      asks: [
        [16_232, 0],
        [16_233, 88_110],
      ],
    },
  ],
  ['bookTicker of 2026', TICKER, DecodedKind.BOOK_TICKER, TOP],
  ['bookTicker of 2024', TICKER_2024, DecodedKind.BOOK_TICKER, TOP],
  [
    'trade',
    TRADE,
    DecodedKind.TRADE,
    {
      venueTimeMicros: 1_795_305_600_321_000,
      tradeId: 5_266_583_935,
      priceTicks: 16_233,
      quantityLots: 600,
      aggressor: 0,
    },
  ],
  [
    'aggTrade, without retail price improvement',
    AGGREGATE,
    DecodedKind.TRADE,
    {
      venueTimeMicros: 1_795_305_600_012_000,
      tradeId: 2_900_000_001,
      priceTicks: 16_233,
      quantityLots: 4_000,
      aggressor: 0,
    },
  ],
  [
    'markPriceUpdate',
    MARK,
    DecodedKind.MARK_PRICE,
    {
      venueTimeMicros: 1_795_305_601_000_000,
      markPriceUnits: 16_231_500,
      indexPriceUnits: 16_230_000,
      fundingRate: 10_000,
      nextFundingMicros: 1_795_334_400_000_000,
    },
  ],
  [
    'the REST snapshot',
    SNAPSHOT,
    DecodedKind.DEPTH_SNAPSHOT,
    {
      venueTimeMicros: 1_795_305_600_140_000,
      lastUpdateId: 10_871_223_405_544,
      bids: [[16_231, 120_344]],
      asks: [[16_233, 88_110]],
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
      assert.deepEqual(event, { sequence: 0, atMicros: AT, instrument: 1, ...fields });
    }
    assert.equal(decoder.fallbackCount, before);
  });
}

test('an aggTrade from before 2025-12-31 counts with its whole quantity', () => {
  for (const decoded of both(AGGREGATE.replace('"nq":"4000",', ''))) {
    assert.ok('kind' in decoded);
    assert.equal((decoded.event as { quantityLots: number }).quantityLots, 4_100);
  }
});

test('a negative funding rate keeps its sign and a negative zero is zero', () => {
  for (const [rate, expected] of [
    ['-0.00012345', -12_345],
    ['-0.00000000', 0],
    ['-1', -100_000_000],
  ] as const) {
    for (const decoded of both(MARK.replace('0.00010000', rate))) {
      assert.ok('kind' in decoded);
      assert.ok(Object.is((decoded.event as { fundingRate: number }).fundingRate, expected), rate);
    }
  }
});

test('trade frames that are no trade against the visible book are ignored and counted', () => {
  const before = decoder.ignoredCount;
  const frames = [
    TRADE.replace('MARKET', 'INSURANCE_FUND'),
    TRADE.replace('0.162330', '0').replace('"600"', '"0"').replace('MARKET', 'NA'),
    TRADE.replace('"600"', '"0"'),
    AGGREGATE.replace('"nq":"4000"', '"nq":"0"'),
    AGGREGATE.replace('0.162330', '0'),
  ];
  for (const text of frames) {
    const [fast, slow] = both(text);
    assert.ok('kind' in fast);
    assert.equal(fast.kind, DecodedKind.IGNORED, text);
    assert.deepEqual(fast, slow);
  }
  assert.equal(decoder.ignoredCount, before + frames.length);
});

const LIQUIDATION =
  '{"e":"forceOrder","E":1568014460893,"o":{"s":"DOGEUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"14","p":"0.16233"}}';
const UNREAD = [
  LIQUIDATION,
  `{"stream":"dogeusdt@forceOrder","data":${LIQUIDATION}}`,
  '{"e":"kline","E":1568014460893,"s":"DOGEUSDT","k":{"t":123400000,"T":123460000}}',
];

const enveloped = (stream: string, text: string) => `{"stream":"${stream}","data":${text}}`;
const BAD = [
  ['MALFORMED_JSON', `${DEPTH} x`],
  ['UNKNOWN_EVENT', '{"e":"forcedOrder"}'],
  ['UNKNOWN_EVENT', '{"a":1}'],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@depth20@100ms', DEPTH)],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@rpiDepth@500ms', DEPTH)],
  ['UNSUPPORTED_STREAM', enveloped('dogeusdt@depth', SNAPSHOT)],
  ['WRONG_MARKET', DEPTH.replace('"st":1', '"st":2')],
  ['WRONG_MARKET', DEPTH.replace('"pu":10871223400087,', '')],
  ['WRONG_MARKET', TRADE.replace('"X":"MARKET",', '')],
  ['WRONG_MARKET', SNAPSHOT.replace('"E":1795305600151,', '')],
  ['WRONG_MARKET', TICKER_2024.replace('"e":"bookTicker",', '')],
  ['WRONG_SYMBOL', AGGREGATE.replace('DOGEUSDT', '1000DOGEUSDT')],
  ['WRONG_SYMBOL', MARK.replace('DOGEUSDT', 'BTCUSDT')],
  ['MISSING_FIELD', DEPTH.replace('"T":1795305600140,', '')],
  ['MISSING_FIELD', DEPTH.replace('"ps":"DOGEUSDT"', '"ps":3')],
  ['NOT_A_NUMBER', MARK.replace('0.00010000', '')],
  ['NOT_A_NUMBER', MARK.replace('0.00010000', '-')],
  ['NOT_A_NUMBER', MARK.replace('0.00010000', '--1')],
  ['NEGATIVE', MARK.replace('"0.162315"', '"-0.162315"')],
  ['NEGATIVE', DEPTH.replace('"pu":', '"pu":-')],
  ['ZERO_PRICE', MARK.replace('"0.162315"', '"0"')],
  ['ZERO_PRICE', DEPTH.replace('0.162310', '0.000000')],
  ['OFF_TICK', DEPTH.replace('0.162310', '0.162311')],
  ['OFF_STEP', AGGREGATE.replace('4000', '4000.5')],
  ['OFF_STEP', MARK.replace('0.00010000', '0.000100001')],
  ['BAD_TIME', MARK.replace('1795334400000', '0')],
  ['BAD_RANGE', DEPTH.replace('10871223400120', '10871223405545')],
  ['UNSORTED_SNAPSHOT', SNAPSHOT.replace('"bids":[', '"bids":[["0.162310","1"],')],
] as const;

test('a frame that cannot be an event is refused by both decoders with the same code', () => {
  for (const [code, text] of BAD) {
    for (const decoded of both(text)) assert.deepEqual(decoded, { code }, text);
  }
});

const price = fc.integer({ min: 1, max: 2_999_999 }).map((ticks) => (ticks / 1e5).toFixed(6));
const quantity = fc.integer({ min: 1, max: 50_000_000 }).map(String);
const levels = fc.array(fc.tuple(price, quantity), { maxLength: 30 });
const id = fc.maxSafeNat();
const time = fc.integer({ min: 1_000_000_000_000, max: 9_007_199_254_740 });
const s = fc.constant('DOGEUSDT');
const kindOf = <Kind extends string>(kind: Kind) => fc.constant(kind);
const ps = fc.option(s, { nil: undefined });
const st = fc.option(fc.constant(1), { nil: undefined });
const frame = fc.oneof(
  fc
    .record({
      e: kindOf('depthUpdate'),
      E: time,
      T: time,
      s,
      ps,
      U: id,
      u: id,
      pu: id,
      b: levels,
      a: levels,
      st,
    })
    .map((fields) => ({
      ...fields,
      U: Math.min(fields.U, fields.u),
      u: Math.max(fields.U, fields.u),
    })),
  fc.record({
    e: kindOf('bookTicker'),
    u: id,
    E: time,
    T: time,
    s,
    ps,
    b: price,
    B: quantity,
    a: price,
    A: quantity,
    st,
  }),
  fc.record({
    e: kindOf('bookTicker'),
    u: id,
    s,
    ps,
    b: price,
    B: quantity,
    a: price,
    A: quantity,
    T: time,
    E: time,
    st,
  }),
  fc.record({
    e: kindOf('trade'),
    E: time,
    T: time,
    s,
    ps,
    t: id,
    p: price,
    q: quantity,
    X: kindOf('MARKET'),
    m: fc.boolean(),
    st,
  }),
  fc.record({
    e: kindOf('aggTrade'),
    E: time,
    a: id,
    s,
    p: price,
    q: quantity,
    nq: fc.option(quantity, { nil: undefined }),
    f: id,
    l: id,
    T: time,
    m: fc.boolean(),
    st,
  }),
  fc.record({
    e: kindOf('markPriceUpdate'),
    E: time,
    s,
    p: price,
    ap: fc.option(price, { nil: undefined }),
    i: price,
    P: price,
    r: fc.integer({ min: -3_000_000, max: 3_000_000 }).map((rate) => (rate / 1e8).toFixed(8)),
    T: time,
    st,
  }),
);

test('generated frames of either year need no fallback and are the same to both decoders', () => {
  fc.assert(
    fc.property(frame, fc.boolean(), (fields, isEnveloped) => {
      const text = JSON.stringify(fields);
      const wire = isEnveloped ? enveloped('dogeusdt@markPrice@1s', text) : text;
      const before = decoder.fallbackCount;
      const [fast, slow] = both(wire);
      assert.ok('kind' in fast, wire);
      assert.deepEqual(fast, slow, wire);
      assert.equal(decoder.fallbackCount, before, wire);
    }),
    { numRuns: 800 },
  );
});

test('reordered, spaced and extended frames fall back and give the same event', () => {
  fc.assert(
    fc.property(frame, fc.nat(), fc.boolean(), (fields, seed, isSpaced) => {
      const strict = decodeText(decoder, JSON.stringify(fields));
      const entries = Object.entries({ ...fields, zz: { new: [seed] } });
      const turn = seed % entries.length;
      const rotated = Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]);
      const before = decoder.fallbackCount;
      const loose = decodeText(decoder, JSON.stringify(rotated, null, isSpaced ? 1 : 0));
      assert.deepEqual(loose, strict);
      assert.equal(decoder.fallbackCount, before + 1);
    }),
    { numRuns: 300 },
  );
});

test('a damaged byte gives the same answer by both decoders, and never another error', () => {
  const samples = [DEPTH, TICKER, TICKER_2024, TRADE, AGGREGATE, MARK, SNAPSHOT];
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
    { numRuns: 5_000 },
  );
});

test('an event that is documented but not read is stepped over and fills nothing', () => {
  const before = decoder.ignoredCount;
  for (const text of UNREAD) {
    const [fast, slow] = both(text);
    assert.deepEqual(fast, { kind: DecodedKind.UNREAD, event: {}, published: 0 }, text);
    assert.deepEqual(slow, fast);
  }
  assert.equal(decoder.ignoredCount, before + UNREAD.length);
});
