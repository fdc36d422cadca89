/**
 * Goal: the live book is the venue's and was reached without a gap (14, 15); what is handed in is
 * compared (23, 25, 28, 38); the table of invariants is whole; counts tell an asleep auditor.
 * Method: stories on a stage, and a random legal history with doubled and late deliveries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCode } from '#contracts/commands.ts';
import { FeedStatusEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Layer } from '#contracts/order.ts';
import { Stage } from './auditor-stage.test-support.ts';
import { CheckTime, INVARIANT_MAX, INVARIANTS, invariantOf } from './invariants.ts';
import { bookSpotBuy, MID, PERP, SECOND, SPOT } from './staged-view.test-support.ts';

test('14: a live book that follows the venue breaks nothing', () => {
  const stage = new Stage().open();
  for (let step = 0; step < 100; step++) {
    stage.now += 100_000;
    stage.market(step % 2, MID - 1 - (step % 5), MID + 1 + (step % 7));
    stage.timer();
  }
  // The stage's engine keeps no PnL.
  assert.deepEqual(
    stage.broken.filter((one) => one !== 35),
    [],
  );
  assert.ok(stage.evaluated(14) > 50 && stage.evaluated(15) > 50);
});

for (const [what, top] of [
  ['crossed', [MID + 2, 10, MID + 1, 10]],
  ['with an empty level', [MID - 1, 0, MID + 1, 10]],
  ['with another price', [MID - 2, 10, MID + 1, 10]],
  ['with another quantity', [MID - 1, 11, MID + 1, 10]],
] as const) {
  test(`14: a live book ${what} is found`, () => {
    const stage = new Stage().open();
    const event = stage.delta(SPOT, MID - 1, MID + 1);
    stage.auditor.onMarketTruth(event, stage.now);
    stage.apply(event, (view) => {
      view.updateIds[SPOT] = event.lastUpdateId;
      view.tops[SPOT] = [...top];
    });
    assert.deepEqual(stage.broken, [14]);
  });
}

test('14: what lies behind the touch is looked at in samples', () => {
  const stage = new Stage().open();
  const hidden = stage.delta(SPOT, MID - 1, MID + 1);
  hidden.bids.push(MID - 20, 5);
  stage.auditor.onMarketTruth(hidden, stage.now);
  // The deeper level never reaches the view, so that only the deep look can see it.
  stage.apply(hidden, () => stage.follow(hidden, MID - 1, MID + 1));
  for (let step = 0; step < 40; step++) stage.market(SPOT);
  assert.deepEqual(stage.broken, [14]);
});

test('14: content that the venue never sent excuses the book until a true snapshot', () => {
  const stage = new Stage().open();
  const event = stage.delta(SPOT, MID - 1, MID + 1);
  stage.auditor.onMarketTruth(event, stage.now);
  event.bids.quantitiesLots[event.bids.count - 1] = 999;
  stage.apply(event, (view) => {
    stage.follow(event, MID - 1, MID + 1);
    view.tops[SPOT] = [MID - 1, 999, MID + 1, 10];
  });
  assert.deepEqual(stage.broken, []);
  assert.equal(stage.summary.excused[14], 1);
  stage.alert(AlertCode.BOOK_GAP);
  stage.timer((view) => {
    view.live[SPOT] = false;
    view.tops[SPOT] = [MID - 1, 10, MID + 1, 10];
  });
  stage.snapshot(SPOT);
  stage.market(SPOT);
  const wrong = stage.delta(SPOT, MID - 1, MID + 1);
  stage.auditor.onMarketTruth(wrong, stage.now);
  stage.apply(wrong, (view) => {
    stage.follow(wrong, MID - 1, MID + 1);
    view.tops[SPOT] = [MID - 1, 998, MID + 1, 10];
  });
  assert.deepEqual(stage.broken, [14]);
});

for (const instrument of [SPOT, PERP]) {
  test(`15: instrument ${instrument} stepping over a message that never came is found`, () => {
    const stage = new Stage().open();
    stage.auditor.onMarketTruth(stage.delta(instrument, MID - 2, MID + 2), stage.now);
    const event = stage.delta(instrument, MID - 1, MID + 1);
    stage.auditor.onMarketTruth(event, stage.now);
    stage.apply(event, () => stage.follow(event, MID - 1, MID + 1));
    assert.ok(stage.broken.includes(15), `found ${stage.broken}`);
  });
}

test('15: a late message that closes the gap, and a snapshot that jumps it, are legal', () => {
  const stage = new Stage().open();
  const first = stage.delta(SPOT, MID - 2, MID + 2);
  stage.auditor.onMarketTruth(first, stage.now);
  stage.view.tops[SPOT] = [MID - 2, 10, MID + 2, 10];
  const second = stage.delta(SPOT, MID - 1, MID + 1);
  stage.auditor.onMarketTruth(second, stage.now);
  stage.alert(AlertCode.BOOK_GAP);
  stage.apply(second, (view) => {
    view.live[SPOT] = false;
  });
  stage.apply(first, () => stage.follow(second, MID - 1, MID + 1));
  assert.deepEqual(stage.broken, []);
  stage.alert(AlertCode.BOOK_GAP);
  const lost = stage.delta(SPOT, MID - 3, MID + 3);
  stage.auditor.onMarketTruth(lost, stage.now);
  stage.timer((view) => {
    view.live[SPOT] = false;
    view.tops[SPOT] = [MID - 3, 10, MID + 3, 10];
  });
  stage.snapshot(SPOT);
  stage.market(SPOT);
  assert.deepEqual(stage.broken, []);
});

test('31: a book that falls with its connection needs no alert of its own', () => {
  const stage = new Stage().open();
  const cut = new FeedStatusEvent();
  cut.state = 1;
  cut.instrument = SPOT as typeof cut.instrument;
  stage.apply(cut, (view) => {
    view.live[SPOT] = false;
  });
  stage.pass(6 * SECOND);
  assert.deepEqual(stage.broken, []);
});

test('23: what was durable must come back, and nothing else than what was appended', () => {
  const facts = {
    appendedSequence: 10,
    durableSequence: 8,
    recoveredSequence: 9,
    recoveredHash: 109,
    isDamaged: false,
  };
  for (const [changes, broken] of [
    [{}, []],
    [{ recoveredSequence: 7, recoveredHash: 107 }, [23]],
    [{ recoveredSequence: 11 }, [23]],
    [{ recoveredHash: 5 }, [23]],
    // A flipped bit may cost the last record of all, and no second one.
    [{ recoveredSequence: 7, recoveredHash: 107, isDamaged: true }, []],
    [{ recoveredSequence: 6, recoveredHash: 106, isDamaged: true }, [23]],
  ] as const) {
    const stage = new Stage();
    for (let sequence = 1; sequence <= 10; sequence++) {
      stage.auditor.onAppended(sequence, 100 + sequence);
    }
    stage.auditor.onRecovered({ ...facts, ...changes });
    assert.deepEqual(stage.broken, broken);
  }
  const holed = new Stage();
  holed.auditor.onAppended(1, 1);
  holed.auditor.onAppended(3, 3);
  assert.deepEqual(holed.broken, [23]);
});

test('25, 28, 38: equal hashes pass, others are found', () => {
  const stage = new Stage();
  stage.auditor.onReplayed(5, 'a', 'a');
  stage.auditor.onClockTwin('a', 'a');
  stage.auditor.onReconciledTwice('a', 'a');
  assert.deepEqual(stage.broken, []);
  stage.auditor.onReplayed(6, 'a', 'b');
  stage.auditor.onClockTwin('a', 'b');
  stage.auditor.onReconciledTwice('a', 'b');
  assert.deepEqual(stage.broken, [25, 28, 38]);
});

test('24: a changed bit is refused where it is, or was in the last record', () => {
  const facts = { file: 'segment-000002.journal', recordOffset: 4_096, isLastRecord: false };
  const { file, recordOffset: offset } = facts;
  for (const [changes, isFound] of [
    [{ refusedAt: { file, offset } }, false],
    [{ refusedAt: null, isLastRecord: true }, false],
    [{ refusedAt: { file, offset }, isLastRecord: true }, false],
    [{ refusedAt: null }, true],
    [{ refusedAt: { file, offset: offset + 1 } }, true],
    [{ refusedAt: { file: 'segment-000001.journal', offset } }, true],
  ] as const) {
    const stage = new Stage();
    stage.auditor.onDamageJudged({ ...facts, ...changes });
    assert.deepEqual(stage.broken, isFound ? [24] : [], JSON.stringify(changes));
    assert.equal(stage.evaluated(24), 1);
  }
});

test('the table names every invariant once, and says why some are not checked', () => {
  assert.equal(INVARIANTS.length, INVARIANT_MAX);
  INVARIANTS.forEach((one, index) => {
    assert.equal(one.number, index + 1);
    assert.ok(one.title !== '' && one.note.length > 10);
  });
  const notYet = INVARIANTS.filter((one) => one.checkTime === CheckTime.NOT_YET);
  assert.deepEqual(
    notYet.map((one) => one.number),
    [9, 12, 33],
  );
  assert.throws(() => invariantOf(39), RangeError);
});

test('an auditor that was told nothing says what it never looked at', () => {
  const { neverEvaluated, withoutOccasion } = new Stage().summary;
  for (const number of [1, 2, 3, 4, 5, 14, 17, 18, 30, 32, 35, 36, 37]) {
    assert.ok(neverEvaluated.includes(number), `invariant ${number}`);
  }
  assert.deepEqual(withoutOccasion, [10, 11, 23, 24, 25, 28, 31, 38]);
});

test('a violation says what, when, after which event and during which fault', () => {
  const stage = new Stage().open();
  stage.auditor.onFault('ack-lost');
  stage.place({ counter: 1 });
  stage.place({ counter: 2 });
  const [violation] = stage.summary.violations;
  assert.equal(violation?.invariant, 2);
  assert.equal(violation?.title, 'one intent, one order');
  assert.equal(violation?.atMicros, stage.now);
  assert.equal(violation?.eventSequence, stage.sequence);
  assert.equal(violation?.clientOrderId, stage.id(2));
  assert.equal(violation?.during, 'calm, after ack-lost');
  assert.match(violation?.detail ?? '', /1 orders of layer 0/);
});

test('one promise that breaks at each event keeps some texts and all counts', () => {
  const stage = new Stage().open();
  for (let counter = 1; counter <= 30; counter++) {
    stage.place({ counter: counter + 100, layer: Layer.L0, lots: 7 });
  }
  const { violations, violationCount } = stage.summary;
  assert.equal(violations.filter((one) => one.invariant === 2).length, 20);
  assert.ok(violationCount >= 29);
});

/** A delivery of a report, at a place in the line: a report may come twice, and late. */
interface Step {
  readonly report: ExecutionReport;
  readonly at: number;
}

