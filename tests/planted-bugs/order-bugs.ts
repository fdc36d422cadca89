import type { PlantedBug } from './planted-bug.ts';

const EXECUTION = 'engine/domains/execution';

/** The life of an order: unknown outcomes, slots, cancels, ends. */
export const ORDER_BUGS: readonly PlantedBug[] = [
  {
    name: 'unknown-taken-for-rejected',
    does: 'an order whose outcome is not known is written off as refused',
    source: 'hummingbot#8457, ccxt#2599',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'return OrderInput.OUTCOME_UNKNOWN;',
    broken: 'return OrderInput.REJECTED;',
  },
  {
    name: 'timed-out-order-frees-its-slot',
    does: 'an order without an answer in time makes room for a second one',
    source: 'hummingbot#493, nautilus_trader#4215',
    file: `${EXECUTION}/pending-watch.ts`,
    sound: 'if (this.isOverdue(row, nowMicros)) this.reports.enterUnknown(row, nowMicros);',
    broken: `if (this.isOverdue(row, nowMicros)) {
        this.reports['slots'].release(this.orders.slots[row] as number, row);
        this.reports.enterUnknown(row, nowMicros);
      }`,
  },
  {
    name: 'not-found-believed-at-once',
    does: 'an order that two queries do not find is dead, however young it is',
    source: 'freqtrade#3116, freqtrade#12681',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'if (elapsed < receiveWindowMicros + notFoundMarginMicros) return;',
    broken: '',
  },
  {
    name: 'refused-question-is-not-found',
    does: 'any refusal of a question is taken for the word that the order does not exist',
    source: 'hummingbot#8457, hummingbot#6107',
    file: `${EXECUTION}/report-evidence.ts`,
    sound: 'return isRefusedQuery(report) && report.reason === ReportReason.UNKNOWN_ORDER;',
    broken: 'return isRefusedQuery(report);',
  },
  {
    name: 'unknown-order-asked-after-once',
    does: 'a question whose answer is lost is not repeated, so the order stays unknown',
    source: 'hummingbot#1357, hummingbot#1295',
    file: `${EXECUTION}/pending-watch.ts`,
    sound: 'orders.nextQueryMicros[row] = nowMicros + Math.min(pause, queryBackoffMicrosMax);',
    broken: 'orders.nextQueryMicros[row] = Number.MAX_SAFE_INTEGER;',
  },
  {
    name: 'cancel-request-counts-as-cancelled',
    does: 'an order is over once its cancel was sent',
    source: 'freqtrade#3647',
    file: `${EXECUTION}/order-sender.ts`,
    sound: `orders.instruments[row] as InstrumentIndex,
      reason,
    );`,
    broken: `orders.instruments[row] as InstrumentIndex,
      reason,
    );
    this.slots.release(orders.slots[row] as number, row);
    orders.end(row, OrderState.CANCELED, nowMicros);`,
  },
  {
    name: 'new-order-beside-a-pending-cancel',
    does: 'a slot whose order has a cancel under way takes a new order',
    source: 'hummingbot#4779, hummingbot#2955',
    file: `${EXECUTION}/order-orchestrator.ts`,
    sound: 'if (row === NO_ROW) {\n      if (isWanted)',
    broken:
      'if (row === NO_ROW || this.orders.state(row) === OrderState.PENDING_CANCEL) {\n      if (isWanted)',
  },
  {
    name: 'replaced-order-forgotten',
    does: 'the old order is over once its replacement was sent',
    source: 'krypto-trading-bot#160, tribeca#127',
    file: `${EXECUTION}/order-sender.ts`,
    sound: 'this.slots.outgoingRows[action.slot] = target;',
    broken: 'this.orders.end(target, OrderState.CANCELED, nowMicros);',
  },
  {
    name: 'refused-cancel-counts-as-end',
    does: 'a cancel that comes too late is taken for a cancel that worked',
    source: 'hummingbot#2501, freqtrade#12681',
    file: `${EXECUTION}/order-reports.ts`,
    sound: '? OrderInput.OPERATION_TOO_LATE',
    broken: '? OrderInput.CANCELED',
  },
  {
    name: 'late-word-revives-an-ended-order',
    does: 'an acknowledgement that comes after the end makes the order live again',
    source: 'nautilus_trader#4215, hummingbot#2480',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'return isAnswer && report.requestedAtMicros > this.orders.endedMicros(index);',
    broken: 'return true;',
  },
  {
    name: 'fill-report-adds-up',
    does: 'the fill of a report is added to the cumulative one, and a repeated report adds again',
    source: 'freqtrade#8374, hummingbot#1663',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'let filled = Math.max(orders.filledLots[row] as number, report.filledLots);',
    broken: 'let filled = (orders.filledLots[row] as number) + report.lastQuantityLots;',
  },
  {
    name: 'amended-total-taken-for-the-rest',
    does: 'the total after an amend is read as what is left to fill',
    source: 'freqtrade#8374',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'this.orders.totalsLots[row] = quantityLots;',
    broken: 'this.orders.totalsLots[row] = quantityLots + (this.orders.filledLots[row] as number);',
  },
  {
    name: 'orders-of-a-lost-life-left-alone',
    does: 'orders that a crash made us forget are seen in the list and not cancelled',
    source: 'nautilus_trader#5000, hummingbot#366, krypto-trading-bot#863',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'if (showsLife(report)) this.orphans.adopt(report, nowMicros);',
    broken: '',
  },
  {
    name: 'reconciles-only-at-start',
    does: 'the account is asked for once, so what ends silently at the venue is never noticed',
    source: 'hummingbot#1295, hummingbot#2480',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: 'const isPeriodic = nowMicros - this.finishedMicros >= reconcileIntervalMicros;',
    broken: 'const isPeriodic = this.roundCount === 0 && reconcileIntervalMicros > 0;',
  },
  {
    name: 'lost-answer-of-the-account-never-repeated',
    does: 'a round of questions whose answer is lost stays open for ever',
    source: 'hummingbot#7679, nautilus_trader#3861',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: 'else this.repeatOverdue(nowMicros);',
    broken: '',
  },
  {
    name: 'late-fill-kept-silent',
    does: 'a fill that only the list of trades tells after the end of its order is booked in silence',
    source: 'hummingbot#3374',
    file: 'engine/domains/account-state/account-state.ts',
    sound: 'if (isRecord) this.raiseLateFill(report);',
    broken: 'if (isRecord && report.tradeId < 0) this.raiseLateFill(report);',
  },
  {
    name: 'one-acknowledgement-in-seven-lost',
    does: 'the engine does not see every seventh acceptance of an order',
    source: 'hummingbot#493, hummingbot#1357',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'const row = this.orders.rowOf(report.clientOrderId);\n    if (row === NO_ROW) {',
    broken: `const row = this.orders.rowOf(report.clientOrderId);
    if (report.status === ReportStatus.ACCEPTED && report.clientOrderId % 7 === 0) return;
    if (row === NO_ROW) {`,
  },
  {
    name: 'fill-dropped-while-a-cancel-is-pending',
    does: 'what fills while the cancel is on its way is not counted for the order',
    source: 'hummingbot#2501, hummingbot#3374',
    file: `${EXECUTION}/order-reports.ts`,
    sound: 'this.takeTotal(row, report);\n    this.advanceFill(row, report);',
    broken: `this.takeTotal(row, report);
    if (this.orders.state(row) !== OrderState.PENDING_CANCEL) this.advanceFill(row, report);`,
  },
  {
    name: 'late-acceptance-brings-the-old-size-back',
    does: 'an acceptance that an amend has overtaken restores the size from before the amend',
    source: 'own: found by this world',
    file: `${EXECUTION}/order-reports.ts`,
    sound:
      'if (quantityLots <= 0 || quantityLots >= (this.orders.totalsLots[row] as number)) return;',
    broken: 'if (quantityLots <= 0) return;',
  },
  {
    name: 'stop-is-not-remembered',
    does: 'a kill cancels what stands, and neither execution nor pricing know of it afterwards',
    source: 'hummingbot#1508, hummingbot#8075',
    file: `${EXECUTION}/emergency-stop.ts`,
    sound: 'this.level = level;',
    broken: '',
    also: {
      file: 'engine/domains/pricing/quoting-permission.ts',
      sound: 'if (isSame) return false;',
      broken: 'if (isSame || health.shouldKill) return false;',
    },
  },
  {
    name: 'asks-never-placed-again',
    does: 'after forty acknowledged orders asks are wanted and never sent',
    source: 'hummingbot#1295',
    file: 'engine/domains/execution/order-orchestrator.ts',
    sound: 'if (!this.isPlaceable(slot, side) || !this.isAffordable(slot)) return;',
    broken: `if (!this.isPlaceable(slot, side) || !this.isAffordable(slot)) return;
    if (side === Side.SELL && this.counters.acked > 40) return;`,
  },
  {
    name: 'slot-dead-after-a-refusal',
    does: 'a slot whose order the venue refused never quotes again',
    source: 'hummingbot#1295',
    file: 'engine/domains/execution/order-reports.ts',
    sound: 'this.slots.block(slot, nowMicros + refusalBackoffMicros);',
    broken: 'this.slots.block(slot, Number.MAX_SAFE_INTEGER);',
  },
];
