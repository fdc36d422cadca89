/**
 * Goal: what a statement changed becomes final only when the list of trades was read after it, market
 * by market, and a fill that turns up even later takes its part back.
 * Method: statements and rounds in both orders; the residual tells what was given up on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountQuery } from '#contracts/events.ts';
import { BalanceSlot, Side } from '#contracts/order.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';

const SECOND = 1_000_000;

function corrected(): Session {
  const session = new Session().open().start(500_000);
  session.timer(SECOND);
  session.answer(SECOND);
  session.balance(BalanceSlot.SPOT_BASE, 1_100 * WHOLE, 0, 2 * SECOND);
  session.timer(3 * SECOND);
  return session;
}

test('a correction is final when the list of its market was read after it', () => {
  const session = corrected();
  for (const query of Object.values(AccountQuery)) {
    for (const market of [0, 1]) {
      const at = query === AccountQuery.FILLS && market === 0 ? 2 * SECOND - 1 : 3 * SECOND;
      session.completed({ query, market, at, asked: 3 * SECOND });
    }
  }
  assert.equal(session.account.position.isReconciled, false, 'that list was of before');
  session.timer(5 * SECOND);
  session.answer(5 * SECOND);
  assert.equal(session.account.position.isReconciled, true);
  assert.equal(session.account.pnl.residualUnits, 100 * 16_000_000);
});

test('statements that only repeat a correction do not put its end off', () => {
  const session = corrected();
  session.balance(BalanceSlot.SPOT_BASE, 1_100 * WHOLE, 0, 4 * SECOND);
  const fills = { query: AccountQuery.FILLS, market: 0, asked: 3 * SECOND } as const;
  session.completed({ ...fills, at: 2 * SECOND });
  assert.equal(session.account.position.isReconciled, true, 'one answer is enough');
});

test('a fill that the venue lists only after all that takes its part of the correction back', () => {
  const session = corrected();
  session.answer(3 * SECOND);
  const trade = { side: Side.BUY, last: 100, lastPrice: 16_000, tradeId: 1, id: 4 };
  session.report({ ...trade, at: 2 * SECOND - 1 });
  const { position } = session.account;
  assert.equal(position.spotBaseUnits, 1_100 * WHOLE, 'the statement held it already');
  assert.equal(position.isReconciled, false, 'what was given up on is explained now');
  session.timer(5 * SECOND);
  session.answer(5 * SECOND);
  assert.equal(position.isReconciled, true);
  assert.equal(session.account.pnl.residualUnits, 0);
});

test('what was corrected before both mids were known is part of the start, and of nothing else', () => {
  const session = new Session();
  session.balance(BalanceSlot.SPOT_FEE_ASSET, WHOLE, 0, 10);
  session.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE, 0, 10);
  session.balance(BalanceSlot.SPOT_QUOTE, 200 * WHOLE, 0, 10);
  session.balance(BalanceSlot.PERP_MARGIN, 100 * WHOLE, 16 * WHOLE, 10);
  session.perp(-1_000, 16_000_000, 10);
  session.balance(BalanceSlot.SPOT_BASE, 1_100 * WHOLE, 0, 20);
  session.markets.set('quoted', 15_999, 16_001, 20);
  session.markets.set('hedge', 159_990, 160_010, 20);
  session.start(500_000).timer(SECOND);
  session.answer(SECOND);
  assert.equal(session.account.position.isReconciled, true);
  session.markets.set('quoted', 16_999, 17_001, 30);
  session.timer(2 * SECOND);
  const { pnl } = session.account;
  assert.equal(pnl.inventoryUnits, 1_100 * 1_000_000);
  assert.equal(pnl.residualUnits, 0);
});

test('a corrected position takes the entry price that the venue says', () => {
  const session = new Session().open().start(500_000);
  session.timer(SECOND);
  session.answer(SECOND);
  session.perp(-900, 15_900_000, 2 * SECOND);
  session.timer(3 * SECOND);
  session.answer(3 * SECOND);
  assert.equal(session.account.position.perpAveragePrice, 15_900_000);
  assert.equal(session.account.position.isReconciled, true);
});
