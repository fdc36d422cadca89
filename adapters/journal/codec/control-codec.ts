/** Layouts of control events. Instruments and leases are rare: their decoders build new objects. */
import type {
  HostMeasurementEvent,
  InstrumentDefinedEvent,
  OperatorEvent,
  RiskLeaseEvent,
  SessionStartEvent,
} from '#contracts/events.ts';
import type { Instrument, InstrumentFilters } from '#contracts/instrument.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';

/** A per-instrument column longer than this is damage, not a session. */
const LIMIT_COLUMN_MAX = 4_096;

export function writeSessionStart(writer: ByteWriter, event: Readonly<SessionStartEvent>): void {
  writer.flag(event.ownOrdersInBook);
  writer.align();
  writer.integer(event.epoch);
  writer.integer(event.seed);
}

export function readSessionStart(reader: ByteReader, event: SessionStartEvent): void {
  event.ownOrdersInBook = reader.flag();
  reader.align();
  event.epoch = reader.integer();
  event.seed = reader.integer();
}

export function writeOperator(writer: ByteWriter, event: Readonly<OperatorEvent>): void {
  writer.code(event.action);
}

export function readOperator(reader: ByteReader, event: OperatorEvent): void {
  event.action = reader.code();
}

export function writeMeasurement(writer: ByteWriter, event: Readonly<HostMeasurementEvent>): void {
  writer.code(event.measure);
  writer.align();
  writer.integer(event.valueMicros);
}

export function readMeasurement(reader: ByteReader, event: HostMeasurementEvent): void {
  event.measure = reader.code();
  reader.align();
  event.valueMicros = reader.integer();
}

/** Bytes enough for one instrument: UTF-8 takes at most three bytes for a UTF-16 unit. */
export function instrumentSizeBound(instrument: Instrument): number {
  const { symbol, baseAsset, quoteAsset, feeAsset } = instrument;
  return 512 + 3 * (symbol.length + baseAsset.length + quoteAsset.length + feeAsset.length);
}

/** Throws a RangeError for an event that was never filled. */
export function writeInstrument(writer: ByteWriter, event: Readonly<InstrumentDefinedEvent>): void {
  const { instrument } = event;
  if (instrument === null) throw new RangeError('InstrumentDefined without an instrument');
  writer.small(instrument.index);
  writer.code(instrument.role);
  writer.code(instrument.market);
  writer.code(instrument.status);
  writer.align();
  writer.integer(instrument.version);
  writer.text(instrument.symbol);
  writer.text(instrument.baseAsset);
  writer.text(instrument.quoteAsset);
  writer.text(instrument.feeAsset);
  writer.align();
  writer.integer(instrument.tick.mantissa);
  writer.integer(instrument.tick.decimals);
  writer.integer(instrument.step.mantissa);
  writer.integer(instrument.step.decimals);
  writer.integer(instrument.tickLotNumerator);
  writer.integer(instrument.tickLotDenominator);
  writer.integer(instrument.baseUnitsPerLot);
  writer.integer(instrument.priceUnitsPerTick);
  writer.integer(instrument.makerFeeRate);
  writer.integer(instrument.takerFeeRate);
  writer.integer(instrument.feeAssetDiscountRate);
  writeFilters(writer, instrument.filters);
}

function writeFilters(writer: ByteWriter, filters: InstrumentFilters): void {
  writer.flag(filters.minNotionalAppliesToMarket);
  writer.flag(filters.maxNotionalAppliesToMarket);
  writer.align();
  writer.integer(filters.minPriceTicks);
  writer.integer(filters.maxPriceTicks);
  writer.integer(filters.minQuantityLots);
  writer.integer(filters.maxQuantityLots);
  writer.integer(filters.marketMinQuantityLots);
  writer.integer(filters.marketMaxQuantityLots);
  writer.integer(filters.minNotionalUnits);
  writer.integer(filters.maxNotionalUnits);
  writer.integer(filters.bidMultiplierUp);
  writer.integer(filters.bidMultiplierDown);
  writer.integer(filters.askMultiplierUp);
  writer.integer(filters.askMultiplierDown);
  writer.integer(filters.maxOpenOrders);
  writer.integer(filters.maxAmendsPerOrder);
  writer.integer(filters.maxPositionUnits);
}

