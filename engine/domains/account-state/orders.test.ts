/**
 * Goal: the venue's view of our orders moves forward only, and books of any age get the right lots.
 * Method: one order's life at several book times, then every way a report can repeat or come late.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ACCOUNT_STATE_CONFIGURATION } from '#contracts/configuration/account-state-configuration.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import { instrumentIndex } from '#units/integers.ts';
import { ORDER_ROWS_MAX, OrderChange, OrderTable } from './orders.ts';
import { makeReport } from './session-fixture.test-support.ts';

const QUOTED = instrumentIndex(0);
const HEDGE = instrumentIndex(1);
const order = { side: Side.BUY, price: 100, quantity: 10 } as const;

function tableWithOrder(): OrderTable {
  const table = new OrderTable(DEFAULT_ACCOUNT_STATE_CONFIGURATION);
  table.apply(makeReport({ ...order, at: 1_000 }), false);
  return table;
}

test('nothing of ours is in any book before the first acceptance', () => {
  const table = new OrderTable(DEFAULT_ACCOUNT_STATE_CONFIGURATION);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 5_000), 0);
});

for (const [bookTime, expected, why] of [
  [999, 0, 'before it rested'],
  [1_000, 10, 'from the moment it rested'],
  [2_999, 10, 'until its partial fill'],
  [3_000, 6, 'after its partial fill'],
  [4_999, 6, 'until its end'],
  [5_000, 0, 'after its end'],
  [0, 0, 'now, when the book has no time'],
] as const) {
  test(`a book of time ${bookTime} shows ${expected} lots of the order: ${why}`, () => {
    const table = tableWithOrder();
    const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4, filled: 4 } as const;
    assert.equal(
      table.apply(makeReport({ ...fill, tradeId: 1, at: 3_000 }), true),
      OrderChange.CHANGED,
    );
    table.apply(
      makeReport({ ...order, status: ReportStatus.CANCELED, filled: 4, at: 5_000 }),
      false,
    );
    assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, bookTime), expected);
  });
}

test('other sides, prices and instruments show nothing', () => {
  const table = tableWithOrder();
  assert.equal(table.lotsAt(QUOTED, Side.SELL, 100, 2_000), 0);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 101, 2_000), 0);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 99, 2_000), 0);
  assert.equal(table.lotsAt(HEDGE, Side.BUY, 100, 2_000), 0);
});

test('two orders at one price add up', () => {
  const table = tableWithOrder();
  table.apply(makeReport({ ...order, id: 2, quantity: 5, at: 1_500 }), false);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 2_000), 15);
  assert.equal(table.openCount, 2);
});

test('an amended order shows its new rest', () => {
  const table = tableWithOrder();
  table.apply(
    makeReport({ ...order, status: ReportStatus.AMENDED, quantity: 7, at: 2_000 }),
    false,
  );
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 2_000), 7);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 1_999), 10);
});

test('the answer to an amend may be first to tell of a fill', () => {
  const table = tableWithOrder();
  const amended = { ...order, status: ReportStatus.AMENDED, quantity: 7, filled: 3 } as const;
  assert.equal(table.apply(makeReport({ ...amended, at: 2_000 }), false), OrderChange.FILL_MISSING);
  assert.equal(table.openLotsOf(1), 4);
  assert.equal(table.filledLotsOf(1), 3);
});

test('an answer from before an amend does not bring the old size back, one from after it tells of it', () => {
  const table = tableWithOrder();
  const answer = { ...order, channel: ReportChannel.QUERY };
  table.apply(
    makeReport({ ...order, status: ReportStatus.AMENDED, quantity: 7, at: 2_000 }),
    false,
  );
  table.apply(makeReport({ ...answer, quantity: 10, at: 1_500 }), false);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 3_000), 7);
  table.apply(makeReport({ ...answer, quantity: 5, at: 2_500 }), false);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 3_000), 5);
});

test('a repeated acceptance changes nothing and a late one revives no ended order', () => {
  const table = tableWithOrder();
  assert.equal(table.apply(makeReport({ ...order, at: 1_000 }), false), OrderChange.NONE);
  table.apply(makeReport({ ...order, status: ReportStatus.CANCELED, at: 2_000 }), false);
  table.forget(10_000_000);
  const version = table.version;
  assert.equal(table.apply(makeReport({ ...order, at: 1_000 }), false), OrderChange.NONE);
  assert.equal(table.openCount, 0);
  assert.equal(table.version, version);
});

test('an end that overtook its acceptance still ends the order', () => {
  const table = new OrderTable(DEFAULT_ACCOUNT_STATE_CONFIGURATION);
  table.apply(makeReport({ ...order, status: ReportStatus.CANCELED, at: 2_000 }), false);
  table.apply(makeReport({ ...order, at: 1_000 }), false);
  assert.equal(table.openCount, 0);
});

test('an acceptance that a fill overtook teaches when the order began to rest', () => {
  const table = new OrderTable(DEFAULT_ACCOUNT_STATE_CONFIGURATION);
  const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4, filled: 4 } as const;
  table.apply(makeReport({ ...fill, tradeId: 1, at: 3_000 }), true);
  table.apply(makeReport({ ...order, at: 1_000 }), false);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 1_500), 10);
  assert.equal(table.lotsAt(QUOTED, Side.BUY, 100, 3_000), 6);
});

test('the cumulative fill never falls', () => {
  const table = tableWithOrder();
  const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4 } as const;
  table.apply(makeReport({ ...fill, filled: 8, last: 8, tradeId: 2, at: 3_000 }), true);
  assert.equal(
    table.apply(makeReport({ ...fill, filled: 4, tradeId: 1, at: 2_000 }), true),
    OrderChange.NONE,
  );
  assert.equal(table.filledLotsOf(1), 8);
  assert.equal(table.filledLotsOf(99), -1);
});

test('a cumulative fill that runs ahead of the trades seen is reported missing', () => {
  const table = tableWithOrder();
  const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4, filled: 8 } as const;
  assert.equal(
    table.apply(makeReport({ ...fill, tradeId: 2, at: 3_000 }), true),
    OrderChange.FILL_MISSING,
  );
  const end = { ...order, status: ReportStatus.EXPIRED, filled: 9 } as const;
  assert.equal(table.apply(makeReport({ ...end, at: 4_000 }), false), OrderChange.FILL_MISSING);
});

test('what an order filled and nobody told is counted on its side until its trades are told', () => {
  const table = tableWithOrder();
  const end = { ...order, status: ReportStatus.CANCELED, filled: 9 } as const;
  table.apply(makeReport({ ...end, at: 2_000 }), false);
  const untold = () => [table.untoldLots(QUOTED, Side.BUY), table.untoldLots(QUOTED, Side.SELL)];
  assert.deepEqual(untold(), [9, 0]);
  const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4, filled: 4 } as const;
  table.apply(makeReport({ ...fill, tradeId: 1, at: 1_800 }), true);
  assert.deepEqual(untold(), [5, 0]);
  table.settleMissing(QUOTED, 3_000);
  assert.deepEqual(untold(), [0, 0]);
});

test('a fill after the end is late, whether or not the order is still remembered', () => {
  const table = tableWithOrder();
  table.apply(makeReport({ ...order, status: ReportStatus.CANCELED, at: 2_000 }), false);
  const fill = { ...order, status: ReportStatus.PARTIALLY_FILLED, last: 4, filled: 4 } as const;
  assert.equal(
    table.apply(makeReport({ ...fill, tradeId: 1, at: 2_500 }), true),
    OrderChange.LATE_FILL,
  );
  table.forget(10_000_000);
  assert.equal(
    table.apply(makeReport({ ...fill, filled: 8, tradeId: 2, at: 2_600 }), true),
    OrderChange.LATE_FILL,
  );
});

test('refusals and unknown outcomes leave the order as it was', () => {
  const table = tableWithOrder();
  for (const status of [
    ReportStatus.REJECTED,
    ReportStatus.UNKNOWN,
    ReportStatus.CANCEL_REJECTED,
    ReportStatus.AMEND_REJECTED,
  ]) {
    assert.equal(table.apply(makeReport({ ...order, status, at: 2_000 }), false), OrderChange.NONE);
  }
  assert.equal(table.openCount, 1);
});

test('a full table drops the oldest ended order, and refuses more open orders than the venue allows', () => {
  const table = new OrderTable(DEFAULT_ACCOUNT_STATE_CONFIGURATION);
  for (let id = 1; id <= ORDER_ROWS_MAX; id++)
    table.apply(makeReport({ ...order, id, at: id }), false);
  table.apply(makeReport({ ...order, id: 3, status: ReportStatus.CANCELED, at: 9_000 }), false);
  table.apply(makeReport({ ...order, id: 1_000, at: 9_001 }), false);
  assert.equal(table.filledLotsOf(3), -1);
  assert.throws(
    () => table.apply(makeReport({ ...order, id: 1_001, at: 9_002 }), false),
    RangeError,
  );
});
