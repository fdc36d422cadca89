/**
 * Goal: no layout changes in silence. A session recorded by a program of this format version can be
 * read, and hashes to the same, for as long as the version stands.
 * Method: one event and one command of each kind with another number in each field, against the bytes
 * they had when the version was given. Whole sessions: `golden-session.test.ts`.
 * When a test fails here: raise FORMAT_VERSION in segment.ts, then write down the new bytes.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { AlertCommand, CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  BalanceEvent,
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  FeedStatusEvent,
  FundingPaymentEvent,
  HostMeasurementEvent,
  InstrumentDefinedEvent,
  MarkPriceEvent,
  OperatorEvent,
  PerpPositionEvent,
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import { ByteReader, EventDecoder, writePayload } from './codec/codec.ts';
import { readCommand, writeCommand } from './codec/command-codec.ts';
import { filled, plain, wordsOf } from './golden-bytes.test-support.ts';
import { FORMAT_VERSION } from './segment.ts';

/** The version of the bytes below. */
const GOLDEN_VERSION = 2;

function withLevels<Shape extends DepthDeltaEvent | DepthSnapshotEvent>(event: Shape): Shape {
  event.bids.push(21, 22);
  event.bids.push(23, 24);
  event.asks.push(25, 26);
  return event;
}

const FILTERS = {
  minPriceTicks: 31,
  maxPriceTicks: 32,
  minQuantityLots: 33,
  maxQuantityLots: 34,
  marketMinQuantityLots: 35,
  marketMaxQuantityLots: 36,
  minNotionalUnits: 37,
  maxNotionalUnits: 38,
  minNotionalAppliesToMarket: false,
  maxNotionalAppliesToMarket: true,
  bidMultiplierUp: 39,
  bidMultiplierDown: 40,
  askMultiplierUp: 41,
  askMultiplierDown: 42,
  maxOpenOrders: 43,
  maxAmendsPerOrder: 44,
  maxPositionUnits: 45,
};

const INSTRUMENT = {
  index: 1,
  role: 2,
  market: 3,
  status: 4,
  version: 5,
  symbol: 'AAABBB',
  baseAsset: 'AAA',
  quoteAsset: 'BBB',
  feeAsset: 'CC',
  tick: { mantissa: 6, decimals: 7 },
  step: { mantissa: 8, decimals: 9 },
  tickLotNumerator: 10,
  tickLotDenominator: 11,
  baseUnitsPerLot: 12,
  priceUnitsPerTick: 13,
  makerFeeRate: 14,
  takerFeeRate: 15,
  feeAssetDiscountRate: 16,
  filters: FILTERS,
};

const LIMITS = {
  maxOrderLots: [4, 5],
  maxOrderNotionalUnits: [6],
  maxOpenOrders: [7],
  maxLongBaseUnits: [8],
  maxShortBaseUnits: [],
  maxGrossNotionalUnits: 9,
  priceCollarBps: 10.5,
  referenceAgeMaxMicros: 11,
  ordersPerTenSeconds: [12],
  reservedForHedges: 13,
  balanceReserveBps: 14.25,
  safetyMarginBps: 15,
};

