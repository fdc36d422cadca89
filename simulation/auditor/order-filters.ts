/**
 * The venue's filters as the auditor reads them, written apart from those of the engine and of the
 * simulated venue. Prices that a filter measures against are a range: the order passes when it passes
 * at some price of the last half minute.
 */
import { type Instrument, InstrumentStatus, Market } from '#contracts/instrument.ts';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { quotient, Rounding, WHOLE, worth } from './amounts.ts';

/** Shares of a notional that a mark may differ from the mids of both markets. */
const MARK_SLACK = 0.02;

/** What is looked at; an order command is one. */
export interface OutboundOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly reduceOnly: boolean;
}

/** Lowest and highest price of late in price units; 0: unknown, then what needs it is not checked. */
export interface PriceRange {
  readonly lowUnits: number;
  readonly highUnits: number;
}

/** What is wrong with the order, or null. Never throws. */
export function filterProblem(
  instrument: Instrument,
  order: OutboundOrder,
  range: PriceRange,
): string | null {
  return (
    shapeProblem(instrument, order) ??
    priceProblem(instrument, order) ??
    bandProblem(instrument, order, range) ??
    quantityProblem(instrument, order) ??
    notionalProblem(instrument, order, range)
  );
}

/** The instrument takes new orders of this kind. */
export function isOpenFor(instrument: Instrument, reduceOnly: boolean): boolean {
  if (instrument.status === InstrumentStatus.TRADING) return true;
  return instrument.status === InstrumentStatus.CLOSE_ONLY && reduceOnly;
}

function shapeProblem(instrument: Instrument, order: OutboundOrder): string | null {
  const isSpot = instrument.market === Market.SPOT;
  if (!Number.isSafeInteger(order.quantityLots) || order.quantityLots < 1) {
    return `quantity ${order.quantityLots} lots`;
  }
  if (isSpot && order.reduceOnly) return 'reduce-only on spot';
  if (isSpot && order.timeInForce === TimeInForce.GTX) return 'GTX on spot';
  if (!isSpot && order.type === OrderType.LIMIT_MAKER) return 'LIMIT_MAKER on the perpetual';
  if (order.type === OrderType.LIMIT_MAKER && order.timeInForce !== TimeInForce.GTC) {
    return 'LIMIT_MAKER with a time in force';
  }
  return null;
}

function priceProblem(instrument: Instrument, order: OutboundOrder): string | null {
  const { priceTicks } = order;
  if (order.type === OrderType.MARKET) {
    return priceTicks === 0 ? null : `market order at ${priceTicks} ticks`;
  }
  const { minPriceTicks, maxPriceTicks } = instrument.filters;
  if (!Number.isSafeInteger(priceTicks) || priceTicks < 1) return `price ${priceTicks} ticks`;
  if (priceTicks < minPriceTicks) return `price ${priceTicks} under ${minPriceTicks} ticks`;
  if (maxPriceTicks > 0 && priceTicks > maxPriceTicks) {
    return `price ${priceTicks} over ${maxPriceTicks} ticks`;
  }
  return null;
}

/** Spot bounds both directions per side; the perpetual only a buy from above and a sell from below. */
function bandProblem(
  instrument: Instrument,
  order: OutboundOrder,
  range: PriceRange,
): string | null {
  if (order.type === OrderType.MARKET || range.highUnits === 0) return null;
  const { bidMultiplierUp, bidMultiplierDown, askMultiplierUp, askMultiplierDown } =
    instrument.filters;
  const isBuy = order.side === Side.BUY;
  const isSpot = instrument.market === Market.SPOT;
  const price = order.priceTicks * instrument.priceUnitsPerTick;
  const up = isBuy ? bidMultiplierUp : askMultiplierUp;
  const down = isBuy ? bidMultiplierDown : askMultiplierDown;
  const most = range.highUnits * (1 + MARK_SLACK) * (up / WHOLE);
  const least = range.lowUnits * (1 - MARK_SLACK) * (down / WHOLE);
  if (up > 0 && (isSpot || isBuy) && price > most) return `price ${price} over the band ${most}`;
  if (down > 0 && (isSpot || !isBuy) && price < least) {
    return `price ${price} under the band ${least}`;
  }
  return null;
}

function quantityProblem(instrument: Instrument, order: OutboundOrder): string | null {
  const { filters } = instrument;
  const lots = order.quantityLots;
  if (lots < filters.minQuantityLots) return `${lots} lots under ${filters.minQuantityLots}`;
  if (filters.maxQuantityLots > 0 && lots > filters.maxQuantityLots) {
    return `${lots} lots over ${filters.maxQuantityLots}`;
  }
  if (order.type !== OrderType.MARKET) return null;
  if (lots < filters.marketMinQuantityLots) {
    return `${lots} lots under the market minimum ${filters.marketMinQuantityLots}`;
  }
  const most = filters.marketMaxQuantityLots;
  return most > 0 && lots > most ? `${lots} lots over the market maximum ${most}` : null;
}

function notionalProblem(
  instrument: Instrument,
  order: OutboundOrder,
  range: PriceRange,
): string | null {
  const { filters } = instrument;
  const isMarket = order.type === OrderType.MARKET;
  if (isMarket && range.highUnits === 0) return null;
  if (instrument.market === Market.PERPETUAL && order.reduceOnly) return null;
  const highest = isMarket
    ? Math.ceil(marketWorth(instrument, order.quantityLots, range.highUnits) * (1 + MARK_SLACK))
    : worth(instrument, order.priceTicks, order.quantityLots, Rounding.TOWARD_ZERO);
  const least = isMarket && !filters.minNotionalAppliesToMarket ? 0 : filters.minNotionalUnits;
  if (highest < least) return `worth ${highest} under ${least} units`;
  const lowest = isMarket
    ? Math.floor(marketWorth(instrument, order.quantityLots, range.lowUnits) * (1 - MARK_SLACK))
    : worth(instrument, order.priceTicks, order.quantityLots, Rounding.AWAY);
  const most = isMarket && !filters.maxNotionalAppliesToMarket ? 0 : filters.maxNotionalUnits;
  return most > 0 && lowest > most ? `worth ${lowest} over ${most} units` : null;
}

function marketWorth(instrument: Instrument, lots: number, priceUnits: number): number {
  const base = lots * instrument.baseUnitsPerLot;
  return quotient(base, Math.round(priceUnits), WHOLE, Rounding.TOWARD_ZERO);
}
