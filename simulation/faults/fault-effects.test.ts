/**
 * Goal: a fault is told when it had an effect, once for each, and never when it had none.
 * Method: the same windows where there is nobody to notice, nothing to strike, or another fault in the way.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { OrderType, Side } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros, QuantityLots } from '#units/integers.ts';
import { FAULTS, type FaultName } from './fault-table.ts';
import { FaultTown, SECOND, SPOT, START, windowOf } from './faults.test-support.ts';

/** Done to the venue, its market or its account, whether a process runs or not. */
const AT_THE_VENUE: readonly FaultName[] = [
  ...(['market-burst', 'tick-size-change', 'venue-cancel', 'stp-expiry'] as const),
  ...(['halt', 'cancel-only', 'balance-drift', 'foreign-order', 'market-dislocation'] as const),
];

/** Windows of two faults that lie in each other's way. */
function both(first: FaultName, second: FaultName): FaultTown {
  return new FaultTown([
    windowOf(first, { instrument: SPOT, lengthMicros: 20 * SECOND }),
    windowOf(second, { instrument: SPOT, fromMicros: 6 * SECOND, lengthMicros: 5 * SECOND }),
  ]);
}

for (const { name } of FAULTS) {
  if (AT_THE_VENUE.includes(name)) continue;
  test(`${name} has no effect where no process is`, () => {
    const town = new FaultTown([windowOf(name, { strength: 1 })]).runTo(4);
    town.place(1, Side.BUY, 80);
    town.runTo(4.5);
    town.network.detach();
    town.runTo(20);
    town.venue.incidents.takeOrder(SPOT, 1 as ClientOrderId, 50);
    town.runTo(30);
    assert.deepEqual(town.effects, []);
  });
}

for (const [first, second] of [
  ['market-disconnect', 'market-disconnect'],
  ['cut-24h', 'market-disconnect'],
  ['halt', 'halt'],
  ['halt', 'cancel-only'],
] as const) {
  test(`${second} inside of ${first} has no effect of its own`, () => {
    const town = both(first, second).runTo(5.5);
    const before = town.effects.length;
    assert.ok(before > 0);
    town.runTo(19);
    assert.equal(town.count(second), first === second ? 1 : 0);
  });
}

test('a connection that a new process makes was cut by nobody', () => {
  const town = new FaultTown([]).runTo(4);
  town.place(1, Side.BUY, 80, 200);
  town.runTo(5);
  town.network.detach();
  town.attach();
  town.runTo(5.1);
  town.venue.incidents.takeOrder(SPOT, 1 as ClientOrderId, 50);
  town.runTo(8);
  assert.deepEqual(town.effects, []);
});

test('what is lost with the connection of 24 hours is its effect, not that of another cut', () => {
  const town = new FaultTown([windowOf('cut-24h', { lengthMicros: 5 * SECOND })]).runTo(4);
  town.place(1, Side.BUY, 80, 200);
  town.runTo(6);
  town.venue.incidents.takeOrder(SPOT, 1 as ClientOrderId, 50);
  town.runTo(8);
  assert.equal(town.count('user-stream-cut'), 0);
  assert.ok(
    town.effects.some(({ name, clientOrderId }) => name === 'cut-24h' && clientOrderId === 1),
  );
});

test('a request that the venue refuses for another reason was not refused by the storm', () => {
  const town = both('ban-418', 'reject-storm').runTo(7);
  town.place(1, Side.BUY, 80);
  town.runTo(8);
  assert.deepEqual([town.count('reject-storm'), town.count('ban-418')], [0, 1]);
});

test('a refusal is told by the limit that asks for silence, also after its window', () => {
  const town = new FaultTown([
    windowOf('rate-429', { instrument: SPOT, lengthMicros: SECOND }),
    windowOf('ack-late', { instrument: SPOT, strength: 1 }),
  ]).runTo(5.997);
  town.place(1, Side.BUY, 80);
  town.runTo(7);
  assert.equal(town.count('rate-429'), 1);
});

test('half a cancel-replace of an order that is gone is no half', () => {
  const town = new FaultTown([windowOf('replace-half-success')]).runTo(6);
  town.send(CommandKind.REPLACE_ORDER, 2, {
    ...{ targetOrderId: 1 as ClientOrderId, type: OrderType.LIMIT_MAKER },
    quantityLots: 100 as QuantityLots,
  });
  town.runTo(7);
  assert.equal(town.count('replace-half-success'), 0);
});

test('of a request about two orders both are told', () => {
  const others: number[] = [];
  const town = new FaultTown([windowOf('replace-half-success')], {
    onFault: (_name, _instrument, id, target) => others.push(id, target),
  }).runTo(4);
  town.place(1, Side.BUY, 80);
  town.runTo(6);
  town.send(CommandKind.REPLACE_ORDER, 2, {
    ...{ targetOrderId: 1 as ClientOrderId, type: OrderType.LIMIT_MAKER },
    priceTicks: (town.venue.touchTicks(SPOT, Side.BUY) - 4) as never,
    quantityLots: 100 as QuantityLots,
  });
  town.runTo(7);
  assert.deepEqual(others, [2, 1]);
});

test('a second copy is an effect when it is heard, not when it is sent', () => {
  const town = new FaultTown([windowOf('ack-duplicated', { instrument: SPOT })]).runTo(6);
  town.place(1, Side.BUY, 80);
  town.clock.runUntil((START + 6 * SECOND + 6_000) as EpochMicros);
  assert.equal(town.count('ack-duplicated'), 0);
  town.network.detach();
  town.attach();
  town.runTo(7);
  assert.equal(town.count('ack-duplicated'), 0, 'it died with its process');
});

test('a message that a sleeper will read later is not damaged', () => {
  let unread = 0;
  const script = [
    windowOf('process-pause', { lengthMicros: 5 * SECOND }),
    windowOf('market-malformed', { lengthMicros: 4 * SECOND }),
  ];
  const town = new FaultTown(script, {
    frames: () => {
      unread += 1;
    },
  }).runTo(9.9);
  const before = unread;
  assert.equal(town.count('market-malformed'), 0);
  town.runTo(10);
  assert.ok(unread > before + 20, 'all of it is there when it wakes');
});
