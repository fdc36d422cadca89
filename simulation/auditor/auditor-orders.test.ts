/**
 * Goal: each promise about orders is kept by a legal story and found broken by a planted one: 1, 2, 3,
 * 4, 16, 20, 22, 26, 27, 36.
 * Method: stories on a stage; every test asserts the exact set of numbers that were found broken.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Layer, OrderState, ReportReason, Side, TimeInForce } from '#contracts/order.ts';
import { IncidentKind } from './auditor-inputs.ts';
import { Stage } from './auditor-stage.test-support.ts';
import {
  bookSpotBuy,
  MID,
  makeInstrument,
  PERP,
  request,
  SECOND,
  SPOT,
} from './staged-view.test-support.ts';

const CANCELED = { channel: ReportChannel.RESPONSE };

test('a quote that is placed, filled in parts and cancelled breaks nothing', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  const part = stage.trade(1, 10, 40, 40);
  stage.tell(part, (view) => bookSpotBuy(view, part));
  stage.cancel(1);
  stage.tell(stage.report(1, ReportStatus.CANCELED, { ...CANCELED, filledLots: 40 }));
  stage.pass(SECOND);
  assert.deepEqual(stage.broken, []);
  for (const number of [1, 2, 3, 4, 5, 13, 16, 18, 20, 22, 26, 36]) {
    assert.ok(stage.evaluated(number) > 0, `never evaluated: ${number}`);
  }
});

for (const [what, changes] of [
  ['fills more than the order', { filledLots: 120 }],
  ['counts fills that no trade explains', { filledLots: 50 }],
  ['grows the order', { quantityLots: 150 }],
] as const) {
  test(`1: a venue that ${what} is found`, () => {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    stage.accept(1);
    stage.tell(stage.report(1, ReportStatus.PARTIALLY_FILLED, changes));
    assert.deepEqual(stage.broken, [1]);
  });
}

test('1: fills that go back are found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  const part = stage.trade(1, 10, 40, 40);
  stage.tell(part, (view) => bookSpotBuy(view, part));
  stage.tell(stage.report(1, ReportStatus.CANCELED, { filledLots: 0 }));
  assert.deepEqual(stage.broken, [1]);
});

test('2: another order of a slot whose order has no known end is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.place({ counter: 2, price: MID - 6 });
  assert.deepEqual(stage.broken, [2]);
});

test('2: an unknown outcome does not free the slot, a told end does', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.tell(stage.report(1, ReportStatus.UNKNOWN), (view) =>
    view.states.set(stage.id(1), OrderState.UNKNOWN),
  );
  stage.place({ counter: 2 });
  assert.deepEqual(stage.broken, [2]);
  const other = new Stage().open();
  other.place({ counter: 1 });
  other.tell(other.report(1, ReportStatus.REJECTED, { reason: ReportReason.FILTER }));
  other.place({ counter: 2 });
  assert.deepEqual(other.broken, []);
});

test('2: a replacement stands beside the order it replaces, and a refused one gives the slot back', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.place({ counter: 2, replaces: 1, price: MID - 6 });
  assert.deepEqual(stage.broken, []);
  stage.tell(
    stage.report(2, ReportStatus.REJECTED, { reason: ReportReason.REPLACE_NOT_ATTEMPTED }),
  );
  stage.place({ counter: 3 });
  assert.deepEqual(stage.broken, [2]);
});

test('2: other layers, sides and children are other slots', () => {
  const stage = new Stage({ childrenPerLayer: 2 }).open();
  stage.place({ counter: 1 });
  stage.place({ counter: 2 });
  stage.place({ counter: 3, layer: Layer.L1 });
  stage.place({ counter: 4, side: Side.SELL, price: MID + 5 });
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 5 });
  assert.deepEqual(stage.broken, [2]);
});

test('2: an id that the venue accepts as two orders is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.accept(1, { venueOrderIdLow: 99 });
  assert.deepEqual(stage.broken, [2]);
});

test('3: an id that was sent before is found, also over lives', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.tell(stage.report(1, ReportStatus.REJECTED, { reason: ReportReason.FILTER }));
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [3]);
});

test('4: a hedge before its cause is durable is found, a post-only quote may go', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1, durable: 0 });
  assert.deepEqual(stage.broken, []);
  const hedge = { layer: Layer.HEDGE, side: Side.SELL, price: MID - 5 } as const;
  const ready = new Stage().open();
  ready.buy(1, 10);
  ready.place({ counter: 2, ...hedge });
  assert.deepEqual(ready.broken, []);
  ready.place({ counter: 3, ...hedge, lots: 40, durable: ready.sequence - 1 });
  assert.deepEqual(ready.broken, [4, 21]);
});

test('4: every order needs its epoch on the disk, and only orders that wait for their cause count twice', () => {
  const stage = new Stage().open();
  stage.durableEpoch = 1;
  const before = stage.evaluated(4);
  stage.place({ counter: 1 });
  assert.equal(stage.evaluated(4), before + 1);
  assert.deepEqual(stage.broken, []);
  stage.durableEpoch = 0;
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [4]);
});

test('4: an amend of a hedge before its cause is durable is found', () => {
  const stage = new Stage({ instruments: amendable() }).open();
  stage.buy(1, 10);
  stage.place({
    counter: 2,
    layer: Layer.HEDGE,
    side: Side.SELL,
    price: MID + 5,
    timeInForce: TimeInForce.GTX,
  });
  stage.amend(2, 90, PERP);
  assert.deepEqual(stage.broken, []);
  stage.amend(2, 80, PERP, stage.sequence - 1);
  assert.equal(stage.summary.violations[0]?.invariant, 4);
});

function amendable(): Instrument[] {
  const { filters } = makeInstrument(PERP);
  return [
    makeInstrument(SPOT),
    makeInstrument(PERP, { filters: { ...filters, maxAmendsPerOrder: 5 } }),
  ];
}

test('16: an order that reaches an own one is found, the one it replaces does not count', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.place({ counter: 2, side: Side.SELL, price: MID - 5 });
  assert.deepEqual(stage.broken, [16]);
});

test('16: a trade between two own orders is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.place({ counter: 2, side: Side.SELL, price: MID + 5 });
  const bought = stage.trade(1, 10, 100, 100);
  stage.tell(bought, (view) => bookSpotBuy(view, bought));
  stage.auditor.onVenueTruth(stage.trade(2, 10, 100, 100, { side: Side.SELL }), stage.now);
  assert.ok(stage.broken.includes(16));
});

test('20: a cancel that the engine emits and that does not leave with its turn is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.auditor.onEmitted(request(CommandKind.CANCEL_ALL));
  stage.send(request(CommandKind.CANCEL_ALL));
  stage.timer();
  assert.deepEqual(stage.broken, []);
  stage.auditor.onEmitted(request(CommandKind.CANCEL_ALL));
  stage.timer();
  assert.deepEqual(stage.broken, [20]);
});

test('20: a cancel that a crash kept back is nobody’s fault', () => {
  const stage = new Stage().open();
  stage.auditor.onEmitted(request(CommandKind.CANCEL_ALL));
  stage.restart();
  stage.timer();
  assert.deepEqual(stage.broken, []);
});

test('36: a trade without an id of ours belongs to an order that somebody else placed', () => {
  const stage = new Stage().open();
  stage.incident(IncidentKind.FOREIGN_ORDER, { instrument: SPOT, lots: 60 });
  stage.auditor.onVenueTruth(stage.trade(0, 10, 60, 60), stage.now);
  assert.ok(!stage.broken.includes(36));
  stage.auditor.onVenueTruth(stage.trade(0, 11, 1, 61), stage.now);
  assert.ok(stage.broken.includes(36));
});

test('22: a command of a dead life, a wrong epoch and an epoch that falls are found', () => {
  const dead = new Stage().open();
  dead.auditor.onCrashed(dead.now);
  dead.send(request(CommandKind.CANCEL_ALL));
  assert.deepEqual(dead.broken, [22]);
  const wrong = new Stage().open();
  wrong.place({ counter: 1, epoch: 2 });
  assert.deepEqual(wrong.broken, [22]);
  const borrowed = new Stage().open();
  borrowed.place({ counter: 1, idEpoch: 3 });
  assert.deepEqual(borrowed.broken, [22]);
  const falling = new Stage().open();
  falling.auditor.onCrashed(falling.now);
  falling.auditor.onStarted(1, false, falling.now);
  assert.deepEqual(falling.broken, [22]);
});

for (const [from, to] of [
  [OrderState.CANCELED, OrderState.NEW],
  [OrderState.NEW, OrderState.PENDING_NEW],
  [OrderState.NEW, OrderState.REJECTED],
  [OrderState.PARTIALLY_FILLED, OrderState.NEW],
  [OrderState.FILLED, OrderState.CANCELED],
] as const) {
  test(`26: execution going from state ${from} to ${to} is found`, () => {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    const word = stage.report(1, ReportStatus.AMEND_REJECTED);
    stage.tell(word, (view) => view.states.set(stage.id(1), from));
    assert.ok(!stage.broken.includes(26));
    stage.tell(word, (view) => view.states.set(stage.id(1), to));
    assert.ok(stage.broken.includes(26));
  });
}

test('27: an order without a told end that execution has written off is found', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.pass(SECOND);
  assert.ok(stage.evaluated(27) > 0);
  assert.deepEqual(stage.broken, []);
  stage.view.states.set(stage.id(1), OrderState.REJECTED);
  stage.pass(SECOND);
  assert.deepEqual(stage.broken, [27]);
});

test('27: "never existed" may be believed after its proof time and two answers, not before', () => {
  for (const [waitSeconds, answers, expected] of [
    [5, 2, [27]],
    [13, 1, [27]],
    [13, 2, []],
  ] as const) {
    const stage = new Stage().open();
    stage.place({ counter: 1 });
    stage.pass(waitSeconds * SECOND);
    const notFound = { channel: ReportChannel.QUERY, reason: ReportReason.UNKNOWN_ORDER };
    for (let answer = 0; answer < answers; answer++) {
      stage.tell(stage.report(1, ReportStatus.REJECTED, notFound), (view) =>
        view.states.set(stage.id(1), OrderState.UNKNOWN),
      );
    }
    stage.view.states.set(stage.id(1), OrderState.REJECTED);
    stage.pass(SECOND);
    assert.deepEqual(stage.broken, expected, `${waitSeconds} seconds, ${answers} answers`);
  }
});

test('27: after a restart a quote before the list of open orders is found', () => {
  const stage = new Stage().open();
  stage.pass(SECOND);
  stage.restart();
  stage.timer();
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [27]);
  stage.listed();
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(stage.broken, [27]);
  assert.equal(stage.summary.violationCount, 1);
});

test('27: a list that does not name an ended order lets execution drop it', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.pass(SECOND);
  const end = stage.report(1, ReportStatus.CANCELED);
  stage.auditor.onVenueTruth(end, stage.now);
  stage.listed();
  stage.view.states.set(stage.id(1), OrderState.CANCELED);
  stage.pass(SECOND);
  assert.deepEqual(stage.broken, []);
});

test('27: orders that a life forgot with its lost tail are not its own', () => {
  const stage = new Stage().open();
  stage.pass(SECOND);
  const durable = stage.sequence;
  stage.place({ counter: 1 });
  stage.accept(1);
  stage.pass(SECOND);
  stage.restart(durable, (view) => view.states.clear());
  stage.pass(2 * SECOND);
  assert.deepEqual(stage.broken, []);
});

test('36: an order at the venue that nobody sent, and one without a cause, are found', () => {
  const stage = new Stage().open();
  stage.accept(77);
  assert.deepEqual(stage.broken, [36]);
  const other = new Stage().open();
  other.place({ counter: 1, cause: 0 });
  assert.deepEqual(other.broken, [36]);
});

test('an order of the venue itself and of somebody else is nobody of ours', () => {
  const stage = new Stage().open();
  stage.alert(19);
  stage.tell(stage.report(0, ReportStatus.ACCEPTED, { instrument: PERP }));
  stage.tell(
    stage.report(0, ReportStatus.CANCELED, { instrument: SPOT, reason: ReportReason.LIQUIDATION }),
  );
  assert.deepEqual(stage.broken, []);
});
