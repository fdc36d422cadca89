/**
 * Goal: the ladder shows one row per tick, folds what is empty or far, and never hides an order of ours.
 * Method: hand-made books, then random ones against what must always hold.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LadderState, OwnOrderRow, SideName } from '#apps/dashboard/protocol.ts';
import { type LadderRow, ladderRows, nearRows } from './ladder-rows.ts';

function own(side: SideName, priceTicks: number): OwnOrderRow {
  return {
    orderId: priceTicks,
    side,
    layer: 'L0',
    state: 'NEW',
    priceTicks,
    leavesLots: 1,
    aheadLots: 0,
    levelLots: 1,
    ageMillis: 0,
    edgeBps: 0,
    fillSeconds: null,
  };
}

function book(bidTicks: number[], askTicks: number[], orders: OwnOrderRow[] = []): LadderState {
  return {
    isLive: true,
    bidTicks,
    bidLots: bidTicks.map(() => 10),
    askTicks,
    askLots: askTicks.map(() => 10),
    lastTradeTicks: 0,
    lastTradeSide: 'bid',
    own: orders,
  };
}

function text(rows: readonly LadderRow[]): string[] {
  return rows.map((row) =>
    row.kind === 'fold' ? `fold ${row.count}` : `${row.ticks} ${row.zone} ${row.lots}`,
  );
}

test('each tick has its row from the highest down, the spread included', () => {
  assert.deepEqual(text(ladderRows(book([99, 98], [102, 103]))), [
    '103 ask 10',
    '102 ask 10',
    '101 spread 0',
    '100 spread 0',
    '99 bid 10',
    '98 bid 10',
  ]);
});

test('a long empty run is one row', () => {
  assert.deepEqual(text(ladderRows(book([99, 80], [100]))), [
    '100 ask 10',
    '99 bid 10',
    'fold 18',
    '80 bid 10',
  ]);
});

test('an order of ours beyond the visible book has its row', () => {
  const rows = ladderRows(book([99], [100], [own('bid', 70)]));
  const last = rows.at(-1);
  assert.ok(last?.kind === 'tick' && last.own.length === 1 && last.ticks === 70);
});

test('with little room the far ticks fold with their sum, and our order stays', () => {
  const bids = Array.from({ length: 20 }, (_, index) => 99 - index);
  const asks = Array.from({ length: 20 }, (_, index) => 100 + index);
  const rows = nearRows(ladderRows(book(bids, asks, [own('bid', 82)])), 12);
  assert.ok(rows.length <= 13, `${rows.length} rows`);
  const fold = rows.find((row) => row.kind === 'fold');
  assert.ok(fold?.kind === 'fold' && fold.lots === fold.count * 10);
  const last = rows.at(-1);
  assert.ok(last?.kind === 'tick' && last.ticks === 82);
});

test('an empty book has no rows', () => {
  assert.deepEqual(nearRows(ladderRows(book([], [])), 10), []);
});

test('whatever the book, all orders are in sight, prices fall, and no tick is lost between', () => {
  const side = (from: number) =>
    fc.uniqueArray(fc.integer({ min: from, max: from + 60 }), { maxLength: 20 });
  const room = fc.integer({ min: 8, max: 40 });
  fc.assert(
    fc.property(
      side(1_000),
      side(1_062),
      side(940),
      side(1_125),
      room,
      (low, high, far, out, max) => {
        const bids = [...low].sort((left, right) => right - left);
        const asks = [...high].sort((left, right) => left - right);
        const orders = [
          ...far.slice(0, 3).map((ticks) => own('bid', ticks)),
          ...out.slice(0, 3).map((ticks) => own('ask', ticks)),
        ];
        const rows = nearRows(ladderRows(book(bids, asks, orders)), max);
        const shown = rows.flatMap((row) => (row.kind === 'tick' ? row.own : []));
        assert.equal(shown.length, orders.length);
        rows.forEach((row, index) => {
          const above = rows[index - 1];
          if (above === undefined) return;
          const aboveCount = above.kind === 'fold' ? above.count : 1;
          // Rows touch, except where the outermost ticks of a side were left out.
          assert.ok(row.ticks <= above.ticks - aboveCount);
        });
      },
    ),
  );
});
