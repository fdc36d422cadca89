import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  LevelColumn,
  NO_PREVIOUS_UPDATE,
  TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { createQueueBook } from '#simulation/queue/queue.ts';
import type { QueueBook } from '#simulation/queue/queue-book.ts';
import type { VenueBook, VenueBookListener, VenueOrder } from '#simulation/venue/venue-book.ts';
import { parseScaled } from '#units/decimal-text.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { DepthCollectors } from './depth-collectors.ts';
import type { RecordedKind, RecordedPayload } from './recording-file.ts';
import type { DepthCollector } from './symbol-market.ts';
import { TradedSymbol } from './traded-symbol.ts';

/** The usual model of how a queue shrinks ahead of an order. */
const QUEUE_MODEL = 'power:2';
const UNIT_DECIMALS = 8;

export interface RecordedSymbolOptions {
  readonly instrument: Instrument;
  readonly workingMicros: () => EpochMicros;
  readonly lastTradeId: number;
  readonly lastUpdateId: number;
}

/**
 * A symbol whose market is a recording: its people do as they did, and accounts' orders are filled by
 * their place in the recorded queue. Orders of accounts do not show in the public book: nobody in it
 * could have seen them. What they trade does show, and comes out of the recorded trade it is part of.
 */
export class RecordedSymbol extends TradedSymbol {
  readonly book: VenueBook;
  private readonly queue: QueueBook;
  private readonly collectors: DepthCollectors;
  private readonly changedBids = new Map<number, number>();
  private readonly changedAsks = new Map<number, number>();
  private readonly allLevels = new LevelColumn(1_024);
  private readonly delta = new DepthDeltaEvent();
  private readonly snapshot = new DepthSnapshotEvent();
  private readonly ticker = new BookTickerEvent();
  private readonly trade = new TradeEvent();
  private accounts: VenueBookListener | null = null;
  private updateIdLast: number;
  private printedTradeId = 0;
  /** Lots of the recorded trade under way that accounts' resting orders got. */
  private givenLots = 0;
  private topText = '';

  constructor(options: RecordedSymbolOptions) {
    super(options.instrument, options.workingMicros);
    this.updateIdLast = options.lastUpdateId;
    this.queue = createQueueBook({
      queueModel: QUEUE_MODEL,
      lastTradeId: options.lastTradeId,
      listener: this.listener(),
      onLevel: (side, priceTicks, lots) => this.noteLevel(side, priceTicks, lots),
    });
    this.book = this.tellingBook();
    this.collectors = new DepthCollectors(this);
  }

  get lastUpdateId(): number {
    return this.updateIdLast;
  }

  bindAccounts(listener: VenueBookListener): void {
    this.accounts = listener;
  }

  collectDepth(): DepthCollector {
    return this.collectors.open();
  }

  get hasUnpublishedChanges(): boolean {
    return this.changedBids.size + this.changedAsks.size > 0;
  }

  drainChanges(bids: LevelColumn, asks: LevelColumn): void {
    for (const [priceTicks, lots] of this.changedBids) bids.push(priceTicks, lots);
    for (const [priceTicks, lots] of this.changedAsks) asks.push(priceTicks, lots);
    this.changedBids.clear();
    this.changedAsks.clear();
  }

  /** Plays one message; `idShift` is added to its ids, so that they rise when a recording starts again. */
  play(kind: RecordedKind, payload: RecordedPayload, idShift: number): void {
    const now = this.workingMicros();
    switch (kind) {
      case 'SNAPSHOT':
        this.playSnapshot(payload, idShift);
        break;
      case 'DEPTH':
        this.fillDelta(payload, idShift);
        this.queue.onMarketEvent(this.delta, now);
        break;
      case 'TICKER':
        this.fillTicker(payload, idShift);
        this.queue.onMarketEvent(this.ticker, now);
        break;
      case 'TRADE':
        this.playTrade(payload, now);
        break;
    }
    this.tellChange();
  }

  protected writeLevels(side: Side, levelsMax: number, into: LevelColumn): void {
    this.queue.writeLevels(side, levelsMax, into);
  }

  private playSnapshot(payload: RecordedPayload, idShift: number): void {
    const { snapshot } = this;
    snapshot.lastUpdateId = Number(payload['lastUpdateId']) + idShift;
    this.fillLevels(snapshot.bids, payload['bids']);
    this.fillLevels(snapshot.asks, payload['asks']);
    this.noteAllLevels(0);
    this.queue.onMarketEvent(snapshot, this.workingMicros());
    this.noteAllLevels(1);
  }

  /** Before and after all levels are replaced: those that were are gone, unless they are there again. */
  private noteAllLevels(factor: 0 | 1): void {
    for (const side of [Side.BUY, Side.SELL]) {
      this.allLevels.clear();
      this.queue.writeLevels(side, Number.MAX_SAFE_INTEGER, this.allLevels);
      for (let index = 0; index < this.allLevels.count; index++) {
        const lots = (this.allLevels.quantitiesLots[index] as number) * factor;
        this.noteLevel(side, this.allLevels.pricesTicks[index] as number, lots);
      }
    }
  }

