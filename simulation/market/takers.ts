import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { OwnerId, VenueBook } from '#simulation/venue/venue-book.ts';
import type { EpochMicros } from '#units/integers.ts';
import type { ParticipantOrders } from './ladder-maker.ts';

/** Chance that an uninformed market order has the sign of the one before: flow is persistent. */
const SIGN_PERSISTENCE = 0.68;
/** Uninformed takers do not chase further than this from the touch. */
const CHASE_STEPS_MAX = 6;
/** Tail exponent of market order sizes (MODELS 3.4: the size tail of A-S first principles). */
const SIZE_TAIL = 1.45;
/** Largest market order, in smallest sizes: the Pareto tail is cut here. */
const SIZE_CUT = 400;

/** Smallest informed order, in smallest orders: hardly more than the rest, so that size betrays nobody. */
const INFORMED_LEAST = 1.5;

export interface TakerOptions {
  readonly owner: OwnerId;
  readonly book: VenueBook;
  readonly orders: ParticipantOrders;
  readonly random: SeededRandom;
  /** Ticks in one step of this market's natural grid. Rises when the tick gets finer. */
  ticksPerStep: number;
  /** Smallest market order, in lots. */
  readonly leastLots: number;
}

/** Trades for reasons of its own: clustered in time, persistent in sign, heavy-tailed in size. */
export class UninformedTaker {
  private readonly options: TakerOptions;
  private lastSide: Side = Side.BUY;

  constructor(options: TakerOptions) {
    this.options = options;
  }

  /**
   * Sends one market order. Returns what others learn from it: the surprise in its sign times the
   * square root of its size in smallest orders (concave, as measured impact is). Only the surprise
   * counts, because a sign that was to be expected tells nothing: so flow is persistent and returns
   * are not (Lillo and Farmer, Studies in Nonlinear Dynamics & Econometrics 8(3) 2004).
   */
  trade(now: EpochMicros): number {
    const { random, book, leastLots, ticksPerStep } = this.options;
    const expected = (2 * SIGN_PERSISTENCE - 1) * signOf(this.lastSide);
    if (!random.chance(SIGN_PERSISTENCE)) {
      this.lastSide = this.lastSide === Side.BUY ? Side.SELL : Side.BUY;
    }
    const lots = Math.round(Math.min(random.pareto(leastLots, SIZE_TAIL), leastLots * SIZE_CUT));
    const touch = this.lastSide === Side.BUY ? book.bestAskTicks : book.bestBidTicks;
    if (touch === 0) return 0;
    const reach = random.integer(0, CHASE_STEPS_MAX * ticksPerStep);
    const limit = this.lastSide === Side.BUY ? touch + reach : Math.max(1, touch - reach);
    take(this.options, this.lastSide, limit, lots, now);
    return (signOf(this.lastSide) - expected) * Math.sqrt(lots / leastLots);
  }
}

function signOf(side: Side): number {
  return side === Side.BUY ? 1 : -1;
}

/**
 * Knows where the price is going (the efficient price, or another market that leads) and takes what
 * rests on the wrong side of it, up to its edge. This is the flow that costs makers money.
 */
export class InformedTaker {
  private readonly options: TakerOptions;
  private readonly edgeSteps: number;

  /** `edgeSteps`: how far beyond the touch the true price must be before it trades. */
  constructor(options: TakerOptions, edgeSteps: number) {
    this.options = options;
    this.edgeSteps = edgeSteps;
  }

  /** Looks at the true price once and trades if it pays. */
  look(now: EpochMicros, trueTicks: number): void {
    const { book, random, leastLots } = this.options;
    const edgeTicks = this.edgeSteps * this.options.ticksPerStep;
    const buyLimit = Math.floor(trueTicks - edgeTicks);
    const sellLimit = Math.ceil(trueTicks + edgeTicks);
    const lots = Math.round(
      Math.min(random.pareto(leastLots * INFORMED_LEAST, SIZE_TAIL), leastLots * SIZE_CUT),
    );
    if (book.bestAskTicks !== 0 && book.bestAskTicks <= buyLimit) {
      take(this.options, Side.BUY, buyLimit, lots, now);
    } else if (book.bestBidTicks !== 0 && book.bestBidTicks >= sellLimit) {
      take(this.options, Side.SELL, sellLimit, lots, now);
    }
  }
}

function take(
  options: TakerOptions,
  side: Side,
  limitTicks: number,
  lots: number,
  now: EpochMicros,
): void {
  if (lots < 1 || limitTicks < 1) return;
  const order = options.orders.create(
    options.owner,
    side,
    OrderType.LIMIT,
    TimeInForce.IOC,
    limitTicks,
    lots,
  );
  options.book.place(order, now);
}
