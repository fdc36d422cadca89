/**
 * Goal: uninformed flow is persistent, heavy-tailed, bounded in reach, and teaches only by surprise;
 * informed flow trades when there is edge and never beyond it.
 * Method: real books with known orders in them; long runs against the exact moments.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros } from '#units/integers.ts';
import { ParticipantOrderFactory } from './ladder-maker.ts';
import { InformedTaker, type TakerOptions, UninformedTaker } from './takers.ts';

const NOW = 0 as EpochMicros;
const MAKER = 1;
const DEEP_LOTS = 1_000_000_000;

interface Desk {
  readonly book: MatchingEngine;
  readonly options: TakerOptions;
  /** Every order a taker sent. */
  readonly sent: VenueOrder[];
  rest(side: Side, priceTicks: number, lots: number): void;
}

function desk(seed: number, ticksPerStep = 1, leastLots = 10): Desk {
  const book = new MatchingEngine();
  const orders = new ParticipantOrderFactory(0);
  const sent: VenueOrder[] = [];
  return {
    book,
    sent,
    options: {
      owner: 50,
      book,
      orders: {
        create: (...terms) => {
          const order = orders.create(...terms);
          sent.push(order);
          return order;
        },
      },
      random: new SeededRandom(seed),
      ticksPerStep,
      leastLots,
    },
    rest: (side, priceTicks, lots) => {
      book.place(
        orders.create(MAKER, side, OrderType.LIMIT, TimeInForce.GTC, priceTicks, lots),
        NOW,
      );
    },
  };
}

function deepDesk(seed: number, ticksPerStep = 1): Desk {
  const made = desk(seed, ticksPerStep);
  made.rest(Side.BUY, 10_000, DEEP_LOTS);
  made.rest(Side.SELL, 10_001, DEEP_LOTS);
  return made;
}

test('uninformed signs persist, and sizes have a cut tail above the least', () => {
  const { options, sent } = deepDesk(7);
  const taker = new UninformedTaker(options);
  const count = 20_000;
  for (let index = 0; index < count; index++) taker.trade(NOW);
  let kept = 0;
  let beyond = 0;
  sent.forEach((order, index) => {
    assert.ok(order.quantityLots >= 10 && order.quantityLots <= 4_000);
    if (order.quantityLots >= 100) beyond += 1;
    if (index > 0 && sent[index - 1]?.side === order.side) kept += 1;
  });
  assert.ok(Math.abs(kept / (count - 1) - 0.68) < 0.02, `persistence ${kept / count}`);
  assert.ok(Math.abs(beyond / count - 10 ** -1.45) < 0.006, `tail ${beyond / count}`);
});

test('what a trade teaches has mean zero whatever came before: flow persists, returns do not', () => {
  const { options, sent } = deepDesk(11);
  const taker = new UninformedTaker(options);
  const sums = { kept: 0, all: 0, lagged: 0, squares: 0 };
  let before = 0;
  const count = 40_000;
  for (let index = 0; index < count; index++) {
    const news = taker.trade(NOW);
    sums.all += news;
    sums.lagged += news * before;
    sums.squares += news * news;
    before = news;
  }
  const deviation = Math.sqrt(sums.squares / count);
  assert.ok(Math.abs(sums.all / count) < (4 * deviation) / Math.sqrt(count));
  assert.ok(Math.abs(sums.lagged / sums.squares) < 0.03, `memory ${sums.lagged / sums.squares}`);
  assert.equal(sent.length, count);
});

test('a sign against expectation teaches more than one that was expected', () => {
  const { options, sent } = deepDesk(3);
  const taker = new UninformedTaker(options);
  taker.trade(NOW);
  for (let index = 0; index < 500; index++) {
    const previous = sent.at(-1);
    const news = taker.trade(NOW);
    const order = sent.at(-1);
    assert.ok(order !== undefined && previous !== undefined);
    const sign = order.side === Side.BUY ? 1 : -1;
    const size = Math.sqrt(order.quantityLots / 10);
    const surprise = order.side === previous.side ? 1 - 0.36 : 1 + 0.36;
    assert.ok(Math.abs(news - sign * surprise * size) < 1e-9);
  }
});

test('an uninformed taker never reaches further than it says', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 40), (seed, ticksPerStep) => {
      const { options, sent } = deepDesk(seed, ticksPerStep);
      const taker = new UninformedTaker(options);
      for (let index = 0; index < 30; index++) taker.trade(NOW);
      for (const order of sent) {
        assert.equal(order.timeInForce, TimeInForce.IOC);
        const reach =
          order.side === Side.BUY ? order.priceTicks - 10_001 : 10_000 - order.priceTicks;
        assert.ok(reach >= 0 && reach <= 6 * ticksPerStep, `reach ${reach}`);
      }
    }),
  );
});

test('in an empty book nobody trades and nothing is learned', () => {
  const { options, sent } = desk(1);
  const taker = new UninformedTaker(options);
  for (let index = 0; index < 50; index++) assert.equal(taker.trade(NOW), 0);
  new InformedTaker(options, 0.4).look(NOW, 10_000);
  assert.equal(sent.length, 0);
});

test('an informed taker trades only with edge, at prices that leave it the edge', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(1, 40),
      fc.double({ min: -60, max: 60, noNaN: true }),
      (seed, ticksPerStep, away) => {
        const { book, options, sent } = deepDesk(seed, ticksPerStep);
        const edge = 0.4 * ticksPerStep;
        const trueTicks = 10_000.5 + away;
        new InformedTaker(options, 0.4).look(NOW, trueTicks);
        const order = sent[0];
        const buys = trueTicks - edge >= 10_001;
        const sells = trueTicks + edge <= 10_000;
        assert.equal(order !== undefined, buys || sells);
        if (order === undefined) return;
        assert.equal(order.side, buys ? Side.BUY : Side.SELL);
        assert.ok(order.filledLots > 0);
        const price = book.lastTradePriceTicks;
        assert.ok(buys ? price <= trueTicks - edge : price >= trueTicks + edge);
      },
    ),
  );
});

test('an informed taker leaves what rests beyond its edge', () => {
  const made = desk(5, 1, 1_000);
  made.rest(Side.SELL, 10_001, 5);
  made.rest(Side.SELL, 10_003, 5);
  made.rest(Side.SELL, 10_004, 5);
  new InformedTaker(made.options, 0.4).look(NOW, 10_003.9);
  assert.equal(made.book.bestAskTicks, 10_004);
});

test('the same seed sends the same orders, another seed others', () => {
  const orders = (seed: number): number[] => {
    const { options, sent } = deepDesk(seed);
    const taker = new UninformedTaker(options);
    for (let index = 0; index < 50; index++) taker.trade(NOW);
    return sent.map((order) => (order.side === Side.BUY ? 1 : -1) * order.quantityLots);
  };
  assert.deepEqual(orders(7), orders(7));
  assert.notDeepEqual(orders(7), orders(8));
});
