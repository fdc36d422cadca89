import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, MICROS_PER_SECOND, NO_ORDER } from '#units/integers.ts';
import type { Obligation } from './obligation.ts';

const MARGIN_ALERT_INTERVAL_MICROS = 10 * MICROS_PER_SECOND;

/** Says aloud what hedging cannot put right by itself: once per episode, not once per event. */
export class HedgeAlerts {
  private readonly configuration: HedgingConfiguration;
  private readonly output: CommandSink;
  private readonly instrument: InstrumentIndex;
  private readonly alert = new AlertCommand();
  private overdueId = 0;
  private hardSinceMicros = 0;
  private marginRaisedMicros = 0;

  constructor(
    configuration: HedgingConfiguration,
    output: CommandSink,
    instrument: InstrumentIndex,
  ) {
    this.configuration = configuration;
    this.output = output;
    this.instrument = instrument;
  }

  /** Raises HARD_BAND and HEDGE_OVERDUE when their deadlines have passed. Amounts in base units. */
  watch(obligation: Obligation, distanceUnits: number, bandUnits: number, nowMicros: number): void {
    const { hardBandDeadlineMicros, overdueMicros, hardRatio } = this.configuration;
    const hardSince = obligation.hardSinceMicros;
    const isHardOverdue = hardSince > 0 && nowMicros - hardSince >= hardBandDeadlineMicros;
    if (isHardOverdue && this.hardSinceMicros !== hardSince) {
      this.hardSinceMicros = hardSince;
      this.raise(AlertCode.HARD_BAND, AlertSeverity.WAKE, distanceUnits, bandUnits * hardRatio);
    }
    if (!obligation.isOpen || this.overdueId === obligation.id) return;
    const age = nowMicros - obligation.openedAtMicros;
    if (age < overdueMicros) return;
    this.overdueId = obligation.id;
    this.raise(AlertCode.HEDGE_OVERDUE, AlertSeverity.WARNING, age, overdueMicros);
  }

  /** The margin carries fewer lots than wanted; at most one alert in ten seconds. */
  marginLow(carriedLots: number, wantedLots: number, nowMicros: number): void {
    const isRecent = nowMicros - this.marginRaisedMicros < MARGIN_ALERT_INTERVAL_MICROS;
    if (isRecent && this.marginRaisedMicros > 0) return;
    this.marginRaisedMicros = nowMicros;
    this.raise(AlertCode.MARGIN_LOW, AlertSeverity.WAKE, carriedLots, wantedLots);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.overdueId);
    writer.integer(this.hardSinceMicros);
    writer.integer(this.marginRaisedMicros);
  }

  readState(reader: StateReader): void {
    this.overdueId = reader.integer();
    this.hardSinceMicros = reader.integer();
    this.marginRaisedMicros = reader.integer();
  }

  private raise(code: AlertCode, severity: AlertSeverity, measured: number, limit: number): void {
    this.alert.code = code;
    this.alert.severity = severity;
    this.alert.instrument = this.instrument;
    this.alert.clientOrderId = NO_ORDER;
    this.alert.measured = measured;
    this.alert.limit = limit;
    this.output.emit(this.alert);
  }
}
