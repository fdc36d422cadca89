/**
 * Goal: no layout changes in silence. A session recorded by a program of this format version can be
 * read, and hashes to the same, for as long as the version stands.
 * Method: one event and one command of each kind with another number in each field, against the bytes
 * they had when the version was given; the same for segment header, frame and checkpoint.
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
import { ByteReader, ByteWriter, EventDecoder, writePayload } from './codec/codec.ts';
import { readCommand, writeCommand } from './codec/command-codec.ts';
import { InlineCommit } from './inline-commit.ts';
import { SAMPLE_HEADER } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { FORMAT_VERSION } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { resumeSession } from './session-recovery.ts';

/** The version of the bytes below. */
const GOLDEN_VERSION = 2;

const memory = new ByteWriter(new ArrayBuffer(4096));

/** Words of eight bytes in hex, as they stand in the file. */
function wordsOf(write: (writer: ByteWriter) => void): string {
  memory.position = 0;
  write(memory);
  return inWords(memory.bytes.subarray(0, memory.position));
}

function inWords(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,16}/g) ?? []
  ).join(' ');
}

/** A golden text without the line breaks it is written with. */
function plain(golden: string): string {
  return golden.trim().split(/\s+/).join(' ');
}

/** The object with `fields` set: a name that is no field of it is a mistake of the test. */
function filled<Shape extends object>(shape: Shape, fields: object): Shape {
  for (const name of Object.keys(fields)) assert.ok(name in shape, `no field ${name}`);
  return Object.assign(shape, fields);
}

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

test('a whole session has the bytes of the format: segment header, frames, snapshot note, close', () => {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId: SAMPLE_HEADER.sessionId });
  const journal = new SessionJournal({
    sink: new InlineCommit({ writer }),
    epoch: 7,
    header: SAMPLE_HEADER,
    clock: { nowMicros: () => 9 as never },
  });
  journal.append(filled(new OperatorEvent(), { sequence: 1, atMicros: 8, action: 5 }));
  journal.emit(filled(new RequestCommand(), { instrument: 1 }));
  journal.noteSnapshot({ name: 's', sequence: 1, stateHash: 'ab' });
  journal.close(Uint8Array.of(1, 2, 3));
  const [name] = storage.list() as [string];
  const bytes = Buffer.from(storage.read(name));
  assert.equal(
    inWords(bytes.subarray(0, 64)),
    plain(`
    4d4d4a524e4c0d0a 0200000001000000 0011223344556677 8899aabbccddeeff 000000000000f03f
    0000000000000000 0000000000000000 00000000826f828f`),
  );
  // The first frame holds the session header as JSON; its layout is that of the others.
  const second = 64 + bytes.readUInt32LE(64);
  assert.equal(
    inWords(bytes.subarray(second)),
    plain(`
    380000000a5e36a1 0000000000002240 0700000001000000 2100000001000000 000000000000f03f
    0000000000002040 0500000000000000 400000008a2395c1 0000000000002240 0700000002000000
    670000000b000000 000000000000f03f 0000000000002040 0100000073020000 0061620000000000
    40000000c8821f1b 0000000000002240 0700000003000000 6500000010000000 000000000000f03f
    0000000000002040 000000000000f03f 0701000000000000 a8000000159b2267 0000000000002240
    0700000004000000 6800000078000000 000000000000f03f 0000000000002040 000000000000f03f
    000000000000f03f 0000000000000840 506eda3bade8d3c1 4339a036aba478c4 2762138cea6c2292
    94418989daecb113 039058c6f2c0cb49 2c533b0a4d14ef77 cc0f78abccced528 7d84a1a2011cfb81
    c76f855b5c87876b d5d428838d3292ce 848b4770bc316fc8 f669bbb78cfba954`),
  );
});

test('a later life has the bytes of its format: segment header, resume record, first event', () => {
  const storage = new MemoryStorage();
  const { sessionId } = SAMPLE_HEADER;
  const clock = { nowMicros: () => 9 as never };
  const first = new SessionJournal({
    sink: new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }) }),
    epoch: 7,
    header: SAMPLE_HEADER,
    clock,
  });
  first.append(filled(new OperatorEvent(), { sequence: 1, atMicros: 8, action: 5 }));
  first.emit(filled(new RequestCommand(), { instrument: 1 }));
  first.flush();
  storage.append('segment-000001.journal', Uint8Array.of(1, 2, 3));
  const recovered = resumeSession(storage);
  assert.ok(recovered !== null);
  const writer = new SegmentWriter({ storage, sessionId, after: recovered.position });
  const second = new SessionJournal({
    sink: new InlineCommit({ writer, durableSequence: 1 }),
    epoch: 8,
    header: SAMPLE_HEADER,
    clock,
    resumed: { recovered, stateBytes: Uint8Array.of(1, 2, 3), snapshotSequence: 0 },
  });
  second.append(filled(new OperatorEvent(), { sequence: 2, atMicros: 10, action: 5 }));
  second.flush();
  const name = storage.list().at(-1) as string;
  assert.equal(
    inWords(storage.read(name)),
    plain(`
    4d4d4a524e4c0d0a 0300000002000000 0011223344556677 8899aabbccddeeff 0000000000000040
    0000000000807640 0000000000000000 0000000069702881 d00000004c3987cf 0000000000002240
    0800000000000000 690000009a000000 000000000000f03f 0000000000002040 0000000000000040
    0000000000000000 0000000000000840 0000000000000840 0000000000000000 506eda3bade8d3c1
    4339a036aba478c4 2762138cea6c2292 94418989daecb113 039058c6f2c0cb49 2c533b0a4d14ef77
    cc0f78abccced528 7d84a1a2011cfb81 e3b0c44298fc1c14 9afbf4c8996fb924 27ae41e4649b934c
    a495991b7852b855 0400000074657374 0600000032342e30 2e30000000000000 38000000b703a6ed
    0000000000002240 0800000001000000 2100000001000000 0000000000000040 0000000000002440
    0500000000000000`),
  );
});