/** Payloads: kind, sequence and stamp stand in the frame. */
const EVENTS: readonly (readonly [event: EngineEvent, golden: string])[] = [
  [new TimerEvent(), ''],
  [
    withLevels(
      filled(new DepthDeltaEvent(), {
        instrument: 1,
        venueTimeMicros: 2,
        firstUpdateId: 3,
        lastUpdateId: 4,
        previousUpdateId: -1,
      }),
    ),
    `
    0100000000000000 0200000001000000 0000000000000040 0000000000000840 0000000000001040
    000000000000f0bf 0000000000003540 0000000000003640 0000000000003740 0000000000003840
    0000000000003940 0000000000003a40`,
  ],
  [
    withLevels(
      filled(new DepthSnapshotEvent(), { instrument: 1, venueTimeMicros: 2, lastUpdateId: 3 }),
    ),
    `
    0100000000000000 0200000001000000 0000000000000040 0000000000000840 0000000000003540
    0000000000003640 0000000000003740 0000000000003840 0000000000003940 0000000000003a40`,
  ],
  [
    filled(new BookTickerEvent(), {
      instrument: 1,
      venueTimeMicros: 2,
      updateId: 3,
      bidPriceTicks: 4,
      bidQuantityLots: 5,
      askPriceTicks: 6,
      askQuantityLots: 7,
    }),
    `
    0100000000000000 0000000000000040 0000000000000840 0000000000001040 0000000000001440
    0000000000001840 0000000000001c40`,
  ],
  [
    filled(new TradeEvent(), {
      instrument: 1,
      aggressor: 2,
      venueTimeMicros: 3,
      tradeId: 4,
      priceTicks: 5,
      quantityLots: 6,
    }),
    `
    0100020000000000 0000000000000840 0000000000001040 0000000000001440 0000000000001840`,
  ],
  [
    filled(new MarkPriceEvent(), {
      instrument: 1,
      venueTimeMicros: 2,
      markPriceUnits: 3,
      indexPriceUnits: 4,
      fundingRate: -5,
      nextFundingMicros: 6,
    }),
    `
    0100000000000000 0000000000000040 0000000000000840 0000000000001040 00000000000014c0
    0000000000001840`,
  ],
  [filled(new FeedStatusEvent(), { instrument: 1, state: 2 }), '010002'],
  [
    filled(new ExecutionReport(), {
      instrument: 1,
      status: 2,
      channel: 3,
      side: 4,
      commissionAsset: 5,
      reason: 6,
      isMaker: true,
      clientOrderId: 7,
      replacedOrderId: 8,
      venueOrderIdHigh: 9,
      venueOrderIdLow: 10,
      priceTicks: 11,
      quantityLots: 12,
      filledLots: 13,
      lastPriceTicks: 14,
      lastQuantityLots: 15,
      tradeId: 16,
      commissionUnits: -17,
      venueCode: -2010,
      venueTimeMicros: 18,
      requestedAtMicros: 19,
    }),
    `
    0100020304050601 0000000000001c40 0000000000002040 0000000000002240 0000000000002440
    0000000000002640 0000000000002840 0000000000002a40 0000000000002c40 0000000000002e40
    0000000000003040 00000000000031c0 0000000000689fc0 0000000000003240 0000000000003340`,
  ],
  [
    filled(new BalanceEvent(), { slot: 1, venueTimeMicros: 2, freeUnits: 3, lockedUnits: 4 }),
    '0100000000000000 0000000000000040 0000000000000840 0000000000001040',
  ],
  [
    filled(new PerpPositionEvent(), {
      instrument: 1,
      venueTimeMicros: 2,
      positionLots: -3,
      entryPriceUnits: 4,
    }),
    '0100000000000000 0000000000000040 00000000000008c0 0000000000001040',
  ],
  [
    filled(new FundingPaymentEvent(), {
      instrument: 1,
      venueTimeMicros: 2,
      amountUnits: -3,
      rate: 4,
    }),
    '0100000000000000 0000000000000040 00000000000008c0 0000000000001040',
  ],
  [
    filled(new QueryCompletedEvent(), {
      instrument: 1,
      query: 2,
      hasMore: true,
      venueTimeMicros: 2,
      requestedAtMicros: -3,
    }),
    '0100020100000000 0000000000000040 00000000000008c0',
  ],
  [filled(new PrivateFeedStatusEvent(), { instrument: 1, state: 1 }), '010001'],
  [
    filled(new VenueSilenceEvent(), { instrument: 1, untilMicros: 2 }),
    '0100000000000000 0000000000000040',
  ],
  [
    filled(new SessionStartEvent(), { ownOrdersInBook: true, epoch: 1, seed: 2 }),
    '0100000000000000 000000000000f03f 0000000000000040',
  ],
  [
    filled(new InstrumentDefinedEvent(), { instrument: INSTRUMENT }),
    `
    0100020304000000 0000000000001440 0600000041414142 4242030000004141 4103000000424242
    0200000043430000 0000000000001840 0000000000001c40 0000000000002040 0000000000002240
    0000000000002440 0000000000002640 0000000000002840 0000000000002a40 0000000000002c40
    0000000000002e40 0000000000003040 0001000000000000 0000000000003f40 0000000000004040
    0000000000804040 0000000000004140 0000000000804140 0000000000004240 0000000000804240
    0000000000004340 0000000000804340 0000000000004440 0000000000804440 0000000000004540
    0000000000804540 0000000000004640 0000000000804640`,
  ],
  [
    filled(new RiskLeaseEvent(), { version: 1, epoch: 2, expiresAtMicros: 3, limits: LIMITS }),
    `
    000000000000f03f 0000000000000040 0000000000000840 0200000000000000 0000000000001040
    0000000000001440 0100000000000000 0000000000001840 0100000000000000 0000000000001c40
    0100000000000000 0000000000002040 0000000000000000 0000000000002240 0000000000002540
    0000000000002640 0100000000000000 0000000000002840 0000000000002a40 0000000000802c40
    0000000000002e40`,
  ],
  [filled(new OperatorEvent(), { action: 5 }), '05'],
  [
    filled(new HostMeasurementEvent(), { measure: 1, valueMicros: 2 }),
    '0100000000000000 0000000000000040',
  ],
];

