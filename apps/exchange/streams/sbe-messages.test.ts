/**
 * Goal: binary messages are the venue's to the byte.
 * Method: the four worked examples of the protocol.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeInstrument, listedSymbol } from '#apps/exchange/market/exchange-instruments.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import {
  bestBidAskMessage,
  depthDiffMessage,
  depthSnapshotMessage,
  tradesMessage,
} from './sbe-messages.ts';

const listed = listedSymbol('DOGEUSDT');
assert.ok(listed);
const DOGE = exchangeInstrument(listed, Market.SPOT);
const EVENT_MICROS = 1_795_305_600_123_456;
const BOOK = { bids: [[16_233, 48_210]], asks: [[16_234, 51_777]] } as const;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('changed levels, 10003', () => {
  const message = depthDiffMessage(
    DOGE,
    {
      firstUpdateId: 9_000_000_124,
      lastUpdateId: 9_000_000_130,
      bids: [
        [16_233, 47_000],
        [16_230, 0],
      ],
      asks: [[16_234, 53_000]],
    },
    EVENT_MICROS,
  );
  assert.equal(
    hex(message),
    '1a0013270100000040028f28d26006007c1a711802000000821a711802000000fb0010000200693f00000000000098b7000000000000663f0000000000000000000000000000100001006a3f00000000000008cf00000000000008444f474555534454',
  );
  assert.equal(message.length, 99);
});

test('trades, 10000', () => {
  const timeMicros = 1_795_305_600_120_001 as EpochMicros;
  const message = tradesMessage(
    DOGE,
    [
      {
        tradeId: 1_200_000_001,
        priceTicks: 16_234,
        quantityLots: 1_500,
        buyerIsMaker: true,
        timeMicros,
      },
      {
        tradeId: 1_200_000_002,
        priceTicks: 16_233,
        quantityLots: 820,
        buyerIsMaker: true,
        timeMicros,
      },
    ],
    EVENT_MICROS,
  );
  assert.equal(
    hex(message),
    '120010270100000040028f28d2600600c1f48e28d2600600fb00190002000000018c8647000000006a3f000000000000dc0500000000000001028c864700000000693f00000000000034030000000000000108444f474555534454',
  );
});

test('best bid and ask, 10001', () => {
  assert.equal(
    hex(bestBidAskMessage(DOGE, BOOK, 9_000_000_123, EVENT_MICROS)),
    '320011270100000040028f28d26006007b1a711802000000fb00693f00000000000052bc0000000000006a3f00000000000041ca00000000000008444f474555534454',
  );
});

test('top levels, 10002', () => {
  assert.equal(
    hex(depthSnapshotMessage(DOGE, BOOK, 9_000_000_123, EVENT_MICROS)),
    '120012270100000040028f28d26006007b1a711802000000fb0010000100693f00000000000052bc000000000000100001006a3f00000000000041ca00000000000008444f474555534454',
  );
});