  private playTrade(payload: RecordedPayload, now: EpochMicros): void {
    const { trade } = this;
    trade.priceTicks = this.ticks(payload['p']) as PriceTicks;
    trade.quantityLots = this.lots(payload['q']) as QuantityLots;
    trade.aggressor = payload['m'] === true ? Side.SELL : Side.BUY;
    // The perpetual's undocumented trade stream has frames without a price.
    if (trade.priceTicks === 0 || trade.quantityLots === 0) return;
    trade.venueTimeMicros = now;
    this.givenLots = 0;
    this.queue.onMarketEvent(trade, now);
    const lots = trade.quantityLots - this.givenLots;
    if (lots > 0) this.print(trade.priceTicks, lots, this.queue.takeTradeId(), trade.aggressor);
  }

  private fillDelta(payload: RecordedPayload, idShift: number): void {
    const { delta } = this;
    delta.venueTimeMicros = this.workingMicros();
    delta.firstUpdateId = Number(payload['U']) + idShift;
    delta.lastUpdateId = Number(payload['u']) + idShift;
    const previous = payload['pu'];
    delta.previousUpdateId =
      previous === undefined ? NO_PREVIOUS_UPDATE : Number(previous) + idShift;
    this.fillLevels(delta.bids, payload['b']);
    this.fillLevels(delta.asks, payload['a']);
  }

  private fillTicker(payload: RecordedPayload, idShift: number): void {
    const { ticker } = this;
    ticker.venueTimeMicros = this.workingMicros();
    ticker.updateId = Number(payload['u']) + idShift;
    ticker.bidPriceTicks = this.ticks(payload['b']) as PriceTicks;
    ticker.bidQuantityLots = this.lots(payload['B']) as QuantityLots;
    ticker.askPriceTicks = this.ticks(payload['a']) as PriceTicks;
    ticker.askQuantityLots = this.lots(payload['A']) as QuantityLots;
  }

  private fillLevels(into: LevelColumn, rows: unknown): void {
    into.clear();
    for (const [price, quantity] of rows as readonly (readonly [string, string])[]) {
      into.push(this.ticks(price), this.lots(quantity));
    }
  }

  private ticks(text: unknown): number {
    return Math.round(parseScaled(String(text), UNIT_DECIMALS) / this.instrument.priceUnitsPerTick);
  }

  /** What is less than a lot of today's step counts as nothing. */
  private lots(text: unknown): number {
    return Math.floor(parseScaled(String(text), UNIT_DECIMALS) / this.instrument.baseUnitsPerLot);
  }

  private noteLevel(side: Side, priceTicks: number, lots: number): void {
    this.updateIdLast += 1;
    (side === Side.BUY ? this.changedBids : this.changedAsks).set(priceTicks, lots);
  }

  /** After each message and each order: also tells that what one taker traded is complete. */
  private tellChange(): void {
    const top = this.depth(1);
    const text = JSON.stringify(top);
    const isTopNew = text !== this.topText;
    this.topText = text;
    this.tellBookChanged(isTopNew);
  }

  private listener(): VenueBookListener {
    return {
      onRested: (order) => this.accounts?.onRested(order),
      onEnded: (order, end) => this.accounts?.onEnded(order, end),
      onPrevented: (...prevented) => this.accounts?.onPrevented?.(...prevented),
      onFill: (order, priceTicks, lots, isMaker, tradeId) => {
        this.accounts?.onFill(order, priceTicks, lots, isMaker, tradeId);
        this.onFill(order, priceTicks, lots, isMaker, tradeId);
      },
    };
  }

  /** Each execution is printed once, also when both sides are accounts. */
  private onFill(
    order: VenueOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    if (isMaker && priceTicks === this.trade.priceTicks) this.givenLots += lots;
    if (tradeId === this.printedTradeId) return;
    this.printedTradeId = tradeId;
    const isBuy = order.side === Side.BUY;
    this.print(priceTicks, lots, tradeId, isBuy === isMaker ? Side.SELL : Side.BUY);
  }

  /** The queue's book, telling when an order's fills are complete. */
  private tellingBook(): VenueBook {
    const { queue } = this;
    const tell = (): void => this.tellBookChanged(false);
    return {
      get bestBidTicks() {
        return queue.bestBidTicks;
      },
      get bestAskTicks() {
        return queue.bestAskTicks;
      },
      wouldTake: (side, priceTicks) => queue.wouldTake(side, priceTicks),
      place(order, nowMicros) {
        queue.place(order, nowMicros);
        tell();
      },
      cancel: (order) => queue.cancel(order),
      reduce: (order, newQuantityLots) => queue.reduce(order, newQuantityLots),
    };
  }
}