const ORDER = {
  instrument: 1,
  side: 2,
  type: 3,
  timeInForce: 4,
  layer: 5,
  selfTradeMode: 6,
  reason: 7,
  reduceOnly: true,
  reducesRisk: false,
  clientOrderId: 8,
  targetOrderId: 9,
  priceTicks: 10,
  quantityLots: 11,
  ttlMicros: 12,
};
const ORDER_GOLDEN = `
    0000000000207040 0101000203040506 0701000000000000 0000000000002040 0000000000002240
    0000000000002440 0000000000002640 0000000000002840`;

const REQUEST_GOLDEN = '0000000000207040 0501000000000000';
const ALERT_GOLDEN = `
    0000000000207040 0901000203000000 0000000000001040 0000000000001640 00000000000019c0`;

test('the golden bytes belong to the format version in use', () => {
  assert.equal(FORMAT_VERSION, GOLDEN_VERSION);
  const kinds = EVENTS.map(([event]) => event.kind);
  assert.deepEqual(kinds.toSorted(), Object.values(EventKind).toSorted(), 'one of each kind');
});

for (const [event, golden] of EVENTS) {
  test(`${event.constructor.name} has the bytes of format ${GOLDEN_VERSION}, and they read back`, () => {
    assert.equal(
      wordsOf((writer) => writePayload(writer, event)),
      plain(golden),
    );
    const bytes = Buffer.from(plain(golden).replaceAll(' ', ''), 'hex');
    const reader = new ByteReader(bytes);
    const { kind, sequence, atMicros } = event;
    const decoded = new EventDecoder().read(reader, kind, sequence, atMicros);
    assert.equal(
      wordsOf((writer) => writePayload(writer, decoded)),
      plain(golden),
    );
  });
}

/** The golden bytes of a command with its kind, which stands in byte 8. */
function ofKind(golden: string, kind: number): string {
  const words = plain(golden).split(' ');
  words[1] = `${kind.toString(16).padStart(2, '0')}${(words[1] ?? '').slice(2)}`;
  return words.join(' ');
}

test('commands of every kind have the bytes of the format, and they read back', () => {
  const { CANCEL_ALL, REQUEST_SNAPSHOT, REQUEST_ACCOUNT, RAISE_ALERT, ...others } = CommandKind;
  const { REQUEST_OPEN_ORDERS, REQUEST_FILLS, ...orders } = others;
  const request = { instrument: 1 };
  const commands = [
    ...Object.values(orders).map(
      (kind) => [filled(new OrderCommand(), { ...ORDER, kind }), ORDER_GOLDEN] as const,
    ),
    ...[CANCEL_ALL, REQUEST_SNAPSHOT, REQUEST_ACCOUNT, REQUEST_OPEN_ORDERS].map(
      (kind) => [filled(new RequestCommand(), { ...request, kind }), REQUEST_GOLDEN] as const,
    ),
    [
      filled(new RequestCommand(), { ...request, kind: REQUEST_FILLS, fromTradeId: 2 }),
      `${REQUEST_GOLDEN} 0000000000000040`,
    ] as const,
    [
      filled(new AlertCommand(), {
        instrument: 1,
        code: 2,
        severity: 3,
        clientOrderId: 4,
        measured: 5.5,
        limit: -6.25,
      }),
      ALERT_GOLDEN,
    ] as const,
  ];
  assert.equal(commands.length, Object.values(CommandKind).length);
  for (const [command, golden] of commands) {
    const expected = ofKind(golden, command.kind);
    assert.equal(
      wordsOf((writer) => writeCommand(writer, 258, command)),
      expected,
    );
    const bytes = Buffer.from(expected.replaceAll(' ', ''), 'hex');
    const { sequence, command: read } = readCommand(new ByteReader(bytes));
    assert.equal(
      wordsOf((writer) => writeCommand(writer, sequence, read)),
      expected,
    );
  }
});
