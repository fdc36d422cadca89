/**
 * Goal: a maker keeps its ladder whole and around its view, never trades with itself, never takes,
 * leans against its inventory and knows when its quotes are stale.
 * Method: real matching engines; random walks of the view with takers in between.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros } from '#units/integers.ts';
import { LadderMaker, type LadderMakerOptions, ParticipantOrderFactory } from './ladder-maker.ts';

const NOW = 0 as EpochMicros;
const TAKER = 99;

interface Stage {
  readonly book: MatchingEngine;
  readonly maker: LadderMaker;
  readonly orders: ParticipantOrderFactory;
  readonly placed: VenueOrder[];
}

function stage(changes: Partial<LadderMakerOptions> = {}): Stage {
  const book = changes.book instanceof MatchingEngine ? changes.book : new MatchingEngine();
  const orders = new ParticipantOrderFactory(changes.owner === 2 ? 5_000 : 100);
  const placed: VenueOrder[] = [];
  const maker = new LadderMaker({
    owner: 1,
    book,
    orders: {
      create: (...terms) => {
        const order = orders.create(...terms);
        placed.push(order);
        return order;
      },
    },
    random: new SeededRandom(7),
    levels: 6,
    ticksPerStep: 1,
    halfSpreadSteps: 0.55,
    meanLots: 100,
    opinionSteps: 0,
    ...changes,
  });
  return { book, maker, orders, placed };
}

function take({ book, orders }: Stage, side: Side, priceTicks: number, lots: number): void {
  const order = orders.create(TAKER, side, OrderType.LIMIT, TimeInForce.IOC, priceTicks, lots);
  book.place(order, NOW);
}

/** Takes that many lots, buying above zero, as far as twenty steps from the view. */
function sweep(from: Stage, viewTicks: number, lots: number, ticksPerStep: number): void {
  if (lots === 0) return;
  const reach = Math.sign(lots) * 20 * ticksPerStep;
  take(from, lots > 0 ? Side.BUY : Side.SELL, viewTicks + reach, Math.abs(lots));
}

/** Looks until what was left out at one look has come back at another. */
function settle(maker: LadderMaker, viewTicks: number): void {
  for (let look = 0; look < 30; look++) maker.wake(NOW, viewTicks, 0, 1);
}

test('a ladder stands around the view with every level in place', () => {
  const { book, maker } = stage();
  settle(maker, 1_000.5);
  assert.equal(book.restingCount, 12);
  assert.equal(book.bestBidTicks, 999);
  assert.equal(book.bestAskTicks, 1_002);
});

test('wider half spread and depth factor do what they say', () => {
  const narrow = stage();
  const wide = stage();
  for (let look = 0; look < 20; look++) narrow.maker.wake(NOW, 1_000, 0, 1);
  for (let look = 0; look < 20; look++) wide.maker.wake(NOW, 1_000, 3, 0.01);
  assert.equal(wide.book.bestAskTicks, narrow.book.bestAskTicks + 3);
  assert.ok(wide.book.bestBidLots < narrow.book.bestBidLots);
});

test('a moved view moves the ladder, both sides in one look', () => {
  for (const view of [1_040.5, 960.5]) {
    const { book, maker } = stage({ random: new SeededRandom(1) });
    settle(maker, 1_000.5);
    maker.wake(NOW, view, 0, 1);
    const inner = Math.floor(view - 0.55);
    // What stands is at the new view; a level left out at this look may only be missing.
    assert.ok(book.bestBidTicks <= inner && book.bestBidTicks >= inner - 1);
    assert.ok(book.bestAskTicks >= inner + 3 - 1 && book.bestAskTicks <= inner + 4);
  }
});

test('a small drift of the outer levels is let pass, of the innermost never', () => {
  const { book, maker } = stage();
  settle(maker, 1_000.5);
  const before = book.lastUpdateId;
  maker.wake(NOW, 1_000.5, 0, 1);
  assert.equal(book.lastUpdateId, before, 'nothing moved, nothing was sent');
  maker.wake(NOW, 1_001.5, 0, 1);
  assert.equal(book.bestBidTicks, 1_000);
});

