import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** What a venue's absolute statement meant for a slot. */
export const StatementOutcome = {
  /** The first one: taken as it is. */
  FIRST: 0,
  /** It says what our changes added up to. */
  CONFIRMED: 1,
  /** It differs by less than the venue's own rounding can explain; taken silently. */
  ROUNDED: 2,
  /** It differs: the venue's number rules from now on, the difference is unexplained. */
  CORRECTED: 3,
  /** It is older than a change already applied: ignored. */
  OUTDATED: 4,
} as const;
export type StatementOutcome = (typeof StatementOutcome)[keyof typeof StatementOutcome];

/**
 * One amount that two sources describe: changes (fills, funding) move it at once, absolute
 * statements of the venue confirm or correct it.
 *
 * A statement can overtake the report of the fill that caused it, or the report is lost and learnt
 * much later. The correction is remembered as unexplained, and a change that the venue dates before
 * the statement explains it instead of moving the amount a second time: an absolute statement holds
 * everything up to its own time. Only `settle`, called when the venue's list of trades holds nothing
 * more, gives up on an explanation.
 */
export class AbsoluteSlot {
  totalUnits = 0;
  lockedUnits = 0;
  isKnown = false;
  /** False from a correction until late changes explain it or it is settled. */
  isConfirmed = false;
  /** What corrections have added and no change has explained yet. */
  unexplainedUnits = 0;
  /** Venue time of the newest statement that corrected. */
  correctedAtMicros = 0;
  private firstStatedAtMicros = 0;
  private statedAtMicros = 0;
  private changedAtMicros = 0;

  /** True when a change of that venue time was already part of the first statement. */
  precedesFirstStatement(venueMicros: number): boolean {
    return this.isKnown && venueMicros < this.firstStatedAtMicros;
  }

  /**
   * Moves the amount by a change that the venue dates `venueMicros`, or explains a statement with it.
   * `toleranceUnits`: how much our own figure of the change may be off by rounding.
   */
  applyChange(deltaUnits: number, venueMicros: number, toleranceUnits = 0): void {
    if (this.isStated(deltaUnits, venueMicros)) {
      this.unexplainedUnits -= deltaUnits;
      if (Math.abs(this.unexplainedUnits) <= toleranceUnits) this.unexplainedUnits = 0;
      this.isConfirmed = this.unexplainedUnits === 0;
      return;
    }
    this.totalUnits += deltaUnits;
    if (venueMicros > this.changedAtMicros) this.changedAtMicros = venueMicros;
  }

  /**
   * Takes an absolute statement. `toleranceUnits` is how much of a difference is mere rounding at
   * the venue. After CORRECTED, `unexplainedUnits` holds the difference.
   */
  applyStatement(
    totalUnits: number,
    lockedUnits: number,
    venueMicros: number,
    toleranceUnits: number,
  ): StatementOutcome {
    if (!this.isKnown) {
      // It lacks a change that we were told of: not a start to build on.
      if (venueMicros < this.changedAtMicros) return StatementOutcome.OUTDATED;
      this.isKnown = true;
      this.isConfirmed = true;
      this.firstStatedAtMicros = venueMicros;
      this.take(totalUnits, lockedUnits, venueMicros);
      return StatementOutcome.FIRST;
    }
    if (venueMicros < this.changedAtMicros || venueMicros < this.statedAtMicros) {
      return StatementOutcome.OUTDATED;
    }
    const difference = totalUnits - this.totalUnits;
    this.take(totalUnits, lockedUnits, venueMicros);
    if (difference === 0) return StatementOutcome.CONFIRMED;
    if (Math.abs(difference) <= toleranceUnits) return StatementOutcome.ROUNDED;
    this.unexplainedUnits += difference;
    this.correctedAtMicros = venueMicros;
    this.isConfirmed = this.unexplainedUnits === 0;
    return this.isConfirmed ? StatementOutcome.CONFIRMED : StatementOutcome.CORRECTED;
  }

  /** Ends a correction: returns what stays unexplained for good, and forgets it. */
  settle(): number {
    const settled = this.unexplainedUnits;
    this.unexplainedUnits = 0;
    this.isConfirmed = this.isKnown;
    return settled;
  }

  /** Estimates what a fill freed of the locked part; the next statement says it exactly. */
  unlock(units: number): void {
    this.lockedUnits = Math.max(0, Math.min(this.lockedUnits - units, this.totalUnits));
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.totalUnits);
    writer.integer(this.lockedUnits);
    writer.flag(this.isKnown);
    writer.flag(this.isConfirmed);
    writer.integer(this.unexplainedUnits);
    writer.integer(this.correctedAtMicros);
    writer.integer(this.firstStatedAtMicros);
    writer.integer(this.statedAtMicros);
    writer.integer(this.changedAtMicros);
  }

  readState(reader: StateReader): void {
    this.totalUnits = reader.integer();
    this.lockedUnits = reader.integer();
    this.isKnown = reader.flag();
    this.isConfirmed = reader.flag();
    this.unexplainedUnits = reader.integer();
    this.correctedAtMicros = reader.integer();
    this.firstStatedAtMicros = reader.integer();
    this.statedAtMicros = reader.integer();
    this.changedAtMicros = reader.integer();
  }

  private take(totalUnits: number, lockedUnits: number, venueMicros: number): void {
    this.totalUnits = totalUnits;
    this.lockedUnits = lockedUnits;
    this.statedAtMicros = venueMicros;
  }

  /**
   * True when the newest statement holds the change already: the venue dates it before the statement,
   * or in the same microsecond and it is what the statement left unexplained.
   */
  private isStated(deltaUnits: number, venueMicros: number): boolean {
    if (!this.isKnown || venueMicros > this.statedAtMicros) return false;
    if (venueMicros < this.statedAtMicros) return true;
    if (this.unexplainedUnits === 0) return false;
    const sameDirection = this.unexplainedUnits > 0 === deltaUnits > 0;
    return sameDirection && Math.abs(deltaUnits) <= Math.abs(this.unexplainedUnits);
  }
}
