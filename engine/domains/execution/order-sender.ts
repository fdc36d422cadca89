/**
 * The one place where order commands leave: approved actions become commands and rows, cancels always
 * leave, and every request is entered in the table before its command is emitted.
 */

import {
  type AlertCode,
  AlertCommand,
  type AlertSeverity,
  CommandKind,
  type CommandSink,
  OrderCommand,
  RequestCommand,
} from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import { OrderState } from '#contracts/order.ts';
import { ActionKind, ActionReason } from '#contracts/order-plan.ts';
import { type ActionVerdict, RiskAdvice, RiskCode } from '#contracts/risk-verdict.ts';
import type { ClientOrderId, InstrumentIndex, PriceTicks, QuantityLots } from '#units/integers.ts';
import type { ExecutionCounters } from './execution-counters.ts';
import { type LiveOrders, NO_ROW, PendingOperation } from './live-orders.ts';
import type { MessageBudget } from './message-budget.ts';
import { isHedgeSlot, type OrderSlots } from './order-slots.ts';
import { nextOrderState, OrderInput } from './order-transitions.ts';
import type { ActionBuffer } from './plan-buffer.ts';
import type { VenuePause } from './venue-pause.ts';

interface OrderSenderOptions {
  readonly configuration: ExecutionConfiguration;
  readonly orders: LiveOrders;
  readonly slots: OrderSlots;
  readonly budget: MessageBudget;
  readonly counters: ExecutionCounters;
  readonly pause: VenuePause;
  readonly output: CommandSink;
}

/** Hot: `submit` for every planned action. No allocation: commands are refilled. */
export class OrderSender {
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly slots: OrderSlots;
  private readonly budget: MessageBudget;
  private readonly counters: ExecutionCounters;
  private readonly pause: VenuePause;
  private readonly output: CommandSink;
  private readonly command = new OrderCommand();
  private readonly request = new RequestCommand();
  private readonly notice = new AlertCommand();

