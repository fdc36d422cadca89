import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/**
 * Measures how well the promise is kept: event time inside the band, counted only while both
 * markets are live. Never decides.
 */
export class ExposureTracker {
  insideMicros = 0;
  totalMicros = 0;
  /** Largest distance of the net delta from its target, in base units. */
  maxAbsNetDeltaUnits = 0;
  private lastMicros = 0;
  private wasCounting = false;
  private wasInside = false;

  /**
   * Adds the time since the last call to what was true then. `isCounting`: both markets live and the
   * position known.
   *
   * Hot: no allocation.
   */
  observe(nowMicros: number, isCounting: boolean, excessUnits: number, bandUnits: number): void {
    if (this.wasCounting && nowMicros > this.lastMicros) {
      const elapsed = nowMicros - this.lastMicros;
      this.totalMicros += elapsed;
      if (this.wasInside) this.insideMicros += elapsed;
    }
    const distance = Math.abs(excessUnits);
    if (isCounting && distance > this.maxAbsNetDeltaUnits) this.maxAbsNetDeltaUnits = distance;
    // Stamps of two feeds may be out of order by a little: time never runs backwards here.
    if (nowMicros > this.lastMicros) this.lastMicros = nowMicros;
    this.wasCounting = isCounting;
    this.wasInside = distance <= bandUnits;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.insideMicros);
    writer.integer(this.totalMicros);
    writer.integer(this.maxAbsNetDeltaUnits);
    writer.integer(this.lastMicros);
    writer.flag(this.wasCounting);
    writer.flag(this.wasInside);
  }

  readState(reader: StateReader): void {
    this.insideMicros = reader.integer();
    this.totalMicros = reader.integer();
    this.maxAbsNetDeltaUnits = reader.integer();
    this.lastMicros = reader.integer();
    this.wasCounting = reader.flag();
    this.wasInside = reader.flag();
  }
}
