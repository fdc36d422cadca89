/**
 * Goal: exposure, collar, kills, hedges and deadlines: 8, 10, 11, 13, 17, 21, 29 hold in a legal
 * story and are found broken in a planted one, with their excuses.
 * Method: stories on a stage.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode } from '#contracts/commands.ts';
import { OperatorAction } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { Layer, ReportReason, Side } from '#contracts/order.ts';
import { Condition, IncidentKind, Phase } from './auditor-inputs.ts';
import { Stage } from './auditor-stage.test-support.ts';
import {
  MID,
  makeInstrument,
  makeLimits,
  PERP,
  SECOND,
  SPOT,
  WHOLE,
} from './staged-view.test-support.ts';

test('8: all that may fill counts against the longest position', () => {
  const limits = makeLimits({ maxLongBaseUnits: [1_200 * WHOLE, 0] });
  const stage = new Stage({ limits }).open();
  stage.place({ counter: 1 });
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(stage.broken, []);
  stage.tell(stage.report(1, ReportStatus.UNKNOWN), (view) => view.states.set(stage.id(1), 5));
  stage.place({ counter: 3, layer: Layer.L2, lots: 10 });
  assert.deepEqual(stage.broken, [8]);
});

test('8: more sells than there is stock are found, a told end gives the room back', () => {
  const sell = { side: Side.SELL, price: MID + 5, lots: 600 } as const;
  const stage = new Stage().open();
  stage.place({ counter: 1, ...sell });
  stage.tell(stage.report(1, ReportStatus.REJECTED, { reason: ReportReason.FILTER }));
  stage.place({ counter: 2, ...sell });
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 3, ...sell, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [8]);
});

test('8: the sum of both markets is bounded, and a deposit nobody told of is excused', () => {
  const limits = makeLimits({ maxGrossNotionalUnits: 330 * WHOLE });
  const stage = new Stage({ limits }).open();
  stage.place({ counter: 1, lots: 50 });
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 2, lots: 100, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [8]);
  const long = new Stage({ limits: makeLimits({ maxLongBaseUnits: [1_150 * WHOLE, 0] }) }).open();
  long.incident(IncidentKind.BALANCE_ADJUSTED, { slot: 0, units: 100 * WHOLE });
  long.place({ counter: 1 });
  assert.deepEqual(long.broken, []);
});

for (const [action, hedgeToo] of [
  [OperatorAction.STOP, false],
  [OperatorAction.SHUTDOWN, true],
] as const) {
  test(`10: a quote after operator action ${action} is found, one of an older cause is not`, () => {
    const stage = new Stage().open();
    stage.buy(1, 10);
    const before = stage.sequence;
    stage.alert(AlertCode.KILL);
    stage.operate(action);
    stage.place({ counter: 2, cause: before });
    stage.place({ counter: 3, layer: Layer.HEDGE, side: Side.SELL, cause: before, lots: 50 });
    assert.deepEqual(stage.broken, []);
    stage.place({ counter: 4, layer: Layer.HEDGE, side: Side.SELL, lots: 40 });
    assert.deepEqual(stage.broken, hedgeToo ? [10] : []);
    stage.place({ counter: 5, layer: Layer.L1 });
    assert.deepEqual(stage.broken, [10]);
  });
}

test('10: a kill outlasts a restart when it was durable, until people take it back', () => {
  const stage = new Stage().open();
  stage.alert(AlertCode.KILL);
  stage.timer((view) => {
    view.isKilled = true;
  });
  stage.restart();
  stage.view.isKilled = false;
  stage.listed();
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [10]);
  stage.auditor.onRearmed(stage.now);
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.equal(stage.summary.violationCount, 1);
  const lost = new Stage().open();
  const durable = lost.sequence;
  lost.alert(AlertCode.KILL);
  lost.operate(OperatorAction.STOP);
  lost.restart(durable);
  lost.listed();
  lost.place({ counter: 1 });
  assert.deepEqual(lost.broken, []);
});

test('31: a kill without an alert is found', () => {
  const stage = new Stage().open();
  stage.operate(OperatorAction.STOP);
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, [31]);
});

const STRICT = { bounds: { livenessMicros: 0 } };

test('11: orders that outlive a kill are found, a venue that hears nothing stops the clock', () => {
  for (const isBroken of [true, false]) {
    const stage = new Stage(STRICT).open();
    stage.pass(SECOND);
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.alert(AlertCode.KILL);
    if (isBroken) stage.auditor.onCondition(Condition.VENUE, SPOT, true, stage.now);
    stage.operate(OperatorAction.STOP);
    stage.cancel(1);
    stage.pass(4 * SECOND);
    assert.ok(!stage.broken.includes(11));
    stage.pass(3 * SECOND);
    assert.equal(stage.broken.includes(11), !isBroken);
  }
});

test('11: a kill that is done in time is done', () => {
  const stage = new Stage(STRICT).open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.alert(AlertCode.KILL);
  stage.operate(OperatorAction.STOP, (view) => {
    view.isKilled = true;
  });
  stage.cancel(1);
  stage.tell(stage.report(1, ReportStatus.CANCELED));
  stage.pass(10 * SECOND);
  assert.deepEqual(stage.broken, []);
  assert.ok(stage.evaluated(11) > 0);
});

test('13: a quote on a market that is old, dark or stale is found', () => {
  const old = new Stage({ limits: makeLimits({ referenceAgeMaxMicros: 60 * SECOND }) }).open();
  old.pass(11 * SECOND, false);
  old.place({ counter: 1 });
  assert.deepEqual(old.broken, [13]);
  const stale = new Stage().open();
  stale.timer((view) => {
    view.stale[0] = true;
  });
  stale.place({ counter: 1 });
  assert.deepEqual(stale.broken, [13]);
});

test('13: a resting quote on a dark market must be cancelled in time', () => {
  for (const isCanceled of [true, false]) {
    const stage = new Stage(STRICT).open();
    stage.pass(SECOND);
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.timer((view) => {
      view.stale[0] = true;
    });
    if (isCanceled) stage.cancel(1);
    stage.pass(3 * SECOND);
    assert.equal(stage.broken.includes(13), !isCanceled);
  }
});

test('17: a price far from what the other market says, or without a young reference, is found', () => {
  const far = new Stage().open();
  far.timer();
  far.place({ counter: 1, price: MID - 150 });
  assert.deepEqual(far.broken, []);
  far.place({ counter: 2, price: MID - 300, layer: Layer.L1 });
  assert.deepEqual(far.broken, [17]);
  const old = new Stage().open();
  old.pass(3 * SECOND, false);
  old.place({ counter: 1 });
  assert.deepEqual(old.broken, [17]);
});

test('21: hedges of one lot past flat may go, of two not, nor against the delta', () => {
  const hedge = { layer: Layer.HEDGE, side: Side.SELL, price: MID - 5 } as const;
  const cases: readonly (readonly [number, Side, number[]])[] = [
    [100, Side.SELL, []],
    [102, Side.SELL, [21]],
    [40, Side.BUY, [21]],
  ];
  for (const [lots, side, broken] of cases) {
    const stage = new Stage().open();
    stage.buy(1, 10);
    stage.place({ counter: 2, ...hedge, lots, side });
    assert.deepEqual(stage.broken, broken, `${lots} lots of side ${side}`);
  }
});

test('21: a hedge is judged by the delta of the turn that made it', () => {
  const stage = new Stage().open();
  stage.buy(1, 10);
  const cause = stage.sequence;
  stage.view.spotBaseUnits -= 100 * WHOLE;
  stage.place({ counter: 2, layer: Layer.HEDGE, side: Side.SELL, lots: 90, cause });
  assert.deepEqual(stage.broken, []);
  stage.place({
    counter: 3,
    layer: Layer.HEDGE,
    side: Side.SELL,
    lots: 90,
    cause: stage.sequence + 1,
    durable: stage.sequence + 1,
  });
  assert.deepEqual(stage.broken, []);
  stage.timer();
  assert.ok(stage.summary.violations.some((one) => one.invariant === 21));
});

for (const [what, excuse] of [
  ['nothing', null],
  ['a hedge market that is not live', (stage: Stage) => (stage.view.stale[1] = true)],
  ['a closed hedge market', (stage: Stage) => closeHedge(stage)],
  [
    'a broken way for orders',
    (stage: Stage) => stage.auditor.onCondition(Condition.ORDER_PATH, PERP, true, stage.now),
  ],
  [
    'reports that do not arrive',
    (stage: Stage) => stage.auditor.onCondition(Condition.PRIVATE_FEED, SPOT, true, stage.now),
  ],
] as const) {
  test(`21: the net delta outside of its band with ${what} as its excuse`, () => {
    const stage = new Stage({ bounds: { livenessMicros: 0, hedgeOverdueMicros: 900 * SECOND } });
    stage.open();
    stage.pass(SECOND);
    stage.view.deltaBandBaseUnits = 50 * WHOLE;
    stage.buy(1, 10);
    if (excuse !== null) excuse(stage);
    stage.pass(20 * SECOND);
    assert.ok(!stage.broken.includes(21));
    stage.pass(10 * SECOND);
    assert.equal(stage.broken.includes(21), excuse === null);
  });
}

function closeHedge(stage: Stage): void {
  const definition = makeInstrument(PERP, { status: InstrumentStatus.HALT });
  stage.incident(IncidentKind.INSTRUMENT_CHANGED, { definition });
}

test('21: in a storm the bound is longer, but it is a bound', () => {
  const stage = new Stage({ bounds: { hedgeOverdueMicros: 900 * SECOND } }).open();
  stage.auditor.onPhase(Phase.STORM, stage.now);
  stage.view.deltaBandBaseUnits = 50 * WHOLE;
  stage.buy(1, 10);
  stage.pass(100 * SECOND);
  assert.deepEqual(stage.broken, []);
  stage.pass(60 * SECOND);
  assert.deepEqual(stage.broken, [21]);
});

test('21: a band that the engine takes for wider than configuration lets it counts for nothing', () => {
  for (const bandBaseUnits of [0, 100_000 * WHOLE]) {
    for (const [bandMaxQuoteUnits, isBroken] of [
      [8 * WHOLE, true],
      [17 * WHOLE, false],
    ] as const) {
      const bounds = { livenessMicros: 0, hedgeOverdueMicros: 900 * SECOND };
      const stage = new Stage({ bounds, bandMaxQuoteUnits }).open();
      stage.pass(SECOND);
      stage.view.deltaBandBaseUnits = bandBaseUnits;
      stage.buy(1, 10);
      stage.pass(30 * SECOND);
      assert.equal(stage.broken.includes(21), isBroken, `${bandMaxQuoteUnits}, ${bandBaseUnits}`);
    }
  }
});

test('21: no quote once the delta has been beyond its hard limit for too long', () => {
  const stage = new Stage({
    hardDeltaQuoteUnits: 12 * WHOLE,
    hardDeltaMicros: 25 * SECOND,
    bounds: { livenessMicros: 0, hedgeOverdueMicros: 900 * SECOND },
  }).open();
  stage.pass(SECOND);
  stage.buy(1, 10);
  stage.pass(20 * SECOND);
  stage.place({ counter: 2 });
  assert.ok(!stage.broken.includes(21));
  stage.pass(10 * SECOND);
  stage.place({ counter: 3, layer: Layer.L1 });
  assert.ok(stage.broken.includes(21));
});

test('31: a delta that stays outside must be alarmed', () => {
  for (const isAlarmed of [true, false]) {
    const bounds = { livenessMicros: 0, hedgeMicros: 900 * SECOND };
    const stage = new Stage({ bounds }).open();
    stage.pass(SECOND);
    stage.view.deltaBandBaseUnits = 50 * WHOLE;
    stage.buy(1, 10);
    stage.pass(20 * SECOND);
    if (isAlarmed) stage.alert(AlertCode.HEDGE_OVERDUE);
    stage.pass(30 * SECOND);
    assert.equal(stage.broken.includes(31), !isAlarmed);
  }
});

for (const [why, change] of [
  ['one that holds more than it declares', { size: 81 }],
  ['one that declares more than it was found to need', { capacity: 96 }],
  ['one that nobody counted', { name: 'wishes' }],
] as const) {
  test(`29: a table beyond its most is found: ${why}`, () => {
    const stage = new Stage().open();
    stage.pass(60 * SECOND);
    assert.ok(stage.evaluated(29) > 0);
    assert.ok(!stage.broken.includes(29));
    Object.assign(stage.view.tables[0] ?? {}, change);
    stage.auditor.onQuiescence(stage.view, stage.now);
    assert.ok(stage.broken.includes(29));
  });
}

test('29: a table that is not shown any more is found', () => {
  const stage = new Stage().open();
  stage.view.tables.pop();
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.ok(stage.broken.includes(29));
});

test('8: what may fill and is not reserved for is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.ok(!stage.broken.includes(8));
  stage.view.openLots.set(stage.id(1), 99);
  stage.auditor.onQuiescence(stage.view, stage.now);
  assert.ok(stage.broken.includes(8));
});

test('11: in a storm the bound is no longer, whatever happens to orders on their way', () => {
  for (const condition of [Condition.ORDER_PATH, Condition.PRIVATE_FEED, Condition.MARKET_FEED]) {
    const stage = new Stage().open();
    stage.auditor.onPhase(Phase.STORM, stage.now);
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.alert(AlertCode.KILL);
    stage.auditor.onCondition(condition, SPOT, true, stage.now);
    stage.operate(OperatorAction.STOP);
    stage.pass(7 * SECOND);
    assert.deepEqual(stage.broken, [11], `condition ${condition}`);
  }
});

test('11: orders that stand when people begin anew are found, unless nobody could cancel them', () => {
  for (const isCut of [true, false]) {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.alert(AlertCode.KILL);
    stage.operate(OperatorAction.STOP);
    stage.pass(3 * SECOND);
    if (isCut) stage.auditor.onCondition(Condition.VENUE, SPOT, true, stage.now);
    stage.auditor.onRearmed(stage.now);
    assert.deepEqual(stage.broken, isCut ? [] : [11]);
  }
});

test('11: a life that begins after the kill has the whole bound', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.alert(AlertCode.KILL);
  stage.operate(OperatorAction.STOP);
  stage.pass(4 * SECOND);
  stage.restart();
  stage.pass(4 * SECOND);
  assert.ok(!stage.broken.includes(11));
  stage.pass(2 * SECOND);
  assert.ok(stage.broken.includes(11));
});
