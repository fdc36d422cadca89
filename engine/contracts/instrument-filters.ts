/**
 * The venue's order filters, exactly: what passes here is not refused there for a filter.
 *
 * Prices and quantities are ticks and lots, so the grid parts of PRICE_FILTER and LOT_SIZE hold by
 * construction. A bound of zero is switched off, as on the venue. All comparisons are exact integers.
 * Source: Binance spot and USD-M exchangeInfo `filters`.
 */
import { type AssetUnits, type PriceUnits, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { type Instrument, Market } from './instrument.ts';
import { lotsFromNotionalUnits, notionalUnits, valueUnits } from './instrument-arithmetic.ts';
import { OrderType, Side } from './order.ts';

/** Outcome of a filter check, listed in the order in which the checks run. Stable codes. */
export const FilterCode = {
  PASSED: 0,
  /** Ticks: below the minimum (allowed: minimum) or above the maximum (allowed: maximum). */
  PRICE_TOO_LOW: 1,
  PRICE_TOO_HIGH: 2,
  /** Lots, LOT_SIZE and for MARKET orders MARKET_LOT_SIZE too. */
  QUANTITY_TOO_LOW: 3,
  QUANTITY_TOO_HIGH: 4,
  /** Price units (1e-8 quote) against reference x multiplier. */
  PERCENT_PRICE_TOO_LOW: 5,
  PERCENT_PRICE_TOO_HIGH: 6,
  /** Quote units. */
  NOTIONAL_TOO_LOW: 7,
  NOTIONAL_TOO_HIGH: 8,
  /** Open orders including this one. */
  TOO_MANY_ORDERS: 9,
  /** Amends of this order including this one. */
  TOO_MANY_AMENDS: 10,
  /** Base units held and still to be bought, including this order. */
  POSITION_TOO_LARGE: 11,
} as const;
export type FilterCode = (typeof FilterCode)[keyof typeof FilterCode];

/** What the filters look at; a PlannedAction is one. */
export interface FilterableOrder {
  readonly side: Side;
  readonly type: OrderType;
  /** 0 for MARKET. */
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly reduceOnly: boolean;
}

/**
 * The last check's outcome, refilled by each call: the number that blocks and the bound it broke,
 * both in the unit its code names, zero when passed.
 */
export class FilterVerdict {
  code: FilterCode = FilterCode.PASSED;
  used = 0;
  allowed = 0;
}

/** Far above the rounding of one double product and quotient (2^-51), far below one tick. */
const DOUBLE_MARGIN = 1e-12;

/**
 * Checks PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE, PERCENT_PRICE(_BY_SIDE) and NOTIONAL of one order.
 *
 * `referencePriceUnits`: what the venue measures against: the reference or average price on spot, the
 * mark price on the perpetual. Zero: unknown, then the bounds that need it are left to the venue (who
 * must fail closed checks for a reference first).
 *
 * Hot: every planned order. No allocation. Returns `into.code`.
 */
export function checkFilters(
  instrument: Instrument,
  order: FilterableOrder,
  referencePriceUnits: PriceUnits,
  into: FilterVerdict,
): FilterCode {
  pass(into);
  const isMarket = order.type === OrderType.MARKET;
  if (!isMarket && !passesPrice(instrument, order, into)) return into.code;
  if (!passesQuantity(instrument, order, isMarket, into)) return into.code;
  if (!isMarket && referencePriceUnits > 0) {
    if (!passesPercentPrice(instrument, order, referencePriceUnits, into)) return into.code;
  }
  passesNotional(instrument, order, isMarket, referencePriceUnits, into);
  return into.code;
}

/** MAX_NUM_ORDERS: `openOrders` on the venue now, pending ones included, without the new one. */
export function checkOpenOrders(
  instrument: Instrument,
  openOrders: number,
  into: FilterVerdict,
): FilterCode {
  const limit = instrument.filters.maxOpenOrders;
  if (limit > 0 && openOrders + 1 > limit) {
    refuse(into, FilterCode.TOO_MANY_ORDERS, openOrders + 1, limit);
    return into.code;
  }
  return pass(into);
}

/**
 * MAX_NUM_ORDER_AMENDS: `amends` already made of this order. A limit of zero refuses: the venue then
 * offers no amending.
 */
export function checkAmends(
  instrument: Instrument,
  amends: number,
  into: FilterVerdict,
): FilterCode {
  const limit = instrument.filters.maxAmendsPerOrder;
  if (amends + 1 > limit) {
    refuse(into, FilterCode.TOO_MANY_AMENDS, amends + 1, limit);
    return into.code;
  }
  return pass(into);
}

/**
 * MAX_POSITION of a buy: `heldUnits` are free + locked base units, `openBuyUnits` the rest of all
 * open buys, `orderUnits` this order.
 */
export function checkMaxPosition(
  instrument: Instrument,
  heldUnits: AssetUnits,
  openBuyUnits: AssetUnits,
  orderUnits: AssetUnits,
  into: FilterVerdict,
): FilterCode {
  const limit = instrument.filters.maxPositionUnits;
  const used = heldUnits + openBuyUnits + orderUnits;
  if (limit > 0 && used > limit) {
    refuse(into, FilterCode.POSITION_TOO_LARGE, used, limit);
    return into.code;
  }
  return pass(into);
}

/**
 * Fewest lots a limit order at `priceTicks` (above zero) may have: LOT_SIZE and the minimum notional.
 * It can exceed the largest allowed quantity when the price is tiny: the check then says so.
 *
 * Hot: no allocation.
 */
export function minimumQuantityLots(instrument: Instrument, priceTicks: number): number {
  const filters = instrument.filters;
  // An order of zero lots does not exist, even where the filter's minimum is switched off.
  const byLot = Math.max(filters.minQuantityLots, 1);
  if (filters.minNotionalUnits <= 0) return byLot;
  const byNotional = lotsFromNotionalUnits(
    instrument,
    priceTicks,
    filters.minNotionalUnits,
    Rounding.UP,
  );
  return Math.max(byLot, byNotional);
}

function passesPrice(instrument: Instrument, order: FilterableOrder, into: FilterVerdict): boolean {
  const { minPriceTicks, maxPriceTicks } = instrument.filters;
  // A price of zero is no price, even where the minimum is switched off.
  const lowest = Math.max(minPriceTicks, 1);
  if (order.priceTicks < lowest) {
    return refuse(into, FilterCode.PRICE_TOO_LOW, order.priceTicks, lowest);
  }
  if (maxPriceTicks > 0 && order.priceTicks > maxPriceTicks) {
    return refuse(into, FilterCode.PRICE_TOO_HIGH, order.priceTicks, maxPriceTicks);
  }
  return true;
}

function passesQuantity(
  instrument: Instrument,
  order: FilterableOrder,
  isMarket: boolean,
  into: FilterVerdict,
): boolean {
  const filters = instrument.filters;
  let fewest = Math.max(filters.minQuantityLots, 1);
  let most: number = filters.maxQuantityLots;
  if (isMarket) {
    fewest = Math.max(fewest, filters.marketMinQuantityLots);
    const marketMost = filters.marketMaxQuantityLots;
    if (marketMost > 0 && (most === 0 || marketMost < most)) most = marketMost;
  }
  if (order.quantityLots < fewest) {
    return refuse(into, FilterCode.QUANTITY_TOO_LOW, order.quantityLots, fewest);
  }
  if (most > 0 && order.quantityLots > most) {
    return refuse(into, FilterCode.QUANTITY_TOO_HIGH, order.quantityLots, most);
  }
  return true;
}

function passesPercentPrice(
  instrument: Instrument,
  order: FilterableOrder,
  reference: PriceUnits,
  into: FilterVerdict,
): boolean {
  const filters = instrument.filters;
  const isBuy = order.side === Side.BUY;
  const up = isBuy ? filters.bidMultiplierUp : filters.askMultiplierUp;
  const down = isBuy ? filters.bidMultiplierDown : filters.askMultiplierDown;
  const price = order.priceTicks * instrument.priceUnitsPerTick;
  // Doubles decide the clear cases; only a price next to its bound pays for the exact 106-bit product.
  if (down > 0 && price < (reference / RATE_UNITS_PER_ONE) * down * (1 + DOUBLE_MARGIN)) {
    const lowest = multiplyDivide(reference, down, RATE_UNITS_PER_ONE, Rounding.UP);
    if (price < lowest) return refuse(into, FilterCode.PERCENT_PRICE_TOO_LOW, price, lowest);
  }
  if (up > 0 && price > (reference / RATE_UNITS_PER_ONE) * up * (1 - DOUBLE_MARGIN)) {
    const highest = multiplyDivide(reference, up, RATE_UNITS_PER_ONE, Rounding.DOWN);
    if (price > highest) return refuse(into, FilterCode.PERCENT_PRICE_TOO_HIGH, price, highest);
  }
  return true;
}

function passesNotional(
  instrument: Instrument,
  order: FilterableOrder,
  isMarket: boolean,
  reference: PriceUnits,
  into: FilterVerdict,
): boolean {
  const filters = instrument.filters;
  // The perpetual lets a reduce-only order be as small as the rest of the position.
  const isExempt = order.reduceOnly && instrument.market === Market.PERPETUAL;
  const checksMinimum =
    filters.minNotionalUnits > 0 && !isExempt && (!isMarket || filters.minNotionalAppliesToMarket);
  const checksMaximum =
    filters.maxNotionalUnits > 0 && (!isMarket || filters.maxNotionalAppliesToMarket);
  if (isMarket && reference <= 0) return true;
  if (checksMinimum) {
    const worth = worthUnits(instrument, order, isMarket, reference, Rounding.DOWN);
    if (worth < filters.minNotionalUnits) {
      return refuse(into, FilterCode.NOTIONAL_TOO_LOW, worth, filters.minNotionalUnits);
    }
  }
  if (checksMaximum) {
    const worth = worthUnits(instrument, order, isMarket, reference, Rounding.UP);
    if (worth > filters.maxNotionalUnits) {
      return refuse(into, FilterCode.NOTIONAL_TOO_HIGH, worth, filters.maxNotionalUnits);
    }
  }
  return true;
}

/** Price x quantity; a MARKET order is measured at the reference. */
function worthUnits(
  instrument: Instrument,
  order: FilterableOrder,
  isMarket: boolean,
  reference: PriceUnits,
  rounding: Rounding,
): AssetUnits {
  if (!isMarket) return notionalUnits(instrument, order.priceTicks, order.quantityLots, rounding);
  return valueUnits(order.quantityLots * instrument.baseUnitsPerLot, reference, rounding);
}

function refuse(into: FilterVerdict, code: FilterCode, used: number, allowed: number): false {
  into.code = code;
  into.used = used;
  into.allowed = allowed;
  return false;
}

function pass(into: FilterVerdict): FilterCode {
  into.code = FilterCode.PASSED;
  into.used = 0;
  into.allowed = 0;
  return FilterCode.PASSED;
}
