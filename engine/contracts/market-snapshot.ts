import type {
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import type { Side } from './order.ts';

/** Levels a snapshot shows per side. */
export const SNAPSHOT_LEVELS = 20;

export const BookStatus = { EMPTY: 0, SYNCING: 1, LIVE: 2, STALE: 3 } as const;
export type BookStatus = (typeof BookStatus)[keyof typeof BookStatus];

/** Where the top of book came from last. */
export const TopSource = { NONE: 0, DEPTH: 1, BOOK_TICKER: 2, SNAPSHOT: 3 } as const;
export type TopSource = (typeof TopSource)[keyof typeof TopSource];

/** One side of a book, best level first. `count` says how much of the arrays is meaningful. */
export interface DepthLevels {
  readonly count: number;
  /** PriceTicks, whole numbers. */
  readonly pricesTicks: Float64Array;
  /** QuantityLots, whole numbers above zero. Own orders are taken out. */
  readonly quantitiesLots: Float64Array;
}

/**
 * The market of one instrument as of the event being handled. Writer: market data. Readers:
 * pricing, hedging, account state, ops. Valid during the call; copy to keep.
 * Own orders are taken out of all prices and quantities.
 */
export interface MarketSnapshot {
  readonly instrument: InstrumentIndex;
  /** Rises whenever anything pricing would see has changed. */
  readonly version: number;
  readonly status: BookStatus;
  /** True when quotes must not rest on this snapshot: not LIVE, or older than its own baseline allows. */
  readonly isStale: boolean;
  /** 0..1: 1 when live and fresh, falling with age; 0 when stale. */
  readonly confidence: number;
  readonly source: TopSource;
  /** Venue time of the newest event in here; 0 where the venue sends none. */
  readonly venueTimeMicros: EpochMicros;
  /** Stamp (event time) of the event that changed the snapshot last. */
  readonly receiveTimeMicros: EpochMicros;
  readonly updateId: number;
  /** Zero price means: this side of the book is empty. */
  readonly bidPriceTicks: PriceTicks;
  readonly bidQuantityLots: QuantityLots;
  readonly askPriceTicks: PriceTicks;
  readonly askQuantityLots: QuantityLots;
  /** Ask minus bid; 0 when a side is empty. */
  readonly spreadTicks: number;
  /** Bid + ask, in half ticks (twice the mid): an exact integer. The last known one while a side is empty. */
  readonly midHalfTicks: number;
  /** Size-weighted mid I*Pa + (1-I)*Pb in ticks (MODELS 1). */
  readonly weightedMidTicks: number;
  /** I = Qb / (Qb + Qa) at the touch, 0..1. */
  readonly imbalance: number;
  readonly bids: DepthLevels;
  readonly asks: DepthLevels;
  /** Trades seen so far; a reader that remembers it knows whether `lastTrade*` is new. One event adds one. */
  readonly tradeCount: number;
  readonly lastTradePriceTicks: PriceTicks;
  readonly lastTradeQuantityLots: QuantityLots;
  /** Side of the aggressor. */
  readonly lastTradeSide: Side;
  readonly lastTradeMicros: EpochMicros;
  /** Perpetual only, else 0. */
  readonly markPriceUnits: PriceUnits;
  readonly indexPriceUnits: PriceUnits;
  /** Predicted rate for the next settlement. */
  readonly fundingRate: RateUnits;
  readonly nextFundingMicros: EpochMicros;
}

/**
 * Both markets of a session, owned and refreshed by market data. `hedge` is always present; without
 * a hedge instrument its status stays EMPTY and its instrument is NO_INSTRUMENT.
 */
export interface Markets {
  readonly quoted: MarketSnapshot;
  readonly hedge: MarketSnapshot;
}
