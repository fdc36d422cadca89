/**
 * The filters of 2026 for spot, written from the venue's words and apart from our own side's: the two
 * check each other.
 */
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { isCountable, quoteUnits } from './amounts.ts';
import type { NewOrder } from './spot-order.ts';

/** What the filters must know of the account. */
export interface AccountFacts {
  readonly openOrders: number;
  /** Free and locked base, and what its open buys may still add, in base units. */
  readonly basePositionUnits: number;
}

/** Throws -2010 when the symbol takes no new orders now. */
export function checkStatus(instrument: Instrument): void {
  if (instrument.status !== InstrumentStatus.TRADING) {
    throw new VenueError(400, -2010, 'Market is closed.');
  }
}

/** Throws -1013 naming the first filter that fails. */
export function checkFilters(order: NewOrder, market: SymbolMarket, facts: AccountFacts): void {
  const { instrument } = market;
  checkPriceFilter(order, instrument);
  checkPercentPrice(order, market);
  // A market order by amount has no quantity yet; the desk checks what the amount buys.
  if (order.quoteOrderUnits === 0) {
    checkLotSize(order.quantityLots, instrument, order.type === 'MARKET');
  }
  checkNotional(order, market);
  checkMaxPosition(order, instrument, facts);
  const { maxOpenOrders } = instrument.filters;
  const mayRest = order.type !== 'MARKET' && order.timeInForce === 'GTC';
  if (mayRest && maxOpenOrders > 0 && facts.openOrders >= maxOpenOrders) {
    throw failure('MAX_NUM_ORDERS');
  }
}

export function checkLotSize(lots: number, instrument: Instrument, isMarket: boolean): void {
  const { filters } = instrument;
  if (lots < filters.minQuantityLots || exceeds(lots, filters.maxQuantityLots)) {
    throw failure('LOT_SIZE');
  }
  if (!isMarket) return;
  if (lots < filters.marketMinQuantityLots || exceeds(lots, filters.marketMaxQuantityLots)) {
    throw failure('MARKET_LOT_SIZE');
  }
}

/** Price that percent bands and market notionals refer to, in 1e-8 quote: five minutes' average, else the last. */
export function referencePriceUnits(market: SymbolMarket): number {
  const average = market.averagePriceUnits();
  return average > 0 ? average : market.lastPriceTicks * market.instrument.priceUnitsPerTick;
}

function checkPriceFilter(order: NewOrder, instrument: Instrument): void {
  if (order.type === 'MARKET') return;
  const { minPriceTicks, maxPriceTicks } = instrument.filters;
  if (order.priceTicks < minPriceTicks || exceeds(order.priceTicks, maxPriceTicks)) {
    throw failure('PRICE_FILTER');
  }
}

function checkPercentPrice(order: NewOrder, market: SymbolMarket): void {
  const reference = referencePriceUnits(market);
  if (order.type === 'MARKET' || reference === 0) return;
  const { filters, priceUnitsPerTick } = market.instrument;
  const isBuy = order.side === 'BUY';
  const up = isBuy ? filters.bidMultiplierUp : filters.askMultiplierUp;
  const down = isBuy ? filters.bidMultiplierDown : filters.askMultiplierDown;
  // Bounds of a fifth and five times the price: far from any place where a double's last bit counts.
  const price = order.priceTicks * priceUnitsPerTick;
  const isHigh = up > 0 && price > (reference * up) / RATE_UNITS_PER_ONE;
  const isLow = down > 0 && price < (reference * down) / RATE_UNITS_PER_ONE;
  if (isHigh || isLow) throw failure('PERCENT_PRICE_BY_SIDE');
}

function checkNotional(order: NewOrder, market: SymbolMarket): void {
  const { instrument } = market;
  const { filters } = instrument;
  const isMarket = order.type === 'MARKET';
  // Before the first trade there is no price to hold a market order against.
  if (isMarket && order.quoteOrderUnits === 0 && referencePriceUnits(market) === 0) return;
  const units = notionalUnits(order, market);
  if (units === null) throw failure('NOTIONAL');
  const hasMinimum = !isMarket || filters.minNotionalAppliesToMarket;
  const hasMaximum = !isMarket || filters.maxNotionalAppliesToMarket;
  if (hasMinimum && units < filters.minNotionalUnits) throw failure('NOTIONAL');
  if (hasMaximum && exceeds(units, filters.maxNotionalUnits)) throw failure('NOTIONAL');
}

/** Null: beyond anything the exchange counts. */
function notionalUnits(order: NewOrder, market: SymbolMarket): number | null {
  const { instrument } = market;
  if (order.quoteOrderUnits > 0) return order.quoteOrderUnits;
  if (order.type === 'MARKET') {
    const ticks = Math.floor(referencePriceUnits(market) / instrument.priceUnitsPerTick);
    return isCountable(instrument, ticks, order.quantityLots)
      ? quoteUnits(instrument, ticks, order.quantityLots)
      : null;
  }
  return isCountable(instrument, order.priceTicks, order.quantityLots)
    ? quoteUnits(instrument, order.priceTicks, order.quantityLots)
    : null;
}

function checkMaxPosition(order: NewOrder, instrument: Instrument, facts: AccountFacts): void {
  const { maxPositionUnits } = instrument.filters;
  if (order.side !== 'BUY' || maxPositionUnits === 0) return;
  const added = order.quantityLots * instrument.baseUnitsPerLot;
  if (facts.basePositionUnits + added > maxPositionUnits) throw failure('MAX_POSITION');
}

function exceeds(value: number, maximum: number): boolean {
  return maximum > 0 && value > maximum;
}

function failure(name: string): VenueError {
  return new VenueError(400, -1013, `Filter failure: ${name}`);
}
