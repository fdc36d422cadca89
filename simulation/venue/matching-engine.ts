/**
 * A price-time-priority matching engine for one instrument: real counterparties, first in, first
 * out, execution at the maker's price. Any number of owners.
 *
 * Filters, balances, order counts and post-only are the shell's business (`venue.ts`); who trades
 * here without the shell has to check `wouldTake` itself.
 */
import type { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { BookSide } from './book-side.ts';
import { ChangedLevels } from './changed-levels.ts';
import {
  leavesLots,
  OWN_ACCOUNT,
  type VenueBook,
  type VenueBookListener,
  VenueEnd,
  type VenueOrder,
} from './venue-book.ts';

/** Sees what the public sees, while it happens. Must not call the engine's place, cancel or reduce. */
export interface BookObserver {
  /** One execution. `taker` is the order whose arrival caused it; its side is the aggressor's. */
  onTrade(
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    tradeId: number,
    taker: VenueOrder,
  ): void;
  /** A place, cancel or reduce that changed the book is done. `topChanged`: best price or size did. */
  onBookChanged(topChanged: boolean): void;
}

export interface MatchingEngineOptions {
  /** Told of the orders of OWN_ACCOUNT. */
  readonly ownListener?: VenueBookListener;
  /** Told of everybody else's orders. Can be set later by `bindParticipants`. */
  readonly participantListener?: VenueBookListener;
  /** First ids given are one above these. Default 0. */
  readonly lastTradeId?: number;
  readonly lastUpdateId?: number;
}

/** Ignores everything: for owners nobody follows. */
const DEAF: VenueBookListener = {
  onRested(): void {},
  onFill(): void {},
  onEnded(): void {},
};

export class MatchingEngine implements VenueBook {
  private readonly bids = new BookSide(Side.BUY);
  private readonly asks = new BookSide(Side.SELL);
  private readonly changedBids = new ChangedLevels();
  private readonly changedAsks = new ChangedLevels();
  private readonly observers: BookObserver[] = [];
  private ownListener: VenueBookListener;
  private participantListener: VenueBookListener;
  private tradeIdLast: number;
  private updateIdLast: number;
  private isWorking = false;
  private updateIdBefore = 0;
  private topBidTicks = 0;
  private topBidLots = 0;
  private topAskTicks = 0;
  private topAskLots = 0;
  private tradedPriceTicks = 0;

  constructor(options: MatchingEngineOptions = {}) {
    this.ownListener = options.ownListener ?? DEAF;
    this.participantListener = options.participantListener ?? DEAF;
    this.tradeIdLast = options.lastTradeId ?? 0;
    this.updateIdLast = options.lastUpdateId ?? 0;
  }

  /** Replaces the listener of OWN_ACCOUNT. */
  bindOwn(listener: VenueBookListener): void {
    this.ownListener = listener;
  }

  /** Replaces the listener of all other owners. */
  bindParticipants(listener: VenueBookListener): void {
    this.participantListener = listener;
  }

  addObserver(observer: BookObserver): void {
    this.observers.push(observer);
  }

  get bestBidTicks(): number {
    return this.bids.bestTicks;
  }

  get bestAskTicks(): number {
    return this.asks.bestTicks;
  }

  get bestBidLots(): number {
    return this.bids.bestLots;
  }

  get bestAskLots(): number {
    return this.asks.bestLots;
  }

  /** Price of the last execution, 0 before the first. */
  get lastTradePriceTicks(): number {
    return this.tradedPriceTicks;
  }

  /** Id of the last execution: rises by exactly one. */
  get lastTradeId(): number {
    return this.tradeIdLast;
  }

  /** Rises by one with every level change. */
  get lastUpdateId(): number {
    return this.updateIdLast;
  }

  get restingCount(): number {
    return this.bids.orderCount + this.asks.orderCount;
  }

  /** Lots resting at a price, own orders included. */
  levelLots(side: Side, priceTicks: number): number {
    return this.sideOf(side).lotsAt(priceTicks);
  }

  levelCount(side: Side): number {
    return this.sideOf(side).depth;
  }

  rests(order: VenueOrder): boolean {
    return this.sideOf(order.side).has(order);
  }

  /** Lots before a resting order in its queue. Throws when it does not rest. Linear in the queue. */
  queueAheadLots(order: VenueOrder): number {
    return this.sideOf(order.side).lotsAhead(order);
  }

  /** Appends up to `levelsMax` levels of a side, best first: REST snapshots, top N. */
  writeLevels(side: Side, levelsMax: number, into: LevelColumn): void {
    this.sideOf(side).writeLevels(levelsMax, into);
  }

  get hasUnpublishedChanges(): boolean {
    return !(this.changedBids.isEmpty && this.changedAsks.isEmpty);
  }

  /**
   * Appends the levels that changed since the last call, with absolute quantities (0: gone), and
   * starts a new collection. One depth publisher per engine.
   */
  drainChanges(bids: LevelColumn, asks: LevelColumn): void {
    this.changedBids.drain(this.bids, bids);
    this.changedAsks.drain(this.asks, asks);
  }

  wouldTake(side: Side, priceTicks: PriceTicks): boolean {
    return this.oppositeOf(side).isReachedBy(priceTicks);
  }

  /**
   * Matches an order, then rests, or ends, what is left of it. `nowMicros` is not used here: the
   * order of calls is the order of time.
   *
   * Hot: each order. No allocation, except that a FOK looks ahead first. Throws when the quantity is
   * not above zero, when a post-only order would take, and when called from a listener.
   */
  place(order: VenueOrder, _nowMicros: EpochMicros): void {
    if (!(leavesLots(order) > 0)) throw new RangeError('an order needs a quantity above zero');
    const isMarket = order.type === OrderType.MARKET;
    if (!isMarket && !(order.priceTicks > 0)) throw new RangeError('a limit order needs a price');
    const isPostOnly =
      order.type === OrderType.LIMIT_MAKER || order.timeInForce === TimeInForce.GTX;
    if (isPostOnly && this.wouldTake(order.side, order.priceTicks)) {
      throw new Error('a post-only order that would take must be refused before it is placed');
    }
    this.begin();
    const limitTicks = isMarket ? marketLimit(order.side) : order.priceTicks;
    if (order.timeInForce === TimeInForce.FOK && !this.canFill(order, limitTicks)) {
      this.listenerOf(order).onEnded(order, VenueEnd.FOK_UNFILLABLE);
    } else if (this.match(order, limitTicks)) {
      this.settleRemainder(order, isMarket);
    }
    this.finish();
  }

  cancel(order: VenueOrder): boolean {
    const side = this.sideOf(order.side);
    if (!side.has(order)) return false;
    this.begin();
    side.remove(order, leavesLots(order));
    this.noteChange(order.side, order.priceTicks);
    this.finish();
    return true;
  }

  /**
   * Throws when the new total is not below the old one, or leaves nothing to trade: a cancel does
   * that.
   */
  reduce(order: VenueOrder, newQuantityLots: QuantityLots): boolean {
    const side = this.sideOf(order.side);
    if (!side.has(order)) return false;
    if (newQuantityLots >= order.quantityLots) throw new RangeError('an amend only shrinks');
    if (newQuantityLots <= order.filledLots + order.preventedLots) {
      throw new RangeError('an amend must leave something to trade');
    }
    this.begin();
    side.shrink(order, order.quantityLots - newQuantityLots);
    order.quantityLots = newQuantityLots;
    this.noteChange(order.side, order.priceTicks);
    this.finish();
    return true;
  }

  /** Trades while it can. True when the order still has quantity and was not ended on the way. */
  private match(taker: VenueOrder, limitTicks: number): boolean {
    const opposite = this.oppositeOf(taker.side);
    while (opposite.isReachedBy(limitTicks)) {
      const maker = opposite.firstOrder();
      const isSelfTrade = maker.owner === taker.owner && taker.selfTradeMode !== SelfTradeMode.NONE;
      if (isSelfTrade) {
        if (!this.prevent(taker, maker, opposite)) return false;
      } else {
        this.trade(taker, maker, opposite);
      }
      if (leavesLots(taker) === 0) return false;
    }
    return true;
  }

  private trade(taker: VenueOrder, maker: VenueOrder, makers: BookSide): void {
    const lots = Math.min(leavesLots(taker), leavesLots(maker)) as QuantityLots;
    const priceTicks = maker.priceTicks;
    taker.filledLots = (taker.filledLots + lots) as QuantityLots;
    this.takeFromMaker(maker, makers, lots);
    maker.filledLots = (maker.filledLots + lots) as QuantityLots;
    this.noteChange(maker.side, priceTicks);
    this.tradeIdLast += 1;
    this.tradedPriceTicks = priceTicks;
    const tradeId = this.tradeIdLast;
    this.listenerOf(taker).onFill(taker, priceTicks, lots, false, tradeId);
    this.listenerOf(maker).onFill(maker, priceTicks, lots, true, tradeId);
    for (let index = 0; index < this.observers.length; index++) {
      (this.observers[index] as BookObserver).onTrade(priceTicks, lots, tradeId, taker);
    }
  }

  /** Self-trade prevention of one potential match. False when the taker was ended. */
  private prevent(taker: VenueOrder, maker: VenueOrder, makers: BookSide): boolean {
    const mode = taker.selfTradeMode;
    if (mode === SelfTradeMode.DECREMENT) return this.decrement(taker, maker, makers);
    const takerLots = mode === SelfTradeMode.EXPIRE_MAKER ? 0 : leavesLots(taker);
    const makerLots = mode === SelfTradeMode.EXPIRE_TAKER ? 0 : leavesLots(maker);
    this.tellPrevented(taker, maker, takerLots, makerLots);
    if (mode === SelfTradeMode.EXPIRE_MAKER || mode === SelfTradeMode.EXPIRE_BOTH) {
      makers.remove(maker, leavesLots(maker));
      this.noteChange(maker.side, maker.priceTicks);
      this.listenerOf(maker).onEnded(maker, VenueEnd.SELF_TRADE);
      if (mode === SelfTradeMode.EXPIRE_MAKER) return true;
    }
    this.listenerOf(taker).onEnded(taker, VenueEnd.SELF_TRADE);
    return false;
  }

  private decrement(taker: VenueOrder, maker: VenueOrder, makers: BookSide): boolean {
    const lots = Math.min(leavesLots(taker), leavesLots(maker));
    taker.preventedLots = (taker.preventedLots + lots) as QuantityLots;
    this.takeFromMaker(maker, makers, lots);
    maker.preventedLots = (maker.preventedLots + lots) as QuantityLots;
    this.noteChange(maker.side, maker.priceTicks);
    this.tellPrevented(taker, maker, lots, lots);
    if (leavesLots(maker) === 0) this.listenerOf(maker).onEnded(maker, VenueEnd.SELF_TRADE);
    if (leavesLots(taker) > 0) return true;
    this.listenerOf(taker).onEnded(taker, VenueEnd.SELF_TRADE);
    return false;
  }

  private tellPrevented(
    taker: VenueOrder,
    maker: VenueOrder,
    takerLots: number,
    makerLots: number,
  ): void {
    this.listenerOf(taker).onPrevented?.(
      taker,
      maker,
      takerLots as QuantityLots,
      makerLots as QuantityLots,
    );
  }

  /** Takes lots out of the maker's level, and the maker out of it when nothing is left. */
  private takeFromMaker(maker: VenueOrder, makers: BookSide, lots: number): void {
    if (leavesLots(maker) === lots) makers.remove(maker, lots);
    else makers.shrink(maker, lots);
  }

  private settleRemainder(order: VenueOrder, isMarket: boolean): void {
    if (isMarket || order.timeInForce === TimeInForce.IOC) {
      this.listenerOf(order).onEnded(order, VenueEnd.UNFILLED_REMAINDER);
      return;
    }
    this.sideOf(order.side).append(order);
    this.noteChange(order.side, order.priceTicks);
    this.listenerOf(order).onRested(order);
  }

  /**
   * A fill-or-kill trades fully or not at all. Quantity that self-trade prevention would take away
   * does not count: only EXPIRE_MAKER lets the order go on behind it.
   */
  private canFill(order: VenueOrder, limitTicks: number): boolean {
    const wanted = leavesLots(order);
    const mode = order.selfTradeMode;
    let available = 0;
    this.oppositeOf(order.side).visitReached(limitTicks, (maker) => {
      if (maker.owner === order.owner && mode !== SelfTradeMode.NONE) {
        return mode === SelfTradeMode.EXPIRE_MAKER;
      }
      available += leavesLots(maker);
      return available < wanted;
    });
    return available >= wanted;
  }

  private noteChange(side: Side, priceTicks: number): void {
    this.updateIdLast += 1;
    if (side === Side.BUY) this.changedBids.note(priceTicks);
    else this.changedAsks.note(priceTicks);
  }

  private begin(): void {
    if (this.isWorking) throw new Error('a listener must not call the book that is calling it');
    this.isWorking = true;
    this.updateIdBefore = this.updateIdLast;
  }

  private finish(): void {
    this.isWorking = false;
    if (this.updateIdBefore === this.updateIdLast) return;
    const bidTicks = this.bids.bestTicks;
    const bidLots = this.bids.bestLots;
    const askTicks = this.asks.bestTicks;
    const askLots = this.asks.bestLots;
    const topChanged =
      bidTicks !== this.topBidTicks ||
      bidLots !== this.topBidLots ||
      askTicks !== this.topAskTicks ||
      askLots !== this.topAskLots;
    this.topBidTicks = bidTicks;
    this.topBidLots = bidLots;
    this.topAskTicks = askTicks;
    this.topAskLots = askLots;
    for (let index = 0; index < this.observers.length; index++) {
      (this.observers[index] as BookObserver).onBookChanged(topChanged);
    }
  }

  private sideOf(side: Side): BookSide {
    return side === Side.BUY ? this.bids : this.asks;
  }

  private oppositeOf(side: Side): BookSide {
    return side === Side.BUY ? this.asks : this.bids;
  }

  private listenerOf(order: VenueOrder): VenueBookListener {
    return order.owner === OWN_ACCOUNT ? this.ownListener : this.participantListener;
  }
}

/** A market order takes any price. */
function marketLimit(side: Side): number {
  return side === Side.BUY ? Number.POSITIVE_INFINITY : 0;
}
