import assert from 'node:assert/strict';
import type { Instrument } from '#contracts/instrument.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { isSameInstrument, readInstrument, writeInstrument } from './instrument-state.ts';

/** A session knows a quoted and a hedge instrument; room is left for a few more. */
export const INSTRUMENTS_MAX = 16;
/** Definitions kept per instrument for a rollback: the oldest goes first. */
export const VERSIONS_KEPT = 16;

/** What became of a definition, listed in the order in which the checks run. */
export const DefinitionOutcome = {
  ADOPTED: 0,
  /** Same version, same content: the venue said it again. */
  UNCHANGED: 1,
  /** A version at or below the current one with other content. */
  REFUSED: 2,
} as const;
export type DefinitionOutcome = (typeof DefinitionOutcome)[keyof typeof DefinitionOutcome];

/**
 * All that is known about instruments, versioned. Rows are replaced, never changed: a reader may keep
 * an Instrument as long as it likes and sees one consistent version.
 */
export class InstrumentMaster implements InstrumentTable, Persistent {
  /** Versions of each instrument, oldest first; the last is current. */
  private readonly histories: Instrument[][] = [];

  /** Instruments defined so far. */
  get count(): number {
    return this.histories.length;
  }

  /** The current definition, or null before the first. */
  get(index: InstrumentIndex): Instrument | null {
    const history = this.histories[index];
    return history === undefined ? null : (history[history.length - 1] ?? null);
  }

  /**
   * The definition that carried `version`, or null when it was never seen or is no longer kept. A
   * rollback sends its content again under a new version.
   */
  atVersion(index: InstrumentIndex, version: number): Instrument | null {
    for (const instrument of this.histories[index] ?? []) {
      if (instrument.version === version) return instrument;
    }
    return null;
  }

  /** Takes a definition over when it is newer. Indexes are given out in order, without holes. */
  define(instrument: Instrument): DefinitionOutcome {
    const { index } = instrument;
    assert(Number.isInteger(index) && index >= 0 && index < INSTRUMENTS_MAX, 'instrument index');
    assert(index <= this.histories.length, 'instrument indexes must not leave holes');
    const history = this.histories[index];
    if (history === undefined) {
      this.histories.push([instrument]);
      return DefinitionOutcome.ADOPTED;
    }
    const current = history[history.length - 1] as Instrument;
    if (instrument.version <= current.version) {
      return isSameInstrument(instrument, current)
        ? DefinitionOutcome.UNCHANGED
        : DefinitionOutcome.REFUSED;
    }
    history.push(instrument);
    if (history.length > VERSIONS_KEPT) history.shift();
    return DefinitionOutcome.ADOPTED;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.histories.length);
    for (const history of this.histories) {
      writer.integer(history.length);
      for (const instrument of history) writeInstrument(writer, instrument);
    }
  }

  readState(reader: StateReader): void {
    this.histories.length = 0;
    const count = reader.integer();
    for (let index = 0; index < count; index++) {
      const history: Instrument[] = [];
      const versions = reader.integer();
      for (let version = 0; version < versions; version++) history.push(readInstrument(reader));
      this.histories.push(history);
    }
  }
}
