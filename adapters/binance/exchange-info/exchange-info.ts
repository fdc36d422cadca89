/**
 * Instruments from the venue's exchangeInfo, from the bundled copy of it, or from a configured
 * specification. All three pass the same exact conversion into ticks, lots and units.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  type Instrument,
  type InstrumentFilters,
  type InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import type { DecimalStep } from '#units/decimal-text.ts';
import {
  assetUnits,
  type InstrumentIndex,
  priceTicks,
  quantityLots,
  type RateUnits,
  rateUnits,
} from '#units/integers.ts';
import { nearNames } from './near-names.ts';
import {
  SpecificationProblem,
  SpecificationReader,
  tickLotFraction,
  unitsPerStep,
} from './specification-reader.ts';
import {
  exchangeInfoSchema,
  perpetualSymbolSchema,
  readFilter,
  spotSymbolSchema,
} from './venue-schema.ts';

const REMEDY_BY_CODE = {
  UNKNOWN_SYMBOL: 'use one of the listed names, or define the instrument in the configuration',
  BAD_EXCHANGE_INFO: 'fetch exchangeInfo anew; if it stays, compare with the protocol reference',
  BAD_SPECIFICATION: 'correct the instrument in the configuration',
  UNSUPPORTED_INSTRUMENT:
    'choose another symbol: this one cannot be quoted or hedged by the engine',
} as const;

export type InstrumentErrorCode = keyof typeof REMEDY_BY_CODE;

/** What the error is about: "DOGEUSDT tickSize". */
export interface InstrumentErrorPlace extends ErrorOptions {
  readonly where: string;
}

/** An instrument cannot be built. The start-up stops with `message` and `remedy`. */
export class InstrumentError extends Error {
  override readonly name = 'InstrumentError';
  readonly code: InstrumentErrorCode;
  readonly where: string;

  constructor(code: InstrumentErrorCode, place: InstrumentErrorPlace, what: string) {
    super(`${place.where}: ${what}`, place);
    this.code = code;
    this.where = place.where;
  }

  /** What to do, fixed by the code. */
  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}

/** What the venue's rule book does not say: our place for the instrument and our account's fees. */
export interface InstrumentTerms {
  readonly index: InstrumentIndex;
  readonly role: InstrumentRole;
  /** Rises with every change of the same instrument; 1 at first. */
  readonly version: number;
  readonly makerFeeRate: RateUnits;
  readonly takerFeeRate: RateUnits;
  /** The asset commission is taken from when it is not the received asset; "" for none. */
  readonly feeAsset: string;
  /** Share of the fee saved while it is paid in that asset; 0 for none. */
  readonly feeAssetDiscountRate: RateUnits;
}

/**
 * An instrument in decimals, as configuration and the venue write it. Left out or "0": no bound.
 * Prices, quantities and notionals are decimal strings.
 */
export interface InstrumentSpecification {
  readonly market: Market;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly status?: InstrumentStatus;
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minPrice?: string;
  readonly maxPrice?: string;
  readonly minQuantity?: string;
  readonly maxQuantity?: string;
  readonly marketMinQuantity?: string;
  readonly marketMaxQuantity?: string;
  readonly minNotional?: string;
  readonly maxNotional?: string;
  readonly minNotionalAppliesToMarket?: boolean;
  readonly maxNotionalAppliesToMarket?: boolean;
  /** Factors on the reference price: "5" allows up to five times it. */
  readonly bidMultiplierUp?: string;
  readonly bidMultiplierDown?: string;
  readonly askMultiplierUp?: string;
  readonly askMultiplierDown?: string;
  readonly maxOpenOrders?: number;
  readonly maxAmendsPerOrder?: number;
  /** In base asset. */
  readonly maxPosition?: string;
}

/** Builds an instrument from a specification. Throws an InstrumentError that names the field. */
export function defineInstrument(
  specification: InstrumentSpecification,
  terms: InstrumentTerms,
): Instrument {
  try {
    return convert(specification, terms);
  } catch (error) {
    if (!(error instanceof SpecificationProblem)) throw error;
    throw new InstrumentError(
      'BAD_SPECIFICATION',
      { where: `${specification.symbol} ${error.field}`, cause: error },
      error.message,
    );
  }
}

