/**
 * Goal: orders are counted as they were sent and as the venue answered; what is live is what the
 * venue last said.
 * Method: one story a case; random orders of reports against a plain model of one order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCommand, CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import { report, timer } from './measured-session.test-support.ts';
import { OrderTape } from './order-tape.ts';

function emit(tape: OrderTape, kind: CommandKind): void {
  tape.emit(Object.assign(new OrderCommand(), { kind }));
}

test('sent orders and messages are counted by what reaches the venue', () => {
  const tape = new OrderTape();
  emit(tape, CommandKind.PLACE_ORDER);
  emit(tape, CommandKind.REPLACE_ORDER);
  emit(tape, CommandKind.AMEND_ORDER);
  emit(tape, CommandKind.CANCEL_ORDER);
  emit(tape, CommandKind.QUERY_ORDER);
  tape.emit(Object.assign(new RequestCommand(), { kind: CommandKind.CANCEL_ALL }));
  tape.emit(Object.assign(new RequestCommand(), { kind: CommandKind.REQUEST_SNAPSHOT }));
  tape.emit(new AlertCommand());
  assert.equal(tape.counts.sent, 2);
  assert.equal(tape.messages, 5);
});

test('an accepted order is live until it is filled', () => {
  const tape = new OrderTape();
  tape.onApplied(report(ReportStatus.ACCEPTED, { atMicros: 5, side: Side.SELL }));
  assert.deepEqual(tape.live.get(1), {
    clientOrderId: 1,
    instrument: 0,
    side: Side.SELL,
    priceTicks: 10_000,
    leavesLots: 100,
    acceptedMicros: 5,
  });
  tape.onApplied(report(ReportStatus.PARTIALLY_FILLED, { filledLots: 30 }));
  assert.equal(tape.live.get(1)?.leavesLots, 70);
  tape.onApplied(report(ReportStatus.AMENDED, { quantityLots: 60, filledLots: 30 }));
  assert.equal(tape.live.get(1)?.leavesLots, 30);
  assert.equal(tape.counts.openAtEnd, 1);
  tape.onApplied(report(ReportStatus.FILLED, { quantityLots: 60, filledLots: 60 }));
  assert.equal(tape.live.size, 0);
  assert.deepEqual(
    { ...tape.counts },
    {
      sent: 0,
      acked: 1,
      rejected: 0,
      canceled: 0,
      amended: 1,
      replaced: 0,
      expired: 0,
      unknownResolved: 0,
      openAtEnd: 0,
    },
  );
});

test('a replacement counts as canceled, accepted and replaced', () => {
  const tape = new OrderTape();
  tape.onApplied(report(ReportStatus.ACCEPTED));
  tape.onApplied(report(ReportStatus.CANCELED));
  tape.onApplied(report(ReportStatus.ACCEPTED, { clientOrderId: 2, replacedOrderId: 1 }));
  assert.equal(tape.counts.canceled, 1);
  assert.equal(tape.counts.acked, 2);
  assert.equal(tape.counts.replaced, 1);
  assert.deepEqual([...tape.live.keys()], [2]);
});

test('refusals are counted by reason, ends by self-trade prevention as expired', () => {
  const tape = new OrderTape();
  for (const [clientOrderId, reason] of [
    [1, ReportReason.POST_ONLY_WOULD_CROSS],
    [2, ReportReason.POST_ONLY_WOULD_CROSS],
    [3, ReportReason.FILTER],
  ] as const) {
    tape.onApplied(report(ReportStatus.REJECTED, { clientOrderId, reason }));
  }
  tape.onApplied(report(ReportStatus.EXPIRED, { clientOrderId: 4 }));
  tape.onApplied(report(ReportStatus.EXPIRED_IN_MATCH, { clientOrderId: 5 }));
  assert.equal(tape.counts.rejected, 3);
  assert.equal(tape.counts.expired, 2);
  assert.equal(tape.rejectedByReason.get(ReportReason.POST_ONLY_WOULD_CROSS), 2);
  assert.equal(tape.rejectedByReason.get(ReportReason.FILTER), 1);
});

test('refused cancels and amends change nothing', () => {
  const tape = new OrderTape();
  tape.onApplied(report(ReportStatus.ACCEPTED));
  tape.onApplied(report(ReportStatus.CANCEL_REJECTED));
  tape.onApplied(report(ReportStatus.AMEND_REJECTED, { quantityLots: 5 }));
  assert.equal(tape.live.get(1)?.leavesLots, 100);
});

test('an unknown outcome is resolved by the next word about the order', () => {
  const tape = new OrderTape();
  tape.onApplied(report(ReportStatus.UNKNOWN));
  assert.equal(tape.counts.unknownResolved, 0);
  tape.onApplied(timer(1));
  tape.onApplied(report(ReportStatus.REJECTED));
  tape.onApplied(report(ReportStatus.REJECTED));
  assert.equal(tape.counts.unknownResolved, 1);
});

test('a second channel repeats nothing and raises nobody from the dead', () => {
  const tape = new OrderTape();
  tape.onApplied(report(ReportStatus.ACCEPTED));
  tape.onApplied(report(ReportStatus.ACCEPTED));
  tape.onApplied(report(ReportStatus.CANCELED));
  tape.onApplied(report(ReportStatus.CANCELED));
  tape.onApplied(report(ReportStatus.ACCEPTED));
  assert.equal(tape.counts.acked, 1);
  assert.equal(tape.counts.canceled, 1);
  assert.equal(tape.counts.openAtEnd, 0);
});

test('under any reports the live orders are those accepted and not ended', () => {
  const ends: readonly ReportStatus[] = [
    ReportStatus.FILLED,
    ReportStatus.CANCELED,
    ReportStatus.REJECTED,
    ReportStatus.EXPIRED,
    ReportStatus.EXPIRED_IN_MATCH,
  ];
  const told = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...Object.values(ReportStatus))),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(told, (reports) => {
      const tape = new OrderTape();
      const accepted = new Set<number>();
      const ended = new Set<number>();
      for (const [clientOrderId, status] of reports) {
        tape.onApplied(report(status, { clientOrderId }));
        if (status === ReportStatus.ACCEPTED && !ended.has(clientOrderId))
          accepted.add(clientOrderId);
        if (ends.includes(status)) ended.add(clientOrderId);
      }
      const live = [...accepted].filter((id) => !ended.has(id));
      assert.deepEqual([...tape.live.keys()].sort(), live.sort());
      assert.equal(tape.counts.acked, accepted.size);
    }),
  );
});
