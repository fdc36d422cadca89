import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

const WINDOW_MICROS = 10_000_000;

/**
 * Our own budget of placements, far below the venue's limit: what is not urgent waits for a token.
 * Urgent placements spend too and may leave the budget empty; cancels never ask.
 *
 * Tokens are counted in placement x microseconds / ten seconds, so that accrual
 * at a whole rate is exact.
 */
export class MessageBudget implements Persistent {
  private readonly placementsPerTenSeconds: number;
  private readonly capacity: number;
  private tokens: number;
  private refilledAtMicros = 0;

  /** A rate above zero; `burst`: most placements saved up, 1 or more. Throws a RangeError otherwise. */
  constructor(placementsPerTenSeconds: number, burst: number) {
    if (!(placementsPerTenSeconds > 0 && burst >= 1)) {
      throw new RangeError('message budget: rate must be above 0 and burst 1 or more');
    }
    this.placementsPerTenSeconds = placementsPerTenSeconds;
    this.capacity = burst * WINDOW_MICROS;
    this.tokens = this.capacity;
  }

  /** True when a placement that is not urgent may be planned. `planned` were already taken this turn. */
  allows(nowMicros: number, planned: number): boolean {
    this.refill(nowMicros);
    return this.tokens >= (planned + 1) * WINDOW_MICROS;
  }

  /** Takes one token, urgent or not. Never below empty: urgency is not paid back. */
  spend(nowMicros: number): void {
    this.refill(nowMicros);
    this.tokens = Math.max(0, this.tokens - WINDOW_MICROS);
  }

  /** Event time from which one token is there, at the earliest `nowMicros`. */
  nextTokenMicros(nowMicros: number): number {
    const missing = WINDOW_MICROS - this.tokens;
    if (missing <= 0) return nowMicros;
    return this.refilledAtMicros + Math.ceil(missing / this.placementsPerTenSeconds);
  }

  writeState(writer: StateWriter): void {
    writer.section('message-budget');
    writer.float(this.tokens);
    writer.integer(this.refilledAtMicros);
  }

  readState(reader: StateReader): void {
    reader.section('message-budget');
    this.tokens = reader.float();
    this.refilledAtMicros = reader.integer();
  }

  private refill(nowMicros: number): void {
    const elapsed = nowMicros - this.refilledAtMicros;
    if (elapsed <= 0) return;
    // A long pause fills the bucket; multiplying it out could leave the safe integers.
    const gained =
      elapsed >= this.capacity ? this.capacity : elapsed * this.placementsPerTenSeconds;
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.refilledAtMicros = nowMicros;
  }
}