/**
 * The instrument of one symbol in an exchangeInfo answer (parsed JSON). Throws an InstrumentError:
 * UNKNOWN_SYMBOL names the nearest symbols, BAD_EXCHANGE_INFO the field.
 */
export function instrumentFromExchangeInfo(
  exchangeInfo: unknown,
  market: Market,
  symbol: string,
  terms: InstrumentTerms,
): Instrument {
  const row = findSymbol(exchangeInfo, market, symbol);
  return defineInstrument(
    fromVenue(symbol, () => (market === Market.SPOT ? spotRow(row) : perpetualRow(row))),
    terms,
  );
}

/** The same from the copy that ships with the program: DOGEUSDT, BTCUSDT, ETHUSDT, spot and perpetual. */
export function bundledInstrument(
  market: Market,
  symbol: string,
  terms: InstrumentTerms,
): Instrument {
  return instrumentFromExchangeInfo(bundledExchangeInfo(market), market, symbol, terms);
}

/** The exchangeInfo that ships with the program, as parsed JSON. */
export function bundledExchangeInfo(market: Market): unknown {
  const name = market === Market.SPOT ? 'spot' : 'usdm';
  return JSON.parse(readFileSync(new URL(`./bundled/${name}.json`, import.meta.url), 'utf8'));
}

/** Symbols of an exchangeInfo answer, in its order. Throws an InstrumentError when it is none. */
export function symbolsOf(exchangeInfo: unknown): readonly string[] {
  return fromVenue('exchangeInfo', () => exchangeInfoSchema.parse(exchangeInfo)).symbols.map(
    (row) => row.symbol,
  );
}

function convert(specification: InstrumentSpecification, terms: InstrumentTerms): Instrument {
  const read = new SpecificationReader(specification);
  const tick = read.step('tickSize');
  const step = read.step('stepSize');
  const { numerator, denominator } = tickLotFraction(tick, step);
  if (!Number.isSafeInteger(numerator)) {
    throw new SpecificationProblem('tickSize', {}, 'tick x step is too large');
  }
  return {
    index: terms.index,
    version: terms.version,
    role: terms.role,
    market: specification.market,
    symbol: read.name('symbol'),
    baseAsset: read.name('baseAsset'),
    quoteAsset: read.name('quoteAsset'),
    status: specification.status ?? InstrumentStatus.TRADING,
    tick,
    step,
    tickLotNumerator: numerator,
    tickLotDenominator: denominator,
    baseUnitsPerLot: unitsPerStep(step),
    priceUnitsPerTick: unitsPerStep(tick),
    filters: convertFilters(specification, read, tick, step),
    makerFeeRate: terms.makerFeeRate,
    takerFeeRate: terms.takerFeeRate,
    feeAsset: terms.feeAsset,
    feeAssetDiscountRate: terms.feeAssetDiscountRate,
  };
}

function convertFilters(
  specification: InstrumentSpecification,
  read: SpecificationReader,
  tick: DecimalStep,
  step: DecimalStep,
): InstrumentFilters {
  read.ordered('minPrice', 'maxPrice');
  read.ordered('minQuantity', 'maxQuantity');
  read.ordered('marketMinQuantity', 'marketMaxQuantity');
  read.ordered('minNotional', 'maxNotional');
  return {
    minPriceTicks: priceTicks(read.atLeast('minPrice', tick)),
    maxPriceTicks: priceTicks(read.atMost('maxPrice', tick)),
    minQuantityLots: quantityLots(read.atLeast('minQuantity', step)),
    maxQuantityLots: quantityLots(read.atMost('maxQuantity', step)),
    marketMinQuantityLots: quantityLots(read.atLeast('marketMinQuantity', step)),
    marketMaxQuantityLots: quantityLots(read.atMost('marketMaxQuantity', step)),
    minNotionalUnits: assetUnits(read.units('minNotional')),
    maxNotionalUnits: assetUnits(read.unitsAtMost('maxNotional')),
    minNotionalAppliesToMarket: specification.minNotionalAppliesToMarket ?? false,
    maxNotionalAppliesToMarket: specification.maxNotionalAppliesToMarket ?? false,
    bidMultiplierUp: rateUnits(read.units('bidMultiplierUp')),
    bidMultiplierDown: rateUnits(read.units('bidMultiplierDown')),
    askMultiplierUp: rateUnits(read.units('askMultiplierUp')),
    askMultiplierDown: rateUnits(read.units('askMultiplierDown')),
    maxOpenOrders: read.count('maxOpenOrders'),
    maxAmendsPerOrder: read.count('maxAmendsPerOrder'),
    maxPositionUnits: assetUnits(read.unitsAtMost('maxPosition')),
  };
}

