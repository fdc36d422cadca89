/**
 * No order of ours may meet another of ours. Judged before sending, against everything that may still
 * live at the venue, so that the venue's own prevention never has to act.
 */
import {
  AlertCode,
  AlertCommand,
  CommandKind,
  type CommandSink,
  OrderCommand,
} from '#contracts/commands.ts';
import type { SelfTradePolicy } from '#contracts/configuration/risk-configuration.ts';
import { OrderType, Side } from '#contracts/order.ts';
import { ActionReason, type PlannedAction } from '#contracts/order-plan.ts';
import type { ClientOrderId } from '#units/integers.ts';
import { NO_RESERVATION, type PessimisticReservation } from './pessimistic-reservation.ts';
import type { ReservationLoop } from './reservation-loop.ts';

/**
 * Row of an own order that `action` would meet, or NO_RESERVATION. The target of a replacement is on
 * the same side and cannot be met.
 *
 * Hot: at most `rowEnd` steps.
 */
export function findOwnOrderInTheWay(
  action: PlannedAction,
  reservations: PessimisticReservation,
): number {
  for (let row = 0; row < reservations.rowEnd; row++) {
    if (reservations.ids[row] === 0 || reservations.sides[row] === action.side) continue;
    if (reservations.instruments[row] !== action.instrument) continue;
    if (meets(action, reservations.pricesTicks[row] as number)) return row;
  }
  return NO_RESERVATION;
}

function meets(action: PlannedAction, restingPriceTicks: number): boolean {
  if (action.type === OrderType.MARKET) return true;
  const isBuy = action.side === Side.BUY;
  return isBuy ? action.priceTicks >= restingPriceTicks : action.priceTicks <= restingPriceTicks;
}

/** Acts on a meeting as the policy says. */
export class SelfTradePrevention {
  private readonly policy: SelfTradePolicy;
  private readonly reservations: PessimisticReservation;
  private readonly loop: ReservationLoop;
  private readonly recancelMicros: number;
  private readonly output: CommandSink;
  private readonly command = new OrderCommand();
  private readonly notice = new AlertCommand();

  constructor(options: {
    readonly policy: SelfTradePolicy;
    readonly reservations: PessimisticReservation;
    readonly loop: ReservationLoop;
    readonly recancelMicros: number;
    readonly output: CommandSink;
  }) {
    this.policy = options.policy;
    this.reservations = options.reservations;
    this.loop = options.loop;
    this.recancelMicros = options.recancelMicros;
    this.output = options.output;
    this.command.kind = CommandKind.CANCEL_ORDER;
    this.command.reason = ActionReason.DUPLICATE;
    this.command.reducesRisk = true;
  }

  /** True when the policy lets the new order pass though `row` is in its way. */
  letsPass(action: PlannedAction, row: number, nowMicros: number): boolean {
    switch (this.policy) {
      case 'warn':
        this.warn(action, row);
        return true;
      case 'reject':
        return false;
      case 'cancel-oldest':
        this.cancelResting(row, nowMicros);
        return false;
      case 'cancel-smallest':
        if (this.reservations.leavesLots(row) < action.quantityLots) {
          this.cancelResting(row, nowMicros);
        }
        return false;
    }
  }

  private warn(action: PlannedAction, row: number): void {
    this.notice.code = AlertCode.RISK_REJECTED;
    this.notice.instrument = action.instrument;
    this.notice.clientOrderId = action.clientOrderId;
    this.notice.measured = action.priceTicks;
    this.notice.limit = this.reservations.pricesTicks[row] as number;
    this.output.emit(this.notice);
  }

  /** Cancels the resting order, once; the new one may come again when it is gone. */
  private cancelResting(row: number, nowMicros: number): void {
    const canceledAt = this.loop.canceledAtMicros[row] as number;
    if (canceledAt > 0 && nowMicros - canceledAt < this.recancelMicros) return;
    this.loop.canceledAtMicros[row] = nowMicros;
    this.command.clientOrderId = this.reservations.ids[row] as ClientOrderId;
    this.command.targetOrderId = this.command.clientOrderId;
    this.command.instrument = this.reservations.instruments[row] as typeof this.command.instrument;
    this.output.emit(this.command);
  }
}
