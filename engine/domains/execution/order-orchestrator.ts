/**
 * From the quotes we want to the fewest actions: keep what is good enough, shrink in place, move in
 * one message, cancel what is unwanted, place what is missing. Decisions first, slot by slot; then
 * they are written down in the order cancel, amend, replace, new.
 */
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { minimumQuantityLots } from '#contracts/instrument-filters.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { type Layer, OrderState, QUOTE_LAYER_COUNT, Side } from '#contracts/order.ts';
import type { OrderIdSource } from '#contracts/order-ids.ts';
import { ActionKind, ActionReason } from '#contracts/order-plan.ts';
import { type QuoteLevel, type QuoteSet, ToxicityLevel } from '#contracts/quote-set.ts';
import {
  type ClientOrderId,
  type DurationMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import type { ExecutionCounters } from './execution-counters.ts';
import { type LiveOrders, NO_ROW, PendingOperation } from './live-orders.ts';
import type { MessageBudget } from './message-budget.ts';
import { CHILDREN_MAX, type OrderSlots, QUOTE_SLOT_COUNT, quoteSlot } from './order-slots.ts';
import { type PlanBuffer, writePostOnly } from './plan-buffer.ts';
import { displayedLots, queueValueTicks } from './queue-value.ts';
import type { VenuePause } from './venue-pause.ts';

const BASIS_POINTS_PER_ONE = 10_000;
/** All slots, inner layers of both sides first: when the gate's rate runs out, it runs out outside. */
const SLOTS_INSIDE_OUT = new Int8Array(QUOTE_SLOT_COUNT);
for (let index = 0; index < QUOTE_SLOT_COUNT; index++) {
  const layer = Math.floor(index / (2 * CHILDREN_MAX));
  const side = Math.floor(index / CHILDREN_MAX) % 2;
  SLOTS_INSIDE_OUT[index] = quoteSlot(side, layer, index % CHILDREN_MAX);
}

function layerOf(slot: number): number {
  return Math.floor(slot / CHILDREN_MAX) % QUOTE_LAYER_COUNT;
}

/** No own order on that side: a price that nothing crosses. */
const NO_OWN_SELL = Number.POSITIVE_INFINITY;
const NO_OWN_BUY = 0;

interface OrderOrchestratorOptions {
  readonly configuration: ExecutionConfiguration;
  readonly orders: LiveOrders;
  readonly slots: OrderSlots;
  readonly budget: MessageBudget;
  readonly counters: ExecutionCounters;
  readonly markets: Markets;
  readonly orderIds: OrderIdSource;
  readonly pause: VenuePause;
}

/** Hot: every changed QuoteSet. No allocation. Decisions of one plan live in columns by slot. */
export class OrderOrchestrator {
  /** Event time at which something becomes due though no input changes: an age, a back-off, a token. */
  nextDueMicros = 0;
  /** True while a post-only refusal waits for the opposite best to move. */
  watchesTouch = false;
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly slots: OrderSlots;
  private readonly budget: MessageBudget;
  private readonly counters: ExecutionCounters;
  private readonly markets: Markets;
  private readonly orderIds: OrderIdSource;
  private readonly pause: VenuePause;
  private readonly kinds = new Int8Array(QUOTE_SLOT_COUNT);
  private readonly reasons = new Int8Array(QUOTE_SLOT_COUNT);
  private readonly urgent = new Int8Array(QUOTE_SLOT_COUNT);
  /** The row an action is about: the slot's order, or its predecessor that should be gone. */
  private readonly targetRows = new Float64Array(QUOTE_SLOT_COUNT);
  private readonly wantedPricesTicks = new Float64Array(QUOTE_SLOT_COUNT);
  private readonly wantedLots = new Float64Array(QUOTE_SLOT_COUNT);
  /** Ticks a slot's order may be off either way because it rests far from fair. */
  private readonly slackTicks = new Float64Array(QUOTE_SLOT_COUNT);
  private readonly ttlsMicros: Float64Array;
  private nowMicros = 0;
  private instrument: InstrumentIndex = NO_INSTRUMENT;
  private ticksPerBp = 0;
  private hysteresisTicks = 1;
  private toleranceTicks = 0;
  private ageMaxMicros = Number.POSITIVE_INFINITY;
  private lowestOwnSellTicks = NO_OWN_SELL;
  private highestOwnBuyTicks = NO_OWN_BUY;
  private plannedReprices = 0;
  private decidedCount = 0;
  private heldCount = 0;

  constructor(options: OrderOrchestratorOptions) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.slots = options.slots;
    this.budget = options.budget;
    this.counters = options.counters;
    this.markets = options.markets;
    this.orderIds = options.orderIds;
    this.pause = options.pause;
    const { quoteTtlMicrosL0, quoteTtlMicrosL1, quoteTtlMicrosL2 } = options.configuration;
    this.ttlsMicros = Float64Array.of(quoteTtlMicrosL0, quoteTtlMicrosL1, quoteTtlMicrosL2);
  }

  /**
   * Fills `plan` (reset before) with what brings our orders to `quotes`. A side in `pulled` (bit 0:
   * bids, bit 1: asks) is cancelled for `pullReason`, whatever the quotes say.
   */
  plan(
    quotes: QuoteSet,
    instrument: Instrument,
    plan: PlanBuffer,
    pulled: number,
    pullReason: ActionReason,
  ): void {
    this.begin(quotes, plan.atMicros);
    this.lookAtOwnTouch(instrument.index);
    for (let side = 0; side < 2; side++) {
      const isPulled = (pulled & (1 << side)) !== 0;
      const levels = side === Side.BUY ? quotes.bid.levels : quotes.ask.levels;
      const goneReason = isPulled ? pullReason : ActionReason.UNWANTED;
      for (let layer = 0; layer < QUOTE_LAYER_COUNT; layer++) {
        const level = isPulled ? undefined : levels[layer];
        this.decideLayer(side as Side, layer, level, instrument, goneReason);
      }
    }
    this.writeDown(instrument, plan, quotes.toxicity);
  }

  private begin(quotes: QuoteSet, nowMicros: number): void {
    const configuration = this.configuration;
    const ticksPerBp = quotes.fairTicks / BASIS_POINTS_PER_ONE;
    this.ticksPerBp = ticksPerBp;
    this.nowMicros = nowMicros;
    this.nextDueMicros = Number.POSITIVE_INFINITY;
    this.watchesTouch = false;
    this.plannedReprices = 0;
    this.decidedCount = 0;
    this.heldCount = 0;
    this.hysteresisTicks = Math.max(
      configuration.hysteresisTicks,
      Math.round(configuration.hysteresisBps * ticksPerBp),
    );
    this.toleranceTicks = Math.max(
      configuration.aggressiveToleranceTicks,
      Math.floor(configuration.aggressiveToleranceBps * ticksPerBp),
    );
    const isEmergency = quotes.toxicity === ToxicityLevel.EXTREME;
    this.ageMaxMicros = isEmergency ? configuration.emergencyTtlMicros : Number.POSITIVE_INFINITY;
    this.kinds.fill(ActionKind.KEEP);
  }

  /** Our own best prices, all orders that may live counted: nothing new may cross them. */
  private lookAtOwnTouch(instrument: InstrumentIndex): void {
    this.instrument = instrument;
    const orders = this.orders;
    this.lowestOwnSellTicks = NO_OWN_SELL;
    this.highestOwnBuyTicks = NO_OWN_BUY;
    for (let row = 0; row < orders.rowEnd; row++) {
      if (orders.ids[row] === 0 || orders.instruments[row] !== instrument) continue;
      const price = orders.pricesTicks[row] as number;
      if (orders.sides[row] === Side.BUY) {
        this.highestOwnBuyTicks = Math.max(this.highestOwnBuyTicks, price);
      } else {
        this.lowestOwnSellTicks = Math.min(this.lowestOwnSellTicks, price);
      }
    }
  }

  /** Splits a layer into children of equal size, fewer when they would fall under the venue's minimum. */
  private decideLayer(
    side: Side,
    layer: number,
    level: QuoteLevel | undefined,
    instrument: Instrument,
    goneReason: ActionReason,
  ): void {
    const lots = level === undefined ? 0 : level.quantityLots;
    const price = level === undefined ? 0 : level.priceTicks;
    let children = 0;
    if (lots > 0) {
      const fewest = minimumQuantityLots(instrument, price);
      const affordable = Math.max(1, Math.floor(lots / fewest));
      children = Math.min(this.configuration.microLotCount, CHILDREN_MAX, affordable);
    }
    const share = children === 0 ? 0 : Math.floor(lots / children);
    const distanceBps = level === undefined ? 0 : Math.max(0, level.edge.distanceBps);
    const slack = this.configuration.distanceSlackRatio * distanceBps * this.ticksPerBp;
    for (let child = 0; child < CHILDREN_MAX; child++) {
      // The first child carries what does not divide.
      let wanted = 0;
      if (child < children) wanted = child === 0 ? lots - share * (children - 1) : share;
      const slot = quoteSlot(side, layer, child);
      this.wantedPricesTicks[slot] = price;
      this.slackTicks[slot] = Math.floor(slack);
      this.wantedLots[slot] = wanted;
      this.decideSlot(slot, side, instrument, goneReason);
    }
  }

  private decideSlot(
    slot: number,
    side: Side,
    instrument: Instrument,
    goneReason: ActionReason,
  ): void {
    const row = this.slots.rows[slot] as number;
    this.targetRows[slot] = row;
    const isWanted = (this.wantedLots[slot] as number) > 0;
    if (row === NO_ROW) {
      if (isWanted) this.decideMissing(slot, side);
      return;
    }
    this.heldCount += 1;
    if (!isWanted) {
      this.decide(slot, ActionKind.CANCEL, goneReason);
      return;
    }
    const outgoing = this.slots.outgoingRows[slot] as number;
    if (outgoing !== NO_ROW) {
      this.decideOutgoing(slot, row, outgoing);
      return;
    }
    if (!this.orders.isSettled(row)) return;
    if (!this.decideAge(slot, row) && !this.decidePrice(slot, row, side)) {
      this.decideQuantity(slot, row, instrument);
    }
  }

  /**
   * The replaced order turned out to live on beside its confirmed successor, against the venue's rule:
   * one of the two is too many.
   */
  private decideOutgoing(slot: number, row: number, outgoing: number): void {
    if (!this.orders.isSettled(outgoing) || !this.orders.isSettled(row)) return;
    this.targetRows[slot] = outgoing;
    this.decide(slot, ActionKind.CANCEL, ActionReason.DUPLICATE);
  }

  private decideMissing(slot: number, side: Side): void {
    if (!this.isPlaceable(slot, side) || !this.isAffordable(slot)) return;
    const isRefill = this.slots.endedByFill[slot] === 1;
    this.decide(slot, ActionKind.NEW, isRefill ? ActionReason.REFILL : ActionReason.MISSING);
  }

  /**
   * Past its backstop age an order enjoys no tolerance any more: it must stand exactly where we want
   * it, or it is moved (cancelled while nothing may be placed). One that does stand there stays: a new
   * one in its place would only lose the queue.
   */
  private decideAge(slot: number, row: number): boolean {
    const placedAt = this.orders.placedAtMicros[row] as number;
    const expiresAt = Math.min(
      this.orders.expiresAtMicros[row] as number,
      placedAt + this.ageMaxMicros,
    );
    if (this.nowMicros < expiresAt) {
      this.dueAt(expiresAt);
      return false;
    }
    if (this.orders.pricesTicks[row] === this.wantedPricesTicks[slot]) return false;
    this.decide(slot, this.urgentKind(slot, row), ActionReason.TTL_EXPIRED, true);
    return true;
  }

  /**
   * Too good a price is dangerous and moves at once; too shy a one moves when it is off by more than
   * the hysteresis and by more than its place in the queue is worth (MODELS 3.6). Both allow more to a
   * quote that rests far out: its edge has room.
   */
  private decidePrice(slot: number, row: number, side: Side): boolean {
    const price = this.orders.pricesTicks[row] as number;
    const wanted = this.wantedPricesTicks[slot] as number;
    const excessTicks = side === Side.BUY ? price - wanted : wanted - price;
    const slackTicks = this.slackTicks[slot] as number;
    if (excessTicks > Math.max(this.toleranceTicks, slackTicks)) {
      this.decide(slot, this.urgentKind(slot, row), ActionReason.EDGE_GONE, true);
      return true;
    }
    const shyTicks = -excessTicks;
    if (shyTicks < this.hysteresisTicks || shyTicks <= slackTicks) return false;
    if (shyTicks <= this.placeValueTicks(row, side)) return false;
    return this.decideWhenAffordable(slot, side, ActionReason.REPRICE);
  }

  private decideQuantity(slot: number, row: number, instrument: Instrument): void {
    const wanted = this.wantedLots[slot] as number;
    const leaves = this.orders.leavesLots(row);
    const { shrinkToleranceRatio, growToleranceRatio } = this.configuration;
    const side = this.orders.side(row);
    if (leaves > wanted * (1 + shrinkToleranceRatio)) {
      if (this.isAmendable(slot, row, instrument)) {
        this.decide(slot, ActionKind.AMEND, ActionReason.SHRINK);
      } else {
        this.decideWhenAffordable(slot, side, ActionReason.SHRINK);
      }
    } else if (leaves < wanted * (1 - growToleranceRatio)) {
      const wasHit = (this.orders.filledLots[row] as number) > 0;
      this.decideWhenAffordable(slot, side, wasHit ? ActionReason.REFILL : ActionReason.GROW);
    }
  }

  /** What must not stay is moved, or cancelled when nothing may be placed in its slot. */
  private urgentKind(slot: number, row: number): ActionKind {
    const mayPlace = this.isPlaceable(slot, this.orders.side(row)) && this.isAffordable(slot);
    return mayPlace ? ActionKind.REPLACE : ActionKind.CANCEL;
  }

  /**
   * The innermost layer is what being in the market means: it may always place. The outer ones ask the
   * message budget, so that in a fast market they cannot eat the venue's limit from under it.
   */
  private isAffordable(slot: number): boolean {
    if (layerOf(slot) === 0) return true;
    return this.takeToken();
  }

  private takeToken(): boolean {
    if (this.budget.allows(this.nowMicros, this.plannedReprices)) {
      this.plannedReprices += 1;
      return true;
    }
    this.counters.suppressed += 1;
    this.dueAt(Math.max(this.budget.nextTokenMicros(this.nowMicros), this.nowMicros + 1));
    return false;
  }

  /** A replacement that can wait: only with a token in our own message budget. */
  private decideWhenAffordable(slot: number, side: Side, reason: ActionReason): boolean {
    if (!this.isPlaceable(slot, side) || !this.takeToken()) return false;
    this.decide(slot, ActionKind.REPLACE, reason);
    return true;
  }

  /** Worth of an order's queue place in ticks; the part of the level behind it is what counts. */
  private placeValueTicks(row: number, side: Side): number {
    const price = this.orders.pricesTicks[row] as number;
    const shown = displayedLots(this.markets.quoted, side, price);
    const ahead = this.orders.aheadLots[row] as number;
    return queueValueTicks(ahead, shown, this.configuration.queueValueTicksMax);
  }

  private isPlaceable(slot: number, side: Side): boolean {
    const placeFrom = this.pause.placementsFrom(this.instrument);
    if (this.nowMicros < placeFrom) {
      this.dueAt(placeFrom);
      return false;
    }
    if (this.slots.isBlocked(slot, this.nowMicros)) {
      this.dueAt(this.slots.blockedUntilMicros[slot] as number);
      return false;
    }
    const price = this.wantedPricesTicks[slot] as number;
    const isBuy = side === Side.BUY;
    const { quoted } = this.markets;
    const touch = isBuy ? quoted.askPriceTicks : quoted.bidPriceTicks;
    if (this.slots.isBarred(slot, side, price, touch, this.nowMicros)) {
      this.dueAt(this.slots.barredUntilMicros[slot] as number);
      this.watchesTouch = true;
      return false;
    }
    // An own order in the way is on its own way out; its end brings us back here.
    return isBuy ? price < this.lowestOwnSellTicks : price > this.highestOwnBuyTicks;
  }

  private isAmendable(slot: number, row: number, instrument: Instrument): boolean {
    if (this.slots.isBlocked(slot, this.nowMicros)) return false;
    if (this.nowMicros < this.pause.placementsFrom(instrument.index)) return false;
    return (this.orders.amendCounts[row] as number) < instrument.filters.maxAmendsPerOrder;
  }

  /** A cancel that is under way is not repeated, and an unknown order is proven first. */
  private isCancelable(row: number): boolean {
    const state = this.orders.state(row);
    if (state === OrderState.UNKNOWN || state === OrderState.PENDING_CANCEL) return false;
    if (this.orders.operations[row] === PendingOperation.CANCEL) return false;
    const speakFrom = this.pause.speechFrom(this.instrument);
    if (this.nowMicros < speakFrom) {
      this.dueAt(speakFrom);
      return false;
    }
    const canceledAt = this.orders.canceledAtMicros[row] as number;
    if (canceledAt === 0) return true;
    // A cancel was refused a moment ago and the order lives on: not again at every event.
    const againAt = canceledAt + this.configuration.recancelMicros;
    if (this.nowMicros >= againAt) return true;
    this.dueAt(againAt);
    return false;
  }

  private decide(slot: number, kind: ActionKind, reason: ActionReason, isUrgent = false): void {
    if (kind === ActionKind.CANCEL && !this.isCancelable(this.targetRows[slot] as number)) return;
    this.kinds[slot] = kind;
    this.decidedCount += 1;
    if (kind !== ActionKind.NEW) this.heldCount -= 1;
    this.reasons[slot] = reason;
    this.urgent[slot] = isUrgent ? 1 : 0;
  }

  private dueAt(micros: number): void {
    if (micros < this.nextDueMicros) this.nextDueMicros = micros;
  }

  private writeDown(instrument: Instrument, plan: PlanBuffer, toxicity: ToxicityLevel): void {
    plan.keptCount = this.heldCount;
    // The usual turn decides nothing.
    if (this.decidedCount === 0) return;
    this.writeKind(ActionKind.CANCEL, instrument, plan, toxicity);
    this.writeKind(ActionKind.AMEND, instrument, plan, toxicity);
    this.writeKind(ActionKind.REPLACE, instrument, plan, toxicity);
    this.writeKind(ActionKind.NEW, instrument, plan, toxicity);
  }

  private writeKind(
    kind: ActionKind,
    instrument: Instrument,
    plan: PlanBuffer,
    toxicity: ToxicityLevel,
  ): void {
    for (let index = 0; index < QUOTE_SLOT_COUNT; index++) {
      const slot = SLOTS_INSIDE_OUT[index] as number;
      if (this.kinds[slot] !== kind) continue;
      // A full table leaves new orders for a later turn; what shrinks risk needs no row.
      const needsRow = kind === ActionKind.REPLACE || kind === ActionKind.NEW;
      if (needsRow && this.orders.isFull) continue;
      this.writeAction(slot, instrument, plan, toxicity);
    }
  }

  private writeAction(
    slot: number,
    instrument: Instrument,
    plan: PlanBuffer,
    toxicity: ToxicityLevel,
  ): void {
    const kind = this.kinds[slot] as ActionKind;
    const action = plan.add(kind, slot, this.reasons[slot] as ActionReason);
    const layer = layerOf(slot);
    const row = this.targetRows[slot] as number;
    action.instrument = instrument.index;
    action.side = (slot < QUOTE_SLOT_COUNT / 2 ? Side.BUY : Side.SELL) as Side;
    action.layer = layer as Layer;
    action.isUrgent = this.urgent[slot] === 1;
    writePostOnly(action, instrument.market);
    const ttl = this.ttlsMicros[layer] as number;
    const isEmergency = toxicity === ToxicityLevel.EXTREME;
    const { emergencyTtlMicros } = this.configuration;
    action.ttlMicros = (isEmergency ? Math.min(ttl, emergencyTtlMicros) : ttl) as DurationMicros;
    if (row !== NO_ROW) action.targetOrderId = this.orders.ids[row] as ClientOrderId;
    if (kind === ActionKind.NEW || kind === ActionKind.REPLACE) {
      action.clientOrderId = this.orderIds.next();
      action.priceTicks = this.wantedPricesTicks[slot] as PriceTicks;
      action.quantityLots = this.wantedLots[slot] as QuantityLots;
      return;
    }
    action.clientOrderId = action.targetOrderId;
    action.priceTicks = this.orders.pricesTicks[row] as PriceTicks;
    const isAmend = kind === ActionKind.AMEND;
    action.quantityLots = (
      isAmend
        ? (this.orders.filledLots[row] as number) + (this.wantedLots[slot] as number)
        : (this.orders.totalsLots[row] as number)
    ) as QuantityLots;
  }
}
