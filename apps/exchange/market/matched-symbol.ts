import { LevelColumn } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { BookObserver } from '#simulation/venue/matching-engine.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { VenueBook, VenueBookListener, VenueOrder } from '#simulation/venue/venue-book.ts';
import type {
  EpochMicros,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { DepthCollectors } from './depth-collectors.ts';
import {
  type BookRow,
  type DepthCollector,
  FIRST_ACCOUNT_OWNER,
  type MarketObserver,
  type PublicTrade,
  type SymbolMarket,
} from './symbol-market.ts';
import { TradeTape } from './trade-tape.ts';

export interface MatchedSymbolOptions {
  readonly instrument: Instrument;
  /** The moment that is worked on, of the market's clock. */
  readonly workingMicros: () => EpochMicros;
  readonly lastTradeId: number;
  readonly lastUpdateId: number;
}

/** A symbol whose book is a matching engine: whoever trades here meets real counterparties. */
export class MatchedSymbol implements SymbolMarket, BookObserver {
  instrument: Instrument;
  markPriceUnits = 0 as PriceUnits;
  indexPriceUnits = 0 as PriceUnits;
  fundingRate = 0 as RateUnits;
  nextFundingMicros = 0 as EpochMicros;
  readonly engine: MatchingEngine;
  /** Told after the status changed. */
  onStatus: () => void = () => undefined;
  private readonly workingMicros: () => EpochMicros;
  private readonly observers: MarketObserver[] = [];
  private readonly tape = new TradeTape();
  private readonly collectors: DepthCollectors;
  private readonly column = new LevelColumn();

  constructor({ instrument, workingMicros, lastTradeId, lastUpdateId }: MatchedSymbolOptions) {
    this.instrument = instrument;
    this.workingMicros = workingMicros;
    this.engine = new MatchingEngine({ lastTradeId, lastUpdateId });
    this.engine.addObserver(this);
    this.collectors = new DepthCollectors(this.engine);
  }

  get book(): VenueBook {
    return this.engine;
  }

  get lastUpdateId(): number {
    return this.engine.lastUpdateId;
  }

  get lastPriceTicks(): number {
    return this.engine.lastTradePriceTicks;
  }

  bindAccounts(listener: VenueBookListener): void {
    this.engine.bindParticipants({
      onRested: (order) => {
        if (isAccounts(order)) listener.onRested(order);
      },
      onFill: (order, priceTicks, lots, isMaker, tradeId) => {
        if (isAccounts(order)) listener.onFill(order, priceTicks, lots, isMaker, tradeId);
      },
      onEnded: (order, end) => {
        if (isAccounts(order)) listener.onEnded(order, end);
      },
      onPrevented: (taker, maker, takerLots, makerLots) => {
        if (isAccounts(taker)) listener.onPrevented?.(taker, maker, takerLots, makerLots);
      },
    });
  }

  collectDepth(): DepthCollector {
    return this.collectors.open();
  }

  depth(limit: number): { readonly bids: readonly BookRow[]; readonly asks: readonly BookRow[] } {
    return { bids: this.rows(Side.BUY, limit), asks: this.rows(Side.SELL, limit) };
  }

  trades(limit: number, fromId?: number): readonly PublicTrade[] {
    return this.tape.latest(limit, fromId);
  }

  averagePriceUnits(): PriceUnits {
    const { priceUnitsPerTick } = this.instrument;
    return this.tape.averagePriceUnits(this.workingMicros(), priceUnitsPerTick);
  }

  addObserver(observer: MarketObserver): void {
    this.observers.push(observer);
  }

  setStatus(status: Instrument['status']): void {
    const { instrument } = this;
    this.instrument = { ...instrument, status, version: instrument.version + 1 };
    this.onStatus();
  }

  onTrade(
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    tradeId: number,
    taker: VenueOrder,
  ): void {
    const trade: PublicTrade = {
      tradeId,
      priceTicks,
      quantityLots,
      buyerIsMaker: taker.side === Side.SELL,
      timeMicros: this.workingMicros(),
    };
    this.tape.note(trade);
    for (const observer of this.observers) observer.onTrade(trade);
  }

  onBookChanged(topChanged: boolean): void {
    for (const observer of this.observers) observer.onBookChanged(topChanged);
  }

  private rows(side: Side, limit: number): readonly BookRow[] {
    const { column } = this;
    column.clear();
    this.engine.writeLevels(side, limit, column);
    const rows: BookRow[] = [];
    for (let index = 0; index < column.count; index++) {
      rows.push([column.pricesTicks[index] as number, column.quantitiesLots[index] as number]);
    }
    return rows;
  }
}

function isAccounts(order: VenueOrder): boolean {
  return order.owner >= FIRST_ACCOUNT_OWNER;
}
