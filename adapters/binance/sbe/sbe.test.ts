/**
 * Goal: each template is read at its exact offsets, added fields do not matter, bad bytes are refused by code.
 * Method: one golden message of each template; then every truncation, and random bytes changed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { SbeDecoder, SbeError } from './sbe.ts';

const AT = 1_795_305_600_200_000 as EpochMicros;
const DEPTH =
  '1a0013270100000040028f28d26006007c1a711802000000821a711802000000fb0010000200693f00000000000098b7000000000000663f0000000000000000000000000000100001006a3f00000000000008cf00000000000008444f474555534454';
const TRADES =
  '120010270100000040028f28d2600600c1f48e28d2600600fb00190002000000018c8647000000006a3f000000000000dc0500000000000001028c864700000000693f00000000000034030000000000000108444f474555534454';
const TICKER =
  '320011270100000040028f28d26006007b1a711802000000fb00693f00000000000052bc0000000000006a3f00000000000041ca00000000000008444f474555534454';
const PARTIAL =
  '120012270100000040028f28d26006007b1a711802000000fb0010000100693f00000000000052bc000000000000100001006a3f00000000000041ca00000000000008444f474555534454';

function decode(hex: string | Buffer): Record<string, unknown>[] {
  const decoder = new SbeDecoder(testInstrument(Market.SPOT));
  const events: Record<string, unknown>[] = [];
  const bytes = typeof hex === 'string' ? Buffer.from(hex, 'hex') : hex;
  decoder.decode(bytes, AT, (event) => events.push(plain(event)));
  return events;
}

function codeOf(bytes: Buffer): string {
  try {
    decode(bytes);
    return 'OK';
  } catch (error) {
    if (!(error instanceof SbeError)) throw error;
    assert.ok(error.remedy.length > 0);
    return error.code;
  }
}

test('the golden depth diff', () => {
  const [event] = decode(DEPTH);
  assert.equal(event?.['venueTimeMicros'], 1_795_305_600_123_456);
  assert.equal(event?.['firstUpdateId'], 9_000_000_124);
  assert.equal(event?.['lastUpdateId'], 9_000_000_130);
  assert.deepEqual(event?.['bids'], [
    [16_233, 47_000],
    [16_230, 0],
  ]);
  assert.deepEqual(event?.['asks'], [[16_234, 53_000]]);
});

test('the golden trades: two of them, both with a buyer who rested', () => {
  const events = decode(TRADES);
  assert.deepEqual(
    events.map((one) => [one['tradeId'], one['priceTicks'], one['quantityLots'], one['aggressor']]),
    [
      [1_200_000_001, 16_234, 1_500, 1],
      [1_200_000_002, 16_233, 820, 1],
    ],
  );
  assert.equal(events[0]?.['venueTimeMicros'], 1_795_305_600_120_001);
});

test('the golden best bid and ask', () => {
  const [event] = decode(TICKER);
  assert.deepEqual(
    ['updateId', 'bidPriceTicks', 'bidQuantityLots', 'askPriceTicks', 'askQuantityLots'].map(
      (key) => event?.[key],
    ),
    [9_000_000_123, 16_233, 48_210, 16_234, 51_777],
  );
});

test('a partial book is stepped over', () => {
  assert.deepEqual(decode(PARTIAL), []);
});

test('fields added to a block or an entry do not matter', () => {
  const bytes = Buffer.from(DEPTH, 'hex');
  const longer = Buffer.concat([bytes.subarray(0, 34), Buffer.alloc(5, 7), bytes.subarray(34)]);
  longer.writeUInt16LE(31, 0);
  assert.deepEqual(decode(longer), decode(DEPTH));
});

test('every truncation is refused as one', () => {
  for (const hex of [DEPTH, TRADES, TICKER]) {
    const bytes = Buffer.from(hex, 'hex');
    for (let size = 0; size < bytes.length; size++) {
      assert.equal(codeOf(bytes.subarray(0, size)), 'TRUNCATED', `size ${size}`);
    }
  }
});

for (const [code, offset, byte, why] of [
  ['WRONG_SCHEMA', 4, 3, 'another schema'],
  ['WRONG_SYMBOL', 91, 0x58, 'XOGEUSDT'],
  ['NEGATIVE', 15, 0x80, 'a time below zero'],
  ['TOO_LARGE', 14, 0xff, 'a time beyond 2^53'],
  ['BAD_RANGE', 24, 0, 'last before first'],
  ['ZERO_PRICE', 39, 0, 'half a zero price'],
  ['OFF_GRID', 32, 0xf8, 'exponent -8'],
] as const) {
  test(`${why} is ${code}`, () => {
    const bytes = Buffer.from(DEPTH, 'hex');
    bytes[offset] = byte;
    if (code === 'ZERO_PRICE') bytes[38] = 0;
    assert.equal(codeOf(bytes), code);
  });
}

test('random damage gives events or an SbeError, never anything else', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from([DEPTH, TRADES, TICKER, PARTIAL][round % 4] as string, 'hex');
    for (let change = 0; change <= round % 5; change++) bytes[random(bytes.length)] = random(256);
    codeOf(bytes);
  }
});
