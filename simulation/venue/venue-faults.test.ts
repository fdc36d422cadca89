/**
 * Goal: overload and lost answers leave the account in a state that reports and queries explain, and
 * chance comes from the seed alone.
 * Method: a venue that is always in a burst; the same world run twice.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { OrderType, Side } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { type LatencyModel, StochasticLatency, TYPICAL_STOCHASTIC } from './latency.ts';
import { ENTRY, RESPONSE, SPOT, World } from './venue.test-support.ts';

const MAKER = { type: OrderType.LIMIT_MAKER } as const;
const BUY = Side.BUY;
const SELL = Side.SELL;

/** Always overloaded. */
const OVERLOADED: LatencyModel = {
  entryMicros: () => ENTRY,
  responseMicros: () => RESPONSE,
  feedMicros: () => 0,
  isBurst: () => true,
  isRefusing: () => false,
  observe: () => undefined,
};

test('an overloaded venue refuses every kind of request and changes nothing', () => {
  const world = new World({ latency: OVERLOADED, burstFaults: { refusal: 1, lostAnswer: 0 } });
  world.venue.publishAccount();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.send({ id: 2, side: BUY, price: 15_000, lots: 100, ...MAKER, target: 1 });
  world.cancel(1);
  world.sendKind(CommandKind.AMEND_ORDER, 1, 5);
  world.sendKind(CommandKind.QUERY_ORDER, 1);
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/100 OTHER -1008',
    '1 CANCEL_REJECTED 0/0 OTHER -1008',
    '2 REJECTED 0/100 OTHER -1008',
    '1 CANCEL_REJECTED 0/0 OTHER -1008',
    '1 AMEND_REJECTED 0/0 OTHER -1008',
    '1 UNKNOWN 0/0 OTHER -1008',
  ]);
  assert.equal(world.spot.restingCount, 0);
});

test('a measured overload refuses without any draw', () => {
  const world = new World({ latency: { ...OVERLOADED, isRefusing: () => true } });
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  assert.equal(world.wait()[0], '1 REJECTED 0/100 OTHER -1008');
});

test('a lost answer is UNKNOWN first; about half of those orders live', () => {
  const world = new World({ latency: OVERLOADED, burstFaults: { refusal: 0, lostAnswer: 1 } });
  for (let id = 1; id <= 60; id++)
    world.send({ id, side: BUY, price: 15_000, lots: 100, ...MAKER });
  const lines = world.wait();
  assert.equal(
    lines.filter((line) => line.includes('UNKNOWN 0/0 OUTCOME_UNKNOWN -1007')).length,
    60,
  );
  const living = world.venue.openOrders(SPOT).length;
  assert.ok(living > 15 && living < 45, `${living} of 60`);
  assert.equal(lines.filter((line) => line.includes('ACCEPTED')).length, living);
  world.send({ id: 61, side: BUY, price: 15_000, lots: 100, ...MAKER, target: 1 });
  assert.ok(world.wait().includes('1 UNKNOWN 0/0 OUTCOME_UNKNOWN -1007'), 'the target, too');
});

test('a cancel-all whose request is lost does nothing; whose answer is lost, works', () => {
  const world = new World({ latency: OVERLOADED, burstFaults: { refusal: 0, lostAnswer: 1 } });
  for (let id = 1; id <= 20; id++)
    world.send({ id, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.wait();
  for (let attempt = 0; attempt < 20; attempt++) world.request(CommandKind.CANCEL_ALL);
  const canceled = world.wait().filter((line) => line.includes('CANCELED'));
  assert.ok(canceled.length > 0);
  assert.equal(world.venue.openOrders(SPOT).length, 0);
});

test('one seed is one run: the same events at the same moments', () => {
  const run = (seed: number): unknown[] => {
    const random = new SeededRandom(seed);
    const latency = new StochasticLatency({ ...TYPICAL_STOCHASTIC, random });
    const world = new World({ latency, random: new SeededRandom(seed, 1) });
    world.stranger(SELL, 16_000, 5_000);
    for (let id = 1; id <= 40; id++) {
      world.send({ id, side: BUY, price: 15_990 + (id % 12), lots: 100 });
      world.cancel(id - 1);
    }
    return [world.wait(1_000_000), world.arrivals];
  };
  assert.deepEqual(run(5), run(5));
  assert.notDeepEqual(run(5), run(6));
});
