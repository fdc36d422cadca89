/**
 * Goal: the manager as its port: leases, policies, views, alerts, the exposure bound under random
 * trading, and a state that restores completely.
 * Method: one desk per story; random trading against a venue that fills what it likes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { RiskLeaseEvent, SessionStartEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import { ActionKind } from '#contracts/order-plan.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { GENEROUS, LOT_UNITS, RiskDesk, testAction } from './risk-desk.test-support.ts';

function lease(desk: RiskDesk, version: number, epoch: number, maxOrderLots: number): void {
  const event = new RiskLeaseEvent();
  event.version = version;
  event.epoch = epoch;
  event.expiresAtMicros = (desk.nowMicros + 1e9) as typeof event.expiresAtMicros;
  const lots = [maxOrderLots, maxOrderLots] as unknown as typeof GENEROUS.maxOrderLots;
  event.limits = { ...GENEROUS, maxOrderLots: lots };
  desk.risk.onControl(event);
}

test('a tighter lease acts at once and an older one is ignored', () => {
  const desk = new RiskDesk().ready();
  lease(desk, 10, 2, 100);
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  lease(desk, 11, 2, 99);
  assert.equal(desk.code(testAction()), RiskCode.MAX_ORDER_QUANTITY);
  lease(desk, 10, 2, 1_000);
  lease(desk, 99, 1, 1_000);
  assert.equal(desk.code(testAction()), RiskCode.MAX_ORDER_QUANTITY);
  lease(desk, 1, 3, 1_000);
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
  assert.equal(desk.risk.isOpen, true);
});

test('a new session starts with nothing granted', () => {
  const desk = new RiskDesk().ready();
  desk.risk.onControl(new SessionStartEvent());
  assert.equal(desk.code(testAction()), RiskCode.NO_LIMITS);
  assert.equal(desk.risk.rejectionCount(RiskCode.NO_LIMITS), 1);
});

test('a lost lease is told once, not with every timer', () => {
  const desk = new RiskDesk().ready().grant({}, 100_000);
  for (let count = 0; count < 5; count++) desk.tick();
  const alerts = desk.commands.filter((one) => one.kind === CommandKind.RAISE_ALERT);
  assert.deepEqual(
    alerts.map((one) => 'code' in one && one.code),
    [AlertCode.LEASE_LOST],
  );
});

test('a surprising refusal is told at most once a second', () => {
  const desk = new RiskDesk().ready({ maxOrderLots: [1, 1] });
  for (let count = 0; count < 10; count++) desk.check(testAction());
  assert.equal(desk.commands.length, 1);
  desk.nowMicros += 1_000_000;
  desk.check(testAction());
  assert.equal(desk.commands.length, 2);
});

const move = fc.record({
  what: fc.constantFrom('new', 'new', 'replace', 'fill', 'end', 'twice'),
  side: fc.constantFrom(Side.BUY, Side.SELL),
  lots: fc.integer({ min: 20, max: 400 }),
  pick: fc.nat(),
});
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

interface LiveOrder {
  readonly id: number;
  readonly side: Side;
  readonly lots: number;
  filled: number;
}

const LONG_MOST_LOTS = 10_800;

/** A venue that fills and ends what it likes, and its own count of what we hold and have open. */
class CapriciousVenue {
  readonly desk = new RiskDesk().ready({
    maxLongBaseUnits: [LONG_MOST_LOTS * LOT_UNITS, 0],
    ordersPerTenSeconds: [500, 0],
    maxOpenOrders: [90, 0],
  });
  private readonly live: LiveOrder[] = [];
  private heldLots = 10_000;

  apply({ what, side, lots, pick }: Move): void {
    const order = this.live[pick % Math.max(1, this.live.length)];
    if (what === 'new') this.place(side, lots, 0);
    else if (order === undefined) return;
    else if (what === 'replace') this.place(order.side, lots, order.id);
    else if (what === 'end') this.end(order, ReportStatus.CANCELED);
    else this.fill(order, lots, what === 'twice');
  }

