import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type ClientOrderId,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import type { AbsoluteSlot } from './absolute-slot.ts';

/** What account state says aloud, and what it has said already. */
export class AccountAlerts {
  private readonly output: CommandSink;
  private readonly feeAssetLowUnits: number;
  private readonly alert = new AlertCommand();
  private isFeeAssetLow = false;
  /** Foreign orders in the list that is being read, and in the last one that was read whole. */
  private readonly foreignSeen = new Float64Array(2);
  private readonly foreignKnown = new Float64Array(2);

  constructor(output: CommandSink, feeAssetLowUnits: number) {
    this.output = output;
    this.feeAssetLowUnits = feeAssetLowUnits;
  }

  raise(
    code: AlertCode,
    severity: AlertSeverity,
    instrument: InstrumentIndex,
    measured: number,
    limit: number,
    order: ClientOrderId,
  ): void {
    const alert = this.alert;
    alert.code = code;
    alert.severity = severity;
    alert.instrument = instrument;
    alert.clientOrderId = order;
    alert.measured = measured;
    alert.limit = limit;
    this.output.emit(alert);
  }

  watchFeeAsset(slot: AbsoluteSlot): void {
    const limit = this.feeAssetLowUnits;
    const isLow = slot.isKnown && slot.totalUnits < limit;
    if (isLow && !this.isFeeAssetLow) {
      const { FEE_ASSET_LOW } = AlertCode;
      const { WARNING } = AlertSeverity;
      this.raise(FEE_ASSET_LOW, WARNING, NO_INSTRUMENT, slot.totalUnits, limit, NO_ORDER);
    }
    this.isFeeAssetLow = isLow;
  }

  /** A list of open orders shows one that is not ours. It belongs to a person: we only say so. */
  noteForeignOrder(instrument: InstrumentIndex): void {
    this.foreignSeen[instrument] = (this.foreignSeen[instrument] as number) + 1;
  }

  /** A list of open orders is complete: one alert when it holds more foreign orders than the one before. */
  closeList(instrument: InstrumentIndex): void {
    const seen = this.foreignSeen[instrument] as number;
    const known = this.foreignKnown[instrument] as number;
    this.foreignSeen[instrument] = 0;
    this.foreignKnown[instrument] = seen;
    if (seen <= known) return;
    const { FOREIGN_ORDER } = AlertCode;
    this.raise(FOREIGN_ORDER, AlertSeverity.WARNING, instrument, seen, known, NO_ORDER);
  }

  writeState(writer: StateWriter): void {
    writer.flag(this.isFeeAssetLow);
    writer.floats(this.foreignSeen, this.foreignSeen.length);
    writer.floats(this.foreignKnown, this.foreignKnown.length);
  }

  readState(reader: StateReader): void {
    this.isFeeAssetLow = reader.flag();
    reader.floats(this.foreignSeen);
    reader.floats(this.foreignKnown);
  }
}
