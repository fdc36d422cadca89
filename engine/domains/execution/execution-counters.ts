import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Highest RiskCode counted apart. */
const REFUSAL_CODES = 32;

/** What happened to our orders so far, quotes and hedge legs together. */
export class ExecutionCounters implements Persistent {
  /** Placements handed to the edge: new orders and the new halves of replacements. */
  sent = 0;
  /** Placements the venue confirmed. */
  acked = 0;
  rejected = 0;
  canceled = 0;
  amended = 0;
  /** Replacements whose new half the venue confirmed. */
  replaced = 0;
  expired = 0;
  /** Orders that were UNKNOWN and are not any more. */
  unknownResolved = 0;
  /** Every order command that left: placements, cancels, amends, queries. */
  messages = 0;
  /** Orders filled completely. */
  filled = 0;
  postOnlyRejected = 0;
  lateFills = 0;
  illegalTransitions = 0;
  /** Reports about orders we do not remember. */
  unremembered = 0;
  /** Reprices that waited because the message budget was low. */
  suppressed = 0;
  /** Actions the gate refused, by RiskCode. */
  readonly refusals = new Float64Array(REFUSAL_CODES);

  writeState(writer: StateWriter): void {
    writer.section('execution-counters');
    writer.integer(this.sent);
    writer.integer(this.acked);
    writer.integer(this.rejected);
    writer.integer(this.canceled);
    writer.integer(this.amended);
    writer.integer(this.replaced);
    writer.integer(this.expired);
    writer.integer(this.unknownResolved);
    writer.integer(this.messages);
    writer.integer(this.filled);
    writer.integer(this.postOnlyRejected);
    writer.integer(this.lateFills);
    writer.integer(this.illegalTransitions);
    writer.integer(this.unremembered);
    writer.integer(this.suppressed);
    writer.floats(this.refusals, REFUSAL_CODES);
  }

  readState(reader: StateReader): void {
    reader.section('execution-counters');
    this.sent = reader.integer();
    this.acked = reader.integer();
    this.rejected = reader.integer();
    this.canceled = reader.integer();
    this.amended = reader.integer();
    this.replaced = reader.integer();
    this.expired = reader.integer();
    this.unknownResolved = reader.integer();
    this.messages = reader.integer();
    this.filled = reader.integer();
    this.postOnlyRejected = reader.integer();
    this.lateFills = reader.integer();
    this.illegalTransitions = reader.integer();
    this.unremembered = reader.integer();
    this.suppressed = reader.integer();
    reader.floats(this.refusals);
  }
}
