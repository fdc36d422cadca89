/** What a MARKET order would meet in the book, read from its depth. */
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { quoteUnits } from './amounts.ts';

const LEVELS_MAX = 5_000;

/** Quote units that buying `lots` would cost; what the book does not hold costs nothing. */
export function sweepCostUnits(market: SymbolMarket, lots: number): number {
  let left = lots;
  let cost = 0;
  for (const [ticks, levelLots] of market.depth(LEVELS_MAX).asks) {
    const taken = Math.min(left, levelLots);
    cost += quoteUnits(market.instrument, ticks, taken);
    left -= taken;
    if (left === 0) break;
  }
  return cost;
}

/** Lots that an amount of quote buys, or that must be sold to get at most that much. */
export function lotsForQuote(market: SymbolMarket, isBuy: boolean, units: number): number {
  const { instrument } = market;
  const { bids, asks } = market.depth(LEVELS_MAX);
  let left = units;
  let lots = 0;
  for (const [ticks, levelLots] of isBuy ? asks : bids) {
    const unitsPerLot = (ticks * instrument.tickLotNumerator) / instrument.tickLotDenominator;
    const taken = Math.min(levelLots, Math.floor(left / unitsPerLot));
    lots += taken;
    left -= quoteUnits(instrument, ticks, taken);
    if (taken < levelLots) break;
  }
  return lots;
}

/** Lots on one side at this price or better: what stands before, and with, an order there. */
export function lotsThrough(market: SymbolMarket, isBid: boolean, priceTicks: number): number {
  const { bids, asks } = market.depth(LEVELS_MAX);
  let lots = 0;
  for (const [ticks, levelLots] of isBid ? bids : asks) {
    if (isBid ? ticks < priceTicks : ticks > priceTicks) break;
    lots += levelLots;
  }
  return lots;
}
