import { type RateLimitTable, rateLimitRows } from '#apps/exchange/api/rate-limit-table.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import type { SymbolData } from '#apps/exchange/streams/symbol-data.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';

const STATUS = {
  [InstrumentStatus.TRADING]: 'TRADING',
  [InstrumentStatus.HALT]: 'PENDING_TRADING',
  [InstrumentStatus.CANCEL_ONLY]: 'CLOSE',
  [InstrumentStatus.CLOSE_ONLY]: 'SETTLING',
} as const;

/** The answer of `exchangeInfo`: always all symbols. */
export function usdmExchangeInfo(
  symbols: readonly SymbolData[],
  limits: RateLimitTable,
  serverMillis: number,
): Json {
  return {
    timezone: 'UTC',
    serverTime: serverMillis,
    futuresType: 'U_MARGINED',
    exchangeFilters: [],
    rateLimits: rateLimitRows(limits).map((row) => ({ ...row })),
    assets: ['USDT', 'BNB'].map((asset) => ({
      asset,
      marginAvailable: true,
      autoAssetExchange: '-10000',
    })),
    symbols: symbols.map(symbolRow),
  };
}

function symbolRow({ market, decimals }: SymbolData): Json {
  const { instrument } = market;
  const { symbol, baseAsset, quoteAsset } = instrument;
  return {
    symbol,
    pair: symbol,
    contractType: 'PERPETUAL',
    deliveryDate: 4_133_404_800_000,
    onboardDate: 1_594_166_400_000,
    status: STATUS[instrument.status],
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset,
    quoteAsset,
    marginAsset: quoteAsset,
    pricePrecision: decimals.priceDecimals,
    quantityPrecision: decimals.quantityDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.015000',
    marketTakeBound: '0.05',
    filters: filterRows(instrument, decimals.priceDecimals, decimals.quantityDecimals),
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
  };
}

function filterRows(
  { filters, priceUnitsPerTick, baseUnitsPerLot }: Instrument,
  priceDecimals: number,
  quantityDecimals: number,
): readonly Json[] {
  const price = (ticks: number): string =>
    formatScaled((ticks * priceUnitsPerTick) / 10 ** (8 - priceDecimals), priceDecimals);
  const quantity = (lots: number): string =>
    formatScaled((lots * baseUnitsPerLot) / 10 ** (8 - quantityDecimals), quantityDecimals);
  const multiplier = (rate: number): string => formatScaled(rate / 10_000, 4);
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
      stepSize: quantity(1),
    },
    { filterType: 'MAX_NUM_ORDERS', limit: filters.maxOpenOrders },
    {
      filterType: 'MIN_NOTIONAL',
      notional: formatScaled(filters.minNotionalUnits, 8).replace(/\.?0+$/, ''),
    },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: multiplier(filters.bidMultiplierUp),
      multiplierDown: multiplier(filters.askMultiplierDown),
      multiplierDecimal: '4',
    },
  ];
}
