/**
 * Goal: what the engine does not see, does not say or does not stop is seen from outside: dead feeds,
 * lost updates, lost timers, leases that ran out, kills and refusals that were forgotten.
 * Method: stories on a stage, each with the sound twin beside it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { BookTickerEvent, FeedState, FeedStatusEvent, TradeEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Layer } from '#contracts/order.ts';
import { Stage } from './auditor-stage.test-support.ts';
import { brand, MID, makeLimits, SECOND, SPOT, WHOLE } from './staged-view.test-support.ts';

test('13: a market that says nothing for too long must be called stale', () => {
  for (const isSeen of [true, false]) {
    const stage = new Stage().open();
    stage.pass(9 * SECOND, false);
    if (isSeen) {
      stage.alert(AlertCode.STALE_MARKET);
      stage.timer((view) => view.stale.fill(true));
    }
    stage.pass(2 * SECOND, false);
    assert.deepEqual(stage.broken, isSeen ? [] : [13]);
  }
});

test('31: a market that goes stale must be told of', () => {
  const stage = new Stage().open();
  stage.timer((view) => {
    view.stale[SPOT] = true;
  });
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, [31]);
});

test('13: a depth book that stays behind its touch must be called stale', () => {
  const stage = new Stage().open();
  const event = new BookTickerEvent();
  event.instrument = brand(SPOT);
  event.updateId = 1_000;
  event.bidPriceTicks = brand(10_000);
  event.askPriceTicks = brand(10_001);
  stage.apply(event);
  stage.pass(2 * SECOND);
  assert.deepEqual(stage.broken, []);
  stage.pass(2 * SECOND);
  assert.deepEqual(stage.broken, [13]);
});

test('34: timers must reach a running process, and it must look at them', () => {
  const late = new Stage().open();
  late.now += 2 * SECOND;
  late.tick();
  assert.deepEqual(late.broken, [34]);
  const paused = new Stage().open();
  paused.auditor.onPaused(paused.now);
  paused.now += 20 * SECOND;
  paused.auditor.onResumed(paused.now);
  paused.timer();
  assert.deepEqual(paused.broken, []);
  const blind = new Stage().open();
  blind.timer((view) => {
    view.healthAtMicros -= 1;
  });
  assert.deepEqual(blind.broken, [34]);
});

test('15: a live book holds what it was given, and is not given up over what follows it', () => {
  const lost = new Stage().open();
  const event = lost.delta(SPOT, MID - 1, MID + 1);
  lost.auditor.onMarketTruth(event, lost.now);
  lost.apply(event);
  assert.deepEqual(lost.broken, [15]);
  const given = new Stage().open();
  const next = given.delta(SPOT, MID - 1, MID + 1);
  given.auditor.onMarketTruth(next, given.now);
  given.alert(AlertCode.BOOK_GAP);
  given.apply(next, (view) => {
    view.live[SPOT] = false;
  });
  assert.deepEqual(given.broken, [15]);
});

test('15: a live book does not go back, nor outlive its connection', () => {
  const back = new Stage().open();
  back.market(SPOT);
  back.timer((view) => {
    view.updateIds[SPOT] = (view.updateIds[SPOT] ?? 0) - 2;
  });
  assert.ok(back.broken.includes(15));
  const cut = new Stage().open();
  const event = new FeedStatusEvent();
  event.instrument = brand(SPOT);
  event.state = FeedState.DISCONNECTED;
  cut.apply(event);
  assert.deepEqual(cut.broken, [15]);
});

test('14: a trade that the venue never made there is found', () => {
  const stage = new Stage().open();
  const trade = new TradeEvent();
  trade.instrument = brand(SPOT);
  trade.tradeId = 7;
  stage.auditor.onMarketTruth(trade, stage.now);
  stage.apply(trade);
  assert.deepEqual(stage.broken, []);
  trade.tradeId = 8;
  stage.apply(trade);
  assert.deepEqual(stage.broken, [14]);
});

test('18: a lease that ran out is over, whatever the engine holds true', () => {
  const stage = new Stage().open();
  stage.lease(makeLimits(), stage.now + SECOND);
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, []);
  stage.now += SECOND;
  stage.timer();
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [18, 37]);
});

test('8: tighter limits count from the turn after their lease on', () => {
  const tight = makeLimits({ maxLongBaseUnits: [1_050 * WHOLE, 0] });
  const stage = new Stage().open();
  stage.lease(tight);
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, []);
  stage.timer();
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [8]);
});

test('10: a kill that was alarmed holds, whatever the engine shows afterwards', () => {
  const stage = new Stage().open();
  stage.alert(AlertCode.KILL);
  stage.timer();
  stage.timer();
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [10]);
});

test('13: a quote that rests while no lease holds must be cancelled in time', () => {
  for (const isCanceled of [true, false]) {
    const stage = new Stage({ bounds: { livenessMicros: 0 } }).open();
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.lease(makeLimits(), stage.now + 1);
    stage.pass(SECOND);
    if (isCanceled) stage.cancel(1);
    stage.pass(3 * SECOND);
    assert.equal(stage.broken.includes(13), !isCanceled);
  }
});

test('19: an order soon after the count of orders was used up is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.tell(stage.report(1, ReportStatus.REJECTED, { venueCode: -1015 }));
  stage.place({ counter: 2 });
  assert.deepEqual(stage.broken, [], 'it may have left before the refusal came');
  stage.tell(stage.report(2, ReportStatus.REJECTED, { venueCode: -1015 }));
  stage.pass(4 * SECOND);
  stage.place({ counter: 3 });
  assert.deepEqual(stage.broken, [19]);
  const patient = new Stage().open();
  patient.place({ counter: 1 });
  patient.tell(patient.report(1, ReportStatus.REJECTED, { venueCode: -1015 }));
  patient.pass(6 * SECOND);
  patient.place({ counter: 2 });
  assert.deepEqual(patient.broken, []);
});

test('17: a market that runs away from the other moves no reference within seconds', () => {
  const stage = new Stage().open();
  stage.pass(2 * SECOND);
  stage.market(SPOT, MID + 300, MID + 302);
  stage.pass(2 * SECOND);
  stage.place({ counter: 1, price: MID + 295 });
  // The stage's engine keeps no PnL.
  assert.deepEqual(
    stage.broken.filter((one) => one !== 35),
    [17],
  );
});
