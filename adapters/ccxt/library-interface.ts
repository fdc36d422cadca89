/**
 * The part of the ccxt library that is used, as types of our own: the library is loaded only when a session
 * asks for it, and a test can stand in its place. Numbers may be texts: the library is asked for texts, and
 * gives doubles for books all the same.
 */
export type Numeric = number | string;

/** One level: price, quantity, and on some venues a count or an id. */
export type CcxtLevel = readonly (Numeric | undefined)[];

/** A whole book, best level first. The library changes it in place: read it before the next await. */
export interface CcxtOrderBook {
  readonly bids: readonly CcxtLevel[];
  readonly asks: readonly CcxtLevel[];
  /** Epoch milliseconds of the venue; many say none. */
  readonly timestamp?: number | undefined;
}

export interface CcxtTrade {
  readonly id?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly price?: Numeric | undefined;
  readonly amount?: Numeric | undefined;
  /** Of the taker. */
  readonly side?: string | undefined;
}

export interface CcxtTicker {
  readonly timestamp?: number | undefined;
  readonly bid?: Numeric | undefined;
  readonly bidVolume?: Numeric | undefined;
  readonly ask?: Numeric | undefined;
  readonly askVolume?: Numeric | undefined;
}

export interface CcxtFundingRate {
  readonly timestamp?: number | undefined;
  readonly markPrice?: Numeric | undefined;
  readonly indexPrice?: Numeric | undefined;
  readonly fundingRate?: Numeric | undefined;
  /** Of the next settlement, epoch milliseconds. */
  readonly fundingTimestamp?: number | undefined;
  readonly nextFundingTimestamp?: number | undefined;
}

export interface CcxtOrder {
  readonly id?: string | undefined;
  readonly clientOrderId?: string | undefined;
  readonly status?: string | undefined;
  readonly filled?: Numeric | undefined;
}

interface Bounds {
  readonly min?: Numeric | undefined;
  readonly max?: Numeric | undefined;
}

export interface CcxtMarket {
  /** The library's own name: "DOGE/USDT", "DOGE/USDT:USDT". */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly settle?: string | undefined;
  readonly spot?: boolean | undefined;
  readonly swap?: boolean | undefined;
  readonly linear?: boolean | undefined;
  readonly active?: boolean | undefined;
  /** Base assets in one contract; quantities of such a market count contracts. */
  readonly contractSize?: Numeric | undefined;
  readonly maker?: Numeric | undefined;
  readonly taker?: Numeric | undefined;
  readonly precision?: {
    readonly price?: Numeric | undefined;
    readonly amount?: Numeric | undefined;
  };
  readonly limits?: {
    readonly price?: Bounds | undefined;
    readonly amount?: Bounds | undefined;
    readonly cost?: Bounds | undefined;
  };
}

type Extra = Readonly<Record<string, unknown>>;

/** One exchange of the library. Every promise may reject with an error of the library's own classes. */
export interface CcxtExchange {
  readonly id: string;
  /** What the library says it can do: true, false, undefined, or "emulated". */
  readonly has: Readonly<Record<string, boolean | string | undefined>>;
  /** 2: precisions are counts of decimals. 3: of significant digits. 4: they are steps. */
  readonly precisionMode?: number | undefined;
  setSandboxMode(isOn: boolean): void;
  loadMarkets(reload?: boolean): Promise<Readonly<Record<string, CcxtMarket>>>;
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtOrderBook>;
  watchOrderBook(symbol: string, limit?: number): Promise<CcxtOrderBook>;
  fetchTrades(symbol: string): Promise<readonly CcxtTrade[]>;
  watchTrades(symbol: string): Promise<readonly CcxtTrade[]>;
  watchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, CcxtTicker>>>;
  watchTicker(symbol: string): Promise<CcxtTicker>;
  fetchFundingRate(symbol: string): Promise<CcxtFundingRate>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price: string | undefined,
    extra: Extra,
  ): Promise<CcxtOrder>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price: string | undefined,
    extra: Extra,
  ): Promise<CcxtOrder>;
  cancelOrder(id: string, symbol: string, extra?: Extra): Promise<CcxtOrder>;
  fetchOpenOrders(symbol: string): Promise<readonly CcxtOrder[]>;
  amountToPrecision(symbol: string, amount: string): string;
  priceToPrecision(symbol: string, price: string): string;
  close(): Promise<unknown>;
}
