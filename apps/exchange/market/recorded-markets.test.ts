/**
 * Goal: a recording is played as it was, again and again, and accounts' orders in it are filled by their
 * place in the queue, each execution printed once.
 * Method: small recordings written here, a wall that the test moves; the public book compared with the
 * recorded messages.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { VenueEnd, type VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { RecordedMarkets } from './recorded-markets.ts';
import { RecordingFileError, readRecording } from './recording-file.ts';
import { type BookRow, ownerOf, type PublicTrade, type SymbolMarket } from './symbol-market.ts';

const folder = mkdtempSync(join(tmpdir(), 'exchange-recording-'));
after(() => rmSync(folder, { recursive: true }));

const RECORDED_MILLIS = 1_723_161_254_000;
const START_MICROS = 1_795_305_600_000_000;
const ORDER_TERMS = { type: OrderType.LIMIT, timeInForce: TimeInForce.GTC };

type Row = readonly [price: string, quantity: string];

function depth(millis: number, first: number, last: number, bids: Row[], asks: Row[]): string {
  const event = { e: 'depthUpdate', E: RECORDED_MILLIS + millis, s: 'DOGEUSDT', U: first, u: last };
  return message(millis, { stream: 'dogeusdt@depth', data: { ...event, b: bids, a: asks } });
}

function trade(millis: number, price: string, quantity: string, m: boolean): string {
  const T = RECORDED_MILLIS + millis;
  return message(millis, {
    e: 'trade',
    E: T,
    s: 'DOGEUSDT',
    t: millis,
    p: price,
    q: quantity,
    T,
    m,
  });
}

function message(millis: number, payload: unknown): string {
  return `${RECORDED_MILLIS + millis - 1_270}000000 ${JSON.stringify(payload)}`;
}

const SNAPSHOT = message(150, {
  lastUpdateId: 12,
  bids: [
    ['0.16000', '1000'],
    ['0.15990', '500'],
  ],
  asks: [['0.16010', '800']],
});
const STORY = [
  depth(100, 5, 12, [['0.10000', '1']], []),
  SNAPSHOT,
  depth(200, 13, 14, [['0.16000', '900']], []),
  // The trade is received after the depth message that it caused, but it came first.
  depth(400, 15, 16, [['0.16000', '300']], []),
  trade(300, '0.16000', '600', true),
  trade(500, '0.16000', '250', true),
  depth(600, 17, 18, [['0.16000', '0']], [['0.16010', '100']]),
];

let files = 0;
function write(lines: readonly string[], isGzip = false, end = '\n'): string {
  files += 1;
  const path = join(folder, `recording-${files}`);
  const text = `${lines.join('\n')}${end}`;
  writeFileSync(path, isGzip ? gzipSync(text) : text);
  return path;
}

function stage(lines: readonly string[] = STORY, isRepeated = true) {
  const wall = { micros: START_MICROS };
  const markets = new RecordedMarkets({
    recordings: [readRecording(write(lines))],
    wallMicros: () => wall.micros as EpochMicros,
    paceMillis: 0,
    isRepeated,
  });
  const market = markets.spot.get('DOGEUSDT') as SymbolMarket;
  const prints: PublicTrade[] = [];
  market.addObserver({ onTrade: (one) => prints.push(one), onBookChanged: () => undefined });
  const fills: string[] = [];
  market.bindAccounts({
    onRested: () => fills.push('rested'),
    onFill: (order, price, lots, isMaker, id) =>
      fills.push(
        `${order.owner - ownerOf(0)} ${lots}@${price} ${isMaker ? 'maker' : 'taker'} ${id}`,
      ),
    onPrevented: (taker, maker, takerLots, makerLots) =>
      fills.push(
        `${taker.owner - ownerOf(0)}/${maker.owner - ownerOf(0)} lost ${takerLots}/${makerLots}`,
      ),
    onEnded: (_order, end) => fills.push(end === VenueEnd.SELF_TRADE ? 'prevented' : 'ended'),
  });
  const runTo = (millis: number): void => {
    wall.micros = START_MICROS + millis * 1_000;
    markets.nowMicros();
  };
  return { markets, market, prints, fills, runTo, wall };
}

let orderIds = 0;
function order(
  account: number,
  side: Side,
  ticks: number,
  lots: number,
  mode: SelfTradeMode,
): VenueOrder {
  orderIds += 1;
  return {
    ...ORDER_TERMS,
    venueOrderId: orderIds,
    owner: ownerOf(account),
    clientOrderId: 0,
    side,
    selfTradeMode: mode,
    reduceOnly: false,
    priceTicks: ticks as PriceTicks,
    quantityLots: lots as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
}

test('the book starts with the snapshot and follows at the recorded pace', () => {
  const { market, runTo, prints } = stage();
  runTo(0);
  assert.deepEqual(market.depth(5), {
    bids: [
      [16_000, 900],
      [15_990, 500],
    ],
    asks: [[16_010, 800]],
  });
  runTo(150);
  assert.deepEqual(
    prints.map((one) => [one.priceTicks, one.quantityLots, one.buyerIsMaker]),
    [[16_000, 600, true]],
  );
  assert.equal(market.lastPriceTicks, 16_000);
  runTo(450);
  assert.deepEqual(market.depth(5), { bids: [[15_990, 500]], asks: [[16_010, 100]] });
  assert.equal(prints[1]?.timeMicros, START_MICROS + 300_000);
});

function follow(side: Map<number, number>, rows: readonly BookRow[]): void {
  for (const [ticks, lots] of rows) {
    if (lots === 0) side.delete(ticks);
    else side.set(ticks, lots);
  }
}

test('collectors get every change, with ids in a row, over the start of the next round', () => {
  const { market, runTo } = stage();
  runTo(0);
  const collector = market.collectDepth();
  const book = market.depth(100);
  const local = { bids: new Map(book.bids), asks: new Map(book.asks) };
  let id = market.lastUpdateId;
  for (let millis = 100; millis <= 5_000; millis += 100) {
    runTo(millis);
    const changes = collector.drain();
    if (changes === null) continue;
    assert.equal(changes.firstUpdateId, id + 1);
    assert.equal(changes.lastUpdateId, market.lastUpdateId);
    id = changes.lastUpdateId;
    follow(local.bids, changes.bids);
    follow(local.asks, changes.asks);
    const now = market.depth(100);
    assert.deepEqual(local, { bids: new Map(now.bids), asks: new Map(now.asks) });
  }
  assert.ok(market.trades(100).length >= 6, 'several rounds were played');
});

test('a resting order is filled when the queue ahead of it has traded, out of the recorded trade', () => {
  const { market, runTo, prints, fills } = stage();
  runTo(10);
  market.book.place(order(1, Side.BUY, 16_000, 100, SelfTradeMode.EXPIRE_MAKER), 0 as EpochMicros);
  runTo(150);
  assert.deepEqual(fills, ['rested']);
  runTo(350);
  assert.equal(fills.length, 1, 'the queue ahead is not used up by 850 of 900');
  runTo(450);
  assert.deepEqual(
    prints.map((one) => one.quantityLots),
    [600, 250],
  );
  assert.deepEqual(
    prints.map((one, index) => one.tradeId - (prints[0] as PublicTrade).tradeId - index),
    [0, 0],
  );
});

test('a trade through a resting order fills it, and is printed with ids in a row', () => {
  const { market, runTo, prints, fills } = stage();
  runTo(10);
  market.book.place(order(1, Side.BUY, 16_005, 100, SelfTradeMode.EXPIRE_MAKER), 0 as EpochMicros);
  runTo(150);
  const [own, rest] = prints as [PublicTrade, PublicTrade];
  assert.deepEqual(fills, ['rested', `1 100@16005 maker ${own.tradeId}`]);
  assert.deepEqual([own.quantityLots, own.priceTicks, own.buyerIsMaker], [100, 16_005, true]);
  assert.equal(rest.tradeId, own.tradeId + 1);
});

test('a taker takes what the recording shows, and its fill is printed', () => {
  const { market, runTo, prints, fills } = stage();
  runTo(10);
  market.book.place(order(1, Side.BUY, 16_010, 300, SelfTradeMode.EXPIRE_MAKER), 0 as EpochMicros);
  assert.deepEqual(fills, [`1 300@16010 taker ${prints[0]?.tradeId}`]);
  assert.equal(prints[0]?.buyerIsMaker, false);
});

test('two accounts trade with each other; one with itself does not', () => {
  const { market, runTo, prints, fills } = stage();
  runTo(10);
  const now = 0 as EpochMicros;
  market.book.place(order(1, Side.SELL, 16_005, 50, SelfTradeMode.EXPIRE_MAKER), now);
  market.book.place(order(2, Side.BUY, 16_005, 20, SelfTradeMode.EXPIRE_MAKER), now);
  const id = prints[0]?.tradeId;
  assert.deepEqual(fills, ['rested', `2 20@16005 taker ${id}`, `1 20@16005 maker ${id}`]);
  assert.equal(prints.length, 1);
  for (const [mode, lost] of [
    [SelfTradeMode.EXPIRE_TAKER, '1/1 lost 20/0'],
    [SelfTradeMode.DECREMENT, '1/1 lost 20/20'],
    [SelfTradeMode.EXPIRE_BOTH, '1/1 lost 20/10'],
  ] as const) {
    fills.length = 0;
    market.book.place(order(1, Side.BUY, 16_005, 20, mode), now);
    assert.deepEqual(fills.slice(0, 2), [lost, 'prevented']);
  }
  assert.equal(prints.length, 1);
});

test('a recording played once stands still at its end', () => {
  const { market, runTo, prints } = stage(STORY, false);
  runTo(60_000);
  assert.equal(prints.length, 2);
  assert.deepEqual(market.depth(1).bids, [[15_990, 500]]);
});

test('the recording waits for a process that stood still', () => {
  const { prints, runTo } = stage();
  runTo(50);
  runTo(3_600_000);
  assert.ok(prints.length < 20, `${prints.length} prints`);
  runTo(3_602_000);
  assert.ok(prints.length >= 2, 'and goes on');
});

test('compressed files, blank lines, other messages and half a last line are fine', () => {
  const lines = [message(0, { result: null, id: 1 }), ...STORY, '', '17231612'];
  const { messages, symbol } = readRecording(write(lines, true, ''));
  assert.deepEqual([symbol, messages.length], ['DOGEUSDT', 6]);
});

for (const [what, lines, words] of [
  ['nothing at all', [], /no message tells/],
  ['no snapshot', STORY.filter((line) => line !== SNAPSHOT), /needs a snapshot/],
  ['a broken line', [...STORY, 'what is this', ...STORY], /line 8: this is no recorded message/],
] as const) {
  test(`a file with ${what} is refused by name`, () => {
    assert.throws(
      () => readRecording(write(lines)),
      (error) => error instanceof RecordingFileError && words.test(error.message),
    );
  });
}

test('a symbol that is not listed, and one that is there twice, are refused', () => {
  const wallMicros = () => START_MICROS as EpochMicros;
  const recording = readRecording(write(STORY));
  assert.throws(
    () => new RecordedMarkets({ recordings: [recording, recording], wallMicros, paceMillis: 0 }),
    /second recording of DOGEUSDT/,
  );
  const other = { ...recording, symbol: 'NOBODYUSDT' };
  assert.throws(
    () => new RecordedMarkets({ recordings: [other], wallMicros, paceMillis: 0 }),
    /NOBODYUSDT is not listed/,
  );
  assert.throws(() => readRecording(join(folder, 'nowhere')), /cannot be read/);
});
