/** Requests about orders and the account beyond the five methods: questions, cancel-all, amend, batch. */
import { Market } from '#contracts/instrument.ts';
import type { Parameters } from './parameters.ts';
import { Purpose } from './rate-limiter.ts';
import type { RequestOutcome } from './request-outcome.ts';
import type { HttpMethod } from './rest-transport.ts';
import type { NewOrder, OrderName } from './trade-connector.ts';
import type { TradeLink } from './trade-link.ts';
import { perpetualOrder } from './usdm-connector.ts';

/** The venue takes five orders in one batch. */
const BATCH_MAX = 5;
/** Trades in one answer; the venue's largest page. */
export const TRADE_PAGE = 1_000;

interface Row {
  readonly webSocket: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly weight: number;
}

const row = (webSocket: string, method: HttpMethod, path: string, weight: number): Row => ({
  webSocket,
  method,
  path,
  weight,
});

const SPOT_ROWS = {
  order: row('order.status', 'GET', '/api/v3/order', 4),
  openOrders: row('openOrders.status', 'GET', '/api/v3/openOrders', 6),
  cancelAll: row('openOrders.cancelAll', 'DELETE', '/api/v3/openOrders', 1),
  trades: row('myTrades', 'GET', '/api/v3/myTrades', 20),
  account: row('account.status', 'GET', '/api/v3/account', 20),
} as const;
const USDM_ROWS = {
  order: row('order.status', 'GET', '/fapi/v1/order', 1),
  openOrders: row('', 'GET', '/fapi/v1/openOrders', 1),
  cancelAll: row('', 'DELETE', '/fapi/v1/allOpenOrders', 1),
  trades: row('', 'GET', '/fapi/v1/userTrades', 5),
  account: row('v2/account.status', 'GET', '/fapi/v3/account', 5),
} as const;

/** What both markets can be asked. */
export class OrderRequests {
  protected readonly link: TradeLink;
  private readonly rows: typeof SPOT_ROWS | typeof USDM_ROWS;

  constructor(link: TradeLink) {
    this.link = link;
    this.rows = link.market === Market.SPOT ? SPOT_ROWS : USDM_ROWS;
  }

  queryOrder(order: OrderName): Promise<RequestOutcome> {
    return this.ask(this.rows.order, { ...order }, Purpose.ORDER_QUERY);
  }

  /** `orderId` as the venue wrote it, in digits. */
  queryVenueOrder(symbol: string, orderId: string): Promise<RequestOutcome> {
    const number = Number(orderId);
    if (Number.isSafeInteger(number)) {
      return this.ask(this.rows.order, { symbol, orderId: number }, Purpose.ORDER_QUERY);
    }
    // The WebSocket API takes numbers only, and JSON of ours has none above 2^53.
    const byRest = { ...this.rows.order, webSocket: '' };
    return this.ask(byRest, { symbol, orderId }, Purpose.ORDER_QUERY);
  }

  openOrders(symbol: string): Promise<RequestOutcome> {
    return this.ask(this.rows.openOrders, { symbol });
  }

  /**
   * Own trades of this id and above, oldest first, at most a page. From 0: the newest page, because an
   * account may have years of trades that are not this session's.
   */
  tradesFrom(symbol: string, fromId: number): Promise<RequestOutcome> {
    const from = fromId > 0 ? fromId : undefined;
    return this.ask(this.rows.trades, { symbol, fromId: from, limit: TRADE_PAGE });
  }

  account(): Promise<RequestOutcome> {
    return this.ask(this.rows.account, {});
  }

  /** The perpetual's open positions; on spot there is nothing to ask. */
  positions(): Promise<RequestOutcome> {
    if (this.link.market === Market.SPOT) return Promise.resolve({ kind: 'DONE', result: null });
    return this.ask(row('', 'GET', '/fapi/v3/positionRisk', 5), {});
  }

  cancelAll(symbol: string): Promise<RequestOutcome> {
    return this.ask(this.rows.cancelAll, { symbol }, Purpose.CANCEL);
  }

  protected ask(
    { webSocket, method, path, weight }: Row,
    parameters: Parameters,
    purpose: Purpose = Purpose.QUESTION,
    orders = 0,
  ): Promise<RequestOutcome> {
    const cost = { purpose, weight, orders };
    const request = { method, path, parameters, isSigned: true, cost };
    return this.link.request({ webSocketMethod: webSocket, ...request });
  }
}

export class SpotOrderRequests extends OrderRequests {
  /** Shrinks an order to a new total; it keeps its place and its client id. */
  amendKeepPriority(order: OrderName, newQty: string): Promise<RequestOutcome> {
    const parameters = { ...order, newQty, newClientOrderId: order.origClientOrderId };
    const amend = row('order.amend.keepPriority', 'PUT', '/api/v3/order/amend/keepPriority', 4);
    return this.ask(amend, parameters, Purpose.ORDER);
  }
}

/** A modify of the perpetual: side, quantity and price are all told again. */
export interface OrderModification extends OrderName {
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
}

export class UsdmOrderRequests extends OrderRequests {
  /** Goes to the back of the queue, and may cancel the order: ask for it afterwards. */
  modifyOrder(modification: OrderModification): Promise<RequestOutcome> {
    const modify = row('order.modify', 'PUT', '/fapi/v1/order', 0);
    return this.ask(modify, { ...modification }, Purpose.ORDER, 1);
  }

  /** Up to five orders, each with an answer of its own. Throws a RangeError on none or more. */
  createBatch(orders: readonly NewOrder[]): Promise<RequestOutcome> {
    if (orders.length === 0 || orders.length > BATCH_MAX) {
      throw new RangeError(`a batch of ${orders.length} orders: use 1 to ${BATCH_MAX}`);
    }
    const batchOrders = JSON.stringify(orders.map(perpetualOrder));
    const batch = row('', 'POST', '/fapi/v1/batchOrders', 5);
    return this.ask(batch, { batchOrders }, Purpose.ORDER, orders.length);
  }

  /**
   * The dead man's switch: the venue cancels everything of the symbol after this time unless told again.
   * Zero disarms.
   */
  countdownCancelAll(symbol: string, countdownMillis: number): Promise<RequestOutcome> {
    const countdown = row('', 'POST', '/fapi/v1/countdownCancelAll', 10);
    return this.ask(countdown, { symbol, countdownTime: countdownMillis }, Purpose.CANCEL);
  }
}
