/**
 * The symbols the exchange lists, with the venue's rules for them as texts, and the instruments made of
 * them. Plausible values of 2026; whoever quotes for money reads them from the real venue.
 */
import {
  type Instrument,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import { parseScaled, parseStep } from '#units/decimal-text.ts';
import type {
  AssetUnits,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';

/** One symbol's rules on both markets, in the venue's decimals. */
export interface ListedSymbol {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Where the synthetic market begins. */
  readonly startPrice: string;
  readonly spot: ListedRules;
  readonly usdm: ListedRules;
}

export interface ListedRules {
  readonly tickSize: string;
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly stepSize: string;
  readonly minQty: string;
  readonly maxQty: string;
  readonly marketMaxQty: string;
  readonly minNotional: string;
}

const LISTED: readonly ListedSymbol[] = [
  listed('DOGE', '0.16', {
    spot: rules('0.00001', '0.00001', '1000', '1', '9000000', '3000000', '1'),
    usdm: rules('0.00001', '0.00244', '30', '1', '50000000', '30000000', '5'),
  }),
  listed('BTC', '90000', {
    spot: rules('0.01', '0.01', '1000000', '0.00001', '9000', '120', '5'),
    usdm: rules('0.1', '556.8', '4529764', '0.001', '1000', '120', '100'),
  }),
  listed('ETH', '3000', {
    spot: rules('0.01', '0.01', '1000000', '0.0001', '9000', '2500', '5'),
    usdm: rules('0.01', '39.86', '306177', '0.001', '10000', '2000', '20'),
  }),
  listed('SOL', '150', {
    spot: rules('0.01', '0.01', '100000', '0.001', '90000', '10000', '5'),
    usdm: rules('0.01', '0.42', '6857', '0.01', '1000000', '80000', '5'),
  }),
  listed('XRP', '2.5', {
    spot: rules('0.0001', '0.0001', '10000', '0.1', '9000000', '1000000', '5'),
    usdm: rules('0.0001', '0.0143', '100', '0.1', '10000000', '2000000', '5'),
  }),
];

export const LISTED_SYMBOLS: readonly string[] = LISTED.map(({ symbol }) => symbol);

/** The rules of a symbol; null when the exchange does not list it. */
export function listedSymbol(symbol: string): ListedSymbol | null {
  return LISTED.find((one) => one.symbol === symbol) ?? null;
}

/** Fees as a share of one, 1e-8: those of an ordinary account. */
const FEES = {
  [Market.SPOT]: { maker: 100_000, taker: 100_000 },
  [Market.PERPETUAL]: { maker: 20_000, taker: 50_000 },
} as const;
const SPOT_BAND = { up: 500_000_000, down: 20_000_000 } as const;
const USDM_BAND = { up: 105_000_000, down: 95_000_000 } as const;
const OPEN_ORDERS_MAX = 200;
const AMENDS_MAX = 10;
/** The synthetic market needs the quoted and the hedging market of a symbol told apart. */
const INDEX = { [Market.SPOT]: 0, [Market.PERPETUAL]: 1 } as const;
const SPOT_NOTIONAL_MAX = '9000000';

/** A symbol of one market as the engine room counts it: ticks, lots and 1e-8 units. */
export function exchangeInstrument(row: ListedSymbol, market: Market): Instrument {
  const isSpot = market === Market.SPOT;
  const terms = isSpot ? row.spot : row.usdm;
  const tick = parseStep(terms.tickSize);
  const step = parseStep(terms.stepSize);
  const priceUnitsPerTick = parseScaled(terms.tickSize, 8);
  const baseUnitsPerLot = parseScaled(terms.stepSize, 8);
  const ticks = (price: string): PriceTicks =>
    Math.floor(parseScaled(price, 8) / priceUnitsPerTick) as PriceTicks;
  const lots = (quantity: string): QuantityLots =>
    Math.floor(parseScaled(quantity, 8) / baseUnitsPerLot) as QuantityLots;
  const band = isSpot ? SPOT_BAND : USDM_BAND;
  const { numerator, denominator } = quoteUnitsPerTickLot(priceUnitsPerTick, baseUnitsPerLot);
  return {
    index: INDEX[market] as InstrumentIndex,
    version: 1,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    market,
    symbol: row.symbol,
    baseAsset: row.baseAsset,
    quoteAsset: row.quoteAsset,
    status: InstrumentStatus.TRADING,
    tick,
    step,
    tickLotNumerator: numerator,
    tickLotDenominator: denominator,
    baseUnitsPerLot,
    priceUnitsPerTick,
    filters: {
      minPriceTicks: ticks(terms.minPrice),
      maxPriceTicks: ticks(terms.maxPrice),
      minQuantityLots: lots(terms.minQty),
      maxQuantityLots: lots(terms.maxQty),
      marketMinQuantityLots: (isSpot ? 0 : lots(terms.minQty)) as QuantityLots,
      marketMaxQuantityLots: lots(terms.marketMaxQty),
      minNotionalUnits: parseScaled(terms.minNotional, 8) as AssetUnits,
      maxNotionalUnits: (isSpot ? parseScaled(SPOT_NOTIONAL_MAX, 8) : 0) as AssetUnits,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: band.up as RateUnits,
      bidMultiplierDown: (isSpot ? band.down : 0) as RateUnits,
      askMultiplierUp: (isSpot ? band.up : 0) as RateUnits,
      askMultiplierDown: band.down as RateUnits,
      maxOpenOrders: OPEN_ORDERS_MAX,
      maxAmendsPerOrder: isSpot ? AMENDS_MAX : 0,
      maxPositionUnits: 0 as AssetUnits,
    },
    makerFeeRate: FEES[market].maker as RateUnits,
    takerFeeRate: FEES[market].taker as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  };
}

/** One tick times one lot in quote units, as a reduced fraction. */
function quoteUnitsPerTickLot(
  priceUnits: number,
  baseUnits: number,
): { readonly numerator: number; readonly denominator: number } {
  const product = BigInt(priceUnits) * BigInt(baseUnits);
  const whole = 100_000_000n;
  const divisor = greatestCommonDivisor(product, whole);
  return { numerator: Number(product / divisor), denominator: Number(whole / divisor) };
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  return right === 0n ? left : greatestCommonDivisor(right, left % right);
}

function listed(
  baseAsset: string,
  startPrice: string,
  { spot, usdm }: { readonly spot: ListedRules; readonly usdm: ListedRules },
): ListedSymbol {
  const quoteAsset = 'USDT';
  return { symbol: `${baseAsset}${quoteAsset}`, baseAsset, quoteAsset, startPrice, spot, usdm };
}

function rules(
  tickSize: string,
  minPrice: string,
  maxPrice: string,
  stepSize: string,
  maxQty: string,
  marketMaxQty: string,
  minNotional: string,
): ListedRules {
  return {
    tickSize,
    minPrice,
    maxPrice,
    stepSize,
    minQty: stepSize,
    maxQty,
    marketMaxQty,
    minNotional,
  };
}
