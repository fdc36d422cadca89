/** Rows about orders and trades as USD-M prints them. */
import type { Json } from '#apps/exchange/api/venue-error.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { amountText, averagePriceText, decimalsOf } from './usdm-events.ts';
import type { UsdmOrder, UsdmTrade } from './usdm-order.ts';

/** The answer to place, modify and cancel: since June 2026 without average price and quote. */
export function orderAnswer(order: UsdmOrder): { readonly [key: string]: Json } {
  const { request, market } = order;
  const decimals = decimalsOf(market.instrument);
  const filled = decimals.quantity(order.filledLots);
  return {
    orderId: order.venueOrderId,
    symbol: market.instrument.symbol,
    status: order.status,
    clientOrderId: request.clientId,
    price: order.shownTicks === 0 ? '0.00' : decimals.price(order.shownTicks),
    origQty: decimals.quantity(order.quantityLots),
    executedQty: filled,
    cumQty: filled,
    timeInForce: request.timeInForce,
    type: request.type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: request.side,
    positionSide: request.positionSide,
    stopPrice: '0',
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: request.type,
    priceMatch: request.priceMatch,
    selfTradePreventionMode: request.selfTrade,
    goodTillDate: request.goodTillDate,
    updateTime: order.updatedMillis,
  };
}

/** A row of the queries, which still have them. */
export function orderRow(order: UsdmOrder): Json {
  const { cumQty: _, ...answer } = orderAnswer(order);
  return {
    ...answer,
    avgPrice: averagePriceText(order),
    cumQuote: amountText(order.quoteFilledUnits),
    time: order.createdMillis,
  };
}

export function tradeRow(trade: UsdmTrade): Json {
  const { order } = trade;
  const { instrument } = order.market;
  const decimals = decimalsOf(instrument);
  return {
    buyer: order.isBuy,
    commission: amountText(trade.commissionUnits),
    commissionAsset: 'USDT',
    id: trade.tradeId,
    maker: trade.isMaker,
    orderId: order.venueOrderId,
    price: decimals.price(trade.priceTicks),
    qty: decimals.quantity(trade.lots),
    quoteQty: amountText(trade.quoteUnits),
    realizedPnl: amountText(trade.realizedUnits),
    side: order.request.side,
    positionSide: order.request.positionSide,
    symbol: instrument.symbol,
    time: trade.timeMillis,
  };
}

export function amendmentRows(order: UsdmOrder): Json {
  const { instrument } = order.market;
  const decimals = decimalsOf(instrument);
  return order.amendments.map((one) => ({
    amendmentId: one.id,
    symbol: instrument.symbol,
    pair: instrument.symbol,
    orderId: order.venueOrderId,
    clientOrderId: order.request.clientId,
    time: one.timeMillis,
    amendment: {
      price: { before: decimals.price(one.priceBefore), after: decimals.price(one.priceAfter) },
      origQty: {
        before: decimals.quantity(one.lotsBefore),
        after: decimals.quantity(one.lotsAfter),
      },
      count: one.id,
    },
    priceMatch: order.request.priceMatch,
  }));
}

/** A rate (1e-8) with six decimals. */
export function rateText(rate: number): string {
  return formatScaled(Math.round(rate / 100), 6);
}