test('a legal history raises nothing, however its reports are doubled and reordered', () => {
  const plan = fc.array(
    fc.record({
      parts: fc.array(fc.integer({ min: 10, max: 60 }), { minLength: 1, maxLength: 4 }),
      isCanceled: fc.boolean(),
      delays: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 8, maxLength: 8 }),
      isDoubled: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(plan, (orders) => {
      const stage = new Stage().open();
      orders.forEach((order, index) => {
        stage.pass(2 * SECOND);
        const reports = live(stage, index + 1, order.parts, order.isCanceled);
        for (const report of reports) stage.auditor.onVenueTruth(report, stage.now);
        deliver(stage, reports, order.delays, order.isDoubled);
      });
      stage.pass(6 * SECOND);
      stage.auditor.onQuiescence(stage.view, stage.now);
      // The stage's engine keeps no PnL.
      const found = stage.broken.filter((one) => one !== 35);
      assert.deepEqual(found, [], stage.summary.violations[0]?.detail);
    }),
    { numRuns: 150 },
  );
});

/** What the venue says of one order of 100 lots that trades in parts and is cancelled when some is left. */
function live(
  stage: Stage,
  counter: number,
  parts: readonly number[],
  isCanceled: boolean,
): ExecutionReport[] {
  stage.place({ counter });
  const reports = [stage.report(counter, ReportStatus.ACCEPTED)];
  let filled = 0;
  parts.forEach((part, index) => {
    const lots = Math.min(part, 100 - filled);
    if (lots === 0) return;
    filled += lots;
    reports.push(stage.trade(counter, counter * 100 + index, lots, filled));
  });
  if (filled === 100) return reports;
  if (isCanceled) stage.cancel(counter);
  reports.push(stage.report(counter, ReportStatus.CANCELED, { filledLots: filled }));
  return reports;
}

