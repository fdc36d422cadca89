/**
 * The venue's own order rules: filters of both markets, price bounds and trading status. Pure.
 *
 * Written independently of the engine's own filters on purpose: they are tested against each other.
 * Source: Binance exchangeInfo filters, spot and USD-M (docs of 2026).
 */
import { type Instrument, InstrumentStatus, Market } from '#contracts/instrument.ts';
import { OrderType, ReportReason, Side, TimeInForce } from '#contracts/order.ts';
import type { PriceUnits } from '#units/integers.ts';
import { ASSET_UNITS_PER_WHOLE, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** The venue's own error numbers. */
export const VenueCode = {
  NONE: 0,
  TOO_MANY_REQUESTS: -1003,
  FILTER: -1013,
  TOO_MANY_ORDERS: -1015,
  OVERLOAD: -1008,
  OUTCOME_UNKNOWN: -1007,
  BAD_TIME_STAMP: -1021,
  SYMBOL_CLOSED: -1220,
  BAD_PARAMETERS: -1106,
  REFUSED: -2010,
  CANCEL_REFUSED: -2011,
  NO_SUCH_ORDER: -2013,
  MARGIN_INSUFFICIENT: -2019,
  REPLACE_FAILED: -2022,
  REDUCE_ONLY_REFUSED: -2022,
  TOO_MANY_OPEN: -2025,
  AMEND_REFUSED: -2038,
  PRICE_ABOVE_BOUND: -4016,
  PRICE_BELOW_BOUND: -4024,
  DUPLICATE_ID: -4116,
  SYMBOL_NOT_TRADING: -4140,
  BELOW_NOTIONAL: -4164,
  POST_ONLY_WOULD_TAKE: -5022,
} as const;

/** An order as the rules look at it. */
export interface OrderUnderTest {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly reduceOnly: boolean;
}

/** A refusal: our reason and the venue's number. */
export interface Refusal {
  readonly reason: ReportReason;
  readonly venueCode: number;
  /** What was violated, for people. */
  readonly rule: string;
}

function refusal(reason: ReportReason, venueCode: number, rule: string): Refusal {
  return { reason, venueCode, rule };
}

const MALFORMED = refusal(ReportReason.OTHER, VenueCode.BAD_PARAMETERS, 'malformed order');
const SPOT_CLOSED = refusal(ReportReason.MARKET_CLOSED, VenueCode.SYMBOL_CLOSED, 'status');
const PERP_CLOSED = refusal(ReportReason.MARKET_CLOSED, VenueCode.SYMBOL_NOT_TRADING, 'status');
const PRICE_FILTER = refusal(ReportReason.FILTER, VenueCode.FILTER, 'PRICE_FILTER');
const LOT_SIZE = refusal(ReportReason.FILTER, VenueCode.FILTER, 'LOT_SIZE');
const MARKET_LOT_SIZE = refusal(ReportReason.FILTER, VenueCode.FILTER, 'MARKET_LOT_SIZE');
const NOTIONAL = refusal(ReportReason.FILTER, VenueCode.FILTER, 'NOTIONAL');
const PERP_NOTIONAL = refusal(ReportReason.FILTER, VenueCode.BELOW_NOTIONAL, 'MIN_NOTIONAL');
const PERCENT_PRICE = refusal(ReportReason.FILTER, VenueCode.FILTER, 'PERCENT_PRICE_BY_SIDE');
const PRICE_ABOVE = refusal(ReportReason.FILTER, VenueCode.PRICE_ABOVE_BOUND, 'PERCENT_PRICE');
const PRICE_BELOW = refusal(ReportReason.FILTER, VenueCode.PRICE_BELOW_BOUND, 'PERCENT_PRICE');

/**
 * The first rule an order breaks, or null. `referencePriceUnits` is the last price or average on
 * spot and the mark on the perpetual, 1e-8 quote; 0: unknown, and the rules that need it are off,
 * as on the venue before the first trade.
 */
export function findViolation(
  instrument: Instrument,
  order: OrderUnderTest,
  referencePriceUnits: PriceUnits,
): Refusal | null {
  if (isMalformed(instrument, order)) return MALFORMED;
  return (
    statusViolation(instrument, order) ??
    priceViolation(instrument, order, referencePriceUnits) ??
    lotViolation(instrument, order) ??
    notionalViolation(instrument, order, referencePriceUnits)
  );
}

/** GTX exists on the perpetual only, LIMIT_MAKER on spot only and with no time in force of its own. */
function isMalformed(instrument: Instrument, order: OrderUnderTest): boolean {
  if (!Number.isSafeInteger(order.quantityLots) || order.quantityLots <= 0) return true;
  if (!Number.isSafeInteger(order.priceTicks)) return true;
  if (order.type === OrderType.MARKET ? order.priceTicks !== 0 : order.priceTicks <= 0) return true;
  if (instrument.market === Market.SPOT) {
    if (order.timeInForce === TimeInForce.GTX || order.reduceOnly) return true;
    return order.type === OrderType.LIMIT_MAKER && order.timeInForce !== TimeInForce.GTC;
  }
  return order.type === OrderType.LIMIT_MAKER;
}

function statusViolation(instrument: Instrument, order: OrderUnderTest): Refusal | null {
  if (instrument.status === InstrumentStatus.TRADING) return null;
  if (instrument.status === InstrumentStatus.CLOSE_ONLY && order.reduceOnly) return null;
  return instrument.market === Market.SPOT ? SPOT_CLOSED : PERP_CLOSED;
}

function priceViolation(
  instrument: Instrument,
  order: OrderUnderTest,
  referencePriceUnits: PriceUnits,
): Refusal | null {
  if (order.type === OrderType.MARKET) return null;
  const { minPriceTicks, maxPriceTicks } = instrument.filters;
  if (isOutside(order.priceTicks, minPriceTicks, maxPriceTicks)) return PRICE_FILTER;
  if (referencePriceUnits === 0) return null;
  return instrument.market === Market.SPOT
    ? spotBandViolation(instrument, order, referencePriceUnits)
    : perpetualBandViolation(instrument, order, referencePriceUnits);
}

function spotBandViolation(
  instrument: Instrument,
  order: OrderUnderTest,
  referencePriceUnits: PriceUnits,
): Refusal | null {
  const filters = instrument.filters;
  const isBuy = order.side === Side.BUY;
  const up = isBuy ? filters.bidMultiplierUp : filters.askMultiplierUp;
  const down = isBuy ? filters.bidMultiplierDown : filters.askMultiplierDown;
  const price = order.priceTicks * instrument.priceUnitsPerTick;
  const highest = up === 0 ? 0 : scaled(referencePriceUnits, up, Rounding.DOWN);
  const lowest = down === 0 ? 0 : scaled(referencePriceUnits, down, Rounding.UP);
  return isOutside(price, lowest, highest) ? PERCENT_PRICE : null;
}

/** The perpetual bounds only the harmful direction: a buy from above, a sell from below. */
function perpetualBandViolation(
  instrument: Instrument,
  order: OrderUnderTest,
  referencePriceUnits: PriceUnits,
): Refusal | null {
  const bound = farthestPriceTicks(instrument, order.side, referencePriceUnits);
  if (bound === 0) return null;
  if (order.side === Side.BUY) return order.priceTicks > bound ? PRICE_ABOVE : null;
  return order.priceTicks < bound ? PRICE_BELOW : null;
}

/**
 * Farthest price at which the perpetual lets a side trade, in ticks inside the band; 0: no bound.
 * Market orders stop there, too.
 */
export function farthestPriceTicks(
  instrument: Instrument,
  side: Side,
  referencePriceUnits: PriceUnits,
): number {
  const { bidMultiplierUp, askMultiplierDown } = instrument.filters;
  const multiplier = side === Side.BUY ? bidMultiplierUp : askMultiplierDown;
  if (multiplier === 0 || referencePriceUnits === 0) return 0;
  const rounding = side === Side.BUY ? Rounding.DOWN : Rounding.UP;
  const price = scaled(referencePriceUnits, multiplier, rounding);
  return multiplyDivide(price, 1, instrument.priceUnitsPerTick, rounding);
}

function lotViolation(instrument: Instrument, order: OrderUnderTest): Refusal | null {
  const filters = instrument.filters;
  const lots = order.quantityLots;
  if (isOutside(lots, filters.minQuantityLots, filters.maxQuantityLots)) return LOT_SIZE;
  if (order.type !== OrderType.MARKET) return null;
  const { marketMinQuantityLots, marketMaxQuantityLots } = filters;
  return isOutside(lots, marketMinQuantityLots, marketMaxQuantityLots) ? MARKET_LOT_SIZE : null;
}

function notionalViolation(
  instrument: Instrument,
  order: OrderUnderTest,
  referencePriceUnits: PriceUnits,
): Refusal | null {
  const filters = instrument.filters;
  const isMarket = order.type === OrderType.MARKET;
  if (isMarket && referencePriceUnits === 0) return null;
  const priceUnits = isMarket
    ? referencePriceUnits
    : order.priceTicks * instrument.priceUnitsPerTick;
  const baseUnits = order.quantityLots * instrument.baseUnitsPerLot;
  // Exact comparisons: a fraction of a unit counts against the order on either bound.
  const least = multiplyDivide(baseUnits, priceUnits, ASSET_UNITS_PER_WHOLE, Rounding.DOWN);
  if (instrument.market === Market.PERPETUAL) {
    // An order that only closes may be of any size, or dust could never be closed.
    if (order.reduceOnly) return null;
    return least < filters.minNotionalUnits ? PERP_NOTIONAL : null;
  }
  const most = multiplyDivide(baseUnits, priceUnits, ASSET_UNITS_PER_WHOLE, Rounding.UP);
  const minimum = !isMarket || filters.minNotionalAppliesToMarket ? filters.minNotionalUnits : 0;
  const maximum = !isMarket || filters.maxNotionalAppliesToMarket ? filters.maxNotionalUnits : 0;
  return isOutside(least, minimum, 0) || isOutside(most, 0, maximum) ? NOTIONAL : null;
}

/** Zero switches a bound off. */
function isOutside(value: number, minimum: number, maximum: number): boolean {
  return (minimum !== 0 && value < minimum) || (maximum !== 0 && value > maximum);
}

function scaled(priceUnits: number, multiplier: number, rounding: Rounding): number {
  return multiplyDivide(priceUnits, multiplier, RATE_UNITS_PER_ONE, rounding);
}
