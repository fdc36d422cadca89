import type { DecimalStep } from '#units/decimal-text.ts';
import type {
  AssetUnits,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';

/** Which rule book an instrument follows. */
export const Market = { SPOT: 0, PERPETUAL: 1 } as const;
export type Market = (typeof Market)[keyof typeof Market];

/** What the session does with an instrument. */
export const InstrumentRole = { QUOTED: 0, HEDGE: 1 } as const;
export type InstrumentRole = (typeof InstrumentRole)[keyof typeof InstrumentRole];

/** Trading status, folded from the venue's words. Anything but TRADING: cancel and stop quoting. */
export const InstrumentStatus = { TRADING: 0, HALT: 1, CANCEL_ONLY: 2, CLOSE_ONLY: 3 } as const;
export type InstrumentStatus = (typeof InstrumentStatus)[keyof typeof InstrumentStatus];

/**
 * The venue's order rules for one instrument, in ticks and lots. Zero switches a bound off, as on
 * the venue. Multipliers are in RateUnits (1e-8): x5 is 500_000_000.
 * Source: Binance exchangeInfo `filters`, spot and USD-M.
 */
export interface InstrumentFilters {
  /** PRICE_FILTER. */
  readonly minPriceTicks: PriceTicks;
  readonly maxPriceTicks: PriceTicks;
  /** LOT_SIZE. */
  readonly minQuantityLots: QuantityLots;
  readonly maxQuantityLots: QuantityLots;
  /** MARKET_LOT_SIZE, applied to MARKET orders in addition to LOT_SIZE. */
  readonly marketMinQuantityLots: QuantityLots;
  readonly marketMaxQuantityLots: QuantityLots;
  /** NOTIONAL / MIN_NOTIONAL, in quote asset units. */
  readonly minNotionalUnits: AssetUnits;
  readonly maxNotionalUnits: AssetUnits;
  readonly minNotionalAppliesToMarket: boolean;
  readonly maxNotionalAppliesToMarket: boolean;
  /** PERCENT_PRICE_BY_SIDE (spot) or PERCENT_PRICE (perpetual: up bounds buys, down bounds sells). */
  readonly bidMultiplierUp: RateUnits;
  readonly bidMultiplierDown: RateUnits;
  readonly askMultiplierUp: RateUnits;
  readonly askMultiplierDown: RateUnits;
  /** MAX_NUM_ORDERS: open orders per symbol. */
  readonly maxOpenOrders: number;
  /** MAX_NUM_ORDER_AMENDS per order; zero: amending is not offered. */
  readonly maxAmendsPerOrder: number;
  /** MAX_POSITION in base asset units. */
  readonly maxPositionUnits: AssetUnits;
}

/**
 * All that is known about one instrument. Immutable: a change arrives as a new one with a higher
 * version. Writer: the reference domain (from InstrumentDefined events). Readers: everybody.
 */
export interface Instrument {
  readonly index: InstrumentIndex;
  readonly version: number;
  readonly role: InstrumentRole;
  readonly market: Market;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly status: InstrumentStatus;
  /** Tick size as a decimal; one PriceTicks is this many quote assets. */
  readonly tick: DecimalStep;
  /** Step size as a decimal; one QuantityLots is this many base assets. */
  readonly step: DecimalStep;
  /** Quote asset units in one tick x lot, as a reduced fraction (denominator 1 for every listed pair). */
  readonly tickLotNumerator: number;
  readonly tickLotDenominator: number;
  /** Base asset units (1e-8) in one lot. A whole number: steps below 1e-8 are refused. */
  readonly baseUnitsPerLot: number;
  /** Price units (1e-8 quote) in one tick. A whole number: ticks below 1e-8 are refused. */
  readonly priceUnitsPerTick: number;
  readonly filters: InstrumentFilters;
  /** Account fee rates for this instrument; positive is a cost, negative a rebate. */
  readonly makerFeeRate: RateUnits;
  readonly takerFeeRate: RateUnits;
  /** The asset commission is taken from when it is not the received asset ("BNB"), or "" for none. */
  readonly feeAsset: string;
  /** Share of the fee saved while it is paid in the fee asset, 0 for none: 25 % is 25_000_000. */
  readonly feeAssetDiscountRate: RateUnits;
}
