/** Answers about orders, field by field as the venue prints them. */
import type { Json } from '#apps/exchange/api/venue-error.ts';
import { amountText, priceText, quantityText } from './amounts.ts';
import type { PreventedMatch, SpotOrder, SpotTrade } from './spot-order.ts';

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';
type Row = { readonly [key: string]: Json | undefined };

const ZERO = '0.00000000';
const NO_LIST = -1;

/** The answer to a new order. */
export function placedAnswer(order: SpotOrder, type: ResponseType): Row {
  const { instrument } = order.market;
  const ack = {
    symbol: instrument.symbol,
    orderId: order.venueOrderId,
    orderListId: NO_LIST,
    clientOrderId: order.clientId,
    transactTime: order.updatedMillis,
  };
  if (type === 'ACK') return ack;
  const result = {
    ...ack,
    ...sizes(order),
    status: order.status,
    timeInForce: order.request.timeInForce,
    type: order.request.type,
    side: order.request.side,
    workingTime: order.createdMillis,
    selfTradePreventionMode: order.request.selfTrade,
    ...conditional(order),
    ...preventedMatches(order),
  };
  if (type === 'RESULT') return result;
  return { ...result, fills: order.arrivalTrades.map(fillRow) };
}

/** The answer to a cancel. `originalClientId` is the id it had before. */
export function canceledAnswer(order: SpotOrder, originalClientId: string): Row {
  return {
    symbol: order.market.instrument.symbol,
    origClientOrderId: originalClientId,
    orderId: order.venueOrderId,
    orderListId: NO_LIST,
    clientOrderId: order.clientId,
    transactTime: order.updatedMillis,
    ...sizes(order),
    status: order.status,
    timeInForce: order.request.timeInForce,
    type: order.request.type,
    side: order.request.side,
    selfTradePreventionMode: order.request.selfTrade,
    ...conditional(order),
  };
}

export function amendedAnswer(
  order: SpotOrder,
  originalClientId: string,
  executionId: number,
): Row {
  const { instrument } = order.market;
  return {
    transactTime: order.updatedMillis,
    executionId,
    amendedOrder: {
      symbol: instrument.symbol,
      orderId: order.venueOrderId,
      orderListId: NO_LIST,
      origClientOrderId: originalClientId,
      clientOrderId: order.clientId,
      price: priceText(instrument, order.priceTicks),
      qty: quantityText(instrument, order.quantityLots),
      executedQty: quantityText(instrument, order.filledLots),
      preventedQty: quantityText(instrument, order.preventedShownLots),
      quoteOrderQty: amountText(order.request.quoteOrderUnits),
      cumulativeQuoteQty: amountText(order.quoteFilledUnits),
      status: order.status,
      timeInForce: order.request.timeInForce,
      type: order.request.type,
      side: order.request.side,
      workingTime: order.createdMillis,
      selfTradePreventionMode: order.request.selfTrade,
    },
  };
}

/** One row of order, openOrders and allOrders. */
export function orderRow(order: SpotOrder): Row {
  const { price, origQty, executedQty, cummulativeQuoteQty, origQuoteOrderQty } = sizes(order);
  return {
    symbol: order.market.instrument.symbol,
    orderId: order.venueOrderId,
    orderListId: NO_LIST,
    clientOrderId: order.clientId,
    price,
    origQty,
    executedQty,
    cummulativeQuoteQty,
    status: order.status,
    timeInForce: order.request.timeInForce,
    type: order.request.type,
    side: order.request.side,
    stopPrice: ZERO,
    icebergQty: ZERO,
    time: order.createdMillis,
    updateTime: order.updatedMillis,
    isWorking: true,
    workingTime: order.createdMillis,
    origQuoteOrderQty,
    selfTradePreventionMode: order.request.selfTrade,
    ...conditional(order),
  };
}

export function tradeRow(trade: SpotTrade): Row {
  const { order } = trade;
  const { instrument } = order.market;
  return {
    symbol: instrument.symbol,
    id: trade.tradeId,
    orderId: order.venueOrderId,
    orderListId: NO_LIST,
    price: priceText(instrument, trade.priceTicks),
    qty: quantityText(instrument, trade.lots),
    quoteQty: amountText(trade.quoteUnits),
    commission: amountText(trade.commissionUnits),
    commissionAsset: trade.commissionAsset,
    time: trade.timeMillis,
    isBuyer: order.isBuy,
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}

export function preventedRow(match: PreventedMatch): Row {
  const { instrument } = match.taker.market;
  return {
    symbol: instrument.symbol,
    preventedMatchId: match.id,
    takerOrderId: match.taker.venueOrderId,
    makerSymbol: instrument.symbol,
    makerOrderId: match.maker.venueOrderId,
    tradeGroupId: -1,
    selfTradePreventionMode: match.taker.request.selfTrade,
    price: priceText(instrument, match.priceTicks),
    ...preventedQuantities(match),
    transactTime: match.timeMillis,
  };
}

function sizes(order: SpotOrder) {
  const { instrument } = order.market;
  return {
    price: priceText(instrument, order.priceTicks),
    origQty: quantityText(instrument, order.quantityLots),
    executedQty: quantityText(instrument, order.filledLots),
    origQuoteOrderQty: amountText(order.request.quoteOrderUnits),
    cummulativeQuoteQty: amountText(order.quoteFilledUnits),
  };
}

/** Fields that are there only when they say something. */
function conditional(order: SpotOrder): Row {
  const { strategyId, strategyType } = order.request;
  const isPrevented = order.lastPrevented !== null;
  return {
    strategyId,
    strategyType,
    expiryReason: order.expiryReason ?? undefined,
    preventedMatchId: isPrevented ? order.lastPrevented?.id : undefined,
    preventedQuantity: isPrevented
      ? quantityText(order.market.instrument, order.preventedShownLots)
      : undefined,
  };
}

function preventedMatches(order: SpotOrder): Row {
  if (order.arrivalPrevented.length === 0) return {};
  return {
    preventedMatches: order.arrivalPrevented.map((match) => ({
      preventedMatchId: match.id,
      makerOrderId: match.maker.venueOrderId,
      price: priceText(order.market.instrument, match.priceTicks),
      ...preventedQuantities(match),
    })),
  };
}

function preventedQuantities(match: PreventedMatch): Row {
  const { instrument } = match.taker.market;
  const text = (lots: number) => (lots > 0 ? quantityText(instrument, lots) : undefined);
  return {
    takerPreventedQuantity: text(match.takerLots),
    makerPreventedQuantity: text(match.makerLots),
  };
}

function fillRow(trade: SpotTrade): Row {
  const { instrument } = trade.order.market;
  return {
    price: priceText(instrument, trade.priceTicks),
    qty: quantityText(instrument, trade.lots),
    commission: amountText(trade.commissionUnits),
    commissionAsset: trade.commissionAsset,
    tradeId: trade.tradeId,
  };
}
