/**
 * One symbol of one market as the rest of the exchange sees it: the book that executes, and the
 * prices that rules refer to. Implemented over the synthetic market and over recordings.
 */
import type { Instrument } from '#contracts/instrument.ts';
import type { VenueBook, VenueBookListener } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';

/** Price in ticks, quantity in lots. */
export type BookRow = readonly [priceTicks: number, quantityLots: number];

export interface PublicTrade {
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly quantityLots: number;
  /** The aggressor sold. */
  readonly buyerIsMaker: boolean;
  readonly timeMicros: EpochMicros;
}

/** What became of an order by which the venue closed somebody's position. */
export interface ForcedOrder {
  readonly isBuy: boolean;
  readonly quantityLots: number;
  /** Its limit. */
  readonly priceTicks: number;
  /** What it traded at on average, 1e-8 quote; 0 when it did not trade. */
  readonly averagePriceUnits: number;
  readonly filledLots: number;
}

export interface MarketObserver {
  onTrade(trade: PublicTrade): void;
  /** After each change of the book. */
  onBookChanged(topChanged: boolean): void;
  onForcedOrder?(order: ForcedOrder): void;
}

/** What changed in a book since a collector was last emptied. */
export interface DepthChanges {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** Absolute quantities; 0: the level is gone. */
  readonly bids: readonly BookRow[];
  readonly asks: readonly BookRow[];
}

/** Gathers the changes of one stream speed. Two collectors never take from each other. */
export interface DepthCollector {
  /** The changes since the last call, or null when there were none. */
  drain(): DepthChanges | null;
  /** Gathers no more. */
  close(): void;
}

export interface SymbolMarket {
  readonly instrument: Instrument;
  /**
   * Where orders execute. Owner ids of the exchange's accounts come from `ownerOf(accountId)`; an
   * order of an owner below is nobody's who has an account.
   */
  readonly book: VenueBook;
  /** Told of every order that was placed by accounts of the exchange. Set once at the start. */
  bindAccounts(listener: VenueBookListener): void;
  readonly lastUpdateId: number;
  collectDepth(): DepthCollector;
  /** Best `limit` rows of each side, best first. */
  depth(limit: number): { readonly bids: readonly BookRow[]; readonly asks: readonly BookRow[] };
  /** Latest trades, oldest first, at most `limit`; `fromId` given: from there on. */
  trades(limit: number, fromId?: number): readonly PublicTrade[];
  /** Last trade's price; 0 before the first. */
  readonly lastPriceTicks: number;
  /** Five-minute average (spot's `avgPrice`), in 1e-8 quote; 0 before the first trade. */
  averagePriceUnits(): PriceUnits;
  /** Perpetual only: mark and index in 1e-8 quote, the running funding rate, and when it is paid. Spot: zeros. */
  readonly markPriceUnits: PriceUnits;
  readonly indexPriceUnits: PriceUnits;
  readonly fundingRate: RateUnits;
  readonly nextFundingMicros: EpochMicros;
  addObserver(observer: MarketObserver): void;
  /** The venue closed a position here: observers are told. */
  tellForcedOrder?(order: ForcedOrder): void;
  /** Takes effect for everybody at once; the admin endpoint and faults call it. */
  setStatus(status: Instrument['status']): void;
  /** Changes some of the filters, for everybody at once. A market that cannot leaves it out. */
  setFilters?(change: Partial<Instrument['filters']>): void;
}

/** Accounts are owners from here up; the people of the synthetic market are below. */
export const FIRST_ACCOUNT_OWNER = 1_000_000;

export function ownerOf(accountId: number): number {
  return FIRST_ACCOUNT_OWNER + accountId;
}

/** All symbols of both markets and the clock they run on. */
export interface ExchangeMarkets {
  readonly spot: ReadonlyMap<string, SymbolMarket>;
  readonly usdm: ReadonlyMap<string, SymbolMarket>;
  /** The venue's clock: wall time, never going back. Runs what is due before it returns. */
  nowMicros(): EpochMicros;
  /** The moment that is being worked on: runs nothing, so listeners of a book may read it. */
  readonly workingMicros: EpochMicros;
  /** Runs `task` at a moment of that clock. */
  schedule(atMicros: EpochMicros, task: () => void): void;
  /** Called when funding is due, with the rate and mark it is settled at. */
  onFunding(
    listener: (
      symbol: string,
      rate: RateUnits,
      markPriceUnits: PriceUnits,
      atMicros: EpochMicros,
    ) => void,
  ): void;
  /** Time between two fundings; eight hours when it is not said. */
  readonly fundingIntervalMicros?: number;
  close(): void;
}
