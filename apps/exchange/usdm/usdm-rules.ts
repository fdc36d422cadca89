/** The filters of USD-M, written from the venue's words and apart from our own side's: the two check each other. */
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { tickWorthUnits, worthUnits } from './margin-math.ts';
import type { SideWord } from './usdm-order.ts';

/** An order as the filters look at it. */
export interface RuledOrder {
  readonly side: SideWord;
  readonly isMarket: boolean;
  readonly reduceOnly: boolean;
  readonly priceTicks: number;
  readonly quantityLots: number;
}

/** Farthest a market order reaches from the mark. */
const MARKET_TAKE_BOUND = 5_000_000;

/** Throws -4140 when the symbol takes no new orders now. */
export function checkStatus({ status }: Instrument): void {
  if (status === InstrumentStatus.TRADING) return;
  throw new VenueError(400, -4140, 'Invalid symbol status for opening position.');
}

/** Throws the venue's code for the first filter that fails. */
export function checkFilters(order: RuledOrder, market: SymbolMarket, openOrders: number): void {
  const { instrument } = market;
  const { filters } = instrument;
  checkLots(order, instrument);
  if (!order.isMarket) {
    if (order.priceTicks < filters.minPriceTicks)
      throw refused(-4013, 'Price less than min price.');
    if (order.priceTicks > filters.maxPriceTicks)
      throw refused(-4002, 'Price greater than max price.');
    checkBand(order, market);
  }
  checkNotional(order, market);
  if (openOrders >= filters.maxOpenOrders) throw refused(-2025, 'Reach max open order limit.');
}

/** Farthest price a market order may take at, in ticks inside the bound; 0: no mark yet, no bound. */
export function marketBoundTicks(market: SymbolMarket, side: SideWord): number {
  const { markPriceUnits, instrument } = market;
  if (markPriceUnits === 0) return 0;
  const rate = side === 'BUY' ? MARKET_TAKE_BOUND : -MARKET_TAKE_BOUND;
  const bound = (markPriceUnits * (RATE_UNITS_PER_ONE + rate)) / RATE_UNITS_PER_ONE;
  const ticks = bound / instrument.priceUnitsPerTick;
  return side === 'BUY' ? Math.floor(ticks) : Math.max(1, Math.ceil(ticks));
}

function checkLots({ quantityLots, isMarket }: RuledOrder, { filters }: Instrument): void {
  const least = isMarket ? filters.marketMinQuantityLots : filters.minQuantityLots;
  const most = isMarket ? filters.marketMaxQuantityLots : filters.maxQuantityLots;
  if (quantityLots < least) throw refused(-4003, 'Quantity less than min quantity.');
  if (quantityLots > most) throw refused(-4005, 'Quantity greater than max quantity.');
}

/** A buy is bounded from above, a sell from below. */
function checkBand({ side, priceTicks }: RuledOrder, market: SymbolMarket): void {
  const { markPriceUnits, instrument } = market;
  if (markPriceUnits === 0) return;
  const { bidMultiplierUp, askMultiplierDown } = instrument.filters;
  const price = priceTicks * instrument.priceUnitsPerTick;
  const bound = (rate: number): number => (markPriceUnits * rate) / RATE_UNITS_PER_ONE;
  if (side === 'BUY' && bidMultiplierUp > 0 && price > bound(bidMultiplierUp)) {
    throw refused(-4016, "Limit price can't be higher than the upper bound.");
  }
  if (side === 'SELL' && askMultiplierDown > 0 && price < bound(askMultiplierDown)) {
    throw refused(-4024, "Limit price can't be lower than the lower bound.");
  }
}

function checkNotional(order: RuledOrder, market: SymbolMarket): void {
  const { instrument, markPriceUnits } = market;
  if (order.reduceOnly) return;
  const worth = order.isMarket
    ? worthUnits(instrument, order.quantityLots, markPriceUnits)
    : tickWorthUnits(instrument, order.quantityLots, order.priceTicks);
  if (worth >= instrument.filters.minNotionalUnits) return;
  const least = instrument.filters.minNotionalUnits / 1e8;
  throw refused(
    -4164,
    `Order's notional must be no smaller than ${least} (unless you choose reduce only).`,
  );
}

function refused(code: number, message: string): VenueError {
  return new VenueError(400, code, message);
}
