/**
 * Exact integer units: prices in ticks, quantities in lots, amounts in asset units, time in microseconds.
 *
 * Why not decimals: most decimal fractions have no exact double, so sums drift, and a replay that
 * drifts from the live run proves nothing. A brand exists for the compiler only; at run time these
 * are plain safe integers.
 */
declare const unit: unique symbol;
type Integer<Unit extends string> = number & { readonly [unit]: Unit };

/** Price in multiples of the instrument's tick size. */
export type PriceTicks = Integer<'PriceTicks'>;
/** Quantity in multiples of the instrument's step size. Signed where a doc comment says so. */
export type QuantityLots = Integer<'QuantityLots'>;
/** Amount of one asset in 1e-8 of it, whatever the asset. Signed. Safe up to 90 million whole assets. */
export type AssetUnits = Integer<'AssetUnits'>;
/** A price that need not lie on a tick (mark, index, average), in 1e-8 of the quote asset. */
export type PriceUnits = Integer<'PriceUnits'>;
/** A rate (fee, funding) in 1e-8: 10 basis points are 100_000. Costs are positive, rebates negative. */
export type RateUnits = Integer<'RateUnits'>;
/** Microseconds since 1970 UTC: safe until 2255, while nanoseconds already overflow 2^53. */
export type EpochMicros = Integer<'EpochMicros'>;
/** A span of time in microseconds. */
export type DurationMicros = Integer<'DurationMicros'>;
/** Position of an applied event in the journal: the first event of a session is 1. */
export type Sequence = Integer<'Sequence'>;
/** epoch x 2^32 + counter. Never reused; the wire form is made at the edge. Zero means: none. */
export type ClientOrderId = Integer<'ClientOrderId'>;
/** Index into the session's instrument table. `NO_INSTRUMENT` means: none. */
export type InstrumentIndex = Integer<'InstrumentIndex'>;

/** Units of an asset in one whole asset. */
export const ASSET_UNITS_PER_WHOLE = 100_000_000;
/** Rate units in 1 (100 %). */
export const RATE_UNITS_PER_ONE = 100_000_000;
/** Rate units in one basis point. */
export const RATE_UNITS_PER_BP = 10_000;
export const MICROS_PER_MILLI = 1_000;
export const MICROS_PER_SECOND = 1_000_000;

export const NO_INSTRUMENT = -1 as InstrumentIndex;
export const NO_ORDER = 0 as ClientOrderId;

function assertSafeInteger(value: number, what: string): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of ${what}: ${value}`);
}

/** The one door into `PriceTicks`: parsers, configuration and tests come through here. */
export function priceTicks(value: number): PriceTicks {
  assertSafeInteger(value, 'ticks');
  return value as PriceTicks;
}

export function quantityLots(value: number): QuantityLots {
  assertSafeInteger(value, 'lots');
  return value as QuantityLots;
}

export function assetUnits(value: number): AssetUnits {
  assertSafeInteger(value, 'asset units (1e-8)');
  return value as AssetUnits;
}

export function priceUnits(value: number): PriceUnits {
  assertSafeInteger(value, 'price units (1e-8)');
  return value as PriceUnits;
}

export function rateUnits(value: number): RateUnits {
  assertSafeInteger(value, 'rate units (1e-8)');
  return value as RateUnits;
}

export function epochMicros(value: number): EpochMicros {
  assertSafeInteger(value, 'microseconds since 1970');
  return value as EpochMicros;
}

export function durationMicros(value: number): DurationMicros {
  assertSafeInteger(value, 'microseconds');
  return value as DurationMicros;
}

export function sequence(value: number): Sequence {
  assertSafeInteger(value, 'journal sequence');
  return value as Sequence;
}

export function instrumentIndex(value: number): InstrumentIndex {
  assertSafeInteger(value, 'instrument index');
  return value as InstrumentIndex;
}

const ORDER_COUNTERS_PER_EPOCH = 2 ** 32;
/** Epochs beyond this would leave the safe integers: two million restarts. */
export const EPOCH_MAX = 2 ** 21 - 1;

/**
 * Builds a client order id from the durable epoch and a counter that starts at 1 in each epoch.
 * Throws a RangeError outside [1, EPOCH_MAX] x [1, 2^32).
 */
export function clientOrderId(epoch: number, counter: number): ClientOrderId {
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > EPOCH_MAX) {
    throw new RangeError(`epoch outside 1..${EPOCH_MAX}: ${epoch}`);
  }
  if (!Number.isInteger(counter) || counter < 1 || counter >= ORDER_COUNTERS_PER_EPOCH) {
    throw new RangeError(`order counter outside 1..2^32-1: ${counter}`);
  }
  return (epoch * ORDER_COUNTERS_PER_EPOCH + counter) as ClientOrderId;
}

export function epochOfOrder(id: ClientOrderId): number {
  return Math.floor(id / ORDER_COUNTERS_PER_EPOCH);
}

export function counterOfOrder(id: ClientOrderId): number {
  return id % ORDER_COUNTERS_PER_EPOCH;
}
