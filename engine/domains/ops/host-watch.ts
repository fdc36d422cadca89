import type { OpsConfiguration } from '#contracts/configuration/ops-configuration.ts';
import { HostMeasure, type HostMeasurementEvent } from '#contracts/events.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

const MEASURES = 3;

/** Remembers what the host measured, and how often in a row a measure was beyond its limit. */
export class HostWatch {
  private readonly limits: Float64Array;
  private readonly latest = new Float64Array(MEASURES);
  private readonly badInRow = new Float64Array(MEASURES);

  constructor(configuration: OpsConfiguration) {
    this.limits = new Float64Array(MEASURES);
    this.limits[HostMeasure.LOOP_P99] = configuration.loopP99MaxMicros;
    this.limits[HostMeasure.CLOCK_OFFSET] = configuration.clockOffsetMaxMicros;
    this.limits[HostMeasure.JOURNAL_LAG] = configuration.journalLagMaxMicros;
  }

  onMeasurement(event: Readonly<HostMeasurementEvent>): void {
    const measure = event.measure;
    this.latest[measure] = event.valueMicros;
    const isBad = Math.abs(event.valueMicros) > (this.limits[measure] as number);
    this.badInRow[measure] = isBad ? (this.badInRow[measure] as number) + 1 : 0;
  }

  /** The newest value in microseconds; 0 before the first. Offsets are signed. */
  value(measure: HostMeasure): number {
    return this.latest[measure] as number;
  }

  limit(measure: HostMeasure): number {
    return this.limits[measure] as number;
  }

  /** Measurements beyond the limit in a row, up to now. */
  badCount(measure: HostMeasure): number {
    return this.badInRow[measure] as number;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.latest, MEASURES);
    writer.floats(this.badInRow, MEASURES);
  }

  readState(reader: StateReader): void {
    reader.floats(this.latest);
    reader.floats(this.badInRow);
  }
}
