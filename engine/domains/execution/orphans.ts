/**
 * Orders of ours that stand at the venue and that we know nothing of: their record was lost with a
 * crash, or the venue said that they never existed. They serve no wish. Each takes a row, so that it
 * counts like any live order, and is cancelled until its end is confirmed.
 */
import { AlertCode, AlertSeverity } from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { Layer, OrderState } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import { type LiveOrders, NO_SLOT, ORPHANS_MAX } from './live-orders.ts';
import type { OrderSender } from './order-sender.ts';

export class Orphans {
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly sender: OrderSender;

  constructor(options: {
    readonly configuration: ExecutionConfiguration;
    readonly orders: LiveOrders;
    readonly sender: OrderSender;
  }) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.sender = options.sender;
  }

  /** Takes a live order in and cancels it. Beyond ORPHANS_MAX it is only cancelled; the next list tells. */
  adopt(report: Readonly<ExecutionReport>, nowMicros: number): void {
    const { orders, sender } = this;
    const leaves = report.quantityLots - report.filledLots;
    sender.emitAlert(AlertCode.UNKNOWN_ORDER, AlertSeverity.WARNING, report, leaves, 0);
    if (orders.orphanCount === ORPHANS_MAX) {
      sender.emitCancel(report.clientOrderId, report.instrument, ActionReason.UNWANTED);
      return;
    }
    const row = orders.open(report.clientOrderId);
    orders.instruments[row] = report.instrument;
    orders.sides[row] = report.side;
    orders.layers[row] = Layer.NONE;
    orders.slots[row] = NO_SLOT;
    orders.states[row] = report.filledLots > 0 ? OrderState.PARTIALLY_FILLED : OrderState.NEW;
    orders.pricesTicks[row] = report.priceTicks;
    orders.totalsLots[row] = report.quantityLots;
    orders.filledLots[row] = report.filledLots;
    orders.placedAtMicros[row] = nowMicros;
    orders.expiresAtMicros[row] = nowMicros;
    orders.acknowledged[row] = 1;
    orders.acknowledgedAtMicros[row] = nowMicros;
    orders.shownAtMicros[row] = report.requestedAtMicros;
    orders.condemned[row] = 1;
    sender.cancel(row, ActionReason.UNWANTED, nowMicros);
  }

  /** A cancel that was refused, or whose answer never came, is sent again. Hot: every timer, per row. */
  cancelAgain(row: number, nowMicros: number): void {
    if (this.orders.condemned[row] !== 1 || !this.orders.isSettled(row)) return;
    const againAt =
      (this.orders.canceledAtMicros[row] as number) + this.configuration.recancelMicros;
    if (nowMicros >= againAt) this.sender.cancel(row, ActionReason.UNWANTED, nowMicros);
  }
}
