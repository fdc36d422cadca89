/**
 * Goal: the tape says what happened in bounded memory, and ties fills to the hedge that covers them.
 * Method: reports, commands and alerts as the engine would send them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecisionRow } from '#apps/dashboard/protocol.ts';
import { AlertCode, AlertCommand, AlertSeverity, OrderCommand } from '#contracts/commands.ts';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { Layer, ReportReason, Side } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros, InstrumentIndex, QuantityLots } from '#units/integers.ts';
import { SessionTape } from './session-tape.ts';

const NOW = 1_767_600_000_000_000;
const DECISION: DecisionRow = {
  atMicros: NOW,
  why: 'MISSING',
  bestBidTicks: 99,
  bestAskTicks: 101,
  fairTicks: 100,
  hedgeFairTicks: 100,
  volatilityTicks: 1,
  toxicitySignal: 0,
  inventoryRatio: 0,
  parameterVersion: 1,
  edge: null,
};

function place(id: number, instrument: number, layer: Layer): OrderCommand {
  const command = new OrderCommand();
  command.clientOrderId = id as ClientOrderId;
  command.instrument = instrument as InstrumentIndex;
  command.layer = layer;
  command.side = Side.BUY;
  return command;
}

function report(id: number, instrument: number, status: ReportStatus): ExecutionReport {
  const made = new ExecutionReport();
  made.clientOrderId = id as ClientOrderId;
  made.instrument = instrument as InstrumentIndex;
  made.status = status;
  made.atMicros = NOW as EpochMicros;
  made.quantityLots = 10 as QuantityLots;
  return made;
}

function fill(id: number, instrument: number): ExecutionReport {
  const made = report(id, instrument, ReportStatus.FILLED);
  made.tradeId = id * 10;
  made.lastQuantityLots = 10 as QuantityLots;
  made.isMaker = true;
  return made;
}

test('a fill is covered by the obligation of the next hedge order', () => {
  const tape = new SessionTape();
  tape.remember(place(1, 0, Layer.L0), DECISION, 0);
  tape.onReport(fill(1, 0));
  assert.equal(tape.order(1)?.obligationId, 0);
  tape.remember(place(2, 1, Layer.HEDGE), DECISION, 7);
  assert.equal(tape.order(1)?.obligationId, 7);
  assert.deepEqual(
    tape.ordersOfObligation(7).map((order) => order.orderId),
    [2],
  );
});

test('a fill after the hedge waits for the next obligation', () => {
  const tape = new SessionTape();
  tape.remember(place(1, 0, Layer.L0), DECISION, 0);
  tape.remember(place(2, 1, Layer.HEDGE), DECISION, 7);
  tape.onReport(fill(1, 0));
  assert.equal(tape.order(1)?.obligationId, 0);
  tape.remember(place(3, 1, Layer.HEDGE), DECISION, 8);
  assert.equal(tape.order(1)?.obligationId, 8);
});

test('kinds tell orders, fills, hedges and refusals apart', () => {
  const tape = new SessionTape();
  const refused = report(4, 0, ReportStatus.REJECTED);
  refused.reason = ReportReason.POST_ONLY_WOULD_CROSS;
  tape.onReport(report(1, 0, ReportStatus.ACCEPTED));
  tape.onReport(fill(1, 0));
  tape.onReport(fill(2, 1));
  tape.onReport(refused);
  const shown = tape.entriesAfter(0, 100).map((entry) => [entry.kind, entry.event, entry.reason]);
  assert.deepEqual(shown, [
    ['order', 'ACCEPTED', ''],
    ['fill', 'FILLED', 'MAKER'],
    ['hedge', 'FILLED', 'MAKER'],
    ['reject', 'REJECTED', 'POST_ONLY_WOULD_CROSS'],
  ]);
  assert.deepEqual(
    tape.marksAfter(0).map((mark) => mark.kind),
    ['FILL', 'HEDGE'],
  );
});

test('an accepted order that replaced another is a replacement', () => {
  const tape = new SessionTape();
  const accepted = report(5, 0, ReportStatus.ACCEPTED);
  accepted.replacedOrderId = 4 as ClientOrderId;
  tape.onReport(accepted);
  assert.equal(tape.entriesAfter(0, 1)[0]?.event, 'REPLACED');
});

test('alerts keep their severity and numbers; a kill is marked on the chart', () => {
  const tape = new SessionTape();
  const alert = new AlertCommand();
  alert.code = AlertCode.KILL;
  alert.severity = AlertSeverity.WAKE;
  alert.measured = 120;
  alert.limit = 100;
  tape.onAlert(alert, NOW);
  const [entry] = tape.entriesAfter(0, 1);
  assert.equal(entry?.kind, 'risk');
  assert.equal(entry?.severity, 2);
  assert.deepEqual([entry?.measured, entry?.limit], [120, 100]);
  assert.equal(tape.marksAfter(0)[0]?.kind, 'KILL');
  alert.code = AlertCode.BOOK_GAP;
  tape.onAlert(alert, NOW);
  assert.equal(tape.entriesAfter(1, 1)[0]?.kind, 'system');
});

test('memory stays bounded and the newest survive, with ids that rise by one', () => {
  const tape = new SessionTape();
  for (let id = 1; id <= 20_000; id++) {
    tape.remember(place(id, 0, Layer.L1), DECISION, 0);
    tape.onReport(fill(id, 0));
  }
  assert.equal(tape.order(1), null);
  assert.notEqual(tape.order(20_000), null);
  const kept = tape.entriesAfter(0, Number.POSITIVE_INFINITY);
  assert.ok(kept.length <= 8_000);
  assert.equal(kept.at(-1)?.id, 20_000);
  kept.forEach((entry, index) => {
    if (index > 0) assert.equal(entry.id, (kept[index - 1]?.id ?? 0) + 1);
  });
  assert.ok(tape.marksAfter(0).length <= 4_000);
});

test('a reader that fell behind gets the newest lines only', () => {
  const tape = new SessionTape();
  for (let id = 1; id <= 300; id++) tape.onReport(fill(id, 0));
  const fresh = tape.entriesAfter(10, 100);
  assert.equal(fresh.length, 100);
  assert.equal(fresh.at(-1)?.id, 300);
  assert.deepEqual(tape.entriesAfter(300, 100), []);
});