/** Gives the reports to a process that books each trade once and never brings an order back to life. */
function deliver(
  stage: Stage,
  reports: readonly ExecutionReport[],
  delays: readonly number[],
  isDoubled: readonly boolean[],
): void {
  const steps: Step[] = [];
  reports.forEach((report, index) => {
    const at = index + (delays[index % delays.length] ?? 0);
    steps.push({ report, at });
    if (isDoubled[index % isDoubled.length]) steps.push({ report, at: at + 3 });
  });
  steps.sort((left, right) => left.at - right.at);
  const booked = new Set<number>();
  for (const { report } of steps) {
    stage.now += 1_000;
    stage.apply(report, (view) => {
      const id = report.clientOrderId;
      const before = view.states.get(id) ?? 0;
      if (before < 6) view.states.set(id, stateAfter(report, before));
      else if (report.lastQuantityLots > 0 && !booked.has(report.tradeId))
        stage.alert(AlertCode.LATE_FILL);
      if (report.lastQuantityLots === 0 || booked.has(report.tradeId)) return;
      booked.add(report.tradeId);
      bookSpotBuy(view, report);
    });
  }
}

function stateAfter(report: ExecutionReport, before: number): number {
  if (report.status === ReportStatus.FILLED) return 6;
  if (report.status === ReportStatus.CANCELED) return 7;
  return report.status === ReportStatus.ACCEPTED ? Math.max(1, before) : 2;
}
