/**
 * Goal: fills move the position once and at once, and the venue wins disagreements aloud.
 * Method: one hand-made story per rule.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { InstrumentDefinedEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { epochMicros, NO_ORDER } from '#units/integers.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';

const buy = {
  side: Side.BUY,
  status: ReportStatus.FILLED,
  last: 100,
  lastPrice: 15_999,
  tradeId: 7,
  at: 1_000,
} as const;

test('the position is not reconciled before everything was stated', () => {
  const session = new Session();
  session.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE, 0, 10);
  assert.equal(session.account.position.isReconciled, false);
  session.open();
  assert.equal(session.account.position.isReconciled, true);
});

test('without a hedge instrument base and quote suffice', () => {
  const session = new Session(false);
  session.balance(BalanceSlot.SPOT_BASE, WHOLE, 0, 10);
  session.balance(BalanceSlot.SPOT_QUOTE, WHOLE, 0, 10);
  session.markets.set('quoted', 15_999, 16_001, 20);
  session.timer(30);
  assert.equal(session.account.position.isReconciled, true);
  assert.equal(session.account.position.startEquityUnits, WHOLE + 16_000_000);
});

test('equity starts as balances, stock at the mid and the open result of the position', () => {
  const { position } = new Session().open().account;
  assert.equal(position.startEquityUnits, (160 + 200 + 100) * WHOLE);
  assert.equal(position.equityUnits, position.startEquityUnits);
  assert.equal(position.netDeltaBaseUnits, 0);
  assert.equal(position.inventoryRatio, 0);
  assert.equal(position.marginFreeUnits, 84 * WHOLE);
  assert.equal(position.perpAveragePrice, 16_000_000);
});

test('a fill moves position, averages and PnL at once', () => {
  const session = new Session().open();
  session.report(buy);
  const { position, pnl, counters } = session.account;
  assert.equal(position.spotBaseUnits, 1_100 * WHOLE);
  assert.equal(position.totalQuoteUnits, 200 * WHOLE - 1_599_900_000);
  assert.equal(position.netDeltaBaseUnits, 100 * WHOLE);
  assert.equal(position.inventoryRatio, 0.2);
  assert.equal(pnl.spreadCaptureUnits, 100_000);
  assert.equal(pnl.totalUnits, 100_000);
  assert.equal(pnl.residualUnits, 0);
  assert.equal(counters.quoting.count, 1);
  assert.equal(counters.quoting.makerCount, 1);
  assert.equal(counters.quoting.baseUnits, 100 * WHOLE);
});

test('the same trade by another channel is ignored, counted and raised', () => {
  const session = new Session().open();
  session.report(buy);
  session.report(buy);
  assert.equal(session.account.position.spotBaseUnits, 1_100 * WHOLE);
  assert.equal(session.account.counters.duplicateFills, 1);
  assert.equal(session.output.alerts(AlertCode.DUPLICATE_FILL).length, 1);
});

test('the same trade id on the other instrument is another trade', () => {
  const session = new Session().open();
  session.report(buy);
  session.report({ ...buy, instrument: 1, id: 2, lastPrice: 160_000, side: Side.SELL });
  assert.equal(session.account.position.netDeltaBaseUnits, 0);
  assert.equal(session.account.counters.hedge.count, 1);
});

test('a fill from before the first statement is part of it', () => {
  const session = new Session().open();
  session.report({ ...buy, at: 9 });
  assert.equal(session.account.position.spotBaseUnits, 1_000 * WHOLE);
  assert.equal(session.account.counters.fillsBeforeStart, 1);
});

test('a disagreeing balance wins, wakes someone and asks for everything until no trade can explain it', () => {
  const session = new Session().open();
  session.balance(BalanceSlot.SPOT_BASE, 990 * WHOLE, 0, 2_000_000);
  const { position, counters } = session.account;
  assert.equal(position.spotBaseUnits, 990 * WHOLE);
  assert.equal(position.isReconciled, false);
  assert.equal(counters.corrections, 1);
  assert.equal(session.output.alerts(AlertCode.BALANCE_MISMATCH)[0]?.measured, -10 * WHOLE);
  session.timer(2_050_000);
  assert.equal(session.requests(CommandKind.REQUEST_ACCOUNT).length, 1);
  session.balance(BalanceSlot.SPOT_BASE, 990 * WHOLE, 0, 2_100_000);
  assert.equal(session.account.position.isReconciled, false, 'a trade may still explain it');
  session.answer(2_100_000);
  assert.equal(session.account.position.isReconciled, true);
  assert.equal(session.account.pnl.residualUnits, -10 * 16_000_000, 'the loss is in the residual');
  session.markets.set('quoted', 17_999, 18_001, 2_200_000);
  assert.equal(session.account.pnl.residualUnits, -10 * 16_000_000, 'and stays what it was');
});

test('a disagreeing position wins with the entry price the venue says', () => {
  const session = new Session().open();
  session.perp(-900, 16_000_000, 2_000_000);
  assert.equal(session.account.position.isReconciled, false);
  assert.equal(session.output.alerts(AlertCode.POSITION_MISMATCH)[0]?.measured, 100 * WHOLE);
  session.timer(2_050_000);
  session.perp(-900, 15_900_000, 2_100_000);
  session.answer(2_100_000);
  const { position } = session.account;
  assert.equal(position.isReconciled, true);
  assert.equal(position.perpBaseUnits, -900 * WHOLE);
  assert.equal(position.perpAveragePrice, 15_900_000);
});

test('a statement that overtakes its fill is explained by it, with an exact attribution', () => {
  const session = new Session().open();
  session.perp(-1_100, 16_000_909, 1_000);
  session.report({ ...buy, instrument: 1, side: Side.SELL, lastPrice: 160_100 });
  const { position, pnl } = session.account;
  assert.equal(position.perpBaseUnits, -1_100 * WHOLE);
  assert.equal(position.isReconciled, true);
  assert.equal(pnl.hedgeExecutionUnits, 100 * 10_000);
  assert.equal(pnl.residualUnits, 0);
});

test('an old statement is counted and ignored', () => {
  const session = new Session().open();
  session.report(buy);
  session.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE, 0, 999);
  session.perp(-1_000, 16_000_000, 5);
  assert.equal(session.account.position.spotBaseUnits, 1_100 * WHOLE);
  assert.equal(session.account.counters.outdatedStatements, 2);
});

test('a cumulative fill without its trades asks the venue', () => {
  const session = new Session().open();
  session.report({ side: Side.BUY, id: 5, price: 15_999, quantity: 100, at: 1_500_000 });
  session.report({
    ...buy,
    id: 5,
    status: ReportStatus.CANCELED,
    last: 0,
    filled: 40,
    at: 1_600_000,
  });
  assert.equal(session.account.counters.missingFills, 1);
  session.timer(1_650_000);
  assert.equal(session.requests(CommandKind.REQUEST_FILLS).length, 2);
});

test('a fill after the end of its order is booked and counted as late', () => {
  const session = new Session().open();
  session.report({ side: Side.BUY, id: 5, price: 15_999, quantity: 100, at: 100 });
  session.report({ side: Side.BUY, id: 5, status: ReportStatus.CANCELED, quantity: 100, at: 200 });
  session.report({ ...buy, id: 5, quantity: 100 });
  assert.equal(session.account.position.spotBaseUnits, 1_100 * WHOLE);
  assert.equal(session.account.counters.lateFills, 1);
});

test('funding counts once per settlement', () => {
  const session = new Session().open();
  session.funding(-500, 1_000);
  session.funding(-500, 1_000);
  assert.equal(session.account.position.marginWalletUnits, 100 * WHOLE - 500);
  assert.equal(session.account.pnl.fundingUnits, -500);
  assert.equal(session.account.counters.duplicateFundings, 1);
});

test('a liquidation with its fee and the insurance payment in the fills leaves nothing unexplained', () => {
  const session = new Session().open();
  session.markets.set('hedge', 269_990, 270_010, 40);
  const order = { side: Side.BUY, instrument: 1, id: NO_ORDER, isMaker: false } as const;
  const closing = { ...order, reason: ReportReason.LIQUIDATION, feeAsset: CommissionAsset.MARGIN };
  const { ACCEPTED, PARTIALLY_FILLED, FILLED, EXPIRED } = ReportStatus;
  // The wallet: 100 - 60 - 0.078 (taker 5 bp of 156) - 2.43 (1.5 % of 162 at the mark) = 37.492.
  const first = { ...closing, at: 50, quantity: 1_000 };
  session.report({ ...first, status: ACCEPTED });
  session.report({
    ...first,
    status: PARTIALLY_FILLED,
    last: 600,
    lastPrice: 260_000,
    tradeId: 1,
    fee: 250_800_000,
  });
  session.report({ ...first, status: EXPIRED, filled: 600 });
  session.perp(-400, 16_000_000, 50);
  session.balance(BalanceSlot.PERP_MARGIN, 3_749_200_000, 0, 50);
  // Then 37.492 - 44 - 0.054 - 1.62 = -8.182, which the insurance fund pays.
  const second = { ...closing, at: 60, quantity: 400 };
  session.report({ ...second, status: ACCEPTED });
  session.report({
    ...second,
    status: FILLED,
    last: 400,
    lastPrice: 270_000,
    tradeId: 2,
    fee: 167_400_000 - 818_200_000,
  });
  session.perp(0, 0, 60);
  session.balance(BalanceSlot.PERP_MARGIN, 0, 0, 60);
  const { pnl, position, counters } = session.account;
  assert.equal(position.marginWalletUnits, 0);
  assert.equal(position.perpBaseUnits, 0);
  assert.equal(pnl.totalUnits, -100 * WHOLE);
  assert.equal(pnl.feesUnits, 818_200_000 - 250_800_000 - 167_400_000);
  assert.equal(pnl.residualUnits, 0);
  assert.equal(counters.corrections, 0);
  // Orders of the venue's own share one id: they are fills, but no orders of ours.
  assert.deepEqual([counters.lateFills, counters.missingFills], [0, 0]);
  assert.equal(session.account.openOrderCount, 0);
});

test('a fee asset that runs low raises one alert', () => {
  const session = new Session().open();
  const fee = { fee: WHOLE / 2 + 1, feeAsset: CommissionAsset.FEE_ASSET } as const;
  session.report({ ...buy, ...fee });
  session.report({ ...buy, ...fee, fee: 1, tradeId: 8, at: 1_100 });
  assert.equal(session.output.alerts(AlertCode.FEE_ASSET_LOW).length, 1);
  assert.equal(session.account.counters.commissionUnits(CommissionAsset.FEE_ASSET), WHOLE / 2 + 2);
});

test('a fee asset that is stated after the books were opened was there before: it is no profit', () => {
  const session = new Session(true, 850 * WHOLE).openWithoutFeeAsset();
  const paid = { fee: WHOLE / 100, feeAsset: CommissionAsset.FEE_ASSET } as const;
  session.report({ ...buy, ...paid });
  session.balance(BalanceSlot.SPOT_FEE_ASSET, (5 * WHOLE * 99) / 100, 0, 1_100);
  const { pnl, position } = session.account;
  assert.equal(position.feeAssetUnits, (5 * WHOLE * 99) / 100);
  assert.equal(pnl.residualUnits, 0);
  assert.equal(pnl.totalUnits, 100_000 - 8.5 * WHOLE);
  assert.ok(position.peakEquityUnits - position.equityUnits >= 8.4 * WHOLE);
});

test('the peak of equity only rises, an open loss eats free margin', () => {
  const session = new Session().open();
  session.markets.set('hedge', 179_990, 180_010, 40);
  session.timer(50);
  const { position } = session.account;
  assert.equal(position.equityUnits, (460 - 20) * WHOLE);
  assert.equal(position.peakEquityUnits, 460 * WHOLE);
  assert.equal(position.marginFreeUnits, 64 * WHOLE);
});

test('fills of instruments that are not defined are our bug', () => {
  const session = new Session(false);
  assert.throws(() => session.report({ ...buy, instrument: 1 }), /undefined instrument/);
  assert.throws(() => session.report({ ...buy, instrument: 5 }), /we do not trade/);
});

test('a new definition of an instrument revalues at once', () => {
  const session = new Session().open();
  const before = session.account.position.version;
  const event = new InstrumentDefinedEvent();
  event.atMicros = epochMicros(40);
  session.account.onControl(event);
  assert.equal(session.account.position.version, before + 1);
  assert.equal(session.account.openOrderCount, 0);
  assert.equal(session.account.balanceTotalUnits(BalanceSlot.SPOT_QUOTE), 200 * WHOLE);
  assert.equal(session.account.balanceLockedUnits(BalanceSlot.PERP_MARGIN), 16 * WHOLE);
});
