/**
 * Hedge legs become orders: one per leg slot, resting or immediate. A hedge never has two lives at
 * once: a leg that must move is cancelled first and follows when its end is confirmed, because two
 * hedges that both fill turn a covered position into a bet the other way.
 */
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import {
  HEDGE_LEGS_MAX,
  type HedgeCommand,
  type HedgeLeg,
  HedgeUrgency,
} from '#contracts/hedge-command.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { Layer, OrderState, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type { OrderIdSource } from '#contracts/order-ids.ts';
import { ActionKind, ActionReason } from '#contracts/order-plan.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type {
  ClientOrderId,
  DurationMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
} from '#units/integers.ts';
import { type LiveOrders, NO_ROW, PendingOperation } from './live-orders.ts';
import { hedgeSlot, type OrderSlots } from './order-slots.ts';
import { type PlanBuffer, writePostOnly } from './plan-buffer.ts';
import type { VenuePause } from './venue-pause.ts';

/** A resting leg under this share of what is wanted is placed anew; above, its queue place is worth more. */
const LEG_SHARE_MIN = 0.5;

interface HedgeLegsOptions {
  readonly configuration: ExecutionConfiguration;
  readonly orders: LiveOrders;
  readonly slots: OrderSlots;
  readonly markets: Markets;
  readonly instruments: InstrumentTable;
  readonly orderIds: OrderIdSource;
  readonly pause: VenuePause;
}

/** Hot: every changed HedgeCommand. No allocation. */
export class HedgeLegs {
  /** Event time at which something becomes due though the command did not change. */
  nextDueMicros = 0;
  watchesTouch = false;
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly slots: OrderSlots;
  private readonly markets: Markets;
  private readonly instruments: InstrumentTable;
  private readonly orderIds: OrderIdSource;
  private readonly pause: VenuePause;