  assertBound(): void {
    assert.ok(this.heldLots + this.openLots(Side.BUY) <= LONG_MOST_LOTS);
    assert.ok(this.heldLots - this.openLots(Side.SELL) >= 0);
  }

  private place(side: Side, quantityLots: number, targetOrderId: number): void {
    const kind = targetOrderId === 0 ? ActionKind.NEW : ActionKind.REPLACE;
    const priceTicks = side === Side.BUY ? 9_990 : 10_010;
    const action = testAction({ kind, targetOrderId, side, priceTicks, quantityLots });
    if (this.desk.code(action) !== RiskCode.APPROVED) return;
    this.live.push({ id: action.clientOrderId, side, lots: quantityLots, filled: 0 });
  }

  private fill(order: LiveOrder, lots: number, isToldTwice: boolean): void {
    const filled = Math.min(order.lots, order.filled + lots);
    const bought = filled - order.filled;
    this.heldLots += order.side === Side.BUY ? bought : -bought;
    order.filled = filled;
    this.desk.hold({ spotBaseUnits: this.heldLots * LOT_UNITS });
    const isDone = filled === order.lots;
    const status = isDone ? ReportStatus.FILLED : ReportStatus.PARTIALLY_FILLED;
    if (isToldTwice) this.tell(order, status);
    if (isDone) this.end(order, status);
    else this.tell(order, status);
  }

  private end(order: LiveOrder, status: ReportStatus): void {
    this.tell(order, status);
    this.live.splice(this.live.indexOf(order), 1);
  }

  private tell(order: LiveOrder, status: ReportStatus): void {
    const { id, filled, lots } = order;
    this.desk.report({ clientOrderId: id, status, filledLots: filled, quantityLots: lots });
  }

  private openLots(side: Side): number {
    let open = 0;
    for (const order of this.live) if (order.side === side) open += order.lots - order.filled;
    return open;
  }
}

test('held plus whatever fills never passes the limits, whatever the venue does', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 5, maxLength: 60 }), (moves) => {
      const venue = new CapriciousVenue();
      for (const one of moves) {
        venue.apply(one);
        venue.assertBound();
      }
    }),
  );
});

function bytesOf(desk: RiskDesk): Uint8Array {
  const writer = new StateBytesWriter();
  desk.risk.writeState(writer);
  return writer.written().slice();
}

test('a restored gate goes on as if nothing had happened', () => {
  const limits = { maxOrderLots: [150, 150], ordersPerTenSeconds: [30, 30] };
  const first = new RiskDesk({ selfTradePolicy: 'cancel-oldest' }).ready(limits);
  const second = new RiskDesk({ selfTradePolicy: 'cancel-oldest' });
  second.nowMicros = first.nowMicros;
  const ids = [501, 502, 503].map((id) => {
    first.check(testAction({ clientOrderId: id }));
    return id;
  });
  first.report({ clientOrderId: ids[0], status: ReportStatus.ACCEPTED });
  first.report({ clientOrderId: ids[1], status: ReportStatus.PARTIALLY_FILLED, filledLots: 30 });
  first.check(testAction({ kind: ActionKind.CANCEL, targetOrderId: 502 }));
  first.check(testAction({ quantityLots: 151 }));
  second.risk.readState(new StateBytesReader(bytesOf(first)));
  assert.deepEqual(bytesOf(second), bytesOf(first));
  const before = first.commands.length;
  const outcome = (desk: RiskDesk) => {
    const answers = [];
    desk.quoted.midHalfTicks = 20_010;
    for (let round = 0; round < 40; round++) {
      const clientOrderId = 600 + round;
      const isSell = round % 7 === 6;
      const crossing = { side: Side.SELL, priceTicks: 9_990 };
      answers.push(...desk.check(testAction({ clientOrderId, ...(isSell ? crossing : {}) })));
      if (round % 3 === 0)
        desk.report({ clientOrderId: 599 + round, status: ReportStatus.CANCELED });
      desk.tick(1_700_000);
    }
    return answers;
  };
  assert.deepEqual(outcome(second), outcome(first));
  assert.deepEqual(second.commands, first.commands.slice(before));
  assert.deepEqual(bytesOf(second), bytesOf(first));
});
