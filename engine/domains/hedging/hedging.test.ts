/**
 * Goal: the delta is brought back in time, by the cheapest leg that time and distance allow, and
 * never turned around; what cannot be hedged is said aloud.
 * Method: one story per rule with delta, market and time set by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { InstrumentDefinedEvent, OperatorAction, SessionStartEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import { makeReport } from '#domains/account-state/session-fixture.test-support.ts';
import { assetUnits, durationMicros, epochMicros } from '#units/integers.ts';
import { HedgingSession, LOT, WHOLE } from './hedging-session-fixture.test-support.ts';

const DWELL = 150_000;

test('inside the trigger nothing is wanted', () => {
  const session = new HedgingSession();
  session.setDelta(50);
  session.after(1_000_000);
  const wish = session.after(1_000_000);
  assert.equal(wish.legCount, 0);
  assert.equal(wish.obligationId, 0);
  assert.equal(session.hedging.counters.bandUnits, 100 * LOT);
});

test('beyond the trigger an obligation opens after the netting dwell and rests at the touch', () => {
  const session = new HedgingSession();
  session.setDelta(60);
  assert.equal(session.plan().obligationId, 0);
  assert.equal(session.after(DWELL - 1).obligationId, 0);
  const wish = session.after(1);
  assert.equal(wish.obligationId, 1);
  assert.equal(wish.urgency, HedgeUrgency.PASSIVE);
  assert.equal(wish.legCount, 1);
  assert.deepEqual(
    { ...wish.legs[0] },
    {
      instrument: 1,
      side: Side.SELL,
      quantityLots: 40,
      isPassive: true,
      limitPriceTicks: 16_001,
      deadlineMicros: session.now + 3_000_000,
    },
  );
  assert.equal(wish.hedgeDeltaUnits, -40 * LOT);
});

test('an opposing quoting fill within the dwell nets and nothing is traded', () => {
  const session = new HedgingSession();
  session.spotFill(60);
  session.after(100_000);
  session.spotFill(-40);
  assert.equal(session.after(500_000).obligationId, 0);
  assert.equal(session.hedging.counters.grossDeltaUnits, 100 * LOT);
});

test('outside the band the dwell is skipped and the leg takes at once, inside the slippage cap', () => {
  const session = new HedgingSession();
  session.setDelta(-120);
  const wish = session.plan();
  const leg = wish.legs[0];
  assert.equal(wish.urgency, HedgeUrgency.NORMAL);
  assert.equal(leg?.isPassive, false);
  assert.equal(leg?.side, Side.BUY);
  assert.equal(leg?.quantityLots, 100);
  assert.equal(leg?.limitPriceTicks, 16_008);
  assert.ok(wish.costEstimateBps <= wish.costBudgetBps);
});

test('urgency rises with age inside the band and with time outside it', () => {
  const session = new HedgingSession();
  session.setDelta(70);
  session.after(1);
  assert.equal(session.after(DWELL).urgency, HedgeUrgency.PASSIVE);
  assert.equal(session.after(3_000_000).urgency, HedgeUrgency.NORMAL);
  assert.equal(session.after(5_000_000).urgency, HedgeUrgency.AGGRESSIVE);
  session.setDelta(130);
  assert.equal(session.plan().urgency, HedgeUrgency.NORMAL);
  assert.equal(session.after(300_000).urgency, HedgeUrgency.AGGRESSIVE);
  assert.equal(session.after(5_000_000).urgency, HedgeUrgency.PANIC);
  assert.equal(session.plan().legs[0]?.limitPriceTicks, 15_920);
});

test('beyond the hard band it is aggressive at once, and wakes someone when it lasts', () => {
  const session = new HedgingSession();
  session.setDelta(250);
  assert.equal(session.plan().urgency, HedgeUrgency.AGGRESSIVE);
  session.after(9_999_999);
  assert.equal(session.output.alerts(AlertCode.HARD_BAND).length, 0);
  session.after(1);
  session.after(1_000_000);
  assert.equal(session.output.alerts(AlertCode.HARD_BAND).length, 1);
  assert.equal(session.output.alerts(AlertCode.HARD_BAND)[0]?.measured, 250 * LOT);
});

test('the obligation stays open until the delta is at rest, shrinking with each fill', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  session.plan();
  session.hedgeFill(Side.SELL, 60, false);
  assert.equal(session.plan().obligationId, 1);
  assert.equal(session.plan().legs[0]?.quantityLots, 40);
  session.hedgeFill(Side.SELL, 29, false);
  assert.equal(session.plan().obligationId, 0, 'no order of 32 lots can serve what is left');
  session.setDelta(130);
  assert.equal(session.plan().obligationId, 2);
});

test('an overdue obligation raises one alert', () => {
  const session = new HedgingSession();
  session.setDelta(60);
  session.after(1);
  session.after(DWELL);
  session.after(20_000_000);
  session.after(20_000_000);
  assert.equal(session.output.alerts(AlertCode.HEDGE_OVERDUE).length, 1);
});

test('a target other than zero is what the delta is steered to', () => {
  const session = new HedgingSession({}, -500 * LOT);
  session.setDelta(-380);
  const wish = session.plan();
  assert.equal(wish.legs[0]?.side, Side.SELL);
  assert.equal(wish.legs[0]?.quantityLots, 100);
});

test('a stale hedge market gets no order, and the obligation waits', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  session.markets.hedge.isStale = true;
  assert.equal(session.plan().legCount, 0);
  assert.equal(session.plan().obligationId, 1);
  session.markets.hedge.isStale = false;
  assert.equal(session.plan().legCount, 1);
});

test('nothing is hedged before the position was reconciled once', () => {
  const session = new HedgingSession();
  session.position.isReconciled = false;
  session.setDelta(120);
  assert.equal(session.plan().obligationId, 0);
  session.position.isReconciled = true;
  assert.equal(session.plan().obligationId, 1);
  session.position.isReconciled = false;
  assert.equal(session.plan().legCount, 1, 'a correction later does not stop a hedge');
});

test('switched off, or without a hedge instrument, there is never a leg', () => {
  const off = new HedgingSession({ isEnabled: false });
  off.setDelta(500);
  assert.equal(off.plan().legCount, 0);
  const alone = new HedgingSession();
  alone.instruments.rows[1] = null;
  alone.setDelta(500);
  assert.equal(alone.plan().legCount, 0);
});

test('an instrument that is not trading gets no order', () => {
  const session = new HedgingSession();
  const hedge = session.instruments.rows[1];
  assert.ok(hedge);
  session.instruments.rows[1] = { ...hedge, status: 1 };
  session.setDelta(120);
  assert.equal(session.plan().legCount, 0);
});

test('around a funding instant nothing opens inside the band, but everything outside it', () => {
  const session = new HedgingSession();
  session.markets.hedge.nextFundingMicros = epochMicros(session.now + 31_000_000);
  session.plan();
  session.setDelta(60);
  session.now += 2_000_000;
  session.after(DWELL);
  assert.equal(session.after(DWELL).obligationId, 0);
  session.setDelta(101);
  assert.equal(session.plan().obligationId, 1);
});

test('margin that carries less cuts the leg; margin that carries no order refuses it aloud', () => {
  const session = new HedgingSession();
  // 0.16 x 5 % x 1.2 = 0.0096 a lot.
  session.position.marginFreeUnits = assetUnits(0.5 * WHOLE);
  session.setDelta(120);
  assert.equal(session.plan().legs[0]?.quantityLots, 52);
  const poor = new HedgingSession();
  poor.position.marginFreeUnits = assetUnits(0.1 * WHOLE);
  poor.setDelta(120);
  assert.equal(poor.plan().legCount, 0);
  poor.after(1_000);
  assert.equal(poor.output.alerts(AlertCode.MARGIN_LOW).length, 1);
});

test('closing position needs no margin', () => {
  const session = new HedgingSession();
  session.position.marginFreeUnits = assetUnits(0);
  session.position.perpBaseUnits = assetUnits(200 * LOT);
  session.setDelta(120);
  assert.equal(session.plan().legs[0]?.quantityLots, 100);
});

test('after a refusal for margin nothing opens for a second', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  session.plan();
  const refusal = { instrument: 1, side: Side.SELL, status: ReportStatus.REJECTED, quantity: 100 };
  session.hedging.onReport(
    makeReport({ ...refusal, reason: ReportReason.INSUFFICIENT_MARGIN, at: session.now }),
  );
  session.position.marginFreeUnits = assetUnits(0);
  session.markets.hedge.isStale = true;
  session.plan();
  session.markets.hedge.isStale = false;
  session.position.marginFreeUnits = assetUnits(1_000 * WHOLE);
  assert.equal(session.after(999_999).legCount, 0);
  assert.equal(session.after(1).legCount, 1);
  assert.equal(session.output.alerts(AlertCode.MARGIN_LOW).length, 1);
});

test('out of its budget of fills a hedge inside the band waits, outside it goes', () => {
  const session = new HedgingSession({ fillsPerMinute: 1 });
  session.hedgeFill(Side.BUY, 70, false);
  session.after(1);
  const waiting = session.after(DWELL);
  assert.equal(waiting.obligationId, 1);
  assert.equal(waiting.legCount, 0);
  session.setDelta(120);
  assert.equal(session.plan().legCount, 1);
});

test('STOP ends hedging until a fill lands afterwards', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  session.plan();
  const stopped = session.operator(OperatorAction.STOP);
  assert.equal(stopped.legCount, 0);
  assert.equal(stopped.obligationId, 0);
  assert.equal(session.after(5_000_000).legCount, 0);
  assert.equal(session.spotFill(5).legCount, 1);
});

test('SHUTDOWN opens no hedge any more, and the obligation is kept for the next session', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  session.plan();
  const wish = session.operator(OperatorAction.SHUTDOWN);
  assert.equal(wish.legCount, 0);
  assert.equal(wish.obligationId, 1);
  assert.equal(session.spotFill(50).legCount, 0);
});

test('pulled quotes leave hedging alone', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  assert.equal(session.operator(OperatorAction.PULL_ALL).legCount, 1);
  assert.equal(session.operator(OperatorAction.HEDGE_ONLY).legCount, 1);
});

test('the version rises only when the wish changes', () => {
  const session = new HedgingSession();
  session.setDelta(120);
  const version = session.plan().version;
  assert.equal(session.plan().version, version);
  session.setDelta(121);
  assert.equal(session.plan().version, version + 1);
});

test('in a fast market nothing rests', () => {
  const session = new HedgingSession();
  for (let second = 0; second < 30; second++) {
    session.now += 1_000_000;
    session.quote(second % 2 === 0 ? 16_000 : 16_016);
    session.plan();
  }
  session.setDelta(60);
  session.after(1);
  const wish = session.after(DWELL);
  assert.equal(wish.legs[0]?.isPassive, false);
  assert.equal(wish.urgency, HedgeUrgency.NORMAL);
});

test('a book too thin for the cap rests instead, and a panic takes what there is', () => {
  const session = new HedgingSession();
  session.markets.set('hedge', 15_900, 16_100, session.now);
  session.setDelta(120);
  assert.equal(session.plan().legs[0]?.isPassive, true);
  session.after(6_000_000);
  assert.equal(session.plan().urgency, HedgeUrgency.PANIC);
  assert.equal(session.plan().legs[0]?.isPassive, false);
});

test('hedge fills are counted with their cost: distance from the mid plus fee', () => {
  const session = new HedgingSession();
  session.plan();
  session.hedgeFill(Side.BUY, 100, false);
  session.hedgeFill(Side.SELL, 100, true);
  const { counters } = session.hedging;
  assert.equal(counters.hedgeFills, 2);
  assert.equal(counters.hedgeMaker, 1);
  assert.equal(counters.costUnits, 2 * (100 * 1_000 + 100));
  assert.equal(counters.notionalUnits, 100 * 32_000 * 1_000);
});

test('a liquidation by the venue is no hedge of ours and no cost of hedging', () => {
  const session = new HedgingSession();
  session.plan();
  session.hedgeFill(Side.BUY, 100, false, 0);
  const { counters } = session.hedging;
  assert.deepEqual([counters.hedgeFills, counters.costUnits, counters.notionalUnits], [0, 0, 0]);
});

test('a repeated fill report counts once', () => {
  const session = new HedgingSession();
  session.plan();
  const fill = { instrument: 1, side: Side.BUY, last: 5, lastPrice: 16_001, tradeId: 9, at: 1 };
  session.hedging.onReport(makeReport({ ...fill, status: ReportStatus.FILLED }));
  session.hedging.onReport(makeReport({ ...fill, status: ReportStatus.FILLED }));
  session.hedging.onReport(makeReport({ ...fill, instrument: 7 }));
  assert.equal(session.hedging.counters.hedgeFills, 1);
});

test('time inside the band counts only while both markets are live', () => {
  const session = new HedgingSession();
  session.after(1_000);
  session.setDelta(101);
  session.after(2_000);
  session.after(4_000);
  session.markets.quoted.status = BookStatus.SYNCING;
  session.after(8_000);
  session.after(16_000);
  const { insideMicros, totalMicros, maxAbsNetDeltaUnits } = session.hedging.counters;
  assert.equal(insideMicros, 2_000);
  assert.equal(totalMicros, 14_000);
  assert.equal(maxAbsNetDeltaUnits, 101 * LOT);
});

test('a new definition of the hedge instrument changes the band at the next plan', () => {
  const session = new HedgingSession({ bandMinQuoteUnits: assetUnits(0) });
  session.plan();
  const hedge = session.instruments.rows[1];
  assert.ok(hedge);
  const filters = { ...hedge.filters, minNotionalUnits: assetUnits(16 * WHOLE) };
  session.instruments.rows[1] = { ...hedge, filters };
  const event = new InstrumentDefinedEvent();
  event.atMicros = epochMicros(session.now);
  session.hedging.onControl(event);
  session.plan();
  assert.equal(session.hedging.counters.bandUnits, 200 * LOT);
});

test('a resting leg whose fill is hopeless is not waited for', () => {
  const session = new HedgingSession({ passivePatienceMicros: durationMicros(1_000_000) });
  session.markets.hedge.tradeCount = 1;
  session.markets.hedge.lastTradeSide = Side.BUY;
  session.markets.hedge.lastTradeQuantityLots =
    1 as typeof session.markets.hedge.lastTradeQuantityLots;
  session.setDelta(60);
  session.after(1);
  assert.equal(session.after(DWELL).legs[0]?.isPassive, false);
});

function startSession(session: HedgingSession): void {
  const event = new SessionStartEvent();
  event.atMicros = epochMicros(session.now);
  session.hedging.onControl(event);
}

test('nothing is sent while fills of the hedge market may go untold, but the obligation ages', () => {
  const session = new HedgingSession();
  session.plan();
  session.position.hedgeBlindSinceMicros = epochMicros(session.now);
  session.setDelta(60);
  session.plan();
  assert.deepEqual([session.after(DWELL).obligationId, session.plan().legCount], [1, 0]);
  session.after(60_000_000);
  assert.equal(session.output.alerts(AlertCode.HEDGE_OVERDUE).length, 1);
  session.position.hedgeBlindSinceMicros = epochMicros(0);
  assert.equal(session.after(50_000).legCount, 1);
});

test('a hedge whose fills were not all told is not sent a second time', () => {
  const session = new HedgingSession();
  session.setDelta(60);
  session.plan();
  assert.equal(session.after(DWELL).legCount, 1);
  session.position.isHedgeFillMissing = true;
  assert.equal(session.after(50_000).legCount, 0);
  session.hedgeFill(Side.SELL, 40, true);
  session.position.isHedgeFillMissing = false;
  assert.equal(session.after(50_000).legCount, 0, 'it had filled');
});

test('after a start nothing is hedged until both markets have told what happened', () => {
  const session = new HedgingSession();
  session.plan();
  startSession(session);
  session.position.quotedBlindSinceMicros = epochMicros(session.now);
  session.setDelta(60);
  assert.equal(session.after(1_000_000).legCount, 0);
  session.position.quotedBlindSinceMicros = epochMicros(0);
  session.after(50_000);
  assert.equal(session.after(DWELL).legCount, 1);
  session.position.quotedBlindSinceMicros = epochMicros(session.now);
  assert.equal(session.after(50_000).legCount, 1, 'later only the hedge market matters');
});

test('trades that a list tells count once, out of order, and not from before the session', () => {
  const session = new HedgingSession();
  startSession(session);
  const fill = { instrument: 1, side: Side.SELL, last: 5, lastPrice: 16_000 } as const;
  session.hedging.onReport(makeReport({ ...fill, id: 1, tradeId: 9, at: session.now }));
  const record = makeReport({ ...fill, id: 2, tradeId: 8, at: session.now });
  record.channel = ReportChannel.QUERY;
  record.quantityLots = 0 as typeof record.quantityLots;
  session.hedging.onReport(record);
  session.hedging.onReport(record);
  assert.equal(session.hedging.counters.hedgeFills, 2);
  record.tradeId = 7;
  record.venueTimeMicros = epochMicros(session.now - 1);
  session.hedging.onReport(record);
  assert.equal(session.hedging.counters.hedgeFills, 2);
});
