/**
 * Goal: each fault of orders and of the venue's limits happens, and the truth stays at the venue.
 * Method: one window at a time, a few orders, what the process heard of them.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { OrderType, Side } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import type { FaultWindow } from './fault-script.ts';
import type { FaultName } from './fault-table.ts';
import { FaultTown, SECOND, SPOT, START, windowOf } from './faults.test-support.ts';

const STATUS = Object.fromEntries(Object.entries(ReportStatus).map(([name, code]) => [code, name]));

function town(name: FaultName, changes: Partial<FaultWindow> = {}): FaultTown {
  return new FaultTown([windowOf(name, { instrument: SPOT, ...changes })]).runTo(6);
}

function reports(place: FaultTown, id: number): ExecutionReport[] {
  return place.heard.filter(
    (event): event is ExecutionReport =>
      event.kind === EventKind.EXECUTION_REPORT && event.clientOrderId === id,
  );
}

/** Statuses the process heard of an order, in order. */
function story(place: FaultTown, id = 1): string[] {
  return reports(place, id).map(({ status, venueCode }) => {
    const code = venueCode === 0 ? '' : ` ${venueCode}`;
    return `${STATUS[status]}${code}`;
  });
}

function take(place: FaultTown, id: number, lots: number): number {
  return place.venue.incidents.takeOrder(SPOT, id as ClientOrderId, lots);
}

test('a lost answer becomes UNKNOWN when the edge gives up; a query tells the truth', () => {
  const place = town('ack-lost', { strength: 2 * SECOND, lengthMicros: 4 * SECOND });
  place.place(1, Side.BUY, 80);
  place.runTo(7.9);
  assert.deepEqual(story(place), []);
  place.runTo(8.1);
  assert.deepEqual(story(place), ['UNKNOWN -1007']);
  assert.equal(place.venue.openOrders(SPOT).length, 1);
  place.runTo(10).send(CommandKind.QUERY_ORDER, 1);
  place.runTo(11);
  assert.deepEqual(story(place), ['UNKNOWN -1007', 'ACCEPTED']);
  assert.deepEqual(
    place.effects.map(({ name }) => name),
    ['ack-lost'],
  );
});

test('a late answer comes late and once', () => {
  const place = town('ack-late', { strength: 3 * SECOND });
  place.place(1, Side.BUY, 80);
  place.runTo(12);
  assert.deepEqual(story(place), ['ACCEPTED']);
  const delay = (reports(place, 1)[0]?.atMicros ?? 0) - START - 6 * SECOND;
  assert.ok(delay > 5_000 && delay <= 3 * SECOND + 5_000);
});

test('an answer comes twice', () => {
  const place = town('ack-duplicated');
  place.place(1, Side.BUY, 80);
  place.runTo(7);
  assert.deepEqual(story(place), ['ACCEPTED', 'ACCEPTED']);
});

test('a fill is heard before its acceptance; without a fill the acceptance comes after a second', () => {
  const place = town('fill-before-ack');
  place.place(1, Side.BUY, 0);
  place.place(2, Side.BUY, 80);
  place.clock.runUntil((START + 6 * SECOND + 2_500) as EpochMicros);
  assert.ok(take(place, 1, 40) > 0);
  place.runTo(6.5);
  assert.deepEqual(story(place).slice(0, 2), ['PARTIALLY_FILLED', 'ACCEPTED']);
  assert.deepEqual(story(place, 2), []);
  place.runTo(8);
  assert.deepEqual(story(place, 2), ['ACCEPTED']);
  assert.equal(place.count('fill-before-ack'), 1);
});

test('a fill comes behind later news, and none is lost', () => {
  const place = town('fill-reordered', { strength: 400_000, probability: 0.5 });
  place.place(1, Side.BUY, 0, 1_000);
  place.runTo(6.1);
  for (let count = 0; count < 20; count++) {
    take(place, 1, 10);
    place.clock.runUntil((place.clock.nowMicros + 20_000) as EpochMicros);
  }
  place.runTo(10);
  const fills = reports(place, 1).filter(({ tradeId }) => tradeId >= 0);
  const cumulative = fills.map(({ filledLots }) => filledLots as number);
  assert.equal(new Set(fills.map(({ tradeId }) => tradeId)).size, fills.length);
  const traded = fills.reduce((sum, { lastQuantityLots }) => sum + lastQuantityLots, 0);
  assert.equal(Math.max(...cumulative), traded);
  assert.ok(cumulative.some((lots, index) => index > 0 && lots < (cumulative[index - 1] ?? 0)));
  assert.ok(place.count('fill-reordered') > 0);
});

test('a fill is told twice with one trade id', () => {
  const place = town('fill-duplicated');
  place.place(1, Side.BUY, 0);
  place.runTo(6.1);
  take(place, 1, 40);
  place.runTo(7);
  const ids = reports(place, 1).flatMap(({ tradeId }) => (tradeId >= 0 ? [tradeId] : []));
  assert.equal(ids.length, 2 * new Set(ids).size);
  assert.ok(ids.length >= 2);
});

