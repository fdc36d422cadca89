/**
 * What executes orders in one instrument of the simulated venue. Two implementations behind one
 * interface, so that paper is never easier than backtest: the matching engine (synthetic market,
 * real counterparties) and the queue book (recordings: our place in a recorded queue).
 */

import type { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';

/** Owner of an order: 0 is the account under test (us); market participants are above. */
export type OwnerId = number;
export const OWN_ACCOUNT: OwnerId = 0;

/** An order at the venue. The book updates `filledLots`; `leaves = quantity - filled - prevented`. */
export interface VenueOrder {
  readonly venueOrderId: number;
  readonly owner: OwnerId;
  /** Our client order id, 0 for other participants. */
  readonly clientOrderId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly reduceOnly: boolean;
  /** 0 for MARKET. */
  readonly priceTicks: PriceTicks;
  quantityLots: QuantityLots;
  filledLots: QuantityLots;
  preventedLots: QuantityLots;
}

/** Why a book ended an order by itself. */
export const VenueEnd = {
  /** IOC or MARKET remainder. */
  UNFILLED_REMAINDER: 0,
  FOK_UNFILLABLE: 1,
  SELF_TRADE: 2,
} as const;
export type VenueEnd = (typeof VenueEnd)[keyof typeof VenueEnd];

/** Told by a book while it works. Calls come in the order in which things happened. */
export interface VenueBookListener {
  /** The order (or its remainder) rests in the book now. */
  onRested(order: VenueOrder): void;
  /**
   * One execution. Called once for each side whose order the book knows: `isMaker` says which.
   * `filledLots` is already updated. `tradeId` rises by one per execution in the instrument.
   */
  onFill(
    order: VenueOrder,
    priceTicks: PriceTicks,
    quantityLots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void;
  onEnded(order: VenueOrder, end: VenueEnd): void;
  /**
   * Self-trade prevention stopped an execution at the maker's price. Lots are what each of the two lost
   * by it, zero for one that goes on untouched; the orders it ends are told by `onEnded` afterwards.
   */
  onPrevented?(
    taker: VenueOrder,
    maker: VenueOrder,
    takerLots: QuantityLots,
    makerLots: QuantityLots,
  ): void;
}

export interface VenueBook {
  /** Best prices as the venue sees them now, own orders included; 0 when a side is empty. */
  readonly bestBidTicks: number;
  readonly bestAskTicks: number;
  /** True when the order would take liquidity at once: for LIMIT_MAKER and GTX checks. */
  wouldTake(side: Side, priceTicks: PriceTicks): boolean;
  /** Accepts an order that passed every check of the venue shell (filters, balances, post-only). */
  place(order: VenueOrder, nowMicros: EpochMicros): void;
  /** Takes a resting order out. False when it does not rest here (already closed). */
  cancel(order: VenueOrder): boolean;
  /** Shrinks the total quantity in place, keeping the queue place. False when the order does not rest here. */
  reduce(order: VenueOrder, newQuantityLots: QuantityLots): boolean;
}

/** What of an order may still trade: quantity - filled - prevented. Zero: the order is over. */
export function leavesLots(order: VenueOrder): number {
  return order.quantityLots - order.filledLots - order.preventedLots;
}
