/**
 * Goal: cancel, amend, replace and query answer as the venue does, in success, refusal and race.
 * Method: one world per rule, the whole answer compared.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { BalanceSlot, OrderType, SelfTradeMode, Side } from '#contracts/order.ts';
import type { EpochMicros } from '#units/integers.ts';
import { ENTRY, PERP, SPOT, WHOLE, World } from './venue.test-support.ts';

const MAKER = { type: OrderType.LIMIT_MAKER } as const;
const BUY = Side.BUY;
const SELL = Side.SELL;

test('cancel answers CANCELED once, then unknown; the id is free again', () => {
  const world = new World();
  world.send({ id: 1, side: SELL, price: 17_000, lots: 10, ...MAKER });
  world.wait();
  world.cancel(1);
  world.cancel(1);
  assert.deepEqual(world.wait(), [
    '1 CANCELED 0/10',
    'SPOT_BASE 2000000000000+0',
    '1 CANCEL_REJECTED 0/0 UNKNOWN_ORDER -2011',
  ]);
  world.send({ id: 1, side: SELL, price: 17_000, lots: 10, ...MAKER });
  assert.match(world.wait()[0] ?? '', /^1 ACCEPTED/);
});

test('a cancel that crosses a fill on the way loses the race', () => {
  const world = new World();
  world.send({ id: 1, side: SELL, price: 17_000, lots: 10, ...MAKER });
  world.wait();
  world.cancel(1);
  world.clock.runUntil((world.clock.nowMicros + ENTRY - 1) as EpochMicros);
  world.stranger(BUY, 17_000, 10);
  const lines = world.wait();
  assert.match(lines[0] ?? '', /^1 FILLED/);
  assert.equal(lines.at(-1), '1 CANCEL_REJECTED 0/0 UNKNOWN_ORDER -2011');
});

test('cancel all takes out every order of that instrument only', () => {
  const world = new World();
  world.mark(16_000);
  for (const id of [1, 2]) world.send({ id, side: BUY, price: 15_000, lots: 70, ...MAKER });
  world.send({ id: 3, side: BUY, price: 15_500, lots: 70, instrument: PERP });
  world.wait();
  world.request(CommandKind.CANCEL_ALL, SPOT);
  assert.deepEqual(world.wait(), [
    '1 CANCELED 0/70',
    '2 CANCELED 0/70',
    'SPOT_QUOTE 1000000000000+0',
  ]);
  assert.equal(world.venue.openOrders(PERP).length, 1);
});

test('amend shrinks in place, refuses growth, ends at what is filled, and is limited to ten', () => {
  const world = new World();
  const amend = (lots: number): string[] => {
    world.sendKind(CommandKind.AMEND_ORDER, 1, lots);
    return world.wait();
  };
  world.send({ id: 1, side: BUY, price: 16_000, lots: 100, ...MAKER });
  world.wait();
  world.stranger(BUY, 16_000, 50);
  assert.deepEqual(amend(90), ['1 AMENDED 0/90', 'SPOT_QUOTE 998560000000+1440000000']);
  assert.deepEqual(amend(90), ['1 AMEND_REJECTED 0/90 AMEND_REFUSED -2038']);
  assert.deepEqual(amend(91), ['1 AMEND_REJECTED 0/90 AMEND_REFUSED -2038']);
  assert.deepEqual(amend(1), ['1 AMEND_REJECTED 0/90 FILTER -1013'], 'below the minimum notional');
  world.stranger(SELL, 16_000, 40);
  assert.match(world.wait()[0] ?? '', /^1 PARTIALLY_FILLED 40\/90/);
  for (let count = 2; count <= 10; count++) amend(90 - count);
  assert.deepEqual(amend(79), ['1 AMEND_REJECTED 40/80 AMEND_REFUSED -2038'], 'ten were used');
  world.sendKind(CommandKind.AMEND_ORDER, 9, 5);
  assert.deepEqual(world.wait(), ['9 AMEND_REJECTED 0/0 UNKNOWN_ORDER -2011']);
});

test('an amend down to what is filled ends the order', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 100, ...MAKER });
  world.wait();
  world.stranger(SELL, 16_000, 40);
  world.wait();
  world.sendKind(CommandKind.AMEND_ORDER, 1, 40);
  assert.match(world.wait()[0] ?? '', /^1 EXPIRED 40\/100/);
  assert.equal(world.spot.bestBidTicks, 0);
});

test('replace: both work', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 100, ...MAKER });
  world.wait();
  const replaced: number[] = [];
  world.onEvent = (event) => {
    if (event.kind === EventKind.EXECUTION_REPORT) replaced.push(event.replacedOrderId);
  };
  world.send({ id: 2, side: BUY, price: 16_001, lots: 100, ...MAKER, target: 1 });
  assert.deepEqual(world.wait(), [
    '1 CANCELED 0/100',
    '2 ACCEPTED 0/100',
    'SPOT_QUOTE 998399900000+1600100000',
  ]);
  assert.deepEqual(replaced, [0, 1]);
});

test('replace: the cancel fails, so the new order is not attempted', () => {
  const world = new World();
  world.send({ id: 2, side: BUY, price: 16_001, lots: 100, ...MAKER, target: 1 });
  assert.deepEqual(world.wait().slice(0, 2), [
    '1 CANCEL_REJECTED 0/0 UNKNOWN_ORDER -2011',
    '2 REJECTED 0/100 REPLACE_NOT_ATTEMPTED -2022',
  ]);
  assert.equal(world.spot.bestBidTicks, 0);
});

test('replace: the new order is refused after the cancel, and no quote is left', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  world.stranger(SELL, 16_000, 5);
  world.send({ id: 2, side: BUY, price: 16_000, lots: 100, ...MAKER, target: 1 });
  assert.deepEqual(world.wait(), [
    '1 CANCELED 0/100',
    '2 REJECTED 0/100 POST_ONLY_WOULD_CROSS -2010',
    'SPOT_QUOTE 1000000000000+0',
  ]);
});

test('replace: filters and order count come first, and then nothing is cancelled', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  world.send({ id: 2, side: BUY, price: 15_000, lots: 1, ...MAKER, target: 1 });
  assert.deepEqual(world.wait(), [
    '1 CANCEL_REJECTED 0/100 FILTER -1013',
    '2 REJECTED 0/1 FILTER -1013',
  ]);
  assert.equal(world.spot.bestBidTicks, 15_000);
});

test('the cancelled order frees the balance its replacement needs', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 62_500, ...MAKER });
  world.wait();
  world.send({ id: 2, side: BUY, price: 15_999, lots: 62_500, ...MAKER, target: 1 });
  assert.deepEqual(world.wait().slice(0, 2), ['1 CANCELED 0/62500', '2 ACCEPTED 0/62500']);
});

test('self-trade prevention ends the resting order by our own mode, and both sides unlock', () => {
  const world = new World();
  world.send({ id: 1, side: SELL, price: 16_000, lots: 100, ...MAKER });
  world.send({
    id: 2,
    side: BUY,
    price: 16_000,
    lots: 100,
    selfTradeMode: SelfTradeMode.EXPIRE_MAKER,
  });
  assert.deepEqual(
    world.wait().filter((line) => /^\d+ /.test(line)),
    ['1 ACCEPTED 0/100', '2 ACCEPTED 0/100', '1 EXPIRED_IN_MATCH 0/100 SELF_TRADE'],
  );
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_BASE), 0);
});

test('DECREMENT tells the surviving order its new total and unlocks the rest', () => {
  const world = new World();
  world.send({ id: 1, side: SELL, price: 16_000, lots: 100, ...MAKER });
  world.send({ id: 2, side: BUY, price: 16_000, lots: 30, selfTradeMode: SelfTradeMode.DECREMENT });
  assert.deepEqual(
    world.wait().filter((line) => /^\d+ /.test(line)),
    [
      '1 ACCEPTED 0/100',
      '2 ACCEPTED 0/30',
      '2 EXPIRED_IN_MATCH 0/0 SELF_TRADE',
      '1 AMENDED 0/70 SELF_TRADE',
    ],
  );
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_BASE), 70 * WHOLE);
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 0);
});

test('a query tells the state: open, filled, never seen', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 100, ...MAKER });
  world.wait();
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  assert.deepEqual(world.wait(), ['1 ACCEPTED 0/100']);
  world.stranger(SELL, 16_000, 30);
  world.wait();
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  assert.deepEqual(world.wait(), ['1 PARTIALLY_FILLED 30/100']);
  world.stranger(SELL, 16_000, 70);
  world.wait();
  const channels: number[] = [];
  world.onEvent = (event) => {
    if (event.kind === EventKind.EXECUTION_REPORT) channels.push(event.channel);
  };
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  world.sendKind(CommandKind.QUERY_ORDER, 2);
  assert.deepEqual(world.wait(), ['1 FILLED 100/100', '2 REJECTED 0/0 UNKNOWN_ORDER -2013']);
  assert.deepEqual(channels, [ReportChannel.QUERY, ReportChannel.QUERY]);
});