  constructor(options: HedgeLegsOptions) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.slots = options.slots;
    this.markets = options.markets;
    this.instruments = options.instruments;
    this.orderIds = options.orderIds;
    this.pause = options.pause;
  }

  /**
   * Fills `plan` (reset before) with what brings the legs' orders to `command`, cancels first.
   * `mayPlace` false: only cancels.
   */
  plan(command: HedgeCommand, plan: PlanBuffer, mayPlace: boolean): void {
    this.nextDueMicros = Number.POSITIVE_INFINITY;
    this.watchesTouch = false;
    for (let index = 0; index < HEDGE_LEGS_MAX; index++) {
      const leg = wantedLeg(command, index);
      const row = this.slots.rows[hedgeSlot(index)] as number;
      if (row !== NO_ROW) this.planLive(hedgeSlot(index), row, leg, plan);
    }
    if (!mayPlace) return;
    for (let index = 0; index < HEDGE_LEGS_MAX; index++) {
      const leg = wantedLeg(command, index);
      const isFree = this.slots.rows[hedgeSlot(index)] === NO_ROW;
      if (leg !== null && isFree && !this.orders.isFull) {
        this.planNew(hedgeSlot(index), leg, command.urgency, plan);
      }
    }
  }

  private planLive(slot: number, row: number, leg: HedgeLeg | null, plan: PlanBuffer): void {
    const reason = this.cancelReason(row, leg, plan.atMicros);
    if (reason === ActionReason.NONE) {
      plan.keptCount += 1;
      return;
    }
    if (!this.isCancelable(row, plan.atMicros)) return;
    const action = plan.add(ActionKind.CANCEL, slot, reason);
    action.clientOrderId = this.orders.ids[row] as ClientOrderId;
    action.targetOrderId = action.clientOrderId;
    action.instrument = this.orders.instruments[row] as typeof action.instrument;
    action.side = this.orders.side(row);
    action.priceTicks = this.orders.pricesTicks[row] as PriceTicks;
    action.quantityLots = this.orders.totalsLots[row] as QuantityLots;
    action.layer = Layer.HEDGE;
    action.reducesRisk = true;
    action.postOnly = false;
  }

  /** Why a live leg must go, or NONE. */
  private cancelReason(row: number, leg: HedgeLeg | null, nowMicros: number): ActionReason {
    const orders = this.orders;
    if (leg === null) return ActionReason.HEDGE_DONE;
    if (orders.sides[row] !== leg.side || orders.instruments[row] !== leg.instrument) {
      return ActionReason.HEDGE_REPRICE;
    }
    // What was sent to take is over in a moment; it is left to end by itself.
    const rests = orders.expiresAtMicros[row] !== orders.placedAtMicros[row];
    if (!rests) return ActionReason.NONE;
    if (!leg.isPassive) return ActionReason.HEDGE_REPRICE;
    const expiresAt = orders.expiresAtMicros[row] as number;
    if (nowMicros >= expiresAt) return ActionReason.TTL_EXPIRED;
    this.dueAt(expiresAt);
    const offTicks = Math.abs((orders.pricesTicks[row] as number) - leg.limitPriceTicks);
    if (offTicks >= this.configuration.hedgeRepriceTicks) return ActionReason.HEDGE_REPRICE;
    const leaves = orders.leavesLots(row);
    const isTooMuch = leaves > leg.quantityLots;
    const isTooLittle = leaves < leg.quantityLots * LEG_SHARE_MIN;
    return isTooMuch || isTooLittle ? ActionReason.HEDGE_REPRICE : ActionReason.NONE;
  }

  private planNew(slot: number, leg: HedgeLeg, urgency: HedgeUrgency, plan: PlanBuffer): void {
    const instrument = this.instruments.get(leg.instrument);
    if (instrument === null || !this.isPlaceable(slot, leg, plan.atMicros)) return;
    const action = plan.add(ActionKind.NEW, slot, ActionReason.HEDGE);
    action.clientOrderId = this.orderIds.next();
    action.instrument = leg.instrument;
    action.side = leg.side;
    action.priceTicks = leg.limitPriceTicks;
    action.layer = Layer.HEDGE;
    action.reducesRisk = true;
    let most: number = instrument.filters.maxQuantityLots;
    if (leg.isPassive) {
      writePostOnly(action, instrument.market);
      action.ttlMicros = this.configuration.hedgeTtlMicros as DurationMicros;
    } else {
      const isPanic = urgency === HedgeUrgency.PANIC;
      action.type = isPanic ? OrderType.MARKET : OrderType.LIMIT;
      action.timeInForce = TimeInForce.IOC;
      action.postOnly = false;
      // No age: an immediate order rests nowhere.
      action.ttlMicros = 0 as DurationMicros;
      if (isPanic) action.priceTicks = 0 as PriceTicks;
      const marketMost = instrument.filters.marketMaxQuantityLots;
      if (isPanic && marketMost > 0 && (most === 0 || marketMost < most)) most = marketMost;
    }
    const lots = most > 0 ? Math.min(leg.quantityLots, most) : leg.quantityLots;
    action.quantityLots = lots as QuantityLots;
  }

  private isPlaceable(slot: number, leg: HedgeLeg, nowMicros: number): boolean {
    const placeFrom = this.pause.placementsFrom(leg.instrument);
    if (nowMicros < placeFrom) {
      this.dueAt(placeFrom);
      return false;
    }
    if (this.slots.isBlocked(slot, nowMicros)) {
      this.dueAt(this.slots.blockedUntilMicros[slot] as number);
      return false;
    }
    const { hedge, quoted } = this.markets;
    const market = hedge.instrument === leg.instrument ? hedge : quoted;
    const touch = leg.side === Side.BUY ? market.askPriceTicks : market.bidPriceTicks;
    if (
      leg.isPassive &&
      this.slots.isBarred(slot, leg.side, leg.limitPriceTicks, touch, nowMicros)
    ) {
      this.dueAt(this.slots.barredUntilMicros[slot] as number);
      this.watchesTouch = true;
      return false;
    }
    return !this.crossesOwn(leg);
  }

  /** An own order on the other side in the way: its end comes first. */
  private crossesOwn(leg: HedgeLeg): boolean {
    const orders = this.orders;
    for (let row = 0; row < orders.rowEnd; row++) {
      if (orders.ids[row] === 0 || orders.instruments[row] !== leg.instrument) continue;
      if (orders.sides[row] === leg.side) continue;
      const price = orders.pricesTicks[row] as number;
      const isReached =
        leg.side === Side.BUY ? leg.limitPriceTicks >= price : leg.limitPriceTicks <= price;
      if (isReached) return true;
    }
    return false;
  }

  private isCancelable(row: number, nowMicros: number): boolean {
    const state = this.orders.state(row);
    if (state === OrderState.UNKNOWN || state === OrderState.PENDING_CANCEL) return false;
    if (this.orders.operations[row] === PendingOperation.CANCEL) return false;
    const speakFrom = this.pause.speechFrom(this.orders.instruments[row] as InstrumentIndex);
    if (nowMicros < speakFrom) {
      this.dueAt(speakFrom);
      return false;
    }
    const canceledAt = this.orders.canceledAtMicros[row] as number;
    const againAt = canceledAt + this.configuration.recancelMicros;
    if (canceledAt === 0 || nowMicros >= againAt) return true;
    this.dueAt(againAt);
    return false;
  }

  private dueAt(micros: number): void {
    if (micros < this.nextDueMicros) this.nextDueMicros = micros;
  }
}

/** The leg of a slot, null when nothing live is wanted there. */
function wantedLeg(command: HedgeCommand, index: number): HedgeLeg | null {
  if (index >= command.legCount) return null;
  const leg = command.legs[index];
  return leg === undefined || leg.quantityLots <= 0 ? null : leg;
}
