/** An instrument as state: every field, in the order of its declaration. */
import type {
  Instrument,
  InstrumentFilters,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { DecimalStep } from '#units/decimal-text.ts';
import type {
  AssetUnits,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';

export function writeInstrument(writer: StateWriter, instrument: Instrument): void {
  writer.integer(instrument.index);
  writer.integer(instrument.version);
  writer.integer(instrument.role);
  writer.integer(instrument.market);
  writer.text(instrument.symbol);
  writer.text(instrument.baseAsset);
  writer.text(instrument.quoteAsset);
  writer.integer(instrument.status);
  writeStep(writer, instrument.tick);
  writeStep(writer, instrument.step);
  writer.integer(instrument.tickLotNumerator);
  writer.integer(instrument.tickLotDenominator);
  writer.integer(instrument.baseUnitsPerLot);
  writer.integer(instrument.priceUnitsPerTick);
  writeFilters(writer, instrument.filters);
  writer.integer(instrument.makerFeeRate);
  writer.integer(instrument.takerFeeRate);
  writer.text(instrument.feeAsset);
  writer.integer(instrument.feeAssetDiscountRate);
}

export function readInstrument(reader: StateReader): Instrument {
  // Object literals evaluate in the order of writing, which is the order of the bytes.
  return {
    index: reader.integer() as InstrumentIndex,
    version: reader.integer(),
    role: reader.integer() as InstrumentRole,
    market: reader.integer() as Market,
    symbol: reader.text(),
    baseAsset: reader.text(),
    quoteAsset: reader.text(),
    status: reader.integer() as InstrumentStatus,
    tick: readStep(reader),
    step: readStep(reader),
    tickLotNumerator: reader.integer(),
    tickLotDenominator: reader.integer(),
    baseUnitsPerLot: reader.integer(),
    priceUnitsPerTick: reader.integer(),
    filters: readFilters(reader),
    makerFeeRate: reader.integer() as RateUnits,
    takerFeeRate: reader.integer() as RateUnits,
    feeAsset: reader.text(),
    feeAssetDiscountRate: reader.integer() as RateUnits,
  };
}

/** True when both say the same in every field. Field order does not matter. */
export function isSameInstrument(left: Instrument, right: Instrument): boolean {
  return isSameRecord(left, right);
}

function isSameRecord(left: object, right: object): boolean {
  const leftEntries = Object.entries(left);
  const rightByName = new Map(Object.entries(right));
  if (leftEntries.length !== rightByName.size) return false;
  for (const [name, value] of leftEntries) {
    const other: unknown = rightByName.get(name);
    const isNested = typeof value === 'object' && value !== null;
    if (isNested) {
      if (typeof other !== 'object' || other === null || !isSameRecord(value, other)) return false;
    } else if (value !== other) return false;
  }
  return true;
}

function writeStep(writer: StateWriter, step: DecimalStep): void {
  writer.integer(step.mantissa);
  writer.integer(step.decimals);
}

function readStep(reader: StateReader): DecimalStep {
  return { mantissa: reader.integer(), decimals: reader.integer() };
}

function writeFilters(writer: StateWriter, filters: InstrumentFilters): void {
  writer.integer(filters.minPriceTicks);
  writer.integer(filters.maxPriceTicks);
  writer.integer(filters.minQuantityLots);
  writer.integer(filters.maxQuantityLots);
  writer.integer(filters.marketMinQuantityLots);
  writer.integer(filters.marketMaxQuantityLots);
  writer.integer(filters.minNotionalUnits);
  writer.integer(filters.maxNotionalUnits);
  writer.flag(filters.minNotionalAppliesToMarket);
  writer.flag(filters.maxNotionalAppliesToMarket);
  writer.integer(filters.bidMultiplierUp);
  writer.integer(filters.bidMultiplierDown);
  writer.integer(filters.askMultiplierUp);
  writer.integer(filters.askMultiplierDown);
  writer.integer(filters.maxOpenOrders);
  writer.integer(filters.maxAmendsPerOrder);
  writer.integer(filters.maxPositionUnits);
}

function readFilters(reader: StateReader): InstrumentFilters {
  return {
    minPriceTicks: reader.integer() as PriceTicks,
    maxPriceTicks: reader.integer() as PriceTicks,
    minQuantityLots: reader.integer() as QuantityLots,
    maxQuantityLots: reader.integer() as QuantityLots,
    marketMinQuantityLots: reader.integer() as QuantityLots,
    marketMaxQuantityLots: reader.integer() as QuantityLots,
    minNotionalUnits: reader.integer() as AssetUnits,
    maxNotionalUnits: reader.integer() as AssetUnits,
    minNotionalAppliesToMarket: reader.flag(),
    maxNotionalAppliesToMarket: reader.flag(),
    bidMultiplierUp: reader.integer() as RateUnits,
    bidMultiplierDown: reader.integer() as RateUnits,
    askMultiplierUp: reader.integer() as RateUnits,
    askMultiplierDown: reader.integer() as RateUnits,
    maxOpenOrders: reader.integer(),
    maxAmendsPerOrder: reader.integer(),
    maxPositionUnits: reader.integer() as AssetUnits,
  };
}
