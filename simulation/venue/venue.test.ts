/**
 * Goal: the venue answers each request as the real one would: late, in order, refused by the same
 * rules, with reports before balances.
 * Method: one world per rule, the whole answer compared.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { AssetUnits, EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import { BookListenerRelay } from './book-listener-relay.ts';
import { ConstantLatency, type LatencyModel } from './latency.ts';
import { MatchingEngine } from './matching-engine.ts';
import {
  ENTRY,
  PERP,
  perpInstrument,
  RESPONSE,
  SPOT,
  START,
  spotInstrument,
  WHOLE,
  World,
} from './venue.test-support.ts';
import { SimulatedVenue } from './venue.ts';

const MAKER = { type: OrderType.LIMIT_MAKER } as const;
const BUY = Side.BUY;
const SELL = Side.SELL;

test('a post-only order acts at entry, and is heard at entry + response: report, then balance', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 1_000, ...MAKER });
  assert.deepEqual(world.wait(ENTRY - 1), []);
  assert.equal(world.spot.bestBidTicks, 0, 'still on its way');
  assert.deepEqual(world.wait(1), []);
  assert.equal(world.spot.bestBidTicks, 16_000, 'in the book, not yet heard of');
  assert.deepEqual(world.wait(RESPONSE), [
    '1 ACCEPTED 0/1000',
    'SPOT_BASE 2000000000000+0',
    'SPOT_QUOTE 984000000000+16000000000',
    'SPOT_FEE_ASSET 100000000+0',
  ]);
  assert.deepEqual(new Set(world.arrivals), new Set([START + ENTRY + RESPONSE]));
});

test('a maker fill settles, pays commission in the received asset, and is reported once', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 1_000, ...MAKER });
  world.wait();
  world.stranger(SELL, 16_000, 400);
  assert.deepEqual(world.wait(), [
    '1 PARTIALLY_FILLED 400/1000 400@16000 maker',
    'SPOT_BASE 2039960000000+0',
    'SPOT_QUOTE 984000000000+9600000000',
  ]);
  world.stranger(SELL, 16_000, 600);
  const commissions: unknown[] = [];
  world.onEvent = (event) => {
    if (event.kind !== EventKind.EXECUTION_REPORT) return;
    commissions.push([event.commissionUnits, event.commissionAsset, event.tradeId, event.channel]);
  };
  assert.deepEqual(world.wait()[0], '1 FILLED 1000/1000 600@16000 maker');
  assert.deepEqual(commissions, [[60_000_000, CommissionAsset.BASE, 2, ReportChannel.USER_STREAM]]);
  assert.equal(world.venue.collectedUnits(BalanceSlot.SPOT_BASE), 100_000_000);
  assert.equal(world.venue.openOrders(SPOT).length, 0);
});

test('a taker hears NEW, its fills, then the account; a better price frees the difference', () => {
  const world = new World();
  world.stranger(SELL, 15_990, 300);
  world.stranger(SELL, 16_000, 300);
  world.send({ id: 1, side: BUY, price: 16_010, lots: 500 });
  assert.deepEqual(world.wait(), [
    '1 ACCEPTED 0/500',
    '1 PARTIALLY_FILLED 300/500 300@15990 taker',
    '1 FILLED 500/500 200@16000 taker',
    'SPOT_BASE 2049950000000+0',
    'SPOT_QUOTE 992003000000+0',
    'SPOT_FEE_ASSET 100000000+0',
  ]);
});

test('commission comes from the fee asset while it lasts, at a discount, then from what was received', () => {
  const world = new World({
    fees: {
      paysWithFeeAsset: true,
      feeAssetDiscount: 25_000_000 as RateUnits,
      feeAssetPriceUnits: (600 * WHOLE) as PriceUnits,
    },
    balances: {
      baseUnits: 0 as AssetUnits,
      quoteUnits: (10_000 * WHOLE) as AssetUnits,
      feeAssetUnits: 25_000 as AssetUnits,
      marginUnits: 0 as AssetUnits,
    },
  });
  world.stranger(SELL, 16_000, 3_000);
  world.send({ id: 1, side: BUY, price: 16_000, lots: 1_000 });
  world.wait();
  // 160 quote x 0.075 % = 0.12 quote = 0.0002 of an asset at 600.
  assert.equal(world.venue.freeUnits(BalanceSlot.SPOT_FEE_ASSET), 5_000);
  assert.equal(world.venue.freeUnits(BalanceSlot.SPOT_BASE), 1_000 * WHOLE);
  world.send({ id: 2, side: BUY, price: 16_000, lots: 1_000 });
  world.wait();
  assert.equal(world.venue.freeUnits(BalanceSlot.SPOT_FEE_ASSET), 5_000, 'not enough: untouched');
  assert.equal(world.venue.freeUnits(BalanceSlot.SPOT_BASE), 1_999 * WHOLE, 'full fee in base');
});

test('a post-only order that would take at arrival is refused and leaves nothing behind', () => {
  const world = new World();
  world.venue.publishAccount();
  world.stranger(SELL, 16_000, 10);
  world.send({ id: 1, side: BUY, price: 16_000, lots: 1_000, ...MAKER });
  assert.deepEqual(world.wait(), ['1 REJECTED 0/1000 POST_ONLY_WOULD_CROSS -2010']);
  world.send({
    id: 2,
    side: BUY,
    price: 16_000,
    lots: 1_000,
    timeInForce: TimeInForce.GTX,
    instrument: PERP,
  });
  world.stranger(SELL, 16_000, 10, PERP);
  assert.deepEqual(world.wait(), ['2 REJECTED 0/1000 POST_ONLY_WOULD_CROSS -5022']);
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 0);
  assert.equal(world.venue.counters(SPOT).postOnlyRejected, 1);
});

for (const [name, wish, expected] of [
  [
    'IOC trades and expires the rest',
    { price: 16_000, timeInForce: TimeInForce.IOC },
    [
      '1 ACCEPTED 0/50',
      '1 PARTIALLY_FILLED 20/50 20@16000 taker',
      '1 EXPIRED 20/50 UNFILLED_REMAINDER',
    ],
  ],
  [
    'MARKET trades and expires the rest',
    { price: 0, type: OrderType.MARKET },
    [
      '1 ACCEPTED 0/50',
      '1 PARTIALLY_FILLED 20/50 20@16000 taker',
      '1 EXPIRED 20/50 UNFILLED_REMAINDER',
    ],
  ],
  [
    'FOK expires whole',
    { price: 16_000, timeInForce: TimeInForce.FOK },
    ['1 ACCEPTED 0/50', '1 EXPIRED 0/50 FOK_UNFILLABLE'],
  ],
] as const) {
  test(`${name}, and unlocks what it held`, () => {
    const world = new World();
    world.venue.publishAccount();
    world.stranger(SELL, 16_000, 20);
    world.send({ id: 1, side: BUY, lots: 50, ...wish });
    assert.deepEqual(
      world.wait().filter((line) => line.startsWith('1 ')),
      expected,
    );
    assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 0);
  });
}

test('a market buy stops where the wallet ends, never below zero', () => {
  const world = new World();
  world.stranger(SELL, 16_000, 1);
  world.stranger(SELL, 99_000_000, 1_000);
  world.send({ id: 1, side: BUY, price: 0, lots: 100, type: OrderType.MARKET });
  assert.deepEqual(world.wait().slice(0, 3), [
    '1 ACCEPTED 0/100',
    '1 PARTIALLY_FILLED 1/100 1@16000 taker',
    '1 EXPIRED 1/100 UNFILLED_REMAINDER',
  ]);
});

test('not enough balance refuses, and nothing changes', () => {
  const world = new World();
  world.venue.publishAccount();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 62_501, ...MAKER });
  world.send({ id: 2, side: SELL, price: 16_000, lots: 20_001, ...MAKER });
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/62501 INSUFFICIENT_BALANCE -2010',
    '2 REJECTED 0/20001 INSUFFICIENT_BALANCE -2010',
  ]);
});

test('the checks run in the venue order: filter, duplicate, order count, balance, post-only', () => {
  const world = new World();
  world.stranger(SELL, 16_000, 5);
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  // Each breaks its own rule and all the later ones.
  world.send({ id: 1, side: BUY, price: 16_000, lots: 9_000_001, ...MAKER });
  world.send({ id: 1, side: BUY, price: 16_000, lots: 70_000, ...MAKER });
  world.send({ id: 2, side: BUY, price: 16_000, lots: 70_000, ...MAKER });
  world.send({ id: 3, side: BUY, price: 16_000, lots: 100, ...MAKER });
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/9000001 FILTER -1013',
    '1 REJECTED 0/70000 DUPLICATE_ID -2010',
    '2 REJECTED 0/70000 INSUFFICIENT_BALANCE -2010',
    '3 REJECTED 0/100 POST_ONLY_WOULD_CROSS -2010',
  ]);
});

test('the hundred and first order in ten seconds is refused; the next window is free again', () => {
  const world = new World();
  for (let id = 1; id <= 101; id++) world.send({ id, side: BUY, price: 15_000, lots: 7, ...MAKER });
  const lines = world.wait().filter((line) => /ACCEPTED|REJECTED/.test(line));
  assert.equal(lines.filter((line) => line.includes('ACCEPTED')).length, 100);
  assert.equal(lines.at(-1), '101 REJECTED 0/7 RATE_LIMIT -1015');
  world.wait(10_000_000);
  world.send({ id: 102, side: BUY, price: 15_000, lots: 7, ...MAKER });
  assert.match(world.wait()[0] ?? '', /^102 ACCEPTED/);
});

test('a first maker fill gives five orders back, later fills of the order none', () => {
  const world = new World();
  for (let id = 1; id <= 100; id++)
    world.send({ id, side: BUY, price: 15_000, lots: 70, ...MAKER });
  world.wait();
  world.stranger(SELL, 15_000, 30);
  world.stranger(SELL, 15_000, 30);
  for (let id = 101; id <= 106; id++)
    world.send({ id, side: BUY, price: 15_000, lots: 7, ...MAKER });
  const answers = world.wait().filter((line) => /^10\d (ACCEPTED|REJECTED)/.test(line));
  assert.equal(answers.filter((line) => line.includes('ACCEPTED')).length, 5);
  assert.equal(answers.at(-1), '106 REJECTED 0/7 RATE_LIMIT -1015');
});

test('the open order limit counts open orders only', () => {
  const world = new World({
    instruments: [spotInstrument({}, { maxOpenOrders: 2 }), perpInstrument()],
  });
  for (const id of [1, 2, 3]) world.send({ id, side: BUY, price: 15_000, lots: 7, ...MAKER });
  assert.ok(world.wait().includes('3 REJECTED 0/7 FILTER -1013'));
  world.send({ id: 4, side: BUY, price: 15_001, lots: 7, ...MAKER, target: 1 });
  assert.ok(world.wait().includes('4 ACCEPTED 0/7'), 'a replacement takes the place of its target');
});

test('the position limit counts holdings and open buys', () => {
  const maxPositionUnits = (20_100 * WHOLE) as AssetUnits;
  const world = new World({
    instruments: [spotInstrument({}, { maxPositionUnits }), perpInstrument()],
  });
  world.send({ id: 1, side: BUY, price: 15_000, lots: 60, ...MAKER });
  world.send({ id: 2, side: BUY, price: 15_000, lots: 41, ...MAKER });
  world.send({ id: 3, side: BUY, price: 15_000, lots: 40, ...MAKER });
  assert.deepEqual(
    world.wait().filter((line) => /ACCEPTED|REJECTED/.test(line)),
    ['1 ACCEPTED 0/60', '2 REJECTED 0/41 FILTER -1013', '3 ACCEPTED 0/40'],
  );
});

test('a status other than TRADING refuses new orders and lets cancels work', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 7, ...MAKER });
  world.wait();
  world.venue.setInstrument(spotInstrument({ status: InstrumentStatus.CANCEL_ONLY }));
  world.send({ id: 2, side: BUY, price: 15_000, lots: 7, ...MAKER });
  world.cancel(1);
  assert.deepEqual(world.wait(), [
    '2 REJECTED 0/7 MARKET_CLOSED -1220',
    '1 CANCELED 0/7',
    'SPOT_QUOTE 1000000000000+0',
  ]);
});

test('an account request repeats every balance and the position', () => {
  const world = new World();
  world.venue.publishAccount();
  const atStart = [...world.lines];
  assert.deepEqual(atStart, [
    'SPOT_BASE 2000000000000+0',
    'SPOT_QUOTE 1000000000000+0',
    'SPOT_FEE_ASSET 100000000+0',
    'position 0 entry 0',
    'PERP_MARGIN 200000000000+0',
  ]);
  world.request(CommandKind.REQUEST_ACCOUNT);
  const told = (line: string): boolean => !line.startsWith('event');
  assert.deepEqual(world.wait().filter(told), atStart);
});

test('snapshot requests are passed on', () => {
  const world = new World();
  world.request(CommandKind.REQUEST_SNAPSHOT, PERP);
  assert.deepEqual(world.snapshotRequests, [PERP]);
});

test('venue order ids rise and need both halves; answers carry when the request left', () => {
  const world = new World();
  const ids: number[] = [];
  const requested: number[] = [];
  world.onEvent = (event) => {
    if (event.kind !== EventKind.EXECUTION_REPORT) return;
    ids.push(event.venueOrderIdHigh * 2 ** 32 + event.venueOrderIdLow);
    requested.push(event.requestedAtMicros);
    assert.ok(event.venueOrderIdHigh > 0);
    assert.equal(event.venueTimeMicros, START + ENTRY);
  };
  for (const id of [1, 2, 3]) world.send({ id, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => a - b),
  );
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(requested, [START, START, START]);
});

/** Entry shrinks from call to call: without a queue, later requests would overtake earlier ones. */
function shrinkingLatency(): LatencyModel {
  let entry = 9_000;
  let response = 9_000;
  return {
    entryMicros: () => (entry = Math.max(0, entry - 2_000)),
    responseMicros: () => (response = Math.max(0, response - 2_000)),
    feedMicros: () => 0,
    isBurst: () => false,
    isRefusing: () => false,
    observe: () => undefined,
  };
}

