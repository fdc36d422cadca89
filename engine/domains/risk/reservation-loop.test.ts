/**
 * Goal: a reservation goes back when the venue proves the end and never before; silence is asked after.
 * Method: reports through the manager, reservations seen through what still fits under tight limits.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { AccountQuery, QueryCompletedEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason } from '#contracts/order.ts';
import { ActionKind } from '#contracts/order-plan.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { LOT_UNITS, RiskDesk, testAction } from './risk-desk.test-support.ts';

/** A desk on which exactly one order of 100 lots fits, with that order sent. */
function deskWithOrder(): { desk: RiskDesk; id: number; fits: () => boolean } {
  const desk = new RiskDesk().ready({ maxLongBaseUnits: [10_100 * LOT_UNITS, 0] });
  const order = testAction();
  assert.equal(desk.code(order), RiskCode.APPROVED);
  const fits = () => desk.code(testAction()) === RiskCode.APPROVED;
  return { desk, id: order.clientOrderId, fits };
}

for (const status of ['FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH', 'REJECTED'] as const) {
  test(`${status} gives the reservation back, once`, () => {
    const { desk, id, fits } = deskWithOrder();
    assert.equal(fits(), false);
    desk.report({ clientOrderId: id, status: ReportStatus[status] });
    desk.report({ clientOrderId: id, status: ReportStatus[status] });
    assert.equal(fits(), true);
    assert.equal(fits(), false);
  });
}

for (const status of ['ACCEPTED', 'UNKNOWN', 'CANCEL_REJECTED', 'AMEND_REJECTED'] as const) {
  test(`${status} gives nothing back`, () => {
    const { desk, id, fits } = deskWithOrder();
    desk.report({ clientOrderId: id, status: ReportStatus[status] });
    assert.equal(fits(), false);
  });
}

test('an acknowledged order cannot be rejected away', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.ACCEPTED });
  const refusal = { status: ReportStatus.REJECTED, reason: ReportReason.NOT_SENT };
  desk.report({ clientOrderId: id, channel: ReportChannel.LOCAL, ...refusal });
  assert.equal(fits(), false);
});

test('fills and amends give back exactly their part', () => {
  const { desk, id } = deskWithOrder();
  const partly = { status: ReportStatus.PARTIALLY_FILLED, filledLots: 40, quantityLots: 100 };
  desk.report({ clientOrderId: id, ...partly });
  desk.report({ clientOrderId: id, ...partly });
  const lots = (quantityLots: number) => desk.code(testAction({ quantityLots }));
  assert.equal(lots(41), RiskCode.MAX_LONG);
  desk.report({
    clientOrderId: id,
    status: ReportStatus.AMENDED,
    filledLots: 40,
    quantityLots: 60,
  });
  assert.equal(lots(81), RiskCode.MAX_LONG);
  assert.equal(lots(80), RiskCode.APPROVED);
});

test('silence for thirty seconds is asked after, again and again, and releases nothing', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.grant({ maxLongBaseUnits: [10_100 * LOT_UNITS, 0] });
  desk.tick(29_999_999);
  const queries = () => desk.commands.filter((one) => one.kind === CommandKind.QUERY_ORDER);
  assert.equal(queries().length, 0);
  desk.tick(1);
  desk.tick(30_000_000);
  assert.deepEqual(
    queries().map((one) => 'clientOrderId' in one && one.clientOrderId),
    [id, id],
  );
  assert.equal(fits(), false);
});

test('an open order owes no news, a cancelled one does', () => {
  const { desk, id } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.ACCEPTED });
  desk.tick(60_000_000);
  assert.equal(desk.commands.length, 0);
  desk.check(testAction({ kind: ActionKind.CANCEL, targetOrderId: id }));
  desk.tick(30_000_000);
  assert.equal(desk.commands.length, 1);
  const refused = { status: ReportStatus.CANCEL_REJECTED, reason: ReportReason.OTHER };
  desk.report({ clientOrderId: id, ...refused });
  desk.tick(60_000_000);
  assert.equal(desk.commands.length, 1);
});

test('a cancel that came too late leaves the order unknown until its end is told', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.ACCEPTED });
  const late = { status: ReportStatus.CANCEL_REJECTED, reason: ReportReason.UNKNOWN_ORDER };
  desk.report({ clientOrderId: id, ...late });
  assert.equal(fits(), false);
  desk.tick(30_000_000);
  assert.equal(desk.commands.length, 1);
});

