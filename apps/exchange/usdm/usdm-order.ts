import { ownerOf, type SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';

export const SIDE_WORDS = ['BUY', 'SELL'] as const;
export const TYPE_WORDS = ['LIMIT', 'MARKET'] as const;
export const TIME_WORDS = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'RPI'] as const;
export const SELF_TRADE_WORDS = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const;
export const POSITION_SIDES = ['BOTH', 'LONG', 'SHORT'] as const;

export type SideWord = (typeof SIDE_WORDS)[number];
export type TypeWord = (typeof TYPE_WORDS)[number];
export type TimeWord = (typeof TIME_WORDS)[number];
export type SelfTradeWord = (typeof SELF_TRADE_WORDS)[number];
export type PositionSide = (typeof POSITION_SIDES)[number];
export type OrderStatus =
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH';

const TIME_OF = {
  GTC: TimeInForce.GTC,
  IOC: TimeInForce.IOC,
  FOK: TimeInForce.FOK,
  GTX: TimeInForce.GTX,
  GTD: TimeInForce.GTC,
  RPI: TimeInForce.GTX,
} as const;
const SELF_TRADE_OF = {
  NONE: SelfTradeMode.NONE,
  EXPIRE_TAKER: SelfTradeMode.EXPIRE_TAKER,
  EXPIRE_MAKER: SelfTradeMode.EXPIRE_MAKER,
  EXPIRE_BOTH: SelfTradeMode.EXPIRE_BOTH,
} as const;

/** What a request asks for, in the book's units. */
export interface NewOrder {
  readonly side: SideWord;
  readonly type: TypeWord;
  readonly timeInForce: TimeWord;
  readonly selfTrade: SelfTradeWord;
  readonly positionSide: PositionSide;
  readonly reduceOnly: boolean;
  /** 0 for MARKET. */
  readonly priceTicks: PriceTicks;
  readonly quantityLots: QuantityLots;
  readonly priceMatch: string;
  /** Epoch milliseconds; 0: none. */
  readonly goodTillDate: number;
  readonly clientId: string;
}

/** One execution of an order, as `userTrades` keeps it. */
export interface UsdmTrade {
  readonly tradeId: number;
  readonly order: UsdmOrder;
  readonly priceTicks: number;
  readonly lots: number;
  readonly quoteUnits: number;
  readonly commissionUnits: number;
  readonly realizedUnits: number;
  readonly timeMillis: number;
  readonly isMaker: boolean;
}

/** One modify, as `orderAmendment` prints it. */
export interface Amendment {
  readonly id: number;
  readonly timeMillis: number;
  readonly priceBefore: number;
  readonly priceAfter: number;
  readonly lotsBefore: number;
  readonly lotsAfter: number;
}

/** An order of an account: as the book sees it, and as the wire shows it. */
export class UsdmOrder implements VenueOrder {
  readonly venueOrderId: number;
  readonly owner: number;
  readonly clientOrderId = 0;
  readonly side: Side;
  /** A market order goes to the book as a limit order at the farthest price the venue lets it take. */
  readonly type = OrderType.LIMIT;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly reduceOnly: boolean;
  priceTicks: PriceTicks;
  quantityLots: QuantityLots;
  filledLots = 0 as QuantityLots;
  preventedLots = 0 as QuantityLots;

  readonly market: SymbolMarket;
  readonly accountId: number;
  readonly request: NewOrder;
  readonly createdMillis: number;
  updatedMillis: number;
  /** Price as the wire shows it, 0 for MARKET. */
  shownTicks: number;
  status: OrderStatus = 'NEW';
  quoteFilledUnits = 0;
  /** The venue closes the account's position with it. */
  isLiquidation = false;
  /** Notional that the account's margin counts for it while it is open, quote units. */
  countedUnits = 0;
  /** A fault hides it from queries until then; 0: it never did. */
  hiddenUntilMillis = 0;
  readonly amendments: Amendment[] = [];

  constructor(
    id: number,
    accountId: number,
    market: SymbolMarket,
    request: NewOrder,
    bookTicks: PriceTicks,
    nowMillis: number,
  ) {
    this.venueOrderId = id;
    this.accountId = accountId;
    this.owner = ownerOf(accountId);
    this.market = market;
    this.request = request;
    this.side = request.side === 'BUY' ? Side.BUY : Side.SELL;
    this.timeInForce = request.type === 'MARKET' ? TimeInForce.IOC : TIME_OF[request.timeInForce];
    this.selfTradeMode = SELF_TRADE_OF[request.selfTrade];
    this.reduceOnly = request.reduceOnly;
    this.priceTicks = bookTicks;
    this.shownTicks = request.priceTicks;
    this.quantityLots = request.quantityLots;
    this.createdMillis = nowMillis;
    this.updatedMillis = nowMillis;
  }

  get isBuy(): boolean {
    return this.side === Side.BUY;
  }

  get isOpen(): boolean {
    return this.status === 'NEW' || this.status === 'PARTIALLY_FILLED';
  }

  get leavesLots(): number {
    return this.quantityLots - this.filledLots - this.preventedLots;
  }
}
