/**
 * Goal: what can happen to an account from outside happens through the same books and wallets as
 * orders do, is told as a venue tells it, and stays the truth for queries.
 * Method: one small world per incident, the whole answer compared; money and locks counted.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, LevelColumn } from '#contracts/events.ts';
import { type ExecutionReport, ReportChannel } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { BalanceSlot, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type { AssetUnits, ClientOrderId, EpochMicros, PriceTicks } from '#units/integers.ts';
import type { OwnOrder } from './own-order.ts';
import { ENTRY, PERP, RESPONSE, SPOT, WHOLE, World } from './venue.test-support.ts';
import { DoorRefusal } from './venue-incidents.ts';

const { BUY, SELL } = Side;
const MAKER = { type: OrderType.LIMIT_MAKER } as const;

function openOrder(world: World, index = 0): Readonly<OwnOrder> {
  const order = world.venue.openOrders(SPOT)[index];
  assert.ok(order !== undefined);
  return order;
}

function reportsOf(world: World): ExecutionReport[] {
  const reports: ExecutionReport[] = [];
  world.onEvent = (event) => {
    if (event.kind === EventKind.EXECUTION_REPORT) reports.push({ ...event } as ExecutionReport);
  };
  return reports;
}

function resting(): World {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  return world;
}

test('a venue-side cancel ends the order by the stream, frees what it held, and a query agrees', () => {
  const world = resting();
  const reports = reportsOf(world);
  assert.equal(world.venue.incidents.cancelOrder(SPOT, openOrder(world)), true);
  assert.deepEqual(world.wait(), ['1 CANCELED 0/100 VENUE_CANCELED', 'SPOT_QUOTE 1000000000000+0']);
  assert.equal(reports[0]?.channel, ReportChannel.USER_STREAM);
  assert.equal(reports[0]?.requestedAtMicros, 0);
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  assert.deepEqual(world.wait(), ['1 CANCELED 0/100 VENUE_CANCELED']);
});

test('an order that rests no more cannot be ended again', () => {
  const world = resting();
  const order = openOrder(world);
  world.venue.incidents.cancelOrder(SPOT, order);
  assert.equal(world.venue.incidents.cancelOrder(SPOT, order), false);
  assert.equal(world.venue.incidents.expireBySelfTrade(SPOT, order), false);
});

test('self-trade prevention by another program of the account expires the order', () => {
  const world = resting();
  assert.equal(world.venue.incidents.expireBySelfTrade(SPOT, openOrder(world)), true);
  assert.match(world.wait()[0] ?? '', /^1 EXPIRED_IN_MATCH 0\/100 SELF_TRADE/);
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 0);
});

test('a stranger takes an order with all that stands before it, in part or whole', () => {
  const world = new World();
  world.stranger(BUY, 15_001, 30);
  world.stranger(BUY, 15_000, 20);
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  const { incidents } = world.venue;
  const id = 1 as ClientOrderId;
  assert.equal(incidents.takeOrder(SPOT, id, 40, 80), 0, 'too much to sweep');
  assert.equal(world.spot.bestBidTicks, 15_001);
  assert.equal(incidents.takeOrder(SPOT, id, 40), 40);
  assert.equal(world.spot.levelLots(BUY, 15_001), 0);
  assert.equal(world.spot.levelLots(BUY, 15_000), 60);
  assert.equal(incidents.takeOrder(SPOT, id, 1_000), 60);
  assert.equal(incidents.takeOrder(SPOT, id, 1), 0, 'it is filled');
  assert.equal(incidents.takeOrder(SPOT, 9 as ClientOrderId, 1), 0, 'never there');
  assert.deepEqual(
    world.wait().filter((line) => line.startsWith('1 ')),
    ['1 PARTIALLY_FILLED 40/100 40@15000 maker', '1 FILLED 100/100 60@15000 maker'],
  );
});

test('a foreign order rests beside ours without an id of ours, trades on our account, and is listed', () => {
  const world = resting();
  const foreign = { instrument: SPOT, side: BUY, quantityLots: 200 };
  const { incidents } = world.venue;
  const timeInForce = TimeInForce.GTC;
  assert.equal(incidents.placeForeign({ ...foreign, priceTicks: 14_000, timeInForce }), true);
  assert.equal(incidents.placeForeign({ ...foreign, priceTicks: 13_000, timeInForce }), true);
  const reports = reportsOf(world);
  assert.deepEqual(world.wait(), [
    '0 ACCEPTED 0/200',
    'SPOT_QUOTE 995700000000+4300000000',
    '0 ACCEPTED 0/200',
    'SPOT_QUOTE 993100000000+6900000000',
  ]);
  assert.equal(reports[0]?.channel, ReportChannel.USER_STREAM);
  world.stranger(SELL, 14_000, 250);
  assert.match(world.wait().join(), /0 PARTIALLY_FILLED 150\/200 150@14000 maker/);
  world.request(CommandKind.REQUEST_OPEN_ORDERS);
  assert.deepEqual(world.wait(), ['0 PARTIALLY_FILLED 150/200', '0 ACCEPTED 0/200', 'event 24']);
  assert.equal(incidents.cancelForeign(SPOT), 2);
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 0);
});

test('a foreign order that the venue refuses is not told to us', () => {
  const world = resting();
  const isPlaced = world.venue.incidents.placeForeign({
    ...{ instrument: SPOT, side: BUY, priceTicks: 15_000, quantityLots: 8_000_000 },
    timeInForce: TimeInForce.GTC,
  });
  assert.equal(isPlaced, false);
  assert.deepEqual(world.wait(), []);
});

test('everything of the account can be cancelled by the venue, foreign orders too', () => {
  const world = resting();
  world.venue.incidents.placeForeign({
    ...{ instrument: SPOT, side: SELL, priceTicks: 17_000, quantityLots: 100 },
    timeInForce: TimeInForce.GTC,
  });
  assert.equal(world.venue.incidents.cancelAll(SPOT), 2);
  assert.equal(world.spot.restingCount, 0);
});

test('money that moves silently is found by a query; told money is told at once', () => {
  const world = new World();
  world.venue.publishAccount();
  const { incidents } = world.venue;
  assert.equal(incidents.transfer(BalanceSlot.SPOT_BASE, -WHOLE as AssetUnits, false), -WHOLE);
  assert.deepEqual(world.wait(), []);
  world.request(CommandKind.REQUEST_ACCOUNT);
  assert.match(world.wait()[0] ?? '', /^SPOT_BASE 1999900000000\+0/);
  assert.equal(incidents.transfer(BalanceSlot.SPOT_QUOTE, WHOLE as AssetUnits, true), WHOLE);
  assert.deepEqual(world.wait(), ['SPOT_QUOTE 1000100000000+0']);
  assert.equal(incidents.transfer(BalanceSlot.PERP_MARGIN, WHOLE as AssetUnits, true), WHOLE);
  assert.deepEqual(world.wait(), ['PERP_MARGIN 200100000000+0']);
  assert.equal(incidents.transferredUnits(BalanceSlot.SPOT_BASE), -WHOLE);
});

test('no more than what is free can leave', () => {
  const world = resting();
  const everything = -Number.MAX_SAFE_INTEGER as AssetUnits;
  const { incidents } = world.venue;
  assert.equal(incidents.transfer(BalanceSlot.SPOT_QUOTE, everything, false), -998_500_000_000);
  assert.equal(incidents.transfer(BalanceSlot.PERP_MARGIN, everything, false), -200_000_000_000);
  assert.equal(incidents.transfer(BalanceSlot.PERP_MARGIN, everything, false), 0);
});

test('during a ban every request is refused and is an offence; the other market is free', () => {
  const world = resting();
  const { incidents } = world.venue;
  const until = (world.clock.nowMicros + 50_000) as EpochMicros;
  incidents.silence(SPOT, until);
  incidents.silence(SPOT, (until - 20_000) as EpochMicros);
  assert.equal(incidents.releaseMicros(SPOT), until);
  world.cancel(1);
  world.request(CommandKind.REQUEST_OPEN_ORDERS);
  world.request(CommandKind.CANCEL_ALL);
  world.request(CommandKind.REQUEST_ACCOUNT);
  world.sendKind(CommandKind.QUERY_ORDER, 1, 0, PERP);
  const lines = world.wait();
  assert.equal(lines[0], '1 CANCEL_REJECTED 0/100 RATE_LIMIT -1003');
  assert.equal(
    lines.filter((line) => line.startsWith('SPOT')).length,
    0,
    'the spot account is silent',
  );
  assert.equal(lines.filter((line) => line.startsWith('PERP_MARGIN')).length, 1);
  assert.ok(lines.includes('1 REJECTED 0/0 UNKNOWN_ORDER -2013'), 'the other market answers');
  assert.equal(incidents.offenceCount(SPOT), 4);
  assert.equal(incidents.offenceCount(PERP), 0);
  world.wait(50_000);
  world.cancel(1);
  assert.match(world.wait()[0] ?? '', /^1 CANCELED/);
  assert.equal(incidents.offenceCount(SPOT), 4);
});

for (const [why, line] of [
  [DoorRefusal.OVERLOAD, '2 REJECTED 0/100 OTHER -1008'],
  [DoorRefusal.ORDER_COUNT, '2 REJECTED 0/100 RATE_LIMIT -1015'],
  [DoorRefusal.TIME_STAMP, '2 REJECTED 0/100 OTHER -1021'],
] as const) {
  test(`a refusal at the door leaves everything as it is: ${line}`, () => {
    const world = resting();
    const command = new OrderCommand();
    command.instrument = SPOT;
    command.clientOrderId = 2 as ClientOrderId;
    command.quantityLots = 100 as OrderCommand['quantityLots'];
    command.priceTicks = 15_000 as PriceTicks;
    world.venue.incidents.submitRefused(command, why);
    assert.deepEqual(world.wait(), [line]);
    assert.equal(world.venue.openOrders(SPOT).length, 1);
  });
}

test('a refused query is answered by silence', () => {
  const world = resting();
  const command = new RequestCommand();
  command.kind = CommandKind.REQUEST_OPEN_ORDERS;
  command.instrument = SPOT;
  world.venue.incidents.submitRefused(command, DoorRefusal.OVERLOAD);
  assert.deepEqual(world.wait(), []);
});

test('half a cancel-replace: the old order goes and the new one is refused', () => {
  const world = resting();
  const command = new OrderCommand();
  command.kind = CommandKind.REPLACE_ORDER;
  command.instrument = SPOT;
  command.clientOrderId = 2 as ClientOrderId;
  command.targetOrderId = 1 as ClientOrderId;
  command.quantityLots = 100 as OrderCommand['quantityLots'];
  command.priceTicks = 14_900 as PriceTicks;
  world.venue.incidents.submitHalf(command);
  assert.deepEqual(world.wait(), [
    '1 CANCELED 0/100',
    '2 REJECTED 0/100 POST_ONLY_WOULD_CROSS -2010',
    'SPOT_QUOTE 1000000000000+0',
  ]);
});

test('who uses up the weight of a minute is refused until it is over', () => {
  const world = resting();
  const { incidents } = world.venue;
  const minute = 60_000_000;
  const over = (Math.floor(world.clock.nowMicros / minute) + 1) * minute;
  // 6000 in all: the resting order took some of it.
  for (let count = 0; count < 300; count++) world.request(CommandKind.REQUEST_FILLS);
  world.wait();
  assert.equal(incidents.releaseMicros(SPOT), over);
  assert.equal(incidents.releaseMicros(PERP), 0, 'each market has its own');
  world.cancel(1);
  assert.deepEqual(world.wait(), ['1 CANCEL_REJECTED 0/100 RATE_LIMIT -1003']);
  assert.equal(incidents.offenceCount(SPOT), 2);
});

test('a halt refuses new orders and lets cancels work, as a new version of the instrument', () => {
  const world = resting();
  const { incidents } = world.venue;
  const halted = incidents.setStatus(SPOT, InstrumentStatus.HALT);
  assert.equal(halted.version, 2);
  assert.equal(
    incidents.setStatus(SPOT, InstrumentStatus.HALT),
    halted,
    'said twice is one change',
  );
  world.send({ id: 2, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.cancel(1);
  const lines = world.wait();
  assert.match(lines[0] ?? '', /^2 REJECTED .*MARKET_CLOSED/);
  assert.match(lines[1] ?? '', /^1 CANCELED/);
  assert.equal(incidents.setStatus(SPOT, InstrumentStatus.TRADING).version, 3);
});

test('a finer tick keeps every price of the past, and money works on the new grid', () => {
  const world = resting();
  world.stranger(SELL, 15_000, 40);
  world.cancel(1);
  world.wait();
  const { incidents } = world.venue;
  world.spot.drainChanges(...emptyColumns());
  const finer = incidents.refineTick(SPOT, 10);
  assert.deepEqual(finer.tick, { mantissa: 1, decimals: 6 });
  assert.equal(incidents.instrument(SPOT), finer);
  const reports = reportsOf(world);
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  const fills = new RequestCommand();
  fills.kind = CommandKind.REQUEST_FILLS;
  fills.instrument = SPOT;
  world.venue.submit(fills);
  world.send({ id: 2, side: BUY, price: 160_000, lots: 100, ...MAKER });
  world.wait();
  assert.deepEqual(
    reports.map(({ priceTicks, lastPriceTicks }) => [priceTicks, lastPriceTicks]),
    [
      [150_000, 0],
      [0, 150_000],
      [160_000, 0],
    ],
  );
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 16 * WHOLE);
});

test('a tick changes only when the book is empty and told', () => {
  const world = resting();
  const { incidents } = world.venue;
  assert.throws(() => incidents.refineTick(SPOT, 10), /empty book/);
  incidents.cancelAll(SPOT);
  assert.throws(() => incidents.refineTick(SPOT, 10), /still being published/);
  world.spot.drainChanges(...emptyColumns());
  assert.throws(() => incidents.refineTick(SPOT, 3), /divided/);
  assert.doesNotThrow(() => incidents.refineTick(SPOT, 2));
  assert.equal(incidents.instrument(SPOT).version, 2);
});

test('the perpetual account counts on the finer grid, too', () => {
  const world = new World();
  world.mark(16_000);
  world.send({ id: 1, side: BUY, price: 16_000, lots: 100, instrument: PERP });
  world.wait();
  world.stranger(SELL, 16_000, 100, PERP);
  world.wait();
  world.perp.drainChanges(...emptyColumns());
  const entry = world.venue.margin?.entryPriceUnits;
  world.venue.incidents.refineTick(PERP, 10);
  assert.equal(world.venue.margin?.entryPriceUnits, entry);
  world.send({ id: 2, side: SELL, price: 160_000, lots: 100, instrument: PERP, reduceOnly: true });
  world.wait();
  world.stranger(BUY, 160_000, 100, PERP);
  world.wait();
  assert.equal(world.venue.margin?.positionLots, 0);
  assert.equal(world.venue.margin?.realizedUnits, 0);
});

test('answers to queries about the account are marked while they are delivered, nothing else is', () => {
  const world = resting();
  const seen: [number, boolean][] = [];
  world.onEvent = (event: EngineEvent) => seen.push([event.kind, world.venue.isDeliveringAnswer]);
  world.request(CommandKind.REQUEST_ACCOUNT);
  world.cancel(1);
  world.clock.runUntil((world.clock.nowMicros + ENTRY + RESPONSE) as EpochMicros);
  const answers = seen.filter(([, isAnswer]) => isAnswer).map(([kind]) => kind);
  const { BALANCE, QUERY_COMPLETED, PERP_POSITION, EXECUTION_REPORT } = EventKind;
  assert.deepEqual(answers, [
    ...[BALANCE, BALANCE, BALANCE, QUERY_COMPLETED, PERP_POSITION, BALANCE, QUERY_COMPLETED],
  ]);
  const others = seen.filter(([, isAnswer]) => !isAnswer).map(([kind]) => kind);
  assert.deepEqual(others, [EXECUTION_REPORT, BALANCE]);
  assert.equal(world.venue.isDeliveringAnswer, false);
});

test('an instrument that is not there is refused', () => {
  const { incidents } = new World().venue;
  assert.throws(() => incidents.instrument(7 as typeof SPOT), RangeError);
  assert.throws(() => incidents.setStatus(7 as typeof SPOT, InstrumentStatus.HALT), RangeError);
});

function emptyColumns(): [LevelColumn, LevelColumn] {
  return [new LevelColumn(), new LevelColumn()];
}
