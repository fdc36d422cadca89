/**
 * Goal: what the auditor sees is what the engine believes, and looking changes nothing.
 * Method: a real process in a small world, looked at while it trades; the venue as the second opinion
 * on orders, the state bytes before and after all looks.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from '#adapters/journal/journal.ts';
import { LevelColumn, OperatorAction } from '#contracts/events.ts';
import { BALANCE_SLOT_COUNT, BalanceSlot, Side } from '#contracts/order.ts';
import { NO_ORDER_STATE } from '#simulation/auditor/auditor-inputs.ts';
import { OpenOrderRow } from '#simulation/auditor/open-order-row.ts';
import { EngineBeliefs } from './engine-view.ts';
import { Surroundings } from './surroundings.test-support.ts';

const around = new Surroundings(new MemoryStorage());
const trading = around.open();
around.begin(trading);
around.runFor(30);
const beliefs = new EngineBeliefs(trading.engine);

function stateOf(): string {
  return Buffer.from(trading.engine.stateBytes()).toString('base64');
}

test('orders: as many as execution counts, each one known by its id and resting at the venue', () => {
  const row = new OpenOrderRow();
  assert.ok(beliefs.openOrderCount > 0, 'it quotes');
  const atVenue = new Set<number>();
  for (const { index } of around.setup.instruments) {
    for (const order of around.world.venue.openOrders(index)) atVenue.add(order.clientOrderId);
  }
  let resting = 0;
  for (let index = 0; index < beliefs.openOrderCount; index++) {
    beliefs.readOpenOrder(index, row);
    assert.equal(beliefs.orderStateOf(row.clientOrderId), row.state);
    assert.ok(row.totalLots > row.filledLots && row.priceTicks > 0);
    if (atVenue.has(row.clientOrderId)) resting += 1;
  }
  assert.ok(resting > 0);
  assert.equal(beliefs.orderStateOf(1), NO_ORDER_STATE);
});

test('books: the touch is the first level, deeper levels follow in their order', () => {
  for (const { index } of around.setup.instruments) {
    assert.ok(beliefs.isBookLive(index) && !beliefs.isMarketStale(index));
    assert.ok(beliefs.bookUpdateId(index) > 0);
    const bids = new LevelColumn();
    const asks = new LevelColumn();
    beliefs.readBook(index, Side.BUY, 5, bids);
    beliefs.readBook(index, Side.SELL, 5, asks);
    assert.deepEqual([bids.count, asks.count], [5, 5]);
    assert.deepEqual(
      [bids.pricesTicks[0], bids.quantitiesLots[0], asks.pricesTicks[0], asks.quantitiesLots[0]],
      [
        beliefs.bookBidTicks(index),
        beliefs.bookBidLots(index),
        beliefs.bookAskTicks(index),
        beliefs.bookAskLots(index),
      ],
    );
    assert.ok((bids.pricesTicks[0] ?? 0) > (bids.pricesTicks[1] ?? 0));
    assert.ok((asks.pricesTicks[0] ?? 0) < (asks.pricesTicks[1] ?? 0));
    const mid = beliefs.midHalfTicks(index);
    assert.ok(mid > 2 * (bids.pricesTicks[4] ?? 0) && mid < 2 * (asks.pricesTicks[4] ?? 0));
  }
});

test('holdings add up, and the session is what it is: leased, reconciled, neither killed nor pulled', () => {
  const { spotBaseUnits, perpBaseUnits, netDeltaBaseUnits } = beliefs;
  assert.equal(netDeltaBaseUnits, spotBaseUnits + perpBaseUnits);
  assert.equal(beliefs.slotTotalUnits(BalanceSlot.SPOT_BASE), spotBaseUnits);
  for (let slot = 0; slot < BALANCE_SLOT_COUNT; slot++) {
    assert.ok(Number.isSafeInteger(beliefs.slotTotalUnits(slot)));
  }
  const { isLeaseValid, isReconciled, isKilled, isShutDown, isPulled, isRecovering } = beliefs;
  assert.deepEqual(
    { isLeaseValid, isReconciled, isKilled, isShutDown, isPulled, isRecovering },
    {
      ...{ isLeaseValid: true, isReconciled: true, isKilled: false, isShutDown: false },
      ...{ isPulled: false, isRecovering: false },
    },
  );
  assert.equal(beliefs.pnlResidualUnits, 0);
  assert.ok(beliefs.deltaBandBaseUnits > 0);
});

test('quotes: lots that are wanted are reserved', () => {
  const wanted = beliefs.quotedLots(Side.BUY) + beliefs.quotedLots(Side.SELL);
  assert.ok(wanted > 0);
  assert.ok(beliefs.reservedLots(0, Side.BUY) + beliefs.reservedLots(0, Side.SELL) > 0);
  assert.ok(beliefs.quoteReason(Side.BUY) >= 0);
});

test('each bounded table has a name, and is not above its most; there is none behind the last', () => {
  assert.equal(beliefs.tableCount, 5);
  for (let index = 0; index < beliefs.tableCount; index++) {
    assert.ok(beliefs.tableName(index).length > 0);
    assert.ok(beliefs.tableSize(index) <= beliefs.tableCapacity(index));
  }
  const { execution, risk, accountState } = trading.engine;
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => beliefs.tableCapacity(index)),
    [
      ...[execution.capacity, risk.reservationCapacity, accountState.rememberedOrderCapacity],
      ...[0, 1].map(() => around.setup.engine.marketData.pendingDeltasMax),
    ],
    'what is allowed is the word of the engine itself',
  );
  assert.equal(beliefs.tableName(beliefs.tableCount), '');
});

test('no level is read where none is asked for', () => {
  const levels = new LevelColumn();
  beliefs.readBook(1, Side.BUY, 0, levels);
  assert.equal(levels.count, 0);
});

test('looking changes nothing', () => {
  const before = stateOf();
  const levels = new LevelColumn();
  for (const { index } of around.setup.instruments) beliefs.readBook(index, Side.BUY, 50, levels);
  assert.ok(beliefs.isLeaseValid);
  assert.equal(stateOf(), before);
});

test('an orderly end shows', () => {
  trading.operate(OperatorAction.SHUTDOWN);
  around.runFor(2);
  assert.ok(beliefs.isShutDown);
  assert.equal(beliefs.openOrderCount, 0);
});
