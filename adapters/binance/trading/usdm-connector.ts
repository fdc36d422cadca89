/** The USD-M perpetual: the same five methods over its own requests. */
import type { Parameters } from './parameters.ts';
import { Purpose, type RequestCost } from './rate-limiter.ts';
import type { RequestOutcome } from './request-outcome.ts';
import type { CoreTradeConnector, NewOrder, OrderToCancel } from './trade-connector.ts';
import type { TradeLink } from './trade-link.ts';

const PLACE: RequestCost = { purpose: Purpose.ORDER, weight: 0, orders: 1 };
const CANCEL: RequestCost = { purpose: Purpose.CANCEL, weight: 1, orders: 0 };
const ORDER_PATH = '/fapi/v1/order';

export class UsdmTradeConnector implements CoreTradeConnector {
  private readonly link: TradeLink;

  constructor(link: TradeLink) {
    this.link = link;
  }

  createOrder(order: NewOrder): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'order.place',
      method: 'POST',
      path: ORDER_PATH,
      parameters: perpetualOrder(order),
      isSigned: true,
      cost: PLACE,
    });
  }

  /** It keeps its name: the venue does not rename it here. */
  cancelOrder({ symbol, origClientOrderId }: OrderToCancel): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'order.cancel',
      method: 'DELETE',
      path: ORDER_PATH,
      parameters: { symbol, origClientOrderId },
      isSigned: true,
      cost: CANCEL,
    });
  }

  /**
   * The perpetual has no such request: a cancel, and a new order only after the venue said CANCELED. A
   * cancel that was refused or is in doubt leaves the new order unsent; the halves in `data` say so.
   */
  async cancelReplace(order: OrderToCancel, replacement: NewOrder): Promise<RequestOutcome> {
    const cancel = await this.cancelOrder(order);
    if (cancel.kind === 'NOT_SENT') return cancel;
    if (cancel.kind !== 'DONE') {
      const cancelResult = cancel.kind === 'REFUSED' ? 'FAILURE' : 'UNKNOWN';
      return { ...cancel, data: { cancelResult, cancel, newOrderResult: 'NOT_ATTEMPTED' } };
    }
    const placed = await this.createOrder(replacement);
    const halves = { cancelResult: 'SUCCESS', cancelResponse: cancel.result };
    if (placed.kind === 'DONE') {
      const result = { ...halves, newOrderResult: 'SUCCESS', newOrderResponse: placed.result };
      return { kind: 'DONE', result };
    }
    return { kind: 'DONE', result: { ...halves, newOrderResult: 'FAILURE', newOrder: placed } };
  }

  testOrder(order: NewOrder): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: '',
      method: 'POST',
      path: '/fapi/v1/order/test',
      parameters: perpetualOrder(order),
      isSigned: true,
      cost: { purpose: Purpose.QUESTION, weight: 1, orders: 0 },
    });
  }

  getSymbolFilters(_symbol: string): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: '',
      method: 'GET',
      path: '/fapi/v1/exchangeInfo',
      parameters: {},
      isSigned: false,
      cost: { purpose: Purpose.QUESTION, weight: 1, orders: 0 },
    });
  }
}

/** `reduceOnly` is sent only when true: hedge mode refuses the word. */
export function perpetualOrder(order: NewOrder): Parameters {
  const { symbol, side, type, timeInForce, quantity, price } = order;
  return {
    symbol,
    side,
    type,
    timeInForce,
    quantity,
    reduceOnly: order.reduceOnly === true ? 'true' : undefined,
    price,
    newClientOrderId: order.newClientOrderId,
    newOrderRespType: 'ACK',
    selfTradePreventionMode: order.selfTradePreventionMode,
  };
}
