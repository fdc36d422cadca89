import { Market } from '#contracts/instrument.ts';
import { Layer, OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import {
  ActionKind,
  ActionReason,
  type OrderPlan,
  PLAN_ACTIONS_MAX,
  type PlannedAction,
} from '#contracts/order-plan.ts';
import {
  type ClientOrderId,
  type DurationMicros,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
  type Sequence,
} from '#units/integers.ts';

/** A planned action in memory that is used again and again; `slot` is ours, others do not see it. */
export class ActionBuffer implements PlannedAction {
  kind: ActionKind = ActionKind.KEEP;
  clientOrderId: ClientOrderId = NO_ORDER;
  targetOrderId: ClientOrderId = NO_ORDER;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  side: Side = Side.BUY;
  priceTicks = 0 as PriceTicks;
  quantityLots = 0 as QuantityLots;
  type: OrderType = OrderType.LIMIT_MAKER;
  timeInForce: TimeInForce = TimeInForce.GTC;
  layer: Layer = Layer.NONE;
  ttlMicros = 0 as DurationMicros;
  postOnly = false;
  reduceOnly = false;
  reducesRisk = false;
  selfTradeMode: SelfTradeMode = SelfTradeMode.EXPIRE_MAKER;
  reason: ActionReason = ActionReason.NONE;
  slot = 0;
  /** A refused urgent replace falls back to a cancel: the resting price is dangerous. */
  isUrgent = false;
}

/** An OrderPlan that is refilled. `actions` always has PLAN_ACTIONS_MAX entries; `count` says how many are meant. */
export class PlanBuffer implements OrderPlan {
  strategyId = 0;
  causedBy = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  count = 0;
  keptCount = 0;
  readonly actions: readonly ActionBuffer[] = Array.from(
    { length: PLAN_ACTIONS_MAX },
    () => new ActionBuffer(),
  );

  reset(atMicros: number, causedBy: number): void {
    this.atMicros = atMicros as EpochMicros;
    this.causedBy = causedBy as Sequence;
    this.count = 0;
    this.keptCount = 0;
  }

  /** The next action, with the fields that most kinds leave alone set back. There must be room. */
  add(kind: ActionKind, slot: number, reason: ActionReason): ActionBuffer {
    const action = this.actions[this.count];
    if (action === undefined) throw new RangeError('plan is full');
    this.count += 1;
    action.kind = kind;
    action.slot = slot;
    action.reason = reason;
    action.clientOrderId = NO_ORDER;
    action.targetOrderId = NO_ORDER;
    action.reduceOnly = false;
    action.reducesRisk = false;
    action.isUrgent = false;
    action.selfTradeMode = SelfTradeMode.EXPIRE_MAKER;
    return action;
  }
}

/** Post-only in the market's own words. */
export function writePostOnly(action: ActionBuffer, market: Market): void {
  const isSpot = market === Market.SPOT;
  action.type = isSpot ? OrderType.LIMIT_MAKER : OrderType.LIMIT;
  action.timeInForce = isSpot ? TimeInForce.GTC : TimeInForce.GTX;
  action.postOnly = true;
}