  constructor(options: OrderSenderOptions) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.slots = options.slots;
    this.budget = options.budget;
    this.counters = options.counters;
    this.pause = options.pause;
    this.output = options.output;
  }

  /** Sends an approved action. Cancels leave whatever the verdict, except a repeated one. */
  submit(action: ActionBuffer, verdict: ActionVerdict, nowMicros: number): void {
    const isApproved = verdict.code === RiskCode.APPROVED;
    if (!isApproved) this.countRefusal(verdict.code);
    if (action.kind === ActionKind.CANCEL) {
      if (verdict.code !== RiskCode.DUPLICATE_CANCEL) this.cancelById(action, nowMicros);
      return;
    }
    if (!isApproved) {
      this.onRefused(action, verdict, nowMicros);
      return;
    }
    if (action.kind === ActionKind.NEW) this.place(action, nowMicros);
    else if (action.kind === ActionKind.REPLACE) this.replace(action, nowMicros);
    else if (action.kind === ActionKind.AMEND) this.amend(action, nowMicros);
  }

  /**
   * Cancels a live order. The state of an UNKNOWN order stays UNKNOWN: only proof changes it. While the
   * venue wants silence nothing is sent and nothing changes: who wants it gone comes again.
   */
  cancel(row: number, reason: ActionReason, nowMicros: number): void {
    const orders = this.orders;
    if (this.pause.isSilent(orders.instruments[row] as InstrumentIndex)) return;
    const state = orders.state(row);
    const next = nextOrderState(state, OrderInput.CANCEL_REQUESTED, false);
    if (next === OrderState.PENDING_CANCEL) orders.states[row] = next;
    orders.canceledAtMicros[row] = nowMicros;
    if (state !== OrderState.UNKNOWN && orders.operations[row] !== PendingOperation.CANCEL) {
      orders.operations[row] = PendingOperation.CANCEL;
      orders.operationsSinceMicros[row] = nowMicros;
    }
    this.emitCancel(
      orders.ids[row] as ClientOrderId,
      orders.instruments[row] as InstrumentIndex,
      reason,
    );
  }

  /** A cancel of an id that has no row any more: the fence behind an order declared never existing. */
  emitCancel(id: ClientOrderId, instrument: InstrumentIndex, reason: ActionReason): void {
    if (this.pause.isSilent(instrument)) return;
    this.prepare(CommandKind.CANCEL_ORDER, id, instrument, reason);
    this.emit();
  }

  emitQuery(id: ClientOrderId, instrument: InstrumentIndex): void {
    if (this.pause.isSilent(instrument)) return;
    this.prepare(CommandKind.QUERY_ORDER, id, instrument, ActionReason.NONE);
    this.emit();
  }

  emitCancelAll(instrument: InstrumentIndex): void {
    if (this.pause.isSilent(instrument)) return;
    this.request.kind = CommandKind.CANCEL_ALL;
    this.request.instrument = instrument;
    this.counters.messages += 1;
    this.output.emit(this.request);
  }

  emitAlert(
    code: AlertCode,
    severity: AlertSeverity,
    subject: { readonly instrument: InstrumentIndex; readonly clientOrderId: ClientOrderId },
    measured: number,
    limit: number,
  ): void {
    this.notice.code = code;
    this.notice.severity = severity;
    this.notice.instrument = subject.instrument;
    this.notice.clientOrderId = subject.clientOrderId;
    this.notice.measured = measured;
    this.notice.limit = limit;
    this.output.emit(this.notice);
  }

  private place(action: ActionBuffer, nowMicros: number): void {
    const row = this.open(action, nowMicros);
    this.slots.rows[action.slot] = row;
    this.slots.endedByFill[action.slot] = 0;
    this.emitAction(action, CommandKind.PLACE_ORDER);
    this.countPlacement(action, nowMicros);
  }

  private replace(action: ActionBuffer, nowMicros: number): void {
    const target = this.orders.rowOf(action.targetOrderId);
    // A plan is submitted in the turn that made it, so its target cannot have ended since.
    if (target === NO_ROW) throw new RangeError('replace of an order that is not live');
    const row = this.open(action, nowMicros);
    this.orders.replacedIds[row] = action.targetOrderId;
    this.orders.states[target] = OrderState.PENDING_REPLACE;
    this.orders.operations[target] = PendingOperation.REPLACE;
    this.orders.operationsSinceMicros[target] = nowMicros;
    this.slots.outgoingRows[action.slot] = target;
    this.slots.rows[action.slot] = row;
    this.emitAction(action, CommandKind.REPLACE_ORDER);
    this.countPlacement(action, nowMicros);
  }

  private amend(action: ActionBuffer, nowMicros: number): void {
    const row = this.orders.rowOf(action.targetOrderId);
    if (row === NO_ROW) throw new RangeError('amend of an order that is not live');
    this.orders.operations[row] = PendingOperation.AMEND;
    this.orders.operationsSinceMicros[row] = nowMicros;
    this.emitAction(action, CommandKind.AMEND_ORDER);
  }

  private cancelById(action: ActionBuffer, nowMicros: number): void {
    const row = this.orders.rowOf(action.targetOrderId);
    if (row !== NO_ROW) this.cancel(row, action.reason, nowMicros);
  }

  /**
   * The gate said no. The slot rests for a moment so that the refusal is not repeated at each event. A
   * resting order whose move was urgent, or whose old and new halves do not fit side by side, is
   * cancelled: the new one follows when that is confirmed.
   */
  private onRefused(action: ActionBuffer, verdict: ActionVerdict, nowMicros: number): void {
    const { code } = verdict;
    // The rate limiter knows to the microsecond when asking again makes sense.
    const told = verdict.advice === RiskAdvice.SLOW_DOWN ? verdict.adviceValue : 0;
    const pause = Math.max(this.configuration.refusalBackoffMicros, told);
    this.slots.block(action.slot, nowMicros + pause);
    if (action.kind !== ActionKind.REPLACE) return;
    if (!action.isUrgent && !doesNotFitBesideOld(code)) return;
    if (doesNotFitBesideOld(code)) this.slots.blockedUntilMicros[action.slot] = 0;
    this.cancelById(action, nowMicros);
  }

  private open(action: ActionBuffer, nowMicros: number): number {
    const orders = this.orders;
    const row = orders.open(action.clientOrderId);
    orders.instruments[row] = action.instrument;
    orders.sides[row] = action.side;
    orders.layers[row] = action.layer;
    orders.slots[row] = action.slot;
    orders.states[row] = OrderState.PENDING_NEW;
    orders.pricesTicks[row] = action.priceTicks;
    orders.totalsLots[row] = action.quantityLots;
    orders.placedAtMicros[row] = nowMicros;
    orders.expiresAtMicros[row] = nowMicros + action.ttlMicros;
    orders.operations[row] = PendingOperation.NEW;
    orders.operationsSinceMicros[row] = nowMicros;
    return row;
  }

  private countPlacement(action: ActionBuffer, nowMicros: number): void {
    this.counters.sent += 1;
    if (!isHedgeSlot(action.slot)) this.budget.spend(nowMicros);
  }

  private countRefusal(code: RiskCode): void {
    this.counters.refusals[code] = (this.counters.refusals[code] as number) + 1;
  }

  private emitAction(action: ActionBuffer, kind: CommandKind): void {
    const command = this.command;
    command.kind = kind;
    command.instrument = action.instrument;
    command.clientOrderId = action.clientOrderId;
    command.targetOrderId = action.targetOrderId;
    command.side = action.side;
    command.priceTicks = action.priceTicks;
    command.quantityLots = action.quantityLots;
    command.type = action.type;
    command.timeInForce = action.timeInForce;
    command.layer = action.layer;
    command.ttlMicros = action.ttlMicros;
    command.reduceOnly = action.reduceOnly;
    command.reducesRisk = action.reducesRisk;
    command.selfTradeMode = action.selfTradeMode;
    command.reason = action.reason;
    this.emit();
  }

  /** Cancels and queries name an order and nothing else: the other fields are set back, so equal asks are equal bytes. */
  private prepare(
    kind: CommandKind,
    id: ClientOrderId,
    instrument: InstrumentIndex,
    reason: ActionReason,
  ): void {
    const command = this.command;
    command.kind = kind;
    command.instrument = instrument;
    command.clientOrderId = id;
    command.targetOrderId = id;
    command.side = 0;
    command.priceTicks = 0 as PriceTicks;
    command.quantityLots = 0 as QuantityLots;
    command.type = 0;
    command.timeInForce = 0;
    command.layer = 0;
    command.ttlMicros = 0 as typeof command.ttlMicros;
    command.reduceOnly = false;
    command.reducesRisk = true;
    command.selfTradeMode = 0;
    command.reason = reason;
  }

  private emit(): void {
    this.counters.messages += 1;
    this.output.emit(this.command);
  }
}

/** Refusals that count the old order beside the new one: they pass once the old one is gone. */
function doesNotFitBesideOld(code: RiskCode): boolean {
  return (
    code === RiskCode.INSUFFICIENT_BALANCE ||
    code === RiskCode.INSUFFICIENT_MARGIN ||
    code === RiskCode.MAX_LONG ||
    code === RiskCode.MAX_SHORT ||
    code === RiskCode.MAX_GROSS_NOTIONAL ||
    code === RiskCode.FILTER_MAX_ORDERS
  );
}