for (const [name, kind] of [
  ['cancel-fill-race', CommandKind.CANCEL_ORDER],
  ['amend-race', CommandKind.AMEND_ORDER],
] as const) {
  test(`${name}: the order trades while the request is on the way`, () => {
    const place = town(name);
    place.place(1, Side.BUY, 0, 400);
    place.runTo(6.1);
    const before = place.venue.openOrders(SPOT)[0]?.filledLots ?? 0;
    place.send(kind, 1, { quantityLots: 300 as QuantityLots });
    place.runTo(7);
    const filled = reports(place, 1).reduce((sum, report) => sum + report.lastQuantityLots, 0);
    assert.ok(filled > before);
    assert.equal(place.count(name), 1);
    assert.equal(place.effects[0]?.clientOrderId, 1);
  });
}

test('an unknown outcome is done or not done, and both happen', () => {
  const place = town('unknown-status');
  for (let id = 1; id <= 20; id++) place.place(id, Side.BUY, 80);
  place.runTo(8);
  const open = place.venue.openOrders(SPOT).length;
  assert.ok(open > 3 && open < 17, `${open} of 20`);
  for (let id = 1; id <= 20; id++) assert.deepEqual(story(place, id), ['UNKNOWN -1007']);
  assert.equal(place.count('unknown-status'), 20);
});

test('right after it was sent an order may not be found, and later it is', () => {
  const place = town('accepted-not-found', { strength: 2 * SECOND });
  place.place(1, Side.BUY, 80);
  place.runTo(6.5).send(CommandKind.QUERY_ORDER, 1);
  place.request(CommandKind.REQUEST_OPEN_ORDERS);
  place.runTo(8.5).send(CommandKind.QUERY_ORDER, 1);
  place.runTo(9);
  assert.deepEqual(story(place), ['ACCEPTED', 'REJECTED -2013', 'ACCEPTED', 'ACCEPTED']);
});

test('a reject storm refuses what is new and lets cancels through', () => {
  const place = new FaultTown([windowOf('reject-storm')]).runTo(4);
  place.place(1, Side.BUY, 80);
  place.runTo(6).place(2, Side.BUY, 80);
  place.send(CommandKind.CANCEL_ORDER, 1);
  place.runTo(7);
  assert.deepEqual(story(place, 2), ['REJECTED -1008']);
  assert.deepEqual(story(place), ['ACCEPTED', 'CANCELED']);
});

test('the order count used up by others refuses new orders', () => {
  const place = town('order-count');
  place.place(1, Side.BUY, 80);
  place.runTo(7);
  assert.deepEqual(story(place), ['REJECTED -1015']);
});

test('half a cancel-replace leaves no quote', () => {
  const place = new FaultTown([windowOf('replace-half-success')]).runTo(4);
  place.place(1, Side.BUY, 80);
  place.runTo(6).send(CommandKind.REPLACE_ORDER, 2, {
    targetOrderId: 1 as ClientOrderId,
    type: OrderType.LIMIT_MAKER,
    priceTicks: (place.venue.touchTicks(SPOT, Side.BUY) - 4) as PriceTicks,
    quantityLots: 100 as QuantityLots,
  });
  place.runTo(7);
  assert.deepEqual([story(place), story(place, 2)], [['ACCEPTED', 'CANCELED'], ['REJECTED -2010']]);
  assert.equal(place.venue.openOrders(SPOT).length, 0);
});

for (const [name, end] of [
  ['venue-cancel', 'CANCELED'],
  ['stp-expiry', 'EXPIRED_IN_MATCH'],
] as const) {
  test(`${name}: a resting order ends by itself`, () => {
    const place = new FaultTown([windowOf(name)]).runTo(4);
    place.place(1, Side.BUY, 80);
    place.runTo(7);
    assert.deepEqual(story(place), ['ACCEPTED', end]);
    assert.equal(place.count(name), 1);
  });
}

for (const name of ['rate-429', 'ban-418'] as const) {
  test(`${name}: everything is refused until the release, and knowing offences are counted`, () => {
    const silenced: [number, number][] = [];
    const place = new FaultTown([windowOf(name, { instrument: SPOT, lengthMicros: 10 * SECOND })], {
      onSilenced: (instrument, until) => silenced.push([instrument, (until - START) / SECOND]),
    });
    place.runTo(6).place(1, Side.BUY, 80);
    place.place(2, Side.BUY, 80);
    place.runTo(7);
    assert.equal(place.network.knowingOffences(SPOT), 0, 'nobody had said anything yet');
    assert.equal(place.venue.incidents.offenceCount(SPOT), 2);
    assert.deepEqual(silenced[0], [SPOT, 15]);
    place.place(3, Side.BUY, 80);
    place.request(CommandKind.REQUEST_ACCOUNT, -1 as typeof SPOT);
    place.runTo(8);
    assert.equal(place.network.knowingOffences(SPOT), 2);
    place.runTo(16).place(4, Side.BUY, 80);
    place.runTo(17);
    assert.deepEqual(
      [1, 2, 3, 4].flatMap((id) => story(place, id)),
      [...['REJECTED -1003', 'REJECTED -1003', 'REJECTED -1003', 'ACCEPTED']],
    );
    assert.equal(place.count(name), 3);
    assert.equal(place.network.knowingOffences(SPOT), 2);
  });
}
