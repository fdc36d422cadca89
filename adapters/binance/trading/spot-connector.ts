/** Spot: the five methods, and the requests behind them that the gateway needs. */
import type { Parameters } from './parameters.ts';
import { Purpose, type RequestCost } from './rate-limiter.ts';
import type { RequestOutcome } from './request-outcome.ts';
import type { CoreTradeConnector, NewOrder, OrderToCancel } from './trade-connector.ts';
import type { TradeLink } from './trade-link.ts';

const PLACE: RequestCost = { purpose: Purpose.ORDER, weight: 1, orders: 1 };
const CANCEL: RequestCost = { purpose: Purpose.CANCEL, weight: 1, orders: 0 };
const ORDER_PATH = '/api/v3/order';

export class SpotTradeConnector implements CoreTradeConnector {
  private readonly link: TradeLink;

  constructor(link: TradeLink) {
    this.link = link;
  }

  createOrder(order: NewOrder): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'order.place',
      method: 'POST',
      path: ORDER_PATH,
      parameters: placing(order),
      isSigned: true,
      cost: PLACE,
    });
  }

  cancelOrder({ canceledName, ...order }: OrderToCancel): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'order.cancel',
      method: 'DELETE',
      path: ORDER_PATH,
      parameters: { ...order, newClientOrderId: canceledName },
      isSigned: true,
      cost: CANCEL,
    });
  }

  cancelReplace(order: OrderToCancel, replacement: NewOrder): Promise<RequestOutcome> {
    const { symbol, ...placed } = placing(replacement);
    return this.link.request({
      webSocketMethod: 'order.cancelReplace',
      method: 'POST',
      path: '/api/v3/order/cancelReplace',
      parameters: {
        symbol,
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrigClientOrderId: order.origClientOrderId,
        cancelNewClientOrderId: order.canceledName,
        ...placed,
      },
      isSigned: true,
      cost: PLACE,
    });
  }

  testOrder(order: NewOrder): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'order.test',
      method: 'POST',
      path: '/api/v3/order/test',
      parameters: placing(order),
      isSigned: true,
      cost: { purpose: Purpose.QUESTION, weight: 1, orders: 0 },
    });
  }

  getSymbolFilters(symbol: string): Promise<RequestOutcome> {
    return this.link.request({
      webSocketMethod: 'exchangeInfo',
      method: 'GET',
      path: '/api/v3/exchangeInfo',
      parameters: { symbol },
      isSigned: false,
      cost: { purpose: Purpose.QUESTION, weight: 20, orders: 0 },
    });
  }
}

function placing(order: NewOrder): Parameters {
  const { symbol, side, type, timeInForce, quantity, price } = order;
  return {
    symbol,
    side,
    type,
    timeInForce,
    quantity,
    price,
    newClientOrderId: order.newClientOrderId,
    newOrderRespType: 'ACK',
    selfTradePreventionMode: order.selfTradePreventionMode,
  };
}
