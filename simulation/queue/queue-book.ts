import { EventKind } from '#contracts/event-kind.ts';
import {
  FeedState,
  type LevelColumn,
  type MarketEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import {
  leavesLots,
  type VenueBook,
  type VenueBookListener,
  VenueEnd,
  type VenueOrder,
} from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { OwnQueue, type RestingOrder } from './own-queue.ts';
import { FillCause, type QueueFillObserver, QueueFillRecorder } from './queue-fill.ts';
import type { QueueModel } from './queue-models.ts';
import { RecordedBook, type RecordedBookListener } from './recorded-book.ts';

export interface QueueBookOptions {
  readonly model: QueueModel;
  /** Can be set later by `bindOwn`. */
  readonly listener?: VenueBookListener;
  readonly observer?: QueueFillObserver;
  /** Largest share of one trade at our price that our orders may get together, 0..1. Default 1. */
  readonly maxShareOfTrade?: number;
  /** The first trade's id is one above. Default 0. */
  readonly lastTradeId?: number;
  /** Told of every recorded level that changed, with its lots now; after a reset ask `writeLevels`. */
  readonly onLevel?: (side: Side, priceTicks: number, lots: number) => void;
}

const DEAF: VenueBookListener = { onRested() {}, onFill() {}, onEnded() {} };

/**
 * Executes our orders against a recorded market: our place in the recorded queue, never a matching
 * engine, because the recorded participants cannot react to us.
 *
 * Fills: a trade at our price eats the queue ahead and then us (QueueModel); a trade beyond our
 * price, or the opposite best reaching it, fills the order fully at our price, however small the
 * trade was, since the market has then moved against us. Takers sweep the recorded levels and what
 * they took stays taken until lots are added there. One trade's volume is given out once, in the
 * order of our own queue. Only orders of accounts rest here; those of different owners trade with each
 * other, those of one meet its self-trade mode.
 *
 * Events come in venue time, and at equal times trades first: a trade must be seen before the depth
 * message that it caused (MODELS.md §5).
 */
export class QueueBook implements VenueBook, RecordedBookListener {
  private readonly model: QueueModel;
  private readonly maxShareOfTrade: number;
  private readonly recorder: QueueFillRecorder;
  private readonly ownBids = new OwnQueue(Side.BUY);
  private readonly ownAsks = new OwnQueue(Side.SELL);
  private readonly book: RecordedBook;
  private readonly tellLevel: QueueBookOptions['onLevel'];
  private listener: VenueBookListener;
  private tradeIdLast: number;
  private now = 0;

  /** Throws a RangeError when `maxShareOfTrade` is outside 0..1. */
  constructor(options: QueueBookOptions) {
    const share = options.maxShareOfTrade ?? 1;
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`share of a trade outside 0..1: ${share}`);
    this.model = options.model;
    this.maxShareOfTrade = share;
    this.listener = options.listener ?? DEAF;
    this.recorder = new QueueFillRecorder(options.observer);
    this.tellLevel = options.onLevel;
    this.tradeIdLast = options.lastTradeId ?? 0;
    this.book = new RecordedBook(this);
  }

  /** Replaces the listener. */
  bindOwn(listener: VenueBookListener): void {
    this.listener = listener;
  }

  /** The recorded book is known. While it is not, `place` ends every order at once. */
  get isReady(): boolean {
    return this.book.isReady;
  }

  /** Breaks in the recording's chain of depth messages so far. */
  get gapCount(): number {
    return this.book.gapCount;
  }

  get restingCount(): number {
    return this.ownBids.count + this.ownAsks.count;
  }

  get bestBidTicks(): number {
    return Math.max(this.book.bids.bestTicks, this.ownBids.bestTicks);
  }

  get bestAskTicks(): number {
    const recorded = this.book.asks.bestTicks;
    const own = this.ownAsks.bestTicks;
    if (recorded === 0 || own === 0) return recorded + own;
    return Math.min(recorded, own);
  }

  /** Recorded quantity at a price, ours not included. */
  recordedLots(side: Side, priceTicks: number): number {
    return this.book.sideOf(side).lotsAt(priceTicks);
  }

  /** Appends the best recorded levels of a side, best first, ours not included. */
  writeLevels(side: Side, levelsMax: number, into: LevelColumn): void {
    this.book.sideOf(side).writeLevels(levelsMax, into);
  }

  /** The next trade id, for a trade of the recording that is told beside our fills. */
  takeTradeId(): number {
    this.tradeIdLast += 1;
    return this.tradeIdLast;
  }

  /** Estimated lots ahead of a resting order, own earlier ones included; -1 when it does not rest. */
  queueAhead(order: VenueOrder): number {
    const own = this.ownOf(order.side);
    const resting = own.find(order);
    if (resting === undefined) return -1;
    return Math.max(resting.aheadLots, 0) + own.ownLotsAhead(resting);
  }

  /**
   * What the recording still shows counts, even where our own takers emptied it: a post-only order
   * refused there is a lost chance, and the simulation must not flatter.
   */
  wouldTake(side: Side, priceTicks: PriceTicks): boolean {
    const best = side === Side.BUY ? this.bestAskTicks : this.bestBidTicks;
    if (best === 0) return false;
    return side === Side.BUY ? best <= priceTicks : best >= priceTicks;
  }

  /**
   * Applies one event of the recording. `nowMicros` is the venue's time; by default the event's own,
   * and where it carries none (spot bookTicker) time stands still.
   *
   * Hot: every recorded event. No allocation, except for depth messages that wait for a snapshot.
   */
  onMarketEvent(event: MarketEvent, nowMicros = 0): void {
    const eventMicros = 'venueTimeMicros' in event ? event.venueTimeMicros : 0;
    this.now = Math.max(this.now, nowMicros, eventMicros);
    switch (event.kind) {
      case EventKind.TRADE:
        this.onTrade(event);
        return;
      case EventKind.DEPTH_DELTA:
        if (this.book.applyDelta(event)) {
          this.closeEntries(this.ownBids);
          this.closeEntries(this.ownAsks);
          this.fillCrossed();
        }
        return;
      case EventKind.BOOK_TICKER:
        if (this.book.applyTicker(event)) this.fillCrossed();
        return;
      case EventKind.DEPTH_SNAPSHOT:
        if (this.book.applySnapshot(event)) this.fillCrossed();
        return;
      case EventKind.FEED_STATUS:
        if (event.state === FeedState.DISCONNECTED) this.book.disconnect();
        return;
      case EventKind.MARK_PRICE:
        return;
    }
  }

  /**
   * Takes what the recorded book offers, then rests or ends the remainder. While the book is not
   * ready the order ends at once (UNFILLED_REMAINDER): better no fill than an invented one.
   * Throws when the quantity is not above zero or a post-only order would take.
   */
  place(order: VenueOrder, nowMicros: EpochMicros): void {
    if (!(leavesLots(order) > 0)) throw new RangeError('an order needs a quantity above zero');
    const isMarket = order.type === OrderType.MARKET;
    if (!isMarket && !(order.priceTicks > 0)) throw new RangeError('a limit order needs a price');
    const isPostOnly =
      order.type === OrderType.LIMIT_MAKER || order.timeInForce === TimeInForce.GTX;
    if (isPostOnly && this.wouldTake(order.side, order.priceTicks)) {
      throw new Error('a post-only order that would take must be refused before it is placed');
    }
    this.now = Math.max(this.now, nowMicros);
    if (!this.book.isReady) {
      this.listener.onEnded(order, VenueEnd.UNFILLED_REMAINDER);
      return;
    }
    const limitTicks = isMarket ? marketLimit(order.side) : order.priceTicks;
    if (order.timeInForce === TimeInForce.FOK && !this.canFill(order, limitTicks)) {
      this.listener.onEnded(order, VenueEnd.FOK_UNFILLABLE);
      return;
    }
    if (!this.sweep(order, limitTicks)) return;
    if (isMarket || order.timeInForce === TimeInForce.IOC) {
      this.listener.onEnded(order, VenueEnd.UNFILLED_REMAINDER);
    } else {
      this.rest(order);
    }
  }

  cancel(order: VenueOrder): boolean {
    return this.ownOf(order.side).remove(order);
  }

  /** Throws when the new total is not below the old one, or leaves nothing to trade. */
  reduce(order: VenueOrder, newQuantityLots: QuantityLots): boolean {
    if (this.ownOf(order.side).find(order) === undefined) return false;
    if (newQuantityLots >= order.quantityLots) throw new RangeError('an amend only shrinks');
    if (newQuantityLots <= order.filledLots + order.preventedLots) {
      throw new RangeError('an amend must leave something to trade');
    }
    order.quantityLots = newQuantityLots;
    return true;
  }

  /** Called by the recorded book: a level changed, so the queues at that price move. */
  onLevel(side: Side, priceTicks: number, previousLots: number, newLots: number): void {
    this.tellLevel?.(side, priceTicks, newLots);
    const own = this.ownOf(side);
    for (let index = 0; index < own.count; index++) {
      const resting = own.at(index) as RestingOrder;
      if (resting.order.priceTicks !== priceTicks) continue;
      if (resting.isEntryOpen && resting.order.filledLots === 0) {
        // The level was reported before and after our arrival, and the larger one is ahead of us:
        // what was added came first, and what left leaves no more than is shown now.
        resting.aheadAtEntryLots = Math.max(resting.aheadAtEntryLots, newLots);
        resting.aheadLots = newLots;
        resting.tradedLots = 0;
        resting.isEntryOpen = false;
      } else {
        this.model.onLevel(resting, previousLots, newLots);
      }
    }
  }

  /** Called by the recorded book: all levels are new. Nobody can stand ahead who is not shown. */
  onReset(): void {
    this.resetEntries(this.ownBids);
    this.resetEntries(this.ownAsks);
  }

  private resetEntries(own: OwnQueue): void {
    for (let index = 0; index < own.count; index++) {
      const resting = own.at(index) as RestingOrder;
      const shownLots = this.recordedLots(own.side, resting.order.priceTicks);
      resting.aheadLots = Math.min(resting.aheadLots, shownLots);
      resting.tradedLots = 0;
    }
  }

  /** After a depth message nothing is uncertain any more about orders that arrived before it. */
  private closeEntries(own: OwnQueue): void {
    for (let index = 0; index < own.count; index++) {
      (own.at(index) as RestingOrder).isEntryOpen = false;
    }
  }

  private onTrade(trade: Readonly<TradeEvent>): void {
    const bidLots = this.fillTradedThrough(this.ownBids, trade.priceTicks);
    const askLots = this.fillTradedThrough(this.ownAsks, trade.priceTicks);
    const makerSide = trade.aggressor === Side.BUY ? Side.SELL : Side.BUY;
    this.book.sideOf(makerSide).noteTraded(trade.priceTicks, trade.quantityLots);
    const spentLots = makerSide === Side.BUY ? bidLots : askLots;
    const reachableLots = Math.max(trade.quantityLots - spentLots, 0);
    this.shareTrade(this.ownOf(makerSide), trade, reachableLots);
  }

  /** Orders at strictly better prices than a trade would all have been hit before it. Returns their lots. */
  private fillTradedThrough(own: OwnQueue, tradeTicks: number): number {
    let filledLots = 0;
    let resting = own.at(0);
    while (resting !== undefined && own.isBetter(resting.order.priceTicks, tradeTicks)) {
      const lots = leavesLots(resting.order);
      this.fillResting(own, resting, lots, FillCause.TRADE_THROUGH);
      filledLots += lots;
      resting = own.at(0);
    }
    return filledLots;
  }

  /** Gives one trade's volume to the orders at its price, in the order of our own queue. */
  private shareTrade(own: OwnQueue, trade: Readonly<TradeEvent>, lotsLeft: number): void {
    const priceTicks = trade.priceTicks;
    const tradedLots = trade.quantityLots;
    let shareLots = Math.floor(tradedLots * this.maxShareOfTrade);
    let reachableLots = lotsLeft;
    let index = 0;
    while (index < own.count) {
      const resting = own.at(index) as RestingOrder;
      if (own.isBetter(priceTicks, resting.order.priceTicks)) return;
      index += 1;
      if (resting.order.priceTicks !== priceTicks) continue;
      const executableLots = this.model.onTrade(resting, tradedLots, reachableLots);
      const lots = Math.min(executableLots, leavesLots(resting.order), shareLots, reachableLots);
      if (lots <= 0) continue;
      shareLots -= lots;
      reachableLots -= lots;
      if (this.fillResting(own, resting, lots, FillCause.QUEUE)) index -= 1;
    }
  }

  /** Orders that the recorded opposite side reached. What they traded against is used up. */
  private fillCrossed(): void {
    this.fillCrossedSide(this.ownBids);
    this.fillCrossedSide(this.ownAsks);
  }

  private fillCrossedSide(own: OwnQueue): void {
    let resting = own.at(0);
    if (resting === undefined) return;
    const opposite = this.book.sideOf(own.side === Side.BUY ? Side.SELL : Side.BUY);
    const crossingTicks = opposite.bestAvailableTicks(resting.order.priceTicks);
    if (crossingTicks === 0) return;
    while (resting !== undefined && opposite.reaches(resting.order.priceTicks, crossingTicks)) {
      const limitTicks = resting.order.priceTicks;
      let unusedLots = leavesLots(resting.order);
      let ticks = opposite.bestAvailableTicks(limitTicks);
      while (ticks !== 0 && unusedLots > 0) {
        unusedLots -= opposite.consume(ticks, unusedLots);
        ticks = opposite.bestAvailableTicks(limitTicks);
      }
      this.fillResting(own, resting, leavesLots(resting.order), FillCause.CROSSED);
      resting = own.at(0);
    }
  }

  /** Returns true when the order is done and has left the book. */
  private fillResting(
    own: OwnQueue,
    resting: RestingOrder,
    lots: number,
    cause: FillCause,
  ): boolean {
    const order = resting.order;
    order.filledLots = (order.filledLots + lots) as QuantityLots;
    const isDone = leavesLots(order) === 0;
    if (isDone) own.remove(order);
    this.tradeIdLast += 1;
    this.listener.onFill(order, order.priceTicks, lots as QuantityLots, true, this.tradeIdLast);
    this.recorder.onMaker(resting, cause, lots, this.now);
    return isDone;
  }

  private rest(order: VenueOrder): void {
    const resting: RestingOrder = {
      order,
      enteredAtMicros: this.now,
      aheadAtEntryLots: 0,
      isEntryOpen: !this.book.isFreshAt(order.side, order.priceTicks),
      aheadLots: 0,
      tradedLots: 0,
    };
    this.model.onAccept(resting, this.recordedLots(order.side, order.priceTicks));
    resting.aheadAtEntryLots = resting.aheadLots;
    this.ownOf(order.side).add(resting);
    this.listener.onRested(order);
  }

  /** Trades while it can. True when the order still has quantity and was not ended on the way. */
  private sweep(taker: VenueOrder, limitTicks: number): boolean {
    const own = this.ownOf(taker.side === Side.BUY ? Side.SELL : Side.BUY);
    const opposite = this.book.sideOf(own.side);
    while (leavesLots(taker) > 0) {
      const marketTicks = opposite.bestAvailableTicks(limitTicks);
      const maker = own.at(0);
      const isOwnReached =
        maker !== undefined && opposite.reaches(limitTicks, maker.order.priceTicks);
      if (isOwnReached && isNext(own, maker, marketTicks)) {
        if (!this.meetOwn(taker, own, maker)) return false;
      } else if (marketTicks === 0) {
        return true;
      } else {
        this.take(taker, marketTicks, isOwnReached ? maker : undefined);
      }
    }
    return false;
  }

  /** Takes from one recorded level, and before an order of ours there only what stands ahead of it. */
  private take(taker: VenueOrder, priceTicks: number, maker: RestingOrder | undefined): void {
    const opposite = this.book.sideOf(taker.side === Side.BUY ? Side.SELL : Side.BUY);
    let wantedLots = leavesLots(taker);
    const isShared = maker !== undefined && maker.order.priceTicks === priceTicks;
    if (isShared) wantedLots = Math.min(wantedLots, Math.ceil(maker.aheadLots));
    const lots = opposite.consume(priceTicks, wantedLots);
    if (isShared) maker.aheadLots = Math.max(maker.aheadLots - lots, 0);
    taker.filledLots = (taker.filledLots + lots) as QuantityLots;
    this.tradeIdLast += 1;
    const id = this.tradeIdLast;
    this.listener.onFill(taker, priceTicks as PriceTicks, lots as QuantityLots, false, id);
    this.recorder.onTaker(taker, priceTicks, lots, this.now);
  }

  /** Our taker meets our own resting order: the taker's mode decides. False when the taker ended. */
  private meetOwn(taker: VenueOrder, own: OwnQueue, maker: RestingOrder): boolean {
    if (taker.owner !== maker.order.owner) {
      this.tradeWithOwn(taker, own, maker);
      return true;
    }
    switch (taker.selfTradeMode) {
      case SelfTradeMode.NONE:
        this.tradeWithOwn(taker, own, maker);
        return true;
      case SelfTradeMode.DECREMENT:
        return this.decrement(taker, own, maker.order);
      case SelfTradeMode.EXPIRE_MAKER:
        this.tellPrevented(taker, maker.order, 0, leavesLots(maker.order));
        this.expire(own, maker.order);
        return true;
      case SelfTradeMode.EXPIRE_BOTH:
        this.tellPrevented(taker, maker.order, leavesLots(taker), leavesLots(maker.order));
        this.expire(own, maker.order);
        this.listener.onEnded(taker, VenueEnd.SELF_TRADE);
        return false;
      case SelfTradeMode.EXPIRE_TAKER:
        this.tellPrevented(taker, maker.order, leavesLots(taker), 0);
        this.listener.onEnded(taker, VenueEnd.SELF_TRADE);
        return false;
    }
  }

  /** What each of the two loses by it. */
  private tellPrevented(
    taker: VenueOrder,
    maker: VenueOrder,
    takerLots: number,
    makerLots: number,
  ): void {
    this.listener.onPrevented?.(taker, maker, takerLots as QuantityLots, makerLots as QuantityLots);
  }

  private tradeWithOwn(taker: VenueOrder, own: OwnQueue, maker: RestingOrder): void {
    const lots = Math.min(leavesLots(taker), leavesLots(maker.order));
    const priceTicks = maker.order.priceTicks;
    taker.filledLots = (taker.filledLots + lots) as QuantityLots;
    // Both sides of one execution carry one trade id: `fillResting` gives the next one.
    const id = this.tradeIdLast + 1;
    this.listener.onFill(taker, priceTicks, lots as QuantityLots, false, id);
    this.recorder.onTaker(taker, priceTicks, lots, this.now);
    this.fillResting(own, maker, lots, FillCause.QUEUE);
  }

  private decrement(taker: VenueOrder, own: OwnQueue, maker: VenueOrder): boolean {
    const lots = Math.min(leavesLots(taker), leavesLots(maker));
    taker.preventedLots = (taker.preventedLots + lots) as QuantityLots;
    maker.preventedLots = (maker.preventedLots + lots) as QuantityLots;
    this.tellPrevented(taker, maker, lots, lots);
    if (leavesLots(maker) === 0) this.expire(own, maker);
    if (leavesLots(taker) > 0) return true;
    this.listener.onEnded(taker, VenueEnd.SELF_TRADE);
    return false;
  }

  private expire(own: OwnQueue, order: VenueOrder): void {
    own.remove(order);
    this.listener.onEnded(order, VenueEnd.SELF_TRADE);
  }

  /**
   * A fill-or-kill trades fully or not at all. Behind an order of our own only EXPIRE_MAKER goes on;
   * for the other modes just the better prices count.
   */
  private canFill(order: VenueOrder, limitTicks: number): boolean {
    const wantedLots = leavesLots(order);
    const own = this.ownOf(order.side === Side.BUY ? Side.SELL : Side.BUY);
    const opposite = this.book.sideOf(own.side);
    let countedTicks = limitTicks;
    const blocksBehind = order.selfTradeMode !== SelfTradeMode.EXPIRE_MAKER && own.count > 0;
    if (blocksBehind && opposite.reaches(limitTicks, own.bestTicks)) {
      countedTicks = own.bestTicks + (own.side === Side.SELL ? -1 : 1);
    }
    return opposite.availableWithin(countedTicks, wantedLots) >= wantedLots;
  }

  private ownOf(side: Side): OwnQueue {
    return side === Side.BUY ? this.ownBids : this.ownAsks;
  }
}

/** True when our own order trades before the recorded level: better price, or nobody is ahead of it. */
function isNext(own: OwnQueue, maker: RestingOrder, marketTicks: number): boolean {
  if (marketTicks === 0 || own.isBetter(maker.order.priceTicks, marketTicks)) return true;
  return maker.order.priceTicks === marketTicks && maker.aheadLots <= 0;
}

/** A market order takes any price. */
function marketLimit(side: Side): number {
  return side === Side.BUY ? Number.POSITIVE_INFINITY : 0;
}