function findSymbol(exchangeInfo: unknown, market: Market, symbol: string): unknown {
  const { symbols } = fromVenue('exchangeInfo', () => exchangeInfoSchema.parse(exchangeInfo));
  const row = symbols.find((candidate) => candidate.symbol === symbol);
  if (row !== undefined) return row;
  const near = nearNames(
    symbol,
    symbols.map((candidate) => candidate.symbol),
  );
  const hint = near.length === 0 ? 'no name is near it' : `did you mean ${near.join(', ')}?`;
  const marketName = market === Market.SPOT ? 'spot' : 'USD-M perpetual';
  throw new InstrumentError(
    'UNKNOWN_SYMBOL',
    { where: symbol },
    `not among the ${symbols.length} ${marketName} symbols; ${hint}`,
  );
}

/** Zero leaves a MARKET_LOT_SIZE part off, as live rows show it; a step of its own must be the lot's. */
function marketLots(
  symbol: string,
  filters: z.infer<typeof spotSymbolSchema>['filters'],
  stepSize: string,
) {
  const market = readFilter(filters, 'MARKET_LOT_SIZE');
  if (market === null) return {};
  const marketStep = withoutTrailingZeros(market.stepSize);
  if (marketStep !== '0' && marketStep !== withoutTrailingZeros(stepSize)) {
    unsupported(symbol, `market orders step by ${market.stepSize}, limit orders by ${stepSize}`);
  }
  return { marketMinQuantity: market.minQty, marketMaxQuantity: market.maxQty };
}

function withoutTrailingZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** The bounds both markets write the same way. */
function commonBounds(symbol: string, filters: z.infer<typeof spotSymbolSchema>['filters']) {
  const price = readFilter(filters, 'PRICE_FILTER');
  const lot = readFilter(filters, 'LOT_SIZE');
  if (price === null) return badInfo(symbol, 'has no PRICE_FILTER');
  if (lot === null) return badInfo(symbol, 'has no LOT_SIZE');
  const maxOrders = readFilter(filters, 'MAX_NUM_ORDERS');
  return {
    tickSize: price.tickSize,
    minPrice: price.minPrice,
    maxPrice: price.maxPrice,
    stepSize: lot.stepSize,
    minQuantity: lot.minQty,
    maxQuantity: lot.maxQty,
    maxOpenOrders: maxOrders?.maxNumOrders ?? maxOrders?.limit ?? 0,
    ...marketLots(symbol, filters, lot.stepSize),
  };
}

