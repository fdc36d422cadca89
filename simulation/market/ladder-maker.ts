import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { OwnerId, VenueBook, VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';

/** Builds venue orders for market participants, with ids of their own. */
export interface ParticipantOrders {
  create(
    owner: OwnerId,
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    priceTicks: number,
    quantityLots: number,
  ): VenueOrder;
}

export interface LadderMakerOptions {
  readonly owner: OwnerId;
  readonly book: VenueBook;
  readonly orders: ParticipantOrders;
  readonly random: SeededRandom;
  readonly levels: number;
  /**
   * Ticks in one step of this market's natural grid: 1 where a tick is coarse (DOGE), many where it
   * is fine (BTC). Everything named "steps" counts in it.
   */
  readonly ticksPerStep: number;
  /** Half spread of the innermost level, in steps (a real number). */
  readonly halfSpreadSteps: number;
  /** Mean size of the innermost level, in lots; deeper levels are larger. */
  readonly meanLots: number;
  /** How far this maker's view is off, in steps: a slowly wandering error of its own. */
  readonly opinionSteps: number;
}

/** Largest inventory in innermost sizes at which a maker leans against it with full weight. */
const LEAN_SIZES = 6;
/** Steps a maker shifts its ladder at full lean. */
const LEAN_STEPS = 2;

/** Drift of the price at which a maker re-quotes without waiting for its next look. */
const STALE_STEPS = 0.6;

/**
 * A market maker with a ladder of resting orders around its own view of the price. Wakes at random
 * times and when the price runs away from its quotes, moves what is out of place, refills what was taken. Inner levels follow closely, outer
 * ones are left alone longer, so queues form where real ones do.
 */
export class LadderMaker {
  private readonly options: LadderMakerOptions;
  private ticksPerStep: number;
  private readonly bids: (VenueOrder | null)[];
  private readonly asks: (VenueOrder | null)[];
  private inventoryLots = 0;
  private opinion = 0;
  private quotedViewTicks = 0;

  constructor(options: LadderMakerOptions) {
    this.options = options;
    this.ticksPerStep = options.ticksPerStep;
    this.bids = new Array<VenueOrder | null>(options.levels).fill(null);
    this.asks = new Array<VenueOrder | null>(options.levels).fill(null);
  }

  /** True when the price has left what this maker quoted around by more than it lets pass. */
  isStale(viewTicks: number): boolean {
    const drift = Math.abs(viewTicks - this.quotedViewTicks);
    return drift > STALE_STEPS * this.ticksPerStep;
  }

  /** Cancels everything, as before a halt. The next wake starts anew. */
  withdraw(): void {
    for (const slots of [this.bids, this.asks]) {
      for (let level = 0; level < slots.length; level++) {
        const order = slots[level] ?? null;
        if (order === null) continue;
        this.settle(order);
        this.options.book.cancel(order);
        slots[level] = null;
      }
    }
  }

  /** A tick is finer now, and a step has more of them. Only while nothing rests. */
  refineTick(divisor: number): void {
    this.ticksPerStep *= divisor;
  }

  /**
   * Re-quotes around `viewTicks` (what this maker believes the price is).
   * `extraHalfSpreadSteps` and `depthFactor` come from the regime.
   */
  wake(
    now: EpochMicros,
    viewTicks: number,
    extraHalfSpreadSteps: number,
    depthFactor: number,
  ): void {
    const { random, opinionSteps, halfSpreadSteps, meanLots } = this.options;
    const { ticksPerStep } = this;
    this.collectFills();
    const rises = viewTicks > this.quotedViewTicks;
    this.quotedViewTicks = viewTicks;
    this.opinion = 0.9 * this.opinion + opinionSteps * Math.sqrt(1 - 0.81) * random.normal();
    const lean = Math.max(-1, Math.min(1, this.inventoryLots / (meanLots * LEAN_SIZES)));
    const centre = viewTicks + (this.opinion - lean * LEAN_STEPS) * ticksPerStep;
    const half = (halfSpreadSteps + extraHalfSpreadSteps) * ticksPerStep;
    // The endangered side goes first; it would stand in the way of the other one, too.
    if (rises) this.quote(now, Side.SELL, Math.ceil(centre + half), depthFactor);
    this.quote(now, Side.BUY, Math.floor(centre - half), depthFactor);
    if (!rises) this.quote(now, Side.SELL, Math.ceil(centre + half), depthFactor);
  }

  /** Moves and refills one side of the ladder, innermost level first. */
  private quote(now: EpochMicros, side: Side, innerTicks: number, depthFactor: number): void {
    const slots = side === Side.BUY ? this.bids : this.asks;
    const away = side === Side.BUY ? -1 : 1;
    for (let level = 0; level < this.options.levels; level++) {
      const offset = (level + ((level * (level - 1)) >> 2)) * this.ticksPerStep;
      this.place(now, slots, side, level, innerTicks + away * offset, depthFactor);
    }
  }

  private place(
    now: EpochMicros,
    slots: (VenueOrder | null)[],
    side: Side,
    level: number,
    wantedTicks: number,
    depthFactor: number,
  ): void {
    const { book, random, orders, owner, meanLots } = this.options;
    const { ticksPerStep } = this;
    const existing = slots[level] ?? null;
    if (existing !== null) {
      const drift = Math.abs(existing.priceTicks - wantedTicks);
      // Outer levels tolerate more drift before the maker bothers; the innermost none, but for a
      // quarter of a step where steps are many ticks: nobody moves for a ten-thousandth of a spread.
      const tolerance = Math.max((level >> 1) * ticksPerStep, (ticksPerStep - 1) >> 2);
      if (drift <= tolerance) return;
      this.settle(existing);
      book.cancel(existing);
      slots[level] = null;
    } else if (level < 2 && random.chance(0.3)) {
      // Taken liquidity does not always come back at the first look.
      return;
    }
    const price =
      side === Side.BUY
        ? Math.min(wantedTicks, book.bestAskTicks === 0 ? wantedTicks : book.bestAskTicks - 1)
        : Math.max(wantedTicks, book.bestBidTicks + 1);
    if (price <= 0) return;
    const size = meanLots * depthFactor * (1 + 0.35 * level) * random.exponential(1);
    const lots = Math.max(1, Math.round(size));
    const order = orders.create(owner, side, OrderType.LIMIT, TimeInForce.GTC, price, lots);
    slots[level] = order;
    book.place(order, now);
  }

  /** Books what was filled since the last look and forgets orders that are gone. */
  private collectFills(): void {
    for (const slots of [this.bids, this.asks]) {
      for (let level = 0; level < slots.length; level++) {
        const order = slots[level] ?? null;
        if (order === null) continue;
        if (order.filledLots + order.preventedLots < order.quantityLots) continue;
        this.settle(order);
        slots[level] = null;
      }
    }
    // Inventory is worked off elsewhere: half of it is gone after about ten looks.
    this.inventoryLots *= 0.93;
  }

  private settle(order: VenueOrder): void {
    this.inventoryLots += order.side === Side.BUY ? order.filledLots : -order.filledLots;
  }
}

/** The usual source of participants' orders: ids count up from one, away from ours. */
export class ParticipantOrderFactory implements ParticipantOrders {
  private lastId: number;

  /** `firstId`: where the ids of participants start, so that they never meet ours. */
  constructor(firstId: number) {
    this.lastId = firstId;
  }

  create(
    owner: OwnerId,
    side: Side,
    type: OrderType,
    timeInForce: TimeInForce,
    priceTicks: number,
    quantityLots: number,
  ): VenueOrder {
    this.lastId += 1;
    return {
      venueOrderId: this.lastId,
      owner,
      clientOrderId: 0,
      side,
      type,
      timeInForce,
      selfTradeMode: SelfTradeMode.EXPIRE_MAKER,
      reduceOnly: false,
      priceTicks: priceTicks as PriceTicks,
      quantityLots: quantityLots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
  }
}
