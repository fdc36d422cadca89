/**
 * Goal: one live order per leg, resting or immediate as asked, never two lives at once, never a leg that
 * hedging does not want any more.
 * Method: one story per rule on a perpetual.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Layer, OrderType, ReportReason, TimeInForce } from '#contracts/order.ts';
import { ActionKind, ActionReason } from '#contracts/order-plan.ts';
import { PERP, testInstrument } from '#domains/risk/risk-desk.test-support.ts';
import { brief, ExecutionDesk } from './execution-desk.test.ts';

const { NEW, CANCEL } = ActionKind;
const PASSIVE = { side: 1, lots: 100, price: 10_010, isPassive: true } as const;
const ACTIVE = { ...PASSIVE, price: 9_990, isPassive: false } as const;
const PANIC = 3;

function resting(): ExecutionDesk {
  const desk = new ExecutionDesk().wantLegs(0, PASSIVE);
  desk.hedgeTurn();
  return desk.acceptAll();
}

test('a passive leg rests post-only, an active one takes at its limit, a panic takes any price', () => {
  const [passive] = new ExecutionDesk().wantLegs(0, PASSIVE).hedgeTurn();
  assert.deepEqual(
    [passive?.type, passive?.timeInForce, passive?.postOnly, passive?.ttlMicros],
    [OrderType.LIMIT, TimeInForce.GTX, true, 30_000_000],
  );
  assert.deepEqual([passive?.reducesRisk, passive?.layer], [true, Layer.HEDGE]);
  const [active] = new ExecutionDesk().wantLegs(2, ACTIVE).hedgeTurn();
  assert.deepEqual(
    [active?.type, active?.timeInForce, active?.priceTicks],
    [OrderType.LIMIT, TimeInForce.IOC, 9_990],
  );
  const [panic] = new ExecutionDesk().wantLegs(PANIC, ACTIVE).hedgeTurn();
  assert.deepEqual([panic?.type, panic?.priceTicks], [OrderType.MARKET, 0]);
});

test('a leg that stands as wished is kept', () => {
  const desk = resting();
  assert.deepEqual(desk.wantLegs(0, { ...PASSIVE, lots: 150 }).hedgeTurn(), []);
  assert.equal(desk.execution.planHedge(desk.hedgeCommand()).keptCount, 1);
});

for (const [name, legs, reason] of [
  ['a leg not in the wish any more', [], ActionReason.HEDGE_DONE],
  ['a leg of zero lots', [{ ...PASSIVE, lots: 0 }], ActionReason.HEDGE_DONE],
  ['a price that moved', [{ ...PASSIVE, price: 10_009 }], ActionReason.HEDGE_REPRICE],
  ['a side that turned', [{ ...PASSIVE, side: 0 }], ActionReason.HEDGE_REPRICE],
  ['a leg that must take now', [ACTIVE], ActionReason.HEDGE_REPRICE],
  ['more resting than wanted', [{ ...PASSIVE, lots: 99 }], ActionReason.HEDGE_REPRICE],
  ['far less resting than wanted', [{ ...PASSIVE, lots: 201 }], ActionReason.HEDGE_REPRICE],
] as const) {
  test(`${name} is cancelled first and followed only after its confirmed end`, () => {
    const desk = resting();
    const actions = desk.wantLegs(0, ...legs).hedgeTurn();
    assert.deepEqual(
      actions.map((one) => [one.kind, one.reason]),
      [[CANCEL, reason]],
    );
    assert.deepEqual(desk.hedgeTurn(), []);
    desk.report(1, ReportStatus.CANCELED, { instrument: PERP });
    const wanted = legs.filter(({ lots }) => lots > 0).length;
    assert.equal(desk.hedgeTurn().length, wanted);
  });
}

test('an immediate order is left to end by itself, then what is left goes again', () => {
  const desk = new ExecutionDesk().wantLegs(1, ACTIVE);
  desk.hedgeTurn();
  assert.deepEqual(desk.wantLegs(1).hedgeTurn().length, 1);
  const left = new ExecutionDesk().wantLegs(1, ACTIVE);
  left.hedgeTurn();
  const part = { filledLots: 40, quantityLots: 100, instrument: PERP };
  left.report(1, ReportStatus.PARTIALLY_FILLED, part);
  assert.deepEqual(left.wantLegs(1, { ...ACTIVE, lots: 60 }).hedgeTurn(), []);
  left.report(1, ReportStatus.EXPIRED, { ...part, reason: ReportReason.UNFILLED_REMAINDER });
  assert.deepEqual(brief(left.hedgeTurn()), [[NEW, 9_990, 60]]);
});

test('a resting leg past its backstop age is cancelled', () => {
  const desk = resting();
  assert.deepEqual(desk.tick(29_999_999).hedgeTurn(), []);
  assert.equal(desk.tick(1).hedgeTurn()[0]?.reason, ActionReason.TTL_EXPIRED);
});

test('a post-only refusal of a leg bars its price until the touch moves away', () => {
  const desk = new ExecutionDesk().wantLegs(0, PASSIVE);
  desk.hedgeTurn();
  const reason = ReportReason.POST_ONLY_WOULD_CROSS;
  desk.report(1, ReportStatus.REJECTED, { reason, instrument: PERP });
  assert.deepEqual(desk.hedgeTurn(), []);
  Object.assign(desk.hedge, { bidPriceTicks: 9_998 });
  assert.equal(desk.hedgeTurn().length, 1);
});

test('a refused leg is not asked for again at each event, but soon', () => {
  const desk = new ExecutionDesk().wantLegs(0, PASSIVE);
  desk.refusal = 22;
  assert.equal(desk.hedgeTurn().length, 1);
  assert.deepEqual(desk.hedgeTurn(), []);
  desk.refusal = 0;
  assert.equal(desk.tick(250_000).hedgeTurn().length, 1);
});

test('a leg waits while an own order on the other side is in its way', () => {
  const desk = resting();
  const buy = { side: 0, lots: 50, price: 10_012, isPassive: false } as const;
  const actions = desk.wantLegs(1, { ...PASSIVE, lots: 0 }, buy).hedgeTurn();
  assert.deepEqual(
    actions.map(({ kind }) => kind),
    [CANCEL],
  );
  desk.report(1, ReportStatus.CANCELED, { instrument: PERP });
  assert.deepEqual(brief(desk.hedgeTurn()), [[NEW, 10_012, 50]]);
});

test("a leg larger than the venue's largest order goes in parts", () => {
  const desk = new ExecutionDesk();
  const { filters } = testInstrument({});
  const small = { ...filters, maxQuantityLots: 60, marketMaxQuantityLots: 20 };
  desk.instruments[PERP] = testInstrument({ index: PERP, market: 1, filters: small });
  assert.deepEqual(brief(desk.wantLegs(0, PASSIVE).hedgeTurn()), [[NEW, 10_010, 60]]);
  const panic = new ExecutionDesk();
  panic.instruments[PERP] = testInstrument({ index: PERP, market: 1, filters: small });
  assert.deepEqual(brief(panic.wantLegs(PANIC, ACTIVE).hedgeTurn()), [[NEW, 0, 20]]);
});

test('a refused cancel of a leg is repeated after a pause', () => {
  const desk = resting();
  desk.wantLegs(0).hedgeTurn();
  const refused = { reason: ReportReason.OTHER, instrument: PERP };
  desk.report(1, ReportStatus.CANCEL_REJECTED, refused);
  assert.deepEqual(desk.hedgeTurn(), []);
  assert.equal(desk.tick(250_000).hedgeTurn().length, 1);
});
