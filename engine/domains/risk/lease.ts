/**
 * The lease the risk authority granted: limits for a short while. No lease, no new risk.
 */
import type { RiskLeaseEvent } from '#contracts/events.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { AssetUnits, DurationMicros, QuantityLots } from '#units/integers.ts';

/** Instruments one session can hold limits for. */
export const INSTRUMENTS_MAX = 8;

function perInstrument(): Float64Array {
  return new Float64Array(INSTRUMENTS_MAX);
}

/** The newest grant, copied. Limits that a grant does not name are zero: nothing allowed. */
export class Lease implements Persistent {
  version = 0;
  epoch = 0;
  expiresAtMicros = 0;
  /** False until the session's first grant. */
  isGranted = false;
  readonly maxOrderLots = perInstrument();
  readonly maxOrderNotionalUnits = perInstrument();
  readonly maxOpenOrders = perInstrument();
  readonly maxLongBaseUnits = perInstrument();
  readonly maxShortBaseUnits = perInstrument();
  readonly ordersPerTenSeconds = perInstrument();
  maxGrossNotionalUnits = 0;
  priceCollarBps = 0;
  referenceAgeMaxMicros = 0;
  reservedForHedges = 0;
  balanceReserveBps = 0;
  safetyMarginBps = 0;

  /**
   * Takes a grant, tighter or looser, at once. Returns false for one older than what we hold: an epoch
   * or version that falls is a message that lost its way.
   */
  apply(event: Readonly<RiskLeaseEvent>): boolean {
    const isOlder =
      event.epoch < this.epoch || (event.epoch === this.epoch && event.version < this.version);
    if (this.isGranted && isOlder) return false;
    const { limits } = event;
    this.isGranted = true;
    this.version = event.version;
    this.epoch = event.epoch;
    this.expiresAtMicros = event.expiresAtMicros;
    copyInto(this.maxOrderLots, limits.maxOrderLots);
    copyInto(this.maxOrderNotionalUnits, limits.maxOrderNotionalUnits);
    copyInto(this.maxOpenOrders, limits.maxOpenOrders);
    copyInto(this.maxLongBaseUnits, limits.maxLongBaseUnits);
    copyInto(this.maxShortBaseUnits, limits.maxShortBaseUnits);
    copyInto(this.ordersPerTenSeconds, limits.ordersPerTenSeconds);
    this.maxGrossNotionalUnits = limits.maxGrossNotionalUnits;
    this.priceCollarBps = limits.priceCollarBps;
    this.referenceAgeMaxMicros = limits.referenceAgeMaxMicros;
    this.reservedForHedges = limits.reservedForHedges;
    this.balanceReserveBps = limits.balanceReserveBps;
    this.safetyMarginBps = limits.safetyMarginBps;
    return true;
  }

  /** The limits in force, as one object; null before the first grant. Allocates. */
  get limits(): RiskLimits | null {
    if (!this.isGranted) return null;
    return {
      maxOrderLots: [...this.maxOrderLots] as QuantityLots[],
      maxOrderNotionalUnits: [...this.maxOrderNotionalUnits] as AssetUnits[],
      maxOpenOrders: [...this.maxOpenOrders],
      maxLongBaseUnits: [...this.maxLongBaseUnits] as AssetUnits[],
      maxShortBaseUnits: [...this.maxShortBaseUnits] as AssetUnits[],
      maxGrossNotionalUnits: this.maxGrossNotionalUnits as AssetUnits,
      priceCollarBps: this.priceCollarBps,
      referenceAgeMaxMicros: this.referenceAgeMaxMicros as DurationMicros,
      ordersPerTenSeconds: [...this.ordersPerTenSeconds],
      reservedForHedges: this.reservedForHedges,
      balanceReserveBps: this.balanceReserveBps,
      safetyMarginBps: this.safetyMarginBps,
    };
  }

  /** Time left in event time; negative when expired, 0 when nothing was ever granted. */
  leftMicros(nowMicros: number): number {
    return this.isGranted ? this.expiresAtMicros - nowMicros : 0;
  }

  isValid(nowMicros: number): boolean {
    return this.isGranted && nowMicros < this.expiresAtMicros;
  }

  /** A new session starts with nothing allowed, whatever was granted before. */
  reset(): void {
    this.version = 0;
    this.epoch = 0;
    this.expiresAtMicros = 0;
    this.isGranted = false;
  }

  writeState(writer: StateWriter): void {
    writer.section('lease');
    writer.integer(this.version);
    writer.integer(this.epoch);
    writer.integer(this.expiresAtMicros);
    writer.flag(this.isGranted);
    for (const values of this.columns()) writer.floats(values, INSTRUMENTS_MAX);
    writer.integer(this.maxGrossNotionalUnits);
    writer.float(this.priceCollarBps);
    writer.integer(this.referenceAgeMaxMicros);
    writer.integer(this.reservedForHedges);
    writer.float(this.balanceReserveBps);
    writer.float(this.safetyMarginBps);
  }

  readState(reader: StateReader): void {
    reader.section('lease');
    this.version = reader.integer();
    this.epoch = reader.integer();
    this.expiresAtMicros = reader.integer();
    this.isGranted = reader.flag();
    for (const values of this.columns()) reader.floats(values);
    this.maxGrossNotionalUnits = reader.integer();
    this.priceCollarBps = reader.float();
    this.referenceAgeMaxMicros = reader.integer();
    this.reservedForHedges = reader.integer();
    this.balanceReserveBps = reader.float();
    this.safetyMarginBps = reader.float();
  }

  private columns(): readonly Float64Array[] {
    return [
      this.maxOrderLots,
      this.maxOrderNotionalUnits,
      this.maxOpenOrders,
      this.maxLongBaseUnits,
      this.maxShortBaseUnits,
      this.ordersPerTenSeconds,
    ];
  }
}

function copyInto(target: Float64Array, source: readonly number[]): void {
  for (let index = 0; index < target.length; index++) target[index] = source[index] ?? 0;
}
