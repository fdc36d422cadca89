/**
 * Goal: one fill enters balances, cost, attribution and counters together, or, from before the start,
 * none of them.
 * Method: a spot and a perpetual fill through a session, each book read by itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';

test('a spot buy with a commission in base costs what was left of it', () => {
  const session = new Session().open();
  const fee = { fee: WHOLE / 10, feeAsset: CommissionAsset.BASE };
  const trade = { side: Side.BUY, last: 100, lastPrice: 15_999, tradeId: 1, at: 1_000 };
  session.report({ ...trade, ...fee });
  const { position, counters, pnl } = session.account;
  assert.equal(position.spotBaseUnits, 1_100 * WHOLE - WHOLE / 10);
  assert.equal(counters.quoting.notionalUnits, 1_599_900_000);
  assert.equal(counters.quotingMakerFeesUnits, 1_600_000, 'valued at the mid');
  assert.equal(pnl.feesUnits, -1_600_000);
  assert.equal(pnl.residualUnits, 0);
});

test('a perpetual sell that closes realises into the wallet', () => {
  const session = new Session().open();
  const trade = { side: Side.BUY, instrument: 1, last: 1_000, lastPrice: 150_000, tradeId: 1 };
  session.report({ ...trade, at: 1_000 });
  const { position, counters } = session.account;
  assert.equal(position.perpBaseUnits, 0);
  assert.equal(position.marginWalletUnits, 110 * WHOLE);
  assert.equal(counters.hedge.count, 1);
  session.report({ ...trade, tradeId: 2, at: 9 });
  assert.equal(counters.hedge.count, 1);
  assert.equal(counters.fillsBeforeStart, 1);
});
