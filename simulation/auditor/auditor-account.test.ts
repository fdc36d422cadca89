/**
 * Goal: fills count once and balances, positions and PnL are what own books say: 5, 6, 7, 31, 35.
 * Method: stories on a stage with right commissions; planted double counts, losses and drifts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { FundingPaymentEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, Layer, Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { IncidentKind, Phase } from './auditor-inputs.ts';
import { Stage } from './auditor-stage.test-support.ts';
import { bookSpotBuy, MID, PERP, SECOND, WHOLE } from './staged-view.test-support.ts';

test('5: a fill that a second channel repeats must not move the position again', () => {
  const stage = new Stage().open();
  const report = stage.buy(1, 10);
  stage.apply(report);
  assert.deepEqual(stage.broken, []);
  stage.apply(report, (view) => bookSpotBuy(view, report));
  assert.deepEqual(stage.broken, [5]);
});

for (const [what, factor] of [
  ['ignored', 0],
  ['booked twice', 2],
] as const) {
  test(`5: a fill that is ${what} is found`, () => {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    const report = stage.trade(1, 10, 100, 100);
    stage.tell(report, (view) => {
      for (let times = 0; times < factor; times++) bookSpotBuy(view, report);
    });
    assert.deepEqual(stage.broken, [5]);
  });
}

test('5: a position that moves with a timer, and a trade nobody made, are found', () => {
  const stage = new Stage().open();
  stage.timer((view) => {
    view.perpBaseUnits += WHOLE;
  });
  assert.deepEqual(stage.broken, [5]);
  const other = new Stage().open();
  other.place({ counter: 1 });
  other.apply(other.trade(1, 10, 100, 100), (view) => view.states.set(other.id(1), 6));
  assert.deepEqual(other.broken, [5]);
});

test('5: a statement that is taken for another number is found', () => {
  const balance = new Stage().open();
  balance.pass(SECOND);
  const statement = balance.balance(BalanceSlot.SPOT_QUOTE, 10_000 * WHOLE);
  balance.auditor.onVenueTruth(statement, balance.now);
  balance.alert(AlertCode.BALANCE_MISMATCH);
  balance.apply(statement, (view) => {
    view.slots[1] = 9_999 * WHOLE;
  });
  assert.deepEqual(balance.broken, [5]);
  const position = new Stage().open();
  position.alert(AlertCode.POSITION_MISMATCH);
  position.apply(position.position(-1_000), (view) => {
    view.perpBaseUnits = -999 * WHOLE;
  });
  assert.deepEqual(position.broken, [5]);
});

test('5: a fill that a later statement already held moves nothing, and is found when it does', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  const report = stage.trade(1, 10, 100, 100);
  stage.auditor.onVenueTruth(report, stage.now);
  stage.now += 1_000;
  const total = 1_000 * WHOLE + 100 * WHOLE - report.commissionUnits;
  const statement = stage.balance(BalanceSlot.SPOT_BASE, total);
  stage.auditor.onVenueTruth(statement, stage.now);
  stage.alert(AlertCode.BALANCE_MISMATCH);
  stage.apply(statement, (view) => {
    view.spotBaseUnits = total;
    view.slots[0] = total;
  });
  stage.apply(report, (view) => view.states.set(stage.id(1), 6));
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 2, layer: Layer.L1 });
  const venueTimeMicros = statement.venueTimeMicros - 1;
  const late = stage.trade(2, 11, 100, 100, { venueTimeMicros });
  stage.auditor.onVenueTruth(late, stage.now);
  stage.apply(late, (view) => {
    view.states.set(stage.id(2), 6);
    bookSpotBuy(view, late);
  });
  assert.deepEqual(stage.broken, [5]);
});

test('5: fills of a lost tail may be booked once more, those before it not', () => {
  const stage = new Stage().open();
  const kept = stage.buy(1, 10);
  const durable = stage.sequence;
  const before = { spot: stage.view.spotBaseUnits, slots: [...stage.view.slots] };
  const lost = stage.buy(2, 11);
  stage.restart(durable, (view) => {
    view.spotBaseUnits = before.spot;
    view.slots.splice(0, 4, ...before.slots);
  });
  stage.apply(lost, (view) => bookSpotBuy(view, lost));
  assert.deepEqual(stage.broken, []);
  stage.apply(kept, (view) => bookSpotBuy(view, kept));
  assert.deepEqual(stage.broken, [5]);
});

test('6: a position statement of the venue that own trades do not explain is found after its patience', () => {
  const stage = new Stage().open();
  stage.auditor.onVenueTruth(stage.position(-1_000), stage.now);
  assert.ok(stage.evaluated(6) > 0);
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, []);
  stage.auditor.onVenueTruth(stage.position(-999), stage.now);
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, [6]);
});

test('7: a statement that overtakes its report is waited for, a wrong one is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  const report = stage.trade(1, 10, 100, 100);
  const total = 1_000 * WHOLE + 100 * WHOLE - report.commissionUnits;
  stage.auditor.onVenueTruth(stage.balance(BalanceSlot.SPOT_BASE, total), stage.now);
  stage.tell(report, (view) => bookSpotBuy(view, report));
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, []);
  stage.auditor.onVenueTruth(stage.balance(BalanceSlot.SPOT_BASE, total + 1), stage.now);
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, [7]);
});

test('7: a commission that own fees do not give is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  const report = stage.trade(1, 10, 100, 100);
  report.commissionUnits = (report.commissionUnits + 1) as typeof report.commissionUnits;
  stage.tell(report, (view) => bookSpotBuy(view, report));
  assert.deepEqual(stage.broken, [7]);
});

test('7: a commission in an asset that nobody agreed on is found', () => {
  for (const paysWithFeeAsset of [true, false]) {
    const feeAsset = { paysWithFeeAsset, feeAssetPriceUnits: 500 * WHOLE, feeAssetDiscount: 0 };
    const stage = new Stage({ feeAsset }).open();
    stage.place({ counter: 1 });
    const value = (MID - 5) * 100 * 1_000;
    const commissionUnits = Math.floor(Math.floor(value / 1_000) / 500);
    const report = stage.trade(1, 10, 100, 100, {
      ...{ commissionUnits, commissionAsset: CommissionAsset.FEE_ASSET },
    });
    stage.auditor.onVenueTruth(report, stage.now);
    assert.equal(stage.broken.includes(7), !paysWithFeeAsset);
  }
});

test('7: funding, profits of a closed position and adjustments enter own books', () => {
  const stage = new Stage().open();
  const funding = new FundingPaymentEvent();
  funding.instrument = PERP as typeof funding.instrument;
  funding.amountUnits = 500 as typeof funding.amountUnits;
  stage.auditor.onVenueTruth(funding, stage.now);
  const wallet = 1_000 * WHOLE + 500;
  stage.auditor.onVenueTruth(stage.balance(BalanceSlot.PERP_MARGIN, wallet), stage.now);
  // Buys 400 of the 1000 short lots back, ten ticks under their entry.
  stage.place({ counter: 1, layer: Layer.HEDGE, price: MID - 10, lots: 400, side: Side.BUY });
  const report = stage.trade(1, 10, 400, 400, {
    instrument: PERP,
    lastPriceTicks: MID - 10,
    quantityLots: 400,
  });
  stage.auditor.onVenueTruth(report, stage.now);
  const after = wallet + 400 * 10 * 1_000 - report.commissionUnits;
  stage.auditor.onVenueTruth(stage.balance(BalanceSlot.PERP_MARGIN, after), stage.now);
  stage.auditor.onVenueTruth(stage.position(-600), stage.now);
  stage.incident(IncidentKind.BALANCE_ADJUSTED, { slot: BalanceSlot.PERP_MARGIN, units: -77 });
  stage.auditor.onVenueTruth(stage.balance(BalanceSlot.PERP_MARGIN, after - 77), stage.now);
  stage.pass(6 * SECOND);
  assert.deepEqual(
    stage.broken.filter((one) => one === 6 || one === 7),
    [],
  );
});

test('31: a correction without an alert is found, with one it is not', () => {
  for (const isAlarmed of [true, false]) {
    const stage = new Stage().open();
    stage.apply(stage.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE));
    stage.pass(SECOND);
    const total = 1_000 * WHOLE - 5;
    stage.incident(IncidentKind.BALANCE_ADJUSTED, { slot: BalanceSlot.SPOT_BASE, units: -5 });
    const statement = stage.balance(BalanceSlot.SPOT_BASE, total);
    stage.auditor.onVenueTruth(statement, stage.now);
    if (isAlarmed) stage.alert(AlertCode.BALANCE_MISMATCH);
    stage.apply(statement, (view) => {
      view.spotBaseUnits = total;
      view.slots[0] = total;
    });
    stage.pass(6 * SECOND);
    assert.deepEqual(stage.broken, isAlarmed ? [] : [31]);
    assert.ok(stage.evaluated(31) > 0);
  }
});

test('31: a fill after the end of its order, a foreign order and a fallen book must be alarmed', () => {
  const late = new Stage().open();
  late.place({ counter: 1 });
  late.accept(1);
  late.apply(late.report(1, ReportStatus.CANCELED), (view) => view.states.set(late.id(1), 7));
  const report = late.trade(1, 10, 100, 100);
  late.auditor.onVenueTruth(report, late.now);
  late.apply(report, (view) => bookSpotBuy(view, report));
  late.pass(6 * SECOND);
  assert.deepEqual(late.broken, [31]);

  const foreign = new Stage().open();
  foreign.tell(foreign.report(0, ReportStatus.ACCEPTED));
  foreign.pass(6 * SECOND);
  assert.deepEqual(foreign.broken, [31]);

  for (const isAlarmed of [true, false]) {
    const fallen = new Stage().open();
    if (isAlarmed) fallen.alert(AlertCode.BOOK_GAP);
    fallen.timer((view) => {
      view.live[0] = false;
    });
    fallen.pass(6 * SECOND);
    assert.deepEqual(fallen.broken, isAlarmed ? [] : [31]);
  }
});

test('31: an order without any answer must be alarmed', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.pass(50 * SECOND);
  assert.deepEqual(
    stage.broken.filter((one) => one !== 34),
    [31],
  );
});

const CALM = { livenessMicros: 20 * SECOND, steadyMicros: 10 * SECOND };

for (const [what, invariant, plant] of [
  ['a position that is off', 6, (stage: Stage) => (stage.view.perpBaseUnits += WHOLE)],
  ['a balance that is off', 7, (stage: Stage) => (stage.view.slots[1] = 5)],
  ['a side that wants nothing for a fault', 34, (stage: Stage) => stopQuoting(stage)],
  ['a recovery that never ends', 34, (stage: Stage) => (stage.view.isRecovering = true)],
  ['a book that stays stale', 34, (stage: Stage) => growStale(stage, PERP)],
  ['an order that only the engine knows', 34, (stage: Stage) => pushRow(stage, 1)],
  ['an order that stays unknown', 34, (stage: Stage) => pushRow(stage, 5)],
] as const) {
  test(`${invariant}: ${what} is found in the calm, and not in the storm`, () => {
    const stage = new Stage({ bounds: CALM }).open();
    stage.pass(SECOND);
    stage.auditor.onPhase(Phase.STORM, stage.now);
    plant(stage);
    stage.pass(30 * SECOND);
    const found = (): number[] => stage.broken.filter((one) => one !== 5);
    assert.deepEqual(found(), []);
    stage.auditor.onPhase(Phase.CALM, stage.now);
    stage.pass(15 * SECOND);
    assert.deepEqual(found(), []);
    stage.pass(15 * SECOND);
    assert.ok(found().includes(invariant), `found ${found()}`);
    assert.deepEqual(
      found().filter((one) => one !== invariant),
      [],
    );
  });
}

function growStale(stage: Stage, instrument: number): void {
  stage.alert(AlertCode.STALE_MARKET);
  stage.timer((view) => {
    view.stale[instrument] = true;
  });
}

function stopQuoting(stage: Stage): void {
  stage.view.wanted[0] = 0;
  stage.view.reasons[0] = NoQuoteReason.STALE_HEDGE_MARKET;
}

function pushRow(stage: Stage, state: number): void {
  stage.view.rows.push({
    clientOrderId: stage.id(9),
    instrument: 0,
    side: 0,
    priceTicks: MID,
    totalLots: 10,
    filledLots: 0,
    state,
  });
}

test('35: PnL that does not follow equity, and a residual, are found', () => {
  const drifting = new Stage().open();
  drifting.pass(2 * SECOND);
  assert.ok(drifting.evaluated(35) > 0);
  drifting.view.pnlTotalUnits += 1_000;
  drifting.pass(2 * SECOND);
  assert.deepEqual(drifting.broken, [35]);
  const unexplained = new Stage().open();
  unexplained.pass(2 * SECOND);
  unexplained.view.pnlResidualUnits = 1_000;
  unexplained.pass(2 * SECOND);
  assert.deepEqual(unexplained.broken, [35]);
});

test('35: after a correction PnL and residual are judged again from the next look on', () => {
  for (const field of ['pnlTotalUnits', 'pnlResidualUnits'] as const) {
    const stage = new Stage().open();
    stage.pass(2 * SECOND);
    stage.alert(AlertCode.POSITION_MISMATCH);
    stage.view[field] += 1_000_000_000;
    stage.pass(2 * SECOND);
    assert.deepEqual(stage.broken, [], 'what the correction was worth is no fault');
    stage.view[field] += 1_000_000_000;
    stage.pass(2 * SECOND);
    assert.deepEqual(stage.broken, [35], field);
  }
});

test('35: equity follows the marks of both legs exactly', () => {
  const stage = new Stage().open();
  stage.pass(SECOND);
  stage.market(0, MID + 9, MID + 11);
  stage.market(PERP, MID + 4, MID + 6);
  // 1000 lots of stock gain ten ticks, 1000 short lots lose five: 1000 units a tick and lot.
  stage.view.pnlTotalUnits = 1_000 * 10 * 1_000 - 1_000 * 5 * 1_000;
  stage.pass(SECOND);
  assert.deepEqual(stage.broken, []);
});

test('a query’s answer may repeat states and list trades without breaking anything', () => {
  const stage = new Stage().open();
  const report = stage.buy(1, 10);
  const listed = { ...report, channel: ReportChannel.QUERY, quantityLots: 0, filledLots: 0 };
  stage.tell(listed as typeof report);
  stage.tell(
    stage.report(1, ReportStatus.FILLED, { channel: ReportChannel.QUERY, filledLots: 100 }),
  );
  stage.pass(SECOND);
  assert.deepEqual(stage.broken, []);
});
