/** Shapes of exchangeInfo as the venue sends them: what we read is checked, what we do not read may change. */
import { z } from 'zod';

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal in quotes, like "0.00001000"');
const count = z.number().int().nonnegative();

/** The list of symbols; each row is checked only when it is asked for. */
export const exchangeInfoSchema = z.object({
  symbols: z.array(z.looseObject({ symbol: z.string().min(1) })),
});

const priceFilter = z.object({
  filterType: z.literal('PRICE_FILTER'),
  minPrice: decimal,
  maxPrice: decimal,
  tickSize: decimal,
});
const lotSize = z.object({
  filterType: z.literal('LOT_SIZE'),
  minQty: decimal,
  maxQty: decimal,
  stepSize: decimal,
});
const marketLotSize = z.object({
  filterType: z.literal('MARKET_LOT_SIZE'),
  minQty: decimal,
  maxQty: decimal,
  stepSize: decimal,
});
/** Spot calls it NOTIONAL (older: MIN_NOTIONAL with `minNotional`), USD-M MIN_NOTIONAL with `notional`. */
const notional = z.object({
  filterType: z.literal('NOTIONAL'),
  minNotional: decimal,
  applyMinToMarket: z.boolean(),
  maxNotional: decimal,
  applyMaxToMarket: z.boolean(),
});
const minNotional = z.object({
  filterType: z.literal('MIN_NOTIONAL'),
  notional: decimal.optional(),
  minNotional: decimal.optional(),
  applyToMarket: z.boolean().optional(),
});
const percentPriceBySide = z.object({
  filterType: z.literal('PERCENT_PRICE_BY_SIDE'),
  bidMultiplierUp: decimal,
  bidMultiplierDown: decimal,
  askMultiplierUp: decimal,
  askMultiplierDown: decimal,
});
const percentPrice = z.object({
  filterType: z.literal('PERCENT_PRICE'),
  multiplierUp: decimal,
  multiplierDown: decimal,
});
const maxOrders = z.object({
  filterType: z.literal('MAX_NUM_ORDERS'),
  maxNumOrders: count.optional(),
  limit: count.optional(),
});
const maxAmends = z.object({
  filterType: z.literal('MAX_NUM_ORDER_AMENDS'),
  maxNumOrderAmends: count,
});
const maxPosition = z.object({ filterType: z.literal('MAX_POSITION'), maxPosition: decimal });

/** Every filter the engine applies; one that bounds nothing of ours (iceberg, trailing) is left out. */
const filterSchemas = {
  PRICE_FILTER: priceFilter,
  LOT_SIZE: lotSize,
  MARKET_LOT_SIZE: marketLotSize,
  NOTIONAL: notional,
  MIN_NOTIONAL: minNotional,
  PERCENT_PRICE_BY_SIDE: percentPriceBySide,
  PERCENT_PRICE: percentPrice,
  MAX_NUM_ORDERS: maxOrders,
  MAX_NUM_ORDER_AMENDS: maxAmends,
  MAX_POSITION: maxPosition,
} as const;

export type FilterName = keyof typeof filterSchemas;
export type VenueFilter<Name extends FilterName> = z.infer<(typeof filterSchemas)[Name]>;

const symbolBase = {
  symbol: z.string().min(1),
  status: z.string(),
  baseAsset: z.string().min(1),
  quoteAsset: z.string().min(1),
  orderTypes: z.array(z.string()),
  filters: z.array(z.looseObject({ filterType: z.string() })),
};

export const spotSymbolSchema = z.object({
  ...symbolBase,
  amendAllowed: z.boolean().default(false),
  isSpotTradingAllowed: z.boolean().default(true),
});

export const perpetualSymbolSchema = z.object({
  ...symbolBase,
  contractType: z.string(),
  marginAsset: z.string(),
  timeInForce: z.array(z.string()),
});

/**
 * The filter of this name, checked, or null when the symbol has none. Throws a ZodError whose paths
 * start at the filter.
 */
export function readFilter<Name extends FilterName>(
  filters: readonly { readonly filterType: string }[],
  name: Name,
): VenueFilter<Name> | null {
  const raw = filters.find((filter) => filter.filterType === name);
  if (raw === undefined) return null;
  return filterSchemas[name].parse(raw) as VenueFilter<Name>;
}
