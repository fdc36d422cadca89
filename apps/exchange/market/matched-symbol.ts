import type { LevelColumn } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Side } from '#contracts/order.ts';
import type { BookObserver } from '#simulation/venue/matching-engine.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import type { VenueBook, VenueBookListener, VenueOrder } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { DepthCollectors } from './depth-collectors.ts';
import { type DepthCollector, FIRST_ACCOUNT_OWNER } from './symbol-market.ts';
import { TradedSymbol } from './traded-symbol.ts';

export interface MatchedSymbolOptions {
  readonly instrument: Instrument;
  /** The moment that is worked on, of the market's clock. */
  readonly workingMicros: () => EpochMicros;
  readonly lastTradeId: number;
  readonly lastUpdateId: number;
}

/** A symbol whose book is a matching engine: whoever trades here meets real counterparties. */
export class MatchedSymbol extends TradedSymbol implements BookObserver {
  readonly engine: MatchingEngine;
  private readonly collectors: DepthCollectors;

  constructor({ instrument, workingMicros, lastTradeId, lastUpdateId }: MatchedSymbolOptions) {
    super(instrument, workingMicros);
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

  onTrade(
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    tradeId: number,
    taker: VenueOrder,
  ): void {
    this.print(priceTicks, quantityLots, tradeId, taker.side);
  }

  onBookChanged(topChanged: boolean): void {
    this.tellBookChanged(topChanged);
  }

  protected writeLevels(side: Side, levelsMax: number, into: LevelColumn): void {
    this.engine.writeLevels(side, levelsMax, into);
  }
}

function isAccounts(order: VenueOrder): boolean {
  return order.owner >= FIRST_ACCOUNT_OWNER;
}