export function readInstrument(reader: ByteReader, event: InstrumentDefinedEvent): void {
  // Property values are evaluated in the order written here, which is the order of the layout.
  const codes = {
    index: reader.small<Instrument['index']>(),
    role: reader.code<Instrument['role']>(),
    market: reader.code<Instrument['market']>(),
    status: reader.code<Instrument['status']>(),
  };
  reader.align();
  const names = {
    version: reader.integer<number>(),
    symbol: reader.text(),
    baseAsset: reader.text(),
    quoteAsset: reader.text(),
    feeAsset: reader.text(),
  };
  reader.align();
  event.instrument = {
    ...codes,
    ...names,
    tick: { mantissa: reader.integer(), decimals: reader.integer() },
    step: { mantissa: reader.integer(), decimals: reader.integer() },
    tickLotNumerator: reader.integer(),
    tickLotDenominator: reader.integer(),
    baseUnitsPerLot: reader.integer(),
    priceUnitsPerTick: reader.integer(),
    makerFeeRate: reader.integer(),
    takerFeeRate: reader.integer(),
    feeAssetDiscountRate: reader.integer(),
    filters: readFilters(reader),
  };
}

function readFilters(reader: ByteReader): InstrumentFilters {
  const minNotionalAppliesToMarket = reader.flag();
  const maxNotionalAppliesToMarket = reader.flag();
  reader.align();
  return {
    minNotionalAppliesToMarket,
    maxNotionalAppliesToMarket,
    minPriceTicks: reader.integer(),
    maxPriceTicks: reader.integer(),
    minQuantityLots: reader.integer(),
    maxQuantityLots: reader.integer(),
    marketMinQuantityLots: reader.integer(),
    marketMaxQuantityLots: reader.integer(),
    minNotionalUnits: reader.integer(),
    maxNotionalUnits: reader.integer(),
    bidMultiplierUp: reader.integer(),
    bidMultiplierDown: reader.integer(),
    askMultiplierUp: reader.integer(),
    askMultiplierDown: reader.integer(),
    maxOpenOrders: reader.integer(),
    maxAmendsPerOrder: reader.integer(),
    maxPositionUnits: reader.integer(),
  };
}

/** Bytes enough for one lease. */
export function leaseSizeBound(limits: RiskLimits): number {
  const values =
    limits.maxOrderLots.length +
    limits.maxOrderNotionalUnits.length +
    limits.maxOpenOrders.length +
    limits.maxLongBaseUnits.length +
    limits.maxShortBaseUnits.length +
    limits.ordersPerTenSeconds.length;
  return 256 + 8 * values;
}

export function writeLease(writer: ByteWriter, event: Readonly<RiskLeaseEvent>): void {
  const { limits } = event;
  writer.integer(event.version);
  writer.integer(event.epoch);
  writer.integer(event.expiresAtMicros);
  writeColumn(writer, limits.maxOrderLots);
  writeColumn(writer, limits.maxOrderNotionalUnits);
  writeColumn(writer, limits.maxOpenOrders);
  writeColumn(writer, limits.maxLongBaseUnits);
  writeColumn(writer, limits.maxShortBaseUnits);
  writer.integer(limits.maxGrossNotionalUnits);
  writer.float(limits.priceCollarBps);
  writer.integer(limits.referenceAgeMaxMicros);
  writeColumn(writer, limits.ordersPerTenSeconds);
  writer.float(limits.reservedForHedges);
  writer.float(limits.balanceReserveBps);
  writer.float(limits.safetyMarginBps);
}

export function readLease(reader: ByteReader, event: RiskLeaseEvent): void {
  event.version = reader.integer();
  event.epoch = reader.integer();
  event.expiresAtMicros = reader.integer();
  event.limits = {
    maxOrderLots: readColumn(reader),
    maxOrderNotionalUnits: readColumn(reader),
    maxOpenOrders: readColumn(reader),
    maxLongBaseUnits: readColumn(reader),
    maxShortBaseUnits: readColumn(reader),
    maxGrossNotionalUnits: reader.integer(),
    priceCollarBps: reader.float(),
    referenceAgeMaxMicros: reader.integer(),
    ordersPerTenSeconds: readColumn(reader),
    reservedForHedges: reader.float(),
    balanceReserveBps: reader.float(),
    safetyMarginBps: reader.float(),
  };
}

function writeColumn(writer: ByteWriter, values: readonly number[]): void {
  writer.count(values.length);
  writer.align();
  for (const value of values) writer.float(value);
}

function readColumn<Unit extends number>(reader: ByteReader): Unit[] {
  const length = reader.count();
  reader.align();
  if (length > LIMIT_COLUMN_MAX) throw new RangeError(`a limit column of ${length} values`);
  return Array.from({ length }, () => reader.integer<Unit>());
}
