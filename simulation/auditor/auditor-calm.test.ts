/**
 * Goal: in the calm all comes to rest and to an agreement, and what does not is found: 32, 34.
 * Method: stories on a stage that is left in peace; wishes, silences and trades that come to nothing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { Stage } from './auditor-stage.test-support.ts';
import { bookSpotBuy, PERP, SECOND, SPOT } from './staged-view.test-support.ts';

const CALM = { livenessMicros: 20 * SECOND, steadyMicros: 10 * SECOND };

test('34: a session that pulls on purpose, is killed, or has no fault as its reason is alive', () => {
  for (const change of [
    (stage: Stage) => (stage.view.isPulled = true),
    (stage: Stage) => (stage.view.reasons[0] = NoQuoteReason.INVENTORY_LIMIT),
  ]) {
    const stage = new Stage({ bounds: CALM }).open();
    stage.view.wanted[0] = 0;
    change(stage);
    stage.pass(40 * SECOND);
    assert.deepEqual(stage.broken, []);
    assert.ok(stage.evaluated(34) > 0);
  }
});

test('34: an order at the venue that the engine does not know is found when all is at rest', () => {
  const stage = new Stage().open();
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 1 });
  stage.auditor.onVenueTruth(stage.report(1, ReportStatus.ACCEPTED), stage.now);
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.deepEqual(stage.broken, [34]);
});

test('34: what the engine wants to show must rest at the venue, a wish alone is not enough', () => {
  for (const isPlaced of [true, false]) {
    const stage = new Stage({ bounds: CALM }).open();
    stage.view.wanted[Side.BUY] = 100;
    if (isPlaced) {
      stage.place({ counter: 1 });
      stage.accept(1);
    }
    stage.pass(40 * SECOND);
    const details = stage.summary.violations.map((one) => one.detail).join();
    assert.equal(details.includes('nothing of ours rests'), !isPlaced, details);
  }
});

test('34: not to know of fills is a fault when it lasts', () => {
  const stage = new Stage({ bounds: CALM }).open();
  stage.view.wanted.fill(0);
  stage.view.reasons.fill(NoQuoteReason.BLIND_ON_FILLS);
  stage.pass(40 * SECOND);
  assert.ok(stage.broken.includes(34));
});

test('32: a trade that no channel told is found at rest, also when a statement set the balance right', () => {
  for (const isTold of [true, false]) {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    stage.accept(1);
    const report = stage.trade(1, 10, 100, 100);
    if (isTold) stage.tell(report, (view) => bookSpotBuy(view, report));
    else {
      stage.auditor.onVenueTruth(report, stage.now);
      bookSpotBuy(stage.view, report);
    }
    stage.auditor.onQuiescence(stage.view, stage.now);
    assert.equal(stage.broken.includes(32), !isTold);
  }
});

test('32: a trade that a crash made the process forget must be told again, one before the session need not', () => {
  const stage = new Stage().open();
  const report = stage.buy(1, 10);
  stage.restart(report.sequence - 1);
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.ok(stage.broken.includes(32));
  const fresh = new Stage().open();
  fresh.auditor.onVenueTruth(fresh.trade(0, 10, 100, 100), fresh.now);
  fresh.auditor.onCrashed(fresh.now);
  fresh.auditor.onStarted(2, true, fresh.now);
  fresh.auditor.onQuiescence(fresh.view, fresh.now);
  assert.ok(!fresh.broken.includes(32));
});

test('34: a market is rightly called stale at rest when it says nothing itself, and wrongly when it speaks', () => {
  for (const [spokeBefore, isWrong] of [
    [2 * SECOND, false],
    // Its first word after the silence is still on the way.
    [SECOND / 20, false],
    [SECOND / 2, true],
  ] as const) {
    const stage = new Stage().open();
    stage.pass(SECOND);
    goStale(stage, SPOT);
    goStale(stage, PERP);
    stage.pass(2 * SECOND - spokeBefore, false);
    if (spokeBefore < SECOND) stage.tick();
    stage.pass(spokeBefore, false);
    stage.auditor.onQuiescence(stage.view, stage.now);
    assert.deepEqual(stage.broken, isWrong ? [34] : []);
  }
});

test('34: a market that speaks must not stay stale', () => {
  const stage = new Stage({ bounds: CALM }).open();
  goStale(stage, SPOT);
  stage.pass(40 * SECOND);
  assert.deepEqual(stage.broken, [34]);
});

function goStale(stage: Stage, instrument: number): void {
  stage.alert(AlertCode.STALE_MARKET);
  stage.timer((view) => {
    view.stale[instrument] = true;
  });
}