test('"not found" is believed when said twice and late enough, not before', () => {
  const { desk, id, fits } = deskWithOrder();
  const notFound = {
    clientOrderId: id,
    status: ReportStatus.REJECTED,
    channel: ReportChannel.QUERY,
    reason: ReportReason.UNKNOWN_ORDER,
  };
  desk.report(notFound);
  desk.report(notFound);
  assert.equal(fits(), false);
  desk.tick(12_000_000);
  desk.report({ clientOrderId: id, status: ReportStatus.ACCEPTED });
  desk.report(notFound);
  assert.equal(fits(), false, 'it was seen in between');
  desk.report(notFound);
  assert.equal(fits(), true);
});

const queriesOf = (desk: RiskDesk) =>
  desk.commands.filter(({ kind }) => kind === CommandKind.QUERY_ORDER).length;

/** A list of open orders of the spot market is complete. */
function completeList(desk: RiskDesk, requestedAtMicros: number): void {
  const event = new QueryCompletedEvent();
  Object.assign(event, { query: AccountQuery.OPEN_ORDERS, instrument: 0, requestedAtMicros });
  event.atMicros = desk.nowMicros as typeof event.atMicros;
  desk.risk.onQueryCompleted(event);
}

test('a question that was refused says nothing of the order', () => {
  const { desk, id, fits } = deskWithOrder();
  const refused = { status: ReportStatus.REJECTED, channel: ReportChannel.QUERY };
  desk.report({ clientOrderId: id, ...refused, reason: ReportReason.RATE_LIMIT });
  assert.equal(fits(), false);
});

test('orders without an id of ours touch no reservation', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.CANCELED });
  assert.equal(fits(), true);
  for (const status of [ReportStatus.ACCEPTED, ReportStatus.FILLED, ReportStatus.CANCELED]) {
    desk.report({ clientOrderId: 0, status, quantityLots: 100 });
  }
  assert.equal(fits(), false);
});

test('an order of ours that no reservation knows is reserved for until it ends, an ended one is not', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.CANCELED });
  const alive = { status: ReportStatus.ACCEPTED, quantityLots: 100, filledLots: 0 };
  const listed = { ...alive, channel: ReportChannel.QUERY, priceTicks: 9_990, instrument: 0 };
  desk.report({ clientOrderId: 77, ...listed });
  desk.report({ clientOrderId: id, ...listed });
  assert.equal(fits(), false);
  desk.report({ clientOrderId: 77, status: ReportStatus.CANCELED, quantityLots: 100 });
  assert.equal(fits(), true);
});

test('an open order that lists leave out is asked after and given back only on proof', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.report({ clientOrderId: id, status: ReportStatus.ACCEPTED, quantityLots: 100 });
  desk.tick(40_000_000);
  assert.equal(queriesOf(desk), 0, 'an open order owes no news');
  completeList(desk, desk.nowMicros);
  desk.tick(29_999_999);
  assert.equal(queriesOf(desk), 0, 'others ask first');
  desk.tick(1);
  assert.equal(queriesOf(desk), 1);
  assert.equal(fits(), false);
  const gone = { status: ReportStatus.REJECTED, reason: ReportReason.UNKNOWN_ORDER };
  desk.report({ clientOrderId: id, channel: ReportChannel.QUERY, ...gone });
  assert.equal(fits(), false);
  desk.report({ clientOrderId: id, channel: ReportChannel.QUERY, ...gone });
  assert.equal(fits(), true);
});

test('trades of a list give back their part once', () => {
  const { desk, id } = deskWithOrder();
  const record = { status: ReportStatus.PARTIALLY_FILLED, channel: ReportChannel.QUERY };
  const trade = { ...record, tradeId: 4, lastQuantityLots: 40, quantityLots: 0, filledLots: 0 };
  desk.report({ clientOrderId: id, ...trade });
  desk.report({ clientOrderId: id, ...trade });
  assert.equal(desk.code(testAction({ quantityLots: 41 })), RiskCode.MAX_LONG);
  assert.equal(desk.code(testAction({ quantityLots: 40 })), RiskCode.APPROVED);
});

test('a refused cancel between two "not found" proves nothing of an order', () => {
  const { desk, id, fits } = deskWithOrder();
  desk.tick(12_000_000);
  const gone = { status: ReportStatus.REJECTED, reason: ReportReason.UNKNOWN_ORDER };
  desk.report({ clientOrderId: id, channel: ReportChannel.QUERY, ...gone });
  const late = { status: ReportStatus.CANCEL_REJECTED, reason: ReportReason.UNKNOWN_ORDER };
  desk.report({ clientOrderId: id, ...late });
  assert.equal(fits(), false);
  desk.report({ clientOrderId: id, channel: ReportChannel.QUERY, ...gone });
  assert.equal(fits(), true);
});
