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
 * A statement can overtake the report of the fill that caused it. The correction is then remembered
 * as unexplained, and a change that is not newer than the statement explains it instead of moving
 * the amount a second time.
 */
export class AbsoluteSlot {
  totalUnits = 0;
  lockedUnits = 0;
  isKnown = false;
  /** False from a correction until a statement confirms it or a late change explains it. */
  isConfirmed = false;
  /** What corrections have added and no change has explained yet. */
  unexplainedUnits = 0;
  private firstStatedAtMicros = 0;
  private statedAtMicros = 0;
  private changedAtMicros = 0;

  /** True when a change of that venue time was already part of the first statement. */
  precedesFirstStatement(venueMicros: number): boolean {
    return this.isKnown && venueMicros < this.firstStatedAtMicros;
  }

  /** Moves the amount by a change that the venue dates `venueMicros`. */
  applyChange(deltaUnits: number, venueMicros: number): void {
    if (this.explains(deltaUnits, venueMicros)) {
      this.unexplainedUnits -= deltaUnits;
      if (this.unexplainedUnits === 0) this.isConfirmed = true;
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
    if (difference === 0) {
      this.isConfirmed = true;
      return StatementOutcome.CONFIRMED;
    }
    if (Math.abs(difference) <= toleranceUnits) {
      this.isConfirmed = true;
      return StatementOutcome.ROUNDED;
    }
    this.unexplainedUnits += difference;
    this.isConfirmed = this.unexplainedUnits === 0;
    return this.isConfirmed ? StatementOutcome.CONFIRMED : StatementOutcome.CORRECTED;
  }

  /** Ends a confirmed correction: returns what stays unexplained for good, and forgets it. */
  settle(): number {
    const settled = this.unexplainedUnits;
    this.unexplainedUnits = 0;
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
    this.firstStatedAtMicros = reader.integer();
    this.statedAtMicros = reader.integer();
    this.changedAtMicros = reader.integer();
  }

  private take(totalUnits: number, lockedUnits: number, venueMicros: number): void {
    this.totalUnits = totalUnits;
    this.lockedUnits = lockedUnits;
    this.statedAtMicros = venueMicros;
  }

  private explains(deltaUnits: number, venueMicros: number): boolean {
    if (this.unexplainedUnits === 0 || venueMicros > this.statedAtMicros) return false;
    const sameDirection = this.unexplainedUnits > 0 === deltaUnits > 0;
    return sameDirection && Math.abs(deltaUnits) <= Math.abs(this.unexplainedUnits);
  }
}