test('nothing overtakes on one connection, in either direction', () => {
  const world = new World({ latency: shrinkingLatency() });
  for (const id of [1, 2, 3, 4])
    world.send({ id, side: BUY, price: 15_000 + id, lots: 100, ...MAKER });
  const lines = world.wait(60_000).filter((line) => line.includes('ACCEPTED'));
  assert.deepEqual(
    lines.map((line) => line[0]),
    ['1', '2', '3', '4'],
  );
  assert.deepEqual(
    world.arrivals,
    [...world.arrivals].sort((a, b) => a - b),
  );
});

test('a venue is refused that does not fit together', () => {
  const clock = new World().clock;
  const build = (count: number, instruments = [spotInstrument()]): SimulatedVenue =>
    new SimulatedVenue({
      clock,
      sink: { publish: () => undefined },
      instruments,
      books: Array.from({ length: count }, () => new MatchingEngine()),
      listeners: Array.from({ length: count }, () => new BookListenerRelay()),
      latency: new ConstantLatency(1, 1, 1),
      random: new SeededRandom(1),
      balances: {
        baseUnits: 0 as AssetUnits,
        quoteUnits: 0 as AssetUnits,
        feeAssetUnits: 0 as AssetUnits,
        marginUnits: 0 as AssetUnits,
      },
      onSnapshotRequest: () => undefined,
    });
  assert.throws(() => build(2), /one book and one listener/);
  assert.throws(() => build(1, [perpInstrument()]), /stand at their index/);
  assert.throws(
    () => build(2, [spotInstrument(), spotInstrument({ index: PERP })]),
    /at most one spot/,
  );
  const spotOnly = build(1);
  assert.throws(
    () => spotOnly.setMark(PERP, 1 as PriceUnits, 0 as RateUnits, 0 as EpochMicros),
    /not the perpetual/,
  );
  assert.equal(spotOnly.freeUnits(BalanceSlot.PERP_MARGIN), 0);
  assert.equal(spotOnly.lockedUnits(BalanceSlot.PERP_MARGIN), 0);
  assert.equal(spotOnly.liquidationCount + spotOnly.fundingCount, 0);
  assert.throws(() => spotOnly.openOrders(PERP), /no instrument 1/);
  const relay = new BookListenerRelay();
  assert.throws(
    () => new MatchingEngine({ ownListener: relay }) && relay.onRested({} as never),
    /before the venue/,
  );
});