test('on a fine grid every level follows the price, far ones too', () => {
  const fine = stage({ ticksPerStep: 500 });
  settle(fine.maker, 1_000_000);
  settle(fine.maker, 1_100_000);
  assert.equal(fine.book.restingCount, 12);
  assert.ok(fine.book.levelLots(Side.BUY, fine.book.bestBidTicks) > 0);
  for (const order of fine.placed) {
    if (!fine.book.rests(order)) continue;
    assert.ok(Math.abs(order.priceTicks - 1_100_000) < 8_000, `left at ${order.priceTicks}`);
  }
});

test('quotes are stale once the price ran away from them, until the next look', () => {
  const { maker } = stage();
  settle(maker, 1_000);
  assert.equal(maker.isStale(1_000.5), false);
  assert.equal(maker.isStale(1_000.7), true);
  assert.equal(maker.isStale(999.3), true);
  maker.wake(NOW, 1_000.7, 0, 1);
  assert.equal(maker.isStale(1_000.7), false);
});

test('a maker that bought shifts its ladder down, and forgets with time', () => {
  const stageOne = stage();
  const { book, maker } = stageOne;
  settle(maker, 1_000.5);
  const ask = book.bestAskTicks;
  // Sells through the whole bid side.
  take(stageOne, Side.SELL, 900, 5_000);
  for (let look = 0; look < 3; look++) maker.wake(NOW, 1_000.5, 0, 1);
  assert.ok(book.bestAskTicks < ask, `${book.bestAskTicks} after ${ask}`);
  for (let look = 0; look < 150; look++) maker.wake(NOW, 1_000.5, 0, 1);
  assert.equal(book.bestAskTicks, ask);
});

test('a quote that would take is clamped behind the other best', () => {
  const low = stage({ owner: 2 });
  settle(low.maker, 1_000.5);
  const ask = low.book.bestAskTicks;
  const trades = low.book.lastTradeId;
  const high = stage({ book: low.book, random: new SeededRandom(3) });
  settle(high.maker, 1_020.5);
  assert.equal(low.book.lastTradeId, trades, 'no maker ever took');
  assert.equal(low.book.bestBidTicks, ask - 1);
  assert.ok(low.book.bestBidTicks < low.book.bestAskTicks);
});

test('at the lowest prices levels that would fall to zero are left out', () => {
  const { book, maker, placed } = stage();
  settle(maker, 3);
  assert.ok(placed.every((order) => order.priceTicks >= 1));
  assert.ok(book.restingCount < 12);
});

test('under any walk two makers never take, never meet themselves, never cross the book', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.constantFrom(1, 7, 500),
      fc.array(
        fc.record({
          first: fc.boolean(),
          move: fc.integer({ min: -12, max: 12 }),
          takes: fc.integer({ min: -400, max: 400 }),
        }),
        { maxLength: 60 },
      ),
      (seed, ticksPerStep, looks) => {
        const options = { ticksPerStep, opinionSteps: 0.5 };
        const one = stage({ ...options, random: new SeededRandom(seed) });
        const { book } = one;
        const two = stage({ ...options, owner: 2, book, random: new SeededRandom(seed + 1) });
        let view = 1_000_000;
        for (const look of looks) {
          view += look.move * ticksPerStep;
          const trades = book.lastTradeId;
          (look.first ? one : two).maker.wake(NOW, view, 0, 1);
          assert.equal(book.lastTradeId, trades, 'a maker took');
          sweep(one, view, look.takes, ticksPerStep);
          assert.ok(book.bestAskTicks === 0 || book.bestBidTicks < book.bestAskTicks);
          assert.ok(book.restingCount <= 24);
        }
        for (const order of [...one.placed, ...two.placed]) assert.equal(order.preventedLots, 0);
      },
    ),
    { numRuns: 60 },
  );
});

test('participant ids start after the given one and never repeat', () => {
  const orders = new ParticipantOrderFactory(2 ** 40);
  const ids = Array.from(
    { length: 5 },
    () => orders.create(1, Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 10, 1).venueOrderId,
  );
  assert.deepEqual(
    ids,
    [1, 2, 3, 4, 5].map((one) => 2 ** 40 + one),
  );
});
