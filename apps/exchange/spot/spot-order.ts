import { ownerOf, type SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';

export const SIDE_WORDS = ['BUY', 'SELL'] as const;
export const TYPE_WORDS = ['LIMIT', 'LIMIT_MAKER', 'MARKET'] as const;
export const TIME_WORDS = ['GTC', 'IOC', 'FOK'] as const;
export const SELF_TRADE_WORDS = [
  'NONE',
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
  'DECREMENT',
  'TRANSFER',
] as const;

export type SideWord = (typeof SIDE_WORDS)[number];
export type TypeWord = (typeof TYPE_WORDS)[number];
export type TimeWord = (typeof TIME_WORDS)[number];
export type SelfTradeWord = (typeof SELF_TRADE_WORDS)[number];

export type OrderStatus =
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH'
  | 'REJECTED';

export type ExpiryReason =
  | 'UNFILLED_IOC_QUANTITY_EXPIRED'
  | 'UNFILLED_FOK_ORDER_EXPIRED'
  | 'INSUFFICIENT_LIQUIDITY'
  | 'EXCHANGE_CANCELED';

const TYPE_OF = {
  LIMIT: OrderType.LIMIT,
  LIMIT_MAKER: OrderType.LIMIT_MAKER,
  MARKET: OrderType.MARKET,
} as const;
const TIME_OF = { GTC: TimeInForce.GTC, IOC: TimeInForce.IOC, FOK: TimeInForce.FOK } as const;
/** TRANSFER acts as DECREMENT unless both sides ask for it, and no funds move between accounts here. */
const SELF_TRADE_OF = {
  NONE: SelfTradeMode.NONE,
  EXPIRE_TAKER: SelfTradeMode.EXPIRE_TAKER,
  EXPIRE_MAKER: SelfTradeMode.EXPIRE_MAKER,
  EXPIRE_BOTH: SelfTradeMode.EXPIRE_BOTH,
  DECREMENT: SelfTradeMode.DECREMENT,
  TRANSFER: SelfTradeMode.DECREMENT,
} as const;

/** What a request asks for, in the book's units. */
export interface NewOrder {
  readonly side: SideWord;
  readonly type: TypeWord;
  readonly timeInForce: TimeWord;
  readonly selfTrade: SelfTradeWord;
  /** 0 for MARKET. */
  readonly priceTicks: PriceTicks;
  /** 0 while only a quote amount is given. */
  readonly quantityLots: QuantityLots;
  /** MARKET by amount: at most this much quote, in units; 0 otherwise. */
  readonly quoteOrderUnits: number;
  readonly clientId: string;
  readonly strategyId: number | undefined;
  readonly strategyType: number | undefined;
}

/** One execution as the answer to the order lists it, and as `myTrades` keeps it. */
export interface SpotTrade {
  readonly tradeId: number;
  readonly order: SpotOrder;
  readonly priceTicks: number;
  readonly lots: number;
  readonly quoteUnits: number;
  readonly commissionUnits: number;
  readonly commissionAsset: string;
  readonly timeMillis: number;
  readonly isMaker: boolean;
}

/** A trade with itself that the venue prevented. */
export interface PreventedMatch {
  readonly id: number;
  readonly taker: SpotOrder;
  readonly maker: SpotOrder;
  readonly priceTicks: number;
  readonly takerLots: number;
  readonly makerLots: number;
  readonly timeMillis: number;
}

/** One amend, as `order/amendments` prints it. */
export interface Amendment {
  readonly symbol: string;
  readonly orderId: number;
  readonly executionId: number;
  readonly origClientOrderId: string;
  readonly newClientOrderId: string;
  readonly origQty: string;
  readonly newQty: string;
  readonly time: number;
  readonly [field: string]: string | number;
}

/** An order of an account: as the book sees it, and as the wire shows it. */
export class SpotOrder implements VenueOrder {
  readonly venueOrderId: number;
  readonly owner: number;
  readonly clientOrderId = 0;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly reduceOnly = false;
  readonly priceTicks: PriceTicks;
  quantityLots: QuantityLots;
  filledLots = 0 as QuantityLots;
  preventedLots = 0 as QuantityLots;

  readonly market: SymbolMarket;
  readonly accountId: number;
  readonly request: NewOrder;
  readonly createdMillis: number;
  /** Its client id now: a cancel or an amend gives it another one. */
  clientId: string;
  /** Every client id it has had, the first one first. */
  readonly clientIds: string[];
  /** A fault hides it from queries until then; 0: it never did. */
  hiddenUntilMillis = 0;
  updatedMillis: number;
  status: OrderStatus = 'NEW';
  expiryReason: ExpiryReason | null = null;
  quoteFilledUnits = 0;
  /** What is locked for it: quote units of a buy, base units of a sell. */
  lockedUnits = 0;
  readonly amendments: Amendment[] = [];
  /** Executions of its arrival, for the FULL answer; later ones are not added. */
  readonly arrivalTrades: SpotTrade[] = [];
  readonly arrivalPrevented: PreventedMatch[] = [];
  lastPrevented: PreventedMatch | null = null;
  /** Prevented in all, as the wire counts it: what self-trade prevention expired is in it. */
  preventedShownLots = 0;

  constructor(
    id: number,
    accountId: number,
    market: SymbolMarket,
    request: NewOrder,
    nowMillis: number,
  ) {
    this.venueOrderId = id;
    this.accountId = accountId;
    this.owner = ownerOf(accountId);
    this.market = market;
    this.request = request;
    this.side = request.side === 'BUY' ? Side.BUY : Side.SELL;
    this.type = TYPE_OF[request.type];
    this.timeInForce = TIME_OF[request.timeInForce];
    this.selfTradeMode = SELF_TRADE_OF[request.selfTrade];
    this.priceTicks = request.priceTicks;
    this.quantityLots = request.quantityLots;
    this.clientId = request.clientId;
    this.clientIds = [request.clientId];
    this.createdMillis = nowMillis;
    this.updatedMillis = nowMillis;
  }

  get isBuy(): boolean {
    return this.side === Side.BUY;
  }

  get isOpen(): boolean {
    return this.status === 'NEW' || this.status === 'PARTIALLY_FILLED';
  }
}
