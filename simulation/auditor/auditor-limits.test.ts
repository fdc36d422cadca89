/**
 * Goal: what leaves is within filters, leased sizes and rates (18, 19), and what is not is found.
 * Method: stories on a stage.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { InstrumentDefinedEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { Layer, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { IncidentKind } from './auditor-inputs.ts';
import { Stage } from './auditor-stage.test-support.ts';
import type { OrderWish } from './order-wish.test-support.ts';
import {
  MID,
  makeInstrument,
  makeLimits,
  PERP,
  request,
  SECOND,
  SPOT,
  WHOLE,
} from './staged-view.test-support.ts';

const BAD_ORDERS: readonly (readonly [string, Partial<OrderWish>])[] = [
  ['lots below the least notional', { lots: 6 }],
  ['more lots than leased', { lots: 5_001 }],
  ['no lots', { lots: 0 }],
  ['half a lot', { lots: 10.5 }],
  ['no price', { price: 0 }],
  ['a GTX on spot', { timeInForce: TimeInForce.GTX }],
  ['a LIMIT_MAKER that is immediate', { timeInForce: TimeInForce.IOC }],
  ['a market order with a price', { type: OrderType.MARKET, layer: Layer.HEDGE, side: Side.SELL }],
  ['a LIMIT_MAKER on the perpetual', { instrument: PERP, layer: Layer.L0 }],
  [
    'a perpetual buy over its band',
    { layer: Layer.HEDGE, side: Side.BUY, price: Math.ceil(MID * 1.08) },
  ],
];

for (const [what, wish] of BAD_ORDERS) {
  test(`18: an order with ${what} is found`, () => {
    const stage = new Stage().open();
    stage.place({ counter: 1, ...wish });
    assert.ok(stage.broken.includes(18), `found ${stage.broken}`);
  });
}

test('18: size, worth and count as leased; a new lease counts at once, the old one for its turn', () => {
  const limits = makeLimits({ maxOrderNotionalUnits: [10 * WHOLE, 0], maxOpenOrders: [2, 4] });
  const stage = new Stage({ limits }).open();
  stage.place({ counter: 1, lots: 50 });
  stage.place({ counter: 2, lots: 50, layer: Layer.L1 });
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 3, lots: 50, layer: Layer.L2 });
  assert.deepEqual(stage.broken, [18]);
  const rich = new Stage({ limits }).open();
  rich.place({ counter: 1, lots: 100 });
  assert.deepEqual(rich.broken, [18]);
  rich.view.limitsInForce = makeLimits();
  rich.lease();
  rich.place({ counter: 2, lots: 100, layer: Layer.L1 });
  assert.equal(rich.summary.violationCount, 1);
});

test('18: no quote without a lease, nor on an instrument that was said to be halted', () => {
  const stage = new Stage().open();
  stage.timer((view) => {
    view.isLeaseValid = false;
  });
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [18]);
  const halted = new Stage().open();
  const halt = makeInstrument(SPOT, { status: InstrumentStatus.HALT });
  halted.incident(IncidentKind.INSTRUMENT_CHANGED, { definition: halt });
  halted.place({ counter: 1 });
  assert.deepEqual(halted.broken, []);
  const defined = new InstrumentDefinedEvent();
  defined.instrument = halt;
  halted.apply(defined);
  halted.place({ counter: 2, layer: Layer.L1 });
  assert.deepEqual(halted.broken, [18]);
});

test('18: amends only shrink, keep the filters, and are counted', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  stage.accept(1);
  for (const lots of [90, 80]) {
    stage.amend(1, lots);
    stage.tell(stage.report(1, ReportStatus.AMENDED, { quantityLots: lots }));
  }
  assert.deepEqual(stage.broken, []);
  stage.amend(1, 70);
  assert.equal(stage.summary.violationCount, 1);
  const growing = new Stage().open();
  growing.place({ counter: 1 });
  growing.amend(1, 101);
  assert.deepEqual(growing.broken, [18]);
});

test('18: an order of an instrument that is not defined, and one beyond the venue’s room, are found', () => {
  const alone = new Stage({ instruments: [makeInstrument(SPOT)] });
  alone.place({ counter: 1, layer: Layer.HEDGE, side: Side.SELL });
  assert.ok(alone.broken.includes(18));
  const { filters } = makeInstrument(SPOT);
  const narrow = makeInstrument(SPOT, { filters: { ...filters, maxOpenOrders: 1 } });
  const stage = new Stage({ instruments: [narrow, makeInstrument(PERP)] }).open();
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, []);
  stage.place({ counter: 2, layer: Layer.L1 });
  assert.equal(stage.summary.violations[0]?.invariant, 18);
});

test('18: an amend of an order that nobody sent is found', () => {
  const stage = new Stage().open();
  stage.amend(9, 10);
  assert.deepEqual(stage.broken, [18]);
});

test('19: more placements than granted, and than the venue allows, are found', () => {
  const limits = makeLimits({ ordersPerTenSeconds: [1_000, 0], maxOpenOrders: [1_000, 4] });
  for (const [count, broken] of [
    [90, []],
    [91, [19]],
  ] as const) {
    const stage = new Stage({ limits, childrenPerLayer: 1_000 }).open();
    for (let counter = 1; counter <= count; counter++) stage.place({ counter, lots: 7 });
    assert.deepEqual(stage.broken, broken, `${count} placements`);
  }
  const granted = new Stage({
    childrenPerLayer: 30,
    limits: makeLimits({ maxOpenOrders: [60, 4] }),
  });
  granted.open();
  for (let counter = 1; counter <= 20; counter++) granted.place({ counter, lots: 7 });
  assert.deepEqual(granted.broken, []);
  granted.place({ counter: 21, lots: 7 });
  assert.deepEqual(granted.broken, [19]);
});

test('19: a request into a silence is found, in its first instant and after its end it is not', () => {
  const stage = new Stage().open();
  const question = request(CommandKind.REQUEST_OPEN_ORDERS, SPOT);
  stage.incident(IncidentKind.BANNED, { instrument: SPOT, untilMicros: stage.now + 5 * SECOND });
  stage.send(question);
  stage.now += SECOND;
  stage.send(request(CommandKind.REQUEST_OPEN_ORDERS, PERP));
  assert.deepEqual(stage.broken, []);
  stage.send(question);
  assert.deepEqual(stage.broken, [19]);
  stage.now += 5 * SECOND;
  stage.send(question);
  assert.equal(stage.summary.violationCount, 1);
});

test('19: after a 429 nothing new may be asked for, questions may until it is told again', () => {
  const stage = new Stage().open();
  const question = request(CommandKind.REQUEST_OPEN_ORDERS, SPOT);
  const told = { instrument: SPOT, untilMicros: stage.now + 5 * SECOND };
  stage.incident(IncidentKind.RATE_LIMITED, told);
  stage.now += SECOND;
  stage.send(question);
  assert.equal(stage.summary.violationCount, 0);
  stage.place({ counter: 1 });
  assert.deepEqual(stage.broken, [19]);
  stage.incident(IncidentKind.RATE_LIMITED, told);
  stage.now += SECOND;
  stage.send(question);
  assert.equal(stage.summary.violationCount, 2);
});

test('19: request weight beyond nine tenths of the venue’s minute is found, on each market by its own', () => {
  // One round about the account weighs 46 on spot and 11 on the perpetual.
  const stage = new Stage().open();
  const round = (): void => {
    stage.now += 250_000;
    stage.send(request(CommandKind.REQUEST_ACCOUNT, -1));
    stage.send(request(CommandKind.REQUEST_OPEN_ORDERS, SPOT));
    stage.send(request(CommandKind.REQUEST_FILLS, SPOT));
  };
  for (let count = 1; count <= 117; count++) round();
  assert.deepEqual(stage.broken, []);
  round();
  assert.deepEqual(stage.broken, [19]);
  const found = stage.summary.violationCount;
  stage.now += 60 * SECOND;
  round();
  assert.equal(stage.summary.violationCount, found, 'a minute later all is forgotten');
  const perpetual = new Stage().open();
  for (let count = 1; count <= 432; count++) {
    perpetual.send(request(CommandKind.REQUEST_FILLS, PERP));
  }
  assert.deepEqual(perpetual.broken, []);
  perpetual.send(request(CommandKind.REQUEST_FILLS, PERP));
  assert.deepEqual(perpetual.broken, [19]);
});

test('19: weight is counted over all lives', () => {
  const stage = new Stage().open();
  for (let count = 1; count <= 270; count++) stage.send(request(CommandKind.REQUEST_FILLS, SPOT));
  stage.restart();
  assert.deepEqual(stage.broken, []);
  stage.send(request(CommandKind.REQUEST_FILLS, SPOT));
  assert.deepEqual(stage.broken, [19]);
});

test('19: a thirteenth cancel of one order within a second is found, a slower one is not', () => {
  const stage = new Stage().open();
  stage.place({ counter: 1 });
  for (let count = 1; count <= 12; count++) {
    stage.now += 50_000;
    stage.cancel(1);
  }
  stage.now += 450_000;
  stage.cancel(1);
  assert.deepEqual(stage.broken, []);
  stage.cancel(1);
  assert.deepEqual(stage.broken, [19]);
});

test('19: a snapshot is asked for once a second, and at once by a process that begins', () => {
  const stage = new Stage().open();
  const question = request(CommandKind.REQUEST_SNAPSHOT, SPOT);
  stage.send(question);
  stage.send(request(CommandKind.REQUEST_SNAPSHOT, PERP));
  stage.now += SECOND;
  stage.send(question);
  stage.restart();
  stage.send(question);
  assert.deepEqual(stage.broken, []);
  stage.now += SECOND / 2;
  stage.send(question);
  assert.deepEqual(stage.broken, [19]);
});

test('19: placements count per minute and per day, too', () => {
  const limits = makeLimits({ ordersPerTenSeconds: [1_000, 1_000], maxOpenOrders: [1_000, 4] });
  for (const [intervalMicros, pauseMicros] of [
    [60 * SECOND, SECOND],
    [86_400 * SECOND, 30 * SECOND],
  ] as const) {
    const orderRates = [{ instrument: SPOT, intervalMicros, limit: 40 }];
    const stage = new Stage({ limits, childrenPerLayer: 1_000, orderRates }).open();
    for (let counter = 1; counter <= 37; counter++) {
      assert.deepEqual(stage.broken.includes(19), false, `${counter} in ${intervalMicros}`);
      stage.now += pauseMicros;
      stage.place({ counter, lots: 7 });
    }
    assert.ok(stage.broken.includes(19), `the 37th in ${intervalMicros}`);
  }
});

for (const [what, change, isFound] of [
  ['those that were granted', {}, false],
  ['one of them looser', { maxGrossNotionalUnits: 10_001 * WHOLE }, true],
  ['one of them forgotten', { maxShortBaseUnits: [] }, true],
  ['one for a market nobody granted', { maxOpenOrders: [6, 4, 1] }, true],
] as const) {
  test(`30: limits in force are one version: ${what}`, () => {
    const stage = new Stage().open();
    stage.view.limitsInForce = makeLimits(change);
    stage.auditor.onQuiescence(stage.view, stage.now);
    assert.equal(stage.broken.includes(30), isFound);
    assert.ok(stage.evaluated(30) > 0);
  });
}

test('30: parts of two versions are found, each of the two is not', () => {
  const [old, tight] = [makeLimits(), makeLimits({ priceCollarBps: 50, maxOpenOrders: [3, 2] })];
  for (const [inForce, isFound] of [
    [old, false],
    [tight, false],
    [{ ...old, priceCollarBps: tight.priceCollarBps }, true],
  ] as const) {
    const stage = new Stage({ limits: old }).open();
    stage.view.limitsInForce = tight;
    stage.lease();
    stage.view.limitsInForce = inForce;
    stage.auditor.onQuiescence(stage.view, stage.now);
    assert.equal(stage.broken.includes(30), isFound);
  }
});

test('37: a quote under a grant that ran out is found, a hedge may leave', () => {
  const stage = new Stage().open();
  stage.lease(makeLimits(), stage.now + SECOND);
  stage.now += SECOND / 2;
  stage.place({ counter: 1 });
  assert.equal(stage.summary.violationCount, 0);
  stage.now += SECOND / 2;
  stage.place({ counter: 2, layer: Layer.HEDGE, side: Side.SELL, lots: 1 });
  assert.ok(!stage.broken.includes(37));
  stage.place({ counter: 3, layer: Layer.L1 });
  assert.ok(stage.broken.includes(37));
});

test('37: what an earlier life was granted allows the next one nothing', () => {
  const stage = new Stage().open();
  stage.auditor.onCrashed(stage.now);
  stage.epoch += 1;
  stage.auditor.onStarted(stage.epoch, false, stage.now);
  stage.place({ counter: 1 });
  assert.ok(stage.broken.includes(37));
});
