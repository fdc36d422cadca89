/**
 * Goal: what the process was told is what it shows (1, 5, 26), what may fill is reserved (8), what is
 * not known is asked for (27, 34), and no hedge is sent twice (21).
 * Method: stories on a stage, each with one thing that the engine did not do.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, Layer, OrderState, Side } from '#contracts/order.ts';
import { Phase } from './auditor-inputs.ts';
import { Stage } from './auditor-stage.test-support.ts';
import { bookSpotBuy, PERP, request, SECOND, WHOLE } from './staged-view.test-support.ts';

test('26: an acceptance, and an end, that execution does not show are found', () => {
  const accepted = new Stage().open();
  accepted.place({ counter: 1 });
  const word = accepted.report(1, ReportStatus.ACCEPTED);
  accepted.tell(word, (view) => view.states.set(accepted.id(1), OrderState.PENDING_NEW));
  assert.deepEqual(accepted.broken, [26]);
  for (const lost of ['execution', 'account'] as const) {
    const ended = new Stage().open();
    ended.place({ counter: 1 });
    ended.accept(1);
    ended.tell(ended.report(1, ReportStatus.CANCELED), (view) => {
      if (lost === 'execution') view.states.set(ended.id(1), OrderState.NEW);
      else view.openLots.set(ended.id(1), 100);
    });
    assert.deepEqual(ended.broken, [26], lost);
  }
});

test('1: what an amend or a fill leaves must be shown', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.tell(stage.report(1, ReportStatus.AMENDED, { quantityLots: 80 }));
  assert.deepEqual(stage.broken, []);
  stage.tell(stage.report(1, ReportStatus.AMENDED, { quantityLots: 60 }), (view) =>
    view.openLots.set(stage.id(1), 80),
  );
  assert.deepEqual(stage.broken, [1]);
});

/** A sale of 100 lots whose commission is taken in quote, booked as the test says. */
function sell(book: (stage: Stage, quoteUnits: number, feeUnits: number) => void): Stage {
  const stage = new Stage().open();
  stage.place({ counter: 1, side: Side.SELL, price: 16_010 });
  stage.accept(1);
  const report = stage.trade(1, 10, 100, 100, { side: Side.SELL, lastPriceTicks: 16_010 });
  stage.tell(report, (view) => {
    view.spotBaseUnits -= 100 * WHOLE;
    view.slots[0] = (view.slots[0] ?? 0) - 100 * WHOLE;
    book(stage, 16_010 * 100 * 1_000, report.commissionUnits);
  });
  return stage;
}

test('5: a commission with the wrong sign, and a trade that is not counted, are found', () => {
  const right = sell(({ view }, value, fee) => {
    view.slots[1] = (view.slots[1] ?? 0) + value - fee;
  });
  assert.deepEqual(right.broken, []);
  const wrong = sell(({ view }, value, fee) => {
    view.slots[1] = (view.slots[1] ?? 0) + value + fee;
  });
  assert.deepEqual(wrong.broken, [5]);
  const uncounted = sell(({ view }, value, fee) => {
    view.slots[1] = (view.slots[1] ?? 0) + value - fee;
    view.bookedFillCount -= 1;
  });
  assert.deepEqual(uncounted.broken, [5]);
});

test('5: a commission in the fee asset, and one of the margin wallet, must be paid', () => {
  const feeAsset = { paysWithFeeAsset: true, feeAssetPriceUnits: WHOLE, feeAssetDiscount: 0 };
  for (const isPaid of [true, false]) {
    const stage = new Stage({ feeAsset }).open();
    stage.apply(stage.balance(BalanceSlot.SPOT_FEE_ASSET, 0, stage.now - 1));
    stage.place({ counter: 1 });
    stage.accept(1);
    const commissionUnits = Math.floor((15_995 * 100 * 1_000 * 100_000) / WHOLE);
    const paid = { commissionUnits, commissionAsset: CommissionAsset.FEE_ASSET };
    const report = stage.trade(1, 10, 100, 100, paid);
    stage.tell(report, (view) => {
      bookSpotBuy(view, { ...report, commissionUnits: 0 } as typeof report);
      if (isPaid) view.slots[2] = (view.slots[2] ?? 0) - commissionUnits;
    });
    assert.deepEqual(stage.broken, isPaid ? [] : [5]);
  }
  for (const isPaid of [true, false]) {
    const stage = new Stage().open();
    stage.apply(stage.balance(BalanceSlot.PERP_MARGIN, 1_000 * WHOLE, stage.now - 1));
    const hedge = { layer: Layer.HEDGE, side: Side.SELL, price: 15_990, lots: 40 } as const;
    stage.timer((view) => {
      view.spotBaseUnits += 100 * WHOLE;
    });
    stage.place({ counter: 1, ...hedge });
    const sold = { instrument: PERP, side: Side.SELL, lastPriceTicks: 15_990, quantityLots: 40 };
    const report = stage.trade(1, 10, 40, 40, sold);
    stage.tell(report, (view) => {
      view.perpBaseUnits -= 40 * WHOLE;
      if (isPaid) view.slots[3] = (view.slots[3] ?? 0) - report.commissionUnits;
    });
    assert.deepEqual(
      stage.summary.violations.slice(1).map((one) => one.invariant),
      isPaid ? [] : [5],
    );
  }
});

