/** Private events of spot, field by field as the venue sends them. */
import type { Json } from '#apps/exchange/api/venue-error.ts';
import { amountText, priceText, quantityText } from './amounts.ts';
import type { AssetBalance } from './spot-balances.ts';
import type { PreventedMatch, SpotOrder, SpotTrade } from './spot-order.ts';

export type SpotEvent = { readonly e: string; readonly [key: string]: Json | undefined };

export type ExecutionType =
  | 'NEW'
  | 'CANCELED'
  | 'REPLACED'
  | 'REJECTED'
  | 'TRADE'
  | 'EXPIRED'
  | 'TRADE_PREVENTION';

export interface ExecutionFacts {
  readonly type: ExecutionType;
  readonly executionId: number;
  readonly nowMillis: number;
  /** The client id before a cancel or an amend. */
  readonly originalClientId?: string;
  readonly trade?: SpotTrade;
  readonly prevented?: PreventedMatch;
  readonly rejectReason?: string;
  /** An order that never was in the book. */
  readonly isOffBook?: boolean;
}

const ZERO = '0.00000000';
const NO_GROUP = -1;

export function executionReport(order: SpotOrder, facts: ExecutionFacts): SpotEvent {
  const { instrument } = order.market;
  const { request } = order;
  const { trade, nowMillis } = facts;
  const isOnBook = order.isOpen && facts.isOffBook !== true;
  return {
    e: 'executionReport',
    E: nowMillis,
    s: instrument.symbol,
    c: order.clientId,
    S: request.side,
    o: request.type,
    f: request.timeInForce,
    q: quantityText(instrument, order.quantityLots),
    p: priceText(instrument, order.priceTicks),
    P: ZERO,
    F: ZERO,
    g: -1,
    C: facts.originalClientId ?? '',
    x: facts.type,
    X: order.status,
    r: facts.rejectReason ?? 'NONE',
    i: order.venueOrderId,
    l: quantityText(instrument, trade?.lots ?? 0),
    z: quantityText(instrument, order.filledLots),
    L: priceText(instrument, trade?.priceTicks ?? 0),
    n: trade === undefined ? '0' : amountText(trade.commissionUnits),
    N: trade === undefined ? null : trade.commissionAsset,
    T: nowMillis,
    t: trade?.tradeId ?? -1,
    ...preventedFields(order, facts.prevented),
    I: facts.executionId,
    w: isOnBook,
    m: trade?.isMaker ?? false,
    M: trade !== undefined,
    O: order.createdMillis,
    Z: amountText(order.quoteFilledUnits),
    Y: amountText(trade?.quoteUnits ?? 0),
    Q: amountText(request.quoteOrderUnits),
    W: facts.isOffBook === true ? undefined : order.createdMillis,
    V: request.selfTrade,
    j: request.strategyId,
    J: request.strategyType,
    eR: order.expiryReason ?? undefined,
  };
}

function preventedFields(
  order: SpotOrder,
  prevented: PreventedMatch | undefined,
): Record<string, Json | undefined> {
  if (prevented === undefined) return {};
  const { instrument } = order.market;
  const isTaker = prevented.taker === order;
  const counter = isTaker ? prevented.maker : prevented.taker;
  const lots = isTaker ? prevented.takerLots : prevented.makerLots;
  const executedLots = Math.max(
    1,
    Math.min(prevented.takerLots || lots, prevented.makerLots || lots),
  );
  return {
    v: prevented.id,
    A: quantityText(instrument, order.preventedShownLots),
    B: quantityText(instrument, lots),
    u: NO_GROUP,
    U: counter.venueOrderId,
    Cs: instrument.symbol,
    pl: quantityText(instrument, executedLots),
    pL: priceText(instrument, prevented.priceTicks),
    pY: amountText(
      Math.floor(
        (prevented.priceTicks * executedLots * instrument.tickLotNumerator) /
          instrument.tickLotDenominator,
      ),
    ),
  };
}

export function accountPosition(
  balances: readonly AssetBalance[],
  updatedMillis: number,
  nowMillis: number,
): SpotEvent {
  return {
    e: 'outboundAccountPosition',
    E: nowMillis,
    u: updatedMillis,
    B: balances.map(({ asset, free, locked }) => ({
      a: asset,
      f: amountText(free),
      l: amountText(locked),
    })),
  };
}

export function balanceUpdate(asset: string, deltaUnits: number, nowMillis: number): SpotEvent {
  return { e: 'balanceUpdate', E: nowMillis, a: asset, d: amountText(deltaUnits), T: nowMillis };
}
