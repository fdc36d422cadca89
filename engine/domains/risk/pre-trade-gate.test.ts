/**
 * Goal: each check refuses what breaks it and lets pass what just does not, in the order of the codes,
 * and no flag of the plan is believed.
 * Method: per code one action that trips and one that just passes, against one desk each.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatorEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { ActionKind } from '#contracts/order-plan.ts';
import { RiskAdvice, RiskCode } from '#contracts/risk-verdict.ts';
import { LOT_UNITS, PERP, RiskDesk, testAction, testInstrument } from './risk-desk.test-support.ts';

function operator(desk: RiskDesk, action: number): void {
  const event = new OperatorEvent();
  event.action = action as typeof event.action;
  desk.risk.onControl(event);
}

const SELL_HEDGE = {
  instrument: PERP,
  side: Side.SELL,
  priceTicks: 9_990,
  type: OrderType.LIMIT,
  timeInForce: TimeInForce.IOC,
  reducesRisk: true,
};

test('nothing passes before a grant, not even a hedge', () => {
  const desk = new RiskDesk().tick();
  desk.hold({ netDeltaBaseUnits: 500 * LOT_UNITS });
  assert.equal(desk.code(testAction()), RiskCode.NO_LIMITS);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.NO_LIMITS);
});

test('a lease ends at its expiry and not a microsecond before', () => {
  const desk = new RiskDesk().ready().grant({}, 1_000);
  desk.nowMicros += 999;
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  desk.nowMicros += 1;
  assert.equal(desk.code(testAction()), RiskCode.LEASE_EXPIRED);
});

test('a proven hedge passes an expired lease and a stop, and nothing passes a shutdown', () => {
  const desk = new RiskDesk().ready().grant({}, 1);
  desk.hold({ netDeltaBaseUnits: 500 * LOT_UNITS });
  desk.nowMicros += 10;
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  desk.grant();
  operator(desk, 4);
  assert.equal(desk.code(testAction()), RiskCode.KILLED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  operator(desk, 6);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.KILLED);
});

test('only a trading instrument takes new orders, and an unknown one takes none', () => {
  const desk = new RiskDesk().ready();
  desk.instruments[0] = testInstrument({ status: InstrumentStatus.CANCEL_ONLY });
  assert.equal(desk.code(testAction()), RiskCode.INSTRUMENT_NOT_TRADING);
  desk.instruments[0] = testInstrument({ status: InstrumentStatus.TRADING });
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  const elsewhere = { instrument: 5 };
  assert.equal(desk.code(testAction(elsewhere)), RiskCode.INSTRUMENT_NOT_TRADING);
});

test('cancels pass without any lease, once in a while, and only for orders that may live', () => {
  const desk = new RiskDesk().ready();
  const order = testAction();
  assert.equal(desk.code(order), RiskCode.APPROVED);
  const cancel = testAction({ kind: ActionKind.CANCEL, targetOrderId: order.clientOrderId });
  operator(desk, 6);
  assert.equal(desk.code(cancel), RiskCode.APPROVED);
  assert.equal(desk.code(cancel), RiskCode.DUPLICATE_CANCEL);
  desk.nowMicros += 250_000;
  assert.equal(desk.code(cancel), RiskCode.APPROVED);
  desk.report({ clientOrderId: order.clientOrderId, status: ReportStatus.CANCELED });
  assert.equal(desk.code(cancel), RiskCode.UNKNOWN_TARGET);
});

for (const [name, trips, passes, code] of [
  ['price', { priceTicks: 100_000_001 }, {}, RiskCode.FILTER_PRICE],
  ['quantity', { quantityLots: 0 }, { quantityLots: 11 }, RiskCode.FILTER_LOT],
  ['notional', { quantityLots: 10 }, { quantityLots: 11 }, RiskCode.FILTER_NOTIONAL],
  ['percent price', { priceTicks: 1_999 }, {}, RiskCode.FILTER_PERCENT_PRICE],
] as const) {
  test(`the venue's ${name} filter refuses what breaks it and passes what just meets it`, () => {
    const desk = new RiskDesk().ready();
    assert.equal(desk.code(testAction(trips)), code);
    const just = testAction(passes);
    assert.equal(desk.code(just), RiskCode.APPROVED);
  });
}

test('the granted number of open orders counts every order that may live', () => {
  const desk = new RiskDesk().ready({ maxOpenOrders: [2, 2] });
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  assert.equal(desk.code(testAction()), RiskCode.FILTER_MAX_ORDERS);
});

test("the venue's own limit of open orders holds for hedges too", () => {
  const desk = new RiskDesk().ready();
  const { filters } = testInstrument({});
  desk.instruments[PERP] = testInstrument({
    index: PERP,
    market: 1,
    filters: { ...filters, maxOpenOrders: 1 },
  });
  desk.hold({ netDeltaBaseUnits: 500 * LOT_UNITS });
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.FILTER_MAX_ORDERS);
});

test('the largest quantity holds for quotes and hedges alike, with the size that would pass', () => {
  const desk = new RiskDesk().ready({ maxOrderLots: [100, 100] });
  desk.hold({ netDeltaBaseUnits: 500 * LOT_UNITS });
  const tooMuch = { quantityLots: 101 };
  const [answer] = desk.check(testAction(tooMuch));
  assert.equal(answer?.code, RiskCode.MAX_ORDER_QUANTITY);
  assert.deepEqual([answer?.advice, answer?.adviceValue], [RiskAdvice.REDUCE_SIZE, 100]);
  assert.equal(desk.code(testAction({ ...SELL_HEDGE, ...tooMuch })), RiskCode.MAX_ORDER_QUANTITY);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
});

test('the largest notional is exact to the unit', () => {
  const notional = 9_990 * 1_000 * 100;
  const limits = (units: number) => ({ maxOrderNotionalUnits: [units, units] });
  assert.equal(new RiskDesk().ready(limits(notional)).code(testAction()), RiskCode.APPROVED);
  const [answer] = new RiskDesk().ready(limits(notional - 1)).check(testAction());
  assert.equal(answer?.code, RiskCode.MAX_ORDER_NOTIONAL);
  assert.equal(answer?.adviceValue, 99);
});

test('the collar measures against the hedge market, not against the book that may be wrong', () => {
  const desk = new RiskDesk().ready({ priceCollarBps: 100 });
  const at = (priceTicks: number) => desk.code(testAction({ priceTicks }));
  assert.equal(at(9_900), RiskCode.APPROVED);
  assert.equal(at(9_899), RiskCode.PRICE_COLLAR);
  // The quoted book jumps 5 %: the reference does not follow.
  desk.quoted.midHalfTicks = 21_000;
  desk.tick(50_000);
  assert.equal(at(10_500), RiskCode.PRICE_COLLAR);
  assert.equal(at(10_050), RiskCode.APPROVED);
});

test('a missing or old reference blocks new risk and no hedge', () => {
  const desk = new RiskDesk().ready();
  desk.hold({ netDeltaBaseUnits: 500 * LOT_UNITS });
  desk.nowMicros += 1_000_000;
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  desk.nowMicros += 1;
  assert.equal(desk.code(testAction()), RiskCode.NO_REFERENCE);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
});

test('funds are reserved to the unit, margin and reserve included', () => {
  const need = 9_990 * 1_000 * 100;
  const desk = new RiskDesk().ready({ safetyMarginBps: 200, balanceReserveBps: 500 });
  const enough = Math.ceil((need + Math.ceil(need * 0.02)) / 0.95);
  desk.hold({ totalQuoteUnits: enough });
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  const short = new RiskDesk().ready({ safetyMarginBps: 200, balanceReserveBps: 500 });
  short.position.totalQuoteUnits = (enough - 2) as typeof desk.position.totalQuoteUnits;
  const [answer] = short.check(testAction());
  assert.equal(answer?.code, RiskCode.INSUFFICIENT_BALANCE);
  assert.deepEqual([answer?.advice, answer?.adviceValue], [RiskAdvice.REDUCE_SIZE, 99]);
});

test('a sell reserves the base it would deliver', () => {
  const desk = new RiskDesk().ready();
  desk.hold({ spotBaseUnits: 150 * LOT_UNITS });
  const sell = { side: Side.SELL, priceTicks: 10_010 };
  assert.equal(desk.code(testAction(sell)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(sell)), RiskCode.INSUFFICIENT_BALANCE);
});

test('the perpetual needs initial margin for its worst position', () => {
  const desk = new RiskDesk().ready();
  desk.hold({ perpBaseUnits: 0 });
  desk.hold({ netDeltaBaseUnits: 1e6 * LOT_UNITS });
  // 100 lots at the mid of 10000 ticks are 1e9 units: 2000 bp of it are 2e8.
  desk.hold({ marginWalletUnits: 2e8 });
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.INSUFFICIENT_MARGIN);
});

test('worst long and worst short count everything that may fill, to the lot', () => {
  const desk = new RiskDesk().ready({ maxLongBaseUnits: [10_150 * LOT_UNITS, 0] });
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  const [answer] = desk.check(testAction());
  assert.equal(answer?.code, RiskCode.MAX_LONG);
  assert.deepEqual([answer?.advice, answer?.adviceValue], [RiskAdvice.REDUCE_SIZE, 50]);
  const short = new RiskDesk().ready({ maxShortBaseUnits: [0, 10_099 * LOT_UNITS] });
  const sell = { ...SELL_HEDGE, reducesRisk: false };
  assert.equal(short.code(testAction(sell)), RiskCode.MAX_SHORT);
  short.grant({ maxShortBaseUnits: [0, 10_100 * LOT_UNITS] });
  assert.equal(short.code(testAction(sell)), RiskCode.APPROVED);
});

test('a plan that lies about reducing risk is refused by the limit it would break', () => {
  const desk = new RiskDesk().ready();
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.MAX_SHORT);
  const buy = testAction({ ...SELL_HEDGE, side: Side.BUY });
  assert.equal(desk.code(buy), RiskCode.MAX_LONG);
  // Two hedges that together would overshoot: the second is a lie.
  desk.hold({ netDeltaBaseUnits: 150 * LOT_UNITS });
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.MAX_SHORT);
});

test('gross notional adds up all instruments, held and open', () => {
  const held = 2 * 10_000 * 1_000 * 10_000;
  const order = 9_990 * 1_000 * 100;
  const tight = new RiskDesk().ready({ maxGrossNotionalUnits: held + order });
  assert.equal(tight.code(testAction()), RiskCode.APPROVED);
  const tighter = new RiskDesk().ready({ maxGrossNotionalUnits: held + order - 1 });
  assert.equal(tighter.code(testAction()), RiskCode.MAX_GROSS_NOTIONAL);
});

test('quotes leave the reserved placements to hedges, and the wait is named', () => {
  const desk = new RiskDesk().ready({ ordersPerTenSeconds: [2, 2], reservedForHedges: 1 });
  desk.hold({ netDeltaBaseUnits: 1e4 * LOT_UNITS });
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  desk.nowMicros += 400_000;
  const [answer] = desk.check(testAction());
  assert.equal(answer?.code, RiskCode.RATE_LIMIT);
  assert.deepEqual([answer?.advice, answer?.adviceValue], [RiskAdvice.SLOW_DOWN, 9_600_000]);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction(SELL_HEDGE)), RiskCode.RATE_LIMIT);
});

test('a replacement counts old and new until the old one is confirmed gone', () => {
  const desk = new RiskDesk().ready({ maxLongBaseUnits: [10_200 * LOT_UNITS, 0] });
  const order = testAction();
  desk.check(order);
  const replace = () =>
    testAction({ kind: ActionKind.REPLACE, targetOrderId: order.clientOrderId });
  assert.equal(desk.code(replace()), RiskCode.APPROVED);
  assert.equal(desk.code(replace()), RiskCode.MAX_LONG);
  desk.report({ clientOrderId: order.clientOrderId, status: ReportStatus.CANCELED });
  assert.equal(desk.code(replace()), RiskCode.UNKNOWN_TARGET);
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
});

test('an amend may only shrink, and only an order that may live', () => {
  const desk = new RiskDesk().ready();
  const order = testAction();
  desk.check(order);
  const amend = (quantityLots: number, targetOrderId: number = order.clientOrderId) =>
    testAction({ kind: ActionKind.AMEND, targetOrderId, quantityLots });
  assert.equal(desk.code(amend(50)), RiskCode.APPROVED);
  assert.equal(desk.code(amend(100)), RiskCode.FILTER_LOT);
  assert.equal(desk.code(amend(10)), RiskCode.FILTER_NOTIONAL);
  assert.equal(desk.code(amend(50, 999_999)), RiskCode.UNKNOWN_TARGET);
  const nowhere = { ...amend(50), instrument: 7 } as ReturnType<typeof amend>;
  assert.equal(desk.code(nowhere), RiskCode.INSTRUMENT_NOT_TRADING);
});

test('a full table refuses and says how full', () => {
  const limits = { maxOpenOrders: [1_000, 0], ordersPerTenSeconds: [500, 0] };
  const desk = new RiskDesk().ready(limits);
  const { filters } = testInstrument({});
  desk.instruments[0] = testInstrument({ filters: { ...filters, maxOpenOrders: 0 } });
  desk.hold({ totalQuoteUnits: 1e14 });
  for (let count = 0; count < 96; count++) {
    assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  }
  assert.equal(desk.code(testAction()), RiskCode.TABLE_FULL);
});

test('a market order is measured at the mid and passes without a price', () => {
  const desk = new RiskDesk().ready();
  desk.hold({ netDeltaBaseUnits: 150 * LOT_UNITS });
  const panic = { ...SELL_HEDGE, type: OrderType.MARKET, priceTicks: 0 };
  assert.equal(desk.code(testAction(panic)), RiskCode.APPROVED);
  assert.equal(desk.code(testAction({ kind: ActionKind.KEEP })), RiskCode.APPROVED);
});
