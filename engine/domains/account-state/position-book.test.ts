/**
 * Goal: equity starts only from known marks, and does not depend on how the position was reached.
 * Method: a session whose marks arrive one by one, and one whose tick size changes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BalanceSlot } from '#contracts/order.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';

test('equity is zero until both mids are known, then it starts at once', () => {
  const session = new Session();
  session.balance(BalanceSlot.SPOT_BASE, 10 * WHOLE, 0, 1);
  session.balance(BalanceSlot.SPOT_QUOTE, 5 * WHOLE, 2 * WHOLE, 1);
  session.balance(BalanceSlot.PERP_MARGIN, WHOLE, 0, 1);
  session.perp(0, 0, 1);
  session.markets.set('quoted', 15_999, 16_001, 2);
  session.timer(3);
  const { position } = session.account;
  assert.equal(position.startEquityUnits, 0);
  assert.equal(position.isReconciled, true);
  assert.equal(position.freeQuoteUnits, 5 * WHOLE);
  assert.equal(position.totalQuoteUnits, 7 * WHOLE);
  session.markets.set('hedge', 159_990, 160_010, 4);
  session.timer(5);
  assert.equal(position.startEquityUnits, 9.6 * WHOLE);
  assert.equal(session.account.pnl.totalUnits, 0);
});

test('the same stock in a hedged book keeps its equity when both markets move', () => {
  const session = new Session().open();
  session.markets.set('quoted', 17_999, 18_001, 40);
  session.markets.set('hedge', 179_990, 180_010, 40);
  session.timer(50);
  const { position, pnl } = session.account;
  assert.equal(position.equityUnits, position.startEquityUnits);
  assert.equal(pnl.inventoryUnits, 0);
  assert.equal(pnl.residualUnits, 0);
});
