/**
 * Goal: what is reserved is never negative, always the sum of its orders, and goes back exactly.
 * Method: random reservations, fills, amends and ends in any order against sums made anew.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { PessimisticReservation, RESERVATIONS_MAX, withMargin } from './pessimistic-reservation.ts';
import { testInstrument } from './risk-desk.test-support.ts';

const INSTRUMENTS = [testInstrument({}), testInstrument({ index: 1, market: 1 })] as const;

function assertSums(book: PessimisticReservation): void {
  const lots = [0, 0, 0, 0];
  const notionals = [0, 0, 0, 0];
  const funds = [0, 0];
  let count = 0;
  for (let row = 0; row < book.rowEnd; row++) {
    if (book.ids[row] === 0) continue;
    count += 1;
    const side = book.sides[row] as number;
    const index = (book.instruments[row] as number) * 2 + side;
    lots[index] = (lots[index] ?? 0) + book.leavesLots(row);
    notionals[index] = (notionals[index] ?? 0) + (book.notionalsUnits[row] as number);
    funds[side] = (funds[side] ?? 0) + (book.fundsUnits[row] as number);
  }
  assert.equal(book.count, count);
  assert.deepEqual([...book.openLots.subarray(0, 4)], lots);
  assert.deepEqual([...book.openNotionalUnits.subarray(0, 4)], notionals);
  assert.deepEqual([book.reservedQuoteUnits, book.reservedBaseUnits], funds);
  for (const amount of [...lots, ...notionals, ...funds]) assert.ok(amount >= 0);
}

const step = fc.record({
  what: fc.constantFrom('reserve', 'reserve', 'update', 'release'),
  instrument: fc.constantFrom(0, 1),
  side: fc.constantFrom(Side.BUY, Side.SELL),
  price: fc.integer({ min: 1, max: 50_000 }),
  lots: fc.integer({ min: 1, max: 5_000 }),
  filled: fc.integer({ min: 0, max: 6_000 }),
  pick: fc.nat(),
  margin: fc.constantFrom(0, 200),
});

interface Step {
  readonly what: string;
  readonly instrument: number;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly filled: number;
  readonly pick: number;
  readonly margin: number;
}

function rulesOf(instrument: number) {
  return INSTRUMENTS[instrument] ?? INSTRUMENTS[0];
}

function apply(book: PessimisticReservation, move: Step, id: number): void {
  const { what, side, price, lots, filled, pick, margin } = move;
  if (what === 'reserve') {
    const order = { clientOrderId: id, side, quantityLots: lots };
    if (!book.isFull) book.reserve(order, rulesOf(move.instrument), price, margin, pick % 2 === 0);
    return;
  }
  const row = book.rowEnd === 0 ? -1 : pick % book.rowEnd;
  if (row < 0 || book.ids[row] === 0) return;
  if (what === 'release') {
    book.release(row);
    return;
  }
  const rules = rulesOf(book.instruments[row] as number);
  book.update(row, rules, Math.min(lots, book.totalsLots[row] as number), filled);
  book.update(row, rules, book.totalsLots[row] as number, filled);
}

test('sums are conserved and never negative under any order of events, duplicates included', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const book = new PessimisticReservation();
      steps.forEach((move, index) => {
        apply(book, move, index + 1);
        assertSums(book);
      });
      for (let row = book.rowEnd - 1; row >= 0; row--) if (book.ids[row] !== 0) book.release(row);
      assertSums(book);
      assert.equal(book.rowEnd, 0);
      assert.deepEqual([...book.reducingLots], new Array(16).fill(0));
    }),
  );
});

test('a margin is rounded against us', () => {
  assert.equal(withMargin(101, 200), 104);
  assert.equal(withMargin(100, 200), 102);
  assert.equal(withMargin(101, 0), 101);
});

test('a fill never goes backwards and never beyond the total', () => {
  const book = new PessimisticReservation();
  const row = book.reserve(
    { clientOrderId: 7, side: 0, quantityLots: 10 },
    INSTRUMENTS[0],
    5,
    0,
    false,
  );
  book.update(row, INSTRUMENTS[0], 10, 6);
  book.update(row, INSTRUMENTS[0], 10, 3);
  assert.equal(book.leavesLots(row), 4);
  book.update(row, INSTRUMENTS[0], 10, 60);
  assert.equal(book.leavesLots(row), 0);
});

test('a full table is our bug to hit, not a row to lose', () => {
  const book = new PessimisticReservation();
  const order = (clientOrderId: number) => ({ clientOrderId, side: Side.BUY, quantityLots: 1 });
  for (let id = 1; id <= RESERVATIONS_MAX; id++)
    book.reserve(order(id), INSTRUMENTS[0], 1, 0, false);
  assert.throws(() => book.reserve(order(999), INSTRUMENTS[0], 1, 0, false), RangeError);
});
