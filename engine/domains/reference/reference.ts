import assert from 'node:assert/strict';
import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { ControlEvent, TimerEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { InstrumentTable, Reference } from '#contracts/ports.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { DefinitionOutcome, InstrumentMaster } from './instrument-master.ts';

export interface ReferenceManagerOptions {
  readonly output: CommandSink;
}

/**
 * Door of the reference domain: keeps the instrument table current from InstrumentDefined events.
 * A definition that is not newer than the current one changes nothing and raises INSTRUMENT_REFUSED.
 */
export class ReferenceManager implements Reference {
  private readonly master = new InstrumentMaster();
  private readonly output: CommandSink;
  private readonly alert = new AlertCommand();

  constructor(options: ReferenceManagerOptions) {
    this.output = options.output;
    this.alert.code = AlertCode.INSTRUMENT_REFUSED;
    this.alert.severity = AlertSeverity.WARNING;
  }

  get instruments(): InstrumentTable {
    return this.master;
  }

  /** An earlier definition that is still kept, or null: what a rollback sends again. */
  instrumentAtVersion(index: InstrumentIndex, version: number): Instrument | null {
    return this.master.atVersion(index, version);
  }

  onControl(event: Readonly<ControlEvent>): void {
    if (event.kind !== EventKind.INSTRUMENT_DEFINED) return;
    assert(event.instrument !== null, 'InstrumentDefined carries an instrument');
    const { instrument } = event;
    if (this.master.define(instrument) !== DefinitionOutcome.REFUSED) return;
    this.alert.instrument = instrument.index;
    this.alert.measured = instrument.version;
    this.alert.limit = this.master.get(instrument.index)?.version ?? 0;
    this.output.emit(this.alert);
  }

  /** Nothing here depends on time. */
  onTimer(_event: Readonly<TimerEvent>): void {}

  writeState(writer: StateWriter): void {
    writer.section('reference');
    this.master.writeState(writer);
  }

  readState(reader: StateReader): void {
    reader.section('reference');
    this.master.readState(reader);
  }
}
