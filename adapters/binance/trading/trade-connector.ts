/** Trading with one venue: exactly five methods, the same for every market. */
import type { FailedOutcome, RequestOutcome } from './request-outcome.ts';

/** A new order in the venue's words. Prices and quantities are decimal texts. */
export interface NewOrder {
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'LIMIT_MAKER' | 'MARKET';
  /** Not for MARKET and LIMIT_MAKER. GTX is the perpetual's post-only. */
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK' | 'GTX';
  readonly quantity: string;
  /** Not for MARKET. */
  readonly price?: string;
  readonly newClientOrderId: string;
  readonly selfTradePreventionMode: string;
  /** Perpetual only. */
  readonly reduceOnly?: boolean;
}

/** An order by its client id. */
export interface OrderName {
  readonly symbol: string;
  readonly origClientOrderId: string;
}

/** An order to cancel. */
export interface OrderToCancel extends OrderName {
  /** Spot: its client id from then on. Left out: one that the venue makes up. */
  readonly canceledName?: string;
}

/** The two halves of a cancel-replace. Answers and errors are in the venue's words. */
export interface ReplaceHalves {
  /** UNKNOWN: the perpetual's cancel is in doubt. */
  readonly cancelResult: string;
  readonly newOrderResult: string;
  readonly cancelResponse?: unknown;
  readonly newOrderResponse?: unknown;
  /** The perpetual, whose halves are two requests: what became of the one that failed. */
  readonly cancel?: FailedOutcome;
  readonly newOrder?: FailedOutcome;
}

/**
 * Places, cancels and replaces orders. Every method sends within its call and its promise never rejects
 * because of the venue: see `RequestOutcome`. An UNKNOWN outcome is resolved by asking, never by sending again.
 */
export interface CoreTradeConnector {
  /** DONE: the venue's acknowledgement. */
  createOrder(order: NewOrder): Promise<RequestOutcome>;
  /** DONE: the cancelled order. */
  cancelOrder(order: OrderToCancel): Promise<RequestOutcome>;
  /**
   * Cancels, and places only if the cancel worked. DONE, or `data` of any other outcome, has
   * `cancelResult`, `newOrderResult`, `cancelResponse`, `newOrderResponse`: `ReplaceHalves`.
   */
  cancelReplace(order: OrderToCancel, replacement: NewOrder): Promise<RequestOutcome>;
  /** Checked by the venue and not placed. */
  testOrder(order: NewOrder): Promise<RequestOutcome>;
  /** DONE: exchangeInfo with the symbol in it. */
  getSymbolFilters(symbol: string): Promise<RequestOutcome>;
}