function spotRow(row: unknown): InstrumentSpecification {
  const { filters, ...symbol } = spotSymbolSchema.parse(row);
  if (!symbol.orderTypes.includes('LIMIT_MAKER')) {
    unsupported(symbol.symbol, 'the venue offers no LIMIT_MAKER orders');
  }
  const notional = readFilter(filters, 'NOTIONAL');
  const minNotional = readFilter(filters, 'MIN_NOTIONAL');
  const bySide = readFilter(filters, 'PERCENT_PRICE_BY_SIDE');
  const percent = readFilter(filters, 'PERCENT_PRICE');
  const amends = readFilter(filters, 'MAX_NUM_ORDER_AMENDS');
  return {
    market: Market.SPOT,
    symbol: symbol.symbol,
    baseAsset: symbol.baseAsset,
    quoteAsset: symbol.quoteAsset,
    status: symbol.isSpotTradingAllowed ? spotStatus(symbol.status) : InstrumentStatus.HALT,
    ...commonBounds(symbol.symbol, filters),
    minNotional: notional?.minNotional ?? minNotional?.minNotional ?? '0',
    maxNotional: notional?.maxNotional ?? '0',
    minNotionalAppliesToMarket: notional?.applyMinToMarket ?? minNotional?.applyToMarket ?? false,
    maxNotionalAppliesToMarket: notional?.applyMaxToMarket ?? false,
    bidMultiplierUp: bySide?.bidMultiplierUp ?? percent?.multiplierUp ?? '0',
    bidMultiplierDown: bySide?.bidMultiplierDown ?? percent?.multiplierDown ?? '0',
    askMultiplierUp: bySide?.askMultiplierUp ?? percent?.multiplierUp ?? '0',
    askMultiplierDown: bySide?.askMultiplierDown ?? percent?.multiplierDown ?? '0',
    maxAmendsPerOrder: symbol.amendAllowed ? (amends?.maxNumOrderAmends ?? 0) : 0,
    maxPosition: readFilter(filters, 'MAX_POSITION')?.maxPosition ?? '0',
  };
}

/**
 * USD-M amends go to the back of the queue, so they are no better than cancel and new: none is
 * offered. The minimum notional holds for MARKET orders too, at the mark price.
 */
function perpetualRow(row: unknown): InstrumentSpecification {
  const { filters, ...symbol } = perpetualSymbolSchema.parse(row);
  if (!/^(TRADIFI_)?PERPETUAL$/.test(symbol.contractType)) {
    unsupported(symbol.symbol, `contract type ${symbol.contractType} is not a perpetual`);
  }
  if (symbol.marginAsset !== symbol.quoteAsset) {
    unsupported(symbol.symbol, `margin in ${symbol.marginAsset}, price in ${symbol.quoteAsset}`);
  }
  if (!symbol.timeInForce.includes('GTX')) unsupported(symbol.symbol, 'no post-only (GTX) orders');
  const minNotional = readFilter(filters, 'MIN_NOTIONAL');
  const percent = readFilter(filters, 'PERCENT_PRICE');
  const bounds = commonBounds(symbol.symbol, filters);
  return {
    market: Market.PERPETUAL,
    symbol: symbol.symbol,
    baseAsset: symbol.baseAsset,
    quoteAsset: symbol.quoteAsset,
    status: perpetualStatus(symbol.status),
    ...bounds,
    minNotional: minNotional?.notional ?? '0',
    minNotionalAppliesToMarket: true,
    bidMultiplierUp: percent?.multiplierUp ?? '0',
    askMultiplierDown: percent?.multiplierDown ?? '0',
  };
}

/** A word the venue adds later must not let orders out: it is a halt. */
function spotStatus(status: string): InstrumentStatus {
  if (status === 'TRADING') return InstrumentStatus.TRADING;
  if (status === 'CANCEL_ONLY') return InstrumentStatus.CANCEL_ONLY;
  return InstrumentStatus.HALT;
}

/** A contract before delivery or settlement may still be left, but no longer entered. */
function perpetualStatus(status: string): InstrumentStatus {
  if (status === 'TRADING') return InstrumentStatus.TRADING;
  if (status === 'PRE_DELIVERING' || status === 'PRE_SETTLE') return InstrumentStatus.CLOSE_ONLY;
  return InstrumentStatus.HALT;
}

/** Turns a schema's refusal into an InstrumentError that names the field. */
function fromVenue<Result>(subject: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const issue = error.issues[0];
    const where = `${subject} ${issue?.path.join('.') ?? ''}`.trim();
    throw new InstrumentError(
      'BAD_EXCHANGE_INFO',
      { where, cause: error },
      issue?.message ?? 'does not look like exchangeInfo',
    );
  }
}

function badInfo(where: string, what: string): never {
  throw new InstrumentError('BAD_EXCHANGE_INFO', { where }, what);
}

function unsupported(where: string, what: string): never {
  throw new InstrumentError('UNSUPPORTED_INSTRUMENT', { where }, what);
}