test('5: a statement from before a trade must not take it back', () => {
  const stage = new Stage().open();
  const older = stage.balance(BalanceSlot.SPOT_QUOTE, 10_000 * WHOLE, stage.now - 1);
  stage.buy(1, 10);
  stage.auditor.onVenueTruth(older, stage.now);
  stage.alert(AlertCode.BALANCE_MISMATCH);
  stage.apply(older, (view) => {
    view.slots[1] = 10_000 * WHOLE;
  });
  assert.deepEqual(stage.broken, [5]);
});

test('8: an order that may fill and is not reserved is found at once, a leak in the calm', () => {
  const bounds = { livenessMicros: 20 * SECOND, steadyMicros: 10 * SECOND };
  const stage = new Stage({ bounds }).open();
  stage.place({ counter: 1 });
  stage.timer();
  assert.deepEqual(stage.broken, []);
  stage.timer((view) => view.openLots.set(stage.id(1), 99));
  assert.deepEqual(stage.broken, [8]);
  const leaking = new Stage({ bounds }).open();
  leaking.auditor.onPhase(Phase.CALM, leaking.now);
  leaking.place({ counter: 1 });
  leaking.accept(1);
  leaking.tell(leaking.report(1, ReportStatus.CANCELED));
  leaking.timer((view) => {
    view.placedKeys.set(7, 0);
    view.openLots.set(7, 10);
  });
  leaking.pass(10 * SECOND);
  assert.deepEqual(leaking.broken, []);
  leaking.pass(15 * SECOND);
  assert.deepEqual(leaking.broken, [8]);
});

test('27: an order that stays unknown is asked after, again and again', () => {
  for (const isAsked of [true, false]) {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    stage.tell(stage.report(1, ReportStatus.UNKNOWN), (view) => view.states.set(stage.id(1), 5));
    for (let round = 0; round < 3; round++) {
      if (isAsked || round === 0) {
        stage.send(Object.assign(stage.cancel(1), { kind: CommandKind.QUERY_ORDER }));
      }
      stage.pass(8 * SECOND);
    }
    assert.equal(stage.broken.includes(27), !isAsked);
  }
});

const QUESTIONS = [
  CommandKind.REQUEST_ACCOUNT,
  CommandKind.REQUEST_OPEN_ORDERS,
  CommandKind.REQUEST_FILLS,
] as const;

for (const forgotten of QUESTIONS) {
  test(`34: the account is asked for again and again, also with question ${forgotten}`, () => {
    const stage = new Stage({ bounds: { livenessMicros: 0 } }).open();
    const ask = (kind: (typeof QUESTIONS)[number]): void => {
      for (const instrument of [0, PERP]) stage.send(request(kind, instrument));
    };
    QUESTIONS.forEach(ask);
    stage.pass(30 * SECOND);
    QUESTIONS.filter((kind) => kind !== forgotten).forEach(ask);
    stage.pass(10 * SECOND);
    assert.deepEqual(stage.broken, []);
    stage.pass(10 * SECOND);
    assert.deepEqual(stage.broken, [34]);
  });
}

test('21: what a hedge filled and was not told as a trade must not be hedged again', () => {
  const hedge = { layer: Layer.HEDGE, side: Side.SELL, price: 15_990, lots: 40 } as const;
  const stage = new Stage().open();
  stage.timer((view) => {
    view.spotBaseUnits += 40 * WHOLE;
  });
  const first = stage.summary.violationCount;
  stage.place({ counter: 1, ...hedge });
  const answer = { channel: ReportChannel.QUERY, instrument: PERP, quantityLots: 40 };
  stage.tell(stage.report(1, ReportStatus.FILLED, { ...answer, filledLots: 40 }));
  const before = stage.summary.violationCount;
  stage.place({ counter: 2, ...hedge });
  const found = stage.summary.violations.slice(before).map((one) => one.invariant);
  assert.ok(first <= before);
  assert.ok(found.includes(21), `found ${found}`);
});
