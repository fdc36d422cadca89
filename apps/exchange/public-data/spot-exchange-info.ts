import { type RateLimitTable, rateLimitRows } from '#apps/exchange/api/rate-limit-table.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import type { SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';

const STATUS = {
  [InstrumentStatus.TRADING]: 'TRADING',
  [InstrumentStatus.HALT]: 'HALT',
  [InstrumentStatus.CANCEL_ONLY]: 'CANCEL_ONLY',
  [InstrumentStatus.CLOSE_ONLY]: 'BREAK',
} as const;

/** The venue's words for a status, as `symbolStatus` names them. */
export const SPOT_STATUSES: readonly string[] = Object.values(STATUS);
/** What every symbol allows. */
export const SPOT_PERMISSION = 'SPOT';

export function spotStatus(instrument: Instrument): string {
  return STATUS[instrument.status];
}

/** The answer of `exchangeInfo` for these symbols. */
export function spotExchangeInfo(
  symbols: readonly SymbolData[],
  limits: RateLimitTable,
  serverMillis: number,
  showsPermissionSets = true,
): Json {
  return {
    timezone: 'UTC',
    serverTime: serverMillis,
    rateLimits: rateLimitRows(limits).map((row) => ({ ...row })),
    exchangeFilters: [],
    symbols: symbols.map(({ market }) => symbolRow(market.instrument, showsPermissionSets)),
  };
}

function symbolRow(instrument: Instrument, showsPermissionSets: boolean): Json {
  const { symbol, baseAsset, quoteAsset, filters } = instrument;
  return {
    symbol,
    status: spotStatus(instrument),
    baseAsset,
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filterRows(instrument),
    permissions: [],
    permissionSets: showsPermissionSets ? [[SPOT_PERMISSION]] : [],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: [
      'NONE',
      'EXPIRE_TAKER',
      'EXPIRE_MAKER',
      'EXPIRE_BOTH',
      'DECREMENT',
    ],
    ...(filters.maxAmendsPerOrder === 0 ? { amendAllowed: false } : {}),
  };
}

function filterRows({ filters, priceUnitsPerTick, baseUnitsPerLot }: Instrument): readonly Json[] {
  const price = (ticks: number): string => formatScaled(ticks * priceUnitsPerTick, 8);
  const quantity = (lots: number): string => formatScaled(lots * baseUnitsPerLot, 8);
  const multiplier = (rate: number): string => formatScaled(rate, 8).replace(/\.?0+$/, '');
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: price(filters.minPriceTicks),
      maxPrice: price(filters.maxPriceTicks),
      tickSize: price(1),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: quantity(filters.minQuantityLots),
      maxQty: quantity(filters.maxQuantityLots),
      stepSize: quantity(1),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: quantity(filters.marketMinQuantityLots),
      maxQty: quantity(filters.marketMaxQuantityLots),
      stepSize: quantity(0),
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: multiplier(filters.bidMultiplierUp),
      bidMultiplierDown: multiplier(filters.bidMultiplierDown),
      askMultiplierUp: multiplier(filters.askMultiplierUp),
      askMultiplierDown: multiplier(filters.askMultiplierDown),
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: formatScaled(filters.minNotionalUnits, 8),
      applyMinToMarket: filters.minNotionalAppliesToMarket,
      maxNotional: formatScaled(filters.maxNotionalUnits, 8),
      applyMaxToMarket: filters.maxNotionalAppliesToMarket,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: filters.maxOpenOrders },
    { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: filters.maxAmendsPerOrder },
  ];
}
